from __future__ import annotations

import unicodedata
from dataclasses import fields, replace
from datetime import date

import pytest

from lsplan_workflow.domain.compliance import Timeliness
from lsplan_workflow.domain.obligations import Status
from lsplan_workflow.reports import wording
from lsplan_workflow.reports.model import Decided
from tests.reports.sample import (
    EXTENSION,
    LATE,
    MISSING,
    ON_TIME,
    PENDING,
    REPORT,
    TRANSFERRED,
    WAIVED,
    WAIVER,
)

VI, EN = wording.words_in("vi"), wording.words_in("en")


@pytest.mark.parametrize(
    ("count", "whole", "text"),
    [(11, 85, "12,9%"), (85, 85, "100,0%"), (0, 85, "0,0%"), (1, 0, "0,0%"), (2, 3, "66,7%")],
)
def test_a_share_has_one_decimal_behind_a_comma(count, whole, text):
    assert wording.percent(VI.formats, count, whole) == text


def test_half_a_tenth_is_rounded_up():
    # 1/16 is 6.25 %, which binary rounding to even would make 6.2.
    assert wording.percent(VI.formats, 1, 16) == "6,3%"


@pytest.mark.parametrize("whole", [1, 3, 7, 85, 3500])
def test_shares_of_all_outcomes_sum_to_a_hundred_within_rounding(whole):
    parts = [whole // 5] * 4
    parts.append(whole - sum(parts))
    tenths = [
        int(wording.percent(VI.formats, p, whole).rstrip("%").replace(",", "")) for p in parts
    ]

    assert abs(sum(tenths) - 1000) <= 2


def test_thousands_are_parted_by_a_point():
    assert wording.number(VI.formats, 3500) == "3.500"


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0 byte"),
        (1023, "1023 byte"),
        (1024, "1,0 KB"),
        (12_800, "12,5 KB"),
        (5 * 1024**2, "5,0 MB"),
        (3 * 1024**4, "3072,0 GB"),
    ],
)
def test_a_size_is_told_in_the_largest_unit_it_fills(count, text):
    assert wording.size(VI.formats, count) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (date(2025, 1, 5), "ngày 05 tháng 01 năm 2025"),
        (date(2025, 2, 10), "ngày 10 tháng 02 năm 2025"),
        (date(2025, 3, 9), "ngày 09 tháng 3 năm 2025"),
        (date(2025, 10, 31), "ngày 31 tháng 10 năm 2025"),
    ],
)
def test_days_below_ten_and_the_first_two_months_are_padded(value, text):
    assert VI.formats.spoken_day(value) == text


@pytest.mark.parametrize(
    ("row", "word"),
    [
        (ON_TIME, "đúng hạn"),
        (LATE, "chậm 3 ngày"),
        (MISSING, "chưa gửi (quá 12 ngày)"),
        (PENDING, "chưa đến hạn"),
        (WAIVED, "được miễn"),
        (TRANSFERRED, "—"),
    ],
)
def test_every_outcome_has_its_word(row, word):
    assert wording.timeliness_word(VI, row) == word


@pytest.mark.parametrize("words", [VI, EN])
def test_no_outcome_is_without_a_word(words):
    assert set(words.outcomes.timeliness) == set(Timeliness)
    assert set(words.outcomes.status) == set(Status)
    assert set(words.outcomes.decided) == set(Decided)


def test_what_ended_with_its_agency_is_not_said_to_have_passed_on():
    assert wording.status_word(VI.outcomes, TRANSFERRED) == "đã chuyển giao"
    ended = replace(TRANSFERRED, lapsed=True, successors=())
    assert wording.status_word(VI.outcomes, ended) == "đã chấm dứt"
    assert wording.status_word(EN.outcomes, ended) == "lapsed"


def test_a_decision_says_what_it_grants():
    assert wording.decision_word(VI, EXTENSION) == "Gia hạn đến hết ngày 10/11/2025"
    assert wording.decision_word(VI, WAIVER) == "Miễn báo cáo"


