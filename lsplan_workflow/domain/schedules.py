"""The rungs by which an obligation is chased at present, and when each of them stands."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from lsplan_workflow.domain.cycles import opening_stands_at, rung_stands_at
from lsplan_workflow.domain.obligations import Obligation, Status
from lsplan_workflow.domain.program import OPENING, Audience, Step

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date, datetime

    from lsplan_workflow.domain.agencies import Role
    from lsplan_workflow.domain.calendar import WorkingCalendar
    from lsplan_workflow.domain.cycles import Cycle

REVISION: Final = "revise-"
"""What the names of rungs begin with that chase a report returned for revision."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A rung, the instant at which it stands, whom it addresses, and of which deadline it is.

    `due_on` is the local date D of that deadline; `announced` tells whether it is the one
    that the cycle was opened with.
    """

    at: datetime
    rung: str
    audience: Audience
    due_on: date
    announced: bool
    copy: tuple[Role, ...] = ()

    @property
    def mark(self) -> str:
        """The rung's part of a notice's key: another deadline has keys of its own."""
        return self.rung if self.announced else f"{self.rung}@{self.due_on}"


class Schedule:
    """The rungs by which the obligations of one cycle are chased, and when each stands.

    Thousands of agencies have the same deadline: its rungs are reckoned once for all of them.
    """

    def __init__(self, cycle: Cycle, calendar: WorkingCalendar) -> None:
        """Take the cycle, and the calendar by which its rungs are reckoned."""
        self._cycle, self._calendar = cycle, calendar
        self._known = dict[tuple[object, ...], tuple[Standing, ...]]()

    def standings(self, obligation: Obligation) -> Sequence[Standing]:
        """Return the rungs that address an agency about its obligation, in the order of standing.

        A deadline that was moved is chased from then on only: of the move itself the agency
        has been told.
        """
        due_at, since = obligation.awaited_at, obligation.chased_since
        if due_at is None:
            return ()
        returned = obligation.status is Status.RETURNED
        asked = (due_at, obligation.ladder, returned)
        found = self._known.get(asked)
        if found is None:
            found = self._known[asked] = self._reckoned(
                due_at, obligation.ladder, returned=returned
            )
        return found if since is None else found[bisect_right(found, since, key=_at) :]

    def next_standing(self, obligation: Obligation, now: datetime) -> datetime | None:
        """Return when the obligation's next rung stands, or None if nothing more is chased."""
        if obligation.status is Status.TRANSFERRED:
            return None
        found = self.standings(obligation)
        coming = bisect_right(found, now, key=_at)
        return found[coming].at if coming < len(found) else None

    def stood(self, obligation: Obligation, now: datetime) -> Sequence[Standing]:
        """Return the rungs that stand at an instant or stood before it, in their order."""
        found = self.standings(obligation)
        return found[: bisect_right(found, now, key=_at)]

    def _reckoned(
        self, due_at: datetime, kept: tuple[Step, ...] | None, *, returned: bool
    ) -> tuple[Standing, ...]:
        """Return the rungs of a deadline, a revision's if `returned`, in the order of standing.

        `kept` is the ladder that was begun, None for the configuration's.
        """
        chased = _revision if returned else _report
        ladder = _configured(self._cycle, returned=returned) if kept is None else kept
        return tuple(sorted(chased(due_at, ladder, self._cycle, self._calendar), key=_at))


def _at(standing: Standing) -> datetime:
    return standing.at


def is_escalating(
    obligation: Obligation, cycle: Cycle, calendar: WorkingCalendar, now: datetime
) -> bool:
    """Tell whether a rung of its ladder has stood, and so it has begun to escalate by it."""
    due_at, since = obligation.awaited_at, obligation.chased_since
    if due_at is None:
        return False
    stood = _steps(_to_agency(_ladder(obligation, cycle)), cycle, due_at, calendar)
    return any(s.at <= now and (since is None or s.at > since) for s in stood)


def digest_standings(
    cycle: Cycle, dues: Iterable[datetime], calendar: WorkingCalendar
) -> list[Standing]:
    """Return the rungs of a cycle's digests, in the order of standing.

    They follow the cycle's deadline, and each other one of what is still missing.
    """
    steps = [step for step in cycle.regime.ladder if step.to.is_digest]
    found = [
        standing
        for due_at in {cycle.due_at, *dues}
        for standing in _steps(steps, cycle, due_at, calendar)
    ]
    return sorted(found, key=_at)


def _report(
    due_at: datetime, ladder: tuple[Step, ...], cycle: Cycle, calendar: WorkingCalendar
) -> Iterator[Standing]:
    opens_at, due_on = opening_stands_at(cycle, calendar), calendar.local_day(due_at)
    if opens_at < due_at:
        announced = due_on == cycle.announced_on
        yield Standing(opens_at, OPENING, Audience.FOCAL, due_on, announced)
    reminders = (Step(rung, Audience.FOCAL) for rung in cycle.regime.reminders)
    steps = (*reminders, *_to_agency(ladder))
    yield from _steps(steps, cycle, due_at, calendar)


def _revision(
    due_at: datetime, ladder: tuple[Step, ...], cycle: Cycle, calendar: WorkingCalendar
) -> Iterator[Standing]:
    reminders = (Step(rung, Audience.FOCAL) for rung in cycle.regime.revision_reminders)
    steps = (*reminders, *_to_agency(ladder))
    yield from _steps(steps, cycle, due_at, calendar, prefix=REVISION)


def _ladder(obligation: Obligation, cycle: Cycle) -> tuple[Step, ...]:
    """Return the ladder that it began to escalate by, else the configuration's."""
    return configured_ladder(obligation, cycle) if obligation.ladder is None else obligation.ladder


def configured_ladder(obligation: Obligation, cycle: Cycle) -> tuple[Step, ...]:
    """Return the ladder that a cycle's configuration has for an obligation as it stands."""
    return _configured(cycle, returned=obligation.status is Status.RETURNED)


def _configured(cycle: Cycle, *, returned: bool) -> tuple[Step, ...]:
    return cycle.regime.revision_ladder if returned else cycle.regime.ladder


def _to_agency(ladder: Iterable[Step]) -> Iterator[Step]:
    yield from (step for step in ladder if not step.to.is_digest)


def _steps(
    steps: Iterable[Step],
    cycle: Cycle,
    due_at: datetime,
    calendar: WorkingCalendar,
    *,
    prefix: str = "",
) -> Iterator[Standing]:
    due_on = calendar.local_day(due_at)
    announced = due_on == cycle.announced_on and not prefix
    for step in steps:
        at = rung_stands_at(cycle, step.rung, due_at, calendar)
        if at is not None:
            rung = f"{prefix}{step.rung}"
            yield Standing(at, rung, step.to, due_on, announced, step.copy)
