"""The stage of a rehearsal: a database and a mailbox of its own, from which nothing leaves."""

from __future__ import annotations

import os
import secrets
import shutil
import sqlite3
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy import URL, event

from lsplan_workflow import bootstrap
from lsplan_workflow.bootstrap import Place
from lsplan_workflow.clock import StandingClock
from lsplan_workflow.domain.errors import RequestError
from lsplan_workflow.domain.text import Text
from lsplan_workflow.notify.filed import FiledChannels
from lsplan_workflow.services import installation
from lsplan_workflow.store import installation as stored
from lsplan_workflow.store.database import Database
from lsplan_workflow.store.files import FileStore, make_secret

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from lsplan_workflow.services.workplace import Workplace

ACTOR: Final = "rehearsal"
_KEY_BYTES: Final = 32
_DATABASE: Final = "lsplan.db"
_FILES: Final = "files"


@dataclass(frozen=True, slots=True)
class Stage:
    """Where a rehearsal is played: a folder that is its `--var`, and the workplace in it."""

    folder: Path
    workplace: Workplace

    def at(self, instant: datetime) -> Workplace:
        """Return the workplace with its clock standing at an instant."""
        return replace(self.workplace, clock=StandingClock(instant))


@contextmanager
def empty_stage(real: Workplace, folder: Path, first: datetime) -> Iterator[Stage]:
    """Give a stage on which the configuration in force begins anew at an instant."""
    key = secrets.token_hex(_KEY_BYTES)
    _make_room(folder, key)
    with _opened(folder, key.encode()) as database:
        installation.initialise(database, real.configuration, rehearsal=True, now=None, actor=ACTOR)
        with database.writing() as session:
            installation.record_first_run(session, first, actor=ACTOR)
            stored.set_clock(session, first)
        yield _stage(real, database, folder)


@contextmanager
def present_stage(place: Place, real: Workplace, folder: Path, first: datetime) -> Iterator[Stage]:
    """Give a stage that is a copy of an installation as it stands; nothing of it is changed.

    Raise RequestError where the installation lies on a database server.
    """
    if real.database.engine.dialect.name != "sqlite":
        raise RequestError(_ON_A_SERVER)
    key = bootstrap.require_audit_key(place)
    _make_room(folder, key.decode())
    _copy_database(real.database, folder / _DATABASE)
    if (place.var / _FILES).is_dir():
        shutil.copytree(place.var / _FILES, folder / _FILES, copy_function=_share)
    with _opened(folder, key) as database:
        with database.writing() as session:
            row = stored.installation(session)
            if row is not None:
                row.rehearsal = True
            stored.set_clock(session, first)
        yield _stage(real, database, folder)


_ON_A_SERVER: Final = Text(
    "--present chỉ chép được dữ liệu SQLite; dữ liệu ở đây nằm trên máy chủ cơ sở dữ liệu. "
    "Hãy diễn tập từ đầu bằng --from, không có --present.",
    "--present copies a SQLite database only, and this one lies on a server. Rehearse from an "
    "empty beginning, by --from without --present.",
)


def _make_room(folder: Path, key: str) -> None:
    """Make the folder with the key of its log; raise RequestError for one that holds anything."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise RequestError(
            Text(
                f"--keep {folder}: cần một thư mục mới hoặc còn trống.",
                f"--keep {folder}: expected a new or empty folder.",
            )
        )
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    make_secret(folder / "audit.key", key)
    (folder / _DATABASE).touch(mode=0o600)


def _copy_database(database: Database, target: Path) -> None:
    """Copy a SQLite database as it stands, while others may write to it."""
    with database.readers.connect() as connection:
        source = connection.connection.driver_connection
        copied = sqlite3.connect(target)
        try:
            if isinstance(source, sqlite3.Connection):
                source.backup(copied)
        finally:
            copied.close()


def _share(source: str, target: str) -> None:
    """Let a file that never changes stand in another folder too, or copy it to another disk."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


@contextmanager
def _opened(folder: Path, key: bytes) -> Iterator[Database]:
    url = URL.create("sqlite", database=str(folder / _DATABASE))
    database = Database(url, audit_key=key)
    event.listen(database.engine, "connect", _never_wait)
    try:
        yield database
    finally:
        database.dispose()


def _never_wait(connection: sqlite3.Connection, _record: object) -> None:
    # What a loss of power destroys is rehearsed again.
    connection.execute("PRAGMA synchronous = OFF")


def _stage(real: Workplace, database: Database, folder: Path) -> Stage:
    workplace = replace(
        real,
        database=database,
        files=FileStore(folder / _FILES),
        channels=FiledChannels(folder / "mail"),
        reports=folder / "reports",
    )
    return Stage(folder, workplace)
