"""Deciding what is due: new notices enter the outbox, what they replace is superseded."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from lsplan_workflow.domain.agencies import Role
from lsplan_workflow.domain.notice_kinds import NoticeStatus
from lsplan_workflow.domain.planning import plan_notices
from lsplan_workflow.domain.schedules import Schedule
from lsplan_workflow.domain.snapshots import Snapshot
from lsplan_workflow.store import audit, cycles, obligations, outbox
from lsplan_workflow.store.audit import ENGINE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlmodel import Session

    from lsplan_workflow.configuration.folder import Configuration
    from lsplan_workflow.domain.cycles import Cycle
    from lsplan_workflow.domain.notices import Notice
    from lsplan_workflow.domain.obligations import Obligation


@dataclass(frozen=True, slots=True)
class Planned:
    """How many notices were decided on, and how many newer ones supersede."""

    planned: int = 0
    superseded: int = 0
    cycles: frozenset[str] = frozenset()

    def __add__(self, other: Planned) -> Planned:
        return Planned(
            self.planned + other.planned,
            self.superseded + other.superseded,
            self.cycles | other.cycles,
        )


def plan_due(session: Session, configuration: Configuration, now: datetime) -> Planned:
    """Plan every cycle in which something is due, and schedule when each is next."""
    total = Planned()
    for planned in configuration.cycles():
        row = cycles.cycle_of(session, planned.code)
        if row is None or row.untracked:
            continue
        cycle = cycles.as_recorded(row, planned, configuration.calendar)
        due = obligations.due_for_action(session, cycle.code, now)
        itself = row.next_action_at is not None and row.next_action_at <= now
        if due or itself:
            total += _plan(session, snapshot_of(session, configuration, cycle, due), now)
            _schedule(session, configuration, cycle, due, now)
        if itself:
            # What comes next is reckoned from here, however long the rest of the pass takes.
            cycles.schedule(session, cycle.code, now)
    return total


def snapshot_of(
    session: Session,
    configuration: Configuration,
    cycle: Cycle,
    owed: Iterable[Obligation],
) -> Snapshot:
    """Return what planning looks at: some obligations and what was decided about them.

    What was told to those from whom they were taken over is part of it.
    """
    chosen = tuple(owed)
    directory = configuration.directory
    leaders = {c.agency for c in directory.contacts if c.role is Role.LEADER}
    concerned = {code for o in chosen for code in (o.agency, *o.covers)}
    return Snapshot(
        calendar=configuration.calendar,
        directory=directory,
        cycle=cycle,
        obligations=chosen,
        outstanding=obligations.outstanding(session, cycle.code),
        decided=outbox.notices_of(session, cycle.code, concerned | leaders),
    )


def _plan(session: Session, snapshot: Snapshot, now: datetime) -> Planned:
    planned = enter(session, plan_notices(snapshot, now=now), snapshot.decided, now)
    touched = planned.planned or planned.superseded
    return replace(planned, cycles=frozenset({snapshot.cycle.code} if touched else ()))


def enter(
    session: Session, notices: Sequence[Notice], decided: Mapping[str, Notice], now: datetime
) -> Planned:
    """Put new notices into the outbox, mark what they supersede, and log what is to leave."""
    new = [n for n in notices if n.key not in decided]
    added = set(outbox.insert_notices(session, new, decided_at=now))
    replaced = [n.key for n in notices if n.key in decided]
    changed = outbox.mark(session, replaced, NoticeStatus.SUPERSEDED)
    pending = [n for n in new if n.key in added and n.status is NoticeStatus.PENDING]
    _record(session, pending, now)
    return Planned(len(pending), len(added) - len(pending) + len(changed))


def _record(session: Session, pending: list[Notice], now: datetime) -> None:
    """Write one audit event for each notice that is to leave."""
    entries = (
        audit.Entry(
            "notice_planned",
            cycle=notice.cycle or None,
            agency=notice.agency,
            payload={"key": notice.key, "contact": notice.contact},
        )
        for notice in pending
    )
    audit.append_all(session, entries, at=now, actor=ENGINE)


def _schedule(
    session: Session,
    configuration: Configuration,
    cycle: Cycle,
    due: Iterable[Obligation],
    now: datetime,
) -> None:
    schedule = Schedule(cycle, configuration.calendar)
    coming = {o.agency: schedule.next_standing(o, now) for o in due}
    obligations.schedule(session, cycle.code, coming)
