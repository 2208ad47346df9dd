"""The province moves an announced deadline: shown, confirmed, told of, and followed."""

import pytest

from lsplan_workflow.services.applying import Outcome
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
from tests.services.office import body, office_of
from tests.services.reconfiguring import applied, edited

SILENT, LATER_STILL, EARLIER, FILED = "SYT", "STP", "SCT", "CAT"
DECIDED = local(2025, 9, 30, 9)
FORMER, PRESENT = "trước ngày 20/10/2025", "trước ngày 25/10/2025"


def opened(office):
    """By 30 September one has filed, two have a day of their own, one has nothing."""
    only(office, SILENT, LATER_STILL, EARLIER, FILED, "STC25", "CT-UBND")
    office.run(local(2025, 9, 3, 7, 30))
    all_filed_but(office, local(2025, 9, 4, 9), SILENT, LATER_STILL, EARLIER)
    office.extend(local(2025, 9, 4, 10), LATER_STILL, to=local(2025, 10, 31).date())
    office.extend(local(2025, 9, 4, 10), EARLIER, to=local(2025, 10, 22).date())
    office.run(local(2025, 9, 5, 7, 30))
    pass_days(office, local(2025, 9, 18, 7, 30), local(2025, 9, 24, 7, 30))
    return office


def moved(office):
    return edited(office.configuration, ('before = "10-20"', 'before = "10-25"'))


@pytest.fixture
def office(editable):
    return opened(editable)


@pytest.fixture(scope="module")
def lived(tmp_path_factory, editable_template, editable_configuration):
    """The office after the change was confirmed, at the end of the year."""
    folder = tmp_path_factory.mktemp("moved")
    with office_of(folder, editable_template, editable_configuration) as office:
        opened(office)
        applied(office, moved(office), DECIDED)
        pass_days(office, local(2025, 9, 30, 10), local(2025, 11, 7, 10))
        office.run(local(2025, 11, 7, 17))
        pass_days(office, local(2025, 11, 8, 10), local(2025, 11, 20, 10))
        yield office


def test_unconfirmed_it_is_shown_in_words_and_consequences_and_nothing_changes(office):
    before = office.events(), office.owed(), office.notices()
    found = applied(office, moved(office), DECIDED, confirmed=False)
    assert found.outcome is Outcome.UNCONFIRMED
    assert [d.text.vi for d in found.differences] == [
        "Chế độ annual: thời hạn đổi từ trước ngày 20/10 thành trước ngày 25/10"
    ]
    assert [(c.code, c.before.due_at, c.after.due_at, c.breaks_word) for c in found.cycles] == [
        ("annual-2025", local(2025, 10, 20), local(2025, 10, 25), True),
        ("annual-2026", local(2026, 10, 20), local(2026, 10, 25), False),
    ]
    silent = [m for m in found.notices.moved if m.after.key.startswith("annual-2025/SYT/")]
    assert [(m.after.rung, m.before.send_at, m.after.send_at) for m in silent] == [
        ("before-14d", local(2025, 10, 6, 7, 30), local(2025, 10, 10, 7, 30)),
        ("before-7d", local(2025, 10, 13, 7, 30), local(2025, 10, 17, 7, 30)),
        ("before-3wd", local(2025, 10, 15, 7, 30), local(2025, 10, 22, 7, 30)),
        ("before-1wd", local(2025, 10, 17, 7, 30), local(2025, 10, 24, 7, 30)),
        ("overdue-1wd", local(2025, 10, 20, 7, 30), local(2025, 10, 27, 7, 30)),
        ("overdue-3wd", local(2025, 10, 22, 7, 30), local(2025, 10, 29, 7, 30)),
        ("overdue-3wd", local(2025, 10, 22, 7, 30), local(2025, 10, 29, 7, 30)),
    ]
    assert (office.events(), office.owed(), office.notices()) == before
    assert office.run(local(2025, 9, 30, 10)).idle


def test_the_change_is_told_and_from_then_on_every_letter_speaks_of_the_new_deadline(lived):
    assert letters(lived, FOCAL.format("syt")) == [
        ("03/09 07:30", "V/v gửi"),
        ("19/09 07:30", "Nhắc thời"),
        ("30/09 10:00", "V/v thay"),
        ("10/10 10:00", "Nhắc thời"),
        ("17/10 10:00", "Nhắc thời"),
        ("22/10 10:00", "Nhắc thời"),
        ("24/10 10:00", "Nhắc thời"),
        ("27/10 10:00", "V/v đôn"),
        ("29/10 10:00", "V/v đôn"),
    ]
    assert letters(lived, HEAD.format("syt")) == [("29/10 10:00", "V/v đôn")]
    before, change, after = (
        lived.mails(FOCAL.format("syt"))[a:b] for a, b in ((0, 2), (2, 3), (3, 9))
    )
    assert_proper(change[0])
    assert "từ trước ngày 20/10/2025 thành trước ngày 25/10/2025" in body(change[0])
    assert all(FORMER in body(mail) and PRESENT not in body(mail) for mail in before)
    assert all(PRESENT in body(mail) and FORMER not in body(mail) for mail in after)


def test_whoever_has_filed_or_has_a_later_day_is_left_in_peace_and_the_earlier_day_moves_on(lived):
    assert letters(lived, FOCAL.format("cat")) == [
        ("03/09 07:30", "V/v gửi"),
        ("05/09 07:30", "Xác nhận"),
    ]
    assert "V/v thay" not in {words for _, words in letters(lived, FOCAL.format("stp"))}
    told = [letter for letter in letters(lived, FOCAL.format("sct")) if letter[1] == "V/v thay"]
    assert told == [("30/09 10:00", "V/v thay")]
    now = local(2025, 12, 1)
    assert status_row(lived, now, EARLIER)[1] == "25/10/2025"
    assert status_row(lived, now, LATER_STILL)[1] == "01/11/2025 (hạn riêng)"


def test_digests_grace_and_closing_follow_the_new_deadline(lived):
    assert letters(lived, HEAD.format("stc25"))[-2:] == [
        ("31/10 10:00", "Tình hình"),
        ("07/11 10:00", "Tình hình"),  # For the agency whose own day was 31 October.
    ]
    assert letters(lived, "chu-tich@ct-ubnd.example") == [
        ("07/11 10:00", "Tình hình"),
        ("14/11 10:00", "Tình hình"),
    ]
    first = lived.mails("chu-tich@ct-ubnd.example")[0]
    assert "Thời hạn theo Kế hoạch số" in body(first)
    assert ": trước ngày 25/10/2025; ngày làm việc cuối cùng" in body(first)
    assert "Sở Y tế: chậm 14 ngày" in body(first)
    (report,) = lived.reports()
    assert (report.reason, report.made_at) == ("grace", local(2025, 11, 7, 17))
    said = last_report(lived)
    assert "Thời hạn báo cáo: trước ngày 25/10/2025" in said
    assert "Kỳ báo cáo đóng khi bắt đầu ngày 24/12/2025." in said


def test_the_log_holds_the_version_and_both_deadlines(lived):
    events = [e for e in lived.events() if e.event in {"configuration_applied", "deadline_moved"}]
    applied_, moved_ = events[-2:]
    assert (applied_.event, applied_.at, applied_.actor) == (
        *("configuration_applied", DECIDED, "cli"),
    )
    assert moved_.cycle == "annual-2025"
    assert '"former_due_before":"2025-10-20T00:00:00+07:00"' in moved_.payload
    assert '"due_before":"2025-10-25T00:00:00+07:00"' in moved_.payload
