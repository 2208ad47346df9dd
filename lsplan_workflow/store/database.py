"""The connection to the database: many readers, and writers that decide one at a time."""

from __future__ import annotations

from contextlib import closing, contextmanager
from select import POLLIN, poll
from typing import TYPE_CHECKING, Final

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DisconnectionError
from sqlmodel import Session

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from sqlalchemy.engine import URL
    from sqlalchemy.engine.interfaces import DBAPIConnection

AUDIT_KEY: Final = "lsplan_audit_key"
"""Where a writing session's `info` holds the key that the audit log is chained under."""

_READS: Final = "lsplan_reads"
_RELAXED: Final = "lsplan_relaxed"
_BUSY_SECONDS: Final = 30


class Database:
    """One SQLite file or Postgres database; call `dispose` when done with it.

    Whoever begins a transaction of the `engine` alone may write until its end; one of the
    `readers` waits for nobody, and can change nothing.
    """

    def __init__(self, url: str | URL, *, audit_key: bytes | None = None) -> None:
        address = _address(url)
        is_file = address.get_backend_name() == "sqlite"
        self.engine = _sqlite(address) if is_file else _postgres(address)
        self.readers = _readers(self.engine)
        self._relaxed = self.engine.execution_options(**{_RELAXED: True})
        self._audit_key = audit_key

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Give a session that sees one state of the database and can change nothing."""
        with Session(self.readers, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def writing(self, *, durable: bool = True) -> Iterator[Session]:
        """Give a session that alone may write; commit at the end, roll back on an error.

        What it has read stays true until it commits. Rows stay readable after the end.
        What is not `durable` outlives the death of the process, but a power cut may undo it
        until something durable is written after it; the disk is not waited for.
        """
        engine = self.engine if durable else self._relaxed
        with Session(engine, expire_on_commit=False) as session, session.begin():
            session.info[AUDIT_KEY] = self._audit_key
            session.connection()  # It waits for its turn now, not at the first statement.
            yield session

    def dispose(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def _option(connection: Connection, name: str) -> bool:
    return bool(connection.get_execution_options().get(name, False))


def _address(url: str | URL) -> URL:
    """Return the URL with the driver that we ship where it names none."""
    address = make_url(url)
    if address.drivername in {"postgres", "postgresql"}:
        return address.set(drivername="postgresql+psycopg")
    return address


def _postgres(address: URL) -> Engine:
    # In AUTOCOMMIT the driver sends no BEGIN of its own, for which it takes a message to the
    # server and back: _begin_on_postgres does, together with the lock.
    engine = create_engine(address, hide_parameters=True, isolation_level="AUTOCOMMIT")
    event.listen(engine, "connect", _limit_patience)
    event.listen(engine, "checkout", _hang_up_too)
    event.listen(engine, "begin", _begin_on_postgres)
    return engine


def _begin_on_postgres(connection: Connection) -> None:
    """Begin, and wait until this transaction alone may write; a reader's begins by itself."""
    if not _option(connection, _READS):
        relaxed = _option(connection, _RELAXED)
        connection.exec_driver_sql(_LOCKED_AND_RELAXED if relaxed else _LOCKED)


_LOCK: Final = "SELECT pg_advisory_xact_lock(2682025)"
_LOCKED: Final = f"BEGIN; {_LOCK}"
_LOCKED_AND_RELAXED: Final = f"BEGIN; SET LOCAL synchronous_commit = off; {_LOCK}"


def _hang_up_too(connection: DBAPIConnection, _record: object, _proxy: object) -> None:
    """Let the pool connect anew where the server has hung up, as it does when it restarts.

    A server that says something unasked takes its leave. Asking it whether it is still there
    would take a question for each mail.
    """
    waiting = poll()
    waiting.register(connection.fileno(), POLLIN)
    if waiting.poll(0):
        raise DisconnectionError


def _limit_patience(connection: DBAPIConnection, _record: object) -> None:
    """Let whoever waits for another's lock give up as on SQLite, and not wait for ever."""
    with closing(connection.cursor()) as cursor:
        cursor.execute(f"SET lock_timeout = '{_BUSY_SECONDS}s'")


def _sqlite(address: URL) -> Engine:
    engine = create_engine(
        address,
        connect_args={"timeout": _BUSY_SECONDS, "check_same_thread": False},
        # An error's text reaches logs and Prefect's pages; addresses have no place there.
        hide_parameters=True,
    )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _readers(engine: Engine) -> Engine:
    engine = engine.execution_options(**{_READS: True})
    if engine.dialect.name == "sqlite":
        return engine
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def _prepare(connection: sqlite3.Connection, _record: object) -> None:
    # The driver's own BEGIN comes too late, before the first write: what was read until
    # then may already be untrue. So it is switched off, and _begin does it.
    connection.isolation_level = None
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA foreign_keys = ON")


def _begin(connection: Connection) -> None:
    reads = _option(connection, _READS)
    connection.exec_driver_sql(f"PRAGMA query_only = {'ON' if reads else 'OFF'}")
    _wait_for_the_disk(connection, relaxed=_option(connection, _RELAXED))
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def _wait_for_the_disk(connection: Connection, *, relaxed: bool) -> None:
    """Let a transaction be kept as the connection usually does, or with less patience."""
    usual = connection.info.get(_USUAL)
    if relaxed and usual is None:
        usual = int(connection.exec_driver_sql("PRAGMA synchronous").scalar_one())
        connection.info[_USUAL] = usual
        connection.exec_driver_sql(f"PRAGMA synchronous = {min(usual, _NORMAL)}")
    elif usual is not None and not relaxed:
        connection.exec_driver_sql(f"PRAGMA synchronous = {usual}")
        del connection.info[_USUAL]


_USUAL: Final = "lsplan_usual"
_NORMAL: Final = 1
"""SQLite's mode in which the log is written at once, and its disk waited for only later."""
