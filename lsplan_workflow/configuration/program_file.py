"""program.toml, and further programs: regimes, rates, and the settings of the calendar."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import time
from typing import TYPE_CHECKING, Final

from lsplan_workflow.configuration.addresses import AN_EMAIL, is_email
from lsplan_workflow.configuration.agencies_file import AN_AGENCY
from lsplan_workflow.configuration.channels_table import read_channels
from lsplan_workflow.configuration.findings import Findings
from lsplan_workflow.configuration.obstacle_rules import read_obstacle_rules
from lsplan_workflow.configuration.regimes import Names, Places, read_code, read_regimes
from lsplan_workflow.configuration.tables import one_of
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
from lsplan_workflow.domain.text import LANGUAGES, VIETNAMESE, Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lsplan_workflow.configuration.agencies_file import Agencies
    from lsplan_workflow.domain.channels import Channel
    from lsplan_workflow.domain.obstacles import ObstacleRules

_PROGRAM_CODE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_A_PROGRAM_CODE: Final = Text(
    'mã ngắn trong ngoặc kép, không dấu, như "12"', 'a short plain code in quotes, as "12"'
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
    channels: tuple[Channel, ...]


@dataclass
class Codes:
    """The codes that programs and regimes have so far, with file and line of each.

    `language` is that of the installation, which decides on the names that must be there.
    """

    language: str = VIETNAMESE
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
    channels = read_channels(root, rate)
    root.finish()
    return MainFile(first, calendar, rate, obstacles, channels)


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


def usual_language(text: str | None) -> str:
    """Return the language that program.toml names, Vietnamese if it names none that exists.

    It is known before anything else is read: which names have to be there depends on it.
    """
    root = None if text is None else read_toml(text, Findings(""))
    table = root.values.get("program") if root is not None else None
    named = table.get("language") if isinstance(table, dict) else None
    return named if named in LANGUAGES else VIETNAMESE


def _read_program(root: Table, agencies: Agencies, codes: Codes) -> ProgramFile:
    table = root.table("program")
    language = _read_language(table)
    names = Names(codes.language, language)
    regimes = read_regimes(root, agencies, codes.regimes, names)
    program = Program(
        code=read_code(table, _parse_code, _A_PROGRAM_CODE, codes.programs),
        number=table.text("number"),
        title_vi=names.vietnamese(table, "title"),
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
        language=language,
        issuer_en=table.optional_text("issuer_en"),
        place_en=table.optional_text("place_en"),
        kind=table.optional_text("kind"),
        kind_en=table.optional_text("kind_en"),
        signatory=table.optional_text("signatory"),
    )
    table.finish()
    return ProgramFile(program, regimes.assumptions)


def _read_language(table: Table) -> str:
    """Return the language of a program: one of those that reports can be written in."""
    if not table.has("language"):
        return VIETNAMESE
    return table.parsed("language", _parse_language, one_of(LANGUAGES)) or VIETNAMESE


def _parse_language(text: str) -> str:
    if text not in LANGUAGES:
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
