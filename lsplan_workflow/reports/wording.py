"""What the reports say in the words of their language, and what their files are called."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final

from lsplan_workflow.domain.compliance import Timeliness
from lsplan_workflow.domain.obstacles import AWAITING
from lsplan_workflow.domain.text import ENGLISH, VIETNAMESE
from lsplan_workflow.reports import english, vietnamese

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from lsplan_workflow.reports.model import DecisionLine, ObstacleLine, Report, Row
    from lsplan_workflow.reports.words import Formats, Outcomes, Words

_WORDS: Final[Mapping[str, Words]] = {VIETNAMESE: vietnamese.WORDS, ENGLISH: english.WORDS}
_KIBIBYTE: Final = 1024
_NOT_IN_FILE_NAMES: Final = re.compile(r'[\\/:*?"<>|]')


def words_in(language: str) -> Words:
    """Return the words of one of the languages that reports can be written in."""
    return _WORDS[language]


def words_of(report: Report) -> Words:
    """Return the words of a report's language."""
    return words_in(report.language)


def clean(text: str) -> str:
    """Return a text that any XML part can hold: composed (NFC), control characters blank.

    File names arrive from outside and may hold anything, lone surrogates included.
    """
    composed = unicodedata.normalize("NFC", text)
    return "".join(" " if _is_control(sign) else sign for sign in composed)


def _is_control(sign: str) -> bool:
    return unicodedata.category(sign) in {"Cc", "Cs"} or sign in "\ufffe\uffff"


def percent(formats: Formats, count: int, whole: int) -> str:
    """Return a share in percent to one decimal, half rounded up: `12,9%`.

    Whole numbers are divided, because a binary fraction can fall on the wrong side of a half.
    """
    tenths = (2000 * count + whole) // (2 * whole) if whole else 0
    return f"{number(formats, tenths // 10)}{formats.decimal}{tenths % 10}%"


def number(formats: Formats, count: int) -> str:
    """Return a whole number with its thousands apart: `3.500`."""
    return f"{count:,}".replace(",", formats.thousands)


def size(formats: Formats, count: int) -> str:
    """Return a size of so many bytes in the largest unit that it fills: `12,5 KB`."""
    amount, unit = float(count), ""
    for larger in ("KB", "MB", "GB"):
        if amount < _KIBIBYTE:
            break
        amount, unit = amount / _KIBIBYTE, larger
    if not unit:
        return f"{count} {formats.byte}"
    return f"{amount:.1f} {unit}".replace(".", formats.decimal)


def days(formats: Formats, count: int) -> str:
    """Return a number of days in words: `3 ngày`."""
    return formats.days(count, number(formats, count))


def agencies(formats: Formats, count: int) -> str:
    """Return a number of agencies in words: `6 cơ quan, đơn vị`."""
    return formats.agencies(count, number(formats, count))


def day(value: date) -> str:
    """Return a date as tables hold it: `19/10/2025`."""
    return f"{value:%d/%m/%Y}"


def moment(value: datetime) -> str:
    """Return an instant as tables hold it: `19/10/2025 16:30`."""
    return f"{value:%d/%m/%Y %H:%M}"


def timeliness_word(words: Words, row: Row) -> str:
    """Return how a row was met in time, with its days late: `chậm 3 ngày`."""
    if row.timeliness is None:
        return "—"
    outcomes, late = words.outcomes, days(words.formats, row.days_late)
    word = outcomes.timeliness[row.timeliness]
    if row.timeliness is Timeliness.LATE:
        return outcomes.late.format(word=word, days=late)
    if row.timeliness is Timeliness.MISSING:
        return outcomes.missing.format(word=word, days=late)
    return word


def status_word(outcomes: Outcomes, row: Row) -> str:
    """Return the word for a row's status, or that it ended with its agency."""
    return outcomes.lapsed if row.lapsed else outcomes.status[row.status]


def obstacle_state(words: Words, line: ObstacleLine) -> str:
    """Return how an obstacle stands: who answers it by when, that it was answered or closed."""
    said, day = words.obstacles, words.formats.in_text(line.answer_before)
    state = said.states[line.state].format(answerer=clean(line.answerer), day=day)
    late = line.overdue and line.state in AWAITING
    return said.overdue.format(state=state) if late else state


def obstacle_texts(words: Words, line: ObstacleLine) -> tuple[str, ...]:
    """Return what is said of an obstacle, in the order of its labels; empty if it was not."""
    return (
        line.content,
        line.cause,
        line.measures,
        line.proposal,
        line.competence,
        obstacle_state(words, line),
        line.answer,
    )


def decision_word(words: Words, decision: DecisionLine) -> str:
    """Return what a decision did, with the last day that it gave."""
    word, until = words.outcomes.decided[decision.what], decision.until
    if until is None:
        return word
    day = words.formats.in_text(until)
    return (
        word.format(day=day)
        if "{day}" in word
        else words.outcomes.with_time.format(word=word, day=day)
    )


def regime_name(report: Report) -> str:
    """Return the regime with its year as it stands inside a sentence.

    A name that already says «báo cáo» or the year does not say it twice.
    """
    head, name = words_of(report).head, clean(report.report_name)
    if not name.casefold().startswith(head.report):
        name = f"{head.report} {_lower_first(name)}"
    year = head.year.format(year=report.year)
    return _lower_first(name) if year in name.casefold() else f"{_lower_first(name)} {year}"


def subject(report: Report) -> str:
    """Return what the report is about, its subject line."""
    return words_of(report).head.subject.format(regime=regime_name(report))


def program_name(report: Report) -> str:
    """Return the program as documents cite it: kind, number, date, issuer, matter."""
    words, title = words_of(report), clean(report.program_title)
    kind = clean(report.program_kind)
    matter = _lower_first(title.removeprefix(kind).strip())
    named = words.head.program.format(
        kind=kind,
        number=clean(report.program_number),
        day=words.formats.in_text(report.program_issued_on),
        issuer=clean(report.program_issuer),
    )
    return named + (words.head.matter.format(matter=matter, title=title) if matter else "")


def _lower_first(text: str) -> str:
    # An abbreviation such as «UBND» keeps its capitals.
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def symbol(report: Report) -> str:
    """Return the document's symbol behind the room for the number, which the clerk fills in."""
    return words_of(report).head.symbol.format(symbol=clean(report.symbol))


def provenance(report: Report) -> str:
    """Return the small print: which version this is, and the head of the audit log."""
    words = words_of(report)
    return words.head.provenance.format(
        number=report.number,
        moment=words.formats.moment(report.made_at),
        count=number(words.formats, report.audit_count),
        hash=clean(report.audit_hash),
    )


def document_name(report: Report) -> str:
    """Return the name of the report's files, without a suffix."""
    pattern = words_of(report).head.name
    name = clean(pattern.format(cycle=report.cycle, number=report.number))
    return _NOT_IN_FILE_NAMES.sub("-", name)


def file_name(report: Report, suffix: str) -> str:
    """Return the name of one of the report's files; `suffix` is `docx` or `.docx`."""
    return f"{document_name(report)}.{suffix.removeprefix('.')}"
