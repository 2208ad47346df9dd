from datetime import timedelta
from itertools import pairwise

import pytest
from sqlalchemy.exc import IntegrityError

from lsplan_workflow.domain.causes import Cause
from lsplan_workflow.domain.notice_kinds import NoticeStatus
from lsplan_workflow.domain.retries import retry_delay
from lsplan_workflow.store import deliveries, outbox
from tests.store.rows import HOUR, MINUTE, NOW, TICK, a_notice, claim, look, put
from tests.store.rows import attempts as made

MAILED = a_notice().key
THREE_DAYS = 72 * HOUR


@pytest.fixture
def claimed(database):
    """A database in which one notice is being sent."""
    put(database, a_notice())
    claim(database)
    return database


def record(database, outcome, at, reply="a reply"):
    with database.writing() as session:
        getattr(deliveries, f"record_{outcome}")(session, MAILED, at=at, reply=reply)
    return look(database)


def mark(database, status):
    with database.writing() as session:
        return outbox.mark(session, [MAILED], status)


def resend(database, now):
    with database.writing() as session:
        return outbox.resend(session, MAILED, now=now)


def attempts(database):
    return [(row.outcome, row.at, row.reply) for row in made(database, MAILED)]


def retry_until(database, last):
    """Fail for the moment at each attempt before `last`, then at `last`; return the instants."""
    at, instants = NOW, []
    while at < last:
        instants.append(at)
        at = record(database, "temporary", at).next_attempt_at
        assert claim(database, at - TICK) == []
        assert claim(database, at) == [MAILED]
    record(database, "temporary", last)
    return instants


def test_what_was_sent_is_recorded_with_its_instant_and_the_servers_words(claimed):
    row = record(claimed, "sent", NOW + MINUTE, "250 queued as 4F2A")
    assert (row.status, row.sent_at, row.reply) == ("sent", NOW + MINUTE, "250 queued as 4F2A")
    assert (row.attempts, row.lease_until, row.lease_by) == (1, None, None)
    assert attempts(claimed) == [("sent", NOW + MINUTE, "250 queued as 4F2A")]


def test_the_attempts_of_a_notice_come_oldest_first(claimed):
    record(claimed, "temporary", NOW, "451 greylisted")
    claim(claimed, NOW + HOUR)
    record(claimed, "sent", NOW + HOUR, "250")
    assert attempts(claimed) == [
        ("temporary", NOW, "451 greylisted"),
        ("sent", NOW + HOUR, "250"),
    ]
    assert look(claimed).next_attempt_at is None


def test_the_first_failure_is_tried_again_a_quarter_of_an_hour_later(claimed):
    row = record(claimed, "temporary", NOW, "451 greylisted")
    assert (row.status, row.next_attempt_at) == ("retry", NOW + retry_delay(1, MAILED))
    assert (row.attempts, row.first_attempt_at, row.reply) == (1, NOW, "451 greylisted")
    assert (row.lease_until, row.lease_by) == (None, None)


def test_the_delays_double_up_to_four_hours(claimed):
    instants = retry_until(claimed, NOW + 24 * HOUR)
    delays = [later - earlier for earlier, later in pairwise(instants)]
    assert delays == [retry_delay(n, MAILED) for n in range(1, len(delays) + 1)]
    assert len(delays) > 6


def test_an_attempt_just_before_72_hours_is_not_the_last(claimed):
    last = NOW + THREE_DAYS - TICK
    retry_until(claimed, last)
    row = look(claimed)
    assert (row.status, row.next_attempt_at) == ("retry", NOW + THREE_DAYS)


@pytest.mark.parametrize("late", [timedelta(), TICK, timedelta(days=9)])
def test_only_an_attempt_72_hours_or_more_after_the_first_fails_for_good(claimed, late):
    retry_until(claimed, NOW + THREE_DAYS)
    assert look(claimed).status == "failed"
    assert look(claimed).next_attempt_at is None
    assert claim(claimed, NOW + 1000 * HOUR) == []


