"""Reports returned for revision: a deadline of their own, reminders, escalation."""

from datetime import date

import pytest

from lsplan_workflow.domain.compliance import Timeliness
from lsplan_workflow.domain.errors import RequestError
from lsplan_workflow.domain.obligations import Status
from lsplan_workflow.services.submissions import Arrival
from tests.domain.province import local
from tests.services.office import DAY, HOUR, TICK, body

FILED, RETURNED = local(2025, 10, 7, 9), local(2025, 10, 8, 15)
DUE_AGAIN = local(2025, 10, 16)


@pytest.fixture
def office(opened):
    """SYT has filed on time, and its report was returned without a day being named."""
    opened.submit(FILED, "SYT")
    opened.send_back(RETURNED, "SYT", "Thiếu phụ lục II.")
    opened.run(RETURNED)
    return opened


def daily(office, first, last):
    at = first
    while at <= last:
        office.run(at)
        at += DAY


def revisions(office, status="sent"):
    return set(office.notices(agency="SYT", kind="revision", status=status))


def line(office, now):
    return next(x for x in office.status(now).lines if x.obligation.agency == "SYT")


def test_a_revision_is_due_within_the_time_that_the_regime_gives(office):
    assert office.owed()["SYT"].revise_by_at == DUE_AGAIN
    letter = office.mails("focal@syt.example")[-1]
    assert "gửi lại trước ngày 16/10/2025" in body(letter)
    assert "(ngày làm việc cuối cùng: thứ Tư, 15/10/2025)" in body(letter)


def test_a_return_can_name_the_last_day_for_the_revision(opened):
    opened.submit(FILED, "SYT")
    opened.send_back(RETURNED, "SYT", "thiếu", by=date(2025, 10, 30))
    assert opened.owed()["SYT"].revise_by_at == local(2025, 10, 31)


@pytest.mark.parametrize(("day", "allowed"), [(7, False), (8, False), (9, True)])
def test_a_revision_is_due_on_a_later_day_than_the_return(opened, day, allowed):
    opened.submit(FILED, "SYT")
    by = date(2025, 10, day)
    if allowed:
        opened.send_back(RETURNED, "SYT", "thiếu", by=by)
    else:
        with pytest.raises(RequestError, match="after 08/10/2025"):
            opened.send_back(RETURNED, "SYT", "thiếu", by=by)
    assert (opened.owed()["SYT"].status is Status.RETURNED) is allowed


def test_the_revision_is_reminded_and_escalated_by_its_own_date(office):
    daily(office, local(2025, 10, 9, 7, 30), local(2025, 10, 24, 7, 30))
    assert revisions(office) == {
        "annual-2025/SYT/revise-before-1wd@2025-10-16/focal",
        "annual-2025/SYT/revise-overdue-1wd@2025-10-16/focal",
        "annual-2025/SYT/revise-overdue-3wd@2025-10-16/head",
        "annual-2025/SYT/revise-overdue-3wd@2025-10-16/focal-copy",
    }
    to_head = office.mails("head@syt.example")[-1]
    assert "đã qua 5 ngày" in body(to_head)
    assert "Thiếu phụ lục II." in body(to_head)


def test_letters_about_a_revision_state_the_timeliness_of_the_first_complete_filing(office):
    revised = DUE_AGAIN + 5 * DAY + 9 * HOUR
    assert not office.submit(revised, "SYT").late
    office.deliver_replies(revised)
    assert "gửi đúng hạn" in body(office.mails("focal@syt.example")[-1])
    office.accept(revised + HOUR, "SYT")
    office.deliver(revised + HOUR)
    letter = body(office.mails("focal@syt.example")[-1])
    assert "Bản được chấp nhận: lần thứ 2" in letter
    assert "gửi đúng hạn" in letter


def test_a_revision_of_a_late_report_is_late_however_soon_it_comes(opened):
    opened.submit(local(2025, 10, 20), "SYT")
    opened.send_back(local(2025, 10, 20, 9), "SYT", "thiếu")
    assert opened.submit(local(2025, 10, 20, 10), "SYT").late


