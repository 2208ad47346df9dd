"""A claim holds for ten minutes; what a killed pass left over is sent by a later one."""

from collections import Counter
from datetime import timedelta

import pytest

from lsplan_workflow.services.delivery import deliver
from lsplan_workflow.services.reporting_pass import decide
from tests.domain.province import local
from tests.services.office import TICK, reached
from tests.services.servers import Killed, killed, watched

OPENING = local(2025, 9, 3, 7, 30)
LEASE = timedelta(minutes=10)
SYT = "annual-2025/SYT/opening/focal"


def kill_a_pass(office, **when):
    """Run a pass that is killed at its first mail; return that mail's Message-ID."""
    seen = []

    def note(mail):
        seen.append(mail.message_id)
        killed(mail)

    with watched(office, **dict.fromkeys(when["at"].split(), note)), pytest.raises(Killed):
        office.run(OPENING)
    return seen[0]


def test_what_a_killed_pass_had_claimed_stays_claimed_for_exactly_ten_minutes(small):
    kill_a_pass(small, at="before")
    assert {row.status for row in small.notices().values()} == {"sending"}
    assert {row.lease_until for row in small.notices().values()} == {OPENING + LEASE}
    assert small.run(OPENING + LEASE - TICK).sent == 0
    assert small.run(OPENING + LEASE).sent == 5


def test_an_expired_lease_is_no_failed_attempt_and_is_not_delayed(small):
    kill_a_pass(small, at="before")
    small.run(OPENING + LEASE)
    row = small.notice(SYT)
    assert (row.status, row.attempts) == ("sent", 1)
    assert row.first_attempt_at == row.sent_at == OPENING + LEASE


def test_after_a_crash_between_sending_and_marking_the_second_copy_is_the_same_message(small):
    message_id = kill_a_pass(small, at="after")
    small.run(OPENING + LEASE)
    copies = [m for m in small.mails() if m["Message-ID"] == message_id]
    assert len(copies) == 2
    assert reached(copies[0]) == reached(copies[1])
    others = Counter(m["Message-ID"] for m in small.mails() if m["Message-ID"] != message_id)
    assert set(others.values()) == {1}


def test_the_message_id_is_stored_before_a_mail_may_leave(small):
    seen = []

    def look(mail):
        stored = {n.message_id for n in small.notices(status="sending").values()}
        seen.append(mail.message_id in stored)

    with watched(small, before=look):
        small.run(OPENING)
    assert seen == [True] * 5


def test_a_mail_whose_lease_ran_out_before_its_turn_waits_for_another_claim(small):
    """The first mail takes ten minutes, in which another pass takes over the whole batch."""
    happened = []

    def dawdle(mail):
        if not happened:
            happened.append(mail.message_id)
            small.at(OPENING + LEASE)
            happened.append(deliver(small.workplace).sent)

    with watched(small, before=dawdle):
        small.run(OPENING)
    assert happened[1] == 5
    copies = Counter(m["Message-ID"] for m in small.mails())
    assert copies.pop(happened[0]) == 2
    assert set(copies.values()) == {1}
    assert {n.status for n in small.notices().values()} == {"sent"}


def test_a_mail_whose_lease_runs_a_moment_longer_leaves(small):
    def dawdle(mail):
        small.at(OPENING + LEASE - TICK)

    with watched(small, after=dawdle):
        assert small.run(OPENING).sent == 5
    assert len(small.mails()) == 5


def test_a_slow_pass_claims_again_what_it_could_not_send_in_time(small):
    def dawdle(mail):
        small.at(small.clock.instant + LEASE)

    with watched(small, after=dawdle):
        found = small.run(OPENING)
    assert found.sent == 5
    assert set(Counter(m["Message-ID"] for m in small.mails()).values()) == {1}


def test_a_pass_killed_before_it_had_sent_leaves_what_it_decided(small):
    decide(small.at(OPENING).workplace)
    assert small.deliver(OPENING + timedelta(hours=1)).sent == 5
