"""Whoever writes into the log past the program is found, by the first bad number."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, insert, text, update

from lsplan_workflow.domain.errors import WorkError
from lsplan_workflow.store import audit, installation
from lsplan_workflow.store.database import Database
from lsplan_workflow.store.statements import table_of
from lsplan_workflow.store.tables import AuditEvent, AuditHead
from tests.store.rows import KEY, NOW

LOG, HEAD = table_of(AuditEvent), table_of(AuditHead)
COUNT = 5
FORGED = {
    "number": 30,
    "at": NOW + timedelta(microseconds=1),
    "actor": "binh",
    "event": "submission.accepted",
    "cycle": None,
    "agency": "SCT",
    "payload": "{}",
    "previous": "f" * 64,
    "hash": "f" * 64,
}


@pytest.fixture
def log(database):
    """A log of five events."""
    for _ in range(COUNT):
        append(database)
    assert verify(database) is None
    return database


def append(database):
    facts = {"actor": "an", "event": "submission.received", "cycle": "annual-2025"}
    with database.writing() as session:
        audit.append(session, at=NOW, agency="SYT", version=1, **facts)


def verify(database, key=KEY):
    with database.reading() as session:
        return audit.verify(session, key)


def tamper(database, *statements):
    with database.engine.begin() as connection:
        for statement in statements:
            connection.execute(statement)


def row_of(database, number):
    with database.engine.connect() as connection:
        found = connection.execute(LOG.select().where(LOG.c.number == number)).one()
        return dict(found._mapping)


def change(of_number, **values):
    return update(LOG).where(LOG.c.number == of_number).values(values)


def remove(*numbers):
    return delete(LOG).where(LOG.c.number.in_(numbers))


def shift(start, by):
    """Return what moves all events from a number on: away first, for numbers are unique."""
    return [
        update(LOG).where(LOG.c.number >= start).values(number=LOG.c.number + 1_000),
        update(LOG).where(LOG.c.number >= 1_000).values(number=LOG.c.number - 1_000 + by),
    ]


def assert_broken(database, number, words, key=KEY):
    found = verify(database, key)
    assert found is not None
    assert (found.number, found.text.en) == (number, words)
    assert found.text.vi


def test_every_column_of_the_log_is_tampered_with_below():
    assert set(FORGED) == set(LOG.c.keys())


@pytest.mark.parametrize("number", [1, 3, 5])
@pytest.mark.parametrize("column", [name for name in FORGED if name != "number"])
def test_a_change_of_any_column_is_found(log, column, number):
    tamper(log, change(number, **{column: FORGED[column]}))
    assert_broken(log, number, f"Event {number} was changed.")


@pytest.mark.parametrize("number", [1, 3])
def test_an_event_given_another_number_is_found(log, number):
    tamper(log, change(number, number=FORGED["number"]))
    assert_broken(log, number, f"Event {number} was removed.")


def test_the_last_event_given_another_number_is_found(log):
    tamper(log, change(5, number=6))
    assert_broken(log, 5, "Event 5 was removed.")


@pytest.mark.parametrize("value", ["", "Đã sửa", "x" * 64])
def test_a_hash_that_is_none_is_found_as_a_change(log, value):
    tamper(log, change(2, hash=value))
    assert_broken(log, 2, "Event 2 was changed.")


@pytest.mark.parametrize("number", [1, 3])
def test_a_removed_event_is_found(log, number):
    tamper(log, remove(number))
    assert_broken(log, number, f"Event {number} was removed.")


@pytest.mark.parametrize("first", [1, 3, 5])
def test_a_tail_that_was_cut_off_is_found(log, first):
    tamper(log, remove(*range(first, COUNT + 1)))
    assert_broken(log, first, f"The log was cut off from event {first} on; there must be 5.")


@pytest.mark.parametrize("number", [1, 3])
def test_a_removed_event_is_found_when_the_others_close_the_gap(log, number):
    tamper(log, remove(number), *shift(number, by=-1))
    assert_broken(log, number, f"Event {number} was changed.")


@pytest.mark.parametrize("number", [1, 3, 5])
def test_an_event_inserted_among_the_others_is_found(log, number):
    copied = {**row_of(log, 2), "number": number}
    tamper(log, *shift(number, by=1), insert(LOG).values(copied))
    assert_broken(log, number, f"Event {number} was changed.")


def test_an_event_inserted_before_the_first_is_found(log):
    tamper(log, insert(LOG).values({**row_of(log, 1), "number": 0}))
    assert_broken(log, 0, "Event 0 was inserted.")


def test_an_event_added_at_the_end_is_found(log):
    tamper(log, insert(LOG).values({**row_of(log, 5), "number": 6}))
    assert_broken(log, 6, "Event 6 was changed.")


def test_an_event_far_beyond_the_end_is_found_as_inserted(log):
    forged = {**row_of(log, COUNT), "number": 1_000_005}
    tamper(log, insert(LOG).values(forged))
    assert_broken(log, 1_000_005, "Event 1000005 was inserted.")


@pytest.mark.parametrize("value", ["'garbage'", "''", "5", "x'ff'"])
def test_what_is_no_instant_or_no_text_at_all_is_found_as_a_change(log, value):
    if log.engine.dialect.name != "sqlite":
        # Postgres itself refuses such a value.
        return
    column = "payload" if value.startswith("x") else "at"
    tamper(log, text(f"UPDATE audit_event SET {column} = {value} WHERE number = 3"))
    assert_broken(log, 3, "Event 3 was changed.")


def test_events_that_changed_places_are_found(log):
    places = [change(2, number=99), change(3, number=2), change(99, number=3)]
    tamper(log, *places)
    assert_broken(log, 2, "Event 2 was changed.")


ANOTHER_KEY = "The key here is not that of this log, or all of it was written anew."


def test_another_key_verifies_nothing(log):
    assert_broken(log, 1, ANOTHER_KEY, key=b"another key")


def test_nothing_is_appended_under_another_key_than_the_logs(log):
    with log.writing() as session:
        session.info[audit.AUDIT_KEY] = b"another key"
        with pytest.raises(WorkError, match="Nothing was written"):
            audit.append(session, at=NOW, actor="an", event="e")
    append(log)
    assert verify(log) is None


@pytest.mark.parametrize("more", [1, 3])
def test_a_tail_that_was_cut_off_shows_whatever_is_appended_after_it(log, more):
    tamper(log, remove(4, 5), update(HEAD).values(count=3, hash=row_of(log, 3)["hash"]))
    for _ in range(more):
        append(log)
    assert_broken(log, 4, "The head of the log was changed.")


def test_a_removed_head_shows_whatever_is_appended_after_it(log):
    tamper(log, delete(HEAD))
    append(log)
    assert_broken(log, 6, "The head of the log was changed.")


def test_a_head_that_cannot_be_ours_keeps_nobody_from_appending(log):
    tamper(log, update(HEAD).values(mac="Đ"), change(1, at=NOW + timedelta(days=1)))
    append(log)
    assert row_of(log, COUNT + 1)["previous"] == row_of(log, COUNT)["hash"]


def test_a_log_chained_anew_under_another_key_is_found(log):
    """Who has no key can compute a whole chain and head, but not under ours."""
    tamper(log, delete(LOG), delete(HEAD))
    with log.writing() as session:
        session.info[audit.AUDIT_KEY] = b"another key"
        audit.append(session, at=NOW, actor="an", event="e")
    assert_broken(log, 1, ANOTHER_KEY)


def test_a_link_from_another_log_under_our_key_is_found(log):
    others = [row_of(log, number) for number in range(2, COUNT + 1)]
    tamper(log, delete(HEAD), delete(LOG))
    with log.writing() as session:
        audit.append(session, at=NOW, actor="binh", event="e")
    tamper(log, *[insert(LOG).values(row) for row in others])
    assert_broken(log, 2, "Event 2 does not follow the one before it.")


@pytest.mark.parametrize(
    "values", [{"count": 4}, {"count": 6}, {"hash": "f" * 64}, {"mac": "f" * 64}, {"mac": "Đ"}]
)
def test_an_edited_head_is_found(log, values):
    tamper(log, update(HEAD).values(values))
    assert_broken(log, 6, "The head of the log was changed.")


def test_a_head_edited_to_hide_a_cut_off_tail_is_found(log):
    last = row_of(log, 3)
    tamper(log, remove(4, 5), update(HEAD).values(count=3, hash=last["hash"]))
    assert_broken(log, 4, "The head of the log was changed.")


def test_an_old_head_put_back_is_found(log):
    with log.engine.connect() as connection:
        old = dict(connection.execute(HEAD.select()).one()._mapping)
    append(log)
    tamper(log, update(HEAD).values(old))
    assert_broken(log, 6, "The head of the log knows of 5 events only.")


def test_an_old_head_put_back_keeps_nobody_from_appending_and_shows_for_ever(log, url):
    with log.engine.connect() as connection:
        old = dict(connection.execute(HEAD.select()).one()._mapping)
    append(log)
    tamper(log, update(HEAD).values(old))
    another = Database(url, audit_key=KEY)
    for place in (log, another, log):
        append(place)
    another.dispose()
    assert row_of(log, COUNT + 4)["previous"] == row_of(log, COUNT + 3)["hash"]
    assert_broken(log, 6, "The head of the log was changed.")


def test_a_removed_head_is_found(log):
    tamper(log, delete(HEAD))
    assert_broken(log, 6, "The head of the log was removed.")


def test_a_log_removed_as_a_whole_is_found_once_the_product_has_run(database):
    with database.writing() as session:
        installation.install(session, rehearsal=False)
    assert verify(database) is None
    with database.writing() as session:
        installation.record_first_run(session, NOW - timedelta(days=1))
    assert_broken(database, 1, "The head of the log was removed.")
    append(database)
    assert_broken(database, 1, "The head of the log was changed.")


def test_what_is_appended_at_the_first_run_begins_the_log(database):
    with database.writing() as session:
        installation.install(session, rehearsal=False)
        installation.record_first_run(session, NOW)
    append(database)
    append(database)
    assert verify(database) is None
