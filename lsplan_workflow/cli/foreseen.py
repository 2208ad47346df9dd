"""What is to come, for people: by day, by person, and what a supposition changes."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Final

from lsplan_workflow.cli import notice_words, words
from lsplan_workflow.terminal.language import language, say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import datetime

    from lsplan_workflow.configuration.folder import Configuration
    from lsplan_workflow.domain.agencies import Directory
    from lsplan_workflow.domain.calendar import WorkingCalendar
    from lsplan_workflow.domain.notices import Notice
    from lsplan_workflow.domain.obligations import Obligation
    from lsplan_workflow.reports.calendar_events import CalendarEvent, CalendarHead
    from lsplan_workflow.services.foresight import DutyChange, Foresight

_DAYS_OF_A_WEEK: Final = 7


def weekdays() -> list[str]:
    """Return the heads of a calendar's columns, Monday first."""
    vi, en = "T2 T3 T4 T5 T6 T7 CN", "Mon Tue Wed Thu Fri Sat Sun"
    return say(vi, en).split()


def month_title(first: date) -> str:
    """Return the name of a month as a calendar shows it."""
    return say(f"Tháng {first:%m/%Y}", f"{first:%m/%Y}")


def months(
    notices: Iterable[Notice], calendar: WorkingCalendar
) -> Iterator[tuple[date, list[Notice]]]:
    """Yield the months in which something leaves, by their first days, with what that is."""

    def month(notice: Notice) -> date:
        return calendar.local_day(notice.send_at).replace(day=1)

    for first, found in groupby(notices, key=month):
        yield first, list(found)


def weeks(first: date, notices: Sequence[Notice], calendar: WorkingCalendar) -> list[list[str]]:
    """Return a month as rows of seven cells: the day, and how many notices leave on it.

    Days off stand in brackets.
    """
    counts = Counter(calendar.local_day(notice.send_at) for notice in notices)
    day, rows = first - timedelta(days=first.weekday()), list[list[str]]()
    while day < first or day.month == first.month:
        week = [day + timedelta(days=n) for n in range(_DAYS_OF_A_WEEK)]
        rows.append([_cell(d, counts[d], calendar) if d.month == first.month else "" for d in week])
        day += timedelta(days=_DAYS_OF_A_WEEK)
    return rows


def _cell(day: date, count: int, calendar: WorkingCalendar) -> str:
    number = f"{day:%d}" if calendar.is_working_day(day) else f"({day:%d})"
    return number + (say(f" {count} tin", f" {count} msg") if count else "")


def days(notices: Iterable[Notice], calendar: WorkingCalendar) -> Iterator[str]:
    """Yield a line for each rung that leaves on a day: when, what, and to how many."""
    for day, found in groupby(notices, key=lambda n: calendar.local_day(n.send_at)):
        rungs: dict[str, list[Notice]] = {}
        for notice in found:
            rungs.setdefault(notice_words.rung(notice), []).append(notice)
        head = f"{weekdays()[day.weekday()]} {words.day(day)}"
        yield from (
            f"  {head}  {rung}: {notice_words.recipients(sent)}" for rung, sent in rungs.items()
        )


def people(
    notices: Iterable[Notice], directory: Directory, local: Callable[[datetime], datetime]
) -> Iterator[str]:
    """Yield who gets what, contact by contact, each in the order of leaving."""
    ordered = sorted(notices, key=lambda notice: (notice.contact, notice.recipient, notice.send_at))
    for (contact, address), found in groupby(ordered, key=lambda n: (n.contact, n.recipient)):
        yield f"{contact}  {_name(contact, directory)}  {address}"
        for notice in found:
            copied = say(", bản sao", ", in copy") if notice.copy_of else ""
            at = words.instant(local(notice.send_at))
            yield f"  {at}  {notice_words.rung(notice)} – {notice.agency}{copied}"


def _name(contact: str, directory: Directory) -> str:
    agency = contact.split("/", maxsplit=1)[0]
    return directory[agency].form_of_address(language()) if agency in directory else ""


def what_if(found: Foresight, local: Callable[[datetime], datetime]) -> Iterator[str]:
    """Yield what differs from the plan: deadlines and states first, then notices."""
    if not found.duties and not len(found.change):
        yield say("Không có gì thay đổi so với kế hoạch.", "Nothing differs from the plan.")
        return
    for change, agencies in _grouped(found.duties, local).items():
        yield say("Nghĩa vụ ", "Obligation ") + change.format(
            notice_words.listed_agencies(agencies)
        )
    yield from notice_words.plan_change(found.change, local)


def _grouped(
    duties: Iterable[DutyChange], local: Callable[[datetime], datetime]
) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for duty in duties:
        known = duty.after or duty.before
        if known is not None:
            change = (
                f"{known.cycle}, {{}}: {_duty(duty.before, local)} → {_duty(duty.after, local)}"
            )
            found.setdefault(change, []).append(known.agency)
    return found


def _duty(owed: Obligation | None, local: Callable[[datetime], datetime]) -> str:
    if owed is None:
        return say("không có", "none")
    before = words.day(local(owed.due_at))
    return words.status(owed.status) + say(f", trước ngày {before}", f", before {before}")


def as_calendar(
    notices: Iterable[Notice], configuration: Configuration, now: datetime
) -> tuple[CalendarHead, list[CalendarEvent]]:
    """Return the notices to come as a calendar with one event for each rung and instant."""
    from lsplan_workflow.reports.calendar_events import CalendarEvent, CalendarHead

    rungs: dict[tuple[datetime, str], list[Notice]] = {}
    for notice in notices:
        rungs.setdefault((notice.send_at, notice_words.rung(notice)), []).append(notice)
    events = [
        CalendarEvent(
            uid=f"{notice_words.about(sent[0])}.{sent[0].rung}.{at.astimezone(UTC):%Y%m%dT%H%M%SZ}.preview@lsplan",
            summary=f"{rung}: {notice_words.recipients(sent)}",
            description="\n".join(notice.contact for notice in sent),
            start=at,
            sequence=0,
            changed_at=now,
        )
        for (at, rung), sent in rungs.items()
    ]
    title = say("Thông báo sẽ gửi", "Notices to come")
    zone, about = configuration.calendar.timezone, configuration.program.number
    return CalendarHead(title, about, zone, language()), events
