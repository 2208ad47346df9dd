"""Examples of letters: the facts of a cycle and an agency, and made-up acts that agree with them.

Nothing in an example contradicts the day on which it is written: what is said to have
happened lies before it, and what is asked for lies after it, but for what a rung is about.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Final

from lsplan_workflow.domain.compliance import days_late
from lsplan_workflow.domain.notice_kinds import NoticeKind
from lsplan_workflow.domain.obligations import Obligation, plan_obligations
from lsplan_workflow.notify.samples import sample_items
from lsplan_workflow.services.digest_letters import digest_item
from lsplan_workflow.services.failure_letters import failure_item
from lsplan_workflow.services.letter_heads import focal_point, letter_head
from lsplan_workflow.services.matters import facts

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlmodel import Session

    from lsplan_workflow.configuration.folder import Configuration
    from lsplan_workflow.domain.agencies import Agency
    from lsplan_workflow.domain.calendar import WorkingCalendar
    from lsplan_workflow.domain.cycles import Cycle
    from lsplan_workflow.notify.letter import Item, Letter
    from lsplan_workflow.store.tables import NoticeRow

_ONE_DAY, _SOON = timedelta(days=1), timedelta(days=4)
_ONE_WEEK, _TWO_WEEKS = timedelta(days=7), timedelta(days=14)
_FACTS: Final = (
    *("cycle", "report", "year", "agency_code", "agency", "legal_basis", "before"),
    *("last_full_day", "last_working_day", "estimated", "closes_on", "data_cutoff", "covers"),
)
# Whoever has to answer reads what another agency has reported.
_TO_ANSWERERS: Final = frozenset({NoticeKind.OBSTACLE_ASSIGNED, NoticeKind.OBSTACLE_REMINDER})
_AT_ONCE: Final = frozenset({NoticeKind.OBSTACLE, NoticeKind.OBSTACLE_RECEIPT})
_AUTHORITY: Final = "Công văn số 12/UBND-TH ngày {:%d/%m/%Y}"
_STILL_MISSING: Final = 3


def example(
    configuration: Configuration,
    cycle: Cycle,
    row: NoticeRow,
    owed: Obligation | None,
    now: datetime,
    named: str,
) -> Letter:
    """Return a letter that shows, as of an instant, what somebody would first have to do.

    It is about the agency that is named, or another of which that one is told. What an
    administrator is told of a failure is of no cycle and no agency.
    """
    head = letter_head(configuration, cycle.program, row, now)
    if row.kind == NoticeKind.FAILURE:
        return replace(head, items=(failure_item(configuration, row, now),), example=True)
    sample = _samples()[NoticeKind(row.kind)]
    make = _of_obstacle if sample.obstacle else _of_report
    item = make(_Case(configuration, cycle, row, owed, now, named), sample)
    return replace(head, items=(item,), example=True)


def example_digest(
    session: Session, configuration: Configuration, cycle: Cycle, row: NoticeRow, at: datetime
) -> Letter:
    """Return the digest of a cycle that has not been opened, in which all but three have filed."""
    planned = plan_obligations(cycle, configuration.directory)
    filed_at = min(at, cycle.due_at) - _ONE_DAY
    filed = [one.filed(filed_at) for one in planned[_STILL_MISSING:]]
    owed = [*planned[:_STILL_MISSING], *filed]
    base = facts(configuration, cycle, row, None)
    item = digest_item(session, configuration, base, cycle, at, row.language, owed)
    head = letter_head(configuration, cycle.program, row, at)
    return replace(head, items=(item,), example=True)


def extended(owed: Obligation, cycle: Cycle, at: datetime) -> Obligation:
    """Return an obligation with an extension beyond an instant, its own where it was given one."""
    if owed.due_at > cycle.due_at:
        return owed
    weeks = max(0, (at - owed.due_at) // _ONE_WEEK + 1) + 1
    return replace(owed, due_at=owed.due_at + weeks * _ONE_WEEK)


@dataclass(frozen=True, slots=True)
class _Case:
    """What an example is about, and the days around the one on which it is written."""

    configuration: Configuration
    cycle: Cycle
    row: NoticeRow
    owed: Obligation | None
    now: datetime
    named: str

    @property
    def calendar(self) -> WorkingCalendar:
        return self.configuration.calendar

    @property
    def today(self) -> date:
        return self.calendar.local_day(self.now)

    @property
    def point(self) -> Agency:
        return focal_point(self.configuration, self.cycle.program, self.now)

    def called(self, agency: Agency) -> str:
        return agency.form_of_address(self.row.language)

    def deadline(self, before: date) -> dict[str, object]:
        """Return the fields of an item that follow from the day that a deadline excludes."""
        return {
            "before": before,
            "last_full_day": before - _ONE_DAY,
            "last_working_day": self.calendar.working_day_on_or_before(before - _ONE_DAY),
            "estimated": self.calendar.is_estimated(before),
        }

    def until(self, before: date) -> dict[str, object]:
        """Return the fields that follow from the day until which a revision is awaited."""
        working_day = self.calendar.working_day_on_or_before(before - _ONE_DAY)
        return {
            "until": before,
            "until_working_day": working_day,
            "days": (before - _ONE_DAY - self.today).days,
        }

    def other(self, than: str) -> str:
        """Return how the focal point is addressed or, where that is meant, another agency."""
        return self.called(self.another(than) if than == self.point.code else self.point)

    def another(self, than: str) -> Agency:
        """Return an agency that is neither the one that is meant nor the focal point."""
        existing = self.configuration.directory.existing(self.today, self.cycle.regime.owed_by)
        found = (a for a in existing if a.code not in {than, self.point.code})
        return next(found, self.configuration.directory[than])


def _of_report(case: _Case, sample: Item) -> Item:
    """Return the example of a letter about what an agency owes in a cycle."""
    owed = case.owed
    if sample.kind is NoticeKind.EXTENSION:
        due = owed or Obligation(case.cycle.code, case.row.agency, case.cycle.due_at)
        owed = extended(due, case.cycle, case.now)
    real = facts(case.configuration, case.cycle, case.row, owed)
    item = sample.evolve(**{name: getattr(real, name) for name in _FACTS})
    item = _dated(case, item)
    if item.successors:
        item = item.evolve(successors=(case.other(item.agency_code),))
    return item


def _dated(case: _Case, item: Item) -> Item:
    """Move what is said to have happened before the day of the letter, what is asked after it."""
    due_at = case.owed.due_at if case.owed else case.cycle.due_at
    if item.received_at is not None:
        at = case.now if item.kind is NoticeKind.RECEIPT else min(case.now, due_at) - _ONE_DAY
        late = at >= due_at
        days = days_late(item.before, case.calendar.local_day(at)) if late else item.days
        item = item.evolve(received_at=case.calendar.local(at), late=late, days=days)
    if item.kind is NoticeKind.RETURNED:
        item = item.evolve(**case.until(case.today + _ONE_WEEK))
    if item.kind is NoticeKind.REVISION:
        item = item.evolve(**case.until(case.today + _SOON))
    if item.former is not None:
        item = item.evolve(former=item.before - _ONE_WEEK)
    if item.authority:
        item = item.evolve(authority=_AUTHORITY.format(case.today - _ONE_DAY))
    if item.kind is NoticeKind.REOPENING:
        item = item.evolve(late=case.today >= item.before)
    return item


def _of_obstacle(case: _Case, sample: Item) -> Item:
    """Return the example of a letter about a difficulty, of which the answer is not overdue."""
    directory, reader = case.configuration.directory, case.row.agency
    answers = sample.kind in _TO_ANSWERERS
    is_readers = sample.kind is NoticeKind.OBSTACLE and case.named == reader
    reporter = case.another(reader) if answers or is_readers else directory[case.named]
    before = case.today + (_SOON if sample.kind is NoticeKind.OBSTACLE_REMINDER else _TWO_WEEKS)
    received_at = case.now if sample.kind in _AT_ONCE else case.now - _ONE_WEEK
    return sample.evolve(
        **case.deadline(before),
        agency_code=reporter.code,
        agency=case.called(reporter),
        answerer=case.called(directory[reader]) if answers else case.other(reporter.code),
        received_at=case.calendar.local(received_at),
        year=case.today.year,
        overdue=False,
        days=(before - _ONE_DAY - case.today).days,
    )


@cache
def _samples() -> dict[NoticeKind, Item]:
    """Return the first sample of each kind, in which nothing is left out."""
    return {item.kind: item for item in reversed(sample_items())}
