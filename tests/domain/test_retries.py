from datetime import UTC, datetime, timedelta

import pytest

from lsplan_workflow.domain.retries import plan_retry, retry_delay

FIRST = datetime(2025, 10, 20, 1, 0, tzinfo=UTC)
TICK = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("attempts", "minutes"), [(1, 15), (2, 30), (3, 60), (4, 120), (5, 240), (6, 240), (10**6, 240)]
)
def test_the_delay_doubles_from_fifteen_minutes_to_four_hours_and_no_further(attempts, minutes):
    assert retry_delay(attempts) == timedelta(minutes=minutes)


def test_the_first_failure_is_tried_again_a_quarter_of_an_hour_later():
    again = plan_retry(attempts=1, first_attempt_at=FIRST, at=FIRST)
    assert again == FIRST + timedelta(minutes=15)


def test_an_attempt_just_before_72_hours_is_not_the_last():
    at = FIRST + timedelta(hours=72) - TICK
    assert plan_retry(attempts=20, first_attempt_at=FIRST, at=at) == at + timedelta(hours=4)


@pytest.mark.parametrize("late", [timedelta(), TICK, timedelta(days=9)])
def test_an_attempt_made_72_hours_or_more_after_the_first_gives_up(late):
    at = FIRST + timedelta(hours=72) + late
    assert plan_retry(attempts=2, first_attempt_at=FIRST, at=at) is None
