"""Erasing a person: what a contact was called and where he was written to, not what happened."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from lsplan_workflow.configuration import erasure as kept
from lsplan_workflow.domain.agencies import agency_of
from lsplan_workflow.domain.errors import RequestError
from lsplan_workflow.domain.notice_kinds import NoticeStatus
from lsplan_workflow.domain.text import Text
from lsplan_workflow.services.installation import configuration_in_force
from lsplan_workflow.services.suspicion import raise_next
from lsplan_workflow.store import audit, erasure, outbox, suspects

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from sqlmodel import Session

    from lsplan_workflow.domain.agencies import Contact
    from lsplan_workflow.services.workplace import Workplace
    from lsplan_workflow.store.tables import NoticeRow


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was erased of a contact, and what is left for people to look at.

    `held_by` says whether somebody holds the contact now, who stays; `also` are other
    contacts with an address that was erased; `mails` were deleted; `left` quote it still.
    """

    contact: str
    held_by: bool
    notices: int
    cancelled: int
    configurations: int
    mails: int
    left: tuple[Path, ...]
    also: tuple[str, ...]

    @property
    def found_nothing(self) -> bool:
        """Tell whether everything had been erased before."""
        return not (self.notices or self.cancelled or self.configurations or self.mails)


def forget_contact(
    workplace: Workplace, contact: str, *, actor: str, logs: Sequence[Path] = ()
) -> Forgotten:
    """Erase the former holders of a contact, by its id, from the database and filed mail.

    `logs` are files that are only looked at. Raise RequestError for a contact that nothing
    former is kept of, or to whom a mail is leaving now.
    """
    now = workplace.clock.now()
    with workplace.database.writing() as session:
        erasure.overwrite_when_erased(session)
        directory = configuration_in_force(session).directory
        found = _forget(session, workplace, _Case(contact, directory.contact(contact), now, actor))
    erasure.purge(workplace.database)
    return found.with_logs(logs)


@dataclass(frozen=True, slots=True)
class _Case:
    """The contact to forget, who holds it now, if anybody, and who asks when."""

    contact: str
    holder: Contact | None
    now: datetime
    actor: str

    @property
    def present(self) -> tuple[str, ...] | None:
        return None if self.holder is None else (self.holder.name, *self.holder.addresses)

    def is_present(self, address: str) -> bool:
        """Tell whether whoever holds the contact now has an address."""
        return any(_same(address, known) for known in (self.present or ("", ""))[1:])

    @property
    def address(self) -> str:
        return "" if self.holder is None else self.holder.address


@dataclass(frozen=True, slots=True)
class _Found:
    """What was erased, with the words by which logs are searched."""

    forgotten: Forgotten
    words: frozenset[str]

    def with_logs(self, logs: Sequence[Path]) -> Forgotten:
        """Return the result, with the logs that quote what was erased."""
        quoting = tuple(log for log in logs if _quotes(log, self.words))
        return replace(self.forgotten, left=self.forgotten.left + quoting)


def _quotes(log: Path, words: frozenset[str]) -> bool:
    if not log.is_file():
        return False
    content = log.read_bytes()
    return any(word.encode() in content for word in words)


def _forget(session: Session, workplace: Workplace, case: _Case) -> _Found:
    rows = [row for row in erasure.notices_to(session, case.contact) if _is_former(row, case)]
    _refuse_leaving(rows, case)
    names, addresses = _former(session, case)
    addresses |= {row.recipient for row in rows}
    if not addresses and not names:
        return _nothing(session, case)
    cancelled = _cancel(session, workplace, rows, case) if case.holder is None else 0
    erasure.erase_recipient(session, rows, case.address)
    changed = _erase_configurations(session, case)
    erasure.erase_quotes(session, addresses)
    suspects.forget_addresses(session, addresses)
    also = _others_at(session, addresses) - {case.contact}
    mails = workplace.channels.forget_mails(addresses, keep=bool(also))
    _record(session, case, "contact_forgotten")
    forgotten = Forgotten(
        contact=case.contact,
        held_by=case.holder is not None,
        notices=len(rows),
        cancelled=cancelled,
        configurations=changed,
        mails=mails.deleted,
        left=mails.left,
        also=tuple(sorted(also)),
    )
    return _Found(forgotten, frozenset(names | addresses))


def _is_former(row: NoticeRow, case: _Case) -> bool:
    return row.recipient != "" and not case.is_present(row.recipient)


