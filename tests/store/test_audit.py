import json
from concurrent.futures import ThreadPoolExecutor

import pendulum
import pytest
from sqlalchemy import event

from lsplan_workflow.store import audit, audit_events
from lsplan_workflow.store.database import Database
from tests.store.rows import HOUR, KEY, NOW, NOW_UTC, TICK


def append(database, event="submission.received", **more):
    facts = {"at": NOW, "actor": "an", "event": event, **more}
    with database.writing() as session:
        audit.append(session, **facts)
    return events(database)[-1]


def events(database, **which):
    with database.reading() as session:
        return audit_events.events(session, **which)


def verify(database, key=KEY):
    with database.reading() as session:
        return audit.verify(session, key)


def append_and_break_off(database):
    with database.writing() as session:
        audit.append(session, at=NOW, actor="an", event="cycle.opened")
        raise RuntimeError("a pass that breaks off")


def test_an_event_is_kept_as_it_was_appended(database):
    append(database, cycle="annual-2025", agency="SYT", version=2, files=["Báo cáo.docx"])
    (row,) = events(database)
    assert (row.number, row.at, row.actor, row.event) == (1, NOW_UTC, "an", "submission.received")
    assert (row.cycle, row.agency) == ("annual-2025", "SYT")
    assert json.loads(row.payload) == {"version": 2, "files": ["Báo cáo.docx"]}


def test_each_event_is_chained_to_the_one_before(database):
    for _ in range(3):
        append(database)
    rows = events(database)
    assert [row.number for row in rows] == [1, 2, 3]
    assert [row.previous for row in rows] == [audit.GENESIS, rows[0].hash, rows[1].hash]
    assert len({row.hash for row in rows}) == 3


def test_the_head_is_the_count_and_the_last_events_hash(database):
    with database.reading() as session:
        assert audit.head_of(session) == (0, audit.GENESIS)
    append(database)
    last = append(database)
    with database.reading() as session:
        assert audit.head_of(session) == (2, last.hash)


def test_several_events_of_one_transaction_are_chained(database):
    with database.writing() as session:
        for number in range(3):
            audit.append(session, at=NOW, actor="an", event=f"e{number}")
    assert [row.event for row in events(database)] == ["e0", "e1", "e2"]
    assert verify(database) is None


def test_the_events_about_an_agency_or_a_cycle_come_oldest_first(database):
    append(database, "first", agency="SYT", cycle="plan-2025")
    append(database, "second", agency="SCT", cycle="annual-2025")
    append(database, "third", agency="SYT", cycle="annual-2025")
    append(database, "fourth")

    def names(**which):
        return [row.event for row in events(database, **which)]

    assert names() == ["first", "second", "third", "fourth"]
    assert names(agency="SYT") == ["first", "third"]
    assert names(cycle="annual-2025") == ["second", "third"]
    assert names(agency="SYT", cycle="annual-2025") == ["third"]


def test_the_events_about_an_agency_are_those_of_its_cycle_too_that_name_it(database):
    append(database, event="deadline_moved", cycle="annual-2025", agencies=["SCT", "SYT"])
    append(database, event="cycle_closed", cycle="annual-2025", agencies=["SYTXH"])
    append(database, event="noted", cycle="annual-2025", about="SYT")
    append(database, event="submitted", cycle="annual-2025", agency="SYT")
    assert [e.event for e in events(database, agency="SYT")] == ["deadline_moved", "submitted"]


def test_an_event_whose_transaction_breaks_off_leaves_no_gap(database):
    append(database)
    with pytest.raises(RuntimeError, match="breaks off"):
        append_and_break_off(database)
    assert append(database).number == 2
    assert verify(database) is None


def test_events_appended_at_once_make_one_chain(database):
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda number: append(database, number=number), range(20)))
    assert [row.number for row in events(database)] == list(range(1, 21))
    assert verify(database) is None


def test_two_processes_in_turn_make_one_chain(database, url):
    other = Database(url, audit_key=KEY)
    for place in (database, database, other, database, other, other, database):
        append(place)
    other.dispose()
    assert [row.number for row in events(database)] == list(range(1, 8))
    assert verify(database) is None


def test_the_head_that_a_connection_left_is_moved_on_without_being_read(database):
    append(database)
    said = []

    def note(_connection, _cursor, statement, *_):
        said.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    append(database)
    event.remove(database.engine, "before_cursor_execute", note)
    writes = [words for words in said if "audit_head" in words]
    assert [words.partition(" ")[0] for words in writes] == ["UPDATE"]


@pytest.mark.parametrize("key", [None, b""])
def test_without_the_key_nothing_is_appended(url, key):
    database = Database(url, audit_key=key)
    with pytest.raises(ValueError, match="without the key"):
        append(database)
    assert events(database) == []
    database.dispose()


def test_what_json_cannot_hold_is_refused(database):
    with pytest.raises(TypeError):
        append(database, day=NOW)
    assert events(database) == []


def test_an_untouched_log_verifies(database):
    assert verify(database) is None
    for number in range(5):
        append(database, cycle="annual-2025", agency="SYT", number=number, note="Đã nhận")
        assert verify(database) is None


def test_a_log_longer_than_is_read_at_once_verifies(database):
    with database.writing() as session:
        for number in range(1_001):
            audit.append(session, at=NOW, actor="an", event="e", number=number)
    assert verify(database) is None


@pytest.mark.parametrize(
    "at",
    [
        NOW + TICK,
        NOW_UTC.replace(microsecond=123_457),
        NOW_UTC.replace(year=2099, microsecond=999_999),
        pendulum.datetime(2025, 10, 6, 7, 30, 0, 123_457, tz="Asia/Ho_Chi_Minh"),
    ],
)
def test_an_event_verifies_whatever_its_instants_zone_and_fraction(database, at):
    append(database, at=at)
    append(database, at=at + HOUR)
    assert verify(database) is None
