from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier, Event

import pytest

from lsplan_workflow.domain.notice_kinds import NoticeKind, NoticeStatus
from lsplan_workflow.domain.retries import retry_delay
from lsplan_workflow.domain.urgency import urgency
from lsplan_workflow.store import deliveries, outbox
from tests.store.rows import HOUR, MINUTE, NOW, TICK, a_notice, attempts, claim, look, put

LONG = 20
KEYS = [f"annual-2025/A{number:02}/before-14d/focal" for number in range(40)]
LEASE_ENDS = NOW + timedelta(minutes=10)


def release(database, *keys):
    with database.writing() as session:
        outbox.release(session, keys)


def fail_for_the_moment(database, key, at):
    with database.writing() as session:
        deliveries.record_temporary(session, key, at=at, reply="451 try again")


@pytest.mark.parametrize(("late", "claimed"), [(-TICK, 0), (timedelta(), 1), (TICK, 1)])
def test_a_notice_is_due_from_its_instant_on(database, late, claimed):
    put(database, a_notice(send_at=NOW))
    assert len(claim(database, NOW + late)) == claimed


@pytest.mark.parametrize("status", [s for s in NoticeStatus if s is not NoticeStatus.PENDING])
def test_what_has_ended_or_waits_for_nothing_is_not_claimed(database, status):
    put(database, a_notice(status=status))
    assert claim(database, NOW + 1000 * HOUR) == []


def test_a_claimed_notice_is_leased_to_its_owner_for_ten_minutes(database):
    put(database, a_notice())
    claim(database, owner="host-1")
    row = look(database)
    assert (row.status, row.lease_by, row.lease_until) == ("sending", "host-1", LEASE_ENDS)


@pytest.mark.parametrize(("late", "claimed"), [(-TICK, 0), (timedelta(), 1), (TICK, 1)])
def test_nobody_else_gets_a_notice_until_its_lease_ends(database, late, claimed):
    put(database, a_notice())
    claim(database, owner="w1")
    assert len(claim(database, LEASE_ENDS + late, owner="w2")) == claimed
    assert look(database).lease_by == ("w2" if claimed else "w1")


def test_a_lease_that_expires_is_no_attempt(database):
    put(database, a_notice())
    claim(database)
    claim(database, LEASE_ENDS, owner="w2")
    row = look(database)
    assert (row.attempts, row.first_attempt_at, row.next_attempt_at) == (0, None, None)
    assert attempts(database, row.key) == []


def test_what_has_been_due_longest_is_claimed_first_and_no_more_than_the_limit(database):
    notices = [a_notice(key, send_at=NOW - n * MINUTE) for n, key in enumerate(KEYS[:5])]
    put(database, *notices)
    assert claim(database, limit=2) == [KEYS[4], KEYS[3]]
    assert claim(database, limit=2) == [KEYS[2], KEYS[1]]
    assert claim(database, limit=2) == [KEYS[0]]
    assert claim(database, limit=2) == []


def test_of_what_is_due_equally_long_the_first_decided_is_claimed_first(database):
    put(database, *map(a_notice, reversed(KEYS)))
    assert claim(database, limit=3) == KEYS[:-4:-1]


def test_a_retry_has_been_due_since_its_next_attempt_and_overtakes_nobody(database):
    put(database, a_notice(KEYS[0]))
    claim(database)
    fail_for_the_moment(database, KEYS[0], NOW)
    put(database, a_notice(KEYS[1], send_at=NOW + MINUTE))
    put(database, a_notice(KEYS[2], send_at=NOW + 18 * MINUTE))
    one_by_one = [claim(database, NOW + HOUR, limit=1) for _ in range(3)]
    assert one_by_one == [[KEYS[1]], [KEYS[0]], [KEYS[2]]]


def test_a_notice_whose_lease_expired_is_due_since_before_it_was_claimed(database):
    put(database, a_notice(KEYS[0]), a_notice(KEYS[1], send_at=NOW + MINUTE))
    assert claim(database) == [KEYS[0]]
    assert claim(database, LEASE_ENDS) == KEYS[:2]


