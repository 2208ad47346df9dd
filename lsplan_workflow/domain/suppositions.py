"""What if: decisions and acts that are only supposed, under the rules of the real ones."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from lsplan_workflow.domain.announcements import of_change, plan_announcement, with_deadline
from lsplan_workflow.domain.cycles import CycleState, plan_cycles
from lsplan_workflow.domain.decisions import (
    extended,
    require_ahead,
    require_begun,
    require_open,
    require_owed,
)
from lsplan_workflow.domain.errors import RequestError
from lsplan_workflow.domain.forecast import Act
from lsplan_workflow.domain.notice_kinds import UNCLAIMED, NoticeKind, NoticeStatus
from lsplan_workflow.domain.obligations import Event, Obligation, holding, outstanding
from lsplan_workflow.domain.program import Deadline, MonthDay
from lsplan_workflow.domain.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from lsplan_workflow.domain.calendar import WorkingCalendar
    from lsplan_workflow.domain.cycles import Cycle
    from lsplan_workflow.domain.notices import Notice
    from lsplan_workflow.domain.snapshots import Snapshot


class Supposed(StrEnum):
    """What is supposed to be done."""

    EXTEND = "extend"
    WAIVE = "waive"
    SUBMIT = "submit"
    ACCEPT = "accept"
    MOVE = "move"


@dataclass(frozen=True, slots=True)
class Supposition:
    """Something that is supposed to be done about an agency, or to move a regime or a cycle.

    `day` is local: the last one in time of what is extended or moved, the one on which a
    report is filed or accepted; a waiver has none.
    """

    what: Supposed
    subject: str
    day: date | None = None

    def __str__(self) -> str:
        return ":".join((self.what, self.subject, *([self.day.isoformat()] if self.day else [])))


def instant_of(supposition: Supposition, calendar: WorkingCalendar, now: datetime) -> datetime:
    """Return when a supposition takes effect: decisions at once, filings and reviews on their day.

    That is the end of that day's working hours, or now if they are over. Raise RequestError
    for a day that has passed.
    """
    day = supposition.day
    if day is None or supposition.what not in {Supposed.SUBMIT, Supposed.ACCEPT}:
        return now
    today = calendar.local_day(now)
    if day < today:
        raise RequestError(
            Text(
                f"{supposition}: cần một ngày từ hôm nay ({today:%d/%m/%Y}) trở đi.",
                f"{supposition}: expected a day from today ({today:%d/%m/%Y}) on.",
            )
        )
    return max(now, calendar.end_of_work(day))


def suppose(supposition: Supposition, calendar: WorkingCalendar, now: datetime) -> Act:
    """Return what an agency is supposed to do, or what is decided about it.

    When it comes about it is refused, by RequestError or IllegalTransition, where the real
    one would be.
    """
    at = instant_of(supposition, calendar, now)
    change = {
        Supposed.EXTEND: _extend,
        Supposed.WAIVE: _waive,
        Supposed.SUBMIT: _submit,
        Supposed.ACCEPT: _accept,
    }[supposition.what]
    return Act(at, lambda snapshot, instant: change(snapshot, supposition, instant))


def suppose_moved(cycle: Cycle, version: int, now: datetime) -> Act:
    """Return that a configuration of a number gives a cycle the deadline that it here has."""
    return Act(now, lambda snapshot, instant: _move(snapshot, cycle, version, instant))


def moved_cycle(cycle: Cycle, last: date, calendar: WorkingCalendar) -> Cycle:
    """Return a cycle as the configuration would have it whose last day in time is another one.

    Raise ValueError for a day before which the program was in no effect.
    """
    deadline = Deadline(MonthDay(last.month, last.day), inclusive=True)
    regime = replace(cycle.regime, deadline=deadline, years=(cycle.year,))
    program = replace(cycle.program, regimes=(regime,))
    planned = plan_cycles(program, calendar)
    if not planned:
        raise ValueError(last)
    return replace(planned[0], program=cycle.program, regime=cycle.regime)


def _extend(snapshot: Snapshot, supposition: Supposition, at: datetime) -> Snapshot:
    cycle, calendar, day = snapshot.cycle, snapshot.calendar, supposition.day
    require_open(cycle, calendar, at)
    owed = _owed(snapshot, supposition, at)
    if day is None:
        raise AssertionError("an extension has its day")
    later = extended(owed, day, cycle=cycle, calendar=calendar, now=at)
    return _told(snapshot, later, NoticeKind.EXTENSION, at)


def _waive(snapshot: Snapshot, supposition: Supposition, at: datetime) -> Snapshot:
    require_open(snapshot.cycle, snapshot.calendar, at)
    waived = _owed(snapshot, supposition, at).after(Event.WAIVE, at)
    return _told(snapshot, waived, NoticeKind.WAIVER, at)


def _submit(snapshot: Snapshot, supposition: Supposition, at: datetime) -> Snapshot:
    filed = _owed(snapshot, supposition, at).after(Event.SUBMIT, at)
    return _told(snapshot, filed, NoticeKind.RECEIPT, at)


def _accept(snapshot: Snapshot, supposition: Supposition, at: datetime) -> Snapshot:
    accepted = _owed(snapshot, supposition, at).after(Event.ACCEPT, at)
    number = _number(snapshot, accepted.agency, NoticeKind.ACCEPTANCE)
    settled = _changed(snapshot, [accepted])
    return _announced(settled, accepted, NoticeKind.ACCEPTANCE, number, at)


def _owed(snapshot: Snapshot, supposition: Supposition, at: datetime) -> Obligation:
    cycle, agency = snapshot.cycle, supposition.subject
    require_begun(cycle, snapshot.calendar, at)
    found = next((o for o in snapshot.obligations if o.agency == agency), None)
    return require_owed(
        found,
        cycle=cycle.code,
        agency=agency,
        directory=snapshot.directory,
        on=snapshot.calendar.local_day(at),
        holders=holding(agency, snapshot.obligations, at),
    )


def _changed(snapshot: Snapshot, obligations: Iterable[Obligation]) -> Snapshot:
    """Return a snapshot in which some obligations are others."""
    by_agency = {o.agency: o for o in (*snapshot.obligations, *obligations)}
    changed = tuple(by_agency.values())
    return replace(snapshot, obligations=changed, outstanding=outstanding(changed))


def _told(snapshot: Snapshot, owed: Obligation, kind: NoticeKind, at: datetime) -> Snapshot:
    """Return a snapshot in which an agency is told, and no more asked what it was before."""
    quiet = _withdrawn(_changed(snapshot, [owed]), owed.agency)
    return _announced(quiet, owed, kind, _number(snapshot, owed.agency, kind), at)


def _withdrawn(snapshot: Snapshot, agency: str) -> Snapshot:
    asking = (n for n in snapshot.decided.values() if _asks(n, agency))
    cancelled = {n.key: replace(n, status=NoticeStatus.CANCELLED) for n in asking}
    return replace(snapshot, decided={**snapshot.decided, **cancelled})


def _asks(notice: Notice, agency: str) -> bool:
    return notice.agency == agency and notice.asks and notice.status in UNCLAIMED


def _announced(
    snapshot: Snapshot, owed: Obligation, kind: NoticeKind, number: int | str, at: datetime
) -> Snapshot:
    directory, calendar = snapshot.directory, snapshot.calendar
    added = plan_announcement(owed, kind, number, directory=directory, calendar=calendar, now=at)
    return replace(snapshot, decided={**snapshot.decided, **{n.key: n for n in added}})


def _number(snapshot: Snapshot, agency: str, kind: NoticeKind) -> int:
    """Return the number of the next notice of a kind that tells an agency of an act."""
    start = f"{snapshot.cycle.code}/{agency}/{kind.value}-"
    told = (key.removeprefix(start) for key in snapshot.decided if key.startswith(start))
    return max((int(rest.split("/")[0]) for rest in told), default=0) + 1


def _move(snapshot: Snapshot, cycle: Cycle, version: int, at: datetime) -> Snapshot:
    """Return a snapshot with another deadline, as when a configuration that has it is applied.

    Who has a later deadline of his own keeps that; whoever heard of the former one is told.
    """
    former = snapshot.cycle
    if former.state(at) is CycleState.UPCOMING:
        empty = replace(snapshot, cycle=cycle, obligations=())
        return replace(empty, outstanding=outstanding(()))
    require_open(former, snapshot.calendar, at)
    require_ahead(cycle, at)
    known = replace(cycle, announced_on=former.announced_on)
    after = replace(snapshot, cycle=known)
    for owed in snapshot.obligations:
        if owed.due_under(cycle) != owed.due_at:
            after = _moved(after, owed, version, at)
    return after


def _moved(snapshot: Snapshot, owed: Obligation, version: int, at: datetime) -> Snapshot:
    decided = [n for n in snapshot.decided.values() if n.agency == owed.agency]
    calendar, due_at = snapshot.calendar, owed.due_under(snapshot.cycle)
    opened_with = snapshot.cycle.announced_on
    moved, known = with_deadline(
        owed, due_at, decided, announced_on=opened_with, calendar=calendar, at=at
    )
    quiet = _withdrawn(snapshot, owed.agency) if owed.is_chased else snapshot
    changed = _changed(quiet, [moved])
    if known is None:
        return changed
    return _announced(changed, moved, NoticeKind.DEADLINE, of_change(version, known), at)
