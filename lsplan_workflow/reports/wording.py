"""Words, numbers and dates as the reports write them, and what the files are called."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final

from lsplan_workflow.domain.compliance import Timeliness
from lsplan_workflow.domain.obligations import STATUS_VI
from lsplan_workflow.domain.obstacles import STATE_VI, State

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from lsplan_workflow.reports.model import DecisionLine, ObstacleLine, Report, Row

TIMELINESS_VI: Final[Mapping[Timeliness, str]] = {
    Timeliness.ON_TIME: "đúng hạn",
    Timeliness.LATE: "chậm",
    Timeliness.MISSING: "chưa gửi",
    Timeliness.PENDING: "chưa đến hạn",
    Timeliness.WAIVED: "được miễn",
}

# Kinds of documents by the abbreviation in their symbol (Decree 30/2020/NĐ-CP).
_KINDS: Final[Mapping[str, str]] = {
    "KH": "Kế hoạch",
    "CTr": "Chương trình",
    "CT": "Chỉ thị",
    "QĐ": "Quyết định",
    "NQ": "Nghị quyết",
}
_FIRST_PADDED_MONTH_OUT: Final = 3
_KIBIBYTE: Final = 1024
_NOT_IN_FILE_NAMES: Final = re.compile(r'[\\/:*?"<>|]')


def clean(text: str) -> str:
    """Return a text that any XML part can hold: composed (NFC), control characters blank.

    File names arrive from outside and may hold anything, lone surrogates included.
    """
    composed = unicodedata.normalize("NFC", text)
    return "".join(" " if _is_control(sign) else sign for sign in composed)


def _is_control(sign: str) -> bool:
    return unicodedata.category(sign) in {"Cc", "Cs"} or sign in "\ufffe\uffff"


def percent(count: int, whole: int) -> str:
    """Return a share in percent to one decimal, half rounded up: `12,9%`.

    Whole numbers are divided, because a binary fraction can fall on the wrong side of a half.
    """
    tenths = (2000 * count + whole) // (2 * whole) if whole else 0
    return f"{number(tenths // 10)},{tenths % 10}%"


def number(count: int) -> str:
    """Return a whole number with its thousands apart: `3.500`."""
    return f"{count:,}".replace(",", ".")


def size(count: int) -> str:
    """Return a size of so many bytes in the largest unit that it fills: `12,5 KB`."""
    amount, unit = float(count), "byte"
    for larger in ("KB", "MB", "GB"):
        if amount < _KIBIBYTE:
            break
        amount, unit = amount / _KIBIBYTE, larger
    return f"{count} byte" if unit == "byte" else f"{amount:.1f} {unit}".replace(".", ",")


def day(value: date) -> str:
    """Return a date as `19/10/2025`."""
    return f"{value:%d/%m/%Y}"


def moment(value: datetime) -> str:
    """Return an instant as `19/10/2025 16:30`."""
    return f"{value:%d/%m/%Y %H:%M}"


def spoken_moment(value: datetime) -> str:
    """Return an instant as a sentence states it: `17 giờ 00 phút ngày 31/10/2025`."""
    return f"{value:%H} giờ {value:%M} phút ngày {day(value)}"


def spoken_day(value: date) -> str:
    """Return a date in words; days below 10 and months 1 and 2 are padded by law."""
    month = f"{value.month:02d}" if value.month < _FIRST_PADDED_MONTH_OUT else str(value.month)
    return f"ngày {value.day:02d} tháng {month} năm {value.year}"


def timeliness_word(row: Row) -> str:
    """Return how a row was met in time, with its days late: `chậm 3 ngày`."""
    if row.timeliness is None:
        return "—"
    word = TIMELINESS_VI[row.timeliness]
    if row.timeliness is Timeliness.LATE:
        return f"{word} {number(row.days_late)} ngày"
    if row.timeliness is Timeliness.MISSING:
        return f"{word} (quá {number(row.days_late)} ngày)"
    return word


def status_word(row: Row) -> str:
    """Return a row's status in Vietnamese."""
    return STATUS_VI[row.status]


def obstacle_state(line: ObstacleLine) -> str:
    """Return how an obstacle stands: `đã giao Sở Y tế trả lời trước ngày 27/10/2025`."""
    before = f"trước ngày {day(line.answer_before)}" + (" (quá hạn)" if line.overdue else "")
    if line.state is State.RECEIVED:
        return f"{clean(line.answerer)} trả lời {before}"
    if line.state is State.ASSIGNED:
        return f"đã giao {clean(line.answerer)} trả lời {before}"
    return STATE_VI[line.state]


def decision_word(decision: DecisionLine) -> str:
    """Return what a decision grants: a later last day, or a waiver."""
    if decision.until is None:
        return "Miễn báo cáo"
    return f"Gia hạn đến hết ngày {day(decision.until)}"


def regime_name(report: Report) -> str:
    """Return the regime with its year as it stands inside a sentence.

    A name that already says «báo cáo» or the year does not say it twice.
    """
    name = clean(report.report_name)
    if not name.casefold().startswith("báo cáo"):
        name = f"báo cáo {_lower_first(name)}"
    year = f"năm {report.year}"
    return _lower_first(name) if year in name.casefold() else f"{_lower_first(name)} {year}"


def subject(report: Report) -> str:
    """Return what the report is about, its subject line."""
    return f"Tổng hợp tình hình thực hiện chế độ {regime_name(report)}"


def program_name(report: Report) -> str:
    """Return the program as documents cite it: kind, number, date, issuer, matter."""
    kind = _KINDS.get(_abbreviation(report.program_number), "Văn bản")
    matter = clean(report.program_title).removeprefix(kind).strip()
    about = f" về {_lower_first(matter)}" if matter else ""
    issued = f"ngày {day(report.program_issued_on)} của {clean(report.program_issuer)}"
    return f"{kind} số {clean(report.program_number)} {issued}{about}"


def _abbreviation(symbol: str) -> str:
    return symbol.partition("/")[2].partition("-")[0]


def _lower_first(text: str) -> str:
    # An abbreviation such as «UBND» keeps its capitals.
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def provenance(report: Report) -> str:
    """Return the small print: which version this is, and the head of the audit log."""
    return (
        f"Bản tổng hợp số {report.number}, lập lúc {spoken_moment(report.made_at)}; "
        f"nhật ký: {number(report.audit_count)} sự kiện, mã băm {clean(report.audit_hash)}"
    )


def document_name(report: Report) -> str:
    """Return the name of the report's files, without a suffix."""
    name = clean(f"Báo cáo tổng hợp {report.cycle} lần {report.number}")
    return _NOT_IN_FILE_NAMES.sub("-", name)


def file_name(report: Report, suffix: str) -> str:
    """Return the name of one of the report's files; `suffix` is `docx` or `.docx`."""
    return f"{document_name(report)}.{suffix.removeprefix('.')}"
