"""calendar.csv: days off and days worked that the holidays library lacks or has wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from lsplan_workflow.configuration.tables import A_DATE, Row, columns_in, read_table
from lsplan_workflow.domain.text import Text

if TYPE_CHECKING:
    from datetime import date

    from lsplan_workflow.configuration.findings import Findings

COLUMNS: Final = ("date", "type", "name_{}", "status", "source")
TYPES: Final = ("off", "work")
_ANNOUNCED: Final = "announced"
_FIXED: Final = "fixed by law"
_ESTIMATE: Final = "estimate"
_A_STATUS: Final = Text(
    "«announced» (đã công bố), «fixed by law» (luật định) hoặc «estimate» (ước tính) kèm ghi chú",
    "«announced», «fixed by law», or «estimate» with a remark",
)


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """One day of the file.

    A year is announced once its file has an announced day and no estimate: the days that
    the law fixes are known for every year and say nothing about Tết.
    """

    on: date
    is_worked: bool
    is_announced: bool
    is_estimate: bool


def read_calendar(text: str | None, findings: Findings, language: str) -> tuple[CalendarDay, ...]:
    """Return the days of the file in its order, which are named in one language."""
    lines: dict[date, int] = {}
    rows = read_table(text, columns_in(language, COLUMNS), findings).rows
    return tuple(day for row in rows if (day := _day(row, lines, language)) is not None)


def _day(row: Row, lines: dict[date, int], language: str) -> CalendarDay | None:
    row.text(f"name_{language}")
    is_worked, status = row.choice("type", TYPES) == "work", row.cells["status"]
    is_estimate = status.startswith(_ESTIMATE)
    if status not in {_ANNOUNCED, _FIXED} and not is_estimate:
        row.fault("status", _A_STATUS)
    on = row.date("date")
    if on is None:
        if not row.cells["date"]:
            row.fault("date", A_DATE)
        return None
    if on in lines:
        expected = Text(
            f"mỗi ngày chỉ một dòng; ngày này đã có ở dòng {lines[on]}",
            f"each day only once; line {lines[on]} has this one",
        )
        row.fault("date", expected)
    lines.setdefault(on, row.line)
    return CalendarDay(on, is_worked, status == _ANNOUNCED, is_estimate)
