"""The state is looked at again at the moment of sending; addresses are looked up anew."""

from dataclasses import replace
from datetime import date

import pytest

from lsplan_workflow.domain.obstacles import Statement
from lsplan_workflow.services.obstacles import answer_obstacle, report_obstacle
from lsplan_workflow.services.reporting_pass import decide
from tests.domain.province import local
from tests.services.office import (
    HOUR,
    MINUTE,
    at_address,
    body,
    reached,
    without,
)
from tests.services.servers import Killed, killed, served, watched

OPENING = local(2025, 9, 3, 7, 30)
LAST_DAY = local(2025, 10, 17, 7, 30)
FIRST_OVERDUE = local(2025, 10, 20, 7, 30)
CLOSES = local(2025, 12, 19)
FOCAL = "focal@syt.example"


def retried(office, instant, address=FOCAL):
    """Run a pass in which an address is busy, so that what it gets waits for another try."""
    with served(office, rcpt={address: "451 4.3.0 busy"}):
        office.run(instant)
    office.over("")


def leased(office, instant):
    """Run a pass that is killed before its first mail, so that everything stays claimed."""
    with watched(office, before=killed), pytest.raises(Killed):
        office.run(instant)


def test_what_a_killed_pass_had_claimed_is_superseded_by_a_newer_rung(opened):
    leased(opened, local(2025, 9, 19, 7, 30))
    opened.run(local(2025, 10, 13, 8))
    assert opened.notice("annual-2025/SYT/before-30d/focal").status == "superseded"
    assert opened.notice("annual-2025/SYT/before-7d/focal").status == "sent"


def test_a_reminder_for_a_report_that_has_meanwhile_arrived_is_cancelled(opened):
    decide(opened.at(local(2025, 9, 19, 7, 30)).workplace)
    opened.submit(local(2025, 9, 19, 7, 45), "SYT")
    key = "annual-2025/SYT/before-30d/focal"
    assert opened.notice(key).status == "cancelled"
    opened.run(local(2025, 9, 19, 8))
    assert opened.notice(key).status == "cancelled"
    assert opened.notice("annual-2025/SCT/before-30d/focal").status == "sent"


def test_what_is_cancelled_by_a_filing_is_written_in_the_audit_log(small):
    decide(small.at(OPENING).workplace)
    small.submit(OPENING, "SYT")
    assert [e.event for e in small.events(agency="SYT")] == [
        "cycle_opened",
        "notice_planned",
        "submitted",
        "notice_cancelled",
    ]


def test_a_retry_for_a_report_that_has_meanwhile_arrived_is_cancelled(small):
    retried(small, OPENING)
    small.submit(OPENING + MINUTE, "SYT")
    assert small.notice("annual-2025/SYT/opening/focal").status == "cancelled"


def test_what_a_killed_pass_had_claimed_is_looked_at_again_too(small):
    leased(small, OPENING)
    small.submit(OPENING + MINUTE, "SYT")
    assert small.notice("annual-2025/SYT/opening/focal").status == "sending"
    found = small.run(OPENING + HOUR)
    assert (found.sent, found.cancelled) == (5, 1)  # Four openings and the receipt.
    row = small.notice("annual-2025/SYT/opening/focal")
    assert (row.status, row.attempts, row.lease_until) == ("cancelled", 0, None)
    assert "notice_cancelled" in {e.event for e in small.events(agency="SYT")}


def test_a_reminder_is_cancelled_once_its_deadline_has_passed(opened):
    retried(opened, LAST_DAY)
    opened.at(FIRST_OVERDUE)
    found = opened.deliver(FIRST_OVERDUE)
    assert (found.sent, found.cancelled) == (0, 1)


def test_an_overdue_notice_holds_until_the_cycle_closes(opened):
    retried(opened, local(2025, 12, 18, 16, 30))
    assert opened.deliver(local(2025, 12, 18, 17)).sent > 0


