"""The body of the report: who reported, who did not, and whom a decision excused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from docx.shared import Pt

from lsplan_workflow.reports.grid import Column, add_grid, headed
from lsplan_workflow.reports.selection import Names, decisions, late_rows, missing_rows
from lsplan_workflow.reports.typography import BODY, SECTION, SUBSECTION
from lsplan_workflow.reports.wording import (
    agencies,
    clean,
    day,
    decision_word,
    moment,
    number,
    obstacle_texts,
    percent,
    program_name,
    regime_name,
    words_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from docx.document import Document
    from docx.text.paragraph import Paragraph

    from lsplan_workflow.domain.compliance import Figures
    from lsplan_workflow.reports.model import Report
    from lsplan_workflow.reports.words import Words

_ORDINAL: Final = Column(11, centred=True)
_DUE: Final = Column(27, centred=True)
_MISSING: Final = (_ORDINAL, Column(64), _DUE, Column(22, centred=True), Column(41))
_LATE: Final = (_ORDINAL, Column(72), _DUE, Column(33, centred=True), Column(22, centred=True))
_DECISIONS: Final = (
    _ORDINAL,
    Column(42),
    Column(32),
    Column(34),
    Column(24),
    Column(22, centred=True),
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
    document.add_paragraph(words_of(report).body.compliance, style=SECTION)
    for sentence in compliance_sentences(report):
        add_text(document, sentence)


def add_defaulters(document: Document, report: Report) -> None:
    """Add section II, who is missing and who was late."""
    words = words_of(report)
    document.add_paragraph(words.body.defaulters, style=SECTION)
    document.add_paragraph(words.body.missing, style=SUBSECTION)
    columns = headed(_MISSING, words.body.missing_headings)
    add_list(document, words, columns, _missing_lines(report, words))
    document.add_paragraph(words.body.late, style=SUBSECTION)
    columns = headed(_LATE, words.body.late_headings)
    add_list(document, words, columns, _late_lines(report, words))


def _missing_lines(report: Report, words: Words) -> Iterator[Sequence[str]]:
    names = Names(report)
    for row in missing_rows(report):
        covered = names.listed(row.covers)
        yield (
            clean(row.name),
            day(row.due_on),
            number(words.formats, row.days_late),
            words.body.covers.format(agencies=covered) if covered else "",
        )


def _late_lines(report: Report, words: Words) -> Iterator[Sequence[str]]:
    for row in late_rows(report):
        yield (
            clean(row.name),
            day(row.due_on),
            moment(row.filed_at) if row.filed_at else "",
            number(words.formats, row.days_late),
        )


def add_obstacles(document: Document, report: Report) -> None:
    """Add section III, the difficulties that agencies reported, each in the official wording."""
    names, words = Names(report), words_of(report)
    said = words.obstacles
    document.add_paragraph(said.section, style=SECTION)
    for place, line in enumerate(report.obstacles, start=1):
        entry = said.entry.format(
            place=place,
            agency=names.of(line.agency),
            number=clean(line.number),
            day=words.formats.in_text(line.received_on),
        )
        document.add_paragraph(entry, style=SUBSECTION)
        for label, text in zip(said.labels, obstacle_texts(words, line), strict=True):
            if text:
                add_text(document, f"- {label}: {clean(text)}")
    if not report.obstacles:
        add_text(document, words.body.nothing)


def add_decisions(document: Document, report: Report) -> None:
    """Add section IV, the extensions and waivers."""
    names, words = Names(report), words_of(report)
    document.add_paragraph(words.body.decisions, style=SECTION)
    lines = (
        (
            names.of(line.agency),
            decision_word(words, line),
            clean(line.reason),
            clean(line.authority),
            day(line.decided_on),
        )
        for line in decisions(report)
    )
    add_list(document, words, headed(_DECISIONS, words.body.decision_headings), lines)


def add_list(
    document: Document, words: Words, columns: Sequence[Column], lines: Iterable[Sequence[str]]
) -> None:
    """Add a table whose first column counts its lines, or a sentence if there are none."""
    rows = [(number(words.formats, place), *line) for place, line in enumerate(lines, start=1)]
    if not rows:
        add_text(document, words.body.nothing)
        return
    add_grid(document, columns, rows)


def add_text(document: Document, text: str) -> Paragraph:
    """Add a paragraph of the body."""
    return document.add_paragraph(text, style=BODY)


def compliance_sentences(report: Report) -> list[str]:
    """Return the sentences that state the figures of a report."""
    words, counts = words_of(report), report.figures
    expected = agencies(words.formats, counts.expected)
    return [
        _deadline(report, words),
        words.body.state.format(
            moment=words.formats.moment(report.made_at),
            expected=expected,
            excepting=_excepting(counts, words),
        ),
        *_shares(counts, words),
        _review(counts, words),
        *_successions(counts, words),
        *_partial(report, words),
        words.body.annexes,
    ]


def _opening(report: Report) -> str:
    return words_of(report).body.opening.format(
        program=program_name(report),
        agency=clean(report.issuing_agency),
        regime=regime_name(report),
    )


def _closing(report: Report) -> str:
    return words_of(report).body.closing.format(
        regime=regime_name(report),
        agency=clean(report.issuing_agency),
        recipient=clean(report.recipient),
    )


def _deadline(report: Report, words: Words) -> str:
    said = words.formats.in_text
    working = words.body.last_working_day.format(day=said(report.last_working_day))
    return words.body.deadline.format(
        due_on=said(report.due_on),
        last_full_day=said(report.last_full_day),
        working=working if report.last_working_day != report.last_full_day else "",
        closes_on=said(report.closes_on),
    )


def _shares(counts: Figures, words: Words) -> list[str]:
    outcomes = (counts.on_time, counts.late, counts.missing, counts.pending)
    return [
        words.body.share.format(
            label=label,
            count=agencies(words.formats, count),
            percent=percent(words.formats, count, counts.expected),
        )
        for label, count in zip(words.body.outcomes, outcomes, strict=True)
    ]


def _excepting(counts: Figures, words: Words) -> str:
    """Return how many are left out of the expected because nothing is owed, if any."""
    waived = agencies(words.formats, counts.waived)
    return words.body.excepting.format(waived=waived) if counts.waived else ""


def _review(counts: Figures, words: Words) -> str:
    return words.body.review.format(
        accepted=number(words.formats, counts.accepted),
        submitted=number(words.formats, counts.submitted),
        returned=number(words.formats, counts.returned),
    )


def _successions(counts: Figures, words: Words) -> list[str]:
    if counts.expected_originally == counts.expected + counts.waived and not counts.transferred:
        return []
    formats = words.formats
    said = words.body.successions.format(
        originally=number(formats, counts.expected_originally),
        originally_agencies=agencies(formats, counts.expected_originally),
        expected=number(formats, counts.expected),
        expected_agencies=agencies(formats, counts.expected),
        excepting=_excepting(counts, words),
        transferred_agencies=agencies(formats, counts.transferred),
    )
    return [said]


def _partial(report: Report, words: Words) -> list[str]:
    if not report.partial:
        return []
    unsettled = number(words.formats, report.figures.unsettled)
    return [words.body.partial.format(unsettled=unsettled)]
