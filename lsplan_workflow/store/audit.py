"""The audit log: append-only, each event chained to the one before under an HMAC.

The head states how many events there are and is authenticated on its own, so that a tail
that was cut off shows, also after more was appended: a head that was not ours is never made
good again. Somebody who puts back an old database as a whole is found only by the head and
count that digests and consolidations carry.
"""

from __future__ import annotations

import hmac
import json
import re
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import bindparam, func, insert, update
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, col, select

from lsplan_workflow.domain.errors import WorkError
from lsplan_workflow.domain.text import Text
from lsplan_workflow.store.database import AUDIT_KEY
from lsplan_workflow.store.statements import table_of
from lsplan_workflow.store.tables import AuditEvent, AuditHead, Installation, NoticeRow

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    _Row = dict[str, Any]
    _Head = tuple[int, str, str]

ENGINE: Final = "engine"
"""The actor of what nobody asked for."""

GENESIS: Final = "0" * 64
"""What the first event has for its predecessor's hash."""


@dataclass(frozen=True, slots=True)
class Break:
    """The first number at which the log is not what was written, and what is wrong there."""

    number: int
    text: Text


@dataclass(frozen=True, slots=True)
class Entry:
    """What is to be appended: an event, what it is about, and what JSON can hold of it."""

    event: str
    cycle: str | None = None
    agency: str | None = None
    payload: Mapping[str, object] = field(default_factory=dict)


def append(
    session: Session,
    *,
    at: datetime,
    actor: str,
    event: str,
    cycle: str | None = None,
    agency: str | None = None,
    **payload: object,
) -> None:
    """Add an event to the chain, in the writing session's transaction and under its key.

    `payload` is what JSON can hold; people are named by contact ids, never by addresses.
    """
    append_all(session, [Entry(event, cycle, agency, payload)], at=at, actor=actor)


def append_all(session: Session, entries: Iterable[Entry], *, at: datetime, actor: str) -> None:
    """Add events of one instant and actor to the chain, in their order; see `append`.

    Raise WorkError under another key than the log's: nothing would verify any more.
    """
    key, entries = _key(session), list(entries)
    if not entries:
        return
    # What is pending is written with them: an event speaks of what has been done.
    session.flush()
    connection = session.connection()
    chain = partial(_chain, entries, at, actor, key)
    rows = _follow(connection, chain, key)
    if not rows:
        number, previous, broken_at = _end(session, key, at)
        rows = chain(number, previous)
        _put_head(connection, _head_after(rows, key, broken_at))
    connection.execute(_INSERT, rows)


def _chain(
    entries: Iterable[Entry], at: datetime, actor: str, key: bytes, number: int, previous: str
) -> list[_Row]:
    """Return the rows of events that follow an event, by its number and its hash."""
    rows = []
    for entry in entries:
        number += 1
        row = {
            "number": number,
            "at": at,
            "actor": actor,
            "event": entry.event,
            "cycle": entry.cycle,
            "agency": entry.agency,
            "payload": _json(entry.payload),
            "previous": previous,
        }
        previous = row["hash"] = _hash(row, key)
        rows.append(row)
    return rows


def head_of(session: Session) -> tuple[int, str]:
    """Return how many events there are and the last one's hash, as digests carry them."""
    head = _stored_head(session)
    return (0, GENESIS) if head is None else (int(head[0]), str(head[1]))


def hash_at(session: Session, number: int) -> str:
    """Return the hash that the log had when it held so many events, empty if it never did."""
    if number == 0:
        return GENESIS
    row = session.get(AuditEvent, number)
    return "" if row is None else row.hash


def verify(session: Session, key: bytes) -> Break | None:
    """Return the first break of the chain, or None if the log is what was written."""
    try:
        found = _first_break(session, _in_bulk(session), key)
    except _UNREADABLE:
        # Somebody wrote what is no event at all; which row it is takes reading them singly.
        found = _first_break(session, _one_by_one(session), key)
    if found is None or _is_of(session, _stored_head(session), key):
        return found
    return Break(found.number, _ANOTHER_KEY)


_UNREADABLE: Final = (ValueError, TypeError, SQLAlchemyError)


def _first_break(session: Session, rows: Generator[AuditEvent | int], key: bytes) -> Break | None:
    previous, number = GENESIS, 0
    stated = head_of(session)[0]
    with closing(rows):
        for row in rows:
            number += 1
            if isinstance(row, int):
                return Break(row, _changed(row))
            fault = _fault(row, number, previous, key, stated)
            if fault is not None:
                return fault
            previous = row.hash
    return _end_fault(session, number, previous, key)


