"""What an agency has to keep in its calendar: deadlines, revisions and reminders."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from lsplan_workflow.domain.obligations import Status
from lsplan_workflow.domain.program import Side
from lsplan_workflow.domain.schedules import REVISION, Schedule

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, datetime

    from lsplan_workflow.domain.agencies import Agency, Directory
    from lsplan_workflow.domain.calendar import WorkingCalendar
    from lsplan_workflow.domain.cycles import Cycle
    from lsplan_workflow.domain.obligations import Obligation

_LIFTED: Final = frozenset({Status.WAIVED, Status.TRANSFERRED})


class EntryKind(StrEnum):
    """What an entry of a calendar is about."""

    DEADLINE = "deadline"
    REVISION = "revision"
    REMINDER = "reminder"


@dataclass(frozen=True, slots=True)
class Revisions:
    """How often what an entry says may have changed, and when it last did (UTC)."""

    count: int
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of an agency's calendar.

    `name` stays the same whatever becomes of it, `sequence` grows with every change
    (RFC 5545, 3.8.7.4). A reminder stands `at` an instant; everything else is about the
    whole of the `last_day`, the last one in time. `due_on` is D. `status` is None for an
    agency that ends before it owes anything. `under` is the code of the agency that has ended
    and under whose name it stays, where another one has to see to it.
    """

    name: str
    kind: EntryKind
    cycle: Cycle
    last_day: date
    sequence: int
    changed_at: datetime
    cancelled: bool = False
    at: datetime | None = None
    status: Status | None = None
    under: str = ""

    @property
    def due_on(self) -> date:
        """The first local day that is too late."""
        return self.last_day + timedelta(days=1)


@dataclass(frozen=True, slots=True)
class AgencyCalendar:
    """All that an agency has to keep in its calendar, in the order of the days."""

    agency: Agency
    entries: tuple[Entry, ...]


def plan_entries(
    owed: Obligation, cycle: Cycle, calendar: WorkingCalendar, *, revisions: Revisions
) -> list[Entry]:
    """Return an obligation's deadline, the day of a revision, and the reminders of both.

    What was waived or has passed on is cancelled; only what is awaited is reminded of.
    """
    base = f"{cycle.code}.{owed.agency}"
    deadline = _deadline(owed, cycle, calendar, revisions)
    found = [deadline]
    if owed.status is Status.RETURNED and owed.revise_by_at is not None:
        day = _last_day(owed.revise_by_at, calendar)
        found.append(_like(deadline, f"{base}.revise", EntryKind.REVISION, day))
    if not deadline.cancelled:
        found += _reminders(owed, deadline, calendar)
    return found


@dataclass(frozen=True, slots=True)
class Left:
    """What stays under the name of an agency that has ended, as `awaited` or not any more.

    `former` are the codes of those that had to see to it and ended, the last `at` an instant;
    `holder` has to since then, or nobody.
    """

    former: tuple[str, ...]
    holder: str | None
    at: datetime
    awaited: bool


def left_behind(
    owed: Obligation, directory: Directory, calendar: WorkingCalendar, now: datetime
) -> Left | None:
    """Return what became of a duty whose agency has ended and which did not pass on, if so."""
    today = calendar.local_day(now)
    if owed.status is Status.TRANSFERRED or owed.agency not in directory:
        return None
    line = directory.line(owed.agency, today)
    ends = {a.code: day for a in line if (day := a.succeeded_on) is not None and day <= today}
    if not ends:
        return None
    holder = None if line[-1].code in ends else line[-1].code
    at = calendar.midnight(max(ends.values()))
    return Left(tuple(ends), holder, at, awaited=owed.awaited_at is not None)


