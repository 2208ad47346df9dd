"""A report that was accepted too soon is reviewed again, returned, and consolidated anew."""

import pytest

from tests.domain.province import local
from tests.scenarios.stories import (
    FOCAL,
    HEAD,
    acts,
    all_filed_but,
    last_report,
    letters,
    only,
    pass_days,
    status_row,
)
from tests.services.office import Upload, body

MAILBOX = FOCAL.format("sct")


@pytest.fixture
def office(editable):
    """All was accepted on 10 October; on 14 October one acceptance is taken back."""
    only(editable, "SCT", "STC25")
    editable.run(local(2025, 9, 3, 7, 30))
    all_filed_but(editable, local(2025, 9, 4, 9), "SCT", accepted=True)
    editable.submit(local(2025, 10, 10, 9), "SCT", Upload("v1.docx", b"1"))
    editable.accept(local(2025, 10, 10, 15), "SCT")
    editable.run(local(2025, 10, 10, 16))
    editable.reopen(local(2025, 10, 14, 9), "SCT")
    editable.run(local(2025, 10, 14, 10))
    return editable


def test_it_is_told_reviewed_again_and_stays_as_timely_as_it_was(office):
    assert status_row(office, local(2025, 10, 14, 10), "SCT")[:3] == (
        *("đã gửi, chờ duyệt", "20/10/2025", "đúng hạn"),
    )
    office.send_back(local(2025, 10, 14, 11), "SCT", "Thiếu biểu số 3.")
    pass_days(office, local(2025, 10, 14, 12), local(2025, 10, 22, 12))
    office.submit(local(2025, 10, 22, 14), "SCT", Upload("v2.docx", b"2"))
    office.deliver_replies(local(2025, 10, 22, 14))
    office.accept(local(2025, 10, 23, 9), "SCT")
    pass_days(office, local(2025, 10, 23, 10), local(2025, 11, 20, 10))

    assert letters(office, MAILBOX) == [
        ("03/09 07:30", "V/v gửi"),
        ("10/10 16:00", "Xác nhận"),
        ("10/10 16:00", "V/v chấp"),
        ("14/10 10:00", "V/v mở"),
        ("14/10 12:00", "Đề nghị"),
        ("21/10 12:00", "Nhắc gửi"),  # The revision is due before 22 October,
        ("22/10 12:00", "V/v đôn"),  # not the report, which there is.
        ("22/10 14:00", "Xác nhận"),
        ("23/10 10:00", "V/v chấp"),
    ]
    assert letters(office, HEAD.format("sct")) == []
    reopened = body(office.mails(MAILBOX)[3])
    assert "Báo cáo đã gửi sẽ được rà soát lại" in reopened
    assert status_row(office, local(2025, 11, 20, 11), "SCT") == (
        *("đã chấp nhận", "20/10/2025", "đúng hạn", "10/10/2025 09:00", ""),
    )
    assert acts(office, "SCT") == [
        *("submitted", "accepted", "reopened", "returned", "submitted", "accepted"),
    ]


def test_the_complete_report_is_written_anew_once_all_is_settled_again(office):
    assert [(r.reason, r.partial) for r in office.reports()] == [("complete", False)]
    office.send_back(local(2025, 10, 14, 11), "SCT", "Thiếu biểu số 3.")
    pass_days(office, local(2025, 10, 14, 12), local(2025, 10, 22, 12))
    assert len(office.reports()) == 1
    office.submit(local(2025, 10, 22, 14), "SCT", Upload("v2.docx", b"2"))
    office.accept(local(2025, 10, 23, 9), "SCT")
    pass_days(office, local(2025, 10, 23, 10), local(2025, 11, 20, 10))
    assert [(r.number, r.reason, r.partial) for r in office.reports()] == [
        (1, "complete", False),
        (2, "complete", False),
    ]
    said = last_report(office)
    assert "v2.docx" in said
    assert "- Gửi đúng hạn: 20 cơ quan, đơn vị (100,0%)." in said
