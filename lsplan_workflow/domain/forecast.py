"""What will be sent if nobody acts, or only as is supposed: the planner run forward."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import TYPE_CHECKING

from lsplan_workflow.domain.cycles import CycleState
from lsplan_workflow.domain.notice_kinds import WAITING, NoticeStatus
from lsplan_workflow.domain.notices import Notice
from lsplan_workflow.domain.obligations import (
    Obligation,
    outstanding,
    plan_obligations,
    plan_succession,
)
from lsplan_workflow.domain.planning import plan_notices
from lsplan_workflow.domain.redirection import redirected
from lsplan_workflow.domain.schedules import Schedule, digest_standings
from lsplan_workflow.domain.snapshots import Snapshot
from lsplan_workflow.domain.validity import holds, is_past

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from lsplan_workflow.domain.agencies import Agency


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody is supposed to do at an instant, and what that makes of a cycle."""

    at: datetime
    change: Callable[[Snapshot, datetime], Snapshot]


@dataclass(frozen=True, slots=True)
class Forecast:
    """The notices that will leave, in that order, and the cycle as it will then be."""

    notices: tuple[Notice, ...]
    end: Snapshot


def forecast(
    snapshot: Snapshot, *, now: datetime, until: datetime, acts: Iterable[Act] = ()
) -> Forecast:
    """Return what will leave from now to `until` if nobody does more than `acts`.

    `snapshot.obligations` must be the whole cycle's; where there are none yet, those that
    the opening will bring about are foreseen. Successions to come are applied. What an act
    is refused for is raised as it is.
    """
    course = _begun(_advanced(snapshot, now), now)
    supposed = sorted(acts, key=lambda act: act.at)
    starts = sorted({now, *(act.at for act in supposed)})
    for start, end in zip_longest(starts, starts[1:]):
        for act in (act for act in supposed if act.at == start):
            course = course.acted(act)
        for instant in _instants(course.snapshot, start, until):
            if end is None or instant < end:
                course = course.passed(instant)
    return Forecast(_leaving(course, until), course.snapshot)


def still_waiting(snapshot: Snapshot, *, now: datetime, until: datetime) -> tuple[Notice, ...]:
    """Return what was decided and will leave up to an instant, though nothing more is planned."""
    return _leaving(_begun(snapshot, now), until)


def _leaving(course: _Course, until: datetime) -> tuple[Notice, ...]:
    cycle = course.snapshot.cycle
    leaving = (
        n for n in course.coming if n.send_at <= until and not is_past(n.kind, cycle, n.send_at)
    )
    return tuple(sorted(leaving, key=lambda notice: (notice.send_at, notice.key)))


def _begun(snapshot: Snapshot, now: datetime) -> _Course:
    """Return the course at its beginning: what waits and will still hold when it leaves."""
    waiting = [n for n in snapshot.decided.values() if n.status in WAITING]
    worked = snapshot.calendar.next_working_time(now)
    coming = (
        replace(n, send_at=max(n.send_at, now if n.kind.is_reply else worked)) for n in waiting
    )
    return _Course(snapshot, _as_they_leave(coming, snapshot))


def _as_they_leave(notices: Iterable[Notice], snapshot: Snapshot) -> tuple[Notice, ...]:
    """Return those of some notices that will still hold, to whoever is told of it by then."""
    directory, calendar = snapshot.directory, snapshot.calendar
    told = {
        instead.key: instead
        for notice in notices
        for instead in redirected(notice, directory, calendar.local_day(notice.send_at))
        if holds(instead, snapshot)
    }
    return tuple(told.values())


@dataclass(frozen=True, slots=True)
class _Course:
    """A cycle on its way through time, with the notices that were seen to come so far."""

    snapshot: Snapshot
    coming: tuple[Notice, ...]

    def passed(self, instant: datetime) -> _Course:
        """Return the course after a pass at an instant."""
        snapshot = _advanced(self.snapshot, instant)
        planned = plan_notices(snapshot, now=instant)
        superseded = {n.key for n in planned if n.status is NoticeStatus.SUPERSEDED}
        kept = (n for n in self.coming if not (n.key in superseded and n.send_at >= instant))
        added = (n for n in planned if n.status is NoticeStatus.PENDING)
        decided = {**snapshot.decided, **{n.key: n for n in planned}}
        return _Course(replace(snapshot, decided=decided), (*kept, *added))

    def acted(self, act: Act) -> _Course:
        """Return the course after an act, which may withdraw what has not left by then."""
        before = _advanced(self.snapshot, act.at)
        after = act.change(before, act.at)
        new = (n for key, n in after.decided.items() if key not in before.decided)
        added = _as_they_leave(new, after)
        gone = {key for key, n in after.decided.items() if n.status is NoticeStatus.CANCELLED}
        kept = (
            n for n in self.coming if n.send_at < act.at or (n.key not in gone and holds(n, after))
        )
        return _Course(after, (*kept, *added))


def _instants(snapshot: Snapshot, now: datetime, until: datetime) -> list[datetime]:
    """Return now and every later instant up to `until` at which something can change."""
    cycle, calendar = snapshot.cycle, snapshot.calendar
    owed = snapshot.obligations or plan_obligations(cycle, snapshot.directory)
    schedule = Schedule(cycle, calendar)
    found = {s.at for o in _kinds_of(owed) for s in schedule.standings(o)}
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
