"""A small province for tests of the rules: real dates and rungs, few agencies."""

from __future__ import annotations

from datetime import date, datetime, time

import pendulum

from lsplan_workflow.domain.agencies import Agency, Contact, Directory, Role
from lsplan_workflow.domain.calendar import WorkingCalendar, WorkingHours
from lsplan_workflow.domain.program import (
    Audience,
    Deadline,
    MonthDay,
    Program,
    Regime,
    Rung,
    Span,
    Split,
    Step,
)

ZONE = pendulum.timezone("Asia/Ho_Chi_Minh")

CALENDAR = WorkingCalendar(
    timezone="Asia/Ho_Chi_Minh",
    hours=WorkingHours(time(7, 30), time(17, 0)),
    days_off=frozenset(
        {
            date(2025, 1, 1),
            *(date(2025, 1, day) for day in range(27, 32)),
            date(2025, 9, 1),
            date(2025, 9, 2),
            date(2026, 1, 1),
            date(2026, 1, 2),
        }
    ),
    days_worked=frozenset({date(2026, 1, 10)}),
    announced_years=frozenset({2025, 2026}),
)


def local(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    """Return an instant of the province's wall clock."""
    return datetime(year, month, day, hour, minute, tzinfo=ZONE)


REMINDERS = tuple(
    Rung.parse(text)
    for text in ("before-30d", "before-14d", "before-7d", "before-3wd", "before-1wd")
)
LADDER = (
    Step(Rung.parse("overdue-1wd"), Audience.FOCAL),
    Step(Rung.parse("overdue-3wd"), Audience.HEAD, (Role.FOCAL,)),
    Step(Rung.parse("overdue-5wd"), Audience.FOCAL_POINT),
    Step(Rung.parse("overdue-10wd"), Audience.LEADERSHIP),
)

REVISION_LADDER = (
    Step(Rung.parse("overdue-1wd"), Audience.FOCAL),
    Step(Rung.parse("overdue-3wd"), Audience.HEAD, (Role.FOCAL,)),
)


def regime(code: str, before: MonthDay, opens: MonthDay, years: tuple[int, ...]) -> Regime:
    """Return a regime that differs from the others in its dates alone."""
    return Regime(
        code=code,
        name_vi=f"Báo cáo {code}",
        name_en=f"{code} report",
        years=years,
        deadline=Deadline(before, inclusive=False),
        opens=opens,
        grace=Span.parse("10wd"),
        closes=Span.parse("60d"),
        owed_by=("department", "district", "commune"),
        reminders=REMINDERS,
        ladder=LADDER,
        revision_reminders=(Rung.parse("before-1wd"),),
        revision_ladder=REVISION_LADDER,
    )


PLAN = regime("plan", MonthDay(1, 15), MonthDay(12, 20), (2025,))
ANNUAL = regime("annual", MonthDay(10, 20), MonthDay(9, 1), (2025, 2026))

PROGRAM = Program(
    code="268",
    number="268/KH-UBND",
    title_vi="Kế hoạch",
    title_en="Plan",
    place="Lạng Sơn",
    issuer="Ủy ban nhân dân tỉnh",
    issued_on=date(2024, 12, 19),
    effective_from=date(2024, 12, 19),
    focal_point="OLD",
    leadership=("CT",),
    split=Split.ALL,
    sender="lsplan@stc.example",
    submit_to="nop@stc.example",
    regimes=(PLAN, ANNUAL),
)


def agency(
    code: str,
    kind: str = "department",
    valid_from: date | None = None,
    valid_to: date | None = None,
    successors: tuple[str, ...] = (),
) -> Agency:
    """Return an agency of which only the code and the dates matter."""
    return Agency(code, f"Sở {code}", f"Department {code}", kind, valid_from, valid_to, successors)


FEBRUARY_ENDS = date(2025, 2, 28)
MARCH_BEGINS = date(2025, 3, 1)

AGENCIES = (
    agency("CT", kind="leadership"),
    agency("OLD", valid_to=FEBRUARY_ENDS, successors=("NEW",)),
    agency("FIN", valid_to=FEBRUARY_ENDS, successors=("NEW",)),
    agency("NEW", valid_from=MARCH_BEGINS),
    agency("SYT"),
    agency("SCT"),
    agency("D1", "district", valid_to=date(2025, 6, 30), successors=("X1", "X2")),
    agency("X1", "commune", valid_from=date(2025, 7, 1)),
    agency("X2", "commune", valid_from=date(2025, 7, 1)),
)


def contacts(*agencies: Agency) -> tuple[Contact, ...]:
    """Return one contact of every role for each agency."""
    return tuple(
        Contact(a.code, role, 1, f"{role.value} {a.code}", f"{role.value}@{a.code.lower()}.example")
        for a in agencies
        for role in Role
    )


DIRECTORY = Directory(AGENCIES, contacts(*AGENCIES))
