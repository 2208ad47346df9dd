"""An open cycle on its way from one configuration to the next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lsplan_workflow.store import cycles, obligations

if TYPE_CHECKING:
    from datetime import datetime

    from sqlmodel import Session

    from lsplan_workflow.configuration.folder import Configuration
    from lsplan_workflow.domain.calendar import WorkingCalendar
    from lsplan_workflow.domain.cycles import Cycle
    from lsplan_workflow.domain.obligations import Obligation
    from lsplan_workflow.store.tables import CycleRow


@dataclass(frozen=True, slots=True)
class Transition:
    """An open cycle as it was, `former`, and as the configuration of a number has it."""

    session: Session
    before: Configuration
    after: Configuration
    former: Cycle
    cycle: Cycle
    number: int
    now: datetime
    restart_ladder: bool

    @property
    def is_moved(self) -> bool:
        """Tell whether the deadline is another one."""
        return self.former.due_at != self.cycle.due_at

    def owed(self) -> list[Obligation]:
        """Return the cycle's obligations as they are stored."""
        return obligations.obligations_of(self.session, self.cycle.code)

    def present(self) -> Cycle:
        """Return the new cycle with what was recorded of it since it opened."""
        row = cycles.cycle_of(self.session, self.cycle.code)
        return self.cycle if row is None else cycles.as_recorded(row, self.cycle, self.calendar)

    @property
    def calendar(self) -> WorkingCalendar:
        """The new working calendar."""
        return self.after.calendar


def recorded(row: CycleRow, cycle: Cycle, calendar: WorkingCalendar) -> Cycle:
    """Return a cycle with the dates and the ladder that were recorded of it."""
    return cycles.as_recorded(row, cycle.with_dates(cycles.dates_of(row), calendar), calendar)
