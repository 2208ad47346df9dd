from datetime import UTC, timedelta

import pytest

from lsplan_workflow.clock import StandingClock, SystemClock, UnsetClock
from lsplan_workflow.domain.errors import RequestError
from tests.domain.province import local


def test_the_machine_clock_tells_aware_utc_and_never_goes_back():
    earlier, later = SystemClock().now(), SystemClock().now()
    assert earlier.tzinfo is UTC
    assert later >= earlier


def test_a_standing_clock_tells_its_instant_in_utc():
    clock = StandingClock(local(2025, 10, 20, 7, 30))
    assert clock.now() == clock.now()
    assert clock.now().isoformat() == "2025-10-20T00:30:00+00:00"
    assert clock.now() - local(2025, 10, 20) == timedelta(hours=7, minutes=30)


def test_the_machine_clock_never_tells_an_instant_before_the_one_a_run_was_scheduled_for():
    scheduled = SystemClock().now() + timedelta(milliseconds=500)
    assert SystemClock(not_before=scheduled).now() == scheduled


def test_the_machine_clock_goes_on_when_a_run_starts_late():
    scheduled = SystemClock().now() - timedelta(hours=1)
    assert SystemClock(not_before=scheduled).now() > scheduled


@pytest.mark.parametrize(("ahead", "slept"), [(30, 30.0), (0, 0.0), (-30, 0.0)])
def test_the_machine_clock_sleeps_as_long_as_it_is_until_an_instant(monkeypatch, ahead, slept):
    clock, naps = SystemClock(), []
    now = clock.now()
    monkeypatch.setattr(SystemClock, "now", lambda _: now)
    monkeypatch.setattr("lsplan_workflow.clock.time.sleep", naps.append)
    assert clock.wait_until(now + timedelta(seconds=ahead))
    assert naps == [slept]


@pytest.mark.parametrize("clock", [StandingClock(local(2025, 10, 20)), UnsetClock()])
def test_on_a_clock_of_a_rehearsal_nothing_comes_by_waiting(clock):
    assert not clock.wait_until(local(2025, 10, 21))


def test_a_clock_that_was_never_set_says_how_to_set_it():
    with pytest.raises(RequestError, match="--at"):
        UnsetClock().now()
