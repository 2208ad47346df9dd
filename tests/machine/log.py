"""The audit log read back: which states and deadlines follow from its events alone."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from lsplan_workflow.domain.obligations import TRANSITIONS, Event, Status

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Row

_ACTS = {
    "submitted": Event.SUBMIT,
    "accepted": Event.ACCEPT,
    "returned": Event.RETURN,
    "waived": Event.WAIVE,
    "reopened": Event.REOPEN,
    "obligation_transferred": Event.TRANSFER,
    "transfer_recalled": Event.RECALL,
}
_LED_TO = {
    Event.ACCEPT: Status.ACCEPTED,
    Event.RETURN: Status.RETURNED,
    Event.TRANSFER: Status.TRANSFERRED,
    Event.RECALL: Status.OPEN,
}


@dataclass(frozen=True)
class Done:
    """One act on an obligation; of a filing or its review, with the version.

    `at` is when a filing was received, or anything else was decided.
    """

    act: Event
    at: datetime
    version: int | None


@dataclass
class History:
    """What the log says of each obligation, by cycle and agency."""

    status: dict[tuple[str, str], Status] = field(default_factory=dict)
    granted: dict[tuple[str, str], datetime] = field(default_factory=dict)
    done: dict[tuple[str, str], list[Done]] = field(default_factory=lambda: defaultdict(list))
    void: dict[tuple[str, str], set[int]] = field(default_factory=lambda: defaultdict(set))

    def read(self, event: Row[Any]) -> None:
        """Go on by one event."""
        payload = json.loads(event.payload)
        place = (event.cycle, event.agency)
        if event.event == "cycle_opened":
            self.status |= {(event.cycle, code): Status.OPEN for code in payload["agencies"]}
        elif event.event in {"obligation_added", "obligation_taken_over"}:
            self.status.setdefault(place, Status.OPEN)
        elif event.event == "obligation_removed":
            del self.status[place]
            self.granted.pop(place, None)
            self.done.pop(place, None)
        elif event.event in _ACTS:
            at = payload.get("received_at")
            done = Done(
                _ACTS[event.event],
                event.at if at is None else datetime.fromisoformat(at),
                payload.get("version"),
            )
            self._act(place, done, answers=payload.get("answers_return", True))
        elif event.event == "voided":
            self.void[place].add(payload["version"])
            self.status[place] = self._follows(place)
        self._read_deadline(event, payload)

    def _act(self, place: tuple[str, str], done: Done, *, answers: bool) -> None:
        """Go on by an act, which was possible as everything stood then."""
        before = self.status[place]
        self.done[place].append(done)
        self.status[place] = self._follows(place)
        if not answers:
            assert before is self.status[place] is Status.RETURNED, place
            return
        target = TRANSITIONS[before, done.act]
        if (before, done.act) != (Status.WAIVED, Event.REOPEN):
            assert self.status[place] is target, (place, done)

    def _follows(self, place: tuple[str, str]) -> Status:
        """Return the status that all the acts on versions that are not void lead to."""
        status, waived, returned_at = Status.OPEN, False, None
        for done in self.done[place]:
            if done.version in self.void[place]:
                continue
            if done.act is Event.WAIVE or (done.act is Event.REOPEN and waived):
                waived = done.act is Event.WAIVE
            elif done.act is Event.REOPEN:
                # Of an acceptance, which may have been that of a version that is void since.
                status = Status.SUBMITTED if status is Status.ACCEPTED else status
            elif done.act is not Event.SUBMIT:
                status = _LED_TO[done.act]
                returned_at = done.at if done.act is Event.RETURN else returned_at
            elif status is not Status.RETURNED or returned_at is None or done.at >= returned_at:
                status = Status.SUBMITTED
        return Status.WAIVED if waived else status

    def _read_deadline(self, event: Row[Any], payload: dict[str, Any]) -> None:
        if "due_before" in payload and event.agency is not None:
            until = datetime.fromisoformat(payload["due_before"])
            self.granted[event.cycle, event.agency] = until


def replayed(events: Iterable[Row[Any]]) -> History:
    """Return what follows from the events."""
    history = History()
    for event in events:
        history.read(event)
    return history
