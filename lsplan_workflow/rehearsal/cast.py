"""A seeded cast for rehearsing a year: who files when, who is late, who never does."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from lsplan_workflow.domain.obligations import plan_obligations

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lsplan_workflow.domain.agencies import Agency, Directory
    from lsplan_workflow.domain.calendar import WorkingCalendar
    from lsplan_workflow.domain.cycles import Cycle


class Part(StrEnum):
    """How an agency behaves in a cycle."""

    PUNCTUAL = "punctual"
    LATE = "late"
    RETURNED = "returned"
    SILENT = "silent"


class ActKind(StrEnum):
    """What a person does."""

    SUBMIT = "submit"
    ACCEPT = "accept"
    RETURN = "return"


@dataclass(frozen=True, slots=True)
class Act:
    """Something that a person does at an instant."""

    at: datetime
    kind: ActKind
    cycle: str
    agency: str


_PARTS: Final = (Part.PUNCTUAL, Part.LATE, Part.RETURNED, Part.SILENT)
_WEIGHTS: Final = (70, 15, 9, 6)


def plan_acts(
    cycle: Cycle, directory: Directory, calendar: WorkingCalendar, *, seed: int
) -> list[Act]:
    """Return what everyone does about a cycle, in the order of the instants.

    The same seed gives the same year. An agency that ends before its turn does nothing
    more; whoever takes its duty over plays a part of his own.
    """
    found: list[Act] = []
    for agency in _players(cycle, directory, calendar):
        dice = random.Random(f"{seed}/{cycle.code}/{agency.code}")  # noqa: S311 - A play.
        part = dice.choices(_PARTS, _WEIGHTS)[0]
        found += _acts(part, cycle, agency, calendar, dice)
    return sorted(found, key=lambda act: (act.at, act.agency, act.kind))


def _players(cycle: Cycle, directory: Directory, calendar: WorkingCalendar) -> list[Agency]:
    """Return who owes, and who takes a duty over before the cycle closes."""
    owing = [directory[o.agency] for o in plan_obligations(cycle, directory)]
    for ending in directory.endings():
        on = ending.succeeded_on
        if on is None or ending not in owing or calendar.midnight(on) >= cycle.closes_at:
            continue
        heirs = (directory[code] for code in ending.successors)
        owing += [heir for heir in heirs if heir not in owing]
    return owing


def _acts(
    part: Part, cycle: Cycle, agency: Agency, calendar: WorkingCalendar, dice: random.Random
) -> Iterator[Act]:
    if part is Part.SILENT:
        return
    first = _filing_day(part, cycle, agency, calendar, dice)
    steps = [(ActKind.SUBMIT, 0), (ActKind.ACCEPT, 2)]
    if part is Part.RETURNED:
        steps = [
            (ActKind.SUBMIT, 0),
            (ActKind.RETURN, 2),
            (ActKind.SUBMIT, 6),
            (ActKind.ACCEPT, 8),
        ]
    for kind, days in steps:
        day = calendar.working_day_on_or_after(first + timedelta(days=days))
        at = calendar.at(day, _hour(kind, dice))
        if agency.exists_on(day) and at < cycle.closes_at:
            yield Act(at, kind, cycle.code, agency.code)


def _filing_day(
    part: Part, cycle: Cycle, agency: Agency, calendar: WorkingCalendar, dice: random.Random
) -> date:
    """Return a working day: in the last three weeks, or after D for whoever is late."""
    if part is Part.LATE:
        day = calendar.nth_working_day_from(cycle.due_on, dice.randint(1, 9))
    else:
        day = calendar.nth_working_day_before(cycle.due_on, dice.randint(1, 15))
    if agency.valid_from is not None and day < agency.valid_from:
        day = agency.valid_from + timedelta(days=dice.randint(2, 10))
    return calendar.working_day_on_or_after(day)


def _hour(kind: ActKind, dice: random.Random) -> time:
    """Return a time of day: people file all day long, and are reviewed in the afternoon."""
    if kind is ActKind.SUBMIT:
        return time(dice.randint(8, 11), dice.randint(0, 59))
    return time(dice.randint(14, 16), dice.randint(0, 59))
