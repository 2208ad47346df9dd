"""Reporting cycles: when each opens, is due, ends its grace and closes; when rungs stand."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from lsplan_workflow.domain.program import Rung, Side, Unit

if TYPE_CHECKING:
    from lsplan_workflow.domain.calendar import WorkingCalendar
    from lsplan_workflow.domain.program import Program, Regime, Span


class CycleState(StrEnum):
    """Where a cycle stands; `untracked` if it had closed before the product first ran."""

    UPCOMING = "upcoming"
    OPEN = "open"
    CLOSED = "closed"
    UNTRACKED = "untracked"


@dataclass(frozen=True, slots=True)
class Dates:
    """The instants between which a cycle runs."""

    opens_at: datetime
    due_at: datetime
    grace_ends_at: datetime
    closes_at: datetime


@dataclass(frozen=True, slots=True)
class Cycle:
    """One occurrence of a regime. Instants are aware; dates are local.

    `announced_on` is the D that it was opened with, which `due_on` differs from once the
    deadline was moved.
    """

    code: str
    program: Program
    regime: Regime
    year: int
    opens_at: datetime
    due_at: datetime
    grace_ends_at: datetime
    closes_at: datetime
    due_on: date
    last_working_day: date
    announced_on: date

    @property
    def last_full_day(self) -> date:
        """The last local day on which a filing is on time."""
        return self.due_on - timedelta(days=1)

    @property
    def dates(self) -> Dates:
        """The instants between which it runs."""
        return Dates(self.opens_at, self.due_at, self.grace_ends_at, self.closes_at)

    def with_dates(self, dates: Dates, calendar: WorkingCalendar) -> Cycle:
        """Return the cycle with other instants; it was announced as it now is."""
        due_on = calendar.local_day(dates.due_at)
        return replace(
            self,
            opens_at=dates.opens_at,
            due_at=dates.due_at,
            grace_ends_at=dates.grace_ends_at,
            closes_at=dates.closes_at,
            due_on=due_on,
            last_working_day=calendar.working_day_on_or_before(due_on - timedelta(days=1)),
            announced_on=due_on,
        )

    def state(self, now: datetime) -> CycleState:
        """Return the state at an instant: open from `opens_at` until before `closes_at`."""
        if now < self.opens_at:
            return CycleState.UPCOMING
        return CycleState.OPEN if now < self.closes_at else CycleState.CLOSED


def plan_cycles(program: Program, calendar: WorkingCalendar) -> list[Cycle]:
    """Return every cycle of a program in the order of their due instants.

    A deadline that lies before the program took effect was never demanded.
    """
    cycles = [
        _cycle(program, regime, year, calendar)
        for regime in program.regimes
        for year in regime.years
    ]
    demanded = [cycle for cycle in cycles if cycle.due_on > program.effective_from]
    return sorted(demanded, key=lambda cycle: (cycle.due_at, cycle.code))


def _cycle(program: Program, regime: Regime, year: int, calendar: WorkingCalendar) -> Cycle:
    due_on = regime.deadline.due_on(year, calendar)
    return Cycle(
        code=f"{regime.code}-{year}",
        program=program,
        regime=regime,
        year=year,
        opens_at=calendar.midnight(regime.opens.last_before(due_on)),
        due_at=calendar.midnight(due_on),
        grace_ends_at=calendar.end_of_work(_days_after(due_on, regime.grace, calendar)),
        closes_at=calendar.midnight(_days_after(due_on, regime.closes, calendar)),
        due_on=due_on,
        last_working_day=calendar.working_day_on_or_before(due_on - timedelta(days=1)),
        announced_on=due_on,
    )


def _days_after(due_on: date, span: Span, calendar: WorkingCalendar) -> date:
    """Return the day a span after D; working days count as overdue rungs count them."""
    if span.unit is Unit.WORKING_DAYS:
        return Rung(Side.OVERDUE, span).day(due_on, calendar)
    return due_on + timedelta(days=span.count)


def within_span(now: datetime, span: Span, calendar: WorkingCalendar) -> datetime:
    """Return the due instant of what has to be done within a span, today not counted.

    Civil Code 2015 art. 147–148: the first day is not counted, and the last one ends at
    24:00; if that is no working day, the next one.
    """
    today = calendar.local_day(now)
    if span.unit is Unit.WORKING_DAYS:
        last = calendar.nth_working_day_from(today + timedelta(days=1), span.count)
    else:
        last = calendar.working_day_on_or_after(today + timedelta(days=span.count))
    return calendar.midnight(last + timedelta(days=1))


def opening_stands_at(cycle: Cycle, calendar: WorkingCalendar) -> datetime:
    """Return when the opening stands: work begins on the first working day of the cycle."""
    opens_on = calendar.local_day(cycle.opens_at)
    return calendar.start_of_work(calendar.working_day_on_or_after(opens_on))


def rung_stands_at(
    cycle: Cycle, rung: Rung, due_at: datetime, calendar: WorkingCalendar
) -> datetime | None:
    """Return when a rung stands for a due instant, or None if it lies outside the cycle."""
    day = rung.day(calendar.local_day(due_at), calendar)
    stands_at = calendar.start_of_work(day)
    return stands_at if cycle.opens_at <= stands_at < cycle.closes_at else None
