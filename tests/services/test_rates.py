"""A channel lets out so many mails a minute and a day, whatever the number of passes."""

from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta

import pytest

from lsplan_workflow.clock import StandingClock
from lsplan_workflow.domain.agencies import Directory, Role
from lsplan_workflow.domain.channels import Channel, Quiet
from lsplan_workflow.domain.notice_kinds import NoticeKind
from lsplan_workflow.domain.program import Rate
from lsplan_workflow.domain.urgency import RANKS
from lsplan_workflow.notify.outcome import Outcome, Result
from lsplan_workflow.services.delivery import deliver
from lsplan_workflow.services.reporting_pass import decide, run_pass
from lsplan_workflow.store import erasure, installation, suspects
from tests.domain.province import local
from tests.services.office import MINUTE, TICK, at_address
from tests.services.servers import watched

OPENING = local(2025, 9, 3, 7, 30)


def limited(office, per_minute=600, per_day=5000):
    rate = Rate(per_minute, per_day)
    office.reconfigure(lambda c: replace(c, rate=rate))


def test_no_more_leave_in_a_minute_than_the_rate_says(small):
    limited(small, per_minute=3)
    assert small.run(OPENING).sent == 3
    assert small.run(OPENING).sent == 0
    assert small.run(OPENING + MINUTE - TICK).sent == 0
    assert small.run(OPENING + MINUTE).sent == 2


def test_what_was_held_back_is_still_pending_and_keeps_its_place(small):
    limited(small, per_minute=3)
    small.run(OPENING)
    assert len(small.notices(status="pending")) == 2
    assert {row.attempts for row in small.notices(status="pending").values()} == {0}


def test_no_more_leave_in_a_day_than_the_rate_says(small):
    limited(small, per_day=3)
    assert small.run(OPENING).sent == 3
    assert small.run(local(2025, 9, 3, 17)).sent == 0
    assert small.run(local(2025, 9, 4, 7, 30)).sent == 2


def test_a_day_is_a_local_one_and_begins_at_midnight(opened):
    limited(opened, per_day=1)
    midnight = local(2025, 9, 11)
    for agency, instant in (("SYT", midnight - TICK), ("SCT", midnight), ("X1", midnight)):
        opened.submit(instant, agency)
    assert opened.deliver_replies(midnight - TICK).sent == 1
    assert opened.deliver_replies(midnight - TICK).sent == 0
    assert opened.deliver_replies(midnight).sent == 1
    assert opened.deliver_replies(local(2025, 9, 11, 23, 59)).sent == 0
    assert opened.deliver_replies(local(2025, 9, 12)).sent == 1


def test_what_has_been_due_longest_leaves_first(small):
    small.run(local(2025, 9, 1))
    small.submit(local(2025, 9, 3, 6), "X2")
    limited(small, per_minute=1)
    small.run(OPENING)
    assert list(small.notices(status="sent")) == ["annual-2025/X2/receipt-1/focal"]


def test_a_receipt_leaves_before_openings_that_have_been_due_longer(small):
    limited(small, per_minute=1)
    small.run(OPENING)
    small.submit(OPENING + MINUTE, "X2")
    small.deliver(OPENING + MINUTE)
    assert small.notice("annual-2025/X2/receipt-1/focal").status == "sent"


def test_notices_that_share_a_mail_count_once(small):
    small.reconfigure(lambda c: at_address(c, SYT_focal="f@x.example", SCT_focal="f@x.example"))
    limited(small, per_minute=4)
    assert small.run(OPENING).sent == 5


def test_the_notices_of_one_mail_leave_together_even_at_the_end_of_the_rate(small):
    small.reconfigure(lambda c: at_address(c, SYT_focal="f@x.example", SCT_focal="f@x.example"))
    limited(small, per_minute=2)
    small.run(OPENING)
    (first, second) = small.notices(recipient="f@x.example").values()
    assert first.status == second.status


