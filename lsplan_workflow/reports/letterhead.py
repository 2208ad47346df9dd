"""What stands around the body of an official document: head, title, signature, recipients."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from docx.shared import Mm, Pt

from lsplan_workflow.reports.grid import fix_widths, keep_whole, set_margins
from lsplan_workflow.reports.typography import CENTRED, RECIPIENTS, TEXT_WIDTH_MM, set_rule
from lsplan_workflow.reports.wording import clean, subject, symbol, words_of

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import _Cell
    from docx.text.paragraph import Paragraph

    from lsplan_workflow.reports.model import Report
    from lsplan_workflow.reports.words import Head

_LEFT_MM: Final = 63
_RIGHT_MM: Final = TEXT_WIDTH_MM - _LEFT_MM
# The motto's width in bold Times New Roman of 14 pt; its rule is as wide.
_MOTTO_MM: Final = 63.3
# Rules under an agency or a title take between a third and a half of the line above. A line's
# width is estimated, so that 0.42 leaves room on both sides.
_SHARE_OF_LINE: Final = 0.42
_CAPITAL_WIDTH: Final = 0.66
_LETTER_WIDTH: Final = 0.48
_MM_PER_POINT: Final = 25.4 / 72


def add_head(document: Document, report: Report) -> None:
    """Add the agencies, the name of the country, the number, the place and the date."""
    words = words_of(report)
    table = document.add_table(rows=2, cols=2)
    fix_widths(table, (_LEFT_MM, _RIGHT_MM))
    # The name of the country fills its column; the usual side margins would break it in two.
    set_margins(table, top=Mm(0), side=Mm(0))
    agencies, country = table.rows[0].cells
    numbered, place = table.rows[1].cells
    _fill_agencies(agencies, report)
    if words.head.country is not None:
        _fill_country(country, *words.head.country)
    _write(numbered.paragraphs[0], words.head.number + symbol(report), 13)
    date_line = f"{clean(report.place)}, {words.formats.spoken_day(report.made_at)}"
    _write(place.paragraphs[0], date_line, 13, italic=True)


def add_title(document: Document, report: Report) -> None:
    """Add the type of the document, its subject with a rule, and whom it addresses."""
    head = words_of(report).head
    title = _write(document.add_paragraph(), head.kind, 14, bold=True)
    title.paragraph_format.space_before = Pt(18)
    _write(document.add_paragraph(), subject(report), 14, bold=True)
    width = _share_of_line(subject(report), 14, TEXT_WIDTH_MM, _LETTER_WIDTH)
    set_rule(document.add_paragraph(), width, TEXT_WIDTH_MM)
    addressee = head.addressee.format(recipient=clean(report.recipient))
    line = _write(document.add_paragraph(), addressee, 14)
    line.paragraph_format.space_before = line.paragraph_format.space_after = Pt(12)


def add_signature(document: Document, report: Report) -> None:
    """Add the recipients at the left and room for the signature at the right."""
    head = words_of(report).head
    table = document.add_table(rows=1, cols=2)
    fix_widths(table, (TEXT_WIDTH_MM / 2, TEXT_WIDTH_MM / 2))
    set_margins(table, top=Mm(3), side=Mm(0))
    keep_whole(table.rows[0])
    recipients, signature = table.rows[0].cells
    _fill_recipients(recipients, head)
    office = clean(report.signatory).upper() or head.signatory
    _write(signature.paragraphs[0], office, 14, bold=True)
    for _ in range(4):
        _write(signature.add_paragraph(), "", 14, bold=True)


def _fill_agencies(cell: _Cell, report: Report) -> None:
    own = clean(report.issuing_agency).upper()
    _write(cell.paragraphs[0], clean(report.parent_agency).upper(), 13)
    _write(cell.add_paragraph(), own, 13, bold=True)
    width = _share_of_line(own, 13, _LEFT_MM, _CAPITAL_WIDTH)
    set_rule(cell.add_paragraph(), width, _LEFT_MM)


def _fill_country(cell: _Cell, country: str, motto: str) -> None:
    _write(cell.paragraphs[0], country, 13, bold=True)
    _write(cell.add_paragraph(), motto, 14, bold=True)
    set_rule(cell.add_paragraph(), _MOTTO_MM, _RIGHT_MM)


def _fill_recipients(cell: _Cell, head: Head) -> None:
    label = cell.paragraphs[0]
    label.style = RECIPIENTS
    run = label.add_run(head.recipients)
    run.bold, run.italic, run.font.size = True, True, Pt(12)
    for item in head.recipient_items:
        cell.add_paragraph(item, style=RECIPIENTS)


def _write(
    line: Paragraph, text: str, points: int, *, bold: bool = False, italic: bool = False
) -> Paragraph:
    line.style = CENTRED
    run = line.add_run(text)
    run.font.size, run.bold, run.italic = Pt(points), bold, italic
    return line


def _share_of_line(text: str, points: int, available_mm: float, letter_width: float) -> float:
    width = len(text) * points * letter_width * _MM_PER_POINT
    return _SHARE_OF_LINE * min(width, available_mm)
