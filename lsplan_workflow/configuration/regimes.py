"""The [[regime]] tables of program.toml: what is demanded by when, and how it is chased."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from lsplan_workflow.configuration.tables import one_of
from lsplan_workflow.domain.agencies import Role
from lsplan_workflow.domain.program import (
    Audience,
    Deadline,
    MonthDay,
    Regime,
    Roll,
    Rung,
    Side,
    Span,
    Step,
)
from lsplan_workflow.domain.text import VIETNAMESE, Text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from lsplan_workflow.configuration.agencies_file import Agencies
    from lsplan_workflow.configuration.toml_table import Table

_CODE: Final = re.compile(r"[a-z][a-z0-9-]*")
_MONTH_DAY: Final = re.compile(r"(0[1-9]|1[0-2])-([0-3][0-9])")
_YEARS: Final = re.compile(r"([0-9]{4})-([0-9]{4})")
FIRST_REGIME_YEAR: Final = 2000
LAST_REGIME_YEAR: Final = 2100
# Any year without a 29 February: a day of every year has to exist in it.
_COMMON_YEAR: Final = 2001

_A_CODE: Final = Text(
    'mã viết thường, không dấu, như "annual"', 'a code in plain lower case, as "annual"'
)
_A_MONTH_DAY: Final = Text(
    'một ngày có trong mọi năm, dạng tháng-ngày như "10-20"',
    'a day that every year has, as month-day: "10-20"',
)
_A_SPAN: Final = Text(
    'khoảng thời gian như "60d" (ngày) hoặc "10wd" (ngày làm việc)',
    'a span as "60d" (days) or "10wd" (working days)',
)
_A_REMINDER: Final = Text(
    'mốc nhắc trước hạn như "before-14d" hoặc "before-3wd"',
    'a reminder before the deadline as "before-14d" or "before-3wd"',
)
_AN_ESCALATION: Final = Text(
    'mốc sau hạn như "overdue-3wd"', 'a step after the deadline as "overdue-3wd"'
)
_YEARS_EXPECTED: Final = Text(
    f'danh sách năm như [2025, 2026] hoặc khoảng năm như "2025-2030", mỗi năm một lần, '
    f"từ {FIRST_REGIME_YEAR} đến {LAST_REGIME_YEAR}",
    f'a list of years as [2025, 2026] or a range as "2025-2030", each year once, '
    f"from {FIRST_REGIME_YEAR} to {LAST_REGIME_YEAR}",
)
_ONE_DEADLINE: Final = Text(
    "đúng một trong hai khóa: before (trước ngày) hoặc by (chậm nhất ngày)",
    "exactly one of the two keys: before (exclusive) or by (inclusive)",
)
_ONCE: Final = Text("mỗi mốc chỉ một lần trong một chế độ", "each rung only once in a regime")


@dataclass(frozen=True, slots=True)
class Regimes:
    """The regimes, and by line what they take for granted and nobody has confirmed."""

    regimes: tuple[Regime, ...]
    assumptions: Mapping[int, Text]


Places = dict[str, tuple[str, int]]
"""Where each code stands: its file and line."""


@dataclass(frozen=True, slots=True)
class Names:
    """In which languages things must be named: the installation's, and the program's own.

    English names are always there, because English letters may be asked for; Vietnamese
    ones may be left out where nothing is usually said in Vietnamese.
    """

    usual: str
    own: str

    def vietnamese(self, table: Table, key: str) -> str:
        """Return the text under `<key>_vi`, or the English one where it may be left out."""
        if VIETNAMESE in {self.usual, self.own} or table.has(f"{key}_vi"):
            return table.text(f"{key}_vi")
        # Asking for the English text a second time would note a fault of it twice.
        found = table.values.get(f"{key}_en")
        return found.strip() if isinstance(found, str) else ""


def read_regimes(root: Table, agencies: Agencies, codes: Places, names: Names) -> Regimes:
    """Return the regimes of a program in the order of the file.

    `codes` holds those of all programs: a reporting cycle is named by its regime's alone.
    """
    assumptions: dict[int, Text] = {}
    regimes = []
    for table in root.tables("regime"):
        assumed = _assumption(table, names)
        regimes.append(_regime(table, codes, agencies, names, assumed))
        for text in assumed:
            key = "assumption_vi" if "assumption_vi" in table.values else "assumption_en"
            assumptions[table.line(key)] = text
        table.finish()
    if root.values.get("regime") == []:
        root.fault("regime", "[]", Text("ít nhất một chế độ báo cáo", "at least one regime"))
    return Regimes(tuple(regimes), assumptions)


def _assumption(table: Table, names: Names) -> tuple[Text, ...]:
    """Return what a regime takes for granted: one sentence, or none."""
    has_vietnamese, has_english = table.has("assumption_vi"), table.has("assumption_en")
    if not has_vietnamese and not has_english:
        return ()
    return (Text(names.vietnamese(table, "assumption"), table.text("assumption_en")),)


def _regime(
    table: Table, codes: Places, agencies: Agencies, names: Names, assumed: tuple[Text, ...]
) -> Regime:
    return Regime(
        code=read_code(table, _parse_code, _A_CODE, codes),
        name_vi=names.vietnamese(table, "name"),
        name_en=table.text("name_en"),
        years=_years(table),
        deadline=_deadline(table),
        opens=_month_day(table, "opens"),
        grace=read_span(table, "grace"),
        closes=read_span(table, "closes"),
        owed_by=_owed_by(table, agencies),
        reminders=read_reminders(table, "reminders"),
        ladder=read_ladder(table, "ladder", tuple(Audience)),
        data_cutoff=_month_day(table, "data_cutoff") if table.has("data_cutoff") else None,
        legal_basis=table.optional_text("legal_basis"),
        legal_basis_en=table.optional_text("legal_basis_en"),
        assumptions=assumed,
        revise_within=read_span(table, "revise_within") if table.has("revise_within") else _A_WEEK,
        revision_reminders=read_reminders(table, "revision_reminders")
        if table.has("revision_reminders")
        else (),
        revision_ladder=read_ladder(table, "revision_ladder", _TO_AGENCY),
    )


def read_reminders(table: Table, key: str) -> tuple[Rung, ...]:
    """Return the rungs of a list that lie before a deadline."""
    return table.listed(key, _rung_of(Side.BEFORE), _A_REMINDER)


def read_code(table: Table, parse: Callable[[str], str], expected: Text, codes: Places) -> str:
    """Return the code of a table, which no other has, and keep its place."""
    code = table.parsed("code", parse, expected) or ""
    if code in codes:
        file, line = codes[code]
        unused = Text(
            f"mã chưa dùng; mã này đã có ở {file}:{line}",
            f"a code not yet used; {file}:{line} has this one",
        )
        table.fault("code", code, unused)
    elif code:
        codes[code] = table.findings.file, table.line("code")
    return code


def _parse_code(text: str) -> str:
    if not _CODE.fullmatch(text):
        raise ValueError(text)
    return text


def _years(table: Table) -> tuple[int, ...]:
    """Return the years of a list or of a range, or one year with a fault."""
    value = table.values.get("years")
    if not table.has("years"):
        table.findings.note_absent(table.line(), table.name("years"), _YEARS_EXPECTED)
        return (FIRST_REGIME_YEAR,)
    years = _range(value) if isinstance(value, str) else value
    if not isinstance(years, list) or not _are_years(years):
        table.fault("years", value, _YEARS_EXPECTED)
        return (FIRST_REGIME_YEAR,)
    return tuple(years)


def _range(text: str) -> list[int]:
    match = _YEARS.fullmatch(text)
    return list(range(int(match[1]), int(match[2]) + 1)) if match else []


def _are_years(years: Sequence[object]) -> bool:
    """Tell whether there is at least one year, and each one is possible and there once."""
    possible = range(FIRST_REGIME_YEAR, LAST_REGIME_YEAR + 1)
    whole = all(type(year) is int and year in possible for year in years)
    return whole and 0 < len(years) == len(set(years))


def _deadline(table: Table) -> Deadline:
    before, by = table.has("before"), table.has("by")
    if before == by:
        table.findings.note(
            table.line("by"), table.name("before/by"), "2" if by else "0", _ONE_DEADLINE
        )
    on = _month_day(table, "by" if by else "before") if before or by else MonthDay(1, 1)
    roll = table.word("roll", Roll) if table.has("roll") else Roll.NONE
    return Deadline(on, inclusive=by, roll=roll)


def _month_day(table: Table, key: str) -> MonthDay:
    return table.parsed(key, _parse_month_day, _A_MONTH_DAY) or MonthDay(1, 1)


def _parse_month_day(text: str) -> MonthDay:
    match = _MONTH_DAY.fullmatch(text)
    if match is None:
        raise ValueError(text)
    month_day = MonthDay(int(match[1]), int(match[2]))
    month_day.in_year(_COMMON_YEAR)
    return month_day


def read_span(table: Table, key: str) -> Span:
    """Return a span of days or working days."""
    return table.parsed(key, Span.parse, _A_SPAN) or Span.parse("1d")


def _rung_of(side: Side) -> Callable[[str], Rung]:
    def parse(text: str) -> Rung:
        rung = Rung.parse(text)
        if rung.side is not side:
            raise ValueError(text)
        return rung

    return parse


def _owed_by(table: Table, agencies: Agencies) -> tuple[str, ...]:
    """Return the kinds of agencies that owe; each is that of some agency."""
    kinds = list(dict.fromkeys(agency.kind for agency in agencies.agencies))

    def known(kind: str) -> str:
        if not kind or (agencies.complete and kind not in kinds):
            raise ValueError(kind)
        return kind

    return table.some("owed_by", known, _a_kind(kinds))


def _a_kind(kinds: list[str]) -> Text:
    listed = ", ".join(kinds)
    return Text(f"loại cơ quan có trong agencies.csv: {listed}", f"a kind of agencies: {listed}")


def read_ladder(table: Table, key: str, audiences: Sequence[Audience]) -> tuple[Step, ...]:
    """Return an escalation ladder to some audiences, which may be left out."""
    steps: list[Step] = []
    known: set[Rung] = set()
    for inner in table.tables(key) if table.has(key) else []:
        rung = inner.parsed("rung", _rung_of(Side.OVERDUE), _AN_ESCALATION)
        if rung is not None and rung in known:
            inner.fault("rung", rung, _ONCE)
        known.update({rung} if rung else ())
        roles = one_of([role.value for role in Role])
        copy = inner.listed("copy", Role, roles) if inner.has("copy") else ()
        audience = inner.word("to", Audience)
        if audience not in audiences:
            inner.fault("to", audience, one_of([wanted.value for wanted in audiences]))
        steps.append(Step(rung or _ANY_RUNG, audience, copy))
        inner.finish()
    return tuple(steps)


_ANY_RUNG: Final = Rung.parse("overdue-1wd")
_A_WEEK: Final = Span.parse("5wd")
# Leaders read of overdue revisions in the digests that the other ladder sends.
_TO_AGENCY: Final = (Audience.FOCAL, Audience.HEAD)
