"""The calendar files that mails enclose, so that a deadline stands in its reader's calendar."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from lsplan_workflow.domain.agencies import agency_of
from lsplan_workflow.domain.agency_calendar import EntryKind
from lsplan_workflow.domain.notice_kinds import NoticeKind
from lsplan_workflow.domain.obligations import Status
from lsplan_workflow.notify.mail import CalendarFile
from lsplan_workflow.reports.agency_calendar import write_entry
from lsplan_workflow.reports.calendar_events import Organizer, method_of
from lsplan_workflow.services.calendars import EnclosedEntries
from lsplan_workflow.services.cycles import known_cycle
from lsplan_workflow.store import mails

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from datetime import datetime

    from sqlmodel import Session

    from lsplan_workflow.configuration.folder import Configuration
    from lsplan_workflow.domain.agency_calendar import Entry
    from lsplan_workflow.domain.cycles import Cycle
    from lsplan_workflow.domain.obligations import Obligation
    from lsplan_workflow.notify.mail import Recipient
    from lsplan_workflow.store.tables import NoticeRow

_TELLING: Final = frozenset(
    {
        NoticeKind.OPENING,
        NoticeKind.EXTENSION,
        NoticeKind.DEADLINE,
        NoticeKind.REOPENING,
        NoticeKind.SUCCESSION,
        NoticeKind.ACCEPTANCE,
        NoticeKind.WAIVER,
    }
)
_REVISING: Final = frozenset(
    {NoticeKind.RETURNED, NoticeKind.REOPENING, NoticeKind.ACCEPTANCE, NoticeKind.WAIVER}
)
_KNOWING: Final = _TELLING | {NoticeKind.REMINDER}


class Enclosures:
    """The calendar files of the mails of one claim, for which the store is asked once."""

    def __init__(self, configuration: Configuration, entries: Mapping[str, list[Entry]]) -> None:
        self._configuration, self._entries = configuration, entries

    @classmethod
    def gathered(
        cls,
        session: Session,
        configuration: Configuration,
        rows: Iterable[NoticeRow],
        owed: Mapping[tuple[str, str], Obligation],
        now: datetime,
    ) -> Enclosures:
        """Return what the mails of some notices enclose; `owed` is by cycle and agency."""
        entries = defaultdict[str, list["Entry"]](list)
        of_cycle = defaultdict[str, list["NoticeRow"]](list)
        for row in rows:
            of_cycle[row.cycle].append(row)
        for code, shared in of_cycle.items():
            if (cycle := known_cycle(configuration, code)) is not None:
                of_it = {agency: owes for (where, agency), owes in owed.items() if where == code}
                for key, entry in _entries(session, configuration, cycle, shared, of_it, now):
                    entries[key].append(entry)
        return cls(configuration, entries)

    def of_mail(self, sender: Recipient, rows: Iterable[NoticeRow]) -> tuple[CalendarFile, ...]:
        """Return the files of a mail's notices: those that tell of a deadline or its end.

        Each is of one event: a file that cancels must not speak of several (RFC 5546, 3.2.5).
        """
        organizer = Organizer(sender.name, sender.address)
        files = dict[str, CalendarFile]()
        for row in rows:
            for found in self._entries.get(row.key, ()):
                # Whoever went on with his agency under its new name is to keep the event.
                if found.name not in files or not found.cancelled:
                    files[found.name] = _file(self._configuration, found, row, organizer)
        return tuple(files.values())


def _entries(
    session: Session,
    configuration: Configuration,
    cycle: Cycle,
    rows: Collection[NoticeRow],
    owed: Mapping[str, Obligation],
    now: datetime,
) -> Iterator[tuple[str, Entry]]:
    """Yield the entries of what tells of a cycle's deadlines and revisions, by notices' keys."""
    telling = [row for row in rows if row.kind in _TELLING]
    telling += _for_the_opening(session, cycle, rows)
    revising = [row for row in rows if row.kind in _REVISING]
    agencies = owed.keys() & {row.agency for row in (*telling, *revising)}
    if not agencies:
        return
    enclosed = EnclosedEntries(session, configuration, cycle, agencies, now)
    for row in (row for row in telling if row.agency in owed):
        if (entry := _told(enclosed, owed[row.agency], row)) is not None:
            yield row.key, entry
    for row in (row for row in revising if row.agency in owed):
        entry = enclosed.revision(owed[row.agency], to=agency_of(row.contact))
        if entry is not None:
            yield row.key, entry


def _for_the_opening(session: Session, cycle: Cycle, rows: Iterable[NoticeRow]) -> list[NoticeRow]:
    """Return the reminders that say for the first time what the opening would have said."""
    reminders = [row for row in rows if row.kind == NoticeKind.REMINDER]
    agencies = {row.agency for row in reminders}
    told = mails.rungs_sent(session, cycle.code, agencies, _KNOWING)
    # Several persons may be reminded by one rung, some of them later than others.
    return [row for row in reminders if not told.get(row.agency, set()) - {row.rung}]


def _told(enclosed: EnclosedEntries, owed: Obligation, row: NoticeRow) -> Entry | None:
    """Return the entry of the deadline that a notice tells somebody of, if it does.

    What is owed again and has passed on stands in the letter of the succession.
    """
    if row.kind == NoticeKind.REOPENING and owed.status is Status.TRANSFERRED:
        return None
    of = enclosed.succession if row.kind == NoticeKind.SUCCESSION else enclosed.deadline
    return of(owed, to=agency_of(row.contact))


def _file(
    configuration: Configuration, entry: Entry, row: NoticeRow, organizer: Organizer
) -> CalendarFile:
    directory = configuration.directory
    part = "-revise" if entry.kind is EntryKind.REVISION else ""
    return CalendarFile(
        name=f"{row.cycle}-{row.agency}{part}.ics",
        method=method_of(cancelled=entry.cancelled),
        content=write_entry(
            entry,
            directory[row.agency],
            directory,
            configuration.calendar,
            organizer=organizer,
            language=row.language,
        ),
    )
