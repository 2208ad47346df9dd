"""The calendar files that mails enclose, so that a deadline stands in its reader's calendar."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lsplan_workflow.domain.agencies import agency_of
from lsplan_workflow.domain.notice_kinds import NoticeKind, NoticeStatus
from lsplan_workflow.domain.obligations import Status
from lsplan_workflow.notify.mail import CalendarFile
from lsplan_workflow.reports.agency_calendar import write_entry
from lsplan_workflow.reports.calendar_events import Organizer, method_of
from lsplan_workflow.services.calendars import deadline_entry
from lsplan_workflow.services.cycles import known_cycle
from lsplan_workflow.store import obligations, outbox

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlmodel import Session

    from lsplan_workflow.configuration.folder import Configuration
    from lsplan_workflow.domain.agency_calendar import Entry
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
_KNOWING: Final = _TELLING | {NoticeKind.REMINDER}


def calendars_for(
    session: Session, configuration: Configuration, sender: Recipient, rows: Iterable[NoticeRow]
) -> tuple[CalendarFile, ...]:
    """Return the calendar files of a mail's notices: those that tell of a deadline or its end.

    Each is of one event: a file that cancels must not speak of several (RFC 5546, 3.2.5).
    """
    organizer = Organizer(sender.name, sender.address)
    files = dict[str, CalendarFile]()
    for row in rows:
        if (found := _entry(session, configuration, row)) is not None:
            files[found.name] = _file(configuration, found, row, organizer)
    return tuple(files.values())


def _entry(session: Session, configuration: Configuration, row: NoticeRow) -> Entry | None:
    cycle, kind = known_cycle(configuration, row.cycle), NoticeKind(row.kind)
    if cycle is None or not (kind in _TELLING or _stands_for_the_opening(session, row)):
        return None
    owed = obligations.obligation_of(session, row.cycle, row.agency)
    if owed is None or (kind is NoticeKind.SUCCESSION and not _is_its_own(owed, row)):
        return None
    return deadline_entry(session, configuration, cycle, owed)


def _stands_for_the_opening(session: Session, row: NoticeRow) -> bool:
    """Tell whether a reminder says for the first time what the opening would have said."""
    if row.kind != NoticeKind.REMINDER:
        return False
    decided = outbox.notices_of(session, row.cycle, [row.agency]).values()
    told = {n.rung for n in decided if n.status is NoticeStatus.SENT and n.kind in _KNOWING}
    # Several persons may be reminded by one rung, some of them later than others.
    return not told - {row.rung}


def _is_its_own(owed: Obligation, row: NoticeRow) -> bool:
    """Tell whether a succession changes the duty itself, and not only who has to see to it."""
    return owed.status is Status.TRANSFERRED or agency_of(row.contact) == owed.agency


def _file(
    configuration: Configuration, entry: Entry, row: NoticeRow, organizer: Organizer
) -> CalendarFile:
    directory = configuration.directory
    return CalendarFile(
        name=f"{row.cycle}-{row.agency}.ics",
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
