"""Contacts whose addresses were refused for good; of an address only its hash is kept."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING

from sqlalchemy import delete
from sqlmodel import Session, col, select

from lsplan_workflow.store.tables import SuspectRow

if TYPE_CHECKING:
    from collections.abc import Iterable


def suspect(session: Session, contact: str, *, address: str, key: str, at: datetime) -> bool:
    """Record that a notice to a contact was refused; tell whether that is new.

    The first refusal of an address stays; that of another address takes its place.
    """
    row, hashed = session.get(SuspectRow, contact), hash_of(address)
    if row is not None and row.address_hash == hashed:
        return False
    session.merge(SuspectRow(contact=contact, since=at, notice_key=key, address_hash=hashed))
    session.flush()
    return True


def trust(session: Session, contact: str) -> bool:
    """Forget what is held against a contact; tell whether there was anything."""
    statement = delete(SuspectRow).where(col(SuspectRow.contact) == contact)
    return session.execute(statement.returning(col(SuspectRow.contact))).first() is not None


def suspects(session: Session) -> list[SuspectRow]:
    """Return every contact that something is held against, in the order of their ids."""
    return list(session.exec(select(SuspectRow).order_by(col(SuspectRow.contact))))


def forget_addresses(session: Session, addresses: Iterable[str]) -> None:
    """Delete what is held against some addresses: a hash tells who guesses one."""
    hashes = [hash_of(address) for address in addresses]
    session.execute(delete(SuspectRow).where(col(SuspectRow.address_hash).in_(hashes)))


def hash_of(address: str) -> str:
    """Return the SHA-256 (hex) by which an address is recognised."""
    return sha256(address.casefold().encode()).hexdigest()
