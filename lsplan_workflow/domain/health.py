"""How well the installation is: levels, findings, and the thresholds between the levels."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from lsplan_workflow.domain.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from lsplan_workflow.domain.calendar import WorkingCalendar

GIBIBYTE: Final = 2**30
LITTLE_ROOM: Final = 2 * GIBIBYTE
"""Free bytes below which a disk should be looked at."""
NO_ROOM: Final = GIBIBYTE // 2
"""Free bytes below which the next reports may not find room."""

SLIGHTLY_OFF: Final = timedelta(minutes=1)
WRONG_CLOCK: Final = timedelta(minutes=5)
"""From here on a report that is filed near its deadline may be judged wrongly."""

PASS_INTERVAL: Final = timedelta(hours=24)
"""The longest time between two passes that run as they should: there is one every day."""

LATE_RUN: Final = timedelta(hours=2)
"""After this a run that Prefect calls late is not only one of several that wait their turn."""

BACKUP_AGING: Final = timedelta(days=2)
BACKUP_OLD: Final = timedelta(days=7)

MORNINGS_WAITED: Final = 1
MORNINGS_STUCK: Final = 3
"""Starts of working days after which a message that waits still is not only held back."""

FAILED_LATELY: Final = timedelta(days=7)

_ANNOUNCED_BY: Final = (12, 15)
"""Tết and swapped days of the next year are usually announced before this month and day."""


class Level(StrEnum):
    """How bad a finding is; `unknown` is what could not be measured, for no fault of ours."""

    OK = "ok"
    UNKNOWN = "unknown"
    NOTICE = "notice"
    TROUBLE = "trouble"


NOTHING: Final = Text("", "")


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found, and what an administrator is to do about it."""

    code: str
    level: Level
    said: Text
    remedy: Text = NOTHING


def is_well(findings: Iterable[Finding]) -> bool:
    """Tell whether there is no trouble among the findings."""
    return all(finding.level is not Level.TROUBLE for finding in findings)


def level_of_disk(free: int) -> Level:
    """Return how bad it is that so many bytes are free."""
    if free < NO_ROOM:
        return Level.TROUBLE
    return Level.NOTICE if free < LITTLE_ROOM else Level.OK


def level_of_clock(offset: timedelta) -> Level:
    """Return how bad it is that the machine's clock is off by so much, either way."""
    if abs(offset) > WRONG_CLOCK:
        return Level.TROUBLE
    return Level.NOTICE if abs(offset) > SLIGHTLY_OFF else Level.OK


def level_of_calendar(year: int, today: date) -> Level:
    """Return how bad it is that the working days of a needed year are estimates only.

    They are usually announced between October and December: until the middle of December
    an estimate is no reason to alarm anybody.
    """
    late = year <= today.year or (today.month, today.day) >= _ANNOUNCED_BY
    return Level.TROUBLE if late else Level.NOTICE


def level_of_backup(age: timedelta) -> Level:
    """Return how bad it is that the last backup is so old."""
    if age > BACKUP_OLD:
        return Level.TROUBLE
    return Level.NOTICE if age > BACKUP_AGING else Level.OK


def level_of_waiting(mornings: int) -> Level:
    """Return how bad it is that a message waits since so many starts of working days."""
    if mornings >= MORNINGS_STUCK:
        return Level.TROUBLE
    return Level.NOTICE if mornings >= MORNINGS_WAITED else Level.OK


def level_of_failure(age: timedelta) -> Level:
    """Return how bad a message is that failed so long ago in a cycle that still runs."""
    return Level.TROUBLE if age <= FAILED_LATELY else Level.NOTICE


def is_overlooked(next_action_at: datetime, now: datetime) -> bool:
    """Tell whether an action is past by more than the time between two passes."""
    return now - next_action_at > PASS_INTERVAL


def mornings_since(calendar: WorkingCalendar, since: datetime, now: datetime) -> int:
    """Return how many working days have begun after an instant, up to now.

    It stops counting where the answer makes no difference any more.
    """
    day, count = calendar.local_day(since), 0
    while count < MORNINGS_STUCK:
        day = calendar.working_day_on_or_after(day)
        start = calendar.start_of_work(day)
        if start > now:
            break
        count += start > since
        day += timedelta(days=1)
    return count
