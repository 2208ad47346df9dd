"""`kill -9` within planning, filing, consolidating, migrating and backing up: all or nothing.

An act is done once undisturbed, and counted: every statement, commit and change of a file is a
step. Then it is killed at a step, and what is left is either what was there before or what is
there afterwards. Done again, it ends as if it had never been killed.
"""

from __future__ import annotations

import shutil
import signal
from collections.abc import Callable
from dataclasses import dataclass, replace
from hashlib import sha256
from random import Random
from time import monotonic
from typing import TYPE_CHECKING
from zipfile import ZipFile

import pytest

from lsplan_workflow.store import dump
from lsplan_workflow.store.consolidations import consolidations_of
from lsplan_workflow.store.database import Database
from lsplan_workflow.store.files import FileStore
from lsplan_workflow.store.migrations import revisions, upgrade
from tests.faults import acts
from tests.faults.deliveries import log_is_sound
from tests.faults.processes import Installation
from tests.faults.province import OPENING
from tests.store import old_rows

if TYPE_CHECKING:
    from tests.faults.processes import Worker

ACTS = ("planning", "filing", "consolidating", "backing up")
BUREAUS = 5
TIMES = 20
MOST_STEPS = 60


def act(name: str, installation: Installation, **faults: int) -> Worker:
    place = installation.place()
    if name == "planning":
        return installation.start(acts.plan, place, **faults)
    if name == "filing":
        return installation.start(acts.submit, place, "B0001", **faults)
    if name == "consolidating":
        return installation.start(acts.consolidate, place, **faults)
    return installation.lsplan("backup", str(installation.folder / "saved.zip"), **faults)


@dataclass(frozen=True)
class Seen:
    """What there is to be seen: rows, and the names and contents of files."""

    rows: object
    files: dict[str, str]


def look_at(installation: Installation) -> Seen:
    database = Database(installation.database_url)
    with database.engine.connect() as connection:
        rows = without_numbers(old_rows.rows(connection))
    database.dispose()
    return Seen(rows, {**_reports(installation), **_backups(installation)})


def without_numbers(tables: old_rows.Rows) -> old_rows.Rows:
    """Return rows without the numbers by which they name each other.

    Postgres gives no number twice, not even that of a row that was rolled back.
    """
    return {
        table: [
            {name: v for name, v in row.items() if not (name.endswith("id") and isinstance(v, int))}
            for row in rows
        ]
        for table, rows in tables.items()
    }


def _reports(installation: Installation) -> dict[str, str]:
    folder = installation.var / "reports"
    found = (path for path in folder.rglob("[!.]*") if path.is_file())
    return {path.name: _content(path) for path in found}


def _backups(installation: Installation) -> dict[str, str]:
    return {path.name: _content(path) for path in installation.folder.glob("*.zip")}


def _content(path) -> str:
    """Return a digest of what is within an archive, which must be whole."""
    with ZipFile(path) as archive:
        assert archive.testzip() is None
        members = [(name, sha256(archive.read(name)).hexdigest()) for name in archive.namelist()]
    return sha256(repr(members).encode()).hexdigest()


def assert_files_are_whole(installation: Installation) -> None:
    """Every kept file is what its name says, even if nobody knows of it."""
    for path in (installation.var / "files").glob("??/*"):
        assert sha256(path.read_bytes()).hexdigest() == path.name


@dataclass
class Stand:
    """An installation before an act, to be had again and again."""

    installation: Installation
    copy_database: Callable[[str], str]
    copies: int = 0

    def again(self) -> Installation:
        self.copies += 1
        folder = self.installation.folder.with_name(f"copy-{self.copies}")
        shutil.copytree(self.installation.folder, folder)
        return replace(
            self.installation, folder=folder, url=self.copy_database(self.installation.url)
        )


@pytest.fixture
def copy_database(database_of, request):
    if not database_of():
        return str
    cluster = request.getfixturevalue("cluster")
    return lambda url: cluster.url(cluster.new_database(url.rpartition("/")[2]))


@pytest.fixture
def stand(installed, copy_database) -> Callable[[str], Stand]:
    def make(name: str) -> Stand:
        installation = installed(BUREAUS)
        if name != "planning":
            installation.done("tick", at=OPENING)
        if name == "consolidating":
            installation.done("submit", acts.CYCLE, "B0002", str(installation.config / "tasks.csv"))
        return Stand(installation, copy_database)

    return make


def outcomes(name: str, before: Seen, after: Seen, found: Seen) -> bool:
    """Tell whether an act was done wholly or not at all, as far as anybody sees."""
    if found in (before, after):
        return True
    if name == "backing up":
        # A backup has its name when it is whole, and a moment later the log says so.
        return found == Seen(before.rows, after.files)
    # A report is shown when it is recorded, if need be by whoever looks next.
    return found.rows == after.rows and found.files.items() <= after.files.items()


def recorded_reports(installation: Installation) -> dict[str, str]:
    """Return the names and hashes of the files of all recorded reports."""
    database = Database(installation.database_url)
    with database.reading() as session:
        rows = consolidations_of(session, acts.CYCLE)
    database.dispose()
    return {r.docx_name: r.docx_sha256 for r in rows} | {r.xlsx_name: r.xlsx_sha256 for r in rows}


