"""Letters as they would be: one to look at, and one of every kind for everybody to check."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from lsplan_workflow.domain.agencies import Role
from lsplan_workflow.domain.notice_kinds import NoticeKind, NoticeStatus
from lsplan_workflow.domain.notices import kind_of, recipients_of
from lsplan_workflow.domain.obligations import Obligation
from lsplan_workflow.domain.schedules import Schedule, digest_standings
from lsplan_workflow.notify.faults import letter_faults
from lsplan_workflow.notify.messages import Messages, template_name
from lsplan_workflow.services.cycles import find_cycle
from lsplan_workflow.services.examples import example, example_digest, extended
from lsplan_workflow.services.letter_heads import focal_point
from lsplan_workflow.services.letters import write_letter
from lsplan_workflow.services.recheck import is_void
from lsplan_workflow.services.submissions import require_agency
from lsplan_workflow.store import audit_events, mails, obligations
from lsplan_workflow.store.tables import NoticeRow

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sqlmodel import Session

    from lsplan_workflow.configuration.folder import Configuration
    from lsplan_workflow.domain.agencies import Agency
    from lsplan_workflow.domain.cycles import Cycle
    from lsplan_workflow.domain.errors import Fault
    from lsplan_workflow.notify.letter import Letter
    from lsplan_workflow.services.workplace import Workplace

_ROLES: Final = {
    NoticeKind.ESCALATION: Role.HEAD,
    NoticeKind.DIGEST: Role.LEADER,
    NoticeKind.FAILURE: Role.ADMIN,
}
# What the calendar brings about: it can be written before anybody has done anything.
_BY_RUNG: Final = frozenset(
    {
        NoticeKind.OPENING,
        NoticeKind.REMINDER,
        NoticeKind.OVERDUE,
        NoticeKind.ESCALATION,
        NoticeKind.DIGEST,
    }
)
# What speaks of a report's own deadline, and of no revision's.
_OF_DEADLINE: Final = frozenset(
    {
        NoticeKind.OPENING,
        NoticeKind.REMINDER,
        NoticeKind.OVERDUE,
        NoticeKind.ESCALATION,
        NoticeKind.EXTENSION,
        NoticeKind.DEADLINE,
    }
)
# What a person may hear of in one mail.
_TOGETHER: Final = (NoticeKind.EXTENSION, NoticeKind.REMINDER, NoticeKind.OBSTACLE_ANSWER)
_FAILED_RUN: Final = "reporting-cycle-crashed"
# What a digest tells of a cycle is another matter after any of these.
_RECORDED: Final = (
    *("submitted", "accepted", "returned", "voided", "extended", "waived", "reopened"),
    *("obligation_added", "obligation_transferred", "obligation_taken_over", "deadline_moved"),
    *("transfer_recalled", "obligation_reduced", "obligation_removed"),
    *("obstacle_received", "obstacle_answered", "obstacle_closed"),
)


def specimen(
    workplace: Workplace, kind: NoticeKind, cycle: str, agency: str, language: str | None
) -> Letter:
    """Return a letter of a kind to an agency, from the configuration and the database.

    It is the newest that was decided on, as of when it left or will, and called outdated where
    what it says is no longer so; where there is none, the one that its rung will bring about;
    and what somebody would have to do first is filled in, and called, an example. In its
    reader's language unless one is named. Raise RequestError for a cycle or agency that there
    is not.
    """
    configuration, now = workplace.configuration, workplace.clock.now()
    found = find_cycle(configuration, cycle)
    require_agency(configuration, agency)
    named, agency = agency, _concerned(configuration, kind, found, agency, now)
    with workplace.database.reading() as session:
        row = mails.newest_of_kind(session, kind, agency, cycle)
        invented = row is None
        row = row or _row(configuration, kind, found, agency, now)
        session.expunge_all()
        row.language = language or row.language
        if not invented:
            return _decided_on(session, configuration, row, now)
        if kind in _BY_RUNG:
            at = _stands_at(session, configuration, kind, found, agency, now)
            if kind is NoticeKind.DIGEST and not obligations.obligations_of(session, cycle):
                return example_digest(session, configuration, found, row, at)
            letter = write_letter(session, configuration, [row], at)
            return replace(letter, example=not _will_be_asked(session, configuration, row, at))
        owed = obligations.obligation_of(session, cycle, agency)
    return example(configuration, found, row, owed, now, named)


def _will_be_asked(
    session: Session, configuration: Configuration, row: NoticeRow, at: datetime
) -> bool:
    """Tell whether a rung can bring a letter about: the duty is open, and its agency exists."""
    if row.kind == NoticeKind.DIGEST:
        return True
    owed = obligations.obligation_of(session, row.cycle, row.agency)
    there = configuration.directory[row.agency].exists_on(configuration.calendar.local_day(at))
    return there and (owed is None or owed.is_chased)


def _decided_on(
    session: Session, configuration: Configuration, row: NoticeRow, now: datetime
) -> Letter:
    """Return the letter of a notice as of when it left or will leave."""
    at = row.sent_at or row.send_at
    owed = obligations.obligations_about(session, [row])
    told = {key: _as_told(configuration, row, one) for key, one in owed.items()}
    letter = write_letter(session, configuration, [row], at, told)
    if at < now:
        # What the audit log held then stands in the letter that left.
        letter = replace(letter, audit_count=0, audit_hash="")
    changed = is_void(session, configuration, row, owed, at) or _has_changed(session, row, at)
    return replace(letter, outdated=changed)


def _as_told(configuration: Configuration, row: NoticeRow, owed: Obligation) -> Obligation:
    """Return an obligation with the deadline of which a notice that asks for a report speaks."""
    if row.kind not in _OF_DEADLINE or row.due_on is None:
        return owed
    return replace(owed, due_at=configuration.calendar.midnight(row.due_on))


def _has_changed(session: Session, row: NoticeRow, at: datetime) -> bool:
    """Tell whether what a letter says was changed after it left, be it no longer void for that."""
    if row.kind == NoticeKind.DIGEST:
        return audit_events.is_any_since(session, _RECORDED, touching=row.cycle, instant=at)
    moved, cycle = ("extended", "deadline_moved"), row.cycle
    return bool(cycle) and audit_events.is_any_since(
        session, moved, touching=cycle, instant=at, agency=row.agency
    )


def specimen_of_several(
    workplace: Workplace, cycle: str, agency: str, language: str | None
) -> Letter:
    """Return a letter that joins what an agency's focal person may hear at once: an example.

    It stands when the cycle's reminder last stood or, before the first, when it will. Raise
    RequestError for a cycle or agency that there is not.
    """
    configuration, now = workplace.configuration, workplace.clock.now()
    found = find_cycle(configuration, cycle)
    require_agency(configuration, agency)
    with workplace.database.reading() as session:
        at = _stands_at(session, configuration, NoticeKind.REMINDER, found, agency, now)
        owed = obligations.obligation_of(session, cycle, agency)
    return _joined(configuration, found, agency, owed, at, language)


def _joined(
    configuration: Configuration,
    cycle: Cycle,
    agency: str,
    owed: Obligation | None,
    at: datetime,
    language: str | None,
) -> Letter:
    """Return the example that joins several matters, in a language or its reader's."""
    day, joined = configuration.calendar.local_day(at), list["Letter"]()
    owed = extended(owed or Obligation(cycle.code, agency, cycle.due_at), cycle, at)
    for kind in _TOGETHER:
        row = _row(configuration, kind, cycle, agency, at)
        row.language = language or row.language
        joined.append(example(configuration, cycle, row, owed, at, agency))
    items = (item for letter in joined for item in letter.items)
    left = (i if i.obstacle else i.evolve(days=(i.last_full_day - day).days) for i in items)
    return replace(joined[0], items=tuple(left))


