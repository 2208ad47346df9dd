"""What a consolidated report states, gathered before it is laid out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from lsplan_workflow.domain.text import VIETNAMESE

if TYPE_CHECKING:
    from lsplan_workflow.domain.compliance import Figures, Timeliness
    from lsplan_workflow.domain.obligations import Status
    from lsplan_workflow.domain.obstacles import State


@dataclass(frozen=True, slots=True)
class Row:
    """One obligation. `filed_at` is its first complete filing, local; None if none came.

    `days_late` counts local days from D on: 0 where on time, 1 for a filing on D itself;
    of a missing one up to the day of the report. `covers` names the agencies taken over,
    `successors` those that it passed on to; what `lapsed` ended with its agency for nobody.
    """

    code: str
    name: str
    status: Status
    timeliness: Timeliness | None
    due_on: date
    filed_at: datetime | None = None
    days_late: int = 0
    covers: tuple[str, ...] = ()
    successors: tuple[str, ...] = ()
    lapsed: bool = False


class Decided(StrEnum):
    """What a decision did: gave more time, or less than one before it, or excused, or took back."""

    EXTENDED = "extended"
    CORRECTED = "corrected"
    WAIVED = "waived"
    WAIVER_TAKEN_BACK = "waiver_taken_back"
    ACCEPTANCE_TAKEN_BACK = "acceptance_taken_back"


@dataclass(frozen=True, slots=True)
class DecisionLine:
    """A decision on a deadline; `until` is the last day that it gave, inclusive, if it did."""

    agency: str
    what: Decided
    until: date | None
    reason: str
    authority: str
    decided_on: date


@dataclass(frozen=True, slots=True)
class DocumentLine:
    """A file that was filed; `size` is in bytes, `received_at` local."""

    agency: str
    version: int
    name: str
    sha256: str
    size: int
    received_at: datetime


@dataclass(frozen=True, slots=True)
class ObstacleLine:
    """A difficulty that an agency reported; `answer` is the last one, `answer_before` its D.

    `answerer` is the agency that has to answer or did.
    """

    number: str
    agency: str
    received_on: date
    content: str
    cause: str
    measures: str
    proposal: str
    competence: str
    state: State
    answerer: str
    answer_before: date
    answer: str = ""
    overdue: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """The state of one cycle at one instant, in one language; every instant is local.

    `recipient` is who it is addressed to (Kính gửi), `issuing_agency` the focal point of
    that day with its parent and the abbreviation in its document symbols, `signatory` the
    office of whoever signs, empty for the usual one.
    `unverified` are facts of the configuration that nobody has confirmed, one sentence each.
    `audit_count` and `audit_hash` are the head of the audit log when the report was made.
    `obstacles` stand in the order of their numbers.
    """

    number: int
    made_at: datetime
    partial: bool
    cycle: str
    report_name: str
    year: int
    due_on: date
    last_full_day: date
    last_working_day: date
    closes_on: date
    program_kind: str
    program_number: str
    program_title: str
    program_issuer: str
    program_issued_on: date
    place: str
    parent_agency: str
    issuing_agency: str
    symbol: str
    recipient: str
    figures: Figures
    rows: tuple[Row, ...]
    decisions: tuple[DecisionLine, ...]
    documents: tuple[DocumentLine, ...]
    unverified: tuple[str, ...]
    audit_count: int
    audit_hash: str
    language: str = VIETNAMESE
    signatory: str = ""
    obstacles: tuple[ObstacleLine, ...] = ()
