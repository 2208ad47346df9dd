"""What was done with an agency's filings, replayed as if one of them had never come."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from lsplan_workflow.domain.obligations import Event, Obligation, Status

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Act:
    """A filing (`submit`) of a version, or its review: `accept`, or `return` by an instant.

    `at` is when the filing was received, or the review decided.
    """

    event: Event
    version: int
    at: datetime
    revise_by_at: datetime | None = None


def restated(owed: Obligation, acts: Iterable[Act], *, without: int, at: datetime) -> Obligation:
    """Return an obligation as it would stand if one version had never been filed.

    `acts` are those on the versions that count, the one left out included, in the order in
    which they were recorded. A waiver stays. What is awaited otherwise than before is chased
    from `at` on: its agency is told of the change itself.
    """
    replayed = _replayed(owed, acts, without)
    if owed.status is Status.ACCEPTED or replayed.status is not Status.ACCEPTED:
        found = replayed
    else:
        # What had been accepted would still be, had that not been taken back.
        found = replayed.after(Event.REOPEN, at)
    if owed.status is Status.WAIVED:
        found = replace(found, status=Status.WAIVED)
    if awaits_the_same(owed, found):
        return replace(found, chased_since=owed.chased_since, ladder=owed.ladder)
    return replace(found, chased_since=at, ladder=None)


def awaits_the_same(before: Obligation, after: Obligation) -> bool:
    """Tell whether an obligation's state, and what is chased by when, is as it was."""
    return before.status is after.status and before.awaited_at == after.awaited_at


def _replayed(owed: Obligation, acts: Iterable[Act], without: int) -> Obligation:
    found = replace(owed, status=Status.OPEN, first_complete_at=None, revise_by_at=None)
    returned_at: datetime | None = None
    for act in acts:
        if act.event is Event.SUBMIT and found.status is Status.ACCEPTED:
            # Nothing is filed after an acceptance before that was taken back.
            found = found.after(Event.REOPEN, act.at)
        if act.version == without:
            continue
        if act.event is Event.SUBMIT:
            found = found.filed(act.at, returned_at=returned_at)
        elif act.event is Event.ACCEPT:
            # It may have been accepted, and reopened, before.
            found = replace(found, status=Status.ACCEPTED, revise_by_at=None)
        else:
            returned_at = act.at
            found = replace(found, status=Status.RETURNED, revise_by_at=act.revise_by_at)
    return found
