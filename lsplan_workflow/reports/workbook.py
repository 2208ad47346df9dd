"""The consolidated report as a workbook (XLSX), for those who go on calculating."""

from __future__ import annotations

from datetime import UTC
from io import BytesIO
from typing import TYPE_CHECKING, Final

import xlsxwriter

from lsplan_workflow.domain.compliance import Timeliness
from lsplan_workflow.reports.selection import Names, decisions, documents
from lsplan_workflow.reports.spreadsheet import Column, Kind, Spreadsheet
from lsplan_workflow.reports.wording import (
    TIMELINESS_VI,
    clean,
    decision_word,
    document_name,
    obstacle_state,
    provenance,
    status_word,
    subject,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lsplan_workflow.reports.model import Report, Row
    from lsplan_workflow.reports.spreadsheet import Value

_ORDINAL: Final = Column("TT", 6, Kind.NUMBER)
_AGENCY: Final = Column("Cơ quan", 34)
_FIGURES: Final = (
    Column("Nội dung", 32),
    Column("Giá trị", 50, Kind.NUMBER),
    Column("Tỷ lệ", 12, Kind.SHARE),
)
_OBLIGATIONS: Final = (
    _ORDINAL,
    Column("Mã", 10),
    _AGENCY,
    Column("Trạng thái", 17),
    Column("Kết quả", 12),
    Column("Hạn (trước ngày)", 12, Kind.DATE),
    Column("Thời điểm nộp", 16, Kind.MOMENT),
    Column("Số ngày chậm", 9, Kind.NUMBER),
    Column("Bao gồm", 26),
    Column("Chuyển cho", 26),
)
_DECISIONS: Final = (
    _ORDINAL,
    _AGENCY,
    Column("Nội dung", 18),
    Column("Gia hạn đến hết ngày", 13, Kind.DATE),
    Column("Lý do", 36),
    Column("Người quyết định", 22),
    Column("Ngày quyết định", 12, Kind.DATE),
)
_OBSTACLES: Final = (
    _ORDINAL,
    Column("Số", 11),
    _AGENCY,
    Column("Tiếp nhận ngày", 12, Kind.DATE),
    Column("Nội dung", 36),
    Column("Nguyên nhân", 30),
    Column("Giải pháp đã thực hiện", 30),
    Column("Kiến nghị", 30),
    Column("Thẩm quyền giải quyết", 22),
    Column("Tình trạng", 24),
    Column("Nội dung trả lời", 36),
)
_DOCUMENTS: Final = (
    _ORDINAL,
    _AGENCY,
    Column("Lần gửi", 8, Kind.NUMBER),
    Column("Tên tài liệu", 40),
    Column("Dung lượng (byte)", 12, Kind.NUMBER),
    Column("Nhận lúc", 16, Kind.MOMENT),
    Column("SHA-256", 56, Kind.HASH),
)
_UNVERIFIED: Final = (_ORDINAL, Column("Thông tin chưa được xác minh", 110))


def write_workbook(report: Report) -> bytes:
    """Return the report as an XLSX file, the same bytes for the same report."""
    output = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(output, options) as book:
        _set_properties(book, report)
        sheets = Spreadsheet(book)
        sheets.add("Tổng hợp", _FIGURES, _figures(report))
        sheets.add("Chấp hành", _OBLIGATIONS, _counted(_obligations(report)))
        sheets.add("Khó khăn, vướng mắc", _OBSTACLES, _counted(_obstacles(report)))
        sheets.add("Gia hạn, miễn", _DECISIONS, _counted(_decisions(report)))
        sheets.add("Tài liệu", _DOCUMENTS, _counted(_documents(report)))
        sheets.add("Chưa xác minh", _UNVERIFIED, _counted((fact,) for fact in report.unverified))
    return output.getvalue()


def _set_properties(book: xlsxwriter.Workbook, report: Report) -> None:
    made_at = report.made_at.astimezone(UTC).replace(tzinfo=None)
    book.set_properties(
        {
            "title": document_name(report),
            "subject": subject(report),
            "author": clean(report.issuing_agency),
            "comments": provenance(report),
            "created": made_at,
        }
    )


def _counted(rows: Iterable[tuple[Value, ...]]) -> Iterable[tuple[Value, ...]]:
    return ((place, *row) for place, row in enumerate(rows, start=1))


def _figures(report: Report) -> Iterable[tuple[Value, ...]]:
    counts = report.figures
    yield "Chế độ báo cáo", report.report_name, None
    yield "Kỳ báo cáo", report.cycle, None
    yield "Bản tổng hợp số", report.number, None
    yield "Lập lúc", report.made_at, None
    yield "Tính đầy đủ", "chưa đầy đủ" if report.partial else "đầy đủ", None
    yield "Hạn (trước ngày)", report.due_on, None
    yield "Phải báo cáo (hiện nay)", counts.expected, _share(counts.expected, report)
    yield "Phải báo cáo (ban đầu)", counts.expected_originally, None
    yield "Đã chuyển giao", counts.transferred, None
    for label, count in (
        ("Gửi đúng hạn", counts.on_time),
        ("Gửi chậm", counts.late),
        ("Quá hạn, chưa gửi", counts.missing),
        ("Chưa đến hạn, chưa gửi", counts.pending),
        ("Được miễn", counts.waived),
        ("Báo cáo đã chấp nhận", counts.accepted),
        ("Báo cáo chờ duyệt", counts.submitted),
        ("Báo cáo đã trả lại", counts.returned),
    ):
        yield label, count, _share(count, report)
    yield "Nhật ký: số sự kiện", report.audit_count, None
    yield "Nhật ký: mã băm", report.audit_hash, None


def _share(count: int, report: Report) -> float:
    return report.figures.rate(count) / 100


def _obligations(report: Report) -> Iterable[tuple[Value, ...]]:
    names = Names(report)
    for row in report.rows:
        yield (
            row.code,
            row.name,
            status_word(row),
            TIMELINESS_VI[row.timeliness] if row.timeliness else None,
            row.due_on,
            row.filed_at,
            _days_late(row),
            names.listed(row.covers),
            names.listed(row.successors),
        )


def _days_late(row: Row) -> int | None:
    # A blank keeps averages over the column to those that are late.
    return row.days_late if row.timeliness in {Timeliness.LATE, Timeliness.MISSING} else None


def _decisions(report: Report) -> Iterable[tuple[Value, ...]]:
    names = Names(report)
    for line in decisions(report):
        yield (
            names.of(line.agency),
            decision_word(line),
            line.until,
            line.reason,
            line.authority,
            line.decided_on,
        )


def _obstacles(report: Report) -> Iterable[tuple[Value, ...]]:
    names = Names(report)
    for line in report.obstacles:
        yield (
            line.number,
            names.of(line.agency),
            line.received_on,
            line.content,
            line.cause,
            line.measures,
            line.proposal,
            line.competence,
            obstacle_state(line),
            line.answer,
        )


def _documents(report: Report) -> Iterable[tuple[Value, ...]]:
    names = Names(report)
    for line in documents(report):
        agency = names.of(line.agency)
        yield agency, line.version, line.name, line.size, line.received_at, line.sha256