def _refuse_leaving(rows: Sequence[NoticeRow], case: _Case) -> None:
    """Raise RequestError while a mail is under way: its server's answer would come back."""
    if any(row.lease_until is not None and case.now < row.lease_until for row in rows):
        raise RequestError(
            Text(
                f"{case.contact}: đang có thư gửi đi cho liên hệ này; hãy chờ lượt gửi kết thúc "
                "(nhiều nhất mười phút) rồi chạy lại.",
                f"{case.contact}: a mail to this contact is leaving now; wait until that pass "
                "has ended (ten minutes at most) and try again.",
            )
        )


def _former(session: Session, case: _Case) -> tuple[set[str], set[str]]:
    """Return the names and addresses that the contact had, without the present ones."""
    names, addresses = set(), set()
    for found, old_name, old_address in _people(session):
        if found == case.contact:
            names.add(old_name)
            addresses |= set() if case.is_present(old_address) else {old_address}
    return names - {"", *(case.present or ())[:1]}, addresses - {""}


def _same(one: str, other: str) -> bool:
    return one.casefold() == other.casefold()


def _people(session: Session) -> Iterator[tuple[str, str, str]]:
    for version in erasure.versions(session):
        for name, text in version.files.items():
            if kept.is_contacts_file(name):
                yield from kept.people(text)


def _nothing(session: Session, case: _Case) -> _Found:
    """Return that nothing was left of who was forgotten before, else raise RequestError."""
    agency, payload = agency_of(case.contact), json.dumps({"contact": case.contact})
    if erasure.was_forgotten(session, agency, payload.replace(": ", ":")):
        nothing = Forgotten(case.contact, case.holder is not None, 0, 0, 0, 0, (), ())
        return _Found(nothing, frozenset())
    raise RequestError(_unknown(case.contact) if case.holder is None else _in_force(case.contact))


def _unknown(contact: str) -> Text:
    return Text(
        f"{contact}: không lưu liên hệ nào có mã này; cần mã cơ quan, dấu / và vai trò, "
        "như SYT/focal, xem `lsplan contact list`.",
        f"{contact}: no contact of this id is kept; expected an agency, a slash and a role, "
        "as SYT/focal, see `lsplan contact list`.",
    )


def _in_force(contact: str) -> Text:
    return Text(
        f"{contact}: liên hệ này đang có hiệu lực; hãy xóa hoặc thay dòng của người đó trong "
        "contacts.local.csv (hoặc contacts.csv), chạy `lsplan apply`, rồi chạy lại lệnh này.",
        f"{contact}: this contact is in force; take out or replace the person's row in "
        "contacts.local.csv (or contacts.csv), run `lsplan apply`, then this command again.",
    )


def _cancel(session: Session, workplace: Workplace, rows: Sequence[NoticeRow], case: _Case) -> int:
    """Cancel what waits for a contact that nobody holds any more; return how much it was.

    Somebody else of the agency hears it, as where a contact cannot be reached.
    """
    waiting = [row for row in rows if erasure.is_waiting(row)]
    outbox.mark(session, [row.key for row in waiting], NoticeStatus.CANCELLED)
    for row in waiting:
        _record(session, case, "notice_cancelled", row)
        raise_next(session, workplace.configuration, row, case.now)
    return len(waiting)


def _record(session: Session, case: _Case, event: str, row: NoticeRow | None = None) -> None:
    about: dict[str, object] = {} if row is None else {"key": row.key, "message_id": row.message_id}
    audit.append(
        session,
        at=case.now,
        actor=case.actor,
        event=event,
        cycle=(row.cycle or None) if row is not None else None,
        agency=row.agency if row is not None else agency_of(case.contact),
        contact=case.contact,
        **about,
    )


def _erase_configurations(session: Session, case: _Case) -> int:
    """Erase the contact's rows in every kept configuration; return in how many it stood."""
    changed = 0
    for version in erasure.versions(session):
        files = {
            name: kept.erased(text, case.contact, case.present)
            if kept.is_contacts_file(name)
            else text
            for name, text in version.files.items()
        }
        if files != version.files:
            erasure.replace_files(version, files)
            changed += 1
    session.flush()
    return changed


def _others_at(session: Session, addresses: set[str]) -> set[str]:
    """Return the contacts that still have one of the addresses, now or formerly."""
    folded = {address.casefold() for address in addresses}
    found = {contact for contact, _name, at in _people(session) if at.casefold() in folded}
    return found | erasure.written_to_at(session, addresses)
