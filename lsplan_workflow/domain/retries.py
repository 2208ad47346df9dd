"""When a notice that could not be delivered for the moment is tried again, and when no more."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

FIRST_DELAY: Final = timedelta(minutes=15)
LONGEST_DELAY: Final = timedelta(hours=4)
GIVE_UP_AFTER: Final = timedelta(hours=72)

_DOUBLINGS: Final = 4
"""15 minutes doubled four times are the four hours that no delay exceeds."""


def retry_delay(attempts: int) -> timedelta:
    """Return how long to wait after so many failed attempts: 15, 30, 60 … at most 240 min."""
    return min(FIRST_DELAY * (1 << min(attempts - 1, _DOUBLINGS)), LONGEST_DELAY)


def plan_retry(*, attempts: int, first_attempt_at: datetime, at: datetime) -> datetime | None:
    """Return when to try again after a temporary failure at `at`, or None to give up.

    `attempts` counts this one. Only an attempt that is made 72 hours or more after the
    first gives up, so that nothing expires without having been tried.
    """
    if at - first_attempt_at >= GIVE_UP_AFTER:
        return None
    return at + retry_delay(attempts)
