"""What a report's lists hold and in which order, and the names that stand for codes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsplan_workflow.domain.compliance import Timeliness
from lsplan_workflow.reports.collation import sort_key
from lsplan_workflow.reports.wording import clean

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lsplan_workflow.reports.model import DecisionLine, DocumentLine, Report, Row


class Names:
    """The names of the agencies of a report by their codes."""

    def __init__(self, report: Report) -> None:
        self._by_code = {row.code: clean(row.name) for row in report.rows}

    def of(self, agency: str) -> str:
        """Return an agency's name; what is no code of the report stands for itself."""
        return self._by_code.get(agency, clean(agency))

    def listed(self, agencies: Iterable[str]) -> str:
        """Return the names of several agencies in Vietnamese order, parted by semicolons."""
        return "; ".join(sorted(map(self.of, agencies), key=sort_key))


def missing_rows(report: Report) -> list[Row]:
    """Return the rows past their deadline without a filing, by name."""
    return _by_name(report, Timeliness.MISSING)


def late_rows(report: Report) -> list[Row]:
    """Return the rows that were filed late, by name."""
    return _by_name(report, Timeliness.LATE)


def _by_name(report: Report, timeliness: Timeliness) -> list[Row]:
    chosen = (row for row in report.rows if row.timeliness is timeliness)
    return sorted(chosen, key=lambda row: sort_key(clean(row.name)))


def decisions(report: Report) -> list[DecisionLine]:
    """Return the extensions and waivers by the name of the agency, then by date."""
    names = Names(report)
    return sorted(
        report.decisions, key=lambda line: (sort_key(names.of(line.agency)), line.decided_on)
    )


def documents(report: Report) -> list[DocumentLine]:
    """Return the filed documents by the name of the agency, then by version."""
    names = Names(report)
    return sorted(
        report.documents,
        key=lambda line: (sort_key(names.of(line.agency)), line.version, sort_key(line.name)),
    )
