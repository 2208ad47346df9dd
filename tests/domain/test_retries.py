from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsplan_workflow.domain.retries import MOST_UNCERTAIN, plan_retry, retry_delay

FIRST = datetime(2025, 10, 20, 1, 0, tzinfo=UTC)
TICK = timedelta(microseconds=1)
HOUR = timedelta(hours=1)
MAIL = "<1@x.example>"

attempts = st.integers(1, 40)
mails = st.text(max_size=20)


def minutes_before_jitter(count):
    return min(15 * 2 ** (count - 1), 240)


@given(attempts, mails)
def test_the_delay_lies_within_fifteen_percent_of_doubled_quarters_of_an_hour(count, mail):
    usual = timedelta(minutes=minutes_before_jitter(count))
    assert 0.85 * usual <= retry_delay(count, mail) <= 1.15 * usual


@pytest.mark.parametrize(
    ("count", "minutes"), [(1, 15), (2, 30), (3, 60), (4, 120), (5, 240), (6, 240), (10**6, 240)]
)
def test_the_delays_of_many_mails_spread_evenly_around_the_usual_one(count, minutes):
    parts = [retry_delay(count, str(n)) / timedelta(minutes=minutes) for n in range(400)]
    assert sum(parts) / len(parts) == pytest.approx(1, abs=0.01)
    assert min(parts) < 0.86
    assert max(parts) > 1.14


@given(attempts, mails)
def test_every_machine_waits_equally_long_for_a_mail(count, mail):
    assert retry_delay(count, mail) == retry_delay(count, mail)
    assert retry_delay(count, mail).microseconds == 0


def test_the_delay_of_a_mail_is_the_one_it_had_in_former_versions():
    assert [retry_delay(n, MAIL).total_seconds() for n in (1, 2, 5)] == [969, 1654, 13017]


def test_what_failed_together_is_not_tried_again_together_nor_always_early():
    assert len({retry_delay(1, str(number)) for number in range(50)}) > 40
    parts = {
        retry_delay(n, MAIL) > timedelta(minutes=minutes_before_jitter(n)) for n in range(1, 9)
    }
    assert parts == {True, False}


@given(attempts, mails, st.timedeltas(timedelta(), 72 * HOUR - TICK))
def test_none_is_planned_later_than_72_hours_after_the_first_attempt(count, mail, late):
    again = plan_retry(mail=mail, attempts=count, first_attempt_at=FIRST, at=FIRST + late)
    assert again == min(FIRST + late + retry_delay(count, mail), FIRST + 72 * HOUR)
    assert again > FIRST + late


def test_an_attempt_just_before_72_hours_is_not_the_last():
    at = FIRST + 72 * HOUR - TICK
    last = plan_retry(mail=MAIL, attempts=20, first_attempt_at=FIRST, at=at)
    assert last == FIRST + 72 * HOUR


@pytest.mark.parametrize("late", [timedelta(), TICK, timedelta(days=9)])
def test_an_attempt_made_72_hours_or_more_after_the_first_gives_up(late):
    at = FIRST + 72 * HOUR + late
    assert plan_retry(mail=MAIL, attempts=2, first_attempt_at=FIRST, at=at) is None


def test_what_may_have_arrived_three_times_is_not_sent_a_fourth_time():
    def again(uncertain):
        return plan_retry(
            mail=MAIL, attempts=9, first_attempt_at=FIRST, at=FIRST, uncertain=uncertain
        )

    assert MOST_UNCERTAIN == 3
    assert again(2) is not None
    assert again(3) is None
