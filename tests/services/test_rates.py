"""A channel lets out so many mails a minute and a day, whatever the number of passes."""

from dataclasses import replace
from datetime import timedelta

from lsplan_workflow.domain.agencies import Directory, Role
from lsplan_workflow.domain.program import Rate
from lsplan_workflow.services.reporting_pass import decide
from tests.domain.province import local
from tests.services.office import MINUTE, TICK, at_address

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