def test_500_mails_leave_in_one_pass_at_the_rates_that_are_shipped(real):
    def many(configuration):
        focal = [c for c in configuration.directory.contacts if c.role is Role.FOCAL]
        more = [
            replace(c, number=number, address=f"{number}.{c.address}")
            for c in focal
            for number in range(2, 7)
        ]
        contacts = (*configuration.directory.contacts, *more)
        directory = Directory(configuration.directory.agencies, contacts)
        return replace(configuration, directory=directory)

    real.reconfigure(many)
    found = real.run(OPENING)
    assert found.sent == 510
    assert len(real.mails()) == 510


def test_the_rate_holds_across_passes_that_decide_anew(small):
    limited(small, per_minute=3)
    small.run(OPENING)
    decide(small.at(OPENING + timedelta(seconds=30)).workplace)
    assert small.deliver(OPENING + timedelta(seconds=30)).sent == 0


TEN_MINUTES = 10 * MINUTE


@pytest.fixture
def waiting(small):
    """An office on a clock that jumps to what is waited for; it tells for what it was."""
    waited = []

    def wait_until(instant):
        waited.append(instant)
        small.at(instant)
        # While somebody waits, others write.
        with small.workplace.database.writing() as session:
            suspects.trust(session, "SYT/focal")
        return True

    small.clock.wait_until = wait_until
    small.waited = waited
    return small


def test_a_pass_waits_for_the_minute_to_let_out_more_and_then_goes_on(waiting):
    limited(waiting, per_minute=2)
    found = run_pass(waiting.at(OPENING).workplace, lasting=TEN_MINUTES)
    assert (found.sent, found.held_back) == (5, 0)
    assert waiting.waited == [OPENING + MINUTE, OPENING + 2 * MINUTE]
    left = sorted(row.sent_at for row in waiting.notices(status="sent").values())
    assert left == [OPENING] * 2 + [OPENING + MINUTE] * 2 + [OPENING + 2 * MINUTE]


def test_whoever_looks_on_is_told_how_many_have_left_and_what_is_waited_for(waiting):
    limited(waiting, per_minute=3)
    said = []
    run_pass(waiting.at(OPENING).workplace, lasting=TEN_MINUTES, progress=said.append)
    assert [text.vi for text in said] == [
        "Đã gửi 3 thông báo…",
        "Kênh gửi đã đủ số thư của phút này; 2 thông báo chờ đến 07:31:00…",
        "Đã gửi 5 thông báo…",
    ]
    assert said[1].en == "The minute's rate is used up; 2 notices waiting until 07:31:00…"


def test_a_pass_waits_no_longer_than_it_may_and_says_what_is_held_back(waiting):
    limited(waiting, per_minute=1)
    found = run_pass(waiting.at(OPENING).workplace, lasting=2 * MINUTE)
    assert (found.sent, found.held_back) == (3, 2)
    assert waiting.waited == [OPENING + MINUTE, OPENING + 2 * MINUTE]


@pytest.mark.parametrize("lasting", [timedelta(0), MINUTE - TICK])
def test_nobody_waits_who_has_no_time_for_it(waiting, lasting):
    limited(waiting, per_minute=3)
    found = deliver(waiting.at(OPENING).workplace, lasting=lasting)
    assert found.sent + found.held_back == len(waiting.notices())
    assert waiting.waited == []


def test_for_the_days_rate_nobody_waits_and_it_is_said_what_it_holds_back(waiting):
    limited(waiting, per_minute=3, per_day=3)
    found = run_pass(waiting.at(OPENING).workplace, lasting=TEN_MINUTES)
    assert (found.sent, found.held_back, waiting.waited) == (3, 2, [])


def test_a_clock_that_was_put_back_is_not_waited_for_until_it_has_caught_up(waiting):
    limited(waiting, per_minute=3)
    assert waiting.run(OPENING).sent == 3
    found = deliver(waiting.at(OPENING - 2 * TICK).workplace, lasting=TEN_MINUTES)
    assert (found.sent, waiting.waited) == (0, [])