def _in_bulk(session: Session) -> Generator[AuditEvent]:
    statement = select(AuditEvent).order_by(col(AuditEvent.number))
    # Closed also where the first break ends the reading: Postgres keeps a cursor open for it.
    with session.exec(statement.execution_options(yield_per=1_000)) as rows:
        yield from rows


def _one_by_one(session: Session) -> Generator[AuditEvent | int]:
    """Yield every event, or the number alone of one that cannot be read or hashed."""
    for number in session.exec(select(AuditEvent.number).order_by(col(AuditEvent.number))):
        try:
            row = session.get_one(AuditEvent, number)
            _hash_of(row, b"any")
        except _UNREADABLE:
            yield number
        else:
            yield row


def _key(session: Session) -> bytes:
    key = session.info.get(AUDIT_KEY)
    if not isinstance(key, bytes) or not key:
        raise ValueError("the database was opened without the key of its audit log")
    return key


def _end(session: Session, key: bytes, at: datetime) -> tuple[int, str, int | None]:
    """Return how many events there are, the last one's hash, and where the head broke, if it did.

    Whoever cuts off the tail has to write a head without the key: had this one a MAC again from
    the next event on, the cut would never show.
    """
    head = _stored_head(session)
    last = session.exec(select(AuditEvent.number, AuditEvent.hash).order_by(_LATEST)).first()
    ours = head is not None and _is_ours(head, key)
    if not ours and not _is_of(session, head, key):
        raise WorkError(_ANOTHER_KEY_WRITES)
    if head is None:
        number, previous = last or (0, GENESIS)
        missing = _missing_head(session, number, at)
        return number, previous, None if missing is None else missing.number
    count, previous, mac = head
    broken_at = None if ours else _broken_at(mac) or count + 1
    if last is not None and last[0] > count:
        # What an older head that was put back knows nothing of has its number all the same.
        return (*last, broken_at or count + 1)
    return count, previous, broken_at


def _stored_head(session: Session) -> Sequence[Any] | None:
    return session.connection().execute(_SELECT_HEAD).first()


def _is_ours(head: Sequence[Any], key: bytes) -> bool:
    count, last, mac = head
    return _equal(mac, _mac(key, "head", count, last))


def _is_of(session: Session, head: Sequence[Any] | None, key: bytes) -> bool:
    """Tell whether a key is the log's: head, first or last event are under it, or there is none."""
    if head is not None and _is_ours(head, key):
        return True
    ends = select(func.min(AuditEvent.number), func.max(AuditEvent.number))
    numbers = [number for number in session.exec(ends).one() if number is not None]
    return not numbers or any(_is_under(session, number, key) for number in numbers)


def _is_under(session: Session, number: int, key: bytes) -> bool:
    try:
        row = session.get_one(AuditEvent, number)
        return _equal(row.hash, _hash_of(row, key))
    except _UNREADABLE:
        return False


_ANOTHER_KEY: Final = Text(
    "Khóa ở đây không phải khóa của nhật ký này, hoặc cả nhật ký đã bị viết lại.",
    "The key here is not that of this log, or all of it was written anew.",
)
_ANOTHER_KEY_WRITES: Final = Text(
    f"{_ANOTHER_KEY.vi} Chưa ghi gì; hãy đặt lại đúng khóa (audit.key hoặc LSPLAN_AUDIT_KEY).",
    f"{_ANOTHER_KEY.en} Nothing was written; put the right key back (audit.key or "
    "LSPLAN_AUDIT_KEY).",
)
_BROKEN: Final = "broken at "
"""What a head that was not ours has in place of its MAC, before the event that it broke at."""
_BROKEN_AT: Final = re.compile(rf"{_BROKEN}([0-9]{{1,18}})")


def _broken_at(mac: str) -> int | None:
    found = _BROKEN_AT.fullmatch(mac)
    return int(found[1]) if found else None


def _json(value: object) -> str:
    return _ENCODER.encode(value)


_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _mac(key: bytes, *parts: object) -> str:
    return hmac.digest(key, _json(parts).encode(), "sha256").hex()


def _equal(stored: str, computed: str) -> bool:
    # As bytes: of text, compare_digest takes ASCII only, and what was edited may be any.
    return hmac.compare_digest(str(stored).encode(), computed.encode())


def _hash(row: Mapping[str, Any], key: bytes) -> str:
    about = (row[name] for name in _ABOUT)
    # The same instant in another zone is the same event.
    return _mac(key, "event", row["number"], row["at"].timestamp(), *about, row["previous"])


def _hash_of(row: AuditEvent, key: bytes) -> str:
    return _hash({name: getattr(row, name) for name in _HASHED}, key)


_ABOUT: Final = ("actor", "event", "cycle", "agency", "payload")
_HASHED: Final = ("number", "at", *_ABOUT, "previous")


