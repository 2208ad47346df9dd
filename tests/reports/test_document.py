from __future__ import annotations

import unicodedata
from dataclasses import replace
from io import BytesIO
from zipfile import ZipFile

import docx
import pytest
from docx.enum.section import WD_ORIENTATION
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from lsplan_workflow.domain.compliance import Timeliness
from lsplan_workflow.reports.document import write_document
from tests.reports.sample import (
    AUDIT_HASH,
    DOCUMENTS,
    EMPTY,
    MISSING,
    REPORT,
    ROWS,
    province,
)

MISSING_TABLE, LATE_TABLE, DECISIONS_TABLE, OBLIGATIONS_TABLE, DOCUMENTS_TABLE = range(5)


def read(report):
    return docx.Document(BytesIO(write_document(report)))


def grids(document):
    return [table for table in document.tables if table.style.name == "Table Grid"]


def cells(table):
    return [[cell.text for cell in row.cells] for row in table.rows]


def texts(document):
    return [line.text for line in document.paragraphs]


def everything(document):
    return "\n".join(text.text or "" for text in document.element.iter(qn("w:t")))


@pytest.fixture(scope="module")
def document():
    return read(REPORT)


def test_the_same_report_gives_the_same_bytes():
    assert write_document(REPORT) == write_document(REPORT)


