"""How a cycle stands at an instant: its figures, and each obligation with its next notice."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from lsplan_workflow.domain.compliance import (
    Figures,
    Timeliness,
    days_late,
    figures,
    timeliness,
)
from lsplan_workflow.domain.cycles import CycleState
from lsplan_workflow.domain.forecast import Act, Forecast, forecast, still_waiting
from lsplan_workflow.domain.notice_kinds import NoticeKind
from lsplan_workflow.domain.obligations import lapsed, outstanding
from lsplan_workflow.domain.snapshots import Snapshot
from lsplan_workflow.services.cycles import find_cycle, view
from lsplan_workflow.services.obstacle_planning import foreseen_obstacles
from lsplan_workflow.store import outbox, submissions

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlmodel import Session

    from lsplan_workflow.configuration.folder import Configuration
    from lsplan_workflow.domain.cycles import Cycle
    from lsplan_workflow.domain.notices import Notice
    from lsplan_workflow.domain.obligations import Obligation
    from lsplan_workflow.services.cycles import CycleView


_A_YEAR: Final = timedelta(days=366)


def foreseen_until(cycle: Cycle, now: datetime) -> datetime:
    """Return an instant by which nothing of a cycle is left to come: a year after its closing.

    What was decided on its last evening leaves after it, and a moved deadline moves it too.
    """
    return max(now, cycle.closes_at) + _A_YEAR


@dataclass(frozen=True, slots=True)
class VoidVersion:
    """A version that counts for nothing: since when, by whom, why and by which document."""

    version: int
    at: datetime
    by: str
    reason: str
    authority: str


@dataclass(frozen=True, slots=True)
class Line:
    """One obligation; `next_notice` is when the agency will next be written to.

    `lapsed` tells that the agency has ended and nobody took its duty over. `void` are the
    versions that were filed for it by mistake.
    """

    obligation: Obligation
    name: str
    timeliness: Timeliness | None
    next_notice: datetime | None
    days_late: int
    lapsed: bool = False
    void: tuple[VoidVersion, ...] = ()


@dataclass(frozen=True, slots=True)
class CycleStatus:
    """A cycle with its figures; instants are local."""

    cycle: Cycle
    state: CycleState
    as_of: datetime
    last_working_day: date
    figures: Figures
    lines: tuple[Line, ...] = ()


def cycle_status(
    session: Session, configuration: Configuration, code: str, now: datetime
) -> CycleStatus:
    """Return how a cycle stands; raise RequestError for a cycle that there is not."""
    found = view(session, configuration, find_cycle(configuration, code), now)
    coming = _next_notices(session, configuration, found, now)
    over, void = lapsed(found.obligations), _void_versions(session, configuration, code)
    lines = tuple(
        replace(
            _line(configuration, o, coming.get(o.agency), now),
            lapsed=o.agency in over,
            void=tuple(void[o.agency]),
        )
        for o in found.obligations
    )
    return replace(_summary(configuration, found, now), lines=lines)


def _void_versions(
    session: Session, configuration: Configuration, code: str
) -> defaultdict[str, list[VoidVersion]]:
    """Return the void versions of a cycle, by agency."""
    found = defaultdict[str, list[VoidVersion]](list)
    for filed, review in submissions.voidings(session, code):
        at = configuration.calendar.local(review.decided_at)
        authority = review.authority or ""
        void = VoidVersion(filed.version, at, review.decided_by, review.reason, authority)
        found[filed.agency].append(void)
    return found


def all_statuses(
    session: Session, configuration: Configuration, now: datetime
) -> list[CycleStatus]:
    """Return the figures of every cycle without lines, whose forecast would take a second."""
    views = (view(session, configuration, c, now) for c in configuration.cycles())
    return [_summary(configuration, found, now) for found in views]


def _summary(configuration: Configuration, found: CycleView, now: datetime) -> CycleStatus:
    return CycleStatus(
        cycle=found.cycle,
        state=found.state,
        as_of=configuration.calendar.local(now),
        last_working_day=found.cycle.last_working_day,
        figures=figures(found.obligations, now),
    )


def _line(
    configuration: Configuration,
    obligation: Obligation,
    next_notice: datetime | None,
    now: datetime,
) -> Line:
    calendar = configuration.calendar
    return Line(
        obligation=obligation,
        name=configuration.directory[obligation.agency].name(configuration.program.language),
        timeliness=timeliness(obligation, now),
        next_notice=calendar.local(next_notice) if next_notice else None,
        days_late=lateness(configuration, obligation, now),
    )


def lateness(configuration: Configuration, obligation: Obligation, now: datetime) -> int:
    """Return how many local days late it was filed, or has been missing up to now."""
    calendar = configuration.calendar
    if timeliness(obligation, now) not in {Timeliness.LATE, Timeliness.MISSING}:
        return 0
    until = obligation.first_complete_at or now
    return days_late(calendar.local_day(obligation.due_at), calendar.local_day(until))


def _next_notices(
    session: Session, configuration: Configuration, found: CycleView, now: datetime
) -> dict[str, datetime]:
    """Return when each agency will next be written to about its own obligation."""
    until = found.cycle.closes_at
    coming = forecast_of(session, configuration, found, now, until=until).notices
    first: dict[str, datetime] = {}
    for notice in (n for n in coming if n.kind is not NoticeKind.DIGEST):
        first.setdefault(notice.key.split("/")[1], notice.send_at)
    return first


def forecast_of(
    session: Session,
    configuration: Configuration,
    found: CycleView,
    now: datetime,
    *,
    until: datetime,
    acts: Sequence[Act] = (),
) -> Forecast:
    """Return what will leave in a cycle up to an instant if nobody does more than `acts`.

    Raise RequestError or IllegalTransition for an act that would be refused.
    """
    snapshot = Snapshot(
        calendar=configuration.calendar,
        directory=configuration.directory,
        cycle=found.cycle,
        obligations=found.obligations,
        outstanding=outstanding(found.obligations),
        decided=outbox.notices_of(session, found.cycle.code),
    )
    if found.state is CycleState.UNTRACKED and not acts:
        return Forecast((), snapshot)
    if found.state is CycleState.CLOSED and not acts:
        return Forecast(still_waiting(snapshot, now=now, until=until), snapshot)
    return forecast(snapshot, now=now, until=until, acts=acts)


def preview(
    session: Session,
    configuration: Configuration,
    now: datetime,
    *,
    code: str | None = None,
    until: datetime | None = None,
) -> list[Notice]:
    """Return who will get what, and when, if nobody acts: of one cycle, or of all.

    Without `until`, a cycle named is foreseen to its end; otherwise those that have
    opened are, and the one that opens next, and the obstacles that wait for an answer.
    """
    coming = [
        notice
        for cycle in chosen_cycles(configuration, now, code=code, until=until)
        for notice in _foreseen(session, configuration, cycle, now, until)
    ]
    if code is None:
        coming += foreseen_obstacles(session, configuration, now, until=until)
    return sorted(coming, key=lambda notice: (notice.send_at, notice.key))


def _foreseen(
    session: Session,
    configuration: Configuration,
    cycle: Cycle,
    now: datetime,
    until: datetime | None,
) -> tuple[Notice, ...]:
    found = view(session, configuration, cycle, now)
    last = until or foreseen_until(cycle, now)
    return forecast_of(session, configuration, found, now, until=last).notices


def chosen_cycles(
    configuration: Configuration, now: datetime, *, code: str | None, until: datetime | None
) -> list[Cycle]:
    """Return the cycles that a preview shows; raise RequestError for a code there is not."""
    if code is not None:
        return [find_cycle(configuration, code)]
    return _relevant(configuration, now, until)


def _relevant(configuration: Configuration, now: datetime, until: datetime | None) -> list[Cycle]:
    cycles = [c for c in configuration.cycles() if c.state(now) is not CycleState.CLOSED]
    if until is not None:
        return [c for c in cycles if c.opens_at <= until]
    return _open_and_next(cycles, now)


def _open_and_next(cycles: Iterable[Cycle], now: datetime) -> list[Cycle]:
    chosen = []
    for cycle in cycles:
        chosen.append(cycle)
        if cycle.state(now) is CycleState.UPCOMING:
            break
    return chosen