def test_claims_go_by_urgency_then_by_how_long_something_has_been_due(database):
    """SQL says of every kind, and of days and none, what the domain's `urgency` says."""
    days = [NOW.date(), NOW.date() + timedelta(days=9), None]
    pairs = [(kind, day) for kind in reversed(NoticeKind) for day in days]
    notices = [
        a_notice(f"annual-2025/A{n:02}/x/focal", kind=kind, due_on=day, send_at=NOW - n % 7 * HOUR)
        for n, (kind, day) in enumerate(pairs)
    ]
    put(database, *notices)
    expected = sorted(notices, key=lambda n: (urgency(n.kind, n.due_on), n.send_at, n.key))
    one_by_one = [claim(database, limit=7) for _ in range(len(notices) // 7 + 1)]
    assert [key for keys in one_by_one for key in keys] == [n.key for n in expected]


def test_only_what_leaves_by_the_channel_asked_for_is_claimed(database):
    put(database, a_notice(KEYS[0]), a_notice(KEYS[1], recipient="tgram://1:a/2"))
    with database.reading() as session:
        asked = {"now": NOW, "begun": NOW, "kinds": NoticeKind}
        assert outbox.due_channels(session, **asked) == ["email", "tgram"]
        assert outbox.due_channels(session, **asked | {"kinds": [NoticeKind.RECEIPT]}) == []
        assert outbox.due_channels(session, **asked | {"now": NOW - TICK}) == []
    assert claim(database, channel="tgram") == [KEYS[1]]
    assert claim(database, channel="tgram") == []
    assert claim(database, channel="email") == [KEYS[0]]


def test_only_the_kinds_asked_for_are_claimed(database):
    put(database, a_notice(KEYS[0]), a_notice(KEYS[1], kind=NoticeKind.RECEIPT))
    assert claim(database, kinds=[]) == []
    assert claim(database, kinds=[NoticeKind.RECEIPT]) == [KEYS[1]]
    assert claim(database, kinds=[NoticeKind.RECEIPT]) == []
    assert claim(database) == [KEYS[0]]


def test_claimers_at_once_never_get_the_same_notice(database):
    put(database, *map(a_notice, KEYS))
    together = Barrier(4)

    def work(owner):
        together.wait(LONG)
        mine = []
        while claimed := claim(database, limit=3, owner=owner):
            mine += claimed
        return mine

    with ThreadPoolExecutor(4) as threads:
        shares = list(threads.map(work, ["w1", "w2", "w3", "w4"]))
    assert sorted(key for share in shares for key in share) == KEYS


def test_who_claims_while_another_is_claiming_gets_what_is_left(database):
    put(database, *map(a_notice, KEYS))
    claimed, asked = Event(), Event()

    def first():
        with database.writing() as session:
            mine = [r.key for r in outbox.claim(session, now=NOW, limit=30, owner="w1")]
            claimed.set()
            assert asked.wait(LONG)
            return mine

    def second():
        assert claimed.wait(LONG)
        asked.set()
        return claim(database, limit=30, owner="w2")

    with ThreadPoolExecutor(2) as threads:
        one, two = threads.submit(first), threads.submit(second)
        assert one.result(LONG) == KEYS[:30]
        assert two.result(LONG) == KEYS[30:]


def test_what_is_given_back_is_due_as_before(database):
    put(database, *map(a_notice, KEYS[:2]))
    claim(database)
    release(database, KEYS[0])
    row = look(database, KEYS[0])
    assert (row.status, row.lease_until, row.lease_by, row.attempts) == ("pending", None, None, 0)
    assert claim(database) == [KEYS[0]]


def test_a_retry_that_is_given_back_stays_a_retry_due_as_before(database):
    put(database, a_notice())
    claim(database)
    fail_for_the_moment(database, a_notice().key, NOW)
    assert claim(database, NOW + HOUR) == [a_notice().key]
    release(database, a_notice().key)
    row = look(database)
    again = NOW + retry_delay(1, row.key)
    assert (row.status, row.next_attempt_at) == ("retry", again)
    assert claim(database, again - TICK) == []
    assert claim(database, again) == [row.key]


def test_a_notice_that_failed_late_after_it_was_given_back_is_never_lost(database):
    put(database, a_notice())
    claim(database)
    release(database, a_notice().key)
    fail_for_the_moment(database, a_notice().key, NOW)
    for _ in range(2):
        assert claim(database) == [a_notice().key]
        release(database, a_notice().key)


@pytest.mark.parametrize("status", [s for s in NoticeStatus if s is not NoticeStatus.SENDING])
def test_only_what_is_claimed_can_be_given_back(database, status):
    put(database, a_notice(status=status))
    release(database, a_notice().key)
    assert look(database).status == status


def test_a_row_in_hand_shows_that_it_was_given_back(database):
    put(database, a_notice())
    with database.writing() as session:
        (row,) = outbox.claim(session, now=NOW, limit=1, owner="w1")
        outbox.release(session, [row.key])
    assert (row.status, row.lease_by) == ("pending", None)
