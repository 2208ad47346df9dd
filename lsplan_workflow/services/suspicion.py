"""Contacts that cannot be reached: marked, stood in for by the next one, and trusted again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from lsplan_workflow.domain.agencies import agency_of
from lsplan_workflow.domain.causes import Cause
from lsplan_workflow.domain.channels import EMAIL
from lsplan_workflow.domain.errors import RequestError
from lsplan_workflow.domain.notice_kinds import UNREACHABLE
from lsplan_workflow.domain.raising import can_be_raised, is_heard, plan_instead
from lsplan_workflow.domain.text import Text
from lsplan_workflow.services.failures import tell_administrators
from lsplan_workflow.services.planning import enter
from lsplan_workflow.store import audit, outbox, suspects
from lsplan_workflow.store.audit import ENGINE

if TYPE_CHECKING:
    from datetime import datetime

    from sqlmodel import Session

    from lsplan_workflow.configuration.folder import Configuration
    from lsplan_workflow.notify.outcome import Outcome
    from lsplan_workflow.services.workplace import Workplace
    from lsplan_workflow.store.tables import NoticeRow, SuspectRow

_A_WHILE: Final = timedelta(minutes=15)
"""So long administrators are not told, so that one mail names all that failed together."""


@dataclass(frozen=True, slots=True)
class Suspicion:
    """Since when (UTC) a contact cannot be reached, by which notice, in the server's words."""

    contact: str
    since: datetime
    key: str
    reply: str


def suspicions(session: Session, configuration: Configuration) -> dict[str, Suspicion]:
    """Return what is held against contacts at their present addresses, by their ids."""
    return {row.contact: _said(session, row) for row in _current(session, configuration)}


def is_out_of_reach(row: NoticeRow, outcome: Outcome) -> bool:
    """Tell whether a notice that has failed says that its recipient cannot be reached there.

    A server or a service says of an address that there is none. Where a chat service does not
    say what is wrong, what it has not taken for 72 hours counts as much; that it could not be
    reached, was busy or wants another password does not.
    """
    by_chat = row.channel != EMAIL and outcome.cause is Cause.SERVICE
    return by_chat or outcome.cause is Cause.RECIPIENT


def note_refusal(session: Session, row: NoticeRow, now: datetime) -> None:
    """Suspect the recipient whom a server or a service refused for good."""
    added = suspects.suspect(session, row.contact, address=row.recipient, key=row.key, at=now)
    if added:
        _record(session, "contact_suspected", row.contact, now, key=row.key)


def raise_next(
    session: Session, configuration: Configuration, row: NoticeRow, now: datetime
) -> None:
    """Let the next contact of the agency hear what its recipient cannot be told.

    If nobody else of the agency hears it, nor can be told, the administrators are.
    """
    failed, others = outbox.planned(row), outbox.same_matter(session, row)
    if not can_be_raised(failed) or is_heard(failed, others):
        return
    known = {found.contact for found in _current(session, configuration)}
    # Whoever stands in for the sender of a report gets its receipt as soon as he would have.
    at_once = failed.kind.is_reply
    send_at = now if at_once else configuration.calendar.next_working_time(now)
    instead = plan_instead(failed, others, configuration.directory, known, send_at=send_at)
    if instead is None:
        what = f"{UNREACHABLE}{agency_of(row.contact)}"
        tell_administrators(session, configuration, what, send_from=now + _A_WHILE, now=now)
        return
    _record(session, "notice_raised", row.contact, now, key=row.key, instead=instead.contact)
    enter(session, [instead], {}, now)


def note_reached(session: Session, row: NoticeRow, now: datetime) -> None:
    """Trust a contact again whom a notice has reached."""
    if suspects.trust(session, row.contact):
        _record(session, "contact_trusted", row.contact, now, key=row.key)


def clear_edited(session: Session, configuration: Configuration, now: datetime) -> frozenset[str]:
    """Forget what is held against contacts that have another address by now, or are gone.

    Return those against whom something is held still.
    """
    current = frozenset(row.contact for row in _current(session, configuration))
    for row in suspects.suspects(session):
        if row.contact not in current:
            suspects.trust(session, row.contact)
            _record(session, "contact_trusted", row.contact, now)
    return current


def trust_contact(workplace: Workplace, contact: str, *, actor: str) -> None:
    """Trust a contact's address again; raise RequestError where nothing is held against it."""
    now = workplace.clock.now()
    with workplace.database.writing() as session:
        if not suspects.trust(session, contact):
            raise RequestError(
                Text(
                    f"{contact}: liên hệ này không bị nghi ngờ; xem `lsplan contact list`.",
                    f"{contact}: nothing is held against this contact; see `lsplan contact list`.",
                )
            )
        _record(session, "contact_trusted", contact, now, actor=actor)


def _current(session: Session, configuration: Configuration) -> list[SuspectRow]:
    """Return those whose address is still the one that was refused."""
    held = (
        (row, configuration.directory.contact(row.contact)) for row in suspects.suspects(session)
    )
    return [
        row
        for row, contact in held
        if contact is not None
        and row.address_hash in {suspects.hash_of(address) for address in contact.addresses}
    ]


def _said(session: Session, row: SuspectRow) -> Suspicion:
    notice = outbox.notice(session, row.notice_key)
    reply = (notice.reply if notice is not None else None) or ""
    return Suspicion(row.contact, row.since, row.notice_key, reply)


def _record(
    session: Session,
    event: str,
    contact: str,
    now: datetime,
    *,
    actor: str = ENGINE,
    **about: str,
) -> None:
    audit.append(
        session,
        at=now,
        actor=actor,
        event=event,
        agency=agency_of(contact),
        contact=contact,
        **about,
    )
