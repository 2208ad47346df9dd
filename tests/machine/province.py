"""A province of few agencies whose every part can be edited while it is in force."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

from lsplan_workflow.configuration.folder import Configuration, parse

_MESSAGES = Path(__file__).parents[2] / "config" / "messages"

_PROGRAM = """\
[program]
code = "268"
number = "268/KH-UBND"
title_vi = "Kế hoạch"
title_en = "Plan"
place = "Lạng Sơn"
issuer = "Ủy ban nhân dân tỉnh"
issued_on = 2024-12-19
effective_from = 2024-12-19
focal_point = "FP"
leadership = ["CT"]
split = "{split}"
sender = "lsplan@fp.example"
submit_to = "nop@fp.example"

[calendar]
timezone = "Asia/Ho_Chi_Minh"
work_starts = "07:30"
work_ends = "17:00"
country = "VN"

[rate]
max_per_minute = {per_minute}
max_per_day = 5000
"""

_REGIME = """
[[regime]]
code = "{code}"
name_vi = "Báo cáo {code}"
name_en = "{code} report"
years = {years}
before = "{before}"
opens = "{opens}"
grace = "10wd"
closes = "60d"
owed_by = ["department", "district", "commune"]
reminders = {reminders}
revise_within = "5wd"
revision_reminders = ["before-1wd"]
"""

_STEP = """
[[regime.{ladder}]]
rung = "{rung}"
to = "{to}"
copy = {copy}
"""

LADDER = (
    ("overdue-1wd", "focal", ()),
    ("overdue-3wd", "head", ("focal",)),
    ("overdue-5wd", "focal-point", ()),
    ("overdue-10wd", "leadership", ()),
)
_REVISION_LADDER = LADDER[:2]
LADDERS = (
    LADDER,
    (("overdue-2wd", "focal", ()), ("overdue-3wd", "head", ("focal",)), *LADDER[3:]),
    (("overdue-1wd", "focal", ()), ("overdue-6wd", "focal-point", ())),
)
REMINDERS = ("before-14d", "before-3wd", "before-1wd")
REMINDER_SETS = (REMINDERS, ("before-7d", "before-1wd"), ("before-30d", *REMINDERS), ())


@dataclass(frozen=True, slots=True)
class Person:
    """Who holds a contact of an agency; those of one role are numbered in their order."""

    role: str
    address: str

    def row(self, agency: str) -> str:
        name = self.address.partition("@")[0]
        return f"{agency},{self.role},Ông {name},{self.address},vi"


@dataclass(frozen=True, slots=True)
class Unit:
    """An agency of the province; its contacts follow from its kind until they are edited."""

    code: str
    kind: str = "department"
    since: date | None = None
    until: date | None = None
    successors: tuple[str, ...] = ()
    edited: tuple[Person, ...] | None = None

    @property
    def row(self) -> str:
        since, until = self.since or "", self.until or ""
        heirs = ";".join(self.successors)
        names = f"Sở {self.code},Department {self.code}"
        return f"{self.code},{names},{self.kind},{since},{until},{heirs},yes,"

    @property
    def people(self) -> tuple[Person, ...]:
        if self.edited is not None:
            return self.edited
        at = f"@{self.code.lower()}.example"
        return tuple(Person(role, f"{role}{n}{at}") for n, role in enumerate(self.roles))

    @property
    def contacts(self) -> dict[str, str]:
        """The addresses by contact id."""
        found = dict[str, str]()
        counts = Counter[str]()
        for person in self.people:
            counts[person.role] += 1
            number = counts[person.role]
            slug = person.role if number == 1 else f"{person.role}-{number}"
            found[f"{self.code}/{slug}"] = person.address
        return found

    @property
    def roles(self) -> tuple[str, ...]:
        if self.kind == "leadership":
            return ("leader",)
        # One has two focal persons and no head: the stand-ins are needed too.
        more = {"FP": ("leader", "admin"), "B": ("focal",)}.get(self.code, ())
        head = () if self.code == "B" else ("head",)
        merged = ("leader",) if self.code.startswith("N") else ()
        return ("focal", *head, *more, *merged)


_UNITS = (
    Unit("CT", "leadership"),
    *(Unit(code) for code in ("FP", "A", "B", "C")),
    Unit("D", "district"),
    Unit("E", "commune", since=date(2025, 10, 10)),
)


@dataclass(frozen=True, slots=True)
class Province:
    """What an administrator edits; `annual_before` and `plan_before` are month and day."""

    annual_before: str = "10-20"
    plan_before: str = "11-15"
    reminders: tuple[str, ...] = REMINDERS
    ladder: tuple[tuple[str, str, tuple[str, ...]], ...] = LADDER
    split: str = "all"
    per_minute: int = 600
    days: tuple[tuple[date, str], ...] = ()
    units: tuple[Unit, ...] = _UNITS

    def unit(self, code: str) -> Unit:
        return next(unit for unit in self.units if unit.code == code)

    def existing(self, day: date) -> list[Unit]:
        """Return the agencies that can owe something and exist on a day."""
        return [
            u
            for u in self.units
            if u.kind != "leadership"
            and (u.since is None or u.since <= day)
            and (u.until is None or day <= u.until)
        ]

    def ending(self, code: str, until: date, heirs: tuple[str, ...], *new: Unit) -> Province:
        """Return the province in which an agency ends after a day, with its successors."""
        units = [
            replace(u, until=until, successors=heirs) if u.code == code else u for u in self.units
        ]
        return replace(self, units=(*units, *new))

    def with_people(self, code: str, people: tuple[Person, ...]) -> Province:
        """Return the province in which an agency has other contacts."""
        units = (replace(u, edited=people) if u.code == code else u for u in self.units)
        return replace(self, units=tuple(units))

    def revoking(self, code: str) -> Province:
        """Return the province in which the end of an agency does not come about."""
        units = (replace(u, until=None, successors=()) if u.code == code else u for u in self.units)
        return replace(self, units=tuple(units))

    def coming_back(self, code: str, since: date) -> Province:
        """Return the province in which an agency that ended comes back, with its persons."""
        old = self.unit(code)
        new = Unit(f"N{len(self.units)}", old.kind, since, edited=old.people)
        return replace(self, units=(*self.units, new))

    def contacts(self) -> dict[str, str]:
        """Return the addresses by contact id."""
        return {contact: a for unit in self.units for contact, a in unit.contacts.items()}

    def with_day(self, day: date) -> Province:
        """Return the province with a day off more, or less if it was one."""
        present = dict(self.days)
        if present.pop(day, None) is None:
            present[day] = "off"
        return replace(self, days=tuple(sorted(present.items())))

    def configuration(self) -> Configuration:
        return _configuration(self)

    def files(self) -> dict[str, str]:
        return {
            "program.toml": self._program(),
            "agencies.csv": "\n".join([_AGENCIES, *(unit.row for unit in self.units), ""]),
            "contacts.csv": "\n".join([_CONTACTS, *self._people(), ""]),
            "indicators.csv": _INDICATORS,
            "tasks.csv": _TASKS,
            "calendar.csv": "\n".join([_CALENDAR, *self._days(), ""]),
            **_templates(),
        }

    def _program(self) -> str:
        text = _PROGRAM.format(split=self.split, per_minute=self.per_minute)
        regimes = [
            ("annual", "[2025, 2026]", self.annual_before, "09-01"),
            ("plan", "[2025]", self.plan_before, "10-01"),
        ]
        for code, years, before, opens in regimes:
            text += _REGIME.format(
                code=code,
                years=years,
                before=before,
                opens=opens,
                reminders=_listed(self.reminders),
            )
            for name, ladder in (("ladder", self.ladder), ("revision_ladder", _REVISION_LADDER)):
                for rung, to, copy in ladder:
                    text += _STEP.format(ladder=name, rung=rung, to=to, copy=_listed(copy))
        return text

    def _people(self) -> list[str]:
        return [person.row(unit.code) for unit in self.units for person in unit.people]

    def _days(self) -> list[str]:
        return [f"{day},{kind},Nghỉ,announced," for day, kind in self.days]


_AGENCIES = "code,name_vi,name_en,kind,valid_from,valid_to,successors,verified,source"
_CONTACTS = "agency,role,name,address,language"
_INDICATORS = (
    "code,name_vi,unit,target_2030,direction,responsible,aggregation,baseline_year,baseline,"
    "valid_to,verified,source\n"
)
_TASKS = "code,name_vi,lead_agency,verified,source\n"
_CALENDAR = """\
date,type,name_vi,status,source
2025-01-01,off,Tết Dương lịch,announced,
2026-01-01,off,Tết Dương lịch,announced,"""
FIRST_DAY = date(2025, 8, 28)
DAY = timedelta(days=1)


def _listed(words: tuple[str, ...]) -> str:
    return "[" + ", ".join(f'"{word}"' for word in words) + "]"


@lru_cache
def _templates() -> dict[str, str]:
    return {f"messages/{path.name}": path.read_text() for path in _MESSAGES.glob("*.vi.*")}


@lru_cache(maxsize=256)
def _configuration(province: Province) -> Configuration:
    return parse({name: text.encode() for name, text in province.files().items()})