def test_hours_without_an_attempt_make_nothing_fail(claimed):
    """The 72 hours run from the first attempt: leases that expired are none."""
    claim(claimed, NOW + 2 * THREE_DAYS)
    row = record(claimed, "temporary", NOW + 2 * THREE_DAYS)
    assert (row.status, row.first_attempt_at) == ("retry", NOW + 2 * THREE_DAYS)


def test_a_permanent_failure_is_final_in_the_servers_own_words(claimed):
    row = record(claimed, "permanent", NOW, "550 Không có hộp thư này")
    assert (row.status, row.reply, row.attempts) == ("failed", "550 Không có hộp thư này", 1)
    assert (row.next_attempt_at, row.lease_until, row.lease_by) == (None, None, None)
    assert attempts(claimed) == [("permanent", NOW, "550 Không có hộp thư này")]
    assert claim(claimed, NOW + 1000 * HOUR) == []


def fail(database, at, cause, outcome="temporary"):
    with database.writing() as session:
        record = getattr(deliveries, f"record_{outcome}")
        record(session, MAILED, at=at, reply="a reply", cause=cause)
    return look(database)


def test_the_cause_of_a_failure_is_kept_until_a_later_attempt_has_another(claimed):
    assert fail(claimed, NOW, Cause.SILENT).cause == "silent"
    claim(claimed, NOW + HOUR)
    assert fail(claimed, NOW + HOUR, Cause.RECIPIENT, "permanent").cause == "recipient"
    assert [row.cause for row in made(claimed, MAILED)] == ["silent", "recipient"]
    assert record(claimed, "sent", NOW + 2 * HOUR).cause is None


def test_what_may_have_arrived_three_times_fails_and_says_so(claimed):
    at = NOW
    for _ in range(2):
        at = fail(claimed, at, Cause.UNCERTAIN).next_attempt_at
        claim(claimed, at)
        fail(claimed, at, Cause.BUSY)
        at = look(claimed).next_attempt_at
        claim(claimed, at)
    row = fail(claimed, at, Cause.UNCERTAIN)
    assert (row.status, row.cause, row.next_attempt_at) == ("failed", "uncertain", None)


def test_who_sends_again_what_may_have_arrived_gives_it_three_more_attempts(claimed):
    at = NOW
    for _ in range(3):
        at = fail(claimed, at, Cause.UNCERTAIN).next_attempt_at or at
        claim(claimed, at)
    assert resend(claimed, at + HOUR)
    claim(claimed, at + HOUR)
    assert fail(claimed, at + HOUR, Cause.UNCERTAIN).status == "retry"


def test_the_notices_of_one_mail_are_tried_again_together(database):
    keys = [MAILED, "annual-2025/SCT/before-14d/focal"]
    put(database, *map(a_notice, keys))
    with database.writing() as session:
        outbox.share_messages(session, dict.fromkeys(keys, "<a@x>"))
    claim(database)
    with database.writing() as session:
        for key in keys:
            deliveries.record_temporary(session, key, at=NOW, reply="451")
    assert {look(database, key).next_attempt_at for key in keys} == {NOW + retry_delay(1, "<a@x>")}


@pytest.mark.parametrize("status", [NoticeStatus.CANCELLED, NoticeStatus.SUPERSEDED])
def test_what_left_while_it_was_called_off_was_sent(claimed, status):
    assert mark(claimed, status) == [MAILED]
    row = record(claimed, "sent", NOW + MINUTE)
    assert (row.status, row.sent_at) == ("sent", NOW + MINUTE)
    assert mark(claimed, status) == []


@pytest.mark.parametrize("outcome", ["temporary", "permanent"])
@pytest.mark.parametrize("status", [NoticeStatus.CANCELLED, NoticeStatus.SUPERSEDED])
def test_a_late_failure_undoes_no_cancellation(claimed, status, outcome):
    mark(claimed, status)
    row = record(claimed, outcome, NOW, "a late answer")
    assert (row.status, row.next_attempt_at) == (status, None)
    assert attempts(claimed) == [(outcome, NOW, "a late answer")]


