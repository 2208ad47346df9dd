"""Tables of a TOML file read key by key; every wrong, missing or unknown key is a fault.

A reader that finds a fault returns a harmless value of the right type and reading goes
on, so that all faults are found at once; whoever reads must look at the findings.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any, Final, TypeVar

from lsplan_workflow.configuration.findings import Findings, has_control_characters
from lsplan_workflow.configuration.tables import FIRST_YEAR, LAST_YEAR, ONE_LINE, one_of
from lsplan_workflow.configuration.toml_places import Path, Places
from lsplan_workflow.domain.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from enum import StrEnum

    Word = TypeVar("Word", bound=StrEnum)
Value = TypeVar("Value")

_AT_LINE: Final = re.compile(r"\(at line ([0-9]+), column [0-9]+\)")
_CLOCK: Final = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")
_TEXT: Final = Text("văn bản trong ngoặc kép, không để trống", "text in quotes, not empty")
_TEXTS: Final = Text('danh sách như ["a", "b"]', 'a list such as ["a", "b"]')
_NOT_EMPTY: Final = Text("danh sách có ít nhất một giá trị", "a list of at least one value")
_A_LIST_ENTRY_ONCE: Final = Text("mỗi giá trị chỉ một lần", "each value only once")
_DATE: Final = Text("một ngày như 2024-12-19, không có ngoặc kép", "a date as 2024-12-19, unquoted")
_INTEGER: Final = Text("một số nguyên lớn hơn 0", "a whole number above 0")
_CLOCK_TIME: Final = Text('giờ trong ngày như "07:30"', 'a time of day as "07:30"')
_A_TABLE: Final = Text("một bảng [tên]", "a table [name]")
_TABLES: Final = Text("một hoặc nhiều bảng [[tên]]", "one or more tables [[name]]")


@dataclass
class Table:
    """One table: its values, where it stands, and the keys that were asked for."""

    values: Mapping[str, Any]
    path: Path
    places: Places
    findings: Findings
    _asked: set[str] = field(default_factory=set)

    def line(self, *path: str | int) -> int:
        """Return the line of a key of the table, or of one of its elements."""
        return self.places.line((*self.path, *path))

    def name(self, key: str) -> str:
        """Return a key as faults name it: `program.split`, `regime[2].opens`."""
        named = "".join(f"[{p + 1}]" if isinstance(p, int) else f".{p}" for p in self.path)
        return f"{named}.{key}".lstrip(".")

    def fault(self, key: str, value: object, expected: Text, *element: int) -> None:
        """Note a fault of a key or of one of its elements."""
        self.findings.note(self.line(key, *element), self.name(key), value, expected)

    def has(self, key: str) -> bool:
        """Tell whether a key that may be left out is there."""
        self._asked.add(key)
        return key in self.values

    def _get(self, key: str, expected: Text) -> Any:  # noqa: ANN401 - Whatever TOML holds.
        """Return the value of a key that must be there, or None with a fault."""
        if not self.has(key):
            self.findings.note_absent(self.line(), self.name(key), expected)
        return self.values.get(key)

    def finish(self) -> None:
        """Note every key that nobody asked for."""
        for key, value in self.values.items():
            if key not in self._asked:
                shown = "…" if isinstance(value, dict | list) else value
                self.fault(key, shown, one_of(sorted(self._asked)))

    def text(self, key: str) -> str:
        """Return a text on one line that is not empty."""
        value = self._get(key, _TEXT)
        if isinstance(value, str) and value.strip():
            if has_control_characters(value):
                self.fault(key, value, ONE_LINE)
            return value.strip()
        if value is not None:
            self.fault(key, value, _TEXT)
        return ""

    def optional_text(self, key: str) -> str:
        """Return a text on one line, empty if the key is left out."""
        return self.text(key) if self.has(key) else ""

    def parsed(self, key: str, parse: Callable[[str], Value], expected: Text) -> Value | None:
        """Return a text as `parse` reads it, or None where it raises ValueError."""
        value = self._get(key, expected)
        if value is None:
            return None
        try:
            return parse(value if isinstance(value, str) else "")
        except ValueError:
            self.fault(key, value, expected)
            return None

    def day(self, key: str) -> date:
        """Return a date of TOML, which is written without quotes."""
        value = self._get(key, _DATE)
        is_day = isinstance(value, date) and not isinstance(value, datetime)
        if is_day and FIRST_YEAR <= value.year <= LAST_YEAR:
            return date(value.year, value.month, value.day)
        if value is not None:
            self.fault(key, value, _DATE)
        return date.min

    def clock(self, key: str) -> time | None:
        """Return a time of day, or None with a fault."""
        return self.parsed(key, _parse_clock, _CLOCK_TIME)

    def count(self, key: str) -> int:
        """Return a whole number above zero."""
        value = self._get(key, _INTEGER)
        if isinstance(value, int) and not isinstance(value, bool) and value > 0:
            return value
        if value is not None:
            self.fault(key, value, _INTEGER)
        return 1

    def word(self, key: str, words: type[Word]) -> Word:
        """Return one of the words of an enumeration, or the first of them with a fault."""
        every = list(words)
        return self.parsed(key, words, one_of([w.value for w in every])) or every[0]

    def listed(self, key: str, parse: Callable[[str], Value], expected: Text) -> tuple[Value, ...]:
        """Return the elements of a list as `parse` reads them, each allowed only once."""
        values, found = self._get(key, _TEXTS), []
        if values is not None and not isinstance(values, list):
            self.fault(key, values, _TEXTS)
            return ()
        for number, value in enumerate(values or ()):
            try:
                parsed = parse(value if isinstance(value, str) else "")
            except ValueError:
                self.fault(key, value, expected, number)
                continue
            if parsed in found:
                self.fault(key, value, _A_LIST_ENTRY_ONCE, number)
            found.append(parsed)
        return tuple(found)

    def some(self, key: str, parse: Callable[[str], Value], expected: Text) -> tuple[Value, ...]:
        """Return the elements of a list that must have at least one."""
        if self.values.get(key) == []:
            self.fault(key, "[]", _NOT_EMPTY)
        return self.listed(key, parse, expected)

    def table(self, key: str) -> Table:
        """Return the table of that name; an empty one with a fault where there is none."""
        value = self._get(key, _A_TABLE)
        if value is not None and not isinstance(value, dict):
            self.fault(key, value, _A_TABLE)
        return self._inner(value, key)

    def tables(self, key: str) -> list[Table]:
        """Return the tables of a list; none with a fault where it is something else."""
        values = self._get(key, _TABLES)
        if values is None:
            return []
        if not isinstance(values, list) or not all(isinstance(v, dict) for v in values):
            self.fault(key, values, _TABLES)
            return []
        return [self._inner(value, key, number) for number, value in enumerate(values)]

    def _inner(self, value: object, *path: str | int) -> Table:
        values = value if isinstance(value, dict) else None
        # What is not there has been noted once; its keys need not be asked for again.
        quiet = Findings(self.findings.file) if values is None else self.findings
        return Table(values or {}, (*self.path, *path), self.places, quiet)


def _parse_clock(text: str) -> time:
    match = _CLOCK.fullmatch(text)
    if match is None:
        raise ValueError(text)
    return time(int(match[1]), int(match[2]))


def read_toml(text: str, findings: Findings) -> Table | None:
    """Return the outermost table of a TOML text, or None where its syntax is broken."""
    try:
        values = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        _note_syntax(text, str(error), findings)
        return None
    return Table(values, (), Places(text), findings)


def _note_syntax(text: str, message: str, findings: Findings) -> None:
    lines = text.rstrip().split("\n")
    match = _AT_LINE.search(message)
    # Where tomllib says «at end of document» it means the last line that has anything.
    line = min(int(match[1]), len(lines)) if match else len(lines)
    reason = _AT_LINE.sub("", message).strip()
    expected = Text(
        f"cú pháp TOML đúng, mỗi khóa một lần, mỗi ngày có thật (tomllib: {reason})",
        f"valid TOML, each key once, each date a real one (tomllib: {reason})",
    )
    findings.note(line, "TOML", lines[line - 1].strip(), expected)
