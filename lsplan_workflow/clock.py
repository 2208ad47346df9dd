"""The clock: the only place that reads the time of day."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from lsplan_workflow.domain.errors import RequestError
from lsplan_workflow.domain.text import Text


class Clock(Protocol):
    """Something that tells the present instant."""

    def now(self) -> datetime:
        """Return the present instant, aware, in UTC."""

    def wait_until(self, instant: datetime) -> bool:
        """Return when an instant has come; at once, and False, where time does not pass."""


@dataclass(frozen=True, slots=True)
class SystemClock:
    """The machine's clock; it never tells an instant earlier than `not_before`.

    A scheduler may start a run a moment before its time, which must still do its work.
    """

    not_before: datetime | None = None

    def now(self) -> datetime:
        """Return the machine's present instant, in UTC."""
        present = datetime.now(UTC)  # noqa: TID251 - This is the one place that may.
        return present if self.not_before is None else max(present, self.not_before)

    def wait_until(self, instant: datetime) -> bool:
        """Sleep for as long as it is until an instant now, whatever the clock does meanwhile."""
        time.sleep(max(0.0, (instant - self.now()).total_seconds()))
        return True


class _Rehearsed:
    """A clock of a rehearsal, on which no time passes by itself."""

    __slots__ = ()

    def wait_until(self, instant: datetime) -> bool:
        """Return that an instant does not come by waiting for it."""
        del instant
        return False


@dataclass(frozen=True, slots=True)
class StandingClock(_Rehearsed):
    """A clock that stands still, for rehearsals."""

    instant: datetime

    def now(self) -> datetime:
        """Return the instant at which the clock stands, in UTC."""
        return self.instant.astimezone(UTC)


class UnsetClock(_Rehearsed):
    """The clock of a rehearsal that was never told an instant."""

    def now(self) -> datetime:
        """Raise RequestError: there is no present yet."""
        raise RequestError(
            Text(
                "Đợt diễn tập chưa có thời điểm; hãy cho biết bằng --at, ví dụ "
                "`lsplan --at 2025-01-02T08:00 tick`.",
                "This rehearsal's clock is not set; give an instant by --at, for example "
                "`lsplan --at 2025-01-02T08:00 tick`.",
            )
        )
