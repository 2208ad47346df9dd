"""Whether a notice still holds at the moment of sending."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lsplan_workflow.domain.cycles import CycleState
from lsplan_workflow.domain.notice_kinds import NoticeKind
from lsplan_workflow.domain.obligations import Status
from lsplan_workflow.services.cycles import known_cycle
from lsplan_workflow.store import obligations, obstacles

if TYPE_CHECKING:
    from datetime import datetime

    from sqlmodel import Session

    from lsplan_workflow.configuration.folder import Configuration
    from lsplan_workflow.domain.obligations import Obligation
    from lsplan_workflow.store.tables import NoticeRow

_BEFORE_DUE: Final = frozenset({NoticeKind.OPENING, NoticeKind.REMINDER})
_OF_REVISIONS: Final = frozenset({NoticeKind.RETURNED, NoticeKind.REVISION})
# A person's act is answered, an end is told and a failure reported whatever has changed.
_AFTER_CLOSING: Final = frozenset(
    {
        NoticeKind.RECEIPT,
        NoticeKind.SUCCESSION,
        NoticeKind.FAILURE,
        NoticeKind.OBSTACLE,
        NoticeKind.OBSTACLE_RECEIPT,
        NoticeKind.OBSTACLE_ANSWER,
    }
)


def is_void(session: Session, configuration: Configuration, row: NoticeRow, now: datetime) -> bool:
    """Tell whether what a notice says is no longer so.

    A report has arrived meanwhile, the cycle has closed, the deadline was moved or has
    passed, a digest has nobody left to name, a returned report was filed anew, or an
    obstacle was answered.
    """
    kind = NoticeKind(row.kind)
    if kind in _AFTER_CLOSING:
        return False
    if row.obstacle is not None:
        return _is_answered(session, configuration, row.obstacle, row)
    cycle = known_cycle(configuration, row.cycle)
    if cycle is None:
        return True
    if kind is not NoticeKind.RETURNED and cycle.state(now) is CycleState.CLOSED:
        return True
    if kind is NoticeKind.DIGEST:
        return obligations.outstanding(session, row.cycle).overdue(now) == 0
    obligation = obligations.obligation_of(session, row.cycle, row.agency)
    return obligation is None or _is_met(configuration, obligation, row, now)


def _is_answered(
    session: Session, configuration: Configuration, number: str, row: NoticeRow
) -> bool:
    """Tell whether nobody has to answer an obstacle any more, or by another day."""
    obstacle = obstacles.obstacle_of(session, number)
    if obstacle is None or not obstacle.is_awaited:
        return True
    return configuration.calendar.local_day(obstacle.answer_by_at) != row.due_on


def _is_met(
    configuration: Configuration, obligation: Obligation, row: NoticeRow, now: datetime
) -> bool:
    kind = NoticeKind(row.kind)
    if kind is NoticeKind.WAIVER:
        return obligation.status is not Status.WAIVED
    if kind in _OF_REVISIONS:
        return obligation.status is not Status.RETURNED or _is_moved(configuration, obligation, row)
    if kind is NoticeKind.REOPENING:
        return obligation.is_settled
    if not obligation.is_chased or _is_moved(configuration, obligation, row):
        return True
    return kind in _BEFORE_DUE and now >= obligation.due_at


def _is_moved(configuration: Configuration, obligation: Obligation, row: NoticeRow) -> bool:
    """Tell whether another deadline holds than the one that a notice speaks of."""
    due_at = obligation.awaited_at
    if row.due_on is None or due_at is None:
        return False
    return configuration.calendar.local_day(due_at) != row.due_on
