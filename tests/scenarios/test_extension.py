"""One decision gives three agencies until the end of a day; the others are chased as before."""

import pytest

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
from tests.services.office import GROUNDS, TICK, body, office_of

GRANTED, LAST_DAY = local(2025, 10, 15, 7, 45), local(2025, 10, 31).date()
DUE = local(2025, 11, 1)
PUNCTUAL, TOO_LATE, SILENT = "SYT", "SCT", "STP"
NOT_ASKED = "TTT"


def granted(office):
    """Grant it on 15 October, when all who are still to report are about to be reminded."""
    only(office, PUNCTUAL, TOO_LATE, SILENT, NOT_ASKED, "STC25", "CT-UBND")
    office.run(local(2025, 9, 3, 7, 30))
    all_filed_but(office, local(2025, 9, 4, 9), PUNCTUAL, TOO_LATE, SILENT, NOT_ASKED)
    pass_days(office, local(2025, 9, 5, 7, 30), local(2025, 10, 14, 7, 30))
    office.decide(local(2025, 10, 15, 7, 30))
    office.extend(GRANTED, PUNCTUAL, TOO_LATE, SILENT, to=LAST_DAY)


def live_on(office):
    """One files within the day that was given, one as it is over, one never."""
    pass_days(office, local(2025, 10, 15, 8), local(2025, 10, 31, 8))
    office.run(local(2025, 10, 31, 17))
    for instant, agency in ((DUE - TICK, PUNCTUAL), (DUE, TOO_LATE)):
        office.submit(instant, agency)
        office.deliver_replies(instant)
    pass_days(office, local(2025, 11, 1, 8), local(2025, 11, 20, 8))


@pytest.fixture(scope="module")
def lived(tmp_path_factory, editable_template, editable_configuration):
    folder = tmp_path_factory.mktemp("extension")
    with office_of(folder, editable_template, editable_configuration) as office:
        granted(office)
        live_on(office)
        yield office


def since_granted(office, address):
    """Return what reached an address from 15 October on."""
    found = letters(office, address)
    days = [day[3:5] + day[:2] for day, _ in found]
    return [letter for day, letter in zip(days, found, strict=True) if day >= "1015"]


def test_the_agencies_are_told_and_reminded_by_the_new_deadline_alone(lived):
    told = [
        ("15/10 08:00", "V/v gia"),  # The reminder that was due at 07:30 is cancelled.
        ("17/10 08:00", "Nhắc thời"),
        ("24/10 08:00", "Nhắc thời"),
        ("29/10 08:00", "Nhắc thời"),
        ("31/10 08:00", "Nhắc thời"),
    ]
    assert since_granted(lived, FOCAL.format("syt")) == [*told, ("31/10 23:59", "Xác nhận")]
    assert since_granted(lived, FOCAL.format("sct")) == [*told, ("01/11 00:00", "Xác nhận")]
    assert since_granted(lived, FOCAL.format("stp")) == [
        *told,
        ("03/11 08:00", "V/v đôn"),
        ("05/11 08:00", "V/v đôn"),
    ]
    assert letters(lived, HEAD.format("stp")) == [("05/11 08:00", "V/v đôn")]
    assert letters(lived, HEAD.format("syt")) == []
    letter, *reminders = lived.mails(FOCAL.format("syt"))[4:-1]
    assert_proper(letter)
    assert "được gia hạn theo Công văn số 12/UBND-TH" in body(letter)
    assert "trước ngày 01/11/2025 (đến hết thứ Sáu, 31/10/2025)" in body(letter)
    for reminder in reminders:
        assert "trước ngày 01/11/2025" in body(reminder)
        assert "20/10/2025" not in body(reminder)


def test_an_agency_that_the_decision_does_not_name_is_chased_as_before(lived):
    assert since_granted(lived, FOCAL.format("ttt")) == [
        ("15/10 08:00", "Nhắc thời"),
        ("17/10 08:00", "Nhắc thời"),
        ("20/10 08:00", "V/v đôn"),
        ("22/10 08:00", "V/v đôn"),
    ]
    assert letters(lived, HEAD.format("ttt")) == [("22/10 08:00", "V/v đôn")]


