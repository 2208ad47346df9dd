"""indicators.csv and tasks.csv: what the plan measures and what it orders."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from lsplan_workflow.configuration.agencies_file import unique_code
from lsplan_workflow.configuration.tables import (
    FIRST_YEAR,
    LAST_YEAR,
    Row,
    columns_in,
    read_table,
)
from lsplan_workflow.domain.text import Text

if TYPE_CHECKING:
    from datetime import date

    from lsplan_workflow.configuration.agencies_file import Agencies
    from lsplan_workflow.configuration.findings import Findings

INDICATOR_COLUMNS: Final = (
    "code",
    "name_{}",
    "unit",
    "target_2030",
    "direction",
    "responsible",
    "aggregation",
    "baseline_year",
    "baseline",
    "valid_to",
    "verified",
    "source",
)
TASK_COLUMNS: Final = ("code", "name_{}", "lead_agency", "verified", "source")
DIRECTIONS: Final = ("higher_is_better", "lower_is_better")
AGGREGATIONS: Final = ("report", "sum", "average")
_NUMBER: Final = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_TARGET: Final = re.compile(r"(?:<=|>=)?-?[0-9]+(?:\.[0-9]+)?|[0-9.]+-[0-9]+(?:\.[0-9]+)?")
_YEAR: Final = re.compile(r"[0-9]{4}")

_A_TARGET: Final = Text(
    "một số (67, 8.06), một khoảng (8-9) hoặc một ngưỡng (<=5, >=3); dấu thập phân là dấu chấm",
    "a number (67, 8.06), a range (8-9) or a bound (<=5, >=3); the decimal sign is a point",
)
_A_NUMBER: Final = Text(
    "một số như 8.06, dấu thập phân là dấu chấm, hoặc để trống",
    "a number such as 8.06 with a decimal point, or nothing",
)
_A_YEAR: Final = Text("một năm như 2025, hoặc để trống", "a year such as 2025, or nothing")


@dataclass(frozen=True, slots=True)
class Indicator:
    """One figure that the plan sets a target for; `target_2030` may be a range or a bound.

    `aggregation` says how agencies' figures become the province's; one that cannot be
    measured any more has a last day, `valid_to`.
    """

    code: str
    name: str
    unit: str
    target_2030: str
    direction: str
    responsible: str
    aggregation: str
    baseline_year: int | None
    baseline: str
    valid_to: date | None
    verified: bool
    source: str


@dataclass(frozen=True, slots=True)
class Task:
    """One task that the plan orders, and the agency that leads it."""

    code: str
    name: str
    lead_agency: str
    verified: bool
    source: str


def read_indicators(
    text: str | None, agencies: Agencies, findings: Findings, language: str
) -> dict[int, Indicator]:
    """Return the indicators of the file in its order, by their lines.

    They are named in the language of the installation: by `name_vi` or `name_en`.
    """
    codes: dict[str, int] = {}
    table = read_table(text, columns_in(language, INDICATOR_COLUMNS), findings)
    return {row.line: _indicator(row, codes, agencies, language) for row in table.rows}


def _indicator(row: Row, codes: dict[str, int], agencies: Agencies, language: str) -> Indicator:
    return Indicator(
        code=unique_code(row, codes),
        name=row.text(f"name_{language}"),
        unit=row.text("unit"),
        target_2030=_matching(row, "target_2030", _TARGET, _A_TARGET),
        direction=row.choice("direction", DIRECTIONS),
        responsible=agencies.check(row, "responsible"),
        aggregation=row.choice("aggregation", AGGREGATIONS),
        baseline_year=_year(row),
        baseline=row.cells["baseline"] and _matching(row, "baseline", _NUMBER, _A_NUMBER),
        valid_to=row.date("valid_to"),
        verified=row.flag("verified"),
        source=row.cells["source"],
    )


def _matching(row: Row, column: str, pattern: re.Pattern[str], expected: Text) -> str:
    value = row.cells[column]
    if not pattern.fullmatch(value):
        row.fault(column, expected)
    return value


def _year(row: Row) -> int | None:
    value = row.cells["baseline_year"]
    if not value:
        return None
    if not _YEAR.fullmatch(value) or not FIRST_YEAR <= int(value) <= LAST_YEAR:
        row.fault("baseline_year", _A_YEAR)
        return None
    return int(value)


def read_tasks(
    text: str | None, agencies: Agencies, findings: Findings, language: str
) -> dict[int, Task]:
    """Return the tasks of the file in its order, by their lines."""
    codes: dict[str, int] = {}
    table = read_table(text, columns_in(language, TASK_COLUMNS), findings)
    return {row.line: _task(row, codes, agencies, language) for row in table.rows}


def _task(row: Row, codes: dict[str, int], agencies: Agencies, language: str) -> Task:
    return Task(
        code=unique_code(row, codes),
        name=row.text(f"name_{language}"),
        lead_agency=agencies.check(row, "lead_agency"),
        verified=row.flag("verified"),
        source=row.cells["source"],
    )
