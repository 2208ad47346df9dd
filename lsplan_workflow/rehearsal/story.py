"""The story of a rehearsal: what happened on each day, and the figures at its end."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from lsplan_workflow.domain.cycles import CycleState
from lsplan_workflow.domain.notice_kinds import NoticeKind, NoticeStatus
from lsplan_workflow.rehearsal.beginning import preceded
from lsplan_workflow.services.outbox import list_notices
from lsplan_workflow.services.status import all_statuses
from lsplan_workflow.store import audit, audit_events

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date, datetime

    from lsplan_workflow.domain.calendar import WorkingCalendar
    from lsplan_workflow.domain.cycles import Cycle
    from lsplan_workflow.rehearsal.beginning import Beginning
    from lsplan_workflow.services.status import CycleStatus
    from lsplan_workflow.services.workplace import Workplace
    from lsplan_workflow.store.tables import AuditEvent, NoticeRow

_BY_RUNGS: Final = frozenset(
    {
        NoticeKind.REMINDER,
        NoticeKind.OVERDUE,
        NoticeKind.ESCALATION,
        NoticeKind.DIGEST,
        NoticeKind.REVISION,
    }
)
"""What is told by its rung; everything else is told by its kind alone."""
SENT: Final = "notice_sent"
CLOSED: Final = "cycle_closed"
DUE: Final = "deadline_passed"
_TOLD: Final = (
    *("cycle_opened", DUE, "agency_ended"),
    *("obligation_transferred", "obligation_taken_over", "submitted", "returned", "accepted"),
    *("consolidated", SENT, "notice_failed", CLOSED),
)
"""What a story tells, in the order in which a day's happenings stand."""


@dataclass(frozen=True, slots=True)
class Happening:
    """What happened on a day to some agencies: an event of the log, or a rung that was sent.

    `count` is how many messages were sent or reports handled. `detail` is a rung's kind, a
    report's reason, or the code of the first successor.
    """

    what: str
    cycle: str
    agencies: tuple[str, ...]
    count: int
    rung: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Day:
    """A local day on which something happened."""

    day: date
    happenings: tuple[Happening, ...]


@dataclass(frozen=True, slots=True)
class Story:
    """What a rehearsal began with and came to: its days, its cycles' figures, its messages.

    `busiest` is the day on which most mails left, with their number.
    """

    beginning: Beginning
    days: tuple[Day, ...]
    cycles: tuple[CycleStatus, ...]
    mails: int
    notices: dict[str, int]
    busiest: tuple[date, int] | None


@dataclass(frozen=True, slots=True)
class Past:
    """What had happened before a rehearsal: how many events, and what became of each notice.

    Instants do not part the two: what was done at the very instant of its beginning is past.
    """

    events: int
    notices: Mapping[str, str]


def past(workplace: Workplace) -> Past:
    """Return what has happened up to now."""
    with workplace.database.reading() as session:
        count, _ = audit.head_of(session)
    return Past(count, {row.key: row.status for row in list_notices(workplace)})


def tell(
    workplace: Workplace, before: Past, beginning: Beginning, first: datetime, last: datetime
) -> Story:
    """Return the story of what happened since the past, from one instant to another."""
    configuration = workplace.configuration
    calendar, cycles = configuration.calendar, configuration.cycles()
    day = calendar.local_day(first)
    with workplace.database.reading() as session:
        later = (e for e in audit_events.events(session) if e.number > before.events)
        events = [e for e in later if not preceded(e, day, configuration)]
        statuses = all_statuses(session, configuration, last)
    notices = before.notices
    rows = [r for r in list_notices(workplace) if notices.get(r.key) != r.status]
    turns = _turns(cycles, first, last, calendar)
    mails = {row.message_id: row.sent_at for row in rows if row.sent_at is not None}
    by_day = Counter(calendar.local_day(at) for at in mails.values())
    return Story(
        beginning=beginning,
        days=tuple(_days(events, rows, turns, calendar)),
        cycles=tuple(s for s in statuses if s.cycle.opens_at <= last and _is_tracked(s)),
        mails=len(mails),
        notices={status.value: _count(rows, status) for status in NoticeStatus},
        busiest=max(by_day.items(), key=lambda found: (found[1], found[0]), default=None),
    )


def _is_tracked(status: CycleStatus) -> bool:
    return status.state is not CycleState.UNTRACKED


def _count(rows: Iterable[NoticeRow], status: NoticeStatus) -> int:
    return sum(row.status == status for row in rows)


def _turns(
    cycles: Iterable[Cycle], first: datetime, last: datetime, calendar: WorkingCalendar
) -> list[tuple[date, Happening]]:
    """Return when deadlines passed and cycles closed, which no event of the log records."""
    turns = [
        (at, what, c.code) for c in cycles for at, what in ((c.due_at, DUE), (c.closes_at, CLOSED))
    ]
    return [
        (calendar.local_day(at), Happening(what, code, (), 0))
        for at, what, code in turns
        if first <= at <= last
    ]


def _days(
    events: Iterable[AuditEvent],
    rows: Iterable[NoticeRow],
    turns: Iterable[tuple[date, Happening]],
    calendar: WorkingCalendar,
) -> Iterator[Day]:
    found: dict[date, list[Happening]] = {}
    told = ((calendar.local_day(e.at), _of_event(e)) for e in events if e.event in _TOLD)
    left = ((calendar.local_day(r.sent_at), _of_notice(r)) for r in rows if r.sent_at)
    without_sent = ((day, h) for day, h in told if h.what != SENT)
    for day, happening in (*without_sent, *left, *turns):
        found.setdefault(day, []).append(happening)
    for day in sorted(found):
        yield Day(day, tuple(sorted(_merged(found[day]), key=lambda h: _TOLD.index(h.what))))


def _of_event(event: AuditEvent) -> Happening:
    held = json.loads(event.payload)
    agencies = tuple(held.get("agencies") or ([event.agency] if event.agency else []))
    shown = {
        "agency_ended": ";".join(held.get("successors", ())),
        "consolidated": held.get("reason"),
    }
    detail = shown.get(event.event) or ""
    number = str(held.get("number", "")) if event.event == "consolidated" else ""
    return Happening(event.event, event.cycle or "", agencies, 1, number, detail)


def _of_notice(row: NoticeRow) -> Happening:
    rung = row.rung if row.kind in _BY_RUNGS else row.kind
    return Happening(SENT, row.cycle, (row.agency,), 1, rung, row.kind)


def _merged(happenings: Iterable[Happening]) -> Iterator[Happening]:
    """Yield what happened to several agencies alike as one."""
    alike: dict[tuple[str, str, str, str], list[Happening]] = {}
    for one in happenings:
        alike.setdefault((one.what, one.cycle, one.rung, one.detail), []).append(one)
    for (what, cycle, rung, detail), ones in alike.items():
        agencies = tuple(dict.fromkeys(code for one in ones for code in one.agencies))
        yield Happening(what, cycle, agencies, sum(one.count for one in ones), rung, detail)
