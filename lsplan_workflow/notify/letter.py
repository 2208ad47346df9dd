"""What a message says, before a template gives it words; every instant is local."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lsplan_workflow.domain.agencies import Role
    from lsplan_workflow.domain.notice_kinds import NoticeKind


@dataclass(frozen=True, slots=True)
class Missing:
    """An agency whose report or revision has not arrived; D of its deadline is day 1 late."""

    code: str
    name: str
    covers: tuple[str, ...] = ()
    due_on: date | None = None
    days_late: int = 0


@dataclass(frozen=True, slots=True)
class OfKind:
    """How many agencies of a kind, a word of the configuration, owe, and how many are overdue."""

    kind: str
    expected: int
    missing: int


@dataclass(frozen=True, slots=True)
class Tried:
    """What an agency was sent before: the kind of letter, the local day, and the reader's role."""

    kind: NoticeKind
    on: date
    role: Role


@dataclass(frozen=True, slots=True)
class YearBefore:
    """How many of how many had filed in the cycle of the year before, as far from its D."""

    year: int
    filed: int
    expected: int


@dataclass(frozen=True, slots=True)
class Item:
    """One matter of a letter. What does not concern its kind is left at its default.

    `before` is the day that the deadline excludes («trước ngày»), `last_full_day` the last
    on which a filing is on time, `last_working_day` the last one worked, `closes_on` the
    last on which the cycle is open. `days` is how many local days remain, or how many
    the report is late.

    Of a digest, `missing` lists the agencies whose report is overdue out of `expected`, of
    which `filed` have filed, `extended` those that have longer, `unrevised` those whose
    revision is `overdue`; the longest overdue come first, and `by_kind` counts the missing of
    each kind of agencies. Who is `waived` owes nothing and is not among those expected.
    `year_before` is how it stood a year ago, if that is known.
    `tried` is what the agency was sent before its head is written to.
    `until` is the day that the deadline of a revision excludes,
    `until_working_day` the last one worked before it, `former` that of a deadline before
    it was moved or extended once more, `authority` the document that a decision rests on.
    `return_lifted` tells that what is accepted had been returned and needs no revision.
    `filed_already` tells that what was reopened is a report to revise, `late` that its
    deadline had passed when the letter was written. `void_version` is the version that does not
    count any more, 0 for none; `version` is then the newest that does, and `settled` tells
    that nothing more is owed.

    After a succession `covers` names whose duty the agency took over, or `successors` who
    took over its own; `lapsed` tells that nobody did, `kept_as` is the name of an agency
    under which its successor goes on to file; `taken_by` is the reader's own agency, whose report
    covers what an agency that has ended owes again. `detail` is what a failure notice
    to an administrator reports.

    Of an obstacle, `obstacle` is its number, `agency` who reported it, `answerer` who has to
    answer it, `before` the day that the deadline of the answer excludes; `answer` is the last
    one there is. `closed` tells that it was closed, for a `reason`, and `relieved` that its reader
    had to answer it and has not any more, as another has; `excused`, as it was closed. Of a
    report, `excused` tells that no successor owes what had arrived before the end. In a digest,
    `obstacles_awaited` counts those without an answer, of which some are overdue.
    """

    kind: NoticeKind
    rung: str
    cycle: str
    report: str
    year: int
    agency_code: str
    agency: str
    legal_basis: str
    before: date
    last_full_day: date
    last_working_day: date
    estimated: bool = False
    closes_on: date | None = None
    data_cutoff: date | None = None
    days: int = 0
    covers: tuple[str, ...] = ()
    received_at: datetime | None = None
    version: int = 0
    late: bool = False
    documents: tuple[str, ...] = ()
    reason: str = ""
    until: date | None = None
    until_working_day: date | None = None
    former: date | None = None
    overdue: bool = False
    authority: str = ""
    filed_already: bool = False
    return_lifted: bool = False
    void_version: int = 0
    settled: bool = False
    successors: tuple[str, ...] = ()
    lapsed: bool = False
    kept_as: str = ""
    taken_by: str = ""
    missing: tuple[Missing, ...] = ()
    extended: tuple[Missing, ...] = ()
    unrevised: tuple[Missing, ...] = ()
    expected: int = 0
    filed: int = 0
    waived: int = 0
    detail: str = ""
    obstacle: str = ""
    content: str = ""
    cause: str = ""
    measures: str = ""
    proposal: str = ""
    competence: str = ""
    answerer: str = ""
    answer: str = ""
    closed: bool = False
    relieved: bool = False
    excused: bool = False
    obstacles_awaited: int = 0
    obstacles_overdue: int = 0
    tried: tuple[Tried, ...] = ()
    year_before: YearBefore | None = None
    by_kind: tuple[OfKind, ...] = ()

    def evolve(self, **changes: Any) -> Item:  # noqa: ANN401 - What `replace` takes.
        """Return the item with some fields changed."""
        return replace(self, **changes)


@dataclass(frozen=True, slots=True)
class Letter:
    """One message to one recipient: who writes about which program, and its items.

    `program_kind` is what the program's document is called: «Kế hoạch», «Quyết định».
    `addressee` is who stands after «Kính gửi»; `focal_point` is the department that
    collects, `ask_name` and `ask_address` whom to ask there. `audit_count` and
    `audit_hash` are the head of the audit log, which digests carry. `example` tells that it
    shows what somebody would first have to do, `outdated` that what it said is no longer so:
    both are looked at and never sent.
    """

    language: str
    written_at: datetime
    addressee: str
    program_kind: str
    program_number: str
    program_title: str
    program_issuer: str
    program_issued_on: date
    place: str
    focal_point: str
    submit_to: str
    ask_name: str
    ask_address: str
    items: tuple[Item, ...]
    audit_count: int = 0
    audit_hash: str = ""
    example: bool = False
    outdated: bool = False