@pytest.mark.parametrize(
    ("what", "until", "vi", "en"),
    [
        (
            Decided.CORRECTED,
            date(2025, 10, 19),
            "Đính chính gia hạn: đến hết ngày 19/10/2025",
            "Extension corrected: to the end of 19 October 2025",
        ),
        (Decided.WAIVER_TAKEN_BACK, None, "Rút lại việc miễn", "Waiver taken back"),
        (
            Decided.WAIVER_TAKEN_BACK,
            date(2025, 11, 3),
            "Rút lại việc miễn, hạn đến hết ngày 03/11/2025",
            "Waiver taken back, due by the end of 3 November 2025",
        ),
        (Decided.ACCEPTANCE_TAKEN_BACK, None, "Rút lại việc chấp nhận", "Acceptance taken back"),
    ],
)
def test_what_was_corrected_or_taken_back_is_called_that(what, until, vi, en):
    line = replace(WAIVER, what=what, until=until)
    assert wording.decision_word(VI, line) == vi
    assert wording.decision_word(EN, line) == en


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Báo cáo kết quả", "báo cáo kết quả năm 2025"),
        ("Kết quả thực hiện", "báo cáo kết quả thực hiện năm 2025"),
        ("Báo cáo kết quả năm 2025", "báo cáo kết quả năm 2025"),
        ("UBND báo cáo", "báo cáo UBND báo cáo năm 2025"),
    ],
)
def test_a_regime_says_report_and_year_once(name, text):
    assert wording.regime_name(replace(REPORT, report_name=name)) == text


@pytest.mark.parametrize(
    ("number", "title", "kind", "matter"),
    [
        ("268/KH-UBND", "Kế hoạch triển khai Quy hoạch", "Kế hoạch", " về triển khai Quy hoạch"),
        ("236/QĐ-TTg", "Phê duyệt Quy hoạch", "Quyết định", " về phê duyệt Quy hoạch"),
        ("268/KH-UBND", "", "Kế hoạch", ""),
        ("7", "", "Văn bản", ""),
    ],
)
def test_a_program_is_cited_by_kind_number_date_issuer_and_matter(number, title, kind, matter):
    report = replace(REPORT, program_kind=kind, program_number=number, program_title=title)

    assert wording.program_name(report) == (
        f"{kind} số {number} ngày 19/12/2024 của UBND tỉnh Lạng Sơn{matter}"
    )


@pytest.mark.parametrize("suffix", ["docx", ".docx"])
def test_a_file_is_named_after_its_cycle_and_version(suffix):
    assert wording.file_name(REPORT, suffix) == "Báo cáo tổng hợp annual-2025 lần 3.docx"


def test_a_file_name_is_composed_and_cannot_leave_its_folder():
    name = wording.file_name(replace(REPORT, cycle="../annual:2025"), "xlsx")

    assert name == unicodedata.normalize("NFC", name)
    assert not set(name) & set('/\\:*?"<>|')


def test_cleaning_composes_and_blanks_what_xml_cannot_hold():
    assert wording.clean(unicodedata.normalize("NFD", "Lạng Sơn")) == "Lạng Sơn"
    assert wording.clean("a\x0bb\nc\ud800d\ufffee") == "a b c d e"


def test_english_parts_thousands_by_a_comma_and_counts_one_thing_as_one():
    formats = EN.formats
    assert wording.number(formats, 3500) == "3,500"
    assert wording.percent(formats, 11, 85) == "12.9%"
    assert wording.size(formats, 12_800) == "12.5 KB"
    assert [wording.days(formats, n) for n in (1, 3)] == ["1 day", "3 days"]
    assert [wording.agencies(formats, n) for n in (1, 3)] == ["1 agency", "3 agencies"]


@pytest.mark.parametrize(
    ("row", "word"),
    [
        (ON_TIME, "on time"),
        (LATE, "late by 3 days"),
        (MISSING, "not submitted (12 days overdue)"),
        (PENDING, "not yet due"),
        (WAIVED, "waived"),
        (TRANSFERRED, "—"),
    ],
)
def test_every_outcome_has_its_english_word(row, word):
    assert wording.timeliness_word(EN, row) == word


def test_english_cites_a_program_by_its_kind_number_date_issuer_and_title():
    report = replace(
        REPORT,
        language="en",
        program_kind="Order",
        program_number="12 of 2025",
        program_title="Provincial Roads Order",
        program_issuer="Governor",
    )
    assert wording.program_name(report) == (
        "Order No. 12 of 2025 of 19 December 2024 (Governor), “Provincial Roads Order”"
    )
    assert wording.file_name(report, "docx") == "Consolidated report annual-2025 no. 3.docx"


@pytest.mark.parametrize("part", ["formats", "head", "body", "annexes", "sheets", "outcomes"])
def test_the_two_languages_say_equally_many_things(part):
    for field in fields(getattr(VI, part)):
        said = [getattr(getattr(words, part), field.name) for words in (VI, EN)]
        if isinstance(said[0], tuple) and field.name != "country":
            assert len(said[0]) == len(said[1]), field.name