def test_no_member_of_the_file_tells_when_it_was_written():
    with ZipFile(BytesIO(write_document(REPORT))) as archive:
        assert {member.date_time for member in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert archive.namelist()[0] == "[Content_Types].xml"
        assert not [name for name in archive.namelist() if "thumbnail" in name]


def test_every_page_is_a4_upright_with_official_margins(document):
    for section in document.sections:
        assert section.orientation is WD_ORIENTATION.PORTRAIT
        size = (section.page_width, section.page_height)
        assert [round(side.mm) for side in size] == [210, 297]
        margins = (section.top_margin, section.bottom_margin, section.left_margin)
        assert [round(margin.mm) for margin in margins] == [20, 20, 30]
        assert 15 <= round(section.right_margin.mm) <= 20


def test_the_page_number_stands_centred_in_the_top_margin_but_not_on_the_first_page(document):
    section = document.sections[0]

    assert section.different_first_page_header_footer
    assert section.first_page_header.paragraphs[0].text == ""
    header = section.header.paragraphs[0]
    assert [part.text for part in header._p.iter(qn("w:instrText"))] == ["PAGE"]
    assert header.style.font.size == Pt(14)
    assert section.header_distance < section.top_margin


def test_each_appendix_begins_with_page_one(document):
    starts = [section._sectPr.find(qn("w:pgNumType")) for section in document.sections]

    assert starts[0] is None
    assert [start.get(qn("w:start")) for start in starts[1:]] == ["1", "1", "1"]


def test_all_text_is_black_times_new_roman_but_the_hashes(document):
    for style in document.styles:
        if style.name in {"Normal", "Heading 1", "Heading 2", "Nội dung", "Ô bảng"}:
            fonts = style.element.rPr.rFonts.attrib
            assert set(fonts.values()) == {"Times New Roman"}
            assert str(style.font.color.rgb) == "000000"
    run_fonts = {run.get(qn("w:ascii")) for run in document.element.iter(qn("w:rFonts"))}
    assert run_fonts == {"Courier New"}


def test_the_document_is_in_vietnamese(document):
    languages = {e.get(qn("w:val")) for e in document.styles.element.iter(qn("w:lang"))}

    assert languages == {"vi-VN"}
    assert document.core_properties.language == "vi-VN"


def test_the_head_names_the_agencies_the_country_the_number_and_the_date(document):
    agencies, country = document.tables[0].rows[0].cells
    symbol, place = document.tables[0].rows[1].cells

    assert agencies.text.splitlines()[:2] == ["ỦY BAN NHÂN DÂN TỈNH LẠNG SƠN", "SỞ TÀI CHÍNH"]
    assert country.text.splitlines()[:2] == [
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
    ]
    assert symbol.text == "Số:      /BC-STC"
    assert place.text == "Lạng Sơn, ngày 31 tháng 10 năm 2025"
    assert place.paragraphs[0].runs[0].italic


def test_rules_stand_under_the_agency_the_motto_and_the_subject(document):
    agencies, country = document.tables[0].rows[0].cells
    rules = [agencies.paragraphs[-1], country.paragraphs[-1], document.paragraphs[2]]

    for rule in rules:
        assert rule.style.element.pPr.find(qn("w:pBdr")) is not None
        assert rule.paragraph_format.left_indent == rule.paragraph_format.right_indent
    beside = country.paragraphs[-1].paragraph_format.left_indent.mm
    assert country.width.mm - 2 * beside == pytest.approx(63.3, abs=0.2)


def test_the_title_states_type_subject_and_addressee(document):
    assert texts(document)[:2] == [
        "BÁO CÁO",
        "Tổng hợp tình hình thực hiện chế độ báo cáo kết quả thực hiện Kế hoạch và Quy hoạch "
        "tỉnh năm 2025",
    ]
    assert all(line.runs[0].bold for line in document.paragraphs[:2])
    assert "Kính gửi: Ủy ban nhân dân tỉnh Lạng Sơn" in texts(document)


def test_the_body_is_justified_with_an_indented_first_line(document):
    style = document.styles["Nội dung"].paragraph_format

    assert round(style.first_line_indent.mm, 1) == 12.7
    assert style.space_after >= Pt(6)
    assert str(style.alignment).startswith("JUSTIFY")


def test_sections_are_headings_with_roman_numbers(document):
    headings = [line.text for line in document.paragraphs if line.style.name == "Heading 1"]

    assert [heading.partition(".")[0] for heading in headings] == ["I", "II", "III", "IV"]


def test_the_figures_are_stated_with_their_shares(document):
    lines = texts(document)

    assert "- Gửi đúng hạn: 2 cơ quan, đơn vị (40,0%)." in lines
    assert "- Gửi chậm: 1 cơ quan, đơn vị (20,0%)." in lines
    assert "- Quá hạn, chưa gửi: 1 cơ quan, đơn vị (20,0%)." in lines
    assert "- Chưa đến hạn, chưa gửi: 1 cơ quan, đơn vị (20,0%)." in lines
    (state,) = [line for line in lines if "17 giờ 00 phút ngày 31/10/2025" in line][:1]
    apart = "của 5 cơ quan, đơn vị phải báo cáo (không kể 1 cơ quan, đơn vị được miễn báo cáo)"
    assert apart in state


def test_the_deadline_is_stated_with_its_last_working_day(document):
    (line,) = [line for line in texts(document) if line.startswith("Thời hạn báo cáo")]

    for day in ("20/10/2025", "19/10/2025", "17/10/2025", "19/12/2025"):
        assert day in line


def test_a_last_full_day_that_is_worked_is_named_once():
    document = read(replace(REPORT, last_working_day=REPORT.last_full_day))

    assert not any("ngày làm việc cuối cùng" in line for line in texts(document))


def test_successions_show_both_denominators(document):
    (line,) = [line for line in texts(document) if "ban đầu" in line]

    assert "ban đầu là 7" in line
    assert "hiện nay là 5 (không kể 1 cơ quan, đơn vị được miễn báo cáo);" in line
    assert "của 1 cơ quan, đơn vị đã chuyển giao" in line


def test_without_successions_there_is_one_denominator():
    assert "ban đầu" not in everything(read(province(10)))


@pytest.mark.parametrize("partial", [True, False])
def test_a_partial_report_says_so(partial):
    document = read(replace(REPORT, partial=partial))

    assert any("chưa đầy đủ" in line for line in texts(document)) is partial


def test_who_is_missing_stands_in_vietnamese_order_with_the_days(document):
    assert cells(grids(document)[MISSING_TABLE])[1:] == [
        [
            "1",
            "Ủy ban nhân dân xã Thất Khê",
            "20/10/2025",
            "12",
            "Bao gồm: Ủy ban nhân dân huyện Tràng Định",
        ]
    ]
    rows = [replace(MISSING, name=name) for name in ("Xã Đội Cấn", "Xã Dân Chủ", "Xã Ân Thi")]
    sorted_names = [
        row[1] for row in cells(grids(read(replace(REPORT, rows=tuple(rows))))[MISSING_TABLE])[1:]
    ]
    assert sorted_names == ["Xã Ân Thi", "Xã Dân Chủ", "Xã Đội Cấn"]


def test_who_was_late_stands_with_the_instant_and_the_days(document):
    assert cells(grids(document)[LATE_TABLE])[1:] == [
        ["1", "Sở Xây dựng", "20/10/2025", "22/10/2025 15:40", "3"]
    ]


def test_decisions_stand_with_reason_authority_and_date(document):
    headings = cells(grids(document)[DECISIONS_TABLE])[0]
    assert headings[3:] == ["Lý do", "Văn bản căn cứ", "Ngày quyết định"]
    assert cells(grids(document)[DECISIONS_TABLE])[1:] == [
        [
            "1",
            "Chi cục Hải quan khu vực VI",
            "Miễn báo cáo",
            "Cơ quan ngành dọc, báo cáo theo hệ thống ngành",
            "UBND tỉnh",
            "06/10/2025",
        ],
        [
            "2",
            "Sở Công Thương",
            "Gia hạn đến hết ngày 10/11/2025",
            "Chờ số liệu quý III của ngành",
            "Chủ tịch UBND tỉnh",
            "15/10/2025",
        ],
    ]


def test_the_first_appendix_lists_every_obligation_in_the_reports_order(document):
    listed = cells(grids(document)[OBLIGATIONS_TABLE])[1:]

    assert len(listed) == len(ROWS)
    assert all(line[1].startswith(row.name) for line, row in zip(listed, ROWS, strict=True))
    assert listed[0][2:] == ["20/10/2025", "16/10/2025 09:05", "đúng hạn", "đã chấp nhận"]
    assert listed[2][2:] == ["20/10/2025", "—", "chưa gửi (quá 12 ngày)", "chưa báo cáo"]
    assert listed[6][1].endswith("(chuyển cho: Ủy ban nhân dân xã Thất Khê)")
    # SGTVT is no row of this report, so that its code stands for itself.
    assert listed[1][1] == "Sở Xây dựng (bao gồm: SGTVT)"


def test_the_second_appendix_lists_every_document_with_its_whole_hash(document):
    listed = cells(grids(document)[DOCUMENTS_TABLE])[1:]

    assert [line[1] for line in listed] == ["Sở Tư pháp", "Sở Xây dựng"]
    assert {line[6] for line in listed} == {one.sha256 for one in DOCUMENTS}
    assert listed[1][2:6] == ["Bao cao SXD 2025.docx", "1", "22/10/2025 15:40", "246,0 KB"]


def test_the_third_appendix_lists_what_nobody_confirmed(document):
    assert f"- {REPORT.unverified[0]}" in texts(document)


def test_the_small_print_names_version_and_head_of_the_audit_log(document):
    assert texts(document)[-1] == (
        "Bản tổng hợp số 3, lập lúc 17 giờ 00 phút ngày 31/10/2025; "
        f"nhật ký: 1.234 sự kiện, mã băm {AUDIT_HASH}"
    )
    assert document.paragraphs[-1].style.font.size == Pt(10)


def test_the_signature_names_no_person(document):
    recipients, signature = document.tables[4].rows[0].cells

    assert recipients.text.splitlines() == ["Nơi nhận:", "- Như trên;", "- Lưu: VT."]
    assert signature.text.strip() == "GIÁM ĐỐC"


def test_every_table_repeats_its_heading_and_breaks_no_row(document):
    for table in grids(document):
        first, *others = [row._tr.trPr for row in table.rows]
        assert first.find(qn("w:tblHeader")) is not None
        assert all(other.find(qn("w:tblHeader")) is None for other in others)
        assert all(row.find(qn("w:cantSplit")) is not None for row in (first, *others))


def test_every_table_is_as_wide_as_the_text(document):
    for table in grids(document):
        assert not table.autofit
        assert round(sum(column.width for column in table.columns) / Mm(1)) == 165
        for row in table.rows:
            assert [cell.width for cell in row.cells] == pytest.approx(
                [column.width for column in table.columns], abs=Mm(0.1)
            )


def test_the_text_of_tables_has_eleven_points(document):
    assert document.styles["Ô bảng"].font.size == Pt(11)
    assert document.styles["Ô bảng giữa"].font.size == Pt(11)


def test_an_empty_list_says_so_and_shows_no_table():
    document = read(EMPTY)

    assert grids(document) == []
    assert texts(document).count("Không có.") == 7


def test_properties_are_the_reports_own(document):
    properties = document.core_properties

    assert properties.title == "Báo cáo tổng hợp annual-2025 lần 3"
    assert properties.subject.startswith("Tổng hợp tình hình thực hiện chế độ báo cáo")
    assert properties.author == "Sở Tài chính"
    # 17:00 in Lạng Sơn is 10:00 in Greenwich, which the format counts in.
    assert properties.created.strftime("%Y-%m-%d %H:%M") == "2025-10-31 10:00"
    assert properties.modified == properties.created


def test_all_text_is_composed():
    decomposed = replace(
        REPORT,
        issuing_agency=unicodedata.normalize("NFD", REPORT.issuing_agency),
        rows=tuple(replace(r, name=unicodedata.normalize("NFD", r.name)) for r in ROWS),
    )
    text = everything(read(decomposed))

    assert text == unicodedata.normalize("NFC", text)
    assert "Ủy ban nhân dân xã Thất Khê" in text


def test_a_file_name_with_any_sign_does_not_break_the_report():
    hostile = replace(DOCUMENTS[0], name="a\x00b\x0b<w:p/>&\ud800.docx")
    listed = cells(grids(read(replace(REPORT, documents=(hostile,))))[DOCUMENTS_TABLE])

    assert listed[1][2] == "a b <w:p/>& .docx"


def test_a_national_report_lists_every_unit():
    report = province(3500)
    table = grids(read(report))[OBLIGATIONS_TABLE]

    assert len(list(table._tbl.iter(qn("w:tr")))) == 1 + 3500
    assert sum(row.timeliness is Timeliness.MISSING for row in report.rows) == 500


def test_an_obstacle_is_told_in_the_official_wording_and_what_was_not_stated_is_left_out(document):
    lines = texts(document)
    start = lines.index("1. Sở Tư pháp (số 2025-003, tiếp nhận ngày 06/10/2025)")
    labels = [line.partition(":")[0] for line in lines[start + 1 : start + 7]]
    assert lines[start - 1] == "III. KHÓ KHĂN, VƯỚNG MẮC VÀ NGUYÊN NHÂN"
    assert labels == [
        "- Nội dung",
        "- Nguyên nhân",
        "- Giải pháp đã thực hiện",
        "- Kiến nghị",
        "- Thẩm quyền giải quyết",
        "- Tình trạng",
    ]
    second = lines.index("2. Sở Công Thương (số 2025-004, tiếp nhận ngày 06/10/2025)")
    assert lines[second + 2 : second + 6] == [
        "- Kiến nghị: Đề nghị ban hành đơn giá.",
        "- Thẩm quyền giải quyết: Ủy ban nhân dân tỉnh",
        "- Tình trạng: đã trả lời",
        "- Nội dung trả lời: Đơn giá đã ban hành.",
    ]
