"""The appendices of the report: every obligation, every document, what nobody confirmed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from docx.enum.section import WD_SECTION
from docx.shared import Pt

from lsplan_workflow.reports.grid import Column
from lsplan_workflow.reports.letterhead import symbol_line
from lsplan_workflow.reports.sections import NOTHING, add_list, add_text
from lsplan_workflow.reports.selection import Names, documents
from lsplan_workflow.reports.typography import BREAK, CENTRED, SMALL_PRINT, restart_numbering
from lsplan_workflow.reports.wording import (
    clean,
    day,
    moment,
    provenance,
    size,
    spoken_day,
    status_word,
    timeliness_word,
)

if TYPE_CHECKING:
    from docx.document import Document

    from lsplan_workflow.reports.model import DocumentLine, Report, Row

_ORDINAL: Final = Column("TT", 11, centred=True)
_OBLIGATIONS: Final = (
    Column("TT", 10, centred=True),
    Column("Cơ quan, đơn vị", 49),
    Column("Hạn (trước ngày)", 21, centred=True),
    Column("Thời điểm gửi", 32, centred=True),
    Column("Kết quả", 27, centred=True),
    Column("Trạng thái", 26, centred=True),
)
_DOCUMENTS: Final = (
    _ORDINAL,
    Column("Cơ quan, đơn vị", 36),
    Column("Tên tài liệu", 40),
    Column("Lần gửi", 11, centred=True),
    Column("Nhận lúc", 22, centred=True),
    Column("Dung lượng", 14, centred=True),
    Column("SHA-256", 31, centred=True, monospace=True),
)


def add_appendices(document: Document, report: Report) -> None:
    """Add the three appendices, each on pages of its own, and the small print."""
    names = Names(report)
    _begin(document, report, "I", "TÌNH HÌNH GỬI BÁO CÁO CỦA CÁC CƠ QUAN, ĐƠN VỊ")
    add_list(document, _OBLIGATIONS, (_obligation(row, names) for row in report.rows))
    _begin(document, report, "II", "DANH MỤC TÀI LIỆU ĐÃ GỬI")
    add_list(document, _DOCUMENTS, (_document(line, names) for line in documents(report)))
    _begin(document, report, "III", "THÔNG TIN CHƯA ĐƯỢC XÁC MINH")
    for fact in report.unverified:
        add_text(document, f"- {clean(fact)}")
    if not report.unverified:
        add_text(document, NOTHING)
    small = document.add_paragraph(provenance(report), style=SMALL_PRINT)
    small.paragraph_format.space_before = Pt(12)


def _begin(document: Document, report: Report, numeral: str, title: str) -> None:
    section = document.add_section(WD_SECTION.NEW_PAGE)
    # The break is a paragraph of its own, which must not spill onto an empty page.
    document.paragraphs[-1].style = BREAK
    if numeral == "I":
        # Later sections take over the numbering of the one before them.
        restart_numbering(section)
    for text in (f"Phụ lục {numeral}", title):
        document.add_paragraph(style=CENTRED).add_run(text).bold = True
    enclosed = (
        f"(Kèm theo Báo cáo số{symbol_line(report).removeprefix('Số:')} "
        f"{spoken_day(report.made_at)} của {clean(report.issuing_agency)})"
    )
    line = document.add_paragraph(style=CENTRED)
    run = line.add_run(enclosed)
    run.italic, run.font.size = True, Pt(13)
    line.paragraph_format.space_after = Pt(12)


def _obligation(row: Row, names: Names) -> tuple[str, ...]:
    notes = [clean(row.name)]
    if row.covers:
        notes.append(f"(bao gồm: {names.listed(row.covers)})")
    if row.successors:
        notes.append(f"(chuyển cho: {names.listed(row.successors)})")
    filed = moment(row.filed_at) if row.filed_at else "—"
    return " ".join(notes), day(row.due_on), filed, timeliness_word(row), status_word(row)


def _document(line: DocumentLine, names: Names) -> tuple[str, ...]:
    return (
        names.of(line.agency),
        clean(line.name),
        str(line.version),
        moment(line.received_at),
        size(line.size),
        clean(line.sha256),
    )
