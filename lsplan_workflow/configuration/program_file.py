"""program.toml, and further programs: regimes, rates, and the settings of the calendar."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import time
from typing import TYPE_CHECKING, Final

from lsplan_workflow.configuration.addresses import AN_EMAIL, is_email
from lsplan_workflow.configuration.agencies_file import AN_AGENCY
from lsplan_workflow.configuration.obstacle_rules import read_obstacle_rules
from lsplan_workflow.configuration.regimes import Places, read_code, read_regimes
from lsplan_workflow.configuration.toml_table import Table, read_toml
from lsplan_workflow.configuration.working_days import (
    A_COUNTRY,
    A_TIMEZONE,
    CalendarSettings,
    parse_country,
    parse_timezone,
)
from lsplan_workflow.domain.calendar import WorkingHours
from lsplan_workflow.domain.program import Program, Rate, Split
from lsplan_workflow.domain.text import VIETNAMESE, Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lsplan_workflow.configuration.agencies_file import Agencies
    from lsplan_workflow.configuration.findings import Findings
    from lsplan_workflow.domain.obstacles import ObstacleRules

_PROGRAM_CODE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_LANGUAGE: Final = re.compile(r"[a-z]{2}")
_A_PROGRAM_CODE: Final = Text(
    'mã ngắn trong ngoặc kép, không dấu, như "268"', 'a short plain code in quotes, as "268"'
)


@dataclass(frozen=True, slots=True)
class ProgramFile:
    """A program; `assumptions` are what its regimes take for granted, by line."""

    program: Program
    assumptions: Mapping[int, Text]


@dataclass(frozen=True, slots=True)
class MainFile:
    """What program.toml holds: a program, and what all programs have in common."""

    first: ProgramFile
    calendar: CalendarSettings
    rate: Rate
    obstacles: ObstacleRules


@dataclass
class Codes:
    """The codes that programs and regimes have so far, with file and line of each."""

    programs: Places = field(default_factory=dict)
    regimes: Places = field(default_factory=dict)


def read_main(
    text: str | None, agencies: Agencies, findings: Findings, codes: Codes
) -> MainFile | None:
    """Return what program.toml holds; None if it is missing or its syntax is broken."""
    root = None if text is None else read_toml(text, findings)
    if root is None:
        return None
    first = _read_program(root, agencies, codes)
    rate = _read_rate(root.table("rate"))
    calendar = _read_calendar(root.table("calendar"))
    obstacles = read_obstacle_rules(root)
    root.finish()
    return MainFile(first, calendar, rate, obstacles)


def read_further(
    text: str, agencies: Agencies, findings: Findings, codes: Codes
) -> ProgramFile | None:
    """Return the program of a file in `programs/`; None if its syntax is broken."""
    root = read_toml(text, findings)
    if root is None:
        return None
    found = _read_program(root, agencies, codes)
    root.finish()
    return found


def _read_program(root: Table, agencies: Agencies, codes: Codes) -> ProgramFile:
    regimes = read_regimes(root, agencies, codes.regimes)
    table = root.table("program")
    program = Program(
        code=read_code(table, _parse_code, _A_PROGRAM_CODE, codes.programs),
        number=table.text("number"),
        title_vi=table.text("title_vi"),
        title_en=table.text("title_en"),
        place=table.text("place"),
        issuer=table.text("issuer"),
        issued_on=table.day("issued_on"),
        effective_from=table.day("effective_from"),
        focal_point=_read_focal_point(table, agencies),
        leadership=_read_leadership(table, agencies),
        split=table.word("split", Split),
        sender=_read_email(table, "sender"),
        submit_to=_read_email(table, "submit_to"),
        regimes=regimes.regimes,
        language=_read_language(table),
    )
    table.finish()
    return ProgramFile(program, regimes.assumptions)


def _read_language(table: Table) -> str:
    expected = Text('mã ngôn ngữ hai chữ thường, như "vi"', 'a language in two letters, as "vi"')
    if not table.has("language"):
        return VIETNAMESE
    return table.parsed("language", _parse_language, expected) or VIETNAMESE


def _parse_language(text: str) -> str:
    if not _LANGUAGE.fullmatch(text):
        raise ValueError(text)
    return text


def _parse_code(text: str) -> str:
    if not _PROGRAM_CODE.fullmatch(text):
        raise ValueError(text)
    return text


def _read_focal_point(table: Table, agencies: Agencies) -> str:
    code = table.text("focal_point")
    if code and agencies.lacks(code):
        table.fault("focal_point", code, AN_AGENCY)
    return code


def _read_leadership(table: Table, agencies: Agencies) -> tuple[str, ...]:
    def known(code: str) -> str:
        if not code or agencies.lacks(code):
            raise ValueError(code)
        return code

    return table.some("leadership", known, AN_AGENCY)


def _read_email(table: Table, key: str) -> str:
    address = table.text(key)
    if address and not is_email(address):
        table.fault(key, address, AN_EMAIL)
    return address


def _read_rate(table: Table) -> Rate:
    rate = Rate(table.count("max_per_minute"), table.count("max_per_day"))
    table.finish()
    return rate


def _read_calendar(table: Table) -> CalendarSettings:
    starts, ends = table.clock("work_starts"), table.clock("work_ends")
    settings = CalendarSettings(
        timezone=table.parsed("timezone", parse_timezone, A_TIMEZONE) or "",
        hours=WorkingHours(starts or time.min, ends or time.max),
        country=table.parsed("country", parse_country, A_COUNTRY) or "",
    )
    if starts and ends and starts >= ends:
        expected = Text(
            f"giờ kết thúc sau giờ bắt đầu ({starts:%H:%M})",
            f"an end of work after its start ({starts:%H:%M})",
        )
        table.fault("work_ends", f"{ends:%H:%M}", expected)
    table.finish()
    return settings
