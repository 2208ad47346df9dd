"""What a letter's item about one obligation is gathered from, and what each of them states."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from lsplan_workflow.domain.notice_kinds import NoticeKind
from lsplan_workflow.notify.letter import Item

if TYPE_CHECKING:
    from datetime import datetime

    from sqlmodel import Session

    from lsplan_workflow.configuration.folder import Configuration
    from lsplan_workflow.domain.cycles import Cycle
    from lsplan_workflow.domain.obligations import Obligation
    from lsplan_workflow.store.tables import NoticeRow

_ONE_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Matter:
    """What an item about one obligation is gathered from."""

    session: Session
    configuration: Configuration
    row: NoticeRow
    obligation: Obligation
    now: datetime


def facts(
    configuration: Configuration, cycle: Cycle, row: NoticeRow, obligation: Obligation | None
) -> Item:
    """Return what every matter of a cycle states: the report, its basis and its deadline."""
    calendar, directory, regime = configuration.calendar, configuration.directory, cycle.regime
    before = calendar.local_day(obligation.due_at if obligation else cycle.due_at)
    covers = obligation.covers if obligation else ()
    cutoff = regime.data_cutoff
    return Item(
        kind=NoticeKind(row.kind),
        rung=row.rung,
        cycle=cycle.code,
        report=regime.name(row.language),
        year=cycle.year,
        agency_code=row.agency,
        agency=directory[row.agency].form_of_address(row.language),
        legal_basis=regime.basis(row.language),
        before=before,
        last_full_day=before - _ONE_DAY,
        last_working_day=calendar.working_day_on_or_before(before - _ONE_DAY),
        estimated=calendar.is_estimated(before),
        # The cycle is closed from the first instant of a day on; people are told the day before.
        closes_on=calendar.local_day(cycle.closes_at) - _ONE_DAY,
        data_cutoff=cutoff.in_year(cycle.year) if cutoff else None,
        covers=tuple(directory[code].name(row.language) for code in covers),
    )
