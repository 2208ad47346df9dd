"""An idle run costs what is due, not what exists: SQLite's plans search indexes."""

import pytest
from sqlalchemy import event

from lsplan_workflow.store import cycles, mails, obligations, outbox
from lsplan_workflow.store.database import Database
from tests.store.rows import KEY, NOW, record_cycle


@pytest.fixture
def database(sqlite_url):
    database = Database(sqlite_url, audit_key=KEY)
    with database.writing() as session:
        record_cycle(session, "annual-2025")
    yield database
    database.dispose()


def plan(database, query):
    """Return SQLite's plan of all the statements that a query makes, as one text."""
    statements = []

    def note(_connection, _cursor, statement, parameters, *_rest):
        if not statement.startswith(("BEGIN", "PRAGMA")):
            statements.append((statement, parameters))

    with database.writing() as session:
        event.listen(database.engine, "before_cursor_execute", note)
        query(session)
        event.remove(database.engine, "before_cursor_execute", note)
        explained = [
            row.detail
            for statement, parameters in statements
            for row in session.connection().exec_driver_sql(
                f"EXPLAIN QUERY PLAN {statement}", parameters
            )
        ]
    assert explained
    return "\n".join(explained)


def claim(session):
    return outbox.claim(session, now=NOW, limit=50, owner="w1")


def test_claiming_searches_for_what_is_due_and_scans_no_table(database):
    found = plan(database, claim)
    assert "ix_notice_status_send_at (status=? AND send_at<?)" in found
    assert "SCAN notice" not in found


def test_the_obligations_due_for_action_are_searched_by_their_instant(database):
    found = plan(database, lambda session: obligations.due_for_action(session, "annual-2025", NOW))
    assert "ix_obligation_cycle_next_action_at (cycle=? AND next_action_at<?)" in found
    assert "SCAN obligation" not in found


@pytest.mark.parametrize(
    ("query", "index"),
    [
        (outbox.next_due_at, "ix_notice_status_send_at"),
        (obligations.next_action_at, "ix_obligation_next_action_at"),
        (cycles.next_action_at, "ix_cycle_next_action_at"),
    ],
)
def test_what_comes_next_is_read_off_an_index(database, query, index):
    found = plan(database, query)
    assert index in found
    assert "SCAN notice" not in found


def test_the_mails_of_the_last_minute_are_counted_without_those_before(database):
    found = plan(
        database, lambda session: mails.count_left_since(session, NOW, now=NOW, channel="email")
    )
    assert "ix_notice_sent_at (sent_at>?)" in found


def test_the_notices_without_a_mail_are_searched_by_their_instant(database):
    found = plan(database, lambda session: mails.unassigned(session, now=NOW))
    assert "ix_notice_status_send_at (status=? AND send_at<?)" in found
