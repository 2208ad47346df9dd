"""A failure that may pass is tried again, later and later; one for good is not."""

from datetime import timedelta

import pytest

from lsplan_workflow.domain.retries import retry_delay
from tests.domain.province import local
from tests.notify.server import LOST
from tests.services.office import HOUR, TICK
from tests.services.servers import contents, recipients, served

OPENING = local(2025, 9, 3, 7, 30)
HALF_AN_HOUR = timedelta(minutes=30)
SYT = "annual-2025/SYT/opening/focal"
FOCAL = "focal@syt.example"
BUSY = {"rcpt": {FOCAL: "451 4.3.0 hộp thư bận"}}
FILED = local(2025, 9, 10, 9)
RECEIPT = "annual-2025/SYT/receipt-1/focal"


def test_a_temporary_failure_is_kept_in_the_servers_words_and_tried_again(small):
    with served(small, **BUSY):
        found = small.run(OPENING)
    row = small.notice(SYT)
    assert (found.sent, found.retrying, found.failed) == (4, 1, 0)
    assert (row.status, row.attempts, row.sent_at) == ("retry", 1, None)
    assert row.reply == "451 4.3.0 hộp thư bận"
    assert row.cause == "busy"
    assert row.next_attempt_at == OPENING + retry_delay(1, row.message_id)


def test_not_before_a_pass_that_is_a_quarter_of_an_hour_later(small):
    with served(small, **BUSY) as (script, _):
        small.run(OPENING)
        script.answers.clear()
        again = small.notice(SYT).next_attempt_at
        assert small.run(again - TICK).sent == 0
        assert small.notice(SYT).attempts == 1
        assert small.run(again).sent == 1
    assert small.notice(SYT).attempts == 2


def failing_receipt(office):
    """File a report; yield each attempt's instant until something changes."""
    office.run(OPENING)
    office.submit(FILED, "SYT")


def test_the_intervals_grow_to_four_hours_and_no_longer(small):
    failing_receipt(small)
    at, intervals = FILED, []
    with served(small, **BUSY):
        for _ in range(7):
            assert small.deliver_replies(at).retrying == 1
            row = small.notice(RECEIPT)
            intervals.append(row.next_attempt_at - at)
            at = row.next_attempt_at
    mail = small.notice(RECEIPT).message_id
    assert intervals == [retry_delay(attempts, mail) for attempts in range(1, 8)]


@pytest.mark.parametrize(("later", "status"), [(72 * HOUR - TICK, "retry"), (72 * HOUR, "failed")])
def test_only_an_attempt_72_hours_after_the_first_gives_up(small, later, status):
    failing_receipt(small)
    with served(small, **BUSY):
        small.deliver_replies(FILED)
        small.deliver_replies(FILED + later)
    row = small.notice(RECEIPT)
    assert (row.status, row.attempts) == (status, 2)
    assert row.reply == "451 4.3.0 hộp thư bận"


def test_nothing_expires_without_having_been_tried(small):
    failing_receipt(small)
    with served(small, **BUSY) as (script, _):
        small.deliver_replies(FILED)
        script.answers.clear()
        assert small.deliver_replies(FILED + 1000 * HOUR).sent == 1


def test_what_waited_long_for_its_first_attempt_has_72_hours_from_then_on(small):
    failing_receipt(small)
    with served(small, **BUSY):
        assert small.deliver_replies(FILED + 100 * HOUR).retrying == 1


def test_a_permanent_failure_fails_at_once_in_the_servers_words(small):
    with served(small, rcpt={FOCAL: "550 5.1.1 no such user here"}):
        found = small.run(OPENING)
        assert small.run(OPENING + 24 * HOUR).failed == 0
    row = small.notice(SYT)
    assert (found.sent, found.failed) == (5, 1)
    assert (row.status, row.attempts, row.cause) == ("failed", 1, "recipient")
    assert row.reply == "550 5.1.1 no such user here"
    assert row.next_attempt_at is None