def test_a_clock_that_stands_still_is_not_waited_for(small):
    limited(small, per_minute=3)
    small.workplace = replace(small.workplace, clock=StandingClock(OPENING))
    found = run_pass(small.workplace, lasting=TEN_MINUTES)
    assert (found.sent, found.held_back) == (3, 2)


def another_is_applied(session):
    installation.apply_configuration(session, {"a": "b"}, applied_at=OPENING, applied_by="an")


def somebody_is_forgotten(session):
    version = installation.configuration_in_force(session)
    erasure.replace_files(version, {**version.files, "contacts.csv": ""})


@pytest.mark.parametrize("change", [another_is_applied, somebody_is_forgotten])
def test_a_pass_ends_if_its_configuration_changes_while_it_waits(waiting, change):
    limited(waiting, per_minute=3)
    wait_until = waiting.clock.wait_until

    def change_and_wait(instant):
        with waiting.workplace.database.writing() as session:
            change(session)
        return wait_until(instant)

    waiting.clock.wait_until = change_and_wait
    found = run_pass(waiting.at(OPENING).workplace, lasting=TEN_MINUTES)
    assert (found.sent, found.held_back) == (3, 2)


def test_what_waits_for_working_hours_or_another_attempt_is_held_back_by_no_rate(waiting):
    limited(waiting, per_minute=3)
    early = local(2025, 9, 3, 7)
    assert run_pass(waiting.at(early).workplace, lasting=TEN_MINUTES).held_back == 0
    assert waiting.waited == []


def test_what_the_end_of_working_hours_overtakes_while_a_pass_waits_stays(waiting):
    limited(waiting, per_minute=3)
    evening = local(2025, 9, 3, 17)
    found = run_pass(waiting.at(evening).workplace, lasting=TEN_MINUTES)
    assert (found.sent, found.held_back) == (3, 0)
    assert len(waiting.notices(status="pending")) == 2


def test_of_several_channels_the_one_that_opens_first_is_waited_for(waiting):
    by_chat(waiting, per_minute=1)
    limited(waiting, per_minute=1)
    waiting.workplace = replace(waiting.workplace, channels=Chat())
    found = run_pass(waiting.at(OPENING).workplace, lasting=TEN_MINUTES)
    assert (found.sent, found.held_back) == (5, 0)
    assert waiting.waited == [OPENING + MINUTE, OPENING + 2 * MINUTE]


def by_chat(office, per_minute):
    """Let two focal persons be reached by chat, of which so many leave in a minute."""
    office.reconfigure(lambda c: at_address(c, SYT_focal=CHAT[0], SCT_focal=CHAT[1]))
    channel = Channel("json", Rate(per_minute, 5000))
    office.reconfigure(lambda c: replace(c, channels=(channel,)))


CHAT = ("json://127.0.0.1:9/syt", "json://127.0.0.1:9/sct")


class Chat:
    """Channels that take everything."""

    def __init__(self):
        self.taken = []

    @contextmanager
    def batch(self):
        yield self

    def send(self, mail):
        everyone = [p.address for p in (*mail.to, *mail.cc) if p.address in mail.envelope]
        self.taken += everyone
        return dict.fromkeys(everyone, Outcome(Result.SENT, "taken"))


def taking_all(office):
    chat = Chat()
    office.workplace = replace(office.workplace, channels=chat)
    return chat


def test_a_channel_at_its_limit_holds_up_no_other(small):
    by_chat(small, per_minute=1)
    taken = taking_all(small).taken
    assert small.run(OPENING).sent == 4
    assert sum(address in CHAT for address in taken) == 1
    assert small.run(OPENING + MINUTE).sent == 1
    assert {address for address in taken if address in CHAT} == set(CHAT)


def test_e_mail_at_its_limit_holds_up_no_chat(small):
    by_chat(small, per_minute=9)
    limited(small, per_minute=1)
    taking_all(small)
    assert small.run(OPENING).sent == 3


