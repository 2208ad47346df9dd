"""A report on paper is recorded for the wrong agency, and that is found out when it is late."""

from datetime import date

import pytest

from lsplan_workflow.services.submissions import Arrival, Upload
from tests.domain.province import local
from tests.scenarios.stories import (
    FOCAL,
    HEAD,
    acts,
    all_filed_but,
    assert_proper,
    last_report,
    letters,
    only,
    pass_days,
    status_row,
)
from tests.services.office import GROUNDS, body

RIGHT, WRONG = FOCAL.format("syt"), FOCAL.format("sct")
ON_PAPER = Arrival(local(2025, 10, 14, 15), "Bản giấy, văn thư nhận lúc 15:00 ngày 14/10.")
FILE = Upload("Báo cáo Sở Y tế.docx", b"of SYT")
FOUND_OUT = local(2025, 10, 22, 9)


@pytest.fixture
def office(editable):
    """On 15 October the report of SYT is recorded for SCT; nobody else is missing."""
    only(editable, "SYT", "SCT", "STC25")
    editable.run(local(2025, 9, 3, 7, 30))
    all_filed_but(editable, local(2025, 9, 4, 9), "SYT", "SCT", accepted=True)
    editable.run(local(2025, 9, 4, 10))
    editable.submit(local(2025, 10, 15, 9), "SCT", FILE, arrival=ON_PAPER)
    editable.accept(local(2025, 10, 15, 9), "SCT")
    pass_days(editable, local(2025, 10, 15, 10), local(2025, 10, 21, 10))
    return editable


def mend(office):
    """Take it back, record it for the agency that filed it, and let the days go by."""
    office.void(FOUND_OUT, "SCT", 1)
    office.submit(FOUND_OUT, "SYT", FILE, arrival=ON_PAPER)
    office.accept(FOUND_OUT, "SYT")
    pass_days(office, local(2025, 10, 22, 10), local(2025, 10, 31, 10))
    office.run(local(2025, 10, 31, 17))


def test_before_it_is_found_out_the_wrong_agency_is_settled_and_the_other_one_chased(office):
    assert status_row(office, FOUND_OUT, "SCT")[:3] == ("đã chấp nhận", "20/10/2025", "đúng hạn")
    assert [day for day, _words in letters(office, RIGHT)][-2:] == ["17/10 10:00", "20/10 10:00"]


def test_the_wrong_agency_hears_what_does_not_count_and_is_missing_from_then_on(office):
    mend(office)
    # The overdue notice and the word to its head stood before, and are not made up for.
    assert [found for found in letters(office, WRONG) if found[0] > "2"] == [
        ("22/10 10:00", "V/v không"),
    ]
    assert letters(office, HEAD.format("sct")) == []
    told = next(m for m in office.mails(WRONG) if "không tính" in m["Subject"])
    assert_proper(told)
    for said in ("bản gửi lần 1", "đã được ghi nhận nhầm", GROUNDS.reason, GROUNDS.authority):
        assert said in body(told)
    assert "Thời hạn đã qua từ ngày 20/10/2025" in body(told)
    assert status_row(office, local(2025, 10, 31, 17), "SCT")[:3] == (
        *("chưa báo cáo", "20/10/2025", "quá hạn 12 ngày"),
    )


def test_the_right_agency_is_on_time_after_all_and_hears_nothing_of_the_mistake(office):
    mend(office)
    assert status_row(office, local(2025, 10, 31, 17), "SYT")[:3] == (
        *("đã chấp nhận", "20/10/2025", "đúng hạn"),
    )
    assert [found for found in letters(office, RIGHT) if found[0] > "21"] == [
        ("22/10 10:00", "Xác nhận"),
        ("22/10 10:00", "V/v chấp"),
    ]
    assert not [m for m in office.mails(RIGHT) if "không tính" in m["Subject"]]


def test_the_report_at_the_end_of_grace_names_its_file_once_under_the_right_agency(office):
    mend(office)
    (report,) = office.reports()
    assert (report.reason, report.partial) == ("grace", True)
    said = last_report(office).splitlines()
    (place,) = [n for n, line in enumerate(said) if FILE.name in line]
    assert "Sở Y tế" in " ".join(said[place - 4 : place])


def test_what_the_wrong_agency_then_files_is_reviewed_and_revised_as_any_report(office):
    office.void(FOUND_OUT, "SCT", 1)
    office.run(local(2025, 10, 22, 10))
    assert office.submit(local(2025, 10, 23, 9), "SCT").version == 2
    office.send_back(local(2025, 10, 23, 14), "SCT", "Thiếu biểu số 3.", by=date(2025, 10, 28))
    office.run(local(2025, 10, 23, 15))
    office.submit(local(2025, 10, 24, 9), "SCT")
    office.accept(local(2025, 10, 24, 10), "SCT")
    office.run(local(2025, 10, 24, 11))
    assert acts(office, "SCT") == [
        *("submitted", "accepted", "voided", "submitted", "returned", "submitted", "accepted"),
    ]
    assert status_row(office, local(2025, 10, 24, 12), "SCT") == (
        *("đã chấp nhận", "20/10/2025", "chậm 4 ngày", "23/10/2025 09:00", ""),
    )
    assert HEAD.format("sct") not in {str(m["To"]) for m in office.mails()}
