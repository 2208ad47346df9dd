"""What an observer sees after a step: every row, what was posted, and how it was before."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from lsplan_workflow.domain.notice_kinds import NoticeKind
from lsplan_workflow.domain.planning import plan_notices
from lsplan_workflow.domain.schedules import Schedule
from lsplan_workflow.services.open_cycles import recorded
from lsplan_workflow.services.planning import snapshot_of
from lsplan_workflow.services.status import all_statuses
from lsplan_workflow.store import audit, cycles, obligations, obstacles, tables
from lsplan_workflow.store.statements import table_of
from tests.services.office import KEY

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Row
    from sqlmodel import Session, SQLModel

    from lsplan_workflow.configuration.folder import Configuration
    from lsplan_workflow.domain.compliance import Figures
    from lsplan_workflow.domain.cycles import Cycle
    from lsplan_workflow.domain.notices import Notice
    from lsplan_workflow.domain.obligations import Obligation
    from lsplan_workflow.domain.obstacles import Obstacle
    from lsplan_workflow.domain.schedules import Standing
    from lsplan_workflow.services.reporting_pass import PassResult
    from tests.machine.post import Posted
    from tests.machine.province import Province

_TABLES: dict[str, tuple[type[SQLModel], str]] = {
    "versions": (tables.ConfigurationVersion, "number"),
    "cycles": (tables.CycleRow, "code"),
    "obligations": (tables.ObligationRow, "id"),
    "submissions": (tables.SubmissionRow, "id"),
    "documents": (tables.DocumentRow, "id"),
    "reviews": (tables.ReviewRow, "id"),
    "decisions": (tables.DecisionRow, "id"),
    "obstacles_rows": (tables.ObstacleRow, "number"),
    "steps": (tables.ObstacleStepRow, "id"),
    "notices": (tables.NoticeRow, "id"),
    "deliveries": (tables.DeliveryRow, "id"),
    "successions": (tables.SuccessionRow, "id"),
    "reports": (tables.ConsolidationRow, "id"),
    "events": (tables.AuditEvent, "number"),
    "heads": (tables.AuditHead, "id"),
}


@dataclass(frozen=True, slots=True)
class Act:
    """What was done in a step. `passed` is set by a pass that came to its end.

    `foreseen` is what `preview` said, just before a pass, would leave up to its instant.
    `erased` are the addresses that nobody has any more of whom was forgotten.
    """

    name: str
    refused: str = ""
    passed: PassResult | None = None
    foreseen: tuple[Notice, ...] = ()
    kept_ladders: bool = False
    erased: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Seen:
    """Everything after one step, at the instant at which the clock stood still for it."""

    now: datetime
    act: Act
    province: Province
    configuration: Configuration
    rows: dict[str, tuple[Row[Any], ...]]
    owed: tuple[Obligation, ...]
    obstacles: tuple[Obstacle, ...]
    figures: dict[str, Figures]
    again: tuple[Notice, ...]
    broken_at: int | None
    posted: tuple[Posted, ...]
    before: Seen | None

    def __getattr__(self, name: str) -> tuple[Row[Any], ...]:
        """Return the rows of a table."""
        try:
            return self.rows[name]
        except KeyError:
            raise AttributeError(name) from None

    @cached_property
    def former(self) -> dict[str, Row[Any]]:
        """The notices as they were before the step, by key."""
        return {} if self.before is None else {row.key: row for row in self.before.notices}

    @cached_property
    def planned(self) -> list[Row[Any]]:
        """The notices that were decided on in this step."""
        return [row for row in self.notices if row.key not in self.former]

    @cached_property
    def left(self) -> list[Row[Any]]:
        """The notices that have come to be sent in this step."""
        return [
            row
            for row in self.notices
            if row.status == "sent"
            and (row.key not in self.former or self.former[row.key].status != "sent")
        ]

    @cached_property
    def cycle(self) -> dict[str, Cycle]:
        """The recorded cycles as they stand, by code; none that is untracked."""
        known = {c.code: c for c in self.configuration.cycles()}
        return {
            row.code: recorded(_Mutable(row), known[row.code], self.configuration.calendar)
            for row in self.cycles
            if not row.untracked
        }

    @cached_property
    def duty(self) -> dict[tuple[str, str], Obligation]:
        """The obligations by cycle and agency."""
        return {(o.cycle, o.agency): o for o in self.owed}

    @cached_property
    def void(self) -> frozenset[int]:
        """The ids of the submissions that were recorded by mistake and count for nothing."""
        return frozenset(r.submission_id for r in self.reviews if r.decision == "voided")

    def is_open(self, code: str) -> bool:
        """Tell whether a recorded cycle is open now."""
        return code in self.cycle and (
            self.cycle[code].opens_at <= self.now < self.cycle[code].closes_at
        )

    def standings(self, duty: Obligation) -> Sequence[Standing]:
        """Return the rungs that chase an obligation."""
        return Schedule(self.cycle[duty.cycle], self.configuration.calendar).standings(duty)

    def about(self, row: Row[Any]) -> Obligation | None:
        """Return the obligation that a notice of a cycle is about."""
        return self.duty.get((row.cycle, row.key.split("/")[1]))


class _Mutable:
    """A row with the attributes that the store's own functions ask for."""

    def __init__(self, row: Row[Any]) -> None:
        self.__dict__.update(row._mapping)


def look(session: Session, *, configuration: Configuration, now: datetime, **known: Any) -> Seen:
    """Return everything that is there to be seen."""
    rows = {name: _rows(session, *table) for name, table in _TABLES.items()}
    tracked = [row.code for row in rows["cycles"] if not row.untracked]
    broken = audit.verify(session, KEY)
    return Seen(
        now=now,
        configuration=configuration,
        rows=rows,
        owed=tuple(o for code in tracked for o in obligations.obligations_of(session, code)),
        obstacles=tuple(obstacles.obstacles(session)),
        figures=_figures(session, configuration, now, tracked),
        again=_planned_again(session, configuration, now, tracked),
        broken_at=broken.number if broken else None,
        **known,
    )


def _figures(
    session: Session, configuration: Configuration, now: datetime, codes: list[str]
) -> dict[str, Figures]:
    """Return what the board shows of the cycles."""
    shown = all_statuses(session, configuration, now)
    return {found.cycle.code: found.figures for found in shown if found.cycle.code in codes}


def _planned_again(
    session: Session, configuration: Configuration, now: datetime, codes: list[str]
) -> tuple[Notice, ...]:
    """Return what planning everything now would add or supersede."""
    found: list[Notice] = []
    for planned in (c for c in configuration.cycles() if c.code in codes):
        row = cycles.cycle_of(session, planned.code)
        cycle = cycles.as_recorded(row, planned, configuration.calendar)
        owed = obligations.obligations_of(session, cycle.code)
        found += plan_notices(snapshot_of(session, configuration, cycle, owed), now=now)
    return tuple(found)


def _rows(session: Session, model: type[SQLModel], key: str) -> tuple[Row[Any], ...]:
    table = table_of(model)
    return tuple(session.connection().execute(table.select().order_by(table.c[key])))


REPLIES = frozenset(kind.value for kind in NoticeKind if kind.is_reply)
