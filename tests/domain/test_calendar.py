from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsplan_workflow.domain.calendar import WorkingCalendar
from tests.domain.province import CALENDAR, local

INSTANTS = st.timedeltas(timedelta(0), timedelta(days=729)).map(
    lambda since: local(2025, 1, 1) + since
)
TICK = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        (date(2025, 10, 17), True),
        (date(2025, 10, 18), False),
        (date(2025, 10, 19), False),
        (date(2025, 10, 20), True),
        (date(2025, 9, 2), False),
        (date(2025, 9, 3), True),
        (date(2026, 1, 2), False),
        (date(2026, 1, 10), True),
    ],
)
def test_a_day_is_worked_unless_it_is_a_weekend_or_off_or_swapped(day, worked):
    assert CALENDAR.is_working_day(day) is worked


def test_without_overrides_all_days_but_the_weekend_are_worked_and_every_year_is_estimated():
    plain = WorkingCalendar(CALENDAR.timezone, CALENDAR.hours)
    week = [date(2025, 9, 1) + timedelta(days=n) for n in range(7)]
    assert [plain.is_working_day(day) for day in week] == [True] * 5 + [False] * 2
    assert plain.is_estimated(date(2025, 9, 1))


@pytest.mark.parametrize(
    ("instant", "worked"),
    [
        (local(2025, 10, 17, 7, 30) - TICK, False),
        (local(2025, 10, 17, 7, 30), True),
        (local(2025, 10, 17, 7, 30) + TICK, True),
        (local(2025, 10, 17, 17, 0) - TICK, True),
        (local(2025, 10, 17, 17, 0), True),
        (local(2025, 10, 17, 17, 0) + TICK, False),
        (local(2025, 10, 18, 9, 0), False),
    ],
)
def test_working_hours_include_both_their_ends(instant, worked):
    assert CALENDAR.is_working_time(instant) is worked


@pytest.mark.parametrize(
    ("instant", "expected"),
    [
        (local(2025, 10, 17, 7, 29), local(2025, 10, 17, 7, 30)),
        (local(2025, 10, 17, 17, 0), local(2025, 10, 17, 17, 0)),
        (local(2025, 10, 17, 17, 1), local(2025, 10, 20, 7, 30)),
        (local(2025, 10, 18, 0, 0), local(2025, 10, 20, 7, 30)),
        (local(2026, 1, 9, 18, 0), local(2026, 1, 10, 7, 30)),
    ],
)
def test_what_falls_outside_working_hours_waits_for_the_next_start_of_work(instant, expected):
    assert CALENDAR.next_working_time(instant) == expected


@given(INSTANTS)
def test_the_next_working_time_is_worked_and_never_earlier(instant):
    following = CALENDAR.next_working_time(instant)
    assert following >= instant
    assert CALENDAR.is_working_time(following)


@given(INSTANTS, st.integers(1, 30))
def test_counting_working_days_passes_over_exactly_that_many(instant, count):
    day = instant.date()
    target = CALENDAR.nth_working_day_before(day, count)
    between = (target + timedelta(days=n) for n in range((day - target).days))
    assert sum(map(CALENDAR.is_working_day, between)) == count
    target = CALENDAR.nth_working_day_from(day, count)
    between = (day + timedelta(days=n) for n in range((target - day).days + 1))
    assert sum(map(CALENDAR.is_working_day, between)) == count
    assert CALENDAR.is_working_day(target)


def test_a_year_that_nobody_announced_is_estimated():
    assert not CALENDAR.is_estimated(date(2026, 12, 31))
    assert CALENDAR.is_estimated(date(2027, 1, 1))


def test_a_local_day_begins_seven_hours_before_that_of_utc():
    assert CALENDAR.midnight(date(2025, 10, 20)).isoformat() == "2025-10-20T00:00:00+07:00"
    assert CALENDAR.local_day(local(2025, 10, 20) - TICK) == date(2025, 10, 19)


@pytest.mark.parametrize("fold", [0, 1])
def test_of_an_hour_that_comes_twice_each_is_told_from_the_other(fold):
    west = WorkingCalendar("America/New_York", CALENDAR.hours)
    # On 02/11/2025 the clocks went back from 02:00 to 01:00.
    instant = datetime(2025, 11, 2, 1, 30, tzinfo=ZoneInfo("America/New_York"), fold=fold)
    hanoi = CALENDAR.local(instant)
    assert f"{hanoi:%d/%m %H:%M}" == ("02/11 12:30", "02/11 13:30")[fold]
    assert west.local(hanoi).fold == fold
