"""An office with rows in every table, backups of it, and places to restore them into."""

from __future__ import annotations

import json
import threading
import zipfile
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select
from sqlmodel import SQLModel

from lsplan_workflow.domain.obstacles import Statement
from lsplan_workflow.notify.channels import Channels
from lsplan_workflow.services import backup, restoring
from lsplan_workflow.services.consolidation import consolidate
from lsplan_workflow.services.obstacles import assign_obstacle, report_obstacle
from lsplan_workflow.services.submissions import Arrival, Upload
from lsplan_workflow.store import archive, audit, outbox, suspects
from lsplan_workflow.store.files import FileStore
from lsplan_workflow.store.manifest import Manifest
from tests.domain.province import local
from tests.services.office import KEY, OPENING, Office, SetClock, hasty_database, office_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lsplan_workflow.services.workplace import Workplace
    from lsplan_workflow.store.database import Database

BUSY_UNTIL = local(2025, 9, 10, 9)
LATER = local(2026, 11, 25, 9)
TABLES = sorted(SQLModel.metadata.tables)


def be_busy(office: Office) -> None:
    """Live through two cycles, until there are rows in every table."""
    office.run(local(2024, 12, 20, 8))
    office.submit(local(2024, 12, 23, 9), "SYT", cycle="plan-2025")
    office.accept(local(2024, 12, 24, 9), "SYT", cycle="plan-2025")
    office.run_at(local(2025, 1, 15, 8), local(2025, 3, 3, 8), OPENING)
    arrival = Arrival(OPENING, "Bản giấy, 15 trang")
    office.submit(local(2025, 9, 5, 9), "SYT", arrival=arrival)
    office.send_back(local(2025, 9, 5, 10), "SYT", "Thiếu «phụ lục»\n")
    office.extend(local(2025, 9, 5, 11), "SCT", to=date(2025, 10, 25))
    office.waive(local(2025, 9, 5, 11), "X1")
    said = Statement("Thiếu mặt bằng.", "Đơn giá.", "", "", "UBND tỉnh")
    place = office.at(local(2025, 9, 8, 20)).workplace
    upload = Upload("ảnh hiện trường.jpg", b"\xff\xd8 picture")
    number = report_obstacle(place, "SYT", said, actor="cli", uploads=[upload]).number
    assign_obstacle(office.at(local(2025, 9, 9, 8)).workplace, number, "SCT", actor="cli")
    consolidate(office.at(BUSY_UNTIL).workplace, "annual-2025", partial=True, actor="cli")
    with place.database.writing() as session:
        row = outbox.notice(session, "annual-2025/SCT/opening/focal")
        suspects.suspect(session, row.contact, address=row.recipient, key=row.key, at=BUSY_UNTIL)