def test_timeliness_stays_that_of_the_first_complete_filing(office):
    assert line(office, DUE_AGAIN + 30 * DAY).timeliness is Timeliness.ON_TIME


@pytest.mark.parametrize(("at", "overdue"), [(DUE_AGAIN - TICK, False), (DUE_AGAIN, True)])
def test_an_overdue_revision_shows_from_its_due_instant_on(office, at, overdue):
    assert line(office, at).obligation.is_revision_overdue(at) is overdue


def test_the_leaders_digest_lists_the_revisions_that_are_overdue(office):
    daily(office, local(2025, 10, 9, 7, 30), local(2025, 10, 24, 7, 30))
    digest = office.mails("leader@new.example")[-1]
    assert "1 cơ quan quá hạn gửi lại báo cáo đã bị trả lại" in body(digest)
    assert "Sở SYT (hạn gửi lại trước ngày 16/10/2025, chậm 9 ngày)" in body(digest)


def test_a_new_version_cancels_what_still_waits_to_ask_for_it(office):
    office.decide(local(2025, 10, 15, 8))
    assert revisions(office, "pending")
    office.submit(local(2025, 10, 15, 9), "SYT")
    assert revisions(office, "pending") == set()
    assert len(revisions(office, "cancelled")) == 1
    daily(office, local(2025, 10, 16, 7, 30), local(2025, 10, 24, 7, 30))
    assert revisions(office) == set()


def test_a_second_return_has_a_date_and_notices_of_its_own(office):
    office.submit(local(2025, 10, 14, 9), "SYT")
    office.send_back(local(2025, 10, 14, 10), "SYT", "vẫn thiếu", by=date(2025, 10, 21))
    daily(office, local(2025, 10, 15, 7, 30), local(2025, 10, 22, 7, 30))
    assert revisions(office) == {
        "annual-2025/SYT/revise-before-1wd@2025-10-22/focal",
        "annual-2025/SYT/revise-overdue-1wd@2025-10-22/focal",
    }


@pytest.mark.parametrize(
    ("at", "due_again"),
    [
        (local(2025, 12, 11, 9), local(2025, 12, 19)),  # Five working days end with the cycle.
        (local(2025, 12, 12, 9), local(2025, 12, 19)),
        (local(2025, 12, 18) - TICK, local(2025, 12, 19)),
        (local(2025, 12, 18), local(2025, 12, 26)),  # No day is left but today.
        (local(2025, 12, 19), local(2025, 12, 27)),
    ],
)
def test_a_revision_is_due_within_its_cycle_while_days_are_left_of_that(opened, at, due_again):
    opened.submit(FILED, "SYT")
    opened.send_back(at, "SYT", "thiếu")
    assert opened.owed()["SYT"].revise_by_at == due_again


def test_on_the_last_day_of_a_cycle_a_later_day_can_be_given(opened):
    opened.submit(FILED, "SYT")
    with pytest.raises(RequestError, match="18/12/2025"):
        opened.send_back(local(2025, 12, 17, 9), "SYT", "thiếu", by=date(2025, 12, 19))
    opened.send_back(local(2025, 12, 18, 9), "SYT", "thiếu", by=date(2025, 12, 19))
    assert opened.owed()["SYT"].revise_by_at == local(2025, 12, 20)


def test_after_closing_a_return_is_told_and_nothing_chases_it(opened):
    closed = local(2025, 12, 22, 9)
    opened.submit(FILED, "SYT")
    opened.send_back(closed, "SYT", "thiếu")
    daily(opened, closed, closed + 14 * DAY)
    sent = opened.notices(agency="SYT", status="sent")
    assert {row.kind for row in sent.values()} == {"opening", "receipt", "returned"}


def test_a_return_that_waits_for_the_morning_names_the_date_that_holds_then(opened):
    opened.submit(FILED, "SYT")
    opened.send_back(local(2025, 10, 8, 20), "SYT", "thiếu")
    opened.submit(local(2025, 10, 8, 20) + HOUR, "SYT")
    opened.run(local(2025, 10, 9, 8))
    assert opened.notices(kind="returned", status="sent") == {}


