"""One calendar for each agency, to which its people can subscribe."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from lsplan_workflow.domain.agency_calendar import (
    AgencyCalendar,
    Entry,
    EntryKind,
    Left,
    Revisions,
    handed_on,
    left_behind,
    plan_cancelled,
    plan_enclosed,
    plan_enclosed_revision,
    plan_entries,
)
from lsplan_workflow.domain.errors import RequestError
from lsplan_workflow.domain.obligations import Status
from lsplan_workflow.domain.text import Text
from lsplan_workflow.reports.agency_calendar import write_agency_calendar
from lsplan_workflow.services.cycles import CycleView, view
from lsplan_workflow.store import installation, submissions
from lsplan_workflow.store.files import replace_file

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime
    from pathlib import Path

    from sqlmodel import Session

    from lsplan_workflow.configuration.folder import Configuration
    from lsplan_workflow.domain.cycles import Cycle
    from lsplan_workflow.domain.obligations import Obligation
    from lsplan_workflow.services.workplace import Workplace


@dataclass(frozen=True, slots=True)
class CalendarFile:
    """A calendar that was written; `changed` unless it said the same before."""

    agency: str
    file: Path
    entries: int
    cancelled: int
    changed: bool


def write_calendars(workplace: Workplace, folder: Path) -> list[CalendarFile]:
    """Write the calendar of every agency that owes or owed a report, each whole or not at all.

    What says the same is left alone, so that a web server's dates stay true. Raise RequestError
    where a file stands in the place of the folder.
    """
    configuration, now = workplace.configuration, workplace.clock.now()
    with workplace.database.reading() as session:
        found = agency_calendars(session, configuration, now)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        raise RequestError(
            Text(
                f"{folder}: đây không phải thư mục; hãy nêu một thư mục.",
                f"{folder}: this is no folder; name a folder.",
            )
        ) from None
    return [_write(configuration, calendar, folder) for calendar in found]


def _write(configuration: Configuration, found: AgencyCalendar, folder: Path) -> CalendarFile:
    content = write_agency_calendar(
        found, configuration.program, configuration.directory, configuration.calendar
    )
    file = folder / f"{found.agency.code}.ics"
    changed = not file.is_file() or file.read_bytes() != content
    if changed:
        replace_file(file, content)
    cancelled = sum(entry.cancelled for entry in found.entries)
    return CalendarFile(found.agency.code, file, len(found.entries), cancelled, changed)


def agency_calendars(
    session: Session, configuration: Configuration, now: datetime
) -> list[AgencyCalendar]:
    """Return the calendars of all agencies that have entries, in the order of their codes."""
    entries: dict[str, list[Entry]] = defaultdict(list)
    for cycle in configuration.cycles():
        found = view(session, configuration, cycle, now)
        for agency, entry in _entries(session, configuration, found, now):
            entries[agency].append(entry)
    directory = configuration.directory
    return [
        AgencyCalendar(directory[code], tuple(sorted(entries[code], key=_order)))
        for code in sorted(entries)
        if code in directory
    ]


class EnclosedEntries:
    """What mails about some agencies' obligations in a cycle enclose.

    Names and sequences are those of the calendars to which the agencies can subscribe.
    """

    def __init__(
        self,
        session: Session,
        configuration: Configuration,
        cycle: Cycle,
        agencies: Collection[str],
        now: datetime,
    ) -> None:
        self._session, self._cycle, self._agencies = session, cycle, agencies
        self._calendar, self._directory, self._now = (
            configuration.calendar,
            configuration.directory,
            now,
        )
        self._revisions = _Revisions.of(session, configuration, cycle, agencies)

    def deadline(self, owed: Obligation, *, to: str) -> Entry:
        """Return the entry of an obligation's deadline for a person of an agency."""
        of_it = self._revisions.of_agency(owed.agency, owed.ended_at)
        entry = plan_enclosed(owed, self._cycle, self._calendar, revisions=of_it)
        return handed_on(entry, owed, self._left(owed), to=to)

    def succession(self, owed: Obligation, *, to: str) -> Entry | None:
        """Return the entry of what passes to another agency, or has to be seen to by it."""
        if self._left(owed) is None:
            passes = owed.status is Status.TRANSFERRED or to == owed.agency
            return self.deadline(owed, to=to) if passes else None
        returned = owed.status is Status.RETURNED
        return self.revision(owed, to=to) if returned else self.deadline(owed, to=to)

    def _left(self, owed: Obligation) -> Left | None:
        return left_behind(owed, self._directory, self._calendar, self._now)

    def revision(self, owed: Obligation, *, to: str) -> Entry | None:
        """Return the entry of the day of its revision; None of what was never returned."""
        if owed.agency not in self._revise_by:
            return None
        of_it = self._revisions.of_agency(owed.agency, owed.ended_at)
        told = owed.revise_by_at or self._revise_by[owed.agency] or owed.due_at
        entry = plan_enclosed_revision(owed, self._cycle, self._calendar, told, revisions=of_it)
        return None if entry is None else handed_on(entry, owed, self._left(owed), to=to)

    @cached_property
    def _revise_by(self) -> dict[str, datetime | None]:
        return submissions.last_revise_by(self._session, self._cycle.code, self._agencies)


