"""How a cycle was complied with: each obligation's timeliness and the cycle's figures."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from lsplan_workflow.domain.obligations import Obligation, Status, lapsed

if TYPE_CHECKING:
    from collections.abc import Iterable


class Timeliness(StrEnum):
    """Whether an obligation was met in time, judged by its first complete filing."""

    ON_TIME = "on_time"
    LATE = "late"
    MISSING = "missing"
    PENDING = "pending"
    WAIVED = "waived"


def timeliness(obligation: Obligation, now: datetime) -> Timeliness | None:
    """Return the timeliness at an instant, or None for an obligation that passed on.

    A filing at the due instant is late, one microsecond earlier it is on time.
    """
    if obligation.status is Status.TRANSFERRED:
        return None
    if obligation.status is Status.WAIVED:
        return Timeliness.WAIVED
    filed_at = obligation.first_complete_at
    if filed_at is None:
        return Timeliness.PENDING if now < obligation.due_at else Timeliness.MISSING
    return Timeliness.ON_TIME if filed_at < obligation.due_at else Timeliness.LATE


_TIMES: Final = (Timeliness.ON_TIME, Timeliness.LATE, Timeliness.MISSING, Timeliness.PENDING)


@dataclass(frozen=True, slots=True)
class Figures:
    """The counts of one cycle: on_time + late + missing + pending = expected.

    Who is waived owes nothing and is counted apart. `lapsed` are those of the transferred that
    nobody took over.
    """

    expected: int = 0
    open: int = 0
    submitted: int = 0
    accepted: int = 0
    returned: int = 0
    waived: int = 0
    transferred: int = 0
    on_time: int = 0
    late: int = 0
    missing: int = 0
    pending: int = 0
    expected_originally: int = 0
    lapsed: int = 0

    @property
    def taken_over(self) -> int:
        """How many passed on to a successor."""
        return self.transferred - self.lapsed

    @property
    def unsettled(self) -> int:
        """How many of the expected are not accepted."""
        return self.expected - self.accepted

    def rate(self, count: int) -> float:
        """Return a count's share of the expected in percent, 0 where nothing is expected."""
        return 100 * count / self.expected if self.expected else 0.0


def figures(obligations: Iterable[Obligation], now: datetime) -> Figures:
    """Return the figures of one cycle's obligations at an instant."""
    owed = tuple(obligations)
    by_status = Counter(o.status.value for o in owed)
    by_time = Counter(timeliness(o, now) for o in owed if o.is_expected)
    statuses = {status.value: by_status[status.value] for status in Status}
    times = {time.value: by_time[time] for time in _TIMES}
    return Figures(
        expected=by_time.total(),
        expected_originally=sum(o.original for o in owed),
        lapsed=len(lapsed(owed)),
        **statuses,
        **times,
    )


def days_late(due_on: date, day: date) -> int:
    """Return how many local days late a day is, D being the first; 0 before D."""
    return max((day - due_on).days + 1, 0)