def test_a_failure_for_good_is_written_in_the_audit_log_and_one_that_may_pass_is_not(small):
    replies = {FOCAL: "550 5.1.1 no", "focal@sct.example": "451 4.3.0 busy"}
    with served(small, rcpt=replies):
        small.run(OPENING)
    assert [e.agency for e in small.events() if e.event == "notice_failed"] == ["SYT"]
    sent = {e.agency for e in small.events() if e.event == "notice_sent"}
    assert sent == {"NEW", "X1", "X2", "SYT"}


def test_the_rest_of_the_batch_goes_on_over_a_new_connection(small):
    mails = []

    def lose_the_second(_):
        mails.append(None)
        return LOST if len(mails) == 2 else "250 OK"

    with served(small, data=lose_the_second) as (_, server):
        found = small.run(OPENING)
        assert (found.sent, found.retrying) == (4, 1)
        assert server.connections == 2


def test_a_server_that_is_down_fails_nothing_for_good_and_the_pass_ends_well(small):
    with served(small):
        pass
    found = small.run(OPENING)
    assert (found.sent, found.retrying, found.failed) == (0, 5, 0)


def test_the_message_id_stays_the_same_across_retries(small):
    with served(small, data="451 4.3.0 try later") as (script, _):
        small.run(OPENING)
        first = small.notice(SYT).message_id
        script.answers.clear()
        small.run(OPENING + HALF_AN_HOUR)
        ids = [m["Message-ID"] for m in contents(script) if FOCAL in m["To"]]
    assert ids == [first, first]
    assert small.notice(SYT).message_id == first


FIRST_OVERDUE, OVERDUE = local(2025, 10, 20, 7, 30), local(2025, 10, 22, 7, 30)
HEAD, COPY = "annual-2025/SYT/overdue-3wd/head", "annual-2025/SYT/overdue-3wd/focal-copy"


def test_each_recipient_has_the_servers_answer_to_him(opened):
    opened.run(FIRST_OVERDUE)
    with served(opened, rcpt={FOCAL: "550 5.1.1 no such user"}) as (script, _):
        opened.run(OVERDUE)
        assert ["head@syt.example"] in recipients(script)
    assert (opened.notice(HEAD).status, opened.notice(COPY).status) == ("sent", "failed")
    assert opened.notice(HEAD).reply.startswith("250 2.0.0")
    assert opened.notice(HEAD).message_id == opened.notice(COPY).message_id


def test_a_copy_that_is_tried_again_alone_does_not_reach_the_first_recipient_twice(opened):
    opened.run(FIRST_OVERDUE)
    with served(opened, **BUSY) as (script, _):
        opened.run(OVERDUE)
        script.answers.clear()
        script.envelopes.clear()
        assert opened.run(OVERDUE + HALF_AN_HOUR).sent == 1
        assert recipients(script) == [[FOCAL]]
        (mail,) = contents(script)
    assert "head@syt.example" in mail["To"]
    assert FOCAL in mail["Cc"]
    assert mail["Message-ID"] == opened.notice(HEAD).message_id


def test_the_first_recipient_that_is_tried_again_alone_leaves_the_copy_in_peace(opened):
    opened.run(FIRST_OVERDUE)
    with served(opened, rcpt={"head@syt.example": "451 4.3.0 busy"}) as (script, _):
        opened.run(OVERDUE)
        script.answers.clear()
        script.envelopes.clear()
        opened.run(OVERDUE + HALF_AN_HOUR)
        assert recipients(script) == [["head@syt.example"]]


def test_a_retry_outside_working_hours_waits_for_them(small):
    with served(small, **BUSY) as (script, _):
        small.run(local(2025, 9, 3, 16, 50))
        script.answers.clear()
        assert small.run(local(2025, 9, 3, 17, 5)).sent == 0
        assert small.run(local(2025, 9, 4, 7, 30)).sent == 1


def test_what_is_tried_again_is_superseded_by_what_is_newer(small):
    with served(small, **BUSY):
        small.run(OPENING)
        found = small.run(local(2025, 9, 19, 7, 30))
    assert found.superseded == 1
    assert small.notice(SYT).status == "superseded"