def seen_reports(installation: Installation) -> dict[str, str]:
    found = (installation.var / "reports").rglob("[!.]*.*")
    return {path.name: sha256(path.read_bytes()).hexdigest() for path in found}


def assert_what_is_recorded_is_there(installation: Installation) -> None:
    """What is seen is recorded, what is recorded is kept, and whoever looks next sees it."""
    recorded = recorded_reports(installation)
    assert seen_reports(installation).items() <= recorded.items()
    kept = FileStore(installation.var / "files")
    assert all(kept.verify(digest) for digest in recorded.values())
    installation.done("status")
    assert seen_reports(installation) == recorded


@dataclass(frozen=True)
class Course:
    """How an act goes that nobody disturbs: its steps, its seconds, and what is there then."""

    steps: int
    seconds: float
    after: Seen


def undisturbed(name: str, stand: Stand) -> Course:
    whole, begun = stand.again(), monotonic()
    worker = act(name, whole)
    assert worker.wait() == 0, worker.said
    return Course(worker.steps, monotonic() - begun, look_at(whole))


def end_at(worker: Worker, seconds: float) -> None:
    """Kill a process that works for longer."""
    worker.process.join(seconds)
    worker.kill()
    assert worker.wait() in {0, -signal.SIGKILL}


def kill_and_look(name: str, stand: Stand, course: Course, point: float) -> None:
    """Kill an act at one of its steps, or after some seconds; look, and do it again."""
    before, killed = look_at(stand.installation), stand.again()
    if isinstance(point, int):
        assert act(name, killed, kill_at=point).wait() == -signal.SIGKILL
    else:
        end_at(act(name, killed), point)
    found = look_at(killed)
    where = f"{name}: killed at {point} of {course.steps}"
    assert outcomes(name, before, course.after, found), where
    assert_files_are_whole(killed)
    if name == "consolidating":
        assert_what_is_recorded_is_there(killed)
    again = act(name, killed)
    if found.rows != before.rows or (name == "backing up" and found.files):
        # It was done; to do it again may be refused, which is an answer as well.
        assert again.wait() in {0, 2}, again.said
    else:
        assert again.wait() == 0, again.said
        assert look_at(killed) == course.after
    assert log_is_sound(killed)
    shutil.rmtree(killed.folder)


@pytest.mark.parametrize("name", ACTS)
def test_what_is_killed_is_done_wholly_or_not_at_all(stand, name):
    here = stand(name)
    course = undisturbed(name, here)
    assert course.after.rows != look_at(here.installation).rows
    for step in few_steps(name, course):
        kill_and_look(name, here, course, step)


def few_steps(name: str, course: Course) -> list[int]:
    """Return two steps; of consolidating those at which it is recorded, and half of it is shown."""
    if name == "consolidating":
        return [course.steps - 2, course.steps]
    return Random(268).sample(range(1, course.steps), 2)


@pytest.mark.long
@pytest.mark.parametrize("name", ACTS)
def test_wherever_it_is_killed_it_is_done_wholly_or_not_at_all(stand, name, record_property):
    here = stand(name)
    course, drawn = undisturbed(name, here), Random(2025)
    steps = drawn.sample(range(1, course.steps + 1), min(course.steps, MOST_STEPS))
    moments = [drawn.uniform(0, course.seconds) for _ in range(TIMES)]
    for point in (*steps, *moments):
        kill_and_look(name, here, course, point)
    record_property(
        "figures", f"killed at {len(steps)} of {course.steps} steps and at {TIMES} moments"
    )


@pytest.fixture
def old(database_of, tmp_path) -> Installation:
    """A database of the first version, with rows in every table."""
    made = Installation(tmp_path / "installation", database_of())
    made.var.mkdir(parents=True)
    database = Database(made.database_url)
    with database.engine.begin() as connection:
        upgrade(connection, revisions()[0])
        old_rows.fill(connection)
    database.dispose()
    return made


def migrate_and_look(stand: Stand, after: object, before: object, step: int) -> None:
    killed = stand.again()
    worker = killed.start(acts.upgrade, killed.database_url, kill_at=step)
    assert worker.wait() == -signal.SIGKILL
    assert tables_of(killed) in (before, after)
    assert killed.start(acts.upgrade, killed.database_url).wait() == 0
    assert tables_of(killed) == after
    shutil.rmtree(killed.folder)


def tables_of(installation: Installation) -> object:
    database = Database(installation.database_url)
    with database.engine.connect() as connection:
        found = dump.revision(connection), old_rows.rows(connection)
    database.dispose()
    return found


def migrated(stand: Stand) -> tuple[int, object]:
    whole = stand.again()
    worker = whole.start(acts.upgrade, whole.database_url)
    assert worker.wait() == 0, worker.said
    return worker.steps, tables_of(whole)


def test_a_migration_that_is_killed_leaves_the_old_tables_or_the_new_ones(old, copy_database):
    stand, before = Stand(old, copy_database), tables_of(old)
    steps, after = migrated(stand)
    for step in Random(268).sample(range(1, steps), 2):
        migrate_and_look(stand, after, before, step)


@pytest.mark.long
def test_wherever_a_migration_is_killed_the_tables_are_whole(old, copy_database, record_property):
    stand, before = Stand(old, copy_database), tables_of(old)
    steps, after = migrated(stand)
    for step in range(1, steps + 1):
        migrate_and_look(stand, after, before, step)
    record_property("figures", f"killed at each of {steps} steps")