def every_letter_fault(configuration: Configuration) -> list[Fault]:
    """Return what is wrong when every kind of letter is written to every agency."""
    messages = Messages(configuration.messages, configuration.program.language)
    if not configuration.cycles():
        return []
    found: dict[Fault, None] = {}
    for agency in configuration.directory.agencies:
        for letter in _letters_to(configuration, agency):
            # Who wants a language that lacks a letter gets that one in the usual language.
            if messages.speaks(template_name(letter), letter.language):
                found |= dict.fromkeys(letter_faults(messages, letter))
    return list(found)


def _letters_to(configuration: Configuration, agency: Agency) -> Iterator[Letter]:
    """Yield a letter of every kind and one of several, in each language its people want."""
    cycle = _last_cycle(configuration, agency)
    contacts = (c for c in configuration.directory.contacts if c.agency == agency.code)
    spoken = dict.fromkeys((configuration.program.language, *(c.language for c in contacts)))
    for language in spoken:
        for kind in NoticeKind:
            addressed = _concerned(configuration, kind, cycle, agency.code, cycle.due_at)
            row = _row(configuration, kind, cycle, addressed, cycle.due_at)
            row.language = language
            yield example(configuration, cycle, row, None, cycle.due_at, agency.code)
        yield _joined(configuration, cycle, agency.code, None, cycle.due_at, language)


