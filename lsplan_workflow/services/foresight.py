"""What would differ from the plan if something were decided or done: nothing is written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from lsplan_workflow.domain.cycles import CycleState
from lsplan_workflow.domain.errors import RequestError
from lsplan_workflow.domain.plan_change import PlanChange, compare_forecasts
from lsplan_workflow.domain.suppositions import (
    Supposed,
    Supposition,
    instant_of,
    moved_cycle,
    suppose,
    suppose_moved,
)
from lsplan_workflow.domain.text import Text
from lsplan_workflow.services.cycles import find_cycle, view
from lsplan_workflow.services.obstacle_planning import foreseen_obstacles
from lsplan_workflow.services.status import chosen_cycles, forecast_of, foreseen_until
from lsplan_workflow.services.submissions import require_agency, untracked
from lsplan_workflow.store import installation

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date, datetime

    from sqlmodel import Session

    from lsplan_workflow.configuration.folder import Configuration
    from lsplan_workflow.domain.cycles import Cycle
    from lsplan_workflow.domain.forecast import Act, Forecast
    from lsplan_workflow.domain.notices import Notice
    from lsplan_workflow.domain.obligations import Obligation


_FILINGS: Final = frozenset({Supposed.SUBMIT, Supposed.ACCEPT})
_LEAP_DAY: Final = (2, 29)


@dataclass(frozen=True, slots=True)
class DutyChange:
    """An obligation that has another deadline or state at the end; None if there is none."""

    before: Obligation | None
    after: Obligation | None


@dataclass(frozen=True, slots=True)
class Foresight:
    """The notices to come under some suppositions, and what differs from those without them."""

    notices: tuple[Notice, ...]
    change: PlanChange
    duties: tuple[DutyChange, ...]


def foresee(
    session: Session,
    configuration: Configuration,
    now: datetime,
    suppositions: Sequence[Supposition],
    *,
    code: str | None = None,
    until: datetime | None = None,
) -> Foresight:
    """Return what some suppositions would change in the cycles that a preview shows.

    Raise RequestError, as the real decision would, for what would be refused, and for what
    may speak of several cycles of which none is named by `code`.
    """
    question = _Question(session, configuration, now, code, until)
    acts = question.acts(suppositions)
    before, after, duties = list["Notice"](), list["Notice"](), list[DutyChange]()
    for cycle in question.cycles(acts):
        plain = supposed = question.forecast(cycle)
        if cycle.code in acts:
            supposed = question.forecast(cycle, acts[cycle.code])
        before += plain.notices
        after += supposed.notices
        duties += _duties(plain.end.obligations, supposed.end.obligations)
    change = compare_forecasts(before, after)
    if code is None:
        after += foreseen_obstacles(session, configuration, now, until=until)
    ordered = sorted(after, key=lambda notice: (notice.send_at, notice.key))
    return Foresight(tuple(ordered), change, tuple(duties))


@dataclass(frozen=True, slots=True)
class _Question:
    """What is asked: under which configuration, when, of which cycle, and up to when."""

    session: Session
    configuration: Configuration
    now: datetime
    code: str | None
    until: datetime | None

    def shown(self) -> list[Cycle]:
        """Return the cycles that a preview shows."""
        return chosen_cycles(self.configuration, self.now, code=self.code, until=self.until)

    def cycles(self, acts: dict[str, list[Act]]) -> list[Cycle]:
        """Return the cycles that are shown, and the others that something is supposed about."""
        shown = {cycle.code: cycle for cycle in self.shown()}
        others = {code: find_cycle(self.configuration, code) for code in acts}
        return list({**shown, **others}.values())

    def forecast(self, cycle: Cycle, acts: Sequence[Act] = ()) -> Forecast:
        """Return what will leave in a cycle up to its end, or a day before."""
        found = view(self.session, self.configuration, cycle, self.now)
        until = self.until or foreseen_until(cycle, self.now)
        return forecast_of(
            self.session, self.configuration, found, self.now, until=until, acts=acts
        )

    def acts(self, suppositions: Iterable[Supposition]) -> dict[str, list[Act]]:
        """Return what is supposed, by the cycle that it is about, in the order given."""
        found: dict[str, list[Act]] = {}
        for supposition in suppositions:
            for code, act in self._acts(supposition):
                found.setdefault(code, []).append(act)
        return found

    def _acts(self, supposition: Supposition) -> Iterator[tuple[str, Act]]:
        calendar = self.configuration.calendar
        if supposition.what is not Supposed.MOVE:
            act, code = suppose(supposition, calendar, self.now), self._cycle_of(supposition)
            if supposition.what in _FILINGS:
                self._require_tracked(code)
            yield code, act
        elif supposition.day is not None:
            version = installation.configuration_in_force(self.session)
            number = version.number + 1 if version else 1
            for cycle, last in self._moving(supposition, supposition.day):
                moved = moved_cycle(cycle, last, calendar)
                yield cycle.code, suppose_moved(moved, number, self.now)

    def _require_tracked(self, code: str) -> None:
        """Raise RequestError for a cycle in which nothing was ever awaited."""
        cycle = find_cycle(self.configuration, code)
        found = view(self.session, self.configuration, cycle, self.now)
        if found.state is CycleState.UNTRACKED:
            raise RequestError(untracked(code))

    def _moving(self, supposition: Supposition, last: date) -> Iterator[tuple[Cycle, date]]:
        """Yield a cycle that is named, or those of a regime that are shown, with the last day."""
        subject = supposition.subject
        shown = [cycle for cycle in self.shown() if cycle.regime.code == subject]
        for cycle in shown or [find_cycle(self.configuration, subject)]:
            if (last.month, last.day) == _LEAP_DAY or (not shown and last.year != cycle.year):
                raise RequestError(_of_another_year(supposition, cycle))
            yield cycle, last.replace(year=cycle.year)

    def _cycle_of(self, supposition: Supposition) -> str:
        """Return the code of the only cycle that a supposition about an agency can be about."""
        agency = supposition.subject
        require_agency(self.configuration, agency)
        if self.code is not None:
            return self.code
        shown = self.shown()
        at = instant_of(supposition, self.configuration.calendar, self.now)
        owing = [cycle.code for cycle in shown if self._owes(agency, cycle, at)]
        found = owing or [cycle.code for cycle in shown]
        if len(found) == 1:
            return found[0]
        raise RequestError(_ambiguous(supposition, found))

    def _owes(self, agency: str, cycle: Cycle, at: datetime) -> bool:
        owed = view(self.session, self.configuration, cycle, self.now).obligations
        return cycle.state(at) is CycleState.OPEN and any(o.agency == agency for o in owed)


def _of_another_year(supposition: Supposition, cycle: Cycle) -> Text:
    return Text(
        f"{supposition}: thời hạn của {cycle.code} phải là một ngày của năm {cycle.year}.",
        f"{supposition}: the deadline of {cycle.code} must be a day of {cycle.year}.",
    )


def _ambiguous(supposition: Supposition, codes: Sequence[str]) -> Text:
    listed, first = ", ".join(codes), next(iter(codes), "annual-2025")
    return Text(
        f"{supposition}: không rõ nói về kỳ báo cáo nào ({listed}); hãy nêu kỳ, ví dụ "
        f"`lsplan preview {first} --what-if {supposition}`.",
        f"{supposition}: of which cycle ({listed})? Name it, for example "
        f"`lsplan preview {first} --what-if {supposition}`.",
    )


def _duties(before: Iterable[Obligation], after: Iterable[Obligation]) -> Iterator[DutyChange]:
    old, new = {o.agency: o for o in before}, {o.agency: o for o in after}
    for agency in {**old, **new}:
        one, other = old.get(agency), new.get(agency)
        if one is None or other is None or _owed(one) != _owed(other):
            yield DutyChange(one, other)


def _owed(obligation: Obligation) -> tuple[object, ...]:
    return obligation.due_at, obligation.status, obligation.revise_by_at
