from __future__ import annotations

import unicodedata
from dataclasses import replace
from datetime import datetime
from io import BytesIO
from zipfile import ZipFile

import openpyxl
import pytest

from lsplan_workflow.reports.workbook import write_workbook
from tests.reports.sample import (
    AUDIT_HASH,
    DOCUMENTS,
    EMPTY,
    LATE,
    REPORT,
    ROWS,
    province,
)

SHEETS = [
    *("Tổng hợp", "Chấp hành", "Khó khăn, vướng mắc"),
    *("Gia hạn, miễn", "Tài liệu", "Chưa xác minh"),
]


def read(report):
    return openpyxl.load_workbook(BytesIO(write_workbook(report)))


def values(sheet):
    return [list(row) for row in sheet.iter_rows(values_only=True)]


@pytest.fixture(scope="module")
def book():
    return read(REPORT)


def test_the_same_report_gives_the_same_bytes():
    assert write_workbook(REPORT) == write_workbook(REPORT)


def test_the_sheets_stand_in_their_order(book):
    assert book.sheetnames == SHEETS


def test_figures_and_shares_are_numbers(book):
    figures = {label: (value, share) for label, value, share in values(book["Tổng hợp"])[1:]}

    assert figures["Phải báo cáo (hiện nay)"] == (5, 1)
    assert figures["Phải báo cáo (ban đầu)"] == (7, None)
    assert figures["Đã chuyển giao"] == (1, None)
    assert figures["Đã chấm dứt"] == (0, None)
    assert figures["Gửi đúng hạn"] == (2, pytest.approx(2 / 5))
    for label in ("Gửi chậm", "Quá hạn, chưa gửi", "Chưa đến hạn, chưa gửi"):
        assert figures[label] == (1, pytest.approx(1 / 5))
    assert figures["Được miễn"] == (1, None)
    assert figures["Tính đầy đủ"] == ("chưa đầy đủ", None)
    assert figures["Lập lúc"] == (datetime(2025, 10, 31, 17, 0), None)  # noqa: DTZ001
    assert figures["Nhật ký: số sự kiện"] == (1234, None)
    assert figures["Nhật ký: mã băm"] == (AUDIT_HASH, None)


def test_the_shares_of_all_outcomes_sum_to_one(book):
    outcomes = {"Gửi đúng hạn", "Gửi chậm", "Quá hạn, chưa gửi", "Chưa đến hạn, chưa gửi"}
    shares = [share for label, _, share in values(book["Tổng hợp"]) if label in outcomes]

    assert len(shares) == 4
    assert sum(shares) == pytest.approx(1)


def test_every_obligation_has_a_row_in_the_reports_order(book):
    heading, *rows = values(book["Chấp hành"])

    assert heading[:4] == ["TT", "Mã", "Cơ quan", "Trạng thái"]
    assert [row[1] for row in rows] == [row.code for row in ROWS]
    assert rows[1] == [
        2,
        "SXD25",
        "Sở Xây dựng",
        "đã gửi, chờ duyệt",
        "chậm",
        datetime(2025, 10, 20),  # noqa: DTZ001
        datetime(2025, 10, 22, 15, 40),  # noqa: DTZ001
        3,
        "SGTVT",
        None,
    ]
    assert rows[6][9] == "Ủy ban nhân dân xã Thất Khê"


def test_days_late_stay_blank_where_nobody_is_late(book):
    days = {row[1]: row[7] for row in values(book["Chấp hành"])[1:]}

    assert {code: late for code, late in days.items() if late is not None} == {
        "SXD25": 3,
        "X06037": 12,
    }


def test_dates_are_shown_day_first(book):
    sheet = book["Chấp hành"]

    assert sheet["F2"].number_format == "dd/mm/yyyy"
    assert sheet["G2"].number_format == "dd/mm/yyyy hh:mm"


def test_decisions_have_their_own_sheet(book):
    rows = values(book["Gia hạn, miễn"])[1:]

    assert [row[1] for row in rows] == ["Chi cục Hải quan khu vực VI", "Sở Công Thương"]
    assert rows[0][2:4] == ["Miễn báo cáo", None]
    assert rows[1][3] == datetime(2025, 11, 10)  # noqa: DTZ001
    assert rows[1][4:6] == ["Chờ số liệu quý III của ngành", "Chủ tịch UBND tỉnh"]


