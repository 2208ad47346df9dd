"""What passes to successors when agencies end, in the order of the dates on which they do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsplan_workflow.domain.cycles import CycleState
from lsplan_workflow.domain.obligations import Status, holding, plan_succession
from lsplan_workflow.services.redirecting import redirect_news
from lsplan_workflow.store import audit, cycles, installation, obligations
from lsplan_workflow.store.audit import ENGINE

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from sqlmodel import Session

    from lsplan_workflow.configuration.folder import Configuration
    from lsplan_workflow.domain.agencies import Agency
    from lsplan_workflow.domain.cycles import Cycle
    from lsplan_workflow.domain.obligations import Obligation


def apply_successions(session: Session, configuration: Configuration, now: datetime) -> None:
    """Apply the ends of agencies up to now to every cycle that was open on their dates.

    Only cycles with an action due are looked at; applying again changes nothing. What became
    known only after a cycle had closed does not change it.
    """
    planned = {c.code: c for c in configuration.cycles()}
    known_since = _known_since(session)
    for row in cycles.due_for_action(session, now):
        cycle = planned.get(row.code)
        known = known_since is None or known_since < row.closes_at
        if cycle is not None and not row.untracked and (known or row.closes_at > now):
            _apply_to(session, configuration, cycle, now)
    _record_ends(session, configuration, now)


def _known_since(session: Session) -> datetime | None:
    """Return when the present configuration was applied; None if it always was."""
    applied = installation.applied_at(session)
    return applied[-1] if applied else None


def _apply_to(session: Session, configuration: Configuration, cycle: Cycle, now: datetime) -> None:
    ends = configuration.directory.endings()
    if all(_takes_effect_at(agency, configuration, cycle, now) is None for agency in ends):
        return
    owed = {o.agency: o for o in obligations.obligations_of(session, cycle.code)}
    changed = succeeded(owed, configuration, cycle, now)
    if not changed:
        return
    obligations.save(session, changed.values())
    obligations.schedule(session, cycle.code, dict.fromkeys(changed, now))
    for obligation in changed.values():
        passed_on = obligation.status is Status.TRANSFERRED
        if passed_on and obligation.agency not in owed:
            # It took the duty over and ended itself, all before this pass.
            _log(session, obligation, "obligation_taken_over", now)
        event = "obligation_transferred" if passed_on else "obligation_taken_over"
        _log(session, obligation, event, now)


def _log(session: Session, obligation: Obligation, event: str, now: datetime) -> None:
    audit.append(
        session,
        at=now,
        actor=ENGINE,
        event=event,
        cycle=obligation.cycle,
        agency=obligation.agency,
        covers=list(obligation.covers),
    )


def succeeded(
    owed: Mapping[str, Obligation],
    configuration: Configuration,
    cycle: Cycle,
    now: datetime,
    *,
    leaving: Collection[str] = (),
) -> dict[str, Obligation]:
    """Return the obligations (by agency) that the ends of agencies up to now change.

    The ends of some agencies may be left out: those `leaving` are looked at one by one.
    """
    present, changed = dict(owed), dict[str, "Obligation"]()
    for agency in configuration.directory.endings():
        if agency.code in leaving:
            continue
        for obligation in _ended(agency, present, configuration, cycle, now):
            present[obligation.agency] = changed[obligation.agency] = obligation
    return changed


def _ended(
    agency: Agency,
    owed: Mapping[str, Obligation],
    configuration: Configuration,
    cycle: Cycle,
    now: datetime,
) -> list[Obligation]:
    """Return what one end changes, judged by the cycle's state on that date."""
    at = _takes_effect_at(agency, configuration, cycle, now)
    if at is None:
        return []
    directory = configuration.directory
    return plan_succession(agency, owed, cycle=cycle, directory=directory, at=at)


def holders_of(session: Session, owed: Obligation, now: datetime) -> list[str]:
    """Return who holds what has passed on; nobody where it has not, or has lapsed."""
    if owed.status is not Status.TRANSFERRED:
        return []
    return holding(owed.agency, obligations.obligations_of(session, owed.cycle), now)


def _takes_effect_at(
    agency: Agency, configuration: Configuration, cycle: Cycle, now: datetime
) -> datetime | None:
    """Return the instant up to now at which an end passes duties on in a cycle, if any.

    An end before the opening that became known only later passes its duty on at the opening.
    """
    on = agency.succeeded_on
    at = max(configuration.calendar.midnight(on), cycle.opens_at) if on else None
    if at is None or at > now or cycle.state(at) is not CycleState.OPEN:
        return None
    return at


def _look_at_what_is_left(
    session: Session, configuration: Configuration, ended: Agency, now: datetime
) -> None:
    """Make due what stays under the name of an agency: its successor is told of it.

    So is what stays under an earlier name, for which it stood until it ended itself.
    """
    directory, today = configuration.directory, configuration.calendar.local_day(now)
    for row in cycles.cycles(session):
        if row.closes_at <= now:
            continue
        left = [
            owed.agency
            for owed in obligations.obligations_of(session, row.code)
            if owed.awaited_at is not None
            and owed.agency in directory
            and ended in directory.line(owed.agency, today)
        ]
        obligations.schedule(session, row.code, dict.fromkeys(left, now))


def _record_ends(session: Session, configuration: Configuration, now: datetime) -> None:
    applied = cycles.applied_successions(session)
    for agency in configuration.directory.endings():
        on = agency.succeeded_on
        if on is None or agency.code in applied or configuration.calendar.midnight(on) > now:
            continue
        cycles.record_succession(session, agency.code, succeeded_on=on, applied_at=now)
        _look_at_what_is_left(session, configuration, agency, now)
        redirect_news(session, configuration, agency, now)
        audit.append(
            session,
            at=now,
            actor=ENGINE,
            event="agency_ended",
            agency=agency.code,
            successors=list(agency.successors),
            succeeded_on=on.isoformat(),
        )