@pytest.fixture(scope="session")
def busy_template(small_template, small_configuration, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("busy")
    with office_of(folder, small_template, small_configuration) as office:
        be_busy(office)
    config = folder / "config"
    (config / "messages").mkdir(parents=True)
    (config / "program.toml").write_text("# Tỉnh", encoding="utf-8")
    (config / "contacts.local.csv").write_bytes(b"\xef\xbb\xbfagency\r\n")
    (config / "messages" / "opening.vi.txt.j2").write_text("Kính gửi", encoding="utf-8")
    (config / ".program.toml.swp").write_bytes(b"an editor's")
    return folder


@pytest.fixture
def busy(tmp_path, busy_template, small_configuration) -> Iterator[Office]:
    """The small province with rows in every table, on 10 September 2025 at 09:00."""
    with office_of(tmp_path / "busy", busy_template, small_configuration) as office:
        yield office.at(BUSY_UNTIL)


def backed_up(place: Workplace, file: Path, config: Path, *, incomplete: bool = False):
    """Back up, quietly."""
    request = backup.Request(file, config, KEY, "an", incomplete)
    return backup.back_up(place, request, lambda _text: None)


@pytest.fixture
def saved(busy, tmp_path) -> Path:
    """A backup of the busy office."""
    file = tmp_path / "saved.zip"
    backed_up(busy.workplace, file, busy.folder / "config")
    return file


@dataclass
class Target:
    """A place to restore into: a database without tables, and folders that are not there."""

    database: Database
    folder: Path

    @classmethod
    def on_sqlite(cls, folder: Path) -> Target:
        folder.mkdir()
        return cls(hasty_database(f"sqlite:///{folder / 'lsplan.db'}"), folder)

    def restore(
        self,
        file: Path,
        *,
        key: bytes = KEY,
        progress: Callable[[object], None] = lambda _text: None,
    ) -> restoring.Restored:
        parts = (self.folder / name for name in ("files", "reports", "config"))
        request = restoring.Request(file, key, "an", LATER)
        with archive.opened(file) as opened:
            return restoring.restore(
                self.database, opened, restoring.Folders(*parts), request, progress
            )

    def office(self, like: Office) -> Office:
        """Return an office that works with what was restored."""
        clock = SetClock()
        workplace = replace(
            like.workplace,
            database=self.database,
            files=FileStore(self.folder / "files"),
            channels=Channels(smtp_url="", maildir=self.folder / "mail", environ={}),
            clock=clock,
            reports=self.folder / "reports",
        )
        return Office(workplace, clock, self.folder)

    def is_untouched(self) -> bool:
        """Tell whether there is no table and no file, as before the first `init`."""
        left = [path.name for path in self.folder.rglob("*") if path.is_file()]
        with self.database.reading() as session:
            tables = session.connection().dialect.get_table_names(session.connection())
        return tables == [] and all(name.startswith("lsplan.db") for name in left)


@pytest.fixture
def target(tmp_path) -> Iterator[Target]:
    """An empty place on SQLite."""
    found = Target.on_sqlite(tmp_path / "target")
    yield found
    found.database.dispose()


def rows_of(database: Database) -> dict[str, list[tuple[object, ...]]]:
    """Return every row of every table, by way of the models, in an order of their values."""
    with database.reading() as session:
        return {
            name: sorted((tuple(row) for row in session.execute(select(table))), key=repr)
            for name, table in SQLModel.metadata.tables.items()
        }


LOG = ("audit_event", "audit_head")


def without_last_event(rows):
    """Return rows but for the newest event and the head, which a backup itself moves."""
    events = sorted(rows["audit_event"], key=lambda row: row[0])
    return {**{n: r for n, r in rows.items() if n not in LOG}, "audit_event": events[:-1]}


def files_of(folder: Path) -> dict[str, str]:
    """Return the hash of every file below a folder, hidden ones left out."""
    return {
        path.relative_to(folder).as_posix(): sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith(".")
    }


_WRITTEN = """
    INSERT INTO succession (agency, succeeded_on, applied_at)
    SELECT 'W' || max(number), '2025-03-01', '2025-03-01 00:00:00.000000' FROM audit_event
"""


@contextmanager
def writing_without_end(database: Database) -> Iterator[Callable[[object], None]]:
    """Write an event and a succession named after it again and again, in one transaction each.

    Give a function that waits until one more of them was committed.
    """
    stop, wrote = threading.Event(), threading.Event()

    def write() -> None:
        while not stop.is_set():
            with database.writing() as session:
                audit.append(session, at=BUSY_UNTIL, actor="an", event="notice_sent")
                session.connection().exec_driver_sql(_WRITTEN)
            wrote.set()

    def wait(_text: object = None) -> None:
        wrote.clear()
        assert wrote.wait(timeout=30)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        wait()
        yield wait
    finally:
        stop.set()
        writer.join()


def assert_one_state(office: Office, file: Path, target: Target) -> None:
    """Back up while others write between any two tables: no event is without its succession."""
    request = backup.Request(file, office.folder / "config", KEY, "an")
    with writing_without_end(office.workplace.database) as wait_for_another:
        made = backup.back_up(office.workplace, request, wait_for_another)
    assert target.restore(file).manifest.log == made.manifest.log
    rows = rows_of(target.database)
    written = {int(row[1][1:]) for row in rows["succession"] if row[1].startswith("W")}
    assert max(written) == made.manifest.log.events
    assert len(rows["audit_event"]) == made.manifest.log.events + 1


Members = dict[str, bytes]


def rewritten(
    file: Path, change: Callable[[Members], Members | None], *, key: bytes | None = KEY
) -> Path:
    """Return a copy of an archive with other members, sealed anew under a key if there is one."""
    with zipfile.ZipFile(file) as source:
        members = {name: source.read(name) for name in source.namelist()}
    changed = change(members) or members
    changed = changed if key is None else _sealed(changed, key)
    copy = file.with_name("rewritten.zip")
    with zipfile.ZipFile(copy, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in changed.items():
            target.writestr(name, content)
    return copy


def _sealed(members: Members, key: bytes) -> Members:
    """Return members with a seal that fits, if the manifest is one at all."""
    try:
        manifest = Manifest.model_validate_json(members["manifest.json"]).sealed(key)
    except (KeyError, ValueError):
        return members
    return members | {"manifest.json": manifest.model_dump_json().encode()}


def restated(members: Members, **stated: object) -> Members:
    """Return members with a manifest in which some facts differ, and all hashes fit."""
    held = json.loads(members["manifest.json"]) | stated
    for name in held["tables"]:
        held["tables"][name] = _stated(members[f"tables/{name}.jsonl"])
    held["files"] = _stated(members["files.jsonl"])
    return members | {"manifest.json": json.dumps(held).encode()}


def _stated(content: bytes) -> dict[str, object]:
    digest, lines = sha256(content).hexdigest(), content.count(b"\n")
    return {"size": len(content), "sha256": digest, "lines": lines}
