"""The appendices of the report: every obligation, every document, what nobody confirmed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from docx.enum.section import WD_SECTION
from docx.shared import Pt

from lsplan_workflow.reports.grid import Column, headed
from lsplan_workflow.reports.sections import add_list, add_text
from lsplan_workflow.reports.selection import Names, documents
from lsplan_workflow.reports.typography import BREAK, CENTRED, SMALL_PRINT, restart_numbering
from lsplan_workflow.reports.wording import (
    clean,
    day,
    moment,
    provenance,
    size,
    status_word,
    symbol,
    timeliness_word,
    words_of,
)

if TYPE_CHECKING:
    from docx.document import Document

    from lsplan_workflow.reports.model import DocumentLine, Report, Row
    from lsplan_workflow.reports.words import Words

_OBLIGATIONS: Final = (
    Column(10, centred=True),
    Column(49),
    Column(21, centred=True),
    Column(32, centred=True),
    Column(27, centred=True),
    Column(26, centred=True),
)
_DOCUMENTS: Final = (
    Column(11, centred=True),
    Column(36),
    Column(40),
    Column(11, centred=True),
    Column(22, centred=True),
    Column(14, centred=True),
    Column(31, centred=True, monospace=True),
)


def add_appendices(document: Document, report: Report) -> None:
    """Add the three appendices, each on pages of its own, and the small print."""
    names, words = Names(report), words_of(report)
    annexes = words.annexes
    _begin(document, report, "I", annexes.titles[0])
    columns = headed(_OBLIGATIONS, annexes.obligation_headings)
    rows = (_obligation(row, names, words) for row in report.rows)
    add_list(document, words, columns, rows)
    _begin(document, report, "II", annexes.titles[1])
    columns = headed(_DOCUMENTS, annexes.document_headings)
    rows = (_document(line, names, words) for line in documents(report))
    add_list(document, words, columns, rows)
    _begin(document, report, "III", annexes.titles[2])
    for fact in report.unverified:
        add_text(document, f"- {clean(fact)}")
    if not report.unverified:
        add_text(document, words.body.nothing)
    small = document.add_paragraph(provenance(report), style=SMALL_PRINT)
    small.paragraph_format.space_before = Pt(12)


def _begin(document: Document, report: Report, numeral: str, title: str) -> None:
    section = document.add_section(WD_SECTION.NEW_PAGE)
    # The break is a paragraph of its own, which must not spill onto an empty page.
    document.paragraphs[-1].style = BREAK
    if numeral == "I":
        # Later sections take over the numbering of the one before them.
        restart_numbering(section)
    words = words_of(report)
    for text in (words.annexes.number.format(numeral=numeral), title):
        document.add_paragraph(style=CENTRED).add_run(text).bold = True
    enclosed = words.annexes.enclosed.format(
        symbol=symbol(report),
        day=words.formats.spoken_day(report.made_at),
        agency=clean(report.issuing_agency),
    )
    line = document.add_paragraph(style=CENTRED)
    run = line.add_run(enclosed)
    run.italic, run.font.size = True, Pt(13)
    line.paragraph_format.space_after = Pt(12)


def _obligation(row: Row, names: Names, words: Words) -> tuple[str, ...]:
    notes = [clean(row.name)]
    if row.covers:
        notes.append(words.annexes.covers.format(agencies=names.listed(row.covers)))
    if row.successors:
        notes.append(words.annexes.successors.format(agencies=names.listed(row.successors)))
    return (
        " ".join(notes),
        day(row.due_on),
        moment(row.filed_at) if row.filed_at else "—",
        timeliness_word(words, row),
        status_word(words.outcomes, row),
    )


def _document(line: DocumentLine, names: Names, words: Words) -> tuple[str, ...]:
    return (
        names.of(line.agency),
        clean(line.name),
        str(line.version),
        moment(line.received_at),
        size(words.formats, line.size),
        clean(line.sha256),
    )
