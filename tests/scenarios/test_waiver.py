"""A waiver lifts a duty until it is taken back; an acceptance that is taken back is reviewed."""

import pytest

from lsplan_workflow.domain.errors import RequestError
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

WAIVED, ALSO_WAIVED, SILENT = "CAT", "BCHQS", "TTT"
MAILBOX, LEADER = FOCAL.format("cat"), HEAD.format("stc25")


@pytest.fixture
def office(editable):
    """On 13 October two agencies are waived that were about to be reminded; one more is silent."""
    only(editable, WAIVED, ALSO_WAIVED, SILENT, "STC25", "CT-UBND")
    editable.run(local(2025, 9, 3, 7, 30))
    all_filed_but(editable, local(2025, 9, 4, 9), WAIVED, ALSO_WAIVED, SILENT, accepted=True)
    editable.run(local(2025, 10, 6, 7, 30))
    editable.decide(local(2025, 10, 13, 7, 30))
    editable.waive(local(2025, 10, 13, 7, 40), WAIVED, ALSO_WAIVED)
    pass_days(editable, local(2025, 10, 13, 8), local(2025, 10, 24, 8))
    return editable


def test_whoever_is_waived_is_told_so_and_never_chased_again(office):
    pass_days(office, local(2025, 10, 25, 8), local(2025, 12, 31, 8))
    for code in ("cat", "bchqs"):
        assert letters(office, FOCAL.format(code)) == [
            ("03/09 07:30", "V/v gửi"),
            ("06/10 07:30", "Nhắc thời"),
            ("13/10 08:00", "V/v miễn"),
        ]
        assert letters(office, HEAD.format(code)) == []
    letter = office.mails(MAILBOX)[-1]
    assert_proper(letter)
    assert "Công an tỉnh được miễn gửi báo cáo" in body(letter)
    assert "theo Công văn số 12/UBND-TH" in body(letter)
    assert acts(office, WAIVED) == ["waived"]
    (event,) = [e for e in office.events(agency=WAIVED) if e.event == "waived"]
    assert event.actor == "an"
    assert GROUNDS.reason in event.payload
    assert GROUNDS.authority in event.payload
    with pytest.raises(RequestError, match="has closed"):
        office.reopen(local(2025, 12, 31, 9), WAIVED)


def test_it_counts_as_settled_in_the_status_the_digest_and_the_report(office):
    assert status_row(office, local(2025, 10, 24, 9), WAIVED) == (
        *("được miễn", "20/10/2025", "được miễn", "", ""),
    )
    figures = office.status(local(2025, 10, 24, 9)).figures
    assert (figures.waived, figures.accepted, figures.missing) == (2, 17, 1)
    (digest,) = office.mails(LEADER)
    assert "có 17/18 cơ quan đã gửi" in body(digest)
    said = "1 cơ quan quá hạn chưa gửi; ngoài ra 2 cơ quan được miễn báo cáo. Kính đề nghị"
    assert said in body(digest)
    assert "Công an" not in body(digest)
    office.submit(local(2025, 10, 27, 9), SILENT)
    office.accept(local(2025, 10, 27, 10), SILENT)
    office.run(local(2025, 10, 27, 11))
    said = last_report(office)
    assert [(r.reason, r.partial) for r in office.reports()] == [("complete", False)]
    apart = "của 18 cơ quan, đơn vị phải báo cáo (không kể 2 cơ quan, đơn vị được miễn báo cáo)"
    assert apart in said
    assert "hiện nay" not in said
    decisions = said.partition("IV. GIA HẠN VÀ MIỄN BÁO CÁO")[2].partition("Trên đây")[0]
    assert decisions.count("Công văn số 12/UBND-TH") == 2


def test_a_waiver_taken_back_is_owed_until_the_day_given_reminded_and_escalated(office):
    office.reopen(local(2025, 10, 24, 9), WAIVED, to=local(2025, 11, 7).date())
    pass_days(office, local(2025, 10, 24, 10), local(2025, 11, 30, 10))
    assert letters(office, MAILBOX)[2:] == [
        ("13/10 08:00", "V/v miễn"),
        ("24/10 10:00", "V/v mở"),
        ("31/10 10:00", "Nhắc thời"),
        ("05/11 10:00", "Nhắc thời"),
        ("07/11 10:00", "Nhắc thời"),
        ("10/11 10:00", "V/v đôn"),
        ("12/11 10:00", "V/v đôn"),
    ]
    reopened = office.mails(MAILBOX)[3]
    assert "được mở lại theo Công văn số 12/UBND-TH" in body(reopened)
    assert "Đề nghị Quý cơ quan gửi báo cáo trước ngày 08/11/2025." in body(reopened)
    assert letters(office, HEAD.format("cat")) == [("12/11 10:00", "V/v đôn")]
    assert letters(office, FOCAL.format("bchqs"))[-1] == ("13/10 08:00", "V/v miễn")
    assert status_row(office, local(2025, 11, 30, 11), WAIVED)[:3] == (
        *("chưa báo cáo", "08/11/2025 (hạn riêng)", "quá hạn 23 ngày"),
    )
    assert acts(office, WAIVED) == ["waived", "reopened"]


def test_a_waiver_taken_back_without_a_day_is_owed_since_the_deadline_of_all(office):
    office.reopen(local(2025, 10, 24, 9), WAIVED)
    pass_days(office, local(2025, 10, 24, 10), local(2025, 10, 31, 17))
    assert letters(office, MAILBOX)[3:] == [("24/10 10:00", "V/v mở")]
    (to_the_chairman,) = office.mails("chu-tich@ct-ubnd.example")
    assert "Công an tỉnh: chậm 12 ngày" in body(to_the_chairman)
