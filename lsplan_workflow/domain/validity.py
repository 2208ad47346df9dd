"""Whether a notice that was decided on still holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lsplan_workflow.domain.agencies import Role, agency_of, role_of
from lsplan_workflow.domain.cycles import CycleState
from lsplan_workflow.domain.notice_kinds import NoticeKind
from lsplan_workflow.domain.notices import voided_version
from lsplan_workflow.domain.obligations import Obligation, Status, holding

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date, datetime

    from lsplan_workflow.domain.agencies import Directory
    from lsplan_workflow.domain.calendar import WorkingCalendar
    from lsplan_workflow.domain.cycles import Cycle
    from lsplan_workflow.domain.notices import Notice
    from lsplan_workflow.domain.snapshots import Snapshot

_BEFORE_DUE: Final = frozenset({NoticeKind.OPENING, NoticeKind.REMINDER})
_OF_REVISIONS: Final = frozenset({NoticeKind.RETURNED, NoticeKind.REVISION})
# Reports are reviewed after the closing too, and what was decided before it is told.
_AFTER_CLOSING: Final = frozenset(
    {
        NoticeKind.RETURNED,
        NoticeKind.ACCEPTANCE,
        NoticeKind.EXTENSION,
        NoticeKind.WAIVER,
        NoticeKind.REOPENING,
    }
)
_OF_SETTLEMENT: Final = {
    NoticeKind.WAIVER: Status.WAIVED,
    NoticeKind.ACCEPTANCE: Status.ACCEPTED,
}
# A person's act is answered, an end is told and a failure reported whatever has changed.
_ALWAYS: Final = frozenset(
    {
        NoticeKind.RECEIPT,
        NoticeKind.SUCCESSION,
        NoticeKind.FAILURE,
        NoticeKind.OBSTACLE,
        NoticeKind.OBSTACLE_RECEIPT,
        NoticeKind.OBSTACLE_ANSWER,
    }
)


def holds_always(kind: NoticeKind) -> bool:
    """Tell whether a notice of a kind is told whatever has changed since."""
    return kind in _ALWAYS


def is_past(kind: NoticeKind, cycle: Cycle, now: datetime) -> bool:
    """Tell whether a cycle's closing leaves nothing for a notice of a kind to say."""
    lasting = holds_always(kind) or kind in _AFTER_CLOSING
    return not lasting and cycle.state(now) is CycleState.CLOSED


def holds(notice: Notice, snapshot: Snapshot) -> bool:
    """Tell whether a notice of a cycle will still hold at the instant at which it leaves."""
    kind, cycle, at = notice.kind, snapshot.cycle, notice.send_at
    if holds_always(kind):
        return True
    if is_past(kind, cycle, at):
        return False
    if kind is NoticeKind.DIGEST:
        return snapshot.outstanding.overdue(at) > 0
    owed = next((o for o in snapshot.obligations if o.agency == notice.agency), None)
    if owed is None:
        return False
    today, calendar = snapshot.calendar.local_day(at), snapshot.calendar
    passed_on = owed.status is Status.TRANSFERRED
    holders = holding(owed.agency, snapshot.obligations, at) if passed_on else ()
    if is_left_to_another(kind, owed, notice.contact, holders, snapshot.directory, today):
        return False
    return not is_met(kind, notice.rung, owed, due_on=notice.due_on, calendar=calendar, now=at)


def is_left_to_another(
    kind: NoticeKind,
    owed: Obligation,
    contact: str,
    holders: Collection[str],
    directory: Directory,
    day: date,
) -> bool:
    """Tell whether a contact is asked for what another agency has to file by a day.

    What has passed on is reopened for those who hold it since, its `holders`.
    """
    if not kind.asks:
        return False
    if kind is NoticeKind.REOPENING and holders:
        return agency_of(contact) not in holders
    return directory.follow(owed.agency, day).code != agency_of(contact)


def is_answered_by_another(contact: str, answerer: str) -> bool:
    """Tell whether a contact is asked for what another agency has to answer by now.

    Leaders hear of what others have to answer.
    """
    return agency_of(contact) != answerer and role_of(contact) is not Role.LEADER


def is_met(
    kind: NoticeKind,
    rung: str,
    obligation: Obligation,
    *,
    due_on: date | None,
    calendar: WorkingCalendar,
    now: datetime,
) -> bool:
    """Tell whether what a notice says to an agency is no longer so.

    A report has arrived meanwhile, the deadline `due_on` of which it speaks was moved or
    has passed, or a returned report was filed anew. That a version is void stays so.
    """
    moved = _is_moved(obligation, due_on, calendar)
    if kind in _OF_SETTLEMENT:
        return obligation.status is not _OF_SETTLEMENT[kind]
    if kind in _OF_REVISIONS:
        return obligation.status is not Status.RETURNED or moved
    if kind is NoticeKind.REOPENING:
        return obligation.is_settled and voided_version(rung) is None
    if not obligation.is_chased or moved:
        return True
    return kind in _BEFORE_DUE and now >= obligation.due_at


def _is_moved(obligation: Obligation, due_on: date | None, calendar: WorkingCalendar) -> bool:
    """Tell whether another deadline holds than the one that a notice speaks of."""
    due_at = obligation.awaited_at
    if due_on is None or due_at is None:
        return False
    return calendar.local_day(due_at) != due_on
