"""Administrators hear once a day of each thing that fails; the outbox shows and resends."""

import pytest

from lsplan_workflow.domain.errors import RequestError
from lsplan_workflow.services.failures import report_failure
from lsplan_workflow.services.outbox import list_notices, resend_notices
from lsplan_workflow.services.reporting_pass import decide
from tests.domain.province import local
from tests.services.office import HOUR, TICK, body, with_contacts, without
from tests.services.servers import served

OPENING = local(2025, 9, 3, 7, 30)
SYT = "annual-2025/SYT/opening/focal"
ADMIN = "quan-tri@stc25.example"


@pytest.fixture
def quiet(real):
    """The real province, in which none but the focal point has mailboxes."""
    real.reconfigure(lambda c: with_contacts(c, lambda x: x if x.agency == "STC25" else None))
    return real


def report(office, instant, what="reporting-cycle-crashed"):
    return report_failure(office.at(instant).workplace, what)


def test_every_administrator_is_told_what_failed(quiet):
    assert report(quiet, OPENING) == 1
    quiet.run(OPENING)
    (mail,) = quiet.mails(ADMIN)
    assert mail["Subject"] == "Hệ thống báo lỗi: lượt chạy theo lịch bị dừng đột ngột"
    assert "Quản trị hệ thống báo cáo" in body(mail)
    assert "reporting-cycle-crashed" in body(mail)


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("deliver-outbox-failed", "lượt gửi thông báo bị lỗi"),
        ("consolidate-timedout", "lượt tổng hợp báo cáo chạy quá thời gian cho phép"),
        ("stopped-run", "lượt chạy bị ngắt giữa chừng khi máy dừng"),
        ("other-flow-paused", "lượt chạy other-flow-paused không hoàn thành"),
    ],
)
def test_a_failure_is_named_in_words_and_its_name_in_the_log_stands_below(quiet, what, said):
    report(quiet, OPENING, what)
    quiet.run(OPENING)
    (mail,) = quiet.mails(ADMIN)
    assert mail["Subject"] == f"Hệ thống báo lỗi: {said}"
    assert f"Mã trong nhật ký: {what}" in body(mail)


def test_once_a_day_for_each_thing_that_fails(quiet):
    assert report(quiet, local(2025, 9, 3)) == 1
    assert report(quiet, local(2025, 9, 4) - TICK) == 0
    assert report(quiet, local(2025, 9, 3), "deliver-outbox-failed") == 1
    assert report(quiet, local(2025, 9, 4)) == 1
    assert len([e for e in quiet.events() if e.event == "failure_reported"]) == 3


def test_a_failure_notice_outlives_the_cycles(quiet):
    quiet.run(OPENING)
    report(quiet, local(2026, 1, 5, 9))
    assert quiet.run(local(2026, 1, 5, 9)).sent == 1


def test_the_outbox_lists_the_notices_of_a_status_or_all(opened):
    opened.submit(OPENING, "SYT")
    place = opened.workplace
    assert len(list_notices(place)) == 6
    assert [row.kind for row in list_notices(place, "pending")] == ["receipt"]
    assert list_notices(place, "failed") == []


def test_an_unknown_status_is_refused_with_those_there_are(small):
    with pytest.raises(RequestError, match="pending, sending, sent, retry, failed, superseded"):
        list_notices(small.workplace, "lost")


def test_what_failed_can_be_sent_again_with_a_new_72_hours(small):
    with served(small, rcpt={"focal@syt.example": "550 5.1.1 no"}):
        small.run(OPENING)
    small.over("")
    message_id = small.notice(SYT).message_id
    resend_notices(small.at(OPENING + HOUR).workplace, [SYT], actor="cli")
    assert small.notice(SYT).status == "pending"
    assert small.run(OPENING + HOUR).sent == 1
    assert small.notice(SYT).message_id == message_id
    (event,) = [e for e in small.events() if e.event == "notice_resent"]
    assert (event.actor, event.agency) == ("cli", "SYT")


def test_what_failed_because_its_contact_was_missing_can_be_sent_once_he_is_there(small):
    decide(small.at(OPENING).workplace)
    complete = small.configuration
    small.reconfigure(lambda c: without(c, "SYT/focal"))
    small.run(OPENING)
    small.reconfigure(lambda c: complete)
    resend_notices(small.at(OPENING + HOUR).workplace, [SYT], actor="cli")
    assert small.run(OPENING + HOUR).sent == 1


@pytest.mark.parametrize("status", ["sent", "pending"])
def test_what_left_or_waits_anyway_cannot_be_sent_again(small, status):
    decide(small.at(OPENING).workplace)
    if status == "sent":
        small.run(OPENING)
    with pytest.raises(RequestError, match=f"it is {status}"):
        resend_notices(small.workplace, [SYT], actor="cli")


def test_what_is_no_longer_so_is_not_sent_again(small):
    with served(small, rcpt={"focal@syt.example": "550 5.1.1 no"}):
        small.run(OPENING)
    small.over("")
    small.waive(OPENING + HOUR, "SYT")
    with pytest.raises(RequestError, match="no longer so"):
        resend_notices(small.at(OPENING + HOUR).workplace, [SYT], actor="cli")
    assert small.notice(SYT).status == "failed"


def test_what_there_is_not_cannot_be_sent_again(small):
    with pytest.raises(RequestError, match="no such notice"):
        resend_notices(small.at(OPENING).workplace, ["annual-2025/X/y/z"], actor="cli")


def test_the_failure_of_a_notice_without_a_cycle_can_be_resent(quiet):
    report(quiet, OPENING)
    with served(quiet, rcpt={ADMIN: "550 no"}):
        quiet.run(OPENING)
    (key,) = quiet.notices(status="failed")
    resend_notices(quiet.at(OPENING + HOUR).workplace, [key], actor="cli")
    assert quiet.notice(key).status == "pending"