def _last_cycle(configuration: Configuration, agency: Agency) -> Cycle:
    """Return the last cycle in which an agency owes a report, or the last of all."""
    every = list(configuration.cycles())
    owing = [
        cycle
        for cycle in every
        if agency.kind in cycle.regime.owed_by and agency.exists_on(cycle.last_full_day)
    ]
    return (owing or every)[-1]


def _concerned(
    configuration: Configuration, kind: NoticeKind, cycle: Cycle, agency: str, now: datetime
) -> str:
    """Return whose person a letter of a kind is for, whichever agency is named.

    A failure is for the first administrator, a digest for a leader, of the agency if it has
    one; a difficulty is reported to the focal point.
    """
    directory = configuration.directory
    if kind is NoticeKind.OBSTACLE:
        return focal_point(configuration, cycle.program, now).code
    role = {NoticeKind.FAILURE: Role.ADMIN, NoticeKind.DIGEST: Role.LEADER}.get(kind)
    readers = [contact.agency for contact in directory.contacts if contact.role is role]
    if kind is NoticeKind.DIGEST and agency in readers:
        return agency
    return readers[0] if readers else agency


def _row(
    configuration: Configuration, kind: NoticeKind, cycle: Cycle, agency: str, now: datetime
) -> NoticeRow:
    """Return a notice that nobody decided on and nobody keeps."""
    role = _ROLES.get(kind, Role.FOCAL)
    contact = next(iter(recipients_of(configuration.directory, agency, role)), None)
    return NoticeRow(
        key=f"{cycle.code}/{agency}/{kind.value}",
        kind=kind.value,
        rung=_FAILED_RUN if kind is NoticeKind.FAILURE else kind.value,
        cycle=cycle.code,
        agency=agency,
        contact=contact.id if contact else f"{agency}/{role.value}",
        recipient=contact.address if contact else "",
        language=contact.language if contact else cycle.program.language,
        send_at=now,
        status=NoticeStatus.PENDING.value,
        decided_at=now,
    )


def _stands_at(
    session: Session,
    configuration: Configuration,
    kind: NoticeKind,
    cycle: Cycle,
    agency: str,
    now: datetime,
) -> datetime:
    """Return when a rung of a kind last stood or, before the first, when it will; else now."""
    calendar = configuration.calendar
    owed = obligations.obligation_of(session, cycle.code, agency)
    # Where nothing is awaited any more, its rungs stand where they would, were it awaited.
    if owed is None or owed.awaited_at is None:
        owed = Obligation(cycle.code, agency, owed.due_at if owed else cycle.due_at)
    own = Schedule(cycle, calendar).standings(owed)
    whole = (*own, *digest_standings(cycle, [cycle.due_at], calendar))
    stands = [standing.at for standing in whole if kind_of(standing) is kind]
    return max((at for at in stands if at <= now), default=min(stands, default=now))
