"""One person's address taken out of the outbox, and out of what the database's files keep."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from sqlalchemy import or_
from sqlmodel import Session, col, select

from lsplan_workflow.domain.errors import WorkError
from lsplan_workflow.domain.notice_kinds import NoticeStatus
from lsplan_workflow.domain.text import Text
from lsplan_workflow.store.installation import fingerprint
from lsplan_workflow.store.statements import portions
from lsplan_workflow.store.tables import AuditEvent, ConfigurationVersion, DeliveryRow, NoticeRow

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from sqlalchemy.engine.interfaces import DBAPICursor

    from lsplan_workflow.store.database import Database

ERASED: Final = "***"
"""What stands in a server's reply in place of an address."""

_CODES: Final = re.compile(r"\d{3}(?: \d\.\d{1,3}\.\d{1,3})?(?=\s|$)")
_WAITING: Final = (NoticeStatus.PENDING.value, NoticeStatus.RETRY.value, NoticeStatus.SENDING.value)


def versions(session: Session) -> list[ConfigurationVersion]:
    """Return every configuration that was taken into effect, oldest first."""
    return list(
        session.exec(select(ConfigurationVersion).order_by(col(ConfigurationVersion.number)))
    )


def replace_files(version: ConfigurationVersion, files: Mapping[str, str]) -> None:
    """Give a kept configuration other texts, and the fingerprint of these.

    The old fingerprint would still tell who guesses an address whether it was right.
    """
    version.files = dict(files)
    version.sha256 = fingerprint(files)


def notices_to(session: Session, contact: str) -> list[NoticeRow]:
    """Return the notices to a contact, in the order of deciding."""
    to_contact = select(NoticeRow).where(col(NoticeRow.contact) == contact)
    return list(session.exec(to_contact.order_by(col(NoticeRow.id))))


def is_waiting(row: NoticeRow) -> bool:
    """Tell whether a notice may still leave by itself."""
    return row.status in _WAITING


def erase_recipient(session: Session, rows: Sequence[NoticeRow], instead: str) -> None:
    """Take the recipient out of some notices; of what servers said, only the codes stay.

    What still waits is addressed `instead`.
    """
    for row in rows:
        row.recipient = instead if is_waiting(row) else ""
        row.reply = None if row.reply is None else _codes(row.reply)
    for keys in portions([row.key for row in rows]):
        of_keys = select(DeliveryRow).where(col(DeliveryRow.notice_key).in_(keys))
        for attempt in session.exec(of_keys):
            attempt.reply = _codes(attempt.reply)
    session.flush()


def _codes(reply: str) -> str:
    """Return the codes that a reply begins with; its words may quote a part of an address."""
    found = _CODES.match(reply)
    return found[0] if found else ""


def erase_quotes(session: Session, addresses: Collection[str]) -> None:
    """Replace addresses in what servers said about other people's notices.

    What was sent to the same address for another contact is that contact's, and stays.
    """
    for address in addresses:
        held = select(NoticeRow).where(col(NoticeRow.reply).icontains(address, autoescape=True))
        for row in session.exec(held):
            if row.recipient.casefold() != address.casefold():
                row.reply = _without(row.reply or "", address)
        tried = (
            select(DeliveryRow, NoticeRow.recipient)
            .join(NoticeRow, col(NoticeRow.key) == col(DeliveryRow.notice_key))
            .where(col(DeliveryRow.reply).icontains(address, autoescape=True))
        )
        for attempt, recipient in session.exec(tried):
            if recipient.casefold() != address.casefold():
                attempt.reply = _without(attempt.reply, address)
    session.flush()


def _without(reply: str, address: str) -> str:
    return re.sub(re.escape(address), ERASED, reply, flags=re.IGNORECASE)


def written_to_at(session: Session, addresses: Iterable[str]) -> set[str]:
    """Return the contacts that the outbox has notices for at some addresses."""
    same = [col(NoticeRow.recipient).ilike(a.replace("_", r"\_"), escape="\\") for a in addresses]
    if not same:
        return set()
    return set(session.exec(select(NoticeRow.contact).where(or_(*same)).distinct()))


def was_forgotten(session: Session, agency: str, payload: str) -> bool:
    """Tell whether the log says already that a contact was forgotten."""
    said = (col(AuditEvent.agency) == agency, col(AuditEvent.payload) == payload)
    event = col(AuditEvent.event) == "contact_forgotten"
    return session.exec(select(AuditEvent.number).where(event, *said).limit(1)).first() is not None


def overwrite_when_erased(session: Session) -> None:
    """Have SQLite write zeros over what this transaction replaces."""
    if session.connection().dialect.name == "sqlite":
        session.connection().exec_driver_sql("PRAGMA secure_delete = ON")


def purge(database: Database) -> None:
    """Write the database's files anew without what was erased from its tables.

    Raise WorkError if a reader keeps SQLite from emptying its log of changes.
    """
    # Outside of any transaction.
    connection = database.engine.raw_connection()
    try:
        if database.engine.dialect.name == "postgresql":
            connection.cursor().execute(_VACUUM)
        elif _is_held(connection.cursor()):
            raise WorkError(_HELD)
    finally:
        connection.close()


_VACUUM: Final = "VACUUM (FULL, ANALYZE) notice, delivery, suspect, configuration_version"
"""With the statistics, which hold the most frequent values of each column."""


def _is_held(cursor: DBAPICursor) -> bool:
    """Write a SQLite file anew; tell whether its log of changes could not be emptied."""
    cursor.execute("PRAGMA query_only = OFF")
    cursor.execute("VACUUM")
    cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    busy, _pages, _moved = cursor.fetchall()[0]
    return bool(busy)


_HELD: Final = Text(
    "Đã xóa khỏi các bảng, nhưng một tiến trình khác đang đọc cơ sở dữ liệu nên tệp -wal có thể "
    "còn dữ liệu cũ; hãy chạy lại lệnh này khi không có lượt nào đang chạy.",
    "It is erased from the tables, but another process reads the database, so that the -wal "
    "file may still hold old data; run this command again while no pass is running.",
)