def test_the_day_that_was_given_is_included(lived):
    now = local(2025, 11, 10, 9)
    assert status_row(lived, now, PUNCTUAL)[1:4] == (
        *("01/11/2025 (hạn riêng)", "đúng hạn"),
        "31/10/2025 23:59",
    )
    assert status_row(lived, now, TOO_LATE)[1:4] == (
        *("01/11/2025 (hạn riêng)", "chậm 1 ngày"),
        "01/11/2025 00:00",
    )
    assert status_row(lived, now, SILENT)[2] == "quá hạn 10 ngày"


def test_status_shows_the_deadline_of_their_own_and_that_it_has_not_come(editable):
    granted(editable)
    editable.run(local(2025, 10, 20, 8))
    assert status_row(editable, local(2025, 10, 20, 9), PUNCTUAL) == (
        *("chưa báo cáo", "01/11/2025 (hạn riêng)", "chưa đến hạn", ""),
        "24/10/2025 07:30",
    )
    figures = editable.status(local(2025, 10, 20, 9)).figures
    assert (figures.expected, figures.missing, figures.pending) == (20, 1, 3)


def test_the_digests_tell_the_extended_from_the_late_and_come_again_for_their_deadline(lived):
    first, second = lived.mails(HEAD.format("stc25"))
    assert letters(lived, HEAD.format("stc25")) == [
        ("24/10 08:00", "Tình hình"),
        ("07/11 08:00", "Tình hình"),
    ]
    assert letters(lived, "chu-tich@ct-ubnd.example") == [
        ("31/10 08:00", "Tình hình"),
        ("14/11 08:00", "Tình hình"),
    ]
    assert first["Subject"].endswith("16/20 cơ quan đã gửi")
    assert "1 cơ quan quá hạn chưa gửi; 3 cơ quan được gia hạn, chưa đến hạn" in body(first)
    assert "1. Thanh tra tỉnh: chậm 5 ngày" in body(first)
    assert "Sở Y tế (thời hạn trước ngày 01/11/2025)" in body(first)
    assert second["Subject"].endswith("18/20 cơ quan đã gửi")
    assert "Sở Tư pháp: chậm 7 ngày (thời hạn riêng: trước ngày 01/11/2025)" in body(second)
    assert "Thanh tra tỉnh: chậm 19 ngày" in body(second)
    assert "gia hạn" not in body(second)


def test_the_consolidated_report_names_the_decision_with_its_grounds(lived):
    said = last_report(lived)
    assert "- Chưa đến hạn, chưa gửi: 3 cơ quan, đơn vị (15,0%)." in said
    assert "- Quá hạn, chưa gửi: 1 cơ quan, đơn vị (5,0%)." in said
    decisions = said.partition("IV. GIA HẠN VÀ MIỄN BÁO CÁO")[2].partition("Trên đây")[0]
    assert "Văn bản căn cứ" in decisions
    for name in ("Sở Y tế", "Sở Công Thương", "Sở Tư pháp"):
        assert name in decisions
    assert decisions.count("Chờ số liệu năm") == 3
    assert decisions.count("Công văn số 12/UBND-TH") == 3
    assert decisions.count("15/10/2025") == 3


def test_the_log_holds_who_decided_why_and_on_which_document_for_each_agency(lived):
    for agency in (PUNCTUAL, TOO_LATE, SILENT):
        assert acts(lived, agency)[0] == "extended"
        (event,) = [e for e in lived.events(agency=agency) if e.event == "extended"]
        assert (event.actor, event.at) == (GROUNDS.actor, GRANTED)
        assert GROUNDS.reason in event.payload
        assert GROUNDS.authority in event.payload
        key = f"annual-2025/{agency}/before-3wd/focal"
        (cancelled,) = [e for e in lived.events(agency=agency) if e.event == "notice_cancelled"]
        assert key in cancelled.payload
        assert cancelled.at == GRANTED
    assert acts(lived, NOT_ASKED) == []
