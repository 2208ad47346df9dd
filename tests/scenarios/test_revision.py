"""A report is returned, revised and accepted; it stays as timely as it was at first."""

from lsplan_workflow.domain.compliance import Timeliness
from tests.domain.province import local
from tests.scenarios.stories import FOCAL, HEAD, acts, assert_proper, letters, only, pass_days
from tests.services.office import Upload, body

MAILBOX = FOCAL.format("syt")
REASON = "Thiếu số liệu chỉ tiêu KT01; đề nghị bổ sung."


def test_a_returned_report_is_revised_after_the_deadline_and_was_on_time_all_the_same(real):
    only(real, "SYT")
    real.run(local(2025, 10, 15, 7, 30))
    real.submit(local(2025, 10, 16, 16, 45), "SYT", Upload("v1.docx", b"1"))
    real.run(local(2025, 10, 16, 16, 45))
    real.send_back(local(2025, 10, 16, 18), "SYT", REASON)  # After hours: told next morning.
    pass_days(real, local(2025, 10, 17, 7, 30), local(2025, 10, 27, 7, 30))
    real.submit(local(2025, 10, 27, 9), "SYT", Upload("v2.docx", b"2"))
    real.deliver_replies(local(2025, 10, 27, 9))
    real.accept(local(2025, 10, 28, 15), "SYT")
    pass_days(real, local(2025, 10, 28, 16), local(2025, 11, 12, 16))

    assert letters(real, MAILBOX) == [
        ("15/10 07:30", "Nhắc thời"),
        ("16/10 16:45", "Xác nhận"),
        ("17/10 07:30", "Đề nghị"),
        ("23/10 07:30", "Nhắc gửi"),  # The revision was due before 24/10.
        ("24/10 07:30", "V/v đôn"),
        ("27/10 09:00", "Xác nhận"),
        ("28/10 16:00", "V/v chấp"),
    ]
    assert real.mails(HEAD.format("syt")) == []
    returned, _reminder, _overdue, second = real.mails(MAILBOX)[2:6]
    assert_proper(returned)
    assert REASON in body(returned)
    assert "v2.docx" in body(second)
    assert "v1.docx" not in body(second)

    row = next(x for x in real.status(local(2025, 11, 12)).lines if x.obligation.agency == "SYT")
    assert row.obligation.status == "accepted"
    assert (row.timeliness, row.days_late) == (Timeliness.ON_TIME, 0)
    told = acts(real, "SYT")
    assert told == ["submitted", "returned", "submitted", "accepted"]


def test_a_report_that_was_late_at_first_stays_late_after_its_revision(real):
    only(real, "SYT")
    real.run(local(2025, 10, 20, 7, 30))
    real.submit(local(2025, 10, 21, 9), "SYT")
    real.send_back(local(2025, 10, 22, 9), "SYT", REASON)
    real.submit(local(2025, 10, 23, 9), "SYT")
    real.accept(local(2025, 10, 24, 9), "SYT")
    assert real.status(local(2025, 10, 24, 9)).figures.late == 1
