"""A report is returned with a day of its own, which passes: who is told, and what is shown."""

import pytest

from tests.domain.province import local
from tests.scenarios.stories import (
    FOCAL,
    HEAD,
    all_filed_but,
    assert_proper,
    last_report,
    letters,
    only,
    pass_days,
    status_row,
)
from tests.services.office import Upload, addressed, body

MAILBOX, HEAD_OF_AGENCY = FOCAL.format("syt"), HEAD.format("syt")
REASON = "Thiếu số liệu chỉ tiêu KT01."
LAST_DAY = local(2025, 10, 22).date()


@pytest.fixture
def office(editable):
    """Everybody else is accepted; SYT filed on time, and is to revise by 22 October."""
    only(editable, "SYT", "STC25", "CT-UBND")
    editable.run(local(2025, 9, 3, 7, 30))
    all_filed_but(editable, local(2025, 9, 4, 9), "SYT", accepted=True)
    editable.submit(local(2025, 10, 10, 9), "SYT", Upload("v1.docx", b"1"))
    editable.run(local(2025, 10, 10, 9))
    editable.send_back(local(2025, 10, 13, 9), "SYT", REASON, by=LAST_DAY)
    pass_days(editable, local(2025, 10, 13, 10), local(2025, 10, 22, 10))
    return editable


def live_on(office):
    pass_days(office, local(2025, 10, 23, 10), local(2025, 10, 31, 10))
    office.run(local(2025, 10, 31, 17))


def test_the_revision_has_reminders_and_an_escalation_of_its_own(office):
    live_on(office)
    assert letters(office, MAILBOX) == [
        ("03/09 07:30", "V/v gửi"),
        ("10/10 09:00", "Xác nhận"),
        ("13/10 10:00", "Đề nghị"),
        ("22/10 10:00", "Nhắc gửi"),
        ("23/10 10:00", "V/v đôn"),
        ("27/10 10:00", "V/v đôn"),
    ]
    assert letters(office, HEAD_OF_AGENCY) == [("27/10 10:00", "V/v đôn")]
    returned, _reminder, overdue, escalation = office.mails(MAILBOX)[2:]
    assert returned["Subject"].endswith("trước ngày 23/10/2025")
    assert "(ngày làm việc cuối cùng: thứ Tư, 22/10/2025)" in body(returned)
    assert "(trước ngày 23/10/2025) đã qua 1 ngày" in body(overdue)
    assert (addressed(escalation), addressed(escalation, "Cc")) == ([HEAD_OF_AGENCY], [MAILBOX])
    for mail in office.mails(MAILBOX)[2:]:
        assert_proper(mail)
        assert REASON in body(mail)


def test_status_shows_until_when_it_is_to_be_revised_and_that_the_day_has_passed(office):
    assert status_row(office, local(2025, 10, 22, 23, 59), "SYT") == (
        *("đã trả lại", "23/10/2025 (gửi lại)", "đúng hạn", "10/10/2025 09:00"),
        "23/10/2025 07:30",
    )
    assert status_row(office, local(2025, 10, 23), "SYT")[:3] == (
        *("đã trả lại", "23/10/2025 (gửi lại, đã quá hạn)", "đúng hạn"),
    )
    figures = office.status(local(2025, 10, 23)).figures
    assert (figures.on_time, figures.missing, figures.returned) == (20, 0, 1)


def test_both_digests_name_it_although_no_report_is_missing(office):
    live_on(office)
    to_the_director, to_the_chairman = (
        *office.mails(HEAD.format("stc25")),
        *office.mails("chu-tich@ct-ubnd.example"),
    )
    assert letters(office, HEAD.format("stc25")) == [("24/10 10:00", "Tình hình")]
    assert letters(office, "chu-tich@ct-ubnd.example") == [("31/10 10:00", "Tình hình")]
    for digest, days in ((to_the_director, 2), (to_the_chairman, 9)):
        assert digest["Subject"].endswith("20/20 cơ quan đã gửi")
        assert "0 cơ quan quá hạn chưa gửi; 1 cơ quan quá hạn gửi lại" in body(digest)
        assert f"Sở Y tế (hạn gửi lại trước ngày 23/10/2025, chậm {days} ngày)" in body(digest)


def test_the_report_at_the_end_of_grace_counts_it_as_returned_and_on_time(office):
    live_on(office)
    assert [(r.reason, r.partial) for r in office.reports()] == [("grace", True)]
    said = last_report(office)
    assert "- Gửi đúng hạn: 20 cơ quan, đơn vị (100,0%)." in said
    assert "1 báo cáo đã trả lại để bổ sung, hoàn thiện" in said


def test_a_revision_after_its_day_ends_the_chase_and_completes_the_report(office):
    live_on(office)
    office.submit(local(2025, 11, 3, 9), "SYT", Upload("v2.docx", b"2"))
    office.deliver_replies(local(2025, 11, 3, 9))
    office.accept(local(2025, 11, 4, 9), "SYT")
    pass_days(office, local(2025, 11, 4, 10), local(2025, 11, 30, 10))
    assert letters(office, MAILBOX)[6:] == [
        *(("03/11 09:00", "Xác nhận"), ("04/11 10:00", "V/v chấp")),
    ]
    assert [(r.reason, r.partial) for r in office.reports()] == [
        *(("grace", True), ("complete", False)),
    ]
    assert status_row(office, local(2025, 11, 30, 10), "SYT") == (
        *("đã chấp nhận", "20/10/2025", "đúng hạn", "10/10/2025 09:00", ""),
    )