def test_a_channel_without_a_rate_of_its_own_lets_out_as_much_as_e_mail_does(small):
    by_chat(small, per_minute=1)
    limited(small, per_minute=1)
    small.reconfigure(lambda c: replace(c, channels=()))
    taking_all(small)
    assert small.run(OPENING).sent == 2


def test_whoever_moves_to_another_channel_is_held_to_its_rate(small):
    taken = taking_all(small).taken
    limited(small, per_minute=3)
    small.run(OPENING)
    waiting = [row.contact for row in small.notices(status="pending").values()]
    by_chat(small, per_minute=0)
    moved = {contact.replace("/", "_"): f"json://127.0.0.1:9/{contact}" for contact in waiting}
    small.reconfigure(lambda c: at_address(c, **moved))
    assert small.run(OPENING + MINUTE).sent == 0
    assert {row.status for row in small.notices(kind="opening").values()} == {"pending", "sent"}
    assert {row.channel for row in small.notices(status="pending").values()} == {"json"}
    assert len(taken) == 3


def test_what_somebody_else_is_sending_counts_against_the_rate(small):
    """Of two deliverers at once neither lets out what the other is about to."""
    limited(small, per_minute=3)
    found = []

    def deliver_too(_mail):
        if not found:
            found.append(deliver(small.workplace).sent)

    with watched(small, before=deliver_too):
        assert small.run(OPENING).sent == 3
    assert found == [0]


def test_digests_leave_after_reminders_and_those_after_what_is_overdue(opened):
    opened.extend(OPENING, "SYT", to=date(2025, 10, 24))
    opened.run_at(local(2025, 10, 20, 7, 30), local(2025, 10, 22, 7, 30))
    decide(opened.at(local(2025, 10, 24, 7, 30)).workplace)
    limited(opened, per_minute=1)
    order = []
    for minute in range(30):
        before = set(opened.notices(status="sent"))
        opened.deliver(local(2025, 10, 24, 7, 30) + minute * MINUTE)
        after = opened.notices(status="sent")
        order += [after[key].kind for key in after.keys() - before]
    ranks = [RANKS[NoticeKind(kind)] for kind in order]
    assert ranks == sorted(ranks)
    assert len(set(ranks)) > 1


def test_in_the_quiet_hours_of_a_channel_nothing_leaves_by_it_and_the_others_go_on(opened):
    opened.reconfigure(lambda c: at_address(c, SYT_focal=CHAT[0]))
    quiet = Channel("json", Rate(9, 9), Quiet.parse("19:00-07:00"))
    opened.reconfigure(lambda c: replace(c, channels=(quiet,)))
    taken = taking_all(opened).taken
    evening = local(2025, 9, 10, 19)
    opened.submit(evening, "SYT")
    opened.submit(evening, "SCT")
    assert opened.deliver_replies(evening).sent == 1
    assert opened.deliver_replies(local(2025, 9, 11, 7) - TICK).sent == 0
    assert opened.deliver_replies(local(2025, 9, 11, 7)).sent == 1
    assert taken == ["focal@sct.example", CHAT[0]]


def test_what_the_quiet_hours_overtake_in_the_middle_of_a_delivery_stays(opened):
    opened.reconfigure(lambda c: at_address(c, SYT_focal=CHAT[0], SCT_focal=CHAT[1]))
    quiet = Channel("json", Rate(9, 9), Quiet.parse("19:00-07:00"))
    opened.reconfigure(lambda c: replace(c, channels=(quiet,)))
    taking_all(opened)
    evening = local(2025, 9, 10, 19)
    opened.submit(evening - TICK, "SYT")
    opened.submit(evening - TICK, "SCT")
    with watched(opened, before=lambda _mail: opened.at(evening)):
        assert opened.deliver_replies(evening - TICK).sent == 1
    assert [row.rung for row in opened.notices(status="pending").values()] == ["receipt-1"]
    assert opened.deliver_replies(local(2025, 9, 11, 7)).sent == 1
