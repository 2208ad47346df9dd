from datetime import timedelta

import pytest

from lsplan_workflow.domain.notice_kinds import NoticeKind, NoticeStatus
from lsplan_workflow.store import deliveries, mails, outbox
from tests.store.rows import HOUR, MINUTE, NOW, TICK, a_notice, claim, look, put

KEYS = [f"annual-2025/A{number}/before-14d/focal" for number in range(5)]


def share(database, message_ids):
    with database.writing() as session:
        outbox.share_messages(session, message_ids)


def unassigned(database, now=NOW, **which):
    with database.reading() as session:
        return [row.key for row in mails.unassigned(session, now=now, **which)]


def companions(database, now=NOW, *, limit=1):
    """Claim, and return the keys of what was taken along."""
    with database.writing() as session:
        claimed = outbox.claim(session, now=now, limit=limit, owner="w1")
        taken = mails.claim_companions(session, claimed, now=now, owner="w1")
        return [row.key for row in taken]


def send(database, at, *keys):
    with database.writing() as session:
        for key in keys:
            deliveries.record_sent(session, key, at=at, reply="250")


def count(database, instant, now=NOW + HOUR, channel="email"):
    with database.reading() as session:
        return mails.count_left_since(session, instant, now=now, channel=channel)


@pytest.mark.parametrize(("late", "found"), [(-TICK, 0), (timedelta(), 1), (TICK, 1)])
def test_a_due_notice_has_no_mail_until_it_is_given_one(database, late, found):
    put(database, a_notice())
    assert len(unassigned(database, NOW + late)) == found
    share(database, {a_notice().key: "<a@x>"})
    assert unassigned(database, NOW + late) == []


def test_the_notices_without_a_mail_come_longest_due_first_and_of_the_kinds_asked(database):
    put(database, a_notice(KEYS[0]), a_notice(KEYS[1], kind=NoticeKind.RECEIPT))
    put(database, a_notice(KEYS[2], send_at=NOW - HOUR))
    assert unassigned(database) == [KEYS[2], KEYS[0], KEYS[1]]
    assert unassigned(database, kinds=[NoticeKind.RECEIPT]) == [KEYS[1]]


@pytest.mark.parametrize("status", [s for s in NoticeStatus if s is not NoticeStatus.PENDING])
def test_only_what_waits_to_be_sent_is_given_a_mail(database, status):
    put(database, a_notice(status=status))
    assert unassigned(database) == []


def test_the_other_due_notices_of_a_mail_are_taken_under_the_same_lease(database):
    put(database, *map(a_notice, KEYS[:3]), a_notice(KEYS[3], send_at=NOW + TICK))
    share(database, dict.fromkeys([KEYS[0], KEYS[2], KEYS[3]], "<a@x>"))
    assert companions(database) == [KEYS[2]]
    row = look(database, KEYS[2])
    assert (row.status, row.lease_by, row.lease_until) == ("sending", "w1", NOW + outbox.LEASE)
    assert claim(database) == [KEYS[1]]


def test_a_notice_that_another_is_sending_is_not_taken_along(database):
    put(database, *map(a_notice, KEYS[:2]))
    share(database, dict.fromkeys(KEYS[:2], "<a@x>"))
    claim(database, limit=1, owner="w2")
    assert companions(database) == []
    assert look(database, KEYS[0]).lease_by == "w2"


def test_a_notice_without_a_mail_has_no_companions(database):
    put(database, *map(a_notice, KEYS[:2]))
    assert companions(database) == []


def test_a_mail_that_several_notices_share_is_counted_once(database):
    put(database, *map(a_notice, KEYS))
    share(database, {**dict.fromkeys(KEYS[:3], "<a@x>"), KEYS[3]: "<b@x>"})
    assert count(database, NOW - HOUR) == 0
    claim(database)
    send(database, NOW, *KEYS[:4])
    assert count(database, NOW - HOUR) == 2


def test_the_mails_that_left_after_an_instant_are_counted(database):
    put(database, *map(a_notice, KEYS[:2]))
    share(database, {KEYS[0]: "<a@x>", KEYS[1]: "<b@x>"})
    claim(database)
    send(database, NOW, KEYS[0])
    send(database, NOW + MINUTE, KEYS[1])
    assert [count(database, NOW + late) for late in (-TICK, timedelta(), MINUTE)] == [2, 1, 0]


def test_what_somebody_is_sending_counts_until_its_lease_ends(database):
    put(database, *map(a_notice, KEYS[:3]))
    share(database, {KEYS[0]: "<a@x>", KEYS[1]: "<a@x>", KEYS[2]: "<b@x>"})
    claim(database, NOW)
    assert count(database, NOW, now=NOW) == 2
    assert count(database, NOW, now=NOW + outbox.LEASE - TICK) == 2
    assert count(database, NOW, now=NOW + outbox.LEASE) == 0
    send(database, NOW, KEYS[0])
    assert count(database, NOW - TICK, now=NOW) == 2


def test_each_channel_is_counted_by_itself_and_a_service_by_its_recipients(database):
    by_chat = [a_notice(key, recipient=f"tgram://1:a/{n}") for n, key in enumerate(KEYS[:2])]
    put(database, *by_chat, a_notice(KEYS[2]))
    share(database, dict.fromkeys(KEYS[:3], "<a@x>"))
    claim(database)
    send(database, NOW, *KEYS[:3])
    assert count(database, NOW - TICK) == 1
    assert count(database, NOW - TICK, channel="tgram") == 2
    assert count(database, NOW - TICK, channel="ntfy") == 0


def test_what_of_a_mail_leaves_by_another_channel_is_left_to_it(database):
    put(database, *map(a_notice, KEYS[:2]), a_notice(KEYS[2], recipient="tgram://1:a/2"))
    share(database, dict.fromkeys(KEYS[:3], "<a@x>"))
    with database.writing() as session:
        claimed = outbox.claim(session, now=NOW, limit=1, owner="w1", channel="email")
        named = {"now": NOW, "owner": "w1", "channel": "email"}
        taken = mails.claim_companions(session, claimed, **named)
        assert [row.key for row in taken] == [KEYS[1]]
