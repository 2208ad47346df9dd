"""A program, its reporting regimes, and the deadlines, spans and rungs they are written in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from lsplan_workflow.domain.agencies import Role
from lsplan_workflow.domain.text import ENGLISH, VIETNAMESE, Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lsplan_workflow.domain.calendar import WorkingCalendar

_SPAN: Final = re.compile(r"(?P<count>[1-9]\d{0,3})(?P<unit>wd|d)")
_RUNG: Final = re.compile(r"(?P<side>before|overdue)-(?P<span>[1-9]\d{0,3}(?:wd|d))")
OPENING: Final = "opening"


class Unit(StrEnum):
    """Days of the calendar, or working days."""

    DAYS = "d"
    WORKING_DAYS = "wd"


@dataclass(frozen=True, slots=True)
class Span:
    """A number of days or of working days: `60d`, `10wd`."""

    count: int
    unit: Unit

    @classmethod
    def parse(cls, text: str) -> Span:
        """Read `60d` or `10wd`; raise ValueError for anything else."""
        match = _SPAN.fullmatch(text)
        if match is None:
            raise ValueError(text)
        return cls(int(match["count"]), Unit(match["unit"]))

    def __str__(self) -> str:
        return f"{self.count}{self.unit.value}"


class Side(StrEnum):
    """Before the due instant, or after it."""

    BEFORE = "before"
    OVERDUE = "overdue"


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of a reminder schedule or an escalation ladder: `before-14d`, `overdue-1wd`."""

    side: Side
    span: Span

    @classmethod
    def parse(cls, text: str) -> Rung:
        """Read `before-14d` or `overdue-1wd`; raise ValueError for anything else."""
        match = _RUNG.fullmatch(text)
        if match is None:
            raise ValueError(text)
        return cls(Side(match["side"]), Span.parse(match["span"]))

    def __str__(self) -> str:
        return f"{self.side.value}-{self.span}"

    def day(self, due_on: date, calendar: WorkingCalendar) -> date:
        """Return the working day on which the rung stands, `due_on` being D.

        Before D it moves to the previous working day, from D on to the next.
        """
        count, days = self.span.count, timedelta(days=self.span.count)
        if self.side is Side.BEFORE:
            if self.span.unit is Unit.WORKING_DAYS:
                return calendar.nth_working_day_before(due_on, count)
            return calendar.working_day_on_or_before(due_on - days)
        if self.span.unit is Unit.WORKING_DAYS:
            return calendar.nth_working_day_from(due_on, count)
        return calendar.working_day_on_or_after(due_on + days)


@dataclass(frozen=True, slots=True)
class MonthDay:
    """A day of every year, without the year."""

    month: int
    day: int

    def in_year(self, year: int) -> date:
        """Return that day of a year."""
        return date(year, self.month, self.day)

    def last_before(self, day: date) -> date:
        """Return its last occurrence before a given day."""
        same_year = self.in_year(day.year)
        return same_year if same_year < day else self.in_year(day.year - 1)


class Roll(StrEnum):
    """What a deadline does whose last full day is no working day."""

    NONE = "none"
    NEXT_WORKING_DAY = "next-working-day"


@dataclass(frozen=True, slots=True)
class Deadline:
    """«Trước ngày» (exclusive, `before`) or «chậm nhất ngày» (inclusive, `by`) a day."""

    on: MonthDay
    inclusive: bool
    roll: Roll = Roll.NONE

    def due_on(self, year: int, calendar: WorkingCalendar) -> date:
        """Return D, the local date whose first instant is the due instant."""
        one = timedelta(days=1)
        last_full_day = self.on.in_year(year) - (timedelta() if self.inclusive else one)
        if self.roll is Roll.NEXT_WORKING_DAY:
            last_full_day = calendar.working_day_on_or_after(last_full_day)
        return last_full_day + one