@pytest.mark.parametrize(
    ("key", "address"),
    [
        ("annual-2025/SYT/overdue-1wd/focal", FOCAL),
        ("annual-2025/CT/overdue-10wd/leader", "leader@ct.example"),
    ],
)
def test_after_closing_no_overdue_notice_and_no_digest_leaves(opened, key, address):
    retried(opened, local(2025, 12, 18, 16, 50), address)
    assert opened.notice(key).status == "retry"
    found = opened.deliver(CLOSES + 7.5 * HOUR)
    assert found.sent == 0
    assert opened.notice(key).status == "cancelled"


@pytest.mark.parametrize("rung", ["waiver-1", "extension-1", "reopening-1"])
def test_what_was_decided_on_the_last_evening_of_a_cycle_is_told_all_the_same(opened, rung):
    evening = local(2025, 12, 18, 17, 30)
    if rung == "extension-1":
        opened.extend(evening, "SYT", to=date(2025, 12, 18))
    else:
        opened.waive(evening, "SYT")
    if rung == "reopening-1":
        opened.reopen(evening + MINUTE, "SYT")
    opened.run(CLOSES + 7.5 * HOUR)
    assert opened.notice(f"annual-2025/SYT/{rung}/focal").status == "sent"


def test_after_closing_a_receipt_leaves(opened):
    opened.submit(CLOSES + HOUR, "SYT")
    assert opened.deliver_replies(CLOSES + HOUR).sent == 1


def test_a_digest_in_which_nobody_is_missing_any_more_is_cancelled(opened):
    digest = local(2025, 10, 24, 7, 30)
    retried(opened, digest, "leader@new.example")
    for agency in opened.owed():
        opened.submit(digest + MINUTE, agency)
    opened.deliver(digest + HOUR / 2)
    assert opened.notice("annual-2025/NEW/overdue-5wd/leader").status == "cancelled"


def test_a_digest_in_which_one_is_still_missing_holds(opened):
    digest = local(2025, 10, 24, 7, 30)
    retried(opened, digest, "leader@new.example")
    for agency in set(opened.owed()) - {"SYT", "NEW"}:
        opened.submit(digest + MINUTE, agency)
    opened.deliver(digest + HOUR / 2)
    assert opened.notice("annual-2025/NEW/overdue-5wd/leader").status == "sent"


def test_the_focal_points_own_report_does_not_cancel_the_digest_to_its_leader(opened):
    """A digest's key names its recipient's agency, which owes a report of its own."""
    digest = local(2025, 10, 24, 7, 30)
    retried(opened, digest, "leader@new.example")
    opened.submit(digest + MINUTE, "NEW")
    assert opened.notice("annual-2025/NEW/overdue-5wd/leader").status == "retry"
    opened.deliver(digest + HOUR / 2)
    assert opened.notice("annual-2025/NEW/overdue-5wd/leader").status == "sent"


def test_a_return_is_cancelled_once_the_report_was_filed_anew(opened):
    opened.submit(OPENING + HOUR, "SYT")
    opened.send_back(local(2025, 9, 3, 20), "SYT", "Thiếu số liệu")
    opened.submit(local(2025, 9, 3, 21), "SYT")
    assert opened.notice("annual-2025/SYT/returned-1/focal").status == "cancelled"


def test_a_return_that_was_already_claimed_is_looked_at_again(opened):
    opened.submit(OPENING, "SYT")
    opened.run(OPENING)
    opened.send_back(OPENING, "SYT", "Thiếu số liệu")
    leased(opened, OPENING + MINUTE)
    opened.submit(OPENING + 2 * MINUTE, "SYT")
    found = opened.run(OPENING + HOUR)
    assert (found.sent, found.cancelled) == (1, 1)
    assert opened.notice("annual-2025/SYT/returned-1/focal").status == "cancelled"


def test_notices_of_a_cycle_that_the_configuration_no_longer_has_are_cancelled(small):
    decide(small.at(OPENING).workplace)
    small.reconfigure(
        lambda c: replace(c, programs=(replace(c.program, regimes=c.program.regimes[:1]),))
    )
    found = small.run(OPENING)
    assert (found.sent, found.cancelled) == (0, 5)


