"""Which notices share a mail: decided once, before any of them may leave."""

from __future__ import annotations

from collections import defaultdict
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from lsplan_workflow.domain.channels import channel_of
from lsplan_workflow.domain.notice_kinds import NoticeKind
from lsplan_workflow.services.letter_heads import letter_language, program_of
from lsplan_workflow.services.recheck import is_void
from lsplan_workflow.services.suspicion import raise_next
from lsplan_workflow.store import mails, obligations, outbox

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import date, datetime

    from sqlmodel import Session

    from lsplan_workflow.configuration.folder import Configuration
    from lsplan_workflow.domain.agencies import Directory
    from lsplan_workflow.domain.program import Program
    from lsplan_workflow.store.tables import NoticeRow


def assign_mails(
    session: Session,
    configuration: Configuration,
    *,
    now: datetime,
    kinds: Collection[NoticeKind] | None,
) -> None:
    """Give every due notice the Message-ID of its mail; what has one keeps it.

    Several items for one person become one message, except receipts, which answer one act
    each. A copy belongs to the mail of the notice it copies; notices with other people in
    copy do not share a mail, so that nobody reads what is not for him, nor do those of
    two programs, each of which is written about in its own name. What an agency gives up does
    not leave with what has waited longer: it is told last.
    """
    rows = _due(session, configuration, now=now, kinds=kinds)
    copies = defaultdict[str, list["NoticeRow"]](list)
    for row in rows:
        bring_up_to_date(configuration, row)
        if row.copy_of is not None:
            copies[row.copy_of].append(row)
    groups = defaultdict[tuple["Program", object], list["NoticeRow"]](list)
    for row in (r for r in rows if r.copy_of is None):
        program = program_of(session, configuration, row)
        groups[program, _together(row, copies.get(row.key, ()))].append(row)
    assigned: dict[str, str] = {}
    today = configuration.calendar.local_day(now)
    for (program, _), shared in groups.items():
        for mail in _in_turn(configuration.directory, shared, today):
            assigned |= _ids(mail, program.sender.rpartition("@")[2])
    outbox.share_messages(session, assigned)
    outbox.share_messages(session, _copied(session, copies, assigned))


def _due(
    session: Session,
    configuration: Configuration,
    *,
    now: datetime,
    kinds: Collection[NoticeKind] | None,
) -> list[NoticeRow]:
    """Return the due notices without a mail, with those to who hears what the gone do not."""
    rows = mails.unassigned(session, now=now, kinds=kinds)
    gone = [row for row in rows if configuration.directory.contact(row.contact) is None]
    owed = obligations.obligations_about(session, gone)
    for row in gone:
        if not is_void(session, configuration, row, owed, now):
            raise_next(session, configuration, row, now)
    return mails.unassigned(session, now=now, kinds=kinds) if gone else rows


def bring_up_to_date(configuration: Configuration, row: NoticeRow) -> bool:
    """Give a notice its contact's present address; return False if the contact is gone.

    People change their addresses between deciding and sending.
    """
    contact = configuration.directory.contact(row.contact)
    if contact is not None:
        row.recipient = contact.address_by(row.way)
        row.channel = channel_of(row.recipient)
        row.language = letter_language(configuration, contact.language)
    return contact is not None


def home_of(session: Session, directory: Directory, row: NoticeRow) -> str:
    """Return the address that a notice's mail is for: of a copy, its original's."""
    original = row if row.copy_of is None else outbox.notice(session, row.copy_of) or row
    contact = directory.contact(original.contact)
    return original.recipient if contact is None else contact.address


def _together(row: NoticeRow, copies: Iterable[NoticeRow]) -> object:
    """Return what the notices of one mail have in common."""
    if NoticeKind(row.kind).is_reply:
        return row.key
    return (row.recipient, frozenset(copy.recipient for copy in copies))


def _in_turn(
    directory: Directory, shared: Sequence[NoticeRow], today: date
) -> list[list[NoticeRow]]:
    """Return the mails for one person: what his agency gave up apart from the rest.

    Whoever also takes something over has to read of it where he reads that.
    """
    passed = [row for row in shared if row.kind == NoticeKind.SUCCESSION]
    lost = [row for row in passed if _is_succeeded(directory, row, today)]
    if len(lost) < len(passed) or len(lost) in {0, len(shared)}:
        return [list(shared)]
    return [[row for row in shared if row not in lost], lost]


def _is_succeeded(directory: Directory, row: NoticeRow, today: date) -> bool:
    """Tell whether a contact's agency has ended and others, who hear of it first, go on."""
    contact = directory.contact(row.contact)
    agency = None if contact is None else directory[contact.agency]
    last = None if agency is None or not agency.successors else agency.valid_to
    return last is not None and last < today


def _ids(rows: Iterable[NoticeRow], domain: str) -> dict[str, str]:
    """Return the Message-ID of notices that share a mail, derived from their keys."""
    keys = sorted(row.key for row in rows)
    digest = sha256("\n".join(keys).encode()).hexdigest()[:40]
    return dict.fromkeys(keys, f"<{digest}@{domain}>")


def _copied(
    session: Session, copies: Mapping[str, list[NoticeRow]], assigned: Mapping[str, str]
) -> dict[str, str]:
    found: dict[str, str] = {}
    for key, rows in copies.items():
        original = outbox.notice(session, key)
        message_id = assigned.get(key) or (original.message_id if original else None)
        if message_id is not None:
            found |= {row.key: message_id for row in rows}
    return found


_CHASING: Final = frozenset(
    {
        NoticeKind.OPENING,
        NoticeKind.REMINDER,
        NoticeKind.OVERDUE,
        NoticeKind.ESCALATION,
        NoticeKind.REVISION,
        NoticeKind.OBSTACLE_REMINDER,
    }
)


def distinct(rows: Iterable[NoticeRow]) -> list[NoticeRow]:
    """Return one notice for each matter: copies say what the original says.

    What somebody takes over stands first: without it he would not know why he is asked for it.
    """
    originals_first = sorted(rows, key=lambda row: row.copy_of is not None)
    matters = {
        (row.cycle, row.obstacle, row.agency, row.rung): row for row in reversed(originals_first)
    }
    ordered = sorted(
        matters.values(),
        key=lambda row: (row.kind != NoticeKind.SUCCESSION, row.send_at, row.id or 0),
    )
    return _asking_once(ordered)


def _asking_once(rows: Sequence[NoticeRow]) -> list[NoticeRow]:
    """Return the notices but for those that ask a reader for the same thing again.

    Where a focal person stands in for the head, the rungs of both reach him at once; what
    says more, with all that was tried before, is the one to the head.
    """
    asking = dict[tuple[str, str, str | None], "NoticeRow"]()
    for row in (r for r in rows if r.kind in _CHASING):
        place = (row.cycle, row.agency, row.obstacle)
        if place not in asking or asking[place].kind != NoticeKind.ESCALATION:
            asking[place] = row
    chosen = {row.key for row in asking.values()}
    return [row for row in rows if row.kind not in _CHASING or row.key in chosen]
