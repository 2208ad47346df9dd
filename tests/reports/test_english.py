"""The reports in English: the same facts, in other words."""

import re
from dataclasses import replace
from datetime import date
from io import BytesIO

import docx
import openpyxl
import pytest
from docx.oxml.ns import qn

from lsplan_workflow.reports.document import write_document
from lsplan_workflow.reports.workbook import write_workbook
from tests.reports.sample import EMPTY, MISSING, REPORT

NAMES = {
    "report_name": "Report on carrying out the Plan",
    "program_kind": "Plan",
    "program_title": "Plan to carry out the Master Plan",
    "program_issuer": "Provincial Committee",
    "place": "Hill Town",
    "parent_agency": "Provincial Committee",
    "issuing_agency": "Department of Finance",
    "recipient": "Provincial Committee",
    "symbol": "DF",
    "unverified": ("Communes owe since July: not confirmed.",),
}
ENGLISH = replace(REPORT, language="en", **NAMES)
IN_WORDS = re.compile(r"[ăâđêôơưĂÂĐÊÔƠƯ\u1ea0-\u1ef9]")


def read(report):
    return docx.Document(BytesIO(write_document(report)))


def cells(document):
    return [[[c.text for c in line.cells] for line in table.rows] for table in document.tables]


def layout(report):
    """Return what a report says that no person and no agency wrote."""
    nameless = replace(report, rows=(), decisions=(), documents=(), obstacles=())
    document = read(nameless)
    said = [t.text or "" for t in document.element.iter(qn("w:t"))]
    said += [style.name for style in document.styles]
    properties = document.core_properties
    return "\n".join([*said, properties.title, properties.subject, properties.language])


def test_the_same_english_report_gives_the_same_bytes():
    assert write_document(ENGLISH) == write_document(ENGLISH)
    assert write_workbook(ENGLISH) == write_workbook(ENGLISH)


@pytest.mark.parametrize("report", [ENGLISH, replace(EMPTY, language="en", **NAMES)])
def test_an_english_report_is_without_a_vietnamese_word(report):
    assert not IN_WORDS.search(layout(report))
    document = read(report)
    assert {e.get(qn("w:val")) for e in document.styles.element.iter(qn("w:lang"))} == {"en-GB"}
    book = openpyxl.load_workbook(BytesIO(write_workbook(report)))
    assert not IN_WORDS.search("\n".join(book.sheetnames))
    headings = [cell.value for sheet in book for cell in sheet[1]]
    assert not IN_WORDS.search("\n".join(headings))


def test_the_head_of_an_english_report_names_no_country():
    (agencies, country), (number, place) = cells(read(ENGLISH))[0]
    assert agencies.splitlines()[:2] == ["PROVINCIAL COMMITTEE", "DEPARTMENT OF FINANCE"]
    assert (country, number, place) == ("", "No.:      /DF", "Hill Town, 31 October 2025")


def test_the_sentences_state_the_figures_in_english():
    lines = [line.text for line in read(ENGLISH).paragraphs]
    for sentence in (
        "CONSOLIDATED REPORT",
        "State of submission of the report on carrying out the Plan for 2025",
        "To: Provincial Committee",
        "In accordance with Plan No. 268/KH-UBND of 19 December 2024 (Provincial Committee), “Plan "
        "to carry out the Master Plan”, the Department of Finance reports the state of submission "
        "of the report on carrying out the Plan for 2025 as follows:",
        "Deadline: before 20 October 2025 (until the end of 19 October 2025; the last working day "
        "is 17 October 2025). The reporting cycle closes at the beginning of 19 December 2025.",
        "As of 17:00 on 31 October 2025, the report was expected from 5 agencies (apart from "
        "1 agency with a waiver), as follows:",
        "- Submitted on time: 2 agencies (40.0%).",
        "- Submitted late: 1 agency (20.0%).",
        "Review: 1 accepted, 1 awaiting review, 1 returned for revision.",
        "- Communes owe since July: not confirmed.",
    ):
        assert sentence in lines, sentence


def test_every_table_holds_the_same_lines_in_both_languages():
    english, vietnamese = cells(read(ENGLISH))[1:], cells(read(REPORT))[1:]
    assert [len(table) for table in english] == [len(table) for table in vietnamese]
    missing = next(line for table in english for line in table if MISSING.name in line)
    assert missing[2:4] == ["20/10/2025", "12"]
    decided = [line[2] for table in english for line in table if len(line) > 2]
    assert {"Report waived", "Extended to the end of 10 November 2025"} <= set(decided)


def test_figures_are_the_same_numbers_in_both_languages():
    def numbers(report):
        book = openpyxl.load_workbook(BytesIO(write_workbook(report)))
        return [
            [c.value for line in sheet.iter_rows() for c in line if not isinstance(c.value, str)]
            for sheet in book
        ]

    assert numbers(ENGLISH) == numbers(REPORT)


@pytest.mark.parametrize(
    ("signatory", "said"), [("", "DIRECTOR"), ("Head of Office", "HEAD OF OFFICE")]
)
def test_whoever_signs_is_configured_or_the_director(signatory, said):
    tables = cells(read(replace(ENGLISH, signatory=signatory)))
    assert any(line[-1].strip() == said for table in tables for line in table)


def test_a_report_due_on_a_working_day_names_it_once():
    report = replace(ENGLISH, last_working_day=date(2025, 10, 19))
    assert not any("last working day" in line.text for line in read(report).paragraphs)


def test_an_obstacle_is_told_in_english_words_around_what_the_agency_wrote():
    said = [paragraph.text for paragraph in read(ENGLISH).paragraphs]
    start = said.index("III. DIFFICULTIES AND THEIR CAUSES")
    assert said[start + 1].endswith("(no. 2025-003, received on 6 October 2025)")
    assert "- Cause: Đơn giá đền bù chưa được ban hành." in said
    assert (
        "- State: assigned to Sở Công Thương, to be answered before 21 October 2025 (overdue)"
    ) in said
    book = openpyxl.load_workbook(BytesIO(write_workbook(ENGLISH)))
    assert [cell.value for cell in book["Difficulties"][1]][:5] == [
        *("No.", "Number", "Agency", "Received on", "Content")
    ]