@pytest.mark.parametrize("outcome", ["temporary", "permanent"])
def test_a_late_failure_does_not_unsend_what_another_has_sent(claimed, outcome):
    claim(claimed, NOW + HOUR, owner="w2")
    record(claimed, "sent", NOW + HOUR)
    assert record(claimed, outcome, NOW + 2 * HOUR).status == "sent"


def test_the_second_copy_after_a_crash_leaves_the_first_instant_of_sending(claimed):
    claim(claimed, NOW + HOUR, owner="w2")
    record(claimed, "sent", NOW + HOUR)
    row = record(claimed, "sent", NOW + 2 * HOUR)
    assert (row.sent_at, row.attempts) == (NOW + HOUR, 2)


def test_an_attempt_to_send_what_was_never_decided_on_is_an_error(database):
    with pytest.raises(IntegrityError):
        record(database, "sent", NOW)


@pytest.mark.parametrize("outcome", ["temporary", "permanent"])
def test_a_failed_or_waiting_notice_can_be_sent_again_at_once(claimed, outcome):
    record(claimed, outcome, NOW)
    assert resend(claimed, NOW + MINUTE)
    row = look(claimed)
    assert (row.status, row.send_at, row.attempts) == ("pending", NOW + MINUTE, 0)
    assert claim(claimed, NOW + MINUTE - TICK) == []
    assert claim(claimed, NOW + MINUTE) == [MAILED]


def test_a_notice_sent_again_has_a_new_72_hours_and_keeps_its_history(claimed):
    retry_until(claimed, NOW + THREE_DAYS)
    again, before = NOW + 2 * THREE_DAYS, attempts(claimed)
    resend(claimed, again)
    claim(claimed, again)
    row = record(claimed, "temporary", again)
    assert (row.status, row.first_attempt_at) == ("retry", again)
    assert row.next_attempt_at == again + retry_delay(1, MAILED)
    assert attempts(claimed) == [*before, ("temporary", again, "a reply")]


@pytest.mark.parametrize(
    "status", [s for s in NoticeStatus if s.value not in {"failed", "retry", "given_up"}]
)
def test_nothing_else_can_be_sent_again(database, status):
    put(database, a_notice(status=status))
    assert not resend(database, NOW + HOUR)
    assert (look(database).status, look(database).send_at) == (status, NOW)


def test_a_notice_that_was_never_decided_on_cannot_be_sent_again(database):
    assert not resend(database, NOW)


def give_up(database):
    with database.writing() as session:
        return outbox.give_up(session, MAILED)


@pytest.mark.parametrize("outcome", ["temporary", "permanent"])
def test_what_failed_or_waits_is_given_up_and_tried_no_more_until_it_is_resent(claimed, outcome):
    record(claimed, outcome, NOW, "550 no")
    assert give_up(claimed)
    row = look(claimed)
    assert (row.status, row.next_attempt_at, row.reply) == ("given_up", None, "550 no")
    assert claim(claimed, NOW + 1000 * HOUR) == []
    assert not give_up(claimed)
    assert resend(claimed, NOW + MINUTE)
    row = look(claimed)
    assert (row.status, row.reply, row.cause) == ("pending", None, None)
    assert claim(claimed, NOW + MINUTE) == [MAILED]


@pytest.mark.parametrize(
    "status", [s for s in NoticeStatus if s.value not in {"failed", "retry", "pending"}]
)
def test_nothing_else_can_be_given_up(database, status):
    put(database, a_notice(status=status))
    assert not give_up(database)
    assert look(database).status == status


def test_a_notice_that_goes_to_the_next_address_has_a_new_72_hours_and_keeps_its_history(claimed):
    record(claimed, "permanent", NOW, "550 no")
    with claimed.writing() as session:
        outbox.reroute(session, MAILED, recipient="tgram://1:a/2", now=NOW + MINUTE)
    row = look(claimed)
    assert (row.recipient, row.channel, row.way) == ("tgram://1:a/2", "tgram", 1)
    assert (row.status, row.attempts, row.first_attempt_at) == ("pending", 0, None)
    assert len(attempts(claimed)) == 1
    assert claim(claimed, NOW + MINUTE, channel="tgram") == [MAILED]
