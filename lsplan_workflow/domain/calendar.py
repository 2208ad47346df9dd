"""The working calendar: which days are worked and at which hours, in local time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

import pendulum

_DAY: Final = timedelta(days=1)
_SATURDAY_AND_SUNDAY: Final = frozenset({5, 6})


@lru_cache
def _zone(name: str) -> pendulum.Timezone:
    return pendulum.timezone(name)


@lru_cache(maxsize=1024)
def _local(zone: str, instant: datetime, _fold: int) -> datetime:
    """Return an instant in a zone; a pass asks for the same few again and again."""
    return instant.astimezone(_zone(zone))


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """The hours of a working day, both ends included (07:30 ≤ t ≤ 17:00)."""

    start: time
    end: time


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """Weekends, holidays and swapped days of one place.

    `days_off` and `days_worked` override the rule that all days but the `weekend` (0 is
    Monday) are worked.
    A year not in `announced_years` is only estimated (the Prime Minister fixes Tết, the
    National Day and swapped days each year; Labour Code art. 112).
    """

    timezone: str
    hours: WorkingHours
    days_off: frozenset[date] = frozenset()
    days_worked: frozenset[date] = frozenset()
    announced_years: frozenset[int] = frozenset()
    weekend: frozenset[int] = _SATURDAY_AND_SUNDAY

    @property
    def zone(self) -> ZoneInfo:
        """The time zone in which days begin and end."""
        return _zone(self.timezone)

    def local(self, instant: datetime) -> datetime:
        """Return the same instant on the local wall clock."""
        # Instants of one zone are equal whichever of two o'clocks they mean, when clocks go back.
        return _local(self.timezone, instant, instant.fold)

    def local_day(self, instant: datetime) -> date:
        """Return the local date of an instant."""
        return self.local(instant).date()

    def at(self, day: date, at: time) -> datetime:
        """Return the instant of a local day and time of day."""
        return datetime.combine(day, at, tzinfo=self.zone)

    def midnight(self, day: date) -> datetime:
        """Return the first instant of a local day."""
        return self.at(day, time.min)

    def start_of_work(self, day: date) -> datetime:
        """Return the instant at which working hours begin on a day."""
        return self.at(day, self.hours.start)

    def end_of_work(self, day: date) -> datetime:
        """Return the last instant of working hours on a day."""
        return self.at(day, self.hours.end)

    def is_estimated(self, day: date) -> bool:
        """Tell whether the year's holidays are not announced yet."""
        return day.year not in self.announced_years

    def is_working_day(self, day: date) -> bool:
        """Tell whether a local day is worked."""
        if day in self.days_worked:
            return True
        return day.weekday() not in self.weekend and day not in self.days_off

    def is_working_time(self, instant: datetime) -> bool:
        """Tell whether an instant lies within the hours of a working day."""
        local = self.local(instant)
        hours = self.hours
        return self.is_working_day(local.date()) and hours.start <= local.time() <= hours.end

    def working_day_on_or_after(self, day: date) -> date:
        """Return the first working day that is not before `day`."""
        while not self.is_working_day(day):
            day += _DAY
        return day

    def working_day_on_or_before(self, day: date) -> date:
        """Return the last working day that is not after `day`."""
        while not self.is_working_day(day):
            day -= _DAY
        return day

    def nth_working_day_before(self, day: date, count: int) -> date:
        """Return the `count`-th working day before `day`, not counting `day` itself."""
        for _ in range(count):
            day = self.working_day_on_or_before(day - _DAY)
        return day

    def nth_working_day_from(self, day: date, count: int) -> date:
        """Return the `count`-th working day, the first being on or after `day`."""
        day = self.working_day_on_or_after(day)
        for _ in range(count - 1):
            day = self.working_day_on_or_after(day + _DAY)
        return day

    def next_working_time(self, instant: datetime) -> datetime:
        """Return `instant` if it is worked, else the next start of working hours."""
        if self.is_working_time(instant):
            return instant
        local = self.local(instant)
        day = local.date() if local.time() < self.hours.start else local.date() + _DAY
        return self.start_of_work(self.working_day_on_or_after(day))
