"""What a digest says of a cycle: how many have filed, who is late, and how it was a year ago."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from lsplan_workflow.domain.compliance import days_late
from lsplan_workflow.domain.obligations import Status
from lsplan_workflow.notify.letter import Missing, OfKind, YearBefore
from lsplan_workflow.reports.collation import sort_key
from lsplan_workflow.store import obligations, obstacles

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable
    from datetime import date, datetime

    from sqlmodel import Session

    from lsplan_workflow.configuration.folder import Configuration
    from lsplan_workflow.domain.cycles import Cycle
    from lsplan_workflow.domain.obligations import Obligation
    from lsplan_workflow.notify.letter import Item


def digest_item(
    session: Session,
    configuration: Configuration,
    base: Item,
    cycle: Cycle,
    now: datetime,
    language: str,
    made_up: Collection[Obligation] | None = None,
) -> Item:
    """Add which reports and revisions are overdue, the longest first, then by names.

    What is owed is read from the store, unless an example makes it up. What was filed after
    `now` is missing still.
    """
    calendar = configuration.calendar
    read = obligations.obligations_of(session, cycle.code) if made_up is None else made_up
    owed = [_as_it_stood(obligation, now) for obligation in read]
    expected = [obligation for obligation in owed if obligation.is_expected]
    day = calendar.local_day(now)
    waiting = obstacles.count_open(session, cycle.program.code, now)

    def listed(chosen: Callable[[Obligation], bool]) -> tuple[Missing, ...]:
        found = (_missing(configuration, o, day, language) for o in expected if chosen(o))
        return tuple(
            sorted(found, key=lambda missing: (-missing.days_late, sort_key(missing.name)))
        )

    return base.evolve(
        missing=listed(lambda o: o.is_overdue(now)),
        extended=listed(lambda o: o.is_chased and not o.is_overdue(now)),
        unrevised=listed(lambda o: o.is_revision_overdue(now)),
        expected=len(expected),
        filed=_filed_by(expected, now),
        waived=sum(o.status is Status.WAIVED for o in owed),
        days=days_late(calendar.local_day(cycle.due_at), day),
        obstacles_awaited=waiting.awaited,
        obstacles_overdue=waiting.overdue,
        year_before=_year_before(session, configuration, cycle, now),
        by_kind=_by_kind(configuration, cycle, expected, now),
    )


def _as_it_stood(obligation: Obligation, at: datetime) -> Obligation:
    """Return an obligation without the filing that came after an instant."""
    filed_at = obligation.first_complete_at
    if filed_at is None or filed_at <= at or obligation.status is Status.WAIVED:
        return obligation
    return replace(obligation, status=Status.OPEN, first_complete_at=None, revise_by_at=None)


def _by_kind(
    configuration: Configuration, cycle: Cycle, expected: Iterable[Obligation], now: datetime
) -> tuple[OfKind, ...]:
    """Count who owes and who is overdue, in the order in which the regime names the kinds."""
    owing, missing = Counter[str](dict.fromkeys(cycle.regime.owed_by, 0)), Counter[str]()
    for obligation in expected:
        kind = configuration.directory[obligation.agency].kind
        owing[kind] += 1
        missing[kind] += obligation.is_overdue(now)
    return tuple(OfKind(kind, count, missing[kind]) for kind, count in owing.items() if count)


def _filed_by(expected: Iterable[Obligation], instant: datetime) -> int:
    filed = (obligation.first_complete_at for obligation in expected)
    return sum(at is not None and at <= instant for at in filed)


def _year_before(
    session: Session, configuration: Configuration, cycle: Cycle, now: datetime
) -> YearBefore | None:
    """Return how many had filed in the regime's cycle a year before, as far from its D as now."""
    wanted = (cycle.program.code, cycle.regime.code, cycle.year - 1)
    for former in configuration.cycles():
        if (former.program.code, former.regime.code, former.year) == wanted:
            owed = obligations.obligations_of(session, former.code)
            expected = [obligation for obligation in owed if obligation.is_expected]
            filed = _filed_by(expected, former.due_at + (now - cycle.due_at))
            return YearBefore(former.year, filed, len(expected)) if expected else None
    return None


def _missing(
    configuration: Configuration, obligation: Obligation, day: date, language: str
) -> Missing:
    calendar, directory = configuration.calendar, configuration.directory
    due_on = calendar.local_day(obligation.awaited_at or obligation.due_at)
    return Missing(
        code=obligation.agency,
        name=directory[obligation.agency].form_of_address(language),
        covers=tuple(directory[code].name(language) for code in obligation.covers),
        due_on=due_on,
        days_late=days_late(due_on, day),
    )
