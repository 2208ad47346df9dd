from dataclasses import replace
from datetime import date

import pytest

from lsplan_workflow.domain.errors import IllegalTransition
from lsplan_workflow.domain.obstacles import (
    TRANSITIONS,
    Act,
    Obstacle,
    State,
    Statement,
    days_left,
    number_of,
)
from tests.domain.province import CALENDAR, local

DUE_AT = local(2025, 10, 21)
OBSTACLE = Obstacle(
    number="2025-003",
    program="268",
    agency="SYT",
    statement=Statement("Thiếu mặt bằng."),
    received_at=local(2025, 10, 6, 20),
    answer_by_at=DUE_AT,
    announced_by_at=DUE_AT,
    chased_since=local(2025, 10, 6, 20),
)

ALLOWED = {
    ("received", "assign"): "assigned",
    ("received", "answer"): "answered",
    ("received", "close"): "closed",
    ("assigned", "assign"): "assigned",
    ("assigned", "answer"): "answered",
    ("assigned", "close"): "closed",
    ("answered", "assign"): "assigned",
    ("answered", "close"): "closed",
}


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("act", list(Act))
def test_an_obstacle_goes_through_its_states_by_the_table_alone(state, act):
    found = replace(OBSTACLE, state=state)
    target = ALLOWED.get((state.value, act.value))
    if target is None:
        with pytest.raises(IllegalTransition, match="2025-003"):
            found.after(act)
    else:
        assert found.after(act).state == target


@pytest.mark.parametrize(
    ("state", "instead"),
    [
        ("answered", "answer what is answered; for another answer, assign it first: "),
        ("closed", "answer what is closed; if there is one still, record it anew: "),
    ],
)
def test_a_step_that_is_refused_says_what_to_do_instead(state, instead):
    with pytest.raises(IllegalTransition) as refused:
        replace(OBSTACLE, state=State(state)).after(Act.ANSWER)
    assert refused.value.text.en.startswith(f"2025-003: cannot {instead}`lsplan obstacle a")


def test_the_table_has_no_step_that_is_not_named_here():
    assert {(s.value, a.value): t.value for (s, a), t in TRANSITIONS.items()} == ALLOWED


@pytest.mark.parametrize(
    ("year", "ordinal", "number"),
    [(2025, 1, "2025-001"), (2025, 999, "2025-999"), (2025, 1000, "2025-1000")],
)
def test_a_number_is_the_year_and_three_figures_or_more(year, ordinal, number):
    assert number_of(year, ordinal) == number


@pytest.mark.parametrize(
    ("day", "left"), [(date(2025, 10, 19), 1), (date(2025, 10, 20), 0), (date(2025, 10, 21), -1)]
)
def test_days_are_counted_to_the_last_day_in_time_and_late_from_the_due_day(day, left):
    assert days_left(OBSTACLE, day, CALENDAR) == left


def test_an_answer_is_overdue_from_the_due_instant_on_as_long_as_it_is_awaited():
    assert not OBSTACLE.is_overdue(local(2025, 10, 20, 23, 59))
    assert OBSTACLE.is_overdue(DUE_AT)
    for state, awaited in (("assigned", True), ("answered", False), ("closed", False)):
        assert replace(OBSTACLE, state=State(state)).is_overdue(DUE_AT) is awaited


def test_an_assignment_sets_who_answers_by_when_and_from_when_it_is_chased():
    at, by = local(2025, 10, 7, 8), local(2025, 10, 31)
    found = OBSTACLE.assigned("SCT", at, answer_by_at=by)
    assert (found.state, found.assigned_to) == (State.ASSIGNED, "SCT")
    assert (found.answer_by_at, found.chased_since) == (by, at)
    assert found.announced_by_at == DUE_AT
