"""The clock: the only place that reads the time of day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Something that tells the present instant."""

    def now(self) -> datetime:
        """Return the present instant, aware, in UTC."""


@dataclass(frozen=True, slots=True)
class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the machine's present instant, in UTC."""
        return datetime.now(UTC)  # noqa: TID251 - This is the one place that may.


@dataclass(frozen=True, slots=True)
class StandingClock:
    """A clock that stands still, for rehearsals."""

    instant: datetime

    def now(self) -> datetime:
        """Return the instant at which the clock stands, in UTC."""
        return self.instant.astimezone(UTC)
