"""What a rehearsal begins with: how its cycles stand, and what had happened before."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from lsplan_workflow.domain.cycles import CycleState
from lsplan_workflow.services.status import all_statuses

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from lsplan_workflow.configuration.folder import Configuration
    from lsplan_workflow.services.status import CycleStatus
    from lsplan_workflow.services.workplace import Workplace
    from lsplan_workflow.store.tables import AuditEvent

_OVER: Final = {CycleState.CLOSED, CycleState.UNTRACKED}
_PASSED_ON: Final = {"obligation_transferred", "obligation_taken_over"}


@dataclass(frozen=True, slots=True)
class Beginning:
    """How everything stands before the first day of a rehearsal.

    `open` are the cycles that were opened on an earlier day, `closed` the codes of those that
    are over, `ended` the codes of agencies that exist no more.
    """

    open: tuple[CycleStatus, ...]
    closed: tuple[str, ...]
    ended: tuple[str, ...]


def beginning_of(workplace: Workplace) -> Beginning:
    """Return how everything stands at the workplace's present instant, before a pass is run."""
    now, configuration = workplace.clock.now(), workplace.configuration
    day = configuration.calendar.local_day(now)
    with workplace.database.reading() as session:
        found = all_statuses(session, configuration, now)
    ends = ((agency.code, agency.succeeded_on) for agency in configuration.directory.endings())
    return Beginning(
        open=tuple(
            status
            for status in found
            if status.state is CycleState.OPEN
            and _opened_before(day, status.cycle.code, configuration)
        ),
        closed=tuple(status.cycle.code for status in found if status.state in _OVER),
        ended=tuple(code for code, on in ends if on is not None and on < day),
    )


def preceded(event: AuditEvent, first: date, configuration: Configuration) -> bool:
    """Tell whether what the first day's pass recorded had happened on an earlier local day.

    Whoever begins in the middle of a year finds done what had to be done before.
    """
    if configuration.calendar.local_day(event.at) != first:
        return False
    if event.event == "cycle_untracked":
        return True
    held, directory = json.loads(event.payload), configuration.directory
    if event.event == "agency_ended":
        return _ended_before(first, [event.agency or ""], configuration)
    if event.cycle is None or not _opened_before(first, event.cycle, configuration):
        return False
    if event.event in _PASSED_ON:
        named = [code for code in held["covers"] or [event.agency] if code in directory]
        return _ended_before(first, named, configuration)
    return event.event == "cycle_opened"


def _opened_before(day: date, code: str, configuration: Configuration) -> bool:
    cycle = configuration.cycle(code)
    return cycle is not None and configuration.calendar.local_day(cycle.opens_at) < day


def _ended_before(day: date, codes: Iterable[str], configuration: Configuration) -> bool:
    ends = [configuration.directory[code].succeeded_on for code in codes]
    return all(on is not None and on < day for on in ends)
