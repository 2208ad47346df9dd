"""The audit log read back: which states and deadlines follow from its events alone."""

from __future__ import annotations

import json
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


@dataclass
class History:
    """What the log says of each obligation, by cycle and agency."""

    status: dict[tuple[str, str], Status] = field(default_factory=dict)
    due_at: dict[tuple[str, str], datetime] = field(default_factory=dict)
    filed: set[tuple[str, str]] = field(default_factory=set)

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
            self.due_at.pop(place, None)
        elif event.event in _ACTS:
            self._act(place, _ACTS[event.event], answers=payload.get("answers_return", True))
        self._read_deadline(event, payload)

    def _act(self, place: tuple[str, str], act: Event, *, answers: bool) -> None:
        if not answers:
            assert self.status[place] is Status.RETURNED, place
            return
        status = TRANSITIONS[self.status[place], act]
        if act is Event.SUBMIT:
            self.filed.add(place)
        if act is Event.REOPEN and status is Status.OPEN and place in self.filed:
            status = Status.RETURNED
        self.status[place] = status

    def _read_deadline(self, event: Row[Any], payload: dict[str, Any]) -> None:
        if event.event == "deadline_moved":
            for agency in payload["agencies"]:
                self.due_at[event.cycle, agency] = datetime.fromisoformat(payload["due_before"])
        elif "due_before" in payload:
            due_at = datetime.fromisoformat(payload["due_before"])
            self.due_at[event.cycle, event.agency] = due_at


def replayed(events: Iterable[Row[Any]]) -> History:
    """Return what follows from the events."""
    history = History()
    for event in events:
        history.read(event)
    return history
