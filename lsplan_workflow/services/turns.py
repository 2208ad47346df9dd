"""What a reorganisation makes of each cycle: what passes to whom, and whom that is told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lsplan_workflow.domain.cycles import CycleState
from lsplan_workflow.domain.handovers import plan_handovers
from lsplan_workflow.domain.notice_kinds import NoticeStatus
from lsplan_workflow.domain.obligations import (
    Status,
    outstanding,
    plan_obligations,
    plan_succession,
)
from lsplan_workflow.domain.obstacle_notices import plan_obstacle
from lsplan_workflow.domain.reorganisation import (
    exchanged,
    exempted,
    handed_on,
    newly_owed,
    passing,
    with_deadlines,
)
from lsplan_workflow.domain.snapshots import Snapshot
from lsplan_workflow.services.cycles import known_cycle
from lsplan_workflow.services.obstacle_planning import chase_of
from lsplan_workflow.services.succession import succeeded
from lsplan_workflow.store import cycles, obligations, obstacles, outbox

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date, datetime

    from sqlmodel import Session

    from lsplan_workflow.configuration.folder import Configuration
    from lsplan_workflow.domain.cycles import Cycle
    from lsplan_workflow.domain.notices import Notice
    from lsplan_workflow.domain.obligations import Obligation
    from lsplan_workflow.domain.obstacles import Obstacle
    from lsplan_workflow.domain.reorganisation import Passing, Reorganisation


@dataclass(frozen=True, slots=True)
class Around:
    """The configurations before and after a reorganisation that is looked at now."""

    before: Configuration
    after: Configuration
    reorganisation: Reorganisation
    now: datetime

    @property
    def begins_at(self) -> datetime:
        """The first instant of the new order."""
        return self.before.calendar.midnight(self.reorganisation.begins_on)

    @property
    def at(self) -> datetime:
        """The instant from which it shows: now, if it has begun already."""
        return max(self.begins_at, self.now)

    @property
    def first_day(self) -> date:
        """The local day from which it shows."""
        return self.before.calendar.local_day(self.at)

    @property
    def ended(self) -> list[str]:
        """The codes of the agencies that it ends."""
        return [ending.agency for ending in self.reorganisation.endings]


@dataclass(frozen=True, slots=True)
class Turn:
    """What becomes of some duties, and the notices by which that is told.

    Those of `gained` go to who takes over, those of `lost` to who gives up; both in the order
    in which they are decided on, and only those that the reorganisation brings about.
    """

    passings: tuple[Passing, ...] = ()
    gained: tuple[Notice, ...] = ()
    lost: tuple[Notice, ...] = ()


def turns(session: Session, around: Around) -> Iterator[Turn]:
    """Yield what becomes of the cycles that are open and the next it concerns, and obstacles."""
    upcoming = set[str]()
    for cycle in around.after.cycles():
        row = cycles.cycle_of(session, cycle.code)
        if row is not None:
            if not row.untracked:
                owed = obligations.obligations_of(session, cycle.code)
                decided = outbox.notices_of(session, cycle.code)
                yield _turn(around, cycle, owed, around.at, decided)
                yield Turn((*_added(owed, around, cycle), *_exempted(around, cycle)))
        elif cycle.closes_at > around.at and cycle.regime.code not in upcoming:
            upcoming.add(cycle.regime.code)
            yield Turn(tuple(_exchanged(around, cycle)))
            planned = plan_obligations(cycle, around.after.directory)
            yield _turn(around, cycle, planned, around.begins_at, {})
            yield Turn(tuple(_exempted(around, cycle)))
    for obstacle in obstacles.awaited(session):
        old, new = (_asked(session, c, obstacle, around) for c in _both(around))
        yield Turn(gained=tuple(_only_new(new, old)))


def _turn(
    around: Around,
    cycle: Cycle,
    present: Iterable[Obligation],
    at: datetime,
    decided: Mapping[str, Notice],
) -> Turn:
    """Return what becomes of a cycle, if that is open on the day.

    What passes on until then, by decisions made formerly, has done so.
    """
    if cycle.state(at) is not CycleState.OPEN:
        return Turn()
    owed = {o.agency: o for o in present}
    owed |= succeeded(owed, around.after, cycle, at, leaving=around.ended)
    directory, then = around.after.directory, dict(owed)
    passings = list["Passing"]()
    for code in around.ended:
        if code in owed and owed[code].status is not Status.TRANSFERRED:
            passings.append(passing(owed[code], owed, cycle=cycle, directory=directory, at=at))
            changed = plan_succession(
                directory[code], then, cycle=cycle, directory=directory, at=at
            )
            then |= {o.agency: o for o in changed}
    fates = (*with_deadlines(passings, owed, then), *_handed_on(around, owed, at))
    old, new = (
        plan_handovers(_snapshot(configuration, cycle, found, decided), at)
        for configuration, found in zip(_both(around), (owed, then), strict=True)
    )
    gained, lost = (tuple(_only_new(n, o)) for n, o in zip(new, old, strict=True))
    return Turn(fates, gained, lost)


def _handed_on(around: Around, owed: Mapping[str, Obligation], at: datetime) -> Iterator[Passing]:
    """Yield what passes to another agency of what stayed under names that ended before."""
    day = around.after.calendar.local_day(at)
    before, after = (configuration.directory for configuration in _both(around))
    for code in (code for code in owed if code not in around.ended):
        passed = handed_on(owed[code], before=before, after=after, at=at, on=day)
        if passed is not None:
            yield passed


def _both(around: Around) -> tuple[Configuration, Configuration]:
    return around.before, around.after


def _snapshot(
    configuration: Configuration,
    cycle: Cycle,
    owed: Mapping[str, Obligation],
    decided: Mapping[str, Notice],
) -> Snapshot:
    known = tuple(o for o in owed.values() if o.agency in configuration.directory)
    return Snapshot(
        calendar=configuration.calendar,
        directory=configuration.directory,
        cycle=cycle,
        obligations=known,
        outstanding=outstanding(known),
        decided=decided,
    )


def _only_new(after: Iterable[Notice], before: Iterable[Notice]) -> Iterator[Notice]:
    known = {notice.key for notice in before}
    yield from (notice for notice in after if notice.key not in known)


def _asked(
    session: Session, configuration: Configuration, obstacle: Obstacle, around: Around
) -> list[Notice]:
    """Return what asks whoever has to answer an obstacle by then."""
    planned = plan_obstacle(chase_of(session, configuration, obstacle), now=around.at)
    return [notice for notice in planned if notice.status is NoticeStatus.PENDING]


def _added(known: Iterable[Obligation], around: Around, cycle: Cycle) -> Iterator[Passing]:
    """Yield who owes newly in a cycle that is open, and succeeds nobody who owes."""
    if cycle.state(around.now) is CycleState.OPEN:
        added = newly_owed([o.agency for o in known], cycle, around.after.directory)
        yield from exchanged([], added, around.now)


def _exempted(around: Around, cycle: Cycle) -> Iterator[Passing]:
    """Yield who owes nothing in a cycle that is open on the day, having come too late."""
    if cycle.state(around.at) is CycleState.OPEN:
        founded, directory = around.reorganisation.founded, around.after.directory
        yield from exempted(founded, cycle, directory, around.at)


def _exchanged(around: Around, cycle: Cycle) -> Iterator[Passing]:
    """Yield who owes another cycle than before, in one that has not opened yet."""
    former = known_cycle(around.before, cycle.code)
    old = plan_obligations(former, around.before.directory) if former else []
    new = plan_obligations(cycle, around.after.directory)
    yield from exchanged(old, new, around.begins_at)