def _follow(
    connection: Connection, chain: Callable[[int, str], list[_Row]], key: bytes
) -> list[_Row]:
    """Move the head that this connection left last, if it still stands; return the rows, or none.

    It is not read first: that would take a message to the server and back for each mail.
    """
    left = connection.info.get(_LEFT)
    if left is None or not _is_ours(left, key):
        return []
    count, last, mac = left
    rows = chain(count, last)
    head = _head_after(rows, key)
    expected = {"old_count": count, "old_hash": last, "old_mac": mac}
    if connection.execute(_FOLLOW, _moved(head) | expected).rowcount == 0:
        return []
    connection.info[_LEFT] = head
    return rows


def _put_head(connection: Connection, head: _Head) -> None:
    if connection.execute(_MOVE_HEAD, _moved(head)).rowcount == 0:
        connection.execute(insert(_HEAD).values(id=1, **dict(zip(_OF_HEAD, head, strict=True))))
    connection.info[_LEFT] = head


def _head_after(rows: Sequence[_Row], key: bytes, broken_at: int | None = None) -> _Head:
    count, last = rows[-1]["number"], rows[-1]["hash"]
    mac = _mac(key, "head", count, last) if broken_at is None else f"{_BROKEN}{broken_at}"
    return count, last, mac


def _moved(head: _Head) -> dict[str, object]:
    return {f"new_{name}": value for name, value in zip(_OF_HEAD, head, strict=True)}


_LEFT: Final = "lsplan_head"
"""Where a connection keeps the head that it left last."""
_HEAD: Final = table_of(AuditHead)
_OF_HEAD: Final = ("count", "hash", "mac")
# Put together once: they are carried out for each mail.
_INSERT: Final = insert(table_of(AuditEvent))
_SELECT_HEAD: Final = _HEAD.select().with_only_columns(*(_HEAD.c[name] for name in _OF_HEAD))
_LATEST: Final = col(AuditEvent.number).desc()
_MOVE_HEAD: Final = update(_HEAD).values({name: bindparam(f"new_{name}") for name in _OF_HEAD})
_FOLLOW: Final = _MOVE_HEAD.where(*(_HEAD.c[name] == bindparam(f"old_{name}") for name in _OF_HEAD))


def _fault(row: AuditEvent, number: int, previous: str, key: bytes, stated: int) -> Break | None:
    """Return what is wrong with the row that stands where `number` is expected.

    `stated` is how many events the head states that there are.
    """
    if row.number > number and number <= stated:
        return Break(number, Text(f"Thiếu sự kiện số {number}.", f"Event {number} was removed."))
    if row.number != number:
        vi, en = f"Sự kiện số {row.number} bị chèn thêm.", f"Event {row.number} was inserted."
        return Break(row.number, Text(vi, en))
    if not _equal(row.hash, _hash_of(row, key)):
        return Break(number, _changed(number))
    if row.previous != previous:
        vi = f"Sự kiện số {number} không nối tiếp sự kiện trước."
        return Break(number, Text(vi, f"Event {number} does not follow the one before it."))
    return None


def _changed(number: int) -> Text:
    return Text(f"Sự kiện số {number} đã bị thay đổi.", f"Event {number} was changed.")


def _end_fault(session: Session, count: int, last: str, key: bytes) -> Break | None:
    """Return what is wrong with the end: the head, or the number of events it states."""
    head = session.get(AuditHead, 1)
    if head is None:
        return _missing_head(session, count)
    if not _is_ours((head.count, head.hash, head.mac), key):
        text = Text("Đầu sổ nhật ký đã bị thay đổi.", "The head of the log was changed.")
        return Break(_broken_at(head.mac) or count + 1, text)
    if head.count > count:
        vi = f"Nhật ký bị cắt từ sự kiện số {count + 1}; phải có {head.count} sự kiện."
        en = f"The log was cut off from event {count + 1} on; there must be {head.count}."
        return Break(count + 1, Text(vi, en))
    if (head.count, head.hash) != (count, last):
        vi = f"Đầu sổ nhật ký chỉ ghi nhận {head.count} sự kiện."
        en = f"The head of the log knows of {head.count} events only."
        return Break(min(count, head.count + 1), Text(vi, en))
    return None


def _missing_head(session: Session, count: int, at: datetime | None = None) -> Break | None:
    """Return what is wrong with a log that has no head: only before the first run it may.

    What is appended `at` the first run's own instant is what begins the log.
    """
    installed = session.get(Installation, 1)
    never_ran = installed is None or installed.first_ran_at in {None, at}
    if count == 0 and never_ran and session.exec(select(NoticeRow.id).limit(1)).first() is None:
        return None
    text = Text("Nhật ký không còn đầu sổ.", "The head of the log was removed.")
    return Break(count + 1, text)
