"""program.toml: the program, its regimes and rates, and the settings of its calendar."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time
from typing import TYPE_CHECKING, Final

from lsplan_workflow.configuration.addresses import AN_EMAIL, is_email
from lsplan_workflow.configuration.agencies_file import AN_AGENCY
from lsplan_workflow.configuration.regimes import read_regimes
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
from lsplan_workflow.domain.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lsplan_workflow.configuration.agencies_file import Agencies
    from lsplan_workflow.configuration.findings import Findings

_PROGRAM_CODE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_A_PROGRAM_CODE: Final = Text(
    'mã ngắn trong ngoặc kép, không dấu, như "268"', 'a short plain code in quotes, as "268"'
)


@dataclass(frozen=True, slots=True)
class ProgramFile:
    """What program.toml holds; `assumptions` are what regimes take for granted, by line."""

    program: Program
    calendar: CalendarSettings
    assumptions: Mapping[int, Text]


def read_program(text: str | None, agencies: Agencies, findings: Findings) -> ProgramFile | None:
    """Return what the file holds; None if it is missing or its syntax is broken."""
    root = None if text is None else read_toml(text, findings)
    if root is None:
        return None
    regimes = read_regimes(root, agencies)
    rate = _read_rate(root.table("rate"))
    calendar = _read_calendar(root.table("calendar"))
    table = root.table("program")
    program = Program(
        code=table.parsed("code", _parse_code, _A_PROGRAM_CODE) or "",
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
        rate=rate,
        regimes=regimes.regimes,
    )
    table.finish()
    root.finish()
    return ProgramFile(program, calendar, regimes.assumptions)


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
