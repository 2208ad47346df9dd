"""An agency's duty in one cycle: its states, who owes, and what passes to successors."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from lsplan_workflow.domain.errors import IllegalTransition
from lsplan_workflow.domain.program import Split
from lsplan_workflow.domain.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from lsplan_workflow.domain.agencies import Agency, Directory
    from lsplan_workflow.domain.cycles import Cycle
    from lsplan_workflow.domain.program import Step


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
    REOPEN = "reopen"
    RECALL = "recall"


TRANSITIONS: Final[Mapping[tuple[Status, Event], Status]] = {
    (Status.OPEN, Event.SUBMIT): Status.SUBMITTED,
    (Status.OPEN, Event.WAIVE): Status.WAIVED,
    (Status.OPEN, Event.TRANSFER): Status.TRANSFERRED,
    (Status.SUBMITTED, Event.SUBMIT): Status.SUBMITTED,
    (Status.SUBMITTED, Event.ACCEPT): Status.ACCEPTED,
    (Status.SUBMITTED, Event.RETURN): Status.RETURNED,
    (Status.RETURNED, Event.SUBMIT): Status.SUBMITTED,
    # The return is taken back, or given anew with another day.
    (Status.RETURNED, Event.ACCEPT): Status.ACCEPTED,
    (Status.RETURNED, Event.RETURN): Status.RETURNED,
    (Status.RETURNED, Event.WAIVE): Status.WAIVED,
    (Status.ACCEPTED, Event.REOPEN): Status.SUBMITTED,
    # Or as it was, where something had been filed before it was waived; see `after`.
    (Status.WAIVED, Event.REOPEN): Status.OPEN,
    # A report is found that had reached the office before its agency ended.
    (Status.TRANSFERRED, Event.RECALL): Status.OPEN,
}

SETTLED: Final = frozenset({Status.ACCEPTED, Status.WAIVED})


@dataclass(frozen=True, slots=True)
class Obligation:
    """One agency's duty in one reporting cycle.

    `first_complete_at` is when its first complete filing was received and alone decides
    its timeliness. `covers` names the agencies whose duty it took over; an obligation
    that a succession brought about is not `original`. `ended_at` is when it passed on.

    `granted_at` is until when it was given time by a decision of its own: it is due with its
    cycle, but not before then.

    `revise_by_at` is the due instant of the revision of a returned report. Rungs that stood
    at or before `chased_since` belong to a deadline that holds no more. `ladder` is the one
    it began to escalate by, where the configuration has another one since.
    """

    cycle: str
    agency: str
    due_at: datetime
    status: Status = Status.OPEN
    first_complete_at: datetime | None = None
    covers: tuple[str, ...] = ()
    original: bool = True
    ended_at: datetime | None = None
    revise_by_at: datetime | None = None
    chased_since: datetime | None = None
    ladder: tuple[Step, ...] | None = None
    granted_at: datetime | None = None

    @property
    def is_chased(self) -> bool:
        """Tell whether its original schedule still reminds: nothing complete was filed."""
        return self.status is Status.OPEN and self.first_complete_at is None

    @property
    def is_settled(self) -> bool:
        """Tell whether nothing more is owed: accepted or waived."""
        return self.status in SETTLED

    @property
    def is_expected(self) -> bool:
        """Tell whether it counts in its cycle: it has not passed on, nor is it waived."""
        return self.status not in {Status.TRANSFERRED, Status.WAIVED}

    @property
    def awaited_at(self) -> datetime | None:
        """The due instant of what is chased at present, or was until it passed on."""
        if self.is_chased or self.status is Status.TRANSFERRED:
            return self.due_at
        return self.revise_by_at if self.status is Status.RETURNED else None

    def is_overdue(self, now: datetime) -> bool:
        """Tell whether its report is missing and was due."""
        return self.is_chased and self.due_at <= now

    def is_revision_overdue(self, now: datetime) -> bool:
        """Tell whether the revision of its returned report was due and has not arrived."""
        due_at = self.revise_by_at
        return self.status is Status.RETURNED and due_at is not None and due_at <= now

    def due(self, due_at: datetime, *, since: datetime) -> Obligation:
        """Return the obligation with another deadline, decided at an instant."""
        return replace(self, due_at=due_at, chased_since=since, ladder=None)

    def granted(self, until: datetime, *, since: datetime) -> Obligation:
        """Return the obligation with the time that a decision of its own gives it."""
        return replace(self.due(until, since=since), granted_at=until)

    def due_under(self, cycle: Cycle) -> datetime:
        """Return its due instant where its cycle has those given; what was granted stays."""
        return cycle.due_at if self.granted_at is None else max(cycle.due_at, self.granted_at)

    def returned(self, at: datetime, *, revise_by_at: datetime) -> Obligation:
        """Return the obligation after its report was returned, to be revised by an instant."""
        changed = self.after(Event.RETURN, at)
        return replace(changed, revise_by_at=revise_by_at, chased_since=at, ladder=None)

    def filed(self, received_at: datetime, *, returned_at: datetime | None = None) -> Obligation:
        """Return the obligation after a complete filing that was received at an instant.

        What had been received before the report was returned does not answer the return,
        whenever it is recorded: the revision is awaited as before. It may be the first
        complete filing all the same.
        """
        unanswered = returned_at is not None and received_at < returned_at
        if self.status is Status.RETURNED and unanswered:
            return replace(self, first_complete_at=_first(self, received_at))
        return self.after(Event.SUBMIT, received_at)

    def after(self, event: Event, at: datetime) -> Obligation:
        """Return the obligation after an event; raise IllegalTransition if there is none.

        A filing of which it becomes known later that it arrived earlier counts from then.
        """
        target = TRANSITIONS.get((self.status, event))
        if target is None:
            where, way_out = f"{self.cycle}/{self.agency}", _WAYS_OUT[self.status]
            raise IllegalTransition(
                Text(
                    f"{where}: không thể «{_EVENT_VI[event]}» khi trạng thái là "
                    f"«{STATUS_VI[self.status]}»; {way_out.vi}.",
                    f"{where}: cannot {event.value} what is {self.status.value}; {way_out.en}.",
                )
            )
        return _EFFECTS.get(event, _no_effect)(replace(self, status=target), at)


def _no_effect(changed: Obligation, at: datetime) -> Obligation:
    del at
    return changed


def _filed(changed: Obligation, at: datetime) -> Obligation:
    return replace(changed, first_complete_at=_first(changed, at), revise_by_at=None, ladder=None)


def _first(owed: Obligation, at: datetime) -> datetime:
    return at if owed.first_complete_at is None else min(owed.first_complete_at, at)


def _accepted(changed: Obligation, at: datetime) -> Obligation:
    del at
    return replace(changed, revise_by_at=None, ladder=None)


def _passed_on(changed: Obligation, at: datetime) -> Obligation:
    return replace(changed, ended_at=at)


def _recalled(changed: Obligation, at: datetime) -> Obligation:
    del at
    return replace(changed, ended_at=None)


def _reopened(changed: Obligation, at: datetime) -> Obligation:
    if changed.status is not Status.OPEN or changed.first_complete_at is None:
        return replace(changed, chased_since=at)
    # Only what is owed can be waived; but a revision that was awaited then may be void since.
    awaited = changed.revise_by_at is not None
    status = Status.RETURNED if awaited else Status.SUBMITTED
    return replace(changed, status=status, chased_since=at)


_EFFECTS: Final[Mapping[Event, Callable[[Obligation, datetime], Obligation]]] = {
    Event.SUBMIT: _filed,
    Event.ACCEPT: _accepted,
    Event.TRANSFER: _passed_on,
    Event.REOPEN: _reopened,
    Event.RECALL: _recalled,
}


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
    Event.REOPEN: "mở lại",
    Event.RECALL: "thu hồi chuyển giao",
}
_WAYS_OUT: Final[Mapping[Status, Text]] = {
    Status.OPEN: Text(
        "còn chờ báo cáo, ghi nhận bằng `lsplan submit`",
        "it waits for a report, which `lsplan submit` records",
    ),
    Status.SUBMITTED: Text(
        "còn chờ duyệt, dùng `lsplan review`", "it waits for its review, `lsplan review`"
    ),
    Status.RETURNED: Text(
        "còn chờ gửi lại; rút lại việc trả lại bằng `lsplan review accept`",
        "it waits for its revision; `lsplan review accept` takes the return back",
    ),
    Status.ACCEPTED: Text(
        "trước hết hãy rút lại việc chấp nhận bằng `lsplan reopen`, khi kỳ báo cáo còn mở",
        "`lsplan reopen` takes the acceptance back first, while the cycle is open",
    ),
    Status.WAIVED: Text(
        "trước hết hãy rút lại việc miễn bằng `lsplan reopen`, khi kỳ báo cáo còn mở",
        "`lsplan reopen` takes the waiver back first, while the cycle is open",
    ),
    Status.TRANSFERRED: Text(
        "xem ai tiếp nhận nhiệm vụ bằng `lsplan status`", "`lsplan status` shows who owes it now"
    ),
}
"""What can be done instead of what is refused."""


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
    at: datetime,
) -> list[Obligation]:
    """Return the obligations of a cycle (by agency) that the end of an agency changes.

    Only an open obligation without a complete filing passes on; what was settled or filed
    stays under the old name. A successor owes one obligation that covers all it took over;
    where it has filed already, its report does not: what is open stays under the old name
    too, for the successor to file.
    """
    own = obligations.get(ended.code)
    heirs = covering_heirs(ended, obligations, cycle=cycle, directory=directory)
    if own is None or not own.is_chased or heirs is None:
        return []
    taken_over = (own.agency, *own.covers)
    covering = [_covering(heir, own, taken_over, obligations.get(heir)) for heir in heirs]
    return [own.after(Event.TRANSFER, at), *covering]


def covering_heirs(
    ended: Agency, obligations: Mapping[str, Obligation], *, cycle: Cycle, directory: Directory
) -> list[str] | None:
    """Return whose obligations cover what an agency owes; None if they have all filed theirs.

    Nobody takes over the duty of an agency that leaves no successor that owes.
    """
    heirs = _present_heirs(ended, obligations, cycle, directory)
    covering = [h for h in heirs if h not in obligations or obligations[h].is_chased]
    return None if heirs and not covering else covering


def _present_heirs(
    ended: Agency, obligations: Mapping[str, Obligation], cycle: Cycle, directory: Directory
) -> list[str]:
    """Return the heirs of an agency; for one whose own duty has passed on, those of that one.

    So it is where an end becomes known only after its successor has ended too.
    """
    found = list[str]()
    for heir in heirs_of(ended, cycle, directory):
        owed = obligations.get(heir)
        if owed is not None and owed.status is Status.TRANSFERRED:
            found += _present_heirs(directory[heir], obligations, cycle, directory)
        else:
            found.append(heir)
    return list(dict.fromkeys(found))


def heirs_of(ended: Agency, cycle: Cycle, directory: Directory) -> list[str]:
    """Return the codes of those who take over what an agency owes in a cycle."""
    kinds = cycle.regime.owed_by
    owing = [code for code in ended.successors if directory[code].kind in kinds]
    return owing if cycle.program.split is Split.ALL else owing[:1]


def holding(agency: str, among: Iterable[Obligation], at: datetime) -> list[str]:
    """Return who held at an instant, of some obligations of a cycle, a duty that passed on.

    In a line of successors it is the one at that instant, not the first; whoever succeeded
    without taking it over is not among them.
    """
    held = [o for o in among if agency in o.covers and (o.ended_at is None or o.ended_at > at)]
    codes = {o.agency for o in held}
    return [o.agency for o in held if codes.isdisjoint(o.covers)]


def _covering(
    heir: str, own: Obligation, taken_over: tuple[str, ...], present: Obligation | None
) -> Obligation:
    """Return the heir's obligation; it has until the later deadline of all that it covers.

    Whose deadline that is, by the ladder of that one it is chased.
    """
    due_at, since, ladder = own.due_at, own.chased_since, own.ladder
    new = Obligation(own.cycle, heir, due_at, original=False, chased_since=since, ladder=ladder)
    base = present or new
    added = tuple(code for code in taken_over if code not in base.covers)
    granted = (at for at in (own.granted_at, base.granted_at) if at is not None)
    covering = replace(base, covers=base.covers + added, granted_at=max(granted, default=None))
    if due_at <= base.due_at:
        return covering
    return replace(covering, due_at=due_at, chased_since=since, ladder=ladder)


def lapsed(obligations: Iterable[Obligation]) -> frozenset[str]:
    """Return the agencies of a cycle that ended and whose duty nobody took over."""
    owed = tuple(obligations)
    covered = {code for o in owed for code in o.covers}
    ended = (o.agency for o in owed if o.status is Status.TRANSFERRED)
    return frozenset(code for code in ended if code not in covered)


@dataclass(frozen=True, slots=True)
class Outstanding:
    """What a whole cycle still waits for: how many reports and revisions, by due instant."""

    missing: Mapping[datetime, int]
    returned: Mapping[datetime, int]

    def missing_by(self, instant: datetime) -> int:
        """Return how many missing reports were due at or before an instant."""
        return sum(count for due_at, count in self.missing.items() if due_at <= instant)

    def unrevised_by(self, instant: datetime) -> int:
        """Return how many missing revisions were due at or before an instant."""
        return sum(count for due_at, count in self.returned.items() if due_at <= instant)

    def overdue(self, now: datetime) -> int:
        """Return how many reports and revisions were due at or before an instant."""
        return self.missing_by(now) + self.unrevised_by(now)


def outstanding(obligations: Iterable[Obligation]) -> Outstanding:
    """Return what some obligations still wait for."""
    owed = tuple(obligations)
    missing = Counter(o.due_at for o in owed if o.is_chased)
    awaited = (o.revise_by_at for o in owed if o.status is Status.RETURNED)
    return Outstanding(missing, Counter(at for at in awaited if at is not None))
