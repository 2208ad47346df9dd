from dataclasses import replace
from datetime import date, timedelta

import pytest

from lsplan_workflow.domain.cycles import (
    CycleState,
    opening_stands_at,
    plan_cycles,
    rung_stands_at,
)
from lsplan_workflow.domain.obligations import Obligation
from lsplan_workflow.domain.program import Deadline, MonthDay, Roll, Rung, Span, Unit
from lsplan_workflow.domain.schedules import Schedule, digest_standings
from tests.domain.province import ANNUAL, CALENDAR, LADDER, PROGRAM, REMINDERS, local

CYCLES = {cycle.code: cycle for cycle in plan_cycles(PROGRAM, CALENDAR)}
TICK = timedelta(microseconds=1)


def test_the_plan_is_demanded_once_and_the_report_every_year():
    assert list(CYCLES) == ["plan-2025", "annual-2025", "annual-2026"]


def test_a_deadline_before_the_program_took_effect_was_never_demanded():
    earlier = replace(ANNUAL, years=(2024, 2025))
    program = replace(PROGRAM, regimes=(earlier,))
    assert [c.code for c in plan_cycles(program, CALENDAR)] == ["annual-2025"]


@pytest.mark.parametrize(
    ("code", "opens", "due", "grace", "closes", "last_working_day"),
    [
        (
            "plan-2025",
            local(2024, 12, 20),
            local(2025, 1, 15),
            local(2025, 2, 4, 17, 0),
            local(2025, 3, 16),
            date(2025, 1, 14),
        ),
        (
            "annual-2025",
            local(2025, 9, 1),
            local(2025, 10, 20),
            local(2025, 10, 31, 17, 0),
            local(2025, 12, 19),
            date(2025, 10, 17),
        ),
        (
            "annual-2026",
            local(2026, 9, 1),
            local(2026, 10, 20),
            local(2026, 11, 2, 17, 0),
            local(2026, 12, 19),
            date(2026, 10, 19),
        ),
    ],
)
def test_the_instants_of_each_cycle(code, opens, due, grace, closes, last_working_day):
    cycle = CYCLES[code]
    assert (cycle.opens_at, cycle.due_at) == (opens, due)
    assert (cycle.grace_ends_at, cycle.closes_at) == (grace, closes)
    assert cycle.last_working_day == last_working_day


def test_before_a_day_excludes_it_and_by_a_day_includes_it():
    before = Deadline(MonthDay(10, 20), inclusive=False)
    by = Deadline(MonthDay(10, 20), inclusive=True)
    assert before.due_on(2025, CALENDAR) == date(2025, 10, 20)
    assert by.due_on(2025, CALENDAR) == date(2025, 10, 21)
    assert CYCLES["annual-2025"].last_full_day == date(2025, 10, 19)


def test_a_deadline_rolls_only_where_that_is_configured():
    rolling = Deadline(MonthDay(10, 20), inclusive=False, roll=Roll.NEXT_WORKING_DAY)
    assert rolling.due_on(2025, CALENDAR) == date(2025, 10, 21)
    assert rolling.due_on(2026, CALENDAR) == date(2026, 10, 20)


@pytest.mark.parametrize(
    ("rung", "day"),
    [
        ("before-30d", date(2025, 9, 19)),
        ("before-14d", date(2025, 10, 6)),
        ("before-7d", date(2025, 10, 13)),
        ("before-3wd", date(2025, 10, 15)),
        ("before-1wd", date(2025, 10, 17)),
        ("overdue-1wd", date(2025, 10, 20)),
        ("overdue-3wd", date(2025, 10, 22)),
        ("overdue-5wd", date(2025, 10, 24)),
        ("overdue-10wd", date(2025, 10, 31)),
        ("overdue-5d", date(2025, 10, 27)),
    ],
)
def test_a_rung_moves_back_before_the_deadline_and_on_after_it(rung, day):
    assert Rung.parse(rung).day(date(2025, 10, 20), CALENDAR) == day
    assert str(Rung.parse(rung)) == rung


def test_the_opening_stands_when_work_begins_on_the_first_working_day():
    assert opening_stands_at(CYCLES["annual-2025"], CALENDAR) == local(2025, 9, 3, 7, 30)
    assert opening_stands_at(CYCLES["plan-2025"], CALENDAR) == local(2024, 12, 20, 7, 30)


def test_a_rung_outside_its_cycle_is_skipped():
    cycle = CYCLES["plan-2025"]
    assert rung_stands_at(cycle, REMINDERS[0], cycle.due_at, CALENDAR) is None
    assert rung_stands_at(cycle, Rung.parse("overdue-90d"), cycle.due_at, CALENDAR) is None
    owed = Obligation(cycle.code, "SYT", cycle.due_at)
    names = [s.rung for s in Schedule(cycle, CALENDAR).standings(owed)]
    assert names == ["opening", *map(str, REMINDERS[1:]), *(str(s.rung) for s in LADDER[:2])]
    digests = [s.rung for s in digest_standings(cycle, (), CALENDAR)]
    assert digests == [str(s.rung) for s in LADDER[2:]]


def test_a_cycle_is_open_from_its_opening_until_just_before_it_closes():
    cycle = CYCLES["annual-2025"]
    assert cycle.state(cycle.opens_at - TICK) is CycleState.UPCOMING
    assert cycle.state(cycle.opens_at) is CycleState.OPEN
    assert cycle.state(cycle.closes_at - TICK) is CycleState.OPEN
    assert cycle.state(cycle.closes_at) is CycleState.CLOSED


@pytest.mark.parametrize("text", ["before", "before-0d", "before-3", "after-3d", "before-3w"])
def test_a_rung_that_cannot_be_read_is_refused(text):
    with pytest.raises(ValueError, match=text):
        Rung.parse(text)


def test_a_span_is_days_or_working_days():
    assert Span.parse("10wd") == Span(10, Unit.WORKING_DAYS)
    assert str(Span.parse("60d")) == "60d"
    with pytest.raises(ValueError, match="ten"):
        Span.parse("ten")
