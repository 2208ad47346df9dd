"""One whole pass: bring cycles up to date, plan, deliver, consolidate."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from lsplan_workflow.services.consolidation import consolidate_due
from lsplan_workflow.services.cycles import bring_up_to_date
from lsplan_workflow.services.delivery import deliver
from lsplan_workflow.services.obstacle_planning import plan_obstacles
from lsplan_workflow.services.planning import plan_due
from lsplan_workflow.services.progress import Progress, silent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lsplan_workflow.services.consolidation import Consolidated
    from lsplan_workflow.services.delivery import Delivered
    from lsplan_workflow.services.workplace import Workplace


PATIENCE: Final = timedelta(minutes=10)
"""How long in all a pass that goes by the real clock waits for what a minute's rate holds back:
less than the quarter of an hour after which the next one comes."""


@dataclass(frozen=True, slots=True)
class Decided:
    """How many cycles opened, and what was decided about notices."""

    opened: int
    planned: int
    superseded: int
    cycles: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class PassResult:
    """What one pass did; all but `opened` and `consolidated` count notices.

    `left` names the cycle and kind of each notice that left, `cycles` all that were touched.
    """

    opened: int
    planned: int
    sent: int
    retrying: int
    failed: int
    superseded: int
    cancelled: int
    held_back: int
    consolidated: int
    left: tuple[tuple[str, str], ...] = ()
    cycles: frozenset[str] = frozenset()

    @property
    def counts(self) -> dict[str, int]:
        """The numbers by name."""
        return {name: n for name, n in asdict(self).items() if isinstance(n, int)}

    @property
    def idle(self) -> bool:
        """Tell whether there was nothing to do."""
        return not any(self.counts.values())


def decide(workplace: Workplace) -> Decided:
    """Open cycles, apply successions and plan what is due, in one transaction."""
    now, configuration = workplace.clock.now(), workplace.configuration
    with workplace.database.writing() as session:
        opened = bring_up_to_date(session, configuration, now)
        planned = plan_due(session, configuration, now)
        planned += plan_obstacles(session, configuration, now)
    cycles = planned.cycles | set(opened)
    return Decided(len(opened), planned.planned, planned.superseded, cycles)


def run_pass(
    workplace: Workplace, *, lasting: timedelta = timedelta(0), progress: Progress = silent
) -> PassResult:
    """Do all that is due now, whatever was missed before; doing it again does nothing.

    For what the rate of a minute holds back it waits for as long as `lasting` in all;
    `progress` is told how the delivery goes on.
    """
    decided = decide(workplace)
    delivered = deliver(workplace, lasting=lasting, progress=progress)
    return summed(decided, delivered, consolidate_due(workplace))


def summed(
    decided: Decided, delivered: Delivered, consolidated: Sequence[Consolidated]
) -> PassResult:
    """Return what the three steps of a pass did."""
    return PassResult(
        opened=decided.opened,
        planned=decided.planned,
        sent=delivered.sent,
        retrying=delivered.retrying,
        failed=delivered.failed,
        superseded=decided.superseded,
        cancelled=delivered.cancelled,
        held_back=delivered.held_back,
        consolidated=len(consolidated),
        left=delivered.left,
        cycles=decided.cycles
        | delivered.cycles
        | {cycle for cycle, _kind in delivered.left if cycle}
        | {report.cycle for report in consolidated},
    )
