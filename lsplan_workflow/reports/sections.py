"""The body of the report: who reported, who did not, and whom a decision excused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from docx.shared import Pt

from lsplan_workflow.reports.grid import Column, add_grid
from lsplan_workflow.reports.selection import Names, decisions, late_rows, missing_rows
from lsplan_workflow.reports.typography import BODY, SECTION, SUBSECTION
from lsplan_workflow.reports.wording import (
    clean,
    day,
    decision_word,
    moment,
    number,
    obstacle_state,
    percent,
    program_name,
    regime_name,
    spoken_moment,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from docx.document import Document
    from docx.text.paragraph import Paragraph

    from lsplan_workflow.domain.compliance import Figures
    from lsplan_workflow.reports.model import ObstacleLine, Report

NOTHING: Final = "Không có."

_ORDINAL: Final = Column("TT", 11, centred=True)
_DUE: Final = Column("Hạn (trước ngày)", 27, centred=True)
_MISSING: Final = (
    _ORDINAL,
    Column("Cơ quan, đơn vị", 64),
    _DUE,
    Column("Số ngày quá hạn", 22, centred=True),
    Column("Ghi chú", 41),
)
_LATE: Final = (
    _ORDINAL,
    Column("Cơ quan, đơn vị", 72),
    _DUE,
    Column("Thời điểm gửi", 33, centred=True),
    Column("Số ngày chậm", 22, centred=True),
)
_DECISIONS: Final = (
    _ORDINAL,
    Column("Cơ quan, đơn vị", 42),
    Column("Nội dung", 32),
    Column("Lý do", 34),
    Column("Người quyết định", 24),
    Column("Ngày quyết định", 22, centred=True),
)


def add_sections(document: Document, report: Report) -> None:
    """Add the opening, the numbered sections and the closing sentence."""
    add_text(document, _opening(report))
    add_compliance(document, report)
    add_defaulters(document, report)
    add_obstacles(document, report)
    add_decisions(document, report)
    closing = add_text(document, _closing(report))
    closing.paragraph_format.space_before = Pt(12)
    # The signature must not stand alone on a page of its own.
    closing.paragraph_format.keep_with_next = True


def add_compliance(document: Document, report: Report) -> None:
    """Add section I, the figures."""
    document.add_paragraph("I. TÌNH HÌNH CHẤP HÀNH", style=SECTION)
    for sentence in compliance_sentences(report):
        add_text(document, sentence)


def add_defaulters(document: Document, report: Report) -> None:
    """Add section II, who is missing and who was late."""
    names = Names(report)
    document.add_paragraph("II. CƠ QUAN, ĐƠN VỊ CHƯA GỬI VÀ GỬI CHẬM", style=SECTION)
    document.add_paragraph("1. Đã quá hạn, chưa gửi báo cáo", style=SUBSECTION)
    missing = (
        (clean(row.name), day(row.due_on), number(row.days_late), _covering(row.covers, names))
        for row in missing_rows(report)
    )
    add_list(document, _MISSING, missing)
    document.add_paragraph("2. Đã gửi báo cáo nhưng chậm", style=SUBSECTION)
    late = (
        (
            clean(row.name),
            day(row.due_on),
            moment(row.filed_at) if row.filed_at else "",
            number(row.days_late),
        )
        for row in late_rows(report)
    )
    add_list(document, _LATE, late)


def add_obstacles(document: Document, report: Report) -> None:
    """Add section III, the difficulties that agencies reported, each in the official wording."""
    document.add_paragraph("III. KHÓ KHĂN, VƯỚNG MẮC VÀ NGUYÊN NHÂN", style=SECTION)
    names = Names(report)
    for place, line in enumerate(report.obstacles, start=1):
        heading = (
            f"{place}. {names.of(line.agency)} (số {clean(line.number)}, tiếp nhận ngày "
            f"{day(line.received_on)})"
        )
        document.add_paragraph(heading, style=SUBSECTION)
        for label, text in _obstacle(line):
            if text:
                add_text(document, f"- {label}: {clean(text)}")
    if not report.obstacles:
        add_text(document, NOTHING)


def _obstacle(line: ObstacleLine) -> Iterable[tuple[str, str]]:
    yield "Nội dung", line.content
    yield "Nguyên nhân", line.cause
    yield "Giải pháp đã thực hiện", line.measures
    yield "Kiến nghị", line.proposal
    yield "Thẩm quyền giải quyết", line.competence
    yield "Tình trạng", obstacle_state(line)
    yield "Nội dung trả lời", line.answer


def add_decisions(document: Document, report: Report) -> None:
    """Add section IV, the extensions and waivers."""
    names = Names(report)
    document.add_paragraph("IV. GIA HẠN VÀ MIỄN BÁO CÁO", style=SECTION)
    lines = (
        (
            names.of(line.agency),
            decision_word(line),
            clean(line.reason),
            clean(line.authority),
            day(line.decided_on),
        )
        for line in decisions(report)
    )
    add_list(document, _DECISIONS, lines)


def add_list(document: Document, columns: Sequence[Column], lines: Iterable[Sequence[str]]) -> None:
    """Add a table whose first column counts its lines, or a sentence if there are none."""
    rows = [(number(place), *line) for place, line in enumerate(lines, start=1)]
    if not rows:
        add_text(document, NOTHING)
        return
    add_grid(document, columns, rows)


def add_text(document: Document, text: str) -> Paragraph:
    """Add a paragraph of the body."""
    return document.add_paragraph(text, style=BODY)


def compliance_sentences(report: Report) -> list[str]:
    """Return the sentences that state the figures of a report."""
    counts = report.figures
    return [
        _deadline(report),
        f"Tính đến {spoken_moment(report.made_at)}, tình hình gửi báo cáo của "
        f"{number(counts.expected)} cơ quan, đơn vị phải báo cáo như sau:",
        *_timeliness_lines(counts),
        _review(counts),
        *_successions(counts),
        *_partial(report),
        "Chi tiết từng cơ quan, đơn vị tại Phụ lục I; danh mục tài liệu đã gửi tại Phụ lục II; "
        "thông tin chưa được xác minh tại Phụ lục III kèm theo.",
    ]


def _opening(report: Report) -> str:
    return (
        f"Thực hiện {program_name(report)}, {clean(report.issuing_agency)} tổng hợp tình hình "
        f"thực hiện chế độ {regime_name(report)} như sau:"
    )


def _closing(report: Report) -> str:
    return (
        f"Trên đây là tình hình thực hiện chế độ {regime_name(report)}, "
        f"{clean(report.issuing_agency)} kính báo cáo {clean(report.recipient)}./."
    )


def _deadline(report: Report) -> str:
    working = f"; ngày làm việc cuối cùng là {day(report.last_working_day)}"
    rolled = working if report.last_working_day != report.last_full_day else ""
    return (
        f"Thời hạn báo cáo: trước ngày {day(report.due_on)} (hết ngày "
        f"{day(report.last_full_day)}{rolled}). Kỳ báo cáo đóng khi bắt đầu ngày "
        f"{day(report.closes_on)}."
    )


def _timeliness_lines(counts: Figures) -> list[str]:
    shares = (
        ("Gửi đúng hạn", counts.on_time),
        ("Gửi chậm", counts.late),
        ("Quá hạn, chưa gửi", counts.missing),
        ("Chưa đến hạn, chưa gửi", counts.pending),
        ("Được miễn báo cáo", counts.waived),
    )
    return [f"- {label}: {_with_share(count, counts)}." for label, count in shares]


def _with_share(count: int, counts: Figures) -> str:
    return f"{number(count)} cơ quan, đơn vị ({percent(count, counts.expected)})"


def _review(counts: Figures) -> str:
    return (
        f"Về kết quả rà soát: {number(counts.accepted)} báo cáo đã được chấp nhận, "
        f"{number(counts.submitted)} báo cáo chờ duyệt, "
        f"{number(counts.returned)} báo cáo đã trả lại để bổ sung, hoàn thiện."
    )


def _successions(counts: Figures) -> list[str]:
    if counts.expected_originally == counts.expected and not counts.transferred:
        return []
    return [
        f"Số cơ quan, đơn vị phải báo cáo ban đầu là {number(counts.expected_originally)}; sau "
        f"sắp xếp tổ chức, hiện nay là {number(counts.expected)}; nghĩa vụ báo cáo của "
        f"{number(counts.transferred)} cơ quan, đơn vị đã chuyển giao cho cơ quan kế thừa. "
        "Các tỷ lệ nêu trên tính theo số hiện nay."
    ]


def _partial(report: Report) -> list[str]:
    if not report.partial:
        return []
    return [
        "Đây là báo cáo tổng hợp chưa đầy đủ: đến thời điểm lập còn "
        f"{number(report.figures.unsettled)} báo cáo chưa gửi hoặc chưa được chấp nhận."
    ]


def _covering(covers: tuple[str, ...], names: Names) -> str:
    return f"Bao gồm: {names.listed(covers)}" if covers else ""
