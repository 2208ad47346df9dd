"""Cycles that were opened or passed over, and the successions that were applied."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import func
from sqlmodel import Session, col, select

from lsplan_workflow.domain.cycles import Dates
from lsplan_workflow.store.ladders import read, written
from lsplan_workflow.store.tables import CycleRow, SuccessionRow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lsplan_workflow.domain.calendar import WorkingCalendar
    from lsplan_workflow.domain.cycles import Cycle
    from lsplan_workflow.domain.program import Step


def record_cycle(
    session: Session,
    cycle: Cycle,
    *,
    next_action_at: datetime | None = None,
    untracked: bool = False,
) -> CycleRow:
    """Add a cycle that opens, or one that is untracked."""
    row = CycleRow(
        code=cycle.code,
        regime=cycle.regime.code,
        year=cycle.year,
        opens_at=cycle.opens_at,
        due_at=cycle.due_at,
        grace_ends_at=cycle.grace_ends_at,
        closes_at=cycle.closes_at,
        untracked=untracked,
        next_action_at=next_action_at,
    )
    session.add(row)
    session.flush()
    return row


def move_cycle(session: Session, cycle: Cycle) -> None:
    """Bring a recorded cycle's instants to those of a new configuration.

    The deadline that it was opened with is remembered.
    """
    row = session.get_one(CycleRow, cycle.code)
    if cycle.due_at != row.due_at:
        row.announced_due_at = row.announced_due_at or row.due_at
    row.opens_at, row.due_at = cycle.opens_at, cycle.due_at
    row.grace_ends_at, row.closes_at = cycle.grace_ends_at, cycle.closes_at
    session.flush()


def dates_of(row: CycleRow) -> Dates:
    """Return the instants that were recorded of a cycle."""
    return Dates(row.opens_at, row.due_at, row.grace_ends_at, row.closes_at)


def keep_ladder(session: Session, code: str, ladder: Sequence[Step] | None) -> None:
    """Let a cycle's digests go by those of a ladder, or by the configuration's for None."""
    row = session.get_one(CycleRow, code)
    row.ladder = None if ladder is None else written(ladder)
    session.flush()


def as_recorded(row: CycleRow, cycle: Cycle, calendar: WorkingCalendar) -> Cycle:
    """Return a cycle of the configuration with what was recorded of it since it opened."""
    regime = cycle.regime
    if row.ladder is not None:
        own = (step for step in read(row.ladder) if step.to.is_digest)
        others = (step for step in regime.ladder if not step.to.is_digest)
        regime = replace(regime, ladder=(*others, *own))
    announced_on = calendar.local_day(row.announced_due_at or row.due_at)
    return replace(cycle, regime=regime, announced_on=announced_on)


def cycle_of(session: Session, code: str) -> CycleRow | None:
    """Return a cycle that was recorded, or None."""
    return session.get(CycleRow, code)


def cycles(session: Session) -> list[CycleRow]:
    """Return every cycle that was recorded, in the order of their due instants."""
    return sorted(session.exec(select(CycleRow)), key=_by_due_instant)


def due_for_action(session: Session, now: datetime) -> list[CycleRow]:
    """Return the cycles whose own next action stands at or before now, oldest first."""
    statement = select(CycleRow).where(col(CycleRow.next_action_at) <= now)
    return sorted(session.exec(statement), key=_by_due_instant)


def schedule(session: Session, code: str, next_action_at: datetime | None) -> None:
    """Set when a cycle itself next needs action; None for never."""
    row = session.get_one(CycleRow, code)
    row.next_action_at = next_action_at
    session.flush()


def next_action_at(session: Session) -> datetime | None:
    """Return the earliest instant (UTC) at which any cycle itself needs action."""
    return session.exec(select(func.min(col(CycleRow.next_action_at)))).one()


def record_succession(
    session: Session, agency: str, *, succeeded_on: date, applied_at: datetime
) -> None:
    """Record that the end of an agency was applied; each is applied once."""
    row = SuccessionRow(agency=agency, succeeded_on=succeeded_on, applied_at=applied_at)
    session.add(row)
    session.flush()


def applied_successions(session: Session) -> frozenset[str]:
    """Return the codes of the agencies whose end was applied."""
    return frozenset(session.exec(select(SuccessionRow.agency)))


def _by_due_instant(row: CycleRow) -> tuple[datetime, str]:
    # Sorted by Python, because each Postgres sorts text as its own locale does.
    return row.due_at, row.code
