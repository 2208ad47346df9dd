"""A punctual agency hears twice, files, and is left in peace."""

from lsplan_workflow.domain.compliance import Timeliness
from tests.domain.province import local
from tests.scenarios.stories import FOCAL, HEAD, assert_proper, letters, only, pass_days
from tests.services.office import HOUR, Upload, addressed, body

CONTENT = "Kết quả thực hiện năm 2025".encode()
MAILBOX = FOCAL.format("syt")


def test_an_agency_that_files_in_time_gets_a_receipt_and_nothing_more(real):
    only(real, "SYT")
    pass_days(real, local(2025, 9, 1, 7, 30), local(2025, 10, 8, 7, 30))
    filed = local(2025, 10, 8, 21, 40)
    real.submit(filed, "SYT", Upload("Báo cáo SYT.docx", CONTENT))
    real.deliver_replies(filed)
    real.accept(local(2025, 10, 9, 15), "SYT")
    pass_days(real, local(2025, 10, 9, 7, 30) + 9 * HOUR, local(2025, 11, 10, 16, 30))

    assert letters(real, MAILBOX) == [
        ("03/09 07:30", "V/v gửi"),
        ("19/09 07:30", "Nhắc thời"),
        ("06/10 07:30", "Nhắc thời"),
        ("08/10 21:40", "Xác nhận"),
        ("09/10 16:30", "V/v chấp"),
    ]
    assert real.mails(HEAD.format("syt")) == []
    for mail in real.mails(MAILBOX):
        assert_proper(mail)
        assert addressed(mail) == [MAILBOX]

    opening, receipt = real.mails(MAILBOX)[0], real.mails(MAILBOX)[-2]
    assert opening["Subject"] == (
        "V/v gửi báo cáo kết quả thực hiện Quy hoạch tỉnh năm 2025, trước ngày 20/10/2025"
    )
    assert "Chủ nhật, 19/10/2025" in body(opening)
    assert "thứ Sáu, 17/10/2025" in body(opening)
    assert receipt["Subject"] == (
        "Xác nhận tiếp nhận báo cáo kết quả thực hiện Quy hoạch tỉnh năm 2025 của Sở Y tế"
    )
    assert "Báo cáo SYT.docx" in body(receipt)

    figures = real.status(local(2025, 11, 10)).figures
    assert (figures.on_time, figures.accepted, figures.missing) == (1, 1, 84)
    row = next(x for x in real.status(local(2025, 11, 10)).lines if x.obligation.agency == "SYT")
    assert (row.timeliness, row.days_late) == (Timeliness.ON_TIME, 0)


def test_if_all_are_punctual_the_complete_report_is_written_and_nobody_is_chased(real):
    only(real, "SYT", "STC25", "CT-UBND")
    real.run(local(2025, 9, 3, 7, 30))
    for agency in sorted(real.owed()):
        real.submit(local(2025, 9, 4, 9), agency)
        real.accept(local(2025, 9, 5, 15), agency)
    result = real.run(local(2025, 9, 5, 16))
    assert result.consolidated == 1
    for day in (local(2025, 9, 19, 7, 30), local(2025, 10, 31, 17), local(2025, 12, 19)):
        assert real.run(day).idle
    assert [(r.reason, r.partial) for r in real.reports()] == [("complete", False)]
    assert real.mails("chu-tich@ct-ubnd.example") == []
