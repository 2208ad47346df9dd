"""Opening cycles, finding one by its code, and saying when each next needs action."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lsplan_workflow.domain.cycles import Cycle, CycleState
from lsplan_workflow.domain.errors import RequestError
from lsplan_workflow.domain.obligations import Obligation, plan_obligations
from lsplan_workflow.domain.schedules import digest_standings
from lsplan_workflow.domain.text import Text
from lsplan_workflow.services.succession import apply_successions, succeeded
from lsplan_workflow.store import audit, cycles, installation, obligations
from lsplan_workflow.store.audit import ENGINE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from sqlmodel import Session

    from lsplan_workflow.configuration.folder import Configuration


@dataclass(frozen=True, slots=True)
class CycleView:
    """A cycle as it stands: its state and the obligations that it has or will have."""

    cycle: Cycle
    state: CycleState
    obligations: tuple[Obligation, ...]


def find_cycle(configuration: Configuration, code: str) -> Cycle:
    """Return the cycle of a code; raise RequestError, naming those there are."""
    cycle = known_cycle(configuration, code)
    if cycle is None:
        known = ", ".join(c.code for c in configuration.cycles())
        raise RequestError(
            Text(
                f"{code}: không có kỳ báo cáo này; các kỳ hiện có: {known}.",
                f"{code}: there is no such reporting cycle; there are: {known}.",
            )
        )
    return cycle


def known_cycle(configuration: Configuration, code: str) -> Cycle | None:
    """Return the cycle of a code, or None if the configuration in force has it not."""
    return configuration.cycle(code)


def bring_up_to_date(session: Session, configuration: Configuration, now: datetime) -> list[str]:
    """Open the cycles whose time has come, then apply successions; return which opened."""
    opened = [
        cycle
        for cycle in configuration.cycles()
        if cycle.state(now) is not CycleState.UPCOMING
        and cycles.cycle_of(session, cycle.code) is None
        and _open(session, configuration, cycle, now)
    ]
    apply_successions(session, configuration, now)
    return [cycle.code for cycle in opened]


def _open(session: Session, configuration: Configuration, cycle: Cycle, now: datetime) -> bool:
    """Record a cycle; return False for one that had closed before the product first ran."""
    first_ran_at = installation.record_first_run(session, now)
    if cycle.closes_at <= first_ran_at:
        cycles.record_cycle(session, cycle, untracked=True)
        audit.append(session, at=now, actor=ENGINE, event="cycle_untracked", cycle=cycle.code)
        return False
    owed = plan_obligations(cycle, configuration.directory)
    cycles.record_cycle(session, cycle, next_action_at=now)
    obligations.save(session, owed, next_action_at=now)
    audit.append(
        session,
        at=now,
        actor=ENGINE,
        event="cycle_opened",
        cycle=cycle.code,
        agencies=[o.agency for o in owed],
    )
    return True


def next_action_at(
    session: Session, configuration: Configuration, cycle: Cycle, now: datetime
) -> datetime | None:
    """Return when the cycle itself next needs action, or None for never."""
    dues = obligations.outstanding(session, cycle.code).missing
    coming = (at for at in _actions(configuration, cycle, dues) if at > now)
    return min(coming, default=None)


def _actions(
    configuration: Configuration, cycle: Cycle, dues: Iterable[datetime]
) -> Iterator[datetime]:
    """Yield the instants of digests, of successions, of the end of grace and of closing."""
    calendar = configuration.calendar
    yield cycle.grace_ends_at
    yield cycle.closes_at
    yield from (standing.at for standing in digest_standings(cycle, dues, calendar))
    for on in (agency.succeeded_on for agency in configuration.directory.endings()):
        if on is not None and cycle.state(calendar.midnight(on)) is CycleState.OPEN:
            yield calendar.midnight(on)


def view(session: Session, configuration: Configuration, cycle: Cycle, now: datetime) -> CycleView:
    """Return a cycle with its obligations; those of one not opened yet are foreseen."""
    row = cycles.cycle_of(session, cycle.code)
    if row is not None and row.untracked:
        return CycleView(cycle, CycleState.UNTRACKED, ())
    if row is not None:
        owed = obligations.obligations_of(session, cycle.code)
        recorded = cycles.as_recorded(row, cycle, configuration.calendar)
        return CycleView(recorded, cycle.state(now), tuple(owed))
    installed = installation.installation(session)
    first_ran_at = (installed.first_ran_at if installed else None) or now
    if cycle.closes_at <= first_ran_at:
        return CycleView(cycle, CycleState.UNTRACKED, ())
    planned = {o.agency: o for o in plan_obligations(cycle, configuration.directory)}
    planned |= succeeded(planned, configuration, cycle, now)
    return CycleView(cycle, cycle.state(now), tuple(planned.values()))
