from datetime import UTC, timedelta

from lsplan_workflow.clock import StandingClock, SystemClock
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
