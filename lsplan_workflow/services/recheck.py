"""Whether a notice still holds at the moment of sending."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsplan_workflow.domain.notice_kinds import NoticeKind
from lsplan_workflow.domain.obstacle_notices import RELIEVED
from lsplan_workflow.domain.validity import (
    holds_always,
    is_answered_by_another,
    is_left_to_another,
    is_met,
    is_past,
)
from lsplan_workflow.services.cycles import known_cycle
from lsplan_workflow.services.obstacle_letters import answerer
from lsplan_workflow.services.standing import tells_of_void
from lsplan_workflow.services.succession import holders_of
from lsplan_workflow.store import obligations, obstacles

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlmodel import Session

    from lsplan_workflow.configuration.folder import Configuration
    from lsplan_workflow.domain.obligations import Obligation
    from lsplan_workflow.store.tables import NoticeRow


def is_void(
    session: Session,
    configuration: Configuration,
    row: NoticeRow,
    owed: Mapping[tuple[str, str], Obligation],
    now: datetime,
) -> bool:
    """Tell whether what a notice says is no longer so; `owed` is by cycle and agency.

    The version that it tells of is void, a report has arrived meanwhile, the cycle has closed,
    the deadline was moved or has passed, a digest has nobody left to name, a returned report was
    filed anew, another agency has to file it by now, or an obstacle was answered.
    """
    kind = NoticeKind(row.kind)
    untrue = tells_of_void(session, row.cycle, row.agency, kind, row.rung)
    if untrue or holds_always(kind):
        return untrue
    if row.obstacle is not None:
        return _is_answered(session, configuration, row.obstacle, row, now)
    cycle = known_cycle(configuration, row.cycle)
    if cycle is None or is_past(kind, cycle, now):
        return True
    if kind is NoticeKind.DIGEST:
        return obligations.outstanding(session, row.cycle).overdue(now) == 0
    obligation = owed.get((row.cycle, row.agency))
    return obligation is None or _is_over(session, configuration, row, obligation, now)


def _is_over(
    session: Session,
    configuration: Configuration,
    row: NoticeRow,
    owed: Obligation,
    now: datetime,
) -> bool:
    """Tell whether what a notice says of an obligation is met, or for another agency to do."""
    kind, calendar = NoticeKind(row.kind), configuration.calendar
    directory, today = configuration.directory, calendar.local_day(now)
    holders = holders_of(session, owed, now) if kind is NoticeKind.REOPENING else []
    if is_left_to_another(kind, owed, row.contact, holders, directory, today):
        return True
    return is_met(kind, row.rung, owed, due_on=row.due_on, calendar=calendar, now=now)


def _is_answered(
    session: Session, configuration: Configuration, number: str, row: NoticeRow, now: datetime
) -> bool:
    """Tell whether nobody has to answer an obstacle any more, or another one, or by another day.

    That another agency answers holds until this one is asked anew.
    """
    obstacle = obstacles.obstacle_of(session, number)
    if obstacle is None or not (obstacle.is_awaited or row.rung.startswith(RELIEVED)):
        return True
    present = answerer(configuration, obstacle, now)
    if row.rung.startswith(RELIEVED):
        return present == row.agency
    moved = configuration.calendar.local_day(obstacle.answer_by_at) != row.due_on
    return moved or is_answered_by_another(row.contact, present)
