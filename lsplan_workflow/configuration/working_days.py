"""The working calendar: a country's public holidays, overridden both ways by calendar.csv."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

import holidays

from lsplan_workflow.domain.calendar import WorkingCalendar, WorkingHours
from lsplan_workflow.domain.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from lsplan_workflow.configuration.calendar_file import CalendarDay
    from lsplan_workflow.domain.program import Program

_TIMEZONE: Final = re.compile(r"UTC|[A-Za-z]+(?:/[A-Za-z0-9_+-]+)+")
_COUNTRY: Final = re.compile(r"[A-Z]{2}")

A_TIMEZONE: Final = Text(
    'một múi giờ có thật, như "Asia/Ho_Chi_Minh"', 'a known time zone, as "Asia/Ho_Chi_Minh"'
)
A_COUNTRY: Final = Text(
    'mã nước hai chữ hoa có trong thư viện holidays, như "VN"',
    'a country of the holidays library in two capitals, as "VN"',
)


@dataclass(frozen=True, slots=True)
class CalendarSettings:
    """Where and when work is done, and whose public holidays are kept."""

    timezone: str
    hours: WorkingHours
    country: str


def parse_timezone(text: str) -> str:
    """Return the name of a time zone that exists; raise ValueError for anything else."""
    try:
        found = _TIMEZONE.fullmatch(text) and ZoneInfo(text)
    except (KeyError, OSError):
        # A name that is unknown, or that of a folder of zones such as America/Argentina.
        found = None
    if not found:
        raise ValueError(text)
    return text


def parse_country(text: str) -> str:
    """Return a country whose holidays are known; raise ValueError for anything else."""
    try:
        found = _COUNTRY.fullmatch(text) and holidays.country_holidays(text)
    except NotImplementedError:
        found = None
    if found is None:
        raise ValueError(text)
    return text


@dataclass(frozen=True, slots=True)
class _Customs:
    """A country's days off, the days worked in their stead, and its weekend (0 is Monday)."""

    off: frozenset[date]
    worked: frozenset[date]
    weekend: frozenset[int]


@lru_cache(maxsize=16)
def _public_holidays(country: str, first: int, last: int) -> _Customs:
    """Return the holidays of some years."""
    found = holidays.country_holidays(country, years=range(first, last + 1))
    return _Customs(frozenset(found), frozenset(found.weekend_workdays), frozenset(found.weekend))


def build_calendar(
    settings: CalendarSettings, days: Iterable[CalendarDay], programs: Iterable[Program]
) -> WorkingCalendar:
    """Return the calendar of all the years in which a cycle of some program may lie.

    A cycle opens at most a year before its deadline and closes some weeks after it.
    """
    programs = list(programs)
    years = {year for p in programs for regime in p.regimes for year in regime.years}
    first = max(min(p.effective_from.year for p in programs), min(years)) - 1
    customs = _public_holidays(settings.country, first, max(years) + 1)
    days = list(days)
    listed_off = {day.on for day in days if not day.is_worked}
    listed_worked = {day.on for day in days if day.is_worked}
    announced = {day.on.year for day in days if day.is_announced}
    return WorkingCalendar(
        timezone=settings.timezone,
        hours=settings.hours,
        days_off=(customs.off - listed_worked) | listed_off,
        days_worked=(customs.worked - listed_off) | listed_worked,
        announced_years=frozenset(announced - {d.on.year for d in days if d.is_estimate}),
        weekend=customs.weekend,
    )
