from dataclasses import replace
from datetime import UTC, date

import pytest

from lsplan_workflow.domain.notice_kinds import NoticeKind, NoticeStatus
from lsplan_workflow.domain.retries import retry_delay
from lsplan_workflow.store import deliveries, outbox
from tests.store.rows import HOUR, NOW, NOW_UTC, TICK, a_notice, claim, look, put

KEYS = [f"annual-2025/A{number}/before-14d/focal" for number in range(5)]
SENT, CANCELLED = NoticeStatus.SENT, NoticeStatus.CANCELLED
UNSENT = [NoticeStatus.PENDING, NoticeStatus.SENDING, NoticeStatus.RETRY]


def mark(database, keys, status):
    with database.writing() as session:
        return outbox.mark(session, keys, status)


def statuses(database):
    with database.reading() as session:
        return [row.status for row in outbox.notices(session)]


def test_a_notice_whose_key_is_new_is_added_as_it_was_planned(database):
    planned = a_notice(kind=NoticeKind.ESCALATION, language="en", copy_of="another")
    assert put(database, planned) == [planned.key]
    row = look(database)
    assert outbox.planned(row) == planned
    assert row.decided_at == NOW
    assert (row.attempts, row.message_id, row.sent_at) == (0, None, None)


def test_a_notice_whose_key_exists_changes_nothing(database):
    put(database, a_notice())
    again = a_notice(recipient="new@syt.example", send_at=NOW + HOUR, status=CANCELLED)
    assert put(database, again) == []
    assert outbox.planned(look(database)) == a_notice()


def test_only_the_new_keys_are_returned_in_the_order_given(database):
    put(database, a_notice(KEYS[1]), a_notice(KEYS[3]))
    assert put(database, *map(a_notice, reversed(KEYS))) == [KEYS[4], KEYS[2], KEYS[0]]


def test_of_two_notices_with_one_key_the_first_is_added(database):
    assert put(database, a_notice(agency="SYT"), a_notice(agency="SCT")) == [a_notice().key]
    assert look(database).agency == "SYT"


def test_deciding_on_nothing_adds_nothing(database):
    assert put(database) == []


def test_a_thousand_notices_are_decided_on_at_once(database):
    keys = [f"annual-2025/A{number:04}/before-14d/focal" for number in range(1_000)]
    assert put(database, *map(a_notice, keys[::2])) == keys[::2]
    assert put(database, *map(a_notice, keys)) == keys[1::2]
    assert put(database, *map(a_notice, keys)) == []
    with database.reading() as session:
        assert len(outbox.notices(session, status=NoticeStatus.PENDING)) == 1_000


@pytest.mark.parametrize("status", UNSENT)
def test_what_has_not_left_can_be_marked(database, status):
    put(database, a_notice(status=status))
    assert mark(database, [a_notice().key], CANCELLED) == [a_notice().key]
    assert statuses(database) == ["cancelled"]


@pytest.mark.parametrize("status", [s for s in NoticeStatus if s not in UNSENT])
def test_marking_never_touches_what_was_sent_or_has_ended_otherwise(database, status):
    put(database, a_notice(status=status))
    assert mark(database, [a_notice().key], CANCELLED) == []
    assert statuses(database) == [status]


def test_marking_says_which_notices_changed_and_leaves_all_others(database):
    put(database, a_notice(KEYS[0], status=SENT), *map(a_notice, KEYS[1:4]))
    changed = mark(database, [KEYS[2], KEYS[0], KEYS[1], "unknown"], NoticeStatus.SUPERSEDED)
    assert changed == [KEYS[2], KEYS[1]]
    assert statuses(database) == ["sent", "superseded", "superseded", "pending"]
    assert mark(database, [], CANCELLED) == []


def test_marking_takes_the_lease_away(database):
    put(database, a_notice())
    claim(database)
    mark(database, [a_notice().key], CANCELLED)
    assert (look(database).lease_until, look(database).lease_by) == (None, None)


def test_a_row_in_hand_shows_what_it_was_marked(database):
    put(database, a_notice())
    with database.writing() as session:
        (row,) = outbox.claim(session, now=NOW, limit=1, owner="w1")
        outbox.mark(session, [row.key], CANCELLED)
        assert (row.status, row.lease_by) == ("cancelled", None)
        deliveries.record_temporary(session, row.key, at=NOW, reply="451")
    assert statuses(database) == ["cancelled"]


def test_many_notices_are_marked_at_once(database):
    keys = [f"annual-2025/A{number:05}/before-14d/focal" for number in range(12_000)]
    put(database, *map(a_notice, keys[:3]))
    assert mark(database, keys, CANCELLED) == keys[:3]