class Audience(StrEnum):
    """Whom a rung addresses; what one audience hears supersedes what it heard before."""

    FOCAL = "focal"
    HEAD = "head"
    FOCAL_POINT = "focal-point"
    LEADERSHIP = "leadership"

    @property
    def is_digest(self) -> bool:
        """Tell whether it hears of all missing agencies at once, not of one obligation."""
        return self in {Audience.FOCAL_POINT, Audience.LEADERSHIP}

    @property
    def role(self) -> Role:
        """The role of the contacts that make up the audience."""
        return Role.LEADER if self.is_digest else Role(self.value)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the escalation ladder: when, to whom, and who is in copy."""

    rung: Rung
    to: Audience
    copy: tuple[Role, ...] = ()


@dataclass(frozen=True, slots=True)
class Regime:
    """One kind of report that the program demands, and how it is chased.

    `assumptions` are what the configuration takes for granted, one sentence each;
    `legal_basis_en` stands in English letters, where there is one. A report
    returned for revision is due again within `revise_within`, unless the return names a
    day, and is chased by the rungs of `revision_reminders` and `revision_ladder`.
    """

    code: str
    name_vi: str
    name_en: str
    years: tuple[int, ...]
    deadline: Deadline
    opens: MonthDay
    grace: Span
    closes: Span
    owed_by: tuple[str, ...]
    reminders: tuple[Rung, ...]
    ladder: tuple[Step, ...]
    data_cutoff: MonthDay | None = None
    legal_basis: str = ""
    assumptions: tuple[Text, ...] = ()
    revise_within: Span = Span(5, Unit.WORKING_DAYS)
    revision_reminders: tuple[Rung, ...] = ()
    revision_ladder: tuple[Step, ...] = ()
    legal_basis_en: str = ""

    def name(self, language: str) -> str:
        """Return the name in `language`, Vietnamese for any but English."""
        return self.name_en if language == ENGLISH else self.name_vi

    def basis(self, language: str) -> str:
        """Return the legal basis as letters in `language` cite it; empty if there is none."""
        return (language == ENGLISH and self.legal_basis_en) or self.legal_basis


class Split(StrEnum):
    """Who owes when an agency is split among several successors."""

    LEAD = "lead"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Rate:
    """How many messages a channel lets out."""

    max_per_minute: int
    max_per_day: int


@dataclass(frozen=True, slots=True)
class Program:
    """A plan document with its reporting regimes.

    `focal_point` and `leadership` are agency codes; the focal point is followed through
    its successions. `sender` is the address that messages come from, `language` that of
    its reports and of whoever asks for no other. `issuer`, `place` and `kind`, what the
    document is called, are in that language; those in `_en` stand in English texts where
    there are any. `signatory` is the office of whoever signs the consolidated report.
    """

    code: str
    number: str
    title_vi: str
    title_en: str
    place: str
    issuer: str
    issued_on: date
    effective_from: date
    focal_point: str
    leadership: tuple[str, ...]
    split: Split
    sender: str
    submit_to: str
    regimes: tuple[Regime, ...]
    language: str = VIETNAMESE
    issuer_en: str = ""
    place_en: str = ""
    kind: str = ""
    kind_en: str = ""
    signatory: str = ""

    def title(self, language: str) -> str:
        """Return the title in `language`, Vietnamese for any but English."""
        return self.title_en if language == ENGLISH else self.title_vi

    def issued_by(self, language: str) -> str:
        """Return who issued the document, as texts in `language` name him."""
        return (language == ENGLISH and self.issuer_en) or self.issuer

    def written_in(self, language: str) -> str:
        """Return the place that stands before the date of texts in `language`."""
        return (language == ENGLISH and self.place_en) or self.place

    def called(self, language: str) -> str:
        """Return what the document is called in `language`, else by its symbol."""
        if language == ENGLISH and self.kind_en:
            return self.kind_en
        if language == self.language and self.kind:
            return self.kind
        symbol = self.number.partition("/")[2].partition("-")[0]
        return _KINDS.get(symbol, _A_DOCUMENT).in_language(language)


# Kinds of documents by the abbreviation in their symbol (Decree 30/2020/NĐ-CP, annex III).
_KINDS: Final[Mapping[str, Text]] = {
    "KH": Text("Kế hoạch", "Plan"),
    "CTr": Text("Chương trình", "Programme"),
    "CT": Text("Chỉ thị", "Directive"),
    "QĐ": Text("Quyết định", "Decision"),
    "NQ": Text("Nghị quyết", "Resolution"),
}
_A_DOCUMENT: Final = Text("Văn bản", "Document")
