"""When a notice that could not be delivered for the moment is tried again, and when no more."""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

FIRST_DELAY: Final = timedelta(minutes=15)
LONGEST_DELAY: Final = timedelta(hours=4)
GIVE_UP_AFTER: Final = timedelta(hours=72)
MOST_UNCERTAIN: Final = 3
"""So many copies somebody may get of whose mail the server never says that it took it."""

_DOUBLINGS: Final = 4
"""15 minutes doubled four times are the four hours around which the longest delays lie."""
_JITTER: Final = 0.15


def retry_delay(attempts: int, mail: str) -> timedelta:
    """Return how long to wait after so many failed attempts, in whole seconds.

    Around 15, 30, 60 … 240 minutes, at most 15 % less or more. What failed together is not
    tried again together; but every machine derives the same from the name of the mail.
    """
    usual = min(FIRST_DELAY * (1 << min(attempts - 1, _DOUBLINGS)), LONGEST_DELAY)
    drawn = int.from_bytes(sha256(f"{mail}/{attempts}".encode()).digest()[:4])
    part = 2 * drawn / (2**32 - 1) - 1
    return timedelta(seconds=round(usual.total_seconds() * (1 + _JITTER * part)))


def plan_retry(
    *, mail: str, attempts: int, first_attempt_at: datetime, at: datetime, uncertain: int = 0
) -> datetime | None:
    """Return when to try again after a temporary failure at `at`, or None to give up.

    `attempts` counts this one, as does `uncertain`, the attempts after which the mail may
    have arrived. Only an attempt that is made 72 hours or more after the first gives up, so
    that nothing expires without having been tried; none is planned later than that.
    """
    last = first_attempt_at + GIVE_UP_AFTER
    if at >= last or uncertain >= MOST_UNCERTAIN:
        return None
    return min(at + retry_delay(attempts, mail), last)
