"""An agency's duty in one cycle: its states, who owes, and what passes to successors."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from lsplan_workflow.domain.errors import IllegalTransition
from lsplan_workflow.domain.program import Split
from lsplan_workflow.domain.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from lsplan_workflow.domain.agencies import Agency, Directory
    from lsplan_workflow.domain.cycles import Cycle


class Status(StrEnum):
    """The stored state of an obligation; late and overdue are computed, never stored."""

    OPEN = "open"
    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    WAIVED = "waived"
    TRANSFERRED = "transferred"


class Event(StrEnum):
    """What can happen to an obligation."""

    SUBMIT = "submit"
    ACCEPT = "accept"
    RETURN = "return"
    WAIVE = "waive"
    TRANSFER = "transfer"


TRANSITIONS: Final[Mapping[tuple[Status, Event], Status]] = {
    (Status.OPEN, Event.SUBMIT): Status.SUBMITTED,
    (Status.OPEN, Event.WAIVE): Status.WAIVED,
    (Status.OPEN, Event.TRANSFER): Status.TRANSFERRED,
    (Status.SUBMITTED, Event.SUBMIT): Status.SUBMITTED,
    (Status.SUBMITTED, Event.ACCEPT): Status.ACCEPTED,
    (Status.SUBMITTED, Event.RETURN): Status.RETURNED,
    (Status.RETURNED, Event.SUBMIT): Status.SUBMITTED,
    (Status.RETURNED, Event.WAIVE): Status.WAIVED,
}

SETTLED: Final = frozenset({Status.ACCEPTED, Status.WAIVED})


@dataclass(frozen=True, slots=True)
class Obligation:
    """One agency's duty in one reporting cycle.

    `first_complete_at` is when its first complete filing was received and alone decides
    its timeliness. `covers` names the agencies whose duty it took over; an obligation
    that a succession brought about is not `original`. `ended_at` is when it passed on.
    """

    cycle: str
    agency: str
    due_at: datetime
    status: Status = Status.OPEN
    first_complete_at: datetime | None = None
    covers: tuple[str, ...] = ()
    original: bool = True
    ended_at: datetime | None = None

    @property
    def is_chased(self) -> bool:
        """Tell whether its original schedule still reminds: nothing complete was filed."""
        return self.status is Status.OPEN and self.first_complete_at is None

    @property
    def is_settled(self) -> bool:
        """Tell whether nothing more is owed: accepted or waived."""
        return self.status in SETTLED

    def after(self, event: Event, at: datetime) -> Obligation:
        """Return the obligation after an event; raise IllegalTransition if there is none."""
        target = TRANSITIONS.get((self.status, event))
        if target is None:
            raise IllegalTransition(
                Text(
                    f"{self.cycle}/{self.agency}: không thể «{_EVENT_VI[event]}» khi trạng thái "
                    f"là «{STATUS_VI[self.status]}».",
                    f"{self.cycle}/{self.agency}: cannot {event.value} what is "
                    f"{self.status.value}.",
                )
            )
        changed = replace(self, status=target)
        if event is Event.SUBMIT and self.first_complete_at is None:
            return replace(changed, first_complete_at=at)
        return replace(changed, ended_at=at) if event is Event.TRANSFER else changed


STATUS_VI: Final[Mapping[Status, str]] = {
    Status.OPEN: "chưa báo cáo",
    Status.SUBMITTED: "đã gửi, chờ duyệt",
    Status.ACCEPTED: "đã chấp nhận",
    Status.RETURNED: "đã trả lại",
    Status.WAIVED: "được miễn",
    Status.TRANSFERRED: "đã chuyển giao",
}
_EVENT_VI: Final[Mapping[Event, str]] = {
    Event.SUBMIT: "nộp",
    Event.ACCEPT: "chấp nhận",
    Event.RETURN: "trả lại",
    Event.WAIVE: "miễn",
    Event.TRANSFER: "chuyển giao",
}


def plan_obligations(cycle: Cycle, directory: Directory) -> list[Obligation]:
    """Return what is owed in a cycle.

    Every agency of the regime's kinds that exists on the cycle's last full day owes.
    """
    owing = directory.existing(cycle.last_full_day, cycle.regime.owed_by)
    return [Obligation(cycle.code, agency.code, cycle.due_at) for agency in owing]


def plan_succession(
    ended: Agency,
    obligations: Mapping[str, Obligation],
    *,
    cycle: Cycle,
    directory: Directory,
    split: Split,
    at: datetime,
) -> list[Obligation]:
    """Return the obligations of a cycle (by agency) that the end of an agency changes.

    Only an open obligation without a complete filing passes on; what was settled or filed
    stays under the old name. A successor owes one obligation that covers all it took over.
    """
    own = obligations.get(ended.code)
    if own is None or not own.is_chased:
        return []
    taken_over = (own.agency, *own.covers)
    heirs = _heirs(ended, cycle.regime.owed_by, directory, split)
    covering = [_covering(heir, taken_over, obligations.get(heir), cycle) for heir in heirs]
    return [own.after(Event.TRANSFER, at), *covering]


def _heirs(ended: Agency, kinds: Iterable[str], directory: Directory, split: Split) -> list[str]:
    owing = [code for code in ended.successors if directory[code].kind in kinds]
    return owing if split is Split.ALL else owing[:1]


def _covering(
    heir: str, taken_over: tuple[str, ...], present: Obligation | None, cycle: Cycle
) -> Obligation:
    base = present or Obligation(cycle.code, heir, cycle.due_at, original=False)
    added = tuple(code for code in taken_over if code not in base.covers)
    return replace(base, covers=base.covers + added)