LATER = RETURNED + DAY


def entered(office, received_at, now=LATER):
    """Enter a version that came on paper at an instant."""
    return office.submit(now, "SYT", arrival=Arrival(received_at, "Bản giấy"))


@pytest.mark.parametrize(
    ("received_at", "status", "awaited"),
    [
        (RETURNED - TICK, Status.RETURNED, DUE_AGAIN),
        (RETURNED, Status.SUBMITTED, None),
        (RETURNED + TICK, Status.SUBMITTED, None),
    ],
)
def test_a_version_received_before_the_return_does_not_answer_it(
    office, received_at, status, awaited
):
    filed = entered(office, received_at)
    assert (filed.version, filed.revise_by_at) == (2, awaited)
    assert (office.owed()["SYT"].status, office.owed()["SYT"].revise_by_at) == (status, awaited)


def test_what_does_not_answer_a_return_leaves_its_reminders_and_their_words_alone(office):
    office.decide(local(2025, 10, 15, 8))
    waiting = revisions(office, "pending")
    entered(office, RETURNED - HOUR, local(2025, 10, 15, 9))
    assert revisions(office, "pending") == waiting != set()
    daily(office, local(2025, 10, 15, 10), local(2025, 10, 24, 10))
    assert len(revisions(office)) == 4
    reminder = body(office.mails("head@syt.example")[-1])
    assert "bản gửi lần thứ 1" in reminder
    assert "Thiếu phụ lục II." in reminder


def test_the_receipt_of_what_does_not_answer_a_return_says_what_is_still_awaited(office):
    entered(office, RETURNED - TICK)
    office.deliver_replies(LATER)
    said = body(office.mails("focal@syt.example")[-1])
    assert "vẫn gửi lại bản đã bổ sung trước ngày 16/10/2025" in said
    assert "(ngày làm việc cuối cùng: thứ Tư, 15/10/2025)" in said
    office.submit(LATER + HOUR, "SYT")
    office.deliver_replies(LATER + HOUR)
    assert "vẫn gửi lại" not in body(office.mails("focal@syt.example")[-1])


def test_a_receipt_that_leaves_after_the_return_asks_for_nothing(opened):
    opened.submit(FILED, "SYT")
    opened.send_back(RETURNED, "SYT", "thiếu")
    opened.deliver_replies(RETURNED)
    assert "vẫn gửi lại" not in body(opened.mails("focal@syt.example")[-1])


def test_a_version_received_before_the_return_may_show_the_report_to_have_been_on_time(opened):
    opened.submit(local(2025, 10, 21, 9), "SYT")
    opened.send_back(local(2025, 10, 22, 9), "SYT", "thiếu")
    assert not entered(opened, local(2025, 10, 17, 9), local(2025, 10, 23, 9)).late
    owed = opened.owed()["SYT"]
    assert (owed.status, owed.first_complete_at) == (Status.RETURNED, local(2025, 10, 17, 9))


def test_the_log_says_that_a_version_answers_no_return(office):
    entered(office, RETURNED - TICK)
    entered(office, RETURNED)
    first, early, revised = [e for e in office.events(agency="SYT") if e.event == "submitted"]
    assert '"answers_return":false' in early.payload
    assert "answers_return" not in first.payload + revised.payload


@pytest.mark.parametrize(("by", "possible"), [(18, True), (19, False)])
def test_a_revision_is_due_before_its_cycle_ends(opened, by, possible):
    returned = local(2025, 10, 15, 9)
    opened.submit(returned, "SYT")
    if possible:
        opened.send_back(returned, "SYT", "Thiếu biểu", by=date(2025, 12, by))
        assert opened.owed()["SYT"].revise_by_at == local(2025, 12, 19)
    else:
        with pytest.raises(RequestError, match="the last day possible is 18/12/2025"):
            opened.send_back(returned, "SYT", "Thiếu biểu", by=date(2025, 12, by))
