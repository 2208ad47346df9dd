"""The consolidated report as a workbook (XLSX), for those who go on calculating."""

from __future__ import annotations

from datetime import UTC
from io import BytesIO
from typing import TYPE_CHECKING, Final

import xlsxwriter

from lsplan_workflow.domain.compliance import Timeliness
from lsplan_workflow.reports.selection import Names, decisions, documents
from lsplan_workflow.reports.spreadsheet import Column, Kind, Spreadsheet, headed
from lsplan_workflow.reports.wording import (
    clean,
    decision_word,
    document_name,
    obstacle_texts,
    provenance,
    status_word,
    subject,
    words_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lsplan_workflow.reports.model import Report, Row
    from lsplan_workflow.reports.spreadsheet import Value

_ORDINAL: Final = Column(6, Kind.NUMBER)
_AGENCY: Final = Column(34)
_FIGURES: Final = (Column(32), Column(50, Kind.NUMBER), Column(12, Kind.SHARE))
_OBLIGATIONS: Final = (
    _ORDINAL,
    Column(10),
    _AGENCY,
    Column(17),
    Column(12),
    Column(12, Kind.DATE),
    Column(16, Kind.MOMENT),
    Column(9, Kind.NUMBER),
    Column(26),
    Column(26),
)
_DECISIONS: Final = (
    _ORDINAL,
    _AGENCY,
    Column(18),
    Column(13, Kind.DATE),
    Column(36),
    Column(22),
    Column(12, Kind.DATE),
)
_OBSTACLES: Final = (
    _ORDINAL,
    Column(11),
    _AGENCY,
    Column(12, Kind.DATE),
    Column(36),
    *(Column(30), Column(30), Column(30)),
    Column(22),
    Column(24),
    Column(36),
)
_DOCUMENTS: Final = (
    _ORDINAL,
    _AGENCY,
    Column(8, Kind.NUMBER),
    Column(40),
    Column(12, Kind.NUMBER),
    Column(16, Kind.MOMENT),
    Column(56, Kind.HASH),
)
_UNVERIFIED: Final = (_ORDINAL, Column(110))


def write_workbook(report: Report) -> bytes:
    """Return the report as an XLSX file, the same bytes for the same report."""
    output = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(output, options) as book:
        _set_properties(book, report)
        _add_sheets(Spreadsheet(book), report)
    return output.getvalue()


def _add_sheets(sheets: Spreadsheet, report: Report) -> None:
    words = words_of(report)
    named = words.sheets
    contents = (
        (_FIGURES, named.figure_headings, _figures(report)),
        (_OBLIGATIONS, named.obligation_headings, _counted(_obligations(report))),
        (_OBSTACLES, named.obstacle_headings, _counted(_obstacles(report))),
        (_DECISIONS, named.decision_headings, _counted(_decisions(report))),
        (_DOCUMENTS, named.document_headings, _counted(_documents(report))),
        (_UNVERIFIED, named.unverified_headings, _counted((f,) for f in report.unverified)),
    )
    for name, (columns, headings, rows) in zip(named.names, contents, strict=True):
        sheets.add(name, headed(columns, headings), rows)


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
    """Return the rows of the first sheet, in the order of their labels."""
    counts, named = report.figures, words_of(report).sheets
    facts: list[tuple[Value, Value]] = [
        (report.report_name, None),
        (report.cycle, None),
        (report.number, None),
        (report.made_at, None),
        (named.partial if report.partial else named.complete, None),
        (report.due_on, None),
        (counts.expected, _share(counts.expected, report)),
        (counts.expected_originally, None),
        (counts.taken_over, None),
        (counts.lapsed, None),
    ]
    outcomes = (counts.on_time, counts.late, counts.missing, counts.pending)
    reviews = (counts.accepted, counts.submitted, counts.returned)
    facts += [(count, _share(count, report)) for count in outcomes]
    # A waiver takes an agency out of those of whom the shares are.
    facts.append((counts.waived, None))
    facts += [(count, _share(count, report)) for count in reviews]
    facts += [(report.audit_count, None), (report.audit_hash, None)]
    return [(label, *fact) for label, fact in zip(named.figures, facts, strict=True)]


def _share(count: int, report: Report) -> float:
    return report.figures.rate(count) / 100


def _obligations(report: Report) -> Iterable[tuple[Value, ...]]:
    names, outcomes = Names(report), words_of(report).outcomes
    for row in report.rows:
        yield (
            row.code,
            row.name,
            status_word(outcomes, row),
            outcomes.timeliness[row.timeliness] if row.timeliness else None,
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
    names, words = Names(report), words_of(report)
    for line in decisions(report):
        yield (
            names.of(line.agency),
            decision_word(words, line),
            line.until,
            line.reason,
            line.authority,
            line.decided_on,
        )


def _obstacles(report: Report) -> Iterable[tuple[Value, ...]]:
    names, words = Names(report), words_of(report)
    for line in report.obstacles:
        head = (line.number, names.of(line.agency), line.received_on)
        yield *head, *obstacle_texts(words, line)


def _documents(report: Report) -> Iterable[tuple[Value, ...]]:
    names = Names(report)
    for line in documents(report):
        agency = names.of(line.agency)
        yield agency, line.version, line.name, line.size, line.received_at, line.sha256