def _order(entry: Entry) -> tuple[object, str]:
    return entry.last_day, entry.name


def _entries(
    session: Session, configuration: Configuration, found: CycleView, now: datetime
) -> Iterable[tuple[str, Entry]]:
    directory, calendar = configuration.directory, configuration.calendar
    revisions = _Revisions.of(session, configuration, found.cycle)
    owing = set[str]()
    for owed in found.obligations:
        owing.add(owed.agency)
        of_it = revisions.of_agency(owed.agency, owed.ended_at)
        entries = plan_entries(owed, found.cycle, calendar, revisions=of_it)
        yield from _of_duty(owed, entries, left_behind(owed, directory, calendar, now))
    for ending in directory.endings():
        cancelled = plan_cancelled(
            ending, found.cycle, revisions=revisions.of_agency(ending.code, None)
        )
        if cancelled is not None and ending.code not in owing:
            yield ending.code, cancelled


def _of_duty(
    owed: Obligation, entries: Iterable[Entry], left: Left | None
) -> Iterable[tuple[str, Entry]]:
    """Yield what a duty puts into whose calendar: its agency's, and theirs who saw to it since."""
    concerned = [owed.agency]
    if left is not None and left.awaited:
        concerned = [*left.former, *([left.holder] if left.holder else [])]
    for agency in concerned:
        for entry in entries:
            found = handed_on(entry, owed, left, to=agency)
            if not (found.cancelled and found.kind is EntryKind.REMINDER):
                yield agency, found


@dataclass(frozen=True, slots=True)
class _Revisions:
    """When what is said of a cycle's deadlines may have changed: for all, and by agency."""

    general: tuple[datetime, ...]
    own: dict[str, list[datetime]]

    @classmethod
    def of(
        cls,
        session: Session,
        configuration: Configuration,
        cycle: Cycle,
        agencies: Collection[str] | None = None,
    ) -> _Revisions:
        """Return what the applied configurations, decisions and reviews have changed.

        Of the decisions and reviews, those of some agencies or of all.
        """
        begun = configuration.calendar.midnight(cycle.program.effective_from)
        applied = installation.applied_at(session)
        own = submissions.decided_at(session, cycle.code, agencies)
        return cls(tuple(at or begun for at in applied), own)

    def of_agency(self, agency: str, ended_at: datetime | None) -> Revisions:
        """Return how often an agency's entries may have changed: the first time is none."""
        changes = [*self.general, *self.own.get(agency, ())]
        last_at = max([*changes, *([ended_at] if ended_at else [])])
        return Revisions(len(changes) - 1, last_at)
