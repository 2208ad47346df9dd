from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Event

import pendulum
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError

from lsplan_workflow.store import installation, submissions
from lsplan_workflow.store.database import Database
from lsplan_workflow.store.tables import CycleRow, Installation
from tests.domain.province import local
from tests.store.rows import KEY, NOW, NOW_UTC, a_notice, look, put

LONG = 20
"""Seconds after which a thread that should have come by now is taken for stuck."""


def install_and_fail(database):
    with database.writing() as session:
        installation.install(session, rehearsal=True)
        raise RuntimeError("a pass that breaks off")


def test_sqlite_keeps_a_write_ahead_log_and_checks_foreign_keys(sqlite_url):
    database = Database(sqlite_url)
    with database.reading() as session:
        assert session.execute(text("PRAGMA journal_mode")).scalar_one() == "wal"
        assert session.execute(text("PRAGMA foreign_keys")).scalar_one() == 1
    database.dispose()


def test_what_belongs_to_no_recorded_cycle_is_refused(database):
    with pytest.raises(IntegrityError), database.writing() as session:
        submissions.record_submission(
            session,
            submissions.Filing(
                cycle="annual-1999", agency="SYT", received_at=NOW, complete=True, recorded_by="an"
            ),
            documents=[],
        )


def test_an_instant_without_a_zone_is_refused(database):
    naive = datetime(2025, 10, 6, 7, 30)  # noqa: DTZ001 - That is what is refused.
    with database.writing() as session:
        installation.install(session, rehearsal=True)
    with pytest.raises(StatementError, match="names no instant"), database.writing() as session:
        installation.set_clock(session, naive)
    with pytest.raises(StatementError, match="names no instant"):
        put(database, a_notice(send_at=naive))


@pytest.mark.parametrize(
    "instant",
    [NOW, NOW_UTC, pendulum.datetime(2025, 10, 6, 7, 30, tz="Asia/Ho_Chi_Minh")],
    ids=["local", "utc", "pendulum"],
)
def test_an_instant_comes_back_aware_and_in_utc(database, instant):
    put(database, a_notice(send_at=instant))
    assert look(database).send_at == NOW_UTC
    assert look(database).send_at.tzinfo is UTC


def test_an_instant_keeps_its_microseconds(database):
    put(database, a_notice(send_at=NOW_UTC.replace(microsecond=999_999)))
    assert look(database).send_at.microsecond == 999_999


def test_a_reading_session_cannot_write(database):
    with pytest.raises(DBAPIError, match=r"read-?only"), database.reading() as session:
        session.execute(text("DELETE FROM cycle"))
    with database.reading() as session:
        session.add(Installation(rehearsal=True))
        with pytest.raises(DBAPIError, match=r"read-?only"):
            session.flush()


def test_who_has_read_can_write_afterwards_and_the_other_way_round(database):
    for code in ("SYT", "SCT"):
        put(database, a_notice(f"annual-2025/{code}"))
        assert look(database, f"annual-2025/{code}").key == f"annual-2025/{code}"


def test_what_was_read_stays_readable_after_the_session(database):
    with database.writing() as session:
        row = installation.install(session, rehearsal=True)
    assert row.rehearsal
    with database.reading() as session:
        cycle = session.get_one(CycleRow, "annual-2025")
    assert cycle.due_at == local(2025, 10, 20)


def test_a_reading_session_sees_one_state_of_the_database(database):
    with database.reading() as session:
        assert session.get(Installation, 1) is None
        with database.writing() as other:
            installation.install(other, rehearsal=True)
        assert session.get(Installation, 1) is None
    with database.reading() as session:
        assert session.get(Installation, 1) is not None


def test_a_writing_session_that_raises_leaves_nothing_behind(database):
    with pytest.raises(RuntimeError, match="breaks off"):
        install_and_fail(database)
    with database.reading() as session:
        assert installation.installation(session) is None


def test_two_writers_decide_one_at_a_time(database):
    first_has_read, second_has_asked = Event(), Event()

    def first():
        with database.writing() as session:
            installation.install(session, rehearsal=True)
            first_has_read.set()
            assert second_has_asked.wait(LONG)
            installation.record_first_run(session, NOW)

    def second():
        assert first_has_read.wait(LONG)
        second_has_asked.set()
        with database.writing() as session:
            return installation.record_first_run(session, local(2025, 12, 1))

    with ThreadPoolExecutor(2) as threads:
        one, two = threads.submit(first), threads.submit(second)
        one.result(LONG)
        assert two.result(LONG) == NOW


def test_what_a_writer_has_read_stays_true_until_it_commits(database):
    """Writers that count and then add, many at once: no count is seen twice."""

    def add(number):
        with database.writing() as session:
            files = {"program.toml": str(number)}
            row = installation.apply_configuration(session, files, applied_at=NOW, applied_by="an")
            return row.number

    with ThreadPoolExecutor(8) as threads:
        assert sorted(threads.map(add, range(24))) == list(range(1, 25))


def test_readers_do_not_wait_for_a_writer(database):
    with database.writing() as session:
        installation.install(session, rehearsal=True)
        with database.reading() as reader:
            assert installation.installation(reader) is None


@pytest.mark.system
def test_a_server_that_was_restarted_is_connected_to_anew(cluster):
    database, watcher = (Database(cluster.url("postgres"), audit_key=KEY) for _ in range(2))

    def connection(place, **how):
        with place.writing(**how) as session:
            return session.execute(text("SELECT pg_backend_pid()")).scalar_one()

    for how in ({}, {"durable": False}):
        before = connection(database, **how)
        with watcher.reading() as session:
            hang_up = text("SELECT pg_terminate_backend(:before, 20000)")
            assert session.execute(hang_up, {"before": before}).scalar_one()
        assert connection(database, **how) != before
    database.dispose()
    watcher.dispose()


@pytest.mark.parametrize("scheme", ["postgres", "postgresql"])
def test_an_address_without_a_driver_gets_the_one_that_is_shipped(scheme):
    database = Database(f"{scheme}://lsplan@127.0.0.1/lsplan")
    assert database.engine.url.drivername == "postgresql+psycopg"
    database.dispose()


def test_what_need_not_be_durable_is_written_without_waiting_for_the_disk(tmp_path):
    database = Database(f"sqlite:///{tmp_path / 'lsplan.db'}", audit_key=KEY)

    def mode(**how):
        with database.writing(**how) as session:
            return session.connection().exec_driver_sql("PRAGMA synchronous").scalar_one()

    assert [mode(), mode(durable=False), mode(durable=False), mode()] == [2, 1, 1, 2]
    database.dispose()