def handed_on(entry: Entry, owed: Obligation, left: Left | None, *, to: str) -> Entry:
    """Return an entry of a duty as it stands in the calendar of an agency; each end changes it.

    Of what is still awaited only the one that has to see to it is reminded.
    """
    if left is None:
        return entry
    return replace(
        entry,
        sequence=entry.sequence + len(left.former),
        changed_at=max(entry.changed_at, left.at),
        cancelled=entry.cancelled or (left.awaited and to != left.holder),
        under="" if to == owed.agency else owed.agency,
    )


def plan_enclosed(
    owed: Obligation, cycle: Cycle, calendar: WorkingCalendar, *, revisions: Revisions
) -> Entry:
    """Return an obligation's deadline as a mail about it encloses it.

    Nobody wants to be reminded of what was accepted, so that it is cancelled there too.
    """
    deadline = _deadline(owed, cycle, calendar, revisions)
    return replace(deadline, cancelled=deadline.cancelled or owed.status is Status.ACCEPTED)


def plan_enclosed_revision(
    owed: Obligation,
    cycle: Cycle,
    calendar: WorkingCalendar,
    told_at: datetime,
    *,
    revisions: Revisions,
) -> Entry | None:
    """Return the day of a revision as a mail encloses it; None while none is awaited.

    It is cancelled where nothing is owed any more, or what was to be revised does not count: on
    the day of the due instant that was told last, so that a reader's program sees the entry that
    it knows.
    """
    deadline = plan_enclosed(owed, cycle, calendar, revisions=revisions)
    cancelled = deadline.cancelled or owed.is_chased
    if owed.status is not Status.RETURNED and not cancelled:
        return None
    day = _last_day(told_at, calendar)
    found = _like(deadline, f"{cycle.code}.{owed.agency}.revise", EntryKind.REVISION, day)
    return replace(found, cancelled=cancelled)


def _deadline(
    owed: Obligation, cycle: Cycle, calendar: WorkingCalendar, revisions: Revisions
) -> Entry:
    # A waiver is a decision and counted as one; that a duty passes on is written nowhere else.
    transferred = owed.status is Status.TRANSFERRED
    return Entry(
        name=f"{cycle.code}.{owed.agency}.due",
        kind=EntryKind.DEADLINE,
        cycle=cycle,
        last_day=_last_day(owed.due_at, calendar),
        sequence=revisions.count + len(owed.covers) + int(transferred),
        changed_at=revisions.last_at,
        cancelled=owed.status in _LIFTED,
        status=owed.status,
    )


def _reminders(owed: Obligation, deadline: Entry, calendar: WorkingCalendar) -> Iterator[Entry]:
    base = f"{owed.cycle}.{owed.agency}"
    for standing in Schedule(deadline.cycle, calendar).standings(owed):
        if standing.rung.removeprefix(REVISION).startswith(Side.BEFORE):
            day = standing.due_on - timedelta(days=1)
            name = f"{base}.{standing.rung}"
            yield _like(deadline, name, EntryKind.REMINDER, day, at=standing.at)


def _like(
    deadline: Entry, name: str, kind: EntryKind, day: date, *, at: datetime | None = None
) -> Entry:
    return Entry(
        name=name,
        kind=kind,
        cycle=deadline.cycle,
        last_day=day,
        sequence=deadline.sequence,
        changed_at=deadline.changed_at,
        at=at,
        status=deadline.status,
    )


def plan_cancelled(agency: Agency, cycle: Cycle, *, revisions: Revisions) -> Entry | None:
    """Return, cancelled, the deadline of a cycle before which an agency of its kinds ends."""
    ends, last = agency.valid_to, cycle.last_full_day
    if ends is None or ends >= last or agency.kind not in cycle.regime.owed_by:
        return None
    return Entry(
        name=f"{cycle.code}.{agency.code}.due",
        kind=EntryKind.DEADLINE,
        cycle=cycle,
        last_day=last,
        sequence=revisions.count + 1,
        changed_at=revisions.last_at,
        cancelled=True,
    )


def _last_day(due_at: datetime, calendar: WorkingCalendar) -> date:
    return calendar.local_day(due_at) - timedelta(days=1)
