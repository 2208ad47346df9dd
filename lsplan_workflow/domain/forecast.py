"""What will be sent if nobody acts: the planner run forward over the coming instants."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from lsplan_workflow.domain.cycles import CycleState
from lsplan_workflow.domain.notice_kinds import WAITING, NoticeStatus
from lsplan_workflow.domain.notices import Notice, Snapshot, plan_notices
from lsplan_workflow.domain.obligations import (
    Obligation,
    outstanding,
    plan_obligations,
    plan_succession,
)
from lsplan_workflow.domain.schedules import digest_standings, standings

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from lsplan_workflow.domain.agencies import Agency


def forecast(snapshot: Snapshot, *, now: datetime, until: datetime) -> list[Notice]:
    """Return the notices that will leave from now to `until`, in the order of leaving.

    `snapshot.obligations` must be the whole cycle's; where there are none yet, those that
    the opening will bring about are foreseen. Successions to come are applied.
    """
    waiting = [n for n in snapshot.decided.values() if n.status in WAITING]
    leave_at = snapshot.calendar.next_working_time(now)
    coming = [replace(n, send_at=max(n.send_at, leave_at)) for n in waiting]
    for instant in _instants(snapshot, now, until):
        snapshot = _advanced(snapshot, instant)
        planned = plan_notices(snapshot, now=instant)
        superseded = {n.key for n in planned if n.status is NoticeStatus.SUPERSEDED}
        coming = [n for n in coming if not (n.key in superseded and n.send_at >= instant)]
        coming += [n for n in planned if n.status is NoticeStatus.PENDING]
        snapshot = replace(snapshot, decided={**snapshot.decided, **{n.key: n for n in planned}})
    return sorted((n for n in coming if n.send_at <= until), key=lambda n: (n.send_at, n.key))


def _instants(snapshot: Snapshot, now: datetime, until: datetime) -> list[datetime]:
    """Return now and every later instant up to `until` at which something can change."""
    cycle, calendar = snapshot.cycle, snapshot.calendar
    owed = snapshot.obligations or plan_obligations(cycle, snapshot.directory)
    found = {s.at for o in _kinds_of(owed) for s in standings(o, cycle, calendar)}
    found |= {s.at for s in digest_standings(cycle, {o.due_at for o in owed}, calendar)}
    found |= {
        calendar.start_of_work(calendar.working_day_on_or_after(on))
        for a in snapshot.directory.endings()
        if (on := a.succeeded_on) is not None
    }
    return [now, *sorted(instant for instant in found if now < instant <= until)]


def _kinds_of(owed: Iterable[Obligation]) -> Iterable[Obligation]:
    """Return one obligation of each sort that has rungs of its own."""
    return {(o.awaited_at, o.status, o.chased_since, o.ladder): o for o in owed}.values()


def _advanced(snapshot: Snapshot, instant: datetime) -> Snapshot:
    """Return the snapshot with the cycle opened and every succession up to then applied."""
    cycle = snapshot.cycle
    if cycle.state(instant) is not CycleState.OPEN:
        return snapshot
    owed = snapshot.obligations or tuple(plan_obligations(cycle, snapshot.directory))
    by_agency = {o.agency: o for o in owed}
    for agency in snapshot.directory.endings():
        by_agency |= {o.agency: o for o in _succeeded(snapshot, agency, by_agency, instant)}
    changed = tuple(by_agency.values())
    return replace(snapshot, obligations=changed, outstanding=outstanding(changed))


def _succeeded(
    snapshot: Snapshot, agency: Agency, owed: dict[str, Obligation], instant: datetime
) -> list[Obligation]:
    on = agency.succeeded_on
    # An end that became known only after the opening passes its duty on at the opening.
    at = max(snapshot.calendar.midnight(on), snapshot.cycle.opens_at) if on else None
    if at is None or at > instant or snapshot.cycle.state(at) is not CycleState.OPEN:
        return []
    return plan_succession(
        agency,
        owed,
        cycle=snapshot.cycle,
        directory=snapshot.directory,
        at=at,
    )
