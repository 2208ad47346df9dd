"""Backups between the two databases: whatever is backed up from one comes back on either."""

from __future__ import annotations

import pytest

from lsplan_workflow.domain.errors import RequestError
from lsplan_workflow.store import archive, audit
from lsplan_workflow.store.database import Database
from tests.services.keeping import (
    BUSY_UNTIL,
    Target,
    assert_one_state,
    backed_up,
    files_of,
    rewritten,
    rows_of,
    without_last_event,
)
from tests.services.office import DAY, HOUR, KEY
from tests.services.test_hostile_backups import row
from tests.services.test_restoring import STEPS, BrokenOff, break_off
from tests.store.postgres import running_cluster

pytestmark = pytest.mark.system


@pytest.fixture(scope="module")
def cluster():
    with running_cluster() as cluster:
        yield cluster


@pytest.fixture
def on_postgres(cluster, tmp_path):
    """Give a function that makes an empty place on Postgres."""
    made = []

    def make(name="postgres"):
        database = Database(cluster.url(cluster.new_database()), audit_key=KEY)
        made.append(database)
        (tmp_path / name).mkdir()
        return Target(database, tmp_path / name)

    yield make
    for database in made:
        database.dispose()


@pytest.fixture
def on_sqlite(target):
    return lambda _name: target


@pytest.fixture
def moved(busy, saved, on_postgres):
    """The busy office, which was moved to Postgres and has worked there for a day."""
    place = on_postgres("moved")
    place.restore(saved)
    office = place.office(busy)
    office.submit(BUSY_UNTIL + HOUR, "SCT")
    office.accept(BUSY_UNTIL + 2 * HOUR, "SCT")
    office.run(BUSY_UNTIL + DAY)
    return office


def test_what_was_on_sqlite_comes_back_on_postgres_row_by_row(busy, saved, on_postgres):
    place = on_postgres()
    place.restore(saved)
    before, after = rows_of(busy.workplace.database), rows_of(place.database)
    assert without_last_event(after) == without_last_event(before)
    assert files_of(place.folder / "files") == files_of(busy.folder / "files")
    with place.database.reading() as session:
        assert audit.verify(session, KEY) is None


def test_new_rows_on_postgres_get_numbers_of_their_own(moved, busy):
    """The numbers that Postgres gives go on after those that were restored."""
    before, after = rows_of(busy.workplace.database), rows_of(moved.workplace.database)
    grown = {name for name in before if len(after[name]) > len(before[name])}
    assert grown >= {"submission", "document", "review", "notice", "delivery"}


@pytest.mark.parametrize("there", ["on_postgres", "on_sqlite"])
def test_what_was_on_postgres_comes_back_on_either(moved, tmp_path, there, request):
    place = request.getfixturevalue(there)("there")
    made = backed_up(moved.workplace, tmp_path / "b.zip", moved.folder / "config")
    place.restore(tmp_path / "b.zip")
    before, after = rows_of(moved.workplace.database), rows_of(place.database)
    assert without_last_event(after) == without_last_event(before)
    for name in ("files", "reports", "config"):
        assert files_of(place.folder / name) == files_of(moved.folder / name)
    restored = place.office(moved)
    later = BUSY_UNTIL + 7 * DAY
    assert restored.run(later) == moved.run(later)
    assert made.manifest.log.broken_at is None


def test_archives_of_the_same_rows_are_the_same_on_both(moved, busy, saved, on_postgres, tmp_path):
    place = on_postgres("same")
    place.restore(saved)
    office = place.office(busy).at(BUSY_UNTIL)
    backed_up(office.workplace, tmp_path / "b.zip", place.folder / "config")
    with archive.opened(saved) as first, archive.opened(tmp_path / "b.zip") as second:
        for name, lines in first.manifest.tables.items():
            if name not in {"audit_event", "audit_head"}:
                assert second.manifest.tables[name] == lines


def test_a_backup_of_postgres_is_of_one_state_while_others_write(moved, tmp_path, target):
    assert_one_state(moved.at(BUSY_UNTIL + DAY), tmp_path / "b.zip", target)


def is_empty(place):
    with place.database.reading() as session:
        connection = session.connection()
        return connection.dialect.get_table_names(connection) == []


@pytest.mark.parametrize("step", STEPS)
def test_wherever_it_breaks_off_postgres_is_left_empty(saved, on_postgres, monkeypatch, step):
    place = on_postgres()
    with monkeypatch.context() as patch:
        patch.setattr(*STEPS[step], break_off)
        with pytest.raises(BrokenOff):
            place.restore(saved)
    assert is_empty(place)
    place.restore(saved)


@pytest.mark.parametrize(
    ("table", "differing"),
    [
        ("obligation", {"cycle": "none-2025"}),
        ("document", {"size": 2**40}),
        ("review", {"reason": "a\0b"}),
        ("notice", {"status": None}),
    ],
    ids=str,
)
def test_what_postgres_cannot_hold_is_refused_with_its_table(saved, on_postgres, table, differing):
    place = on_postgres()
    with pytest.raises(RequestError, match=f"the table {table}"):
        place.restore(rewritten(saved, row(table, **differing)))
    assert is_empty(place)


def test_a_database_in_use_is_never_restored_over(moved, saved):
    before = rows_of(moved.workplace.database)
    with pytest.raises(RequestError, match="place without data"):
        Target(moved.workplace.database, moved.folder).restore(saved)
    assert rows_of(moved.workplace.database) == before