def test_the_notices_of_a_cycle_come_by_key_and_of_some_agencies_if_asked(database):
    mine = [a_notice(KEYS[0], agency="SYT"), a_notice(KEYS[1], agency="SCT")]
    put(database, *mine, a_notice("annual-2026/SYT/opening/focal", cycle="annual-2026"))
    with database.reading() as session:
        assert outbox.notices_of(session, "annual-2025") == {n.key: n for n in mine}
        assert outbox.notices_of(session, "annual-2025", ["SCT"]) == {KEYS[1]: mine[1]}
        assert outbox.notices_of(session, "annual-2025", []) == {}
        assert outbox.notices_of(session, "annual-2025", ["SYT"])[KEYS[0]].send_at == NOW_UTC


def test_the_notices_of_a_status_or_a_cycle_come_in_the_order_of_deciding(database):
    put(database, *(a_notice(key, cycle=f"c{i % 2}") for i, key in enumerate(reversed(KEYS))))
    mark(database, KEYS[:2], CANCELLED)
    with database.reading() as session:

        def keys(**which):
            return [row.key for row in outbox.notices(session, **which)]

        assert keys() == KEYS[::-1]
        assert keys(status=CANCELLED) == [KEYS[1], KEYS[0]]
        assert keys(cycle="c1") == [KEYS[3], KEYS[1]]
        assert keys(cycle="c1", status=CANCELLED) == [KEYS[1]]
        assert outbox.notice(session, "unknown") is None


def test_which_mail_notices_share_is_decided_once(database):
    put(database, *map(a_notice, KEYS[:3]))
    with database.writing() as session:
        outbox.share_messages(session, {KEYS[0]: "<a@x>", KEYS[1]: "<a@x>"})
    with database.writing() as session:
        outbox.share_messages(session, {KEYS[1]: "<b@x>", KEYS[2]: "<b@x>", "unknown": "<b@x>"})
        shared = outbox.sharing(session, {"<a@x>", "<b@x>", "<none@x>"})
        keys = {mail: [row.key for row in rows] for mail, rows in shared.items()}
        assert keys == {"<a@x>": KEYS[:2], "<b@x>": [KEYS[2]]}


def next_due_at(database):
    with database.reading() as session:
        return outbox.next_due_at(session)


def test_nothing_is_next_due_where_nothing_waits(database):
    assert next_due_at(database) is None
    ended = [status for status in NoticeStatus if status not in UNSENT]
    put(database, *(a_notice(f"k/{status}", status=status) for status in ended))
    assert next_due_at(database) is None


def test_the_next_due_instant_is_the_earliest_of_what_waits(database):
    first, second = a_notice(KEYS[0]), a_notice(KEYS[1], send_at=NOW + HOUR)
    put(database, replace(first, send_at=NOW + 2 * HOUR), second)
    assert next_due_at(database) == NOW_UTC + HOUR
    assert next_due_at(database).tzinfo is UTC


def test_a_claimed_notice_is_next_due_when_its_lease_ends(database):
    put(database, a_notice(), a_notice(KEYS[1], send_at=NOW + HOUR))
    claim(database)
    assert next_due_at(database) == NOW + outbox.LEASE


def test_a_notice_to_be_retried_is_next_due_at_its_next_attempt(database):
    put(database, a_notice())
    claim(database)
    with database.writing() as session:
        deliveries.record_temporary(session, a_notice().key, at=NOW + TICK, reply="451")
    again = NOW + TICK + retry_delay(1, a_notice().key)
    assert next_due_at(database) == again


def test_what_says_the_same_to_others_is_found_and_nothing_else(database):
    same = a_notice("annual-2025/SYT/before-14d/head", contact="SYT/head")
    others = [
        a_notice("annual-2025/SCT/before-14d/focal", agency="SCT"),
        a_notice("annual-2025/SYT/before-7d/focal", rung="before-7d"),
        a_notice("annual-2025/SYT/before-14d@2025-10-26/focal", due_on=date(2025, 10, 26)),
        a_notice("obstacle/2025-001/SYT/before-14d/focal", obstacle="2025-001"),
    ]
    put(database, a_notice(), same, *others)
    with database.reading() as session:
        row = outbox.notice(session, a_notice().key)
        assert [n.key for n in outbox.same_matter(session, row)] == [same.key]
        odd = outbox.notice(session, others[2].key)
        assert outbox.same_matter(session, odd) == []
