"""What differs between two working calendars: days, years that are announced, all else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lsplan_workflow.configuration.comparison import compared
from lsplan_workflow.configuration.difference import Difference, Part, Topic
from lsplan_workflow.configuration.spoken import said
from lsplan_workflow.domain.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from lsplan_workflow.domain.calendar import WorkingCalendar

SETTINGS: Final = Topic(Part.CALENDAR, "calendar", Text("Lịch làm việc", "Working calendar"))
BY_YEAR: Final = ("days_off", "days_worked", "announced_years")


def changed_settings(before: WorkingCalendar, after: WorkingCalendar) -> Iterator[Difference]:
    """Yield what differs in a calendar but for its days: time zone, hours and the like."""
    yield from compared(SETTINGS, before, after, told=BY_YEAR)


def changed_days(before: WorkingCalendar, after: WorkingCalendar) -> Iterator[Difference]:
    """Yield, year by year, the days that are worked no more or anew, and what is announced.

    Of a year that only one calendar has, the numbers of its days: a further year in a
    regime brings a whole year's holidays with it.
    """
    changed = (before.days_off ^ after.days_off) | (before.days_worked ^ after.days_worked)
    years = {day.year for day in changed} | (before.announced_years ^ after.announced_years)
    for year in sorted(years):
        topic = year_topic(year)
        if changed_in := [day for day in sorted(changed) if day.year == year]:
            yield from _days_of_year(topic, changed_in, before, after)
        yield from _announced(topic, year, before, after)


def year_topic(year: int) -> Topic:
    """Return the topic of a calendar's year."""
    return Topic(Part.CALENDAR, str(year), Text(f"Lịch năm {year}", f"Calendar of {year}"))


def _announced(
    topic: Topic, year: int, before: WorkingCalendar, after: WorkingCalendar
) -> Iterator[Difference]:
    was, now = year in before.announced_years, year in after.announced_years
    if now and not was:
        yield topic.tell("nay đã công bố, trước là ước tính", "announced now, estimated before")
    if was and not now:
        yield topic.tell("nay là ước tính, trước đã công bố", "estimated now, announced before")


def _days_of_year(
    topic: Topic, days: list[date], before: WorkingCalendar, after: WorkingCalendar
) -> Iterator[Difference]:
    year = days[0].year
    if not _knows(before, year):
        yield topic.tell(*_counted(after, year, "thêm vào", "added with"))
    elif not _knows(after, year):
        yield topic.tell(*_counted(before, year, "bỏ đi, có", "removed with"))
    else:
        yield from _day_by_day(topic, days, before, after)


def _knows(calendar: WorkingCalendar, year: int) -> bool:
    return any(day.year == year for day in calendar.days_off | calendar.days_worked)


def _counted(calendar: WorkingCalendar, year: int, vi: str, en: str) -> tuple[str, str]:
    off = sum(day.year == year for day in calendar.days_off)
    worked = sum(day.year == year for day in calendar.days_worked)
    return (
        f"{vi} {off} ngày nghỉ, {worked} ngày làm bù",
        f"{en} {off} days off, {worked} days worked instead",
    )


def _day_by_day(
    topic: Topic, days: list[date], before: WorkingCalendar, after: WorkingCalendar
) -> Iterator[Difference]:
    moved = [day for day in days if before.is_working_day(day) != after.is_working_day(day)]
    same = [day for day in days if day not in moved]
    off = [day for day in moved if not after.is_working_day(day)]
    if off:
        yield topic.tell(f"nay nghỉ {listed_days(off).vi}", f"off now: {listed_days(off).en}")
    if worked := [day for day in moved if day not in off]:
        days_worked = listed_days(worked)
        yield topic.tell(f"nay làm việc {days_worked.vi}", f"worked now: {days_worked.en}")
    if same:
        yield unmoved(topic, same)


def unmoved(topic: Topic, days: Iterable[date]) -> Difference:
    """Return the sentence for days that are written otherwise and mean what they meant."""
    listed = listed_days(days)
    return topic.tell(
        f"sửa ghi chép về {listed.vi}, ngày nghỉ và ngày làm việc như cũ",
        f"other entries for {listed.en}, off or worked as before",
    )


def listed_days(days: Iterable[date]) -> Text:
    """Return days as people write them."""
    return said(tuple(days))
