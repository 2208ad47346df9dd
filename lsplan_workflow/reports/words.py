"""What a language brings to the reports: every word of the layout, and how it counts and dates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date, datetime

    from lsplan_workflow.domain.compliance import Timeliness
    from lsplan_workflow.domain.obligations import Status
    from lsplan_workflow.domain.obstacles import State
    from lsplan_workflow.reports.model import Decided

Headings = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Formats:
    """How the language writes numbers and dates.

    `in_text` is a date within a sentence, `spoken_day` one in words, `moment` an instant.
    """

    locale: str
    thousands: str
    decimal: str
    list_separator: str
    byte: str
    in_text: Callable[[date], str]
    spoken_day: Callable[[date], str]
    moment: Callable[[datetime], str]
    days: Callable[[int, str], str]
    agencies: Callable[[int, str], str]


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What became of an obligation; `late` and `missing` add the days to the word.

    `with_time` adds a last day to what was decided, where its word does not name it.
    """

    status: Mapping[Status, str]
    lapsed: str
    timeliness: Mapping[Timeliness, str]
    late: str
    missing: str
    decided: Mapping[Decided, str]
    with_time: str


@dataclass(frozen=True, slots=True)
class Head:
    """What stands around the body. `country` is its name and motto, if the law wants them.

    `styles` renames the styles by which the editor lists the document's paragraphs.
    """

    country: tuple[str, str] | None
    number: str
    symbol: str
    kind: str
    subject: str
    addressee: str
    recipients: str
    recipient_items: tuple[str, ...]
    signatory: str
    name: str
    provenance: str
    program: str
    matter: str
    report: str
    year: str
    styles: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Body:
    """The sentences and tables of the sections, but for the one on obstacles."""

    opening: str
    closing: str
    compliance: str
    defaulters: str
    missing: str
    missing_headings: Headings
    late: str
    late_headings: Headings
    decisions: str
    decision_headings: Headings
    nothing: str
    deadline: str
    last_working_day: str
    state: str
    excepting: str
    share: str
    outcomes: Headings
    review: str
    successions: str
    partial: str
    annexes: str
    covers: str


@dataclass(frozen=True, slots=True)
class Obstacles:
    """The section on difficulties; `labels` stand before what was said of each, in order.

    `states` say how one stands: who answers it by when, `overdue` adds that it was due.
    """

    section: str
    entry: str
    labels: Headings
    states: Mapping[State, str]
    overdue: str


@dataclass(frozen=True, slots=True)
class Annexes:
    """The titles and tables of the annexes, and the sentences of what nobody confirmed."""

    number: str
    enclosed: str
    titles: Headings
    obligation_headings: Headings
    document_headings: Headings
    covers: str
    successors: str
    calendar: str
    agency: str
    indicator: str
    task: str


@dataclass(frozen=True, slots=True)
class Sheets:
    """The names and headings of the workbook's sheets; `figures` label the rows of the first."""

    names: Headings
    figure_headings: Headings
    figures: Headings
    partial: str
    complete: str
    obligation_headings: Headings
    obstacle_headings: Headings
    decision_headings: Headings
    document_headings: Headings
    unverified_headings: Headings


@dataclass(frozen=True, slots=True)
class Words:
    """All that a report says in one language, but for what people and agencies wrote."""

    formats: Formats
    outcomes: Outcomes
    head: Head
    body: Body
    obstacles: Obstacles
    annexes: Annexes
    sheets: Sheets
