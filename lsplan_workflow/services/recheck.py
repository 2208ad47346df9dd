"""Whether a notice still holds at the moment of sending."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lsplan_workflow.domain.cycles import CycleState
from lsplan_workflow.domain.notices import NoticeKind
from lsplan_workflow.domain.obligations import Status
from lsplan_workflow.services.cycles import known_cycle
from lsplan_workflow.services.letters import is_digest
from lsplan_workflow.store import obligations

if TYPE_CHECKING:
    from datetime import datetime

    from sqlmodel import Session

    from lsplan_workflow.configuration.folder import Configuration
    from lsplan_workflow.store.tables import NoticeRow

_BEFORE_DUE: Final = frozenset({NoticeKind.OPENING, NoticeKind.REMINDER})


def is_void(session: Session, configuration: Configuration, row: NoticeRow, now: datetime) -> bool:
    """Tell whether what a notice says is no longer so.

    A report has arrived meanwhile, the cycle has closed, a reminder's deadline has passed,
    a digest has nobody left to name, or a returned report was filed anew.
    """
    kind = NoticeKind(row.kind)
    if kind is NoticeKind.RETURNED:
        return _status(session, row) is not Status.RETURNED
    if not kind.chases:
        return False
    cycle = known_cycle(configuration, row.cycle)
    if cycle is None or cycle.state(now) is CycleState.CLOSED:
        return True
    if is_digest(configuration, row):
        return obligations.count_missing(session, row.cycle) == 0
    return _is_met(session, row, now)


def _status(session: Session, row: NoticeRow) -> Status | None:
    found = obligations.obligation_of(session, row.cycle, row.agency)
    return found.status if found else None


def _is_met(session: Session, row: NoticeRow, now: datetime) -> bool:
    obligation = obligations.obligation_of(session, row.cycle, row.agency)
    if obligation is None or not obligation.is_chased:
        return True
    return NoticeKind(row.kind) in _BEFORE_DUE and now >= obligation.due_at
