"""An agency's calendar in words: deadlines, revisions and reminders as it reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsplan_workflow.domain.agency_calendar import Entry, EntryKind
from lsplan_workflow.domain.obligations import STATUS_VI, Status
from lsplan_workflow.domain.text import Text, english_date
from lsplan_workflow.reports.calendar_events import (
    CalendarEvent,
    CalendarHead,
    Organizer,
    write_calendar,
    write_message,
)

if TYPE_CHECKING:
    from lsplan_workflow.domain.agencies import Agency, Directory
    from lsplan_workflow.domain.agency_calendar import AgencyCalendar
    from lsplan_workflow.domain.calendar import WorkingCalendar
    from lsplan_workflow.domain.program import Program


def write_agency_calendar(
    found: AgencyCalendar, program: Program, directory: Directory, calendar: WorkingCalendar
) -> bytes:
    """Return an agency's calendar as an iCalendar file, in the language of a program."""
    language = program.language
    name = found.agency.form_of_address(language)
    head = CalendarHead(
        name=Text(f"Hạn báo cáo – {name}", f"Reports due – {name}").in_language(language),
        about=_about(found.agency, program, directory).in_language(language),
        timezone=calendar.timezone,
        language=language,
    )
    events = [
        _event(entry, found.agency, directory, calendar, language, of_today=True)
        for entry in found.entries
    ]
    return write_calendar(head, events)


def write_entry(
    entry: Entry,
    agency: Agency,
    directory: Directory,
    calendar: WorkingCalendar,
    *,
    organizer: Organizer,
    language: str,
) -> bytes:
    """Return an entry as an iCalendar file for an agency's mail, in the mail's language.

    It does not say how the duty stands: nothing brings that up to date where it is kept.
    """
    event = _event(entry, agency, directory, calendar, language, of_today=False)
    return write_message(event, organizer, calendar.timezone, language)


def _event(
    entry: Entry,
    agency: Agency,
    directory: Directory,
    calendar: WorkingCalendar,
    language: str,
    *,
    of_today: bool,
) -> CalendarEvent:
    described = _description(entry, agency, directory, calendar, of_today=of_today)
    return CalendarEvent(
        uid=f"{entry.name}@{entry.cycle.program.code}.lsplan",
        summary=_summary(entry, directory, language).in_language(language),
        description=described.in_language(language),
        start=entry.last_day if entry.at is None else entry.at,
        sequence=entry.sequence,
        changed_at=entry.changed_at,
        cancelled=entry.cancelled,
        rings=entry.kind is EntryKind.REMINDER,
    )


def _about(agency: Agency, program: Program, directory: Directory) -> Text:
    vi, en = program.title("vi"), program.title("en")
    ended = _ended(agency, directory)
    return Text(
        f"{program.number}: {vi}. {ended.vi}".strip(), f"{program.number}: {en}. {ended.en}"
    )


def _ended(agency: Agency, directory: Directory) -> Text:
    """Return since when an agency is no more and who stands in for it; nothing if it goes on."""
    if agency.valid_to is None:
        return Text("", "")
    heirs = [directory[code] for code in agency.successors]
    vi = ", ".join(heir.form_of_address("vi") for heir in heirs)
    en = ", ".join(heir.form_of_address("en") for heir in heirs)
    return Text(
        f"Cơ quan kết thúc ngày {agency.valid_to:%d/%m/%Y}" + (f"; kế thừa: {vi}." if vi else "."),
        f"The agency ends on {english_date(agency.valid_to)}"
        + (f"; succeeded by: {en}." if en else "."),
    )


def _summary(entry: Entry, directory: Directory, language: str) -> Text:
    named, year = entry.cycle.regime.name(language), entry.cycle.year
    name = Text(f"{named} năm {year}", f"{named} for {year}").in_language(language)
    if entry.under:
        of = directory[entry.under].form_of_address(language)
        name += Text(f" của {of}", f" of {of}").in_language(language)
    if entry.cancelled and entry.status is Status.ACCEPTED:
        return Text(f"Đã được chấp nhận: {name}", f"Accepted: {name}")
    if entry.cancelled:
        return Text(f"Không còn phải gửi: {name}", f"No more owed: {name}")
    if entry.kind is EntryKind.REVISION:
        return Text(f"Hạn gửi lại: {name}", f"Revision due: {name}")
    if entry.kind is EntryKind.REMINDER:
        return Text(f"Nhắc hạn: {name}", f"Reminder: {name}")
    return Text(f"Hạn gửi: {name}", f"Due: {name}")


def _description(
    entry: Entry,
    agency: Agency,
    directory: Directory,
    calendar: WorkingCalendar,
    *,
    of_today: bool,
) -> Text:
    if entry.status is Status.WAIVED:
        return Text("Được miễn báo cáo.", "The report was waived.")
    if entry.cancelled and entry.status is Status.ACCEPTED:
        return Text("Báo cáo đã được chấp nhận.", "The report was accepted.")
    if entry.cancelled or entry.status is None:
        return _ended(agency, directory)
    until, worked = entry.due_on, calendar.working_day_on_or_before(entry.last_day)
    vi, en = f" Hiện: {STATUS_VI[entry.status]}.", f" It is {entry.status.value}."
    standing = Text(vi, en) if of_today else Text("", "")
    return Text(
        f"Gửi trước ngày {until:%d/%m/%Y}; ngày làm việc cuối {worked:%d/%m/%Y}."
        f"{standing.vi} Gửi về {entry.cycle.program.submit_to}.",
        f"Due before {english_date(until)}; the last working day is {english_date(worked)}."
        f"{standing.en} Send it to {entry.cycle.program.submit_to}.",
    )