def test_documents_stand_with_size_and_hash(book):
    rows = values(book["Tài liệu"])[1:]

    assert {row[6] for row in rows} == {one.sha256 for one in DOCUMENTS}
    assert {row[4] for row in rows} == {251_904}
    assert {row[3] for row in rows} == {one.name for one in DOCUMENTS}


def test_what_nobody_confirmed_has_its_own_sheet(book):
    assert values(book["Chưa xác minh"])[1:] == [[1, REPORT.unverified[0]]]


@pytest.mark.parametrize("name", SHEETS)
def test_every_sheet_is_fit_for_screen_and_paper(book, name):
    sheet = book[name]

    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref.startswith("A1:")
    assert sheet.print_title_rows == "$1:$1"
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.page_setup.paperSize == 9
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    # One page wide is what the format means when it says nothing.
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (None, 0)
    assert sheet["A1"].font.bold
    assert sheet.column_dimensions["B"].width > 8


@pytest.mark.parametrize(
    "words",
    [
        '=HYPERLINK("http://x.example")',
        "+1+1",
        "-2",
        "@SUM(A1)",
        "{=1}",
        "https://x.example",
        "0012",
    ],
)
def test_words_that_look_like_formulas_links_or_numbers_stay_words(words):
    hostile = replace(
        REPORT,
        rows=(replace(LATE, name=words, code=words, covers=(words,)),),
        documents=(replace(DOCUMENTS[0], name=words, agency=words),),
        unverified=(words,),
        report_name=words,
    )
    book = read(hostile)
    places = [("Chấp hành", "B2"), ("Chấp hành", "C2"), ("Chấp hành", "I2"), ("Tài liệu", "D2")]

    for sheet, place in [*places, ("Chưa xác minh", "B2"), ("Tổng hợp", "B2")]:
        cell = book[sheet][place]
        # openpyxl guesses from the text; in the file itself the words are a shared string.
        assert cell.value == words
        assert cell.hyperlink is None
    assert formulas(hostile) == 0


def formulas(report):
    with ZipFile(BytesIO(write_workbook(report))) as archive:
        sheets = [name for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
        return sum(archive.read(name).count(b"<f>") for name in sheets)


def test_a_text_beyond_the_formats_limit_is_cut():
    book = read(replace(REPORT, unverified=("x" * 40_000,)))

    assert len(book["Chưa xác minh"]["B2"].value) == 32_767


def test_an_empty_report_has_headings_only():
    book = read(EMPTY)

    for name in SHEETS[1:]:
        assert len(values(book[name])) == 1


def test_all_text_is_composed():
    name = unicodedata.normalize("NFD", LATE.name)
    book = read(replace(REPORT, rows=(replace(LATE, name=name),)))

    assert book["Chấp hành"]["C2"].value == LATE.name


def test_properties_are_the_reports_own(book):
    assert book.properties.title == "Báo cáo tổng hợp annual-2025 lần 3"
    assert book.properties.creator == "Sở Tài chính"
    assert book.properties.created.strftime("%Y-%m-%d %H:%M") == "2025-10-31 10:00"


def test_a_national_report_has_a_row_for_every_unit():
    assert read(province(3500))["Chấp hành"].max_row == 3501


def test_a_row_is_as_high_as_its_longest_text_needs():
    long = replace(REPORT, unverified=("ngắn", "dài " * 100, "x" * 40_000))
    heights = read(long)["Chưa xác minh"].row_dimensions

    assert heights[2].height is None
    assert heights[3].height == 60
    assert 408 < heights[4].height <= 409


def test_each_obstacle_is_a_row_in_the_order_of_the_report(book):
    first, second = values(book["Khó khăn, vướng mắc"])[1:]
    assert first[:4] == [1, "2025-003", "Sở Tư pháp", datetime(2025, 10, 6)]  # noqa: DTZ001
    assert first[4].startswith("Chưa giải phóng được mặt bằng dự án A.")
    assert first[9] == "đã giao Sở Công Thương trả lời trước ngày 21/10/2025 (quá hạn)"
    assert second[5:7] == [None, None]
    assert second[9:] == ["đã trả lời", "Đơn giá đã ban hành."]