def test_a_receipt_of_a_cycle_that_the_configuration_no_longer_has_fails_with_words(opened):
    opened.submit(OPENING, "SYT")
    opened.reconfigure(
        lambda c: replace(c, programs=(replace(c.program, regimes=c.program.regimes[:1]),))
    )
    found = opened.run(OPENING + MINUTE)
    row = opened.notice("annual-2025/SYT/receipt-1/focal")
    assert (found.failed, row.status) == (1, "failed")
    assert row.reply.startswith("annual-2025: không có kỳ báo cáo này")


def test_the_address_is_looked_up_in_the_configuration_in_force(small):
    decide(small.at(OPENING).workplace)
    small.reconfigure(lambda c: at_address(c, SYT_focal="moi@syt.example"))
    small.run(OPENING)
    assert small.notice("annual-2025/SYT/opening/focal").recipient == "moi@syt.example"
    assert len(small.mails("moi@syt.example")) == 1
    assert small.mails(FOCAL) == []


def test_a_retry_goes_to_the_new_address_under_the_same_message_id(small):
    retried(small, OPENING)
    message_id = small.notice("annual-2025/SYT/opening/focal").message_id
    small.reconfigure(lambda c: at_address(c, SYT_focal="moi@syt.example"))
    with served(small) as (script, _):
        small.run(OPENING + HOUR)
        assert [e[0] for e in script.envelopes] == [["moi@syt.example"]]
    assert small.notice("annual-2025/SYT/opening/focal").message_id == message_id


def test_a_notice_to_a_contact_that_was_removed_fails_with_words_and_the_next_one_hears_it(small):
    decide(small.at(OPENING).workplace)
    small.reconfigure(lambda c: without(c, "SYT/focal"))
    found = small.run(OPENING)
    row = small.notice("annual-2025/SYT/opening/focal")
    assert (found.sent, found.failed, row.status) == (5, 1, "failed")
    assert row.reply == "Cấu hình không còn liên hệ này."
    assert row.attempts == 1
    assert small.notice("annual-2025/SYT/opening/head").status == "sent"


def test_where_every_contact_of_an_agency_was_removed_the_administrators_are_told(small):
    decide(small.at(OPENING).workplace)
    small.reconfigure(lambda c: without(c, "SYT/focal", "SYT/head"))
    small.run(OPENING)
    told = {row.rung for row in small.notices().values() if row.kind == "failure"}
    assert told == {"unreachable/SYT"}


def test_of_a_shared_mail_those_who_are_still_there_get_theirs(opened):
    opened.run(FIRST_OVERDUE)
    instant = local(2025, 10, 22, 7, 30)
    decide(opened.at(instant).workplace)
    opened.reconfigure(lambda c: without(c, "SYT/head"))
    opened.run(instant)
    assert opened.notice("annual-2025/SYT/overdue-3wd/head").status == "failed"
    assert opened.notice("annual-2025/SYT/overdue-3wd/focal-copy").status == "sent"
    (mail,) = [m for m in opened.mails(FOCAL) if m["Date"].datetime == instant]
    assert reached(mail) == [FOCAL]


def test_what_a_removed_contact_is_not_told_shares_a_mail_with_what_the_next_one_is(opened):
    night, morning = local(2025, 10, 21, 20), local(2025, 10, 22, 7, 30)
    opened.run(local(2025, 10, 21, 9))
    statement = Statement("Thiếu mẫu.", "Chưa ban hành.", "", "Ban hành mẫu.")
    number = report_obstacle(opened.at(night).workplace, "SYT", statement, actor="cli").number
    answer_obstacle(opened.workplace, number, "Đã ban hành.", actor="cli")
    opened.reconfigure(lambda c: without(c, "SYT/focal"))
    opened.run(morning)
    receipt, mail = opened.mails("head@syt.example")
    assert str(receipt["Subject"]).startswith("Xác nhận tiếp nhận")
    assert "Đã ban hành." in body(mail)
    assert "QUÁ HẠN" in body(mail).upper()
