"""On which line of a TOML text each table, key and array element begins.

`tomllib` reads values without their places; a fault that does not say where helps nobody.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

Path = tuple[str | int, ...]

_TOKEN: Final = re.compile(
    r'(?P<string>"""(?:\\.|[^\\])*?"{3,5}'
    r"|'''.*?'{3,5}"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'[^'\n]*')"
    r"|(?P<comment>\#[^\n]*)"
    r"|(?P<end>\n)"
    r"|(?P<open>[\[{])"
    r"|(?P<close>[\]}])"
    r"|(?P<comma>,)"
    r"|(?P<blank>[ \t\r]+)"
    r"|(?P<other>.)",
    re.DOTALL,
)
_HEADER: Final = re.compile(r"(?P<open>\[\[?)(?P<keys>[^\]]+)\]\]?\s*", re.DOTALL)
_KEYS: Final = re.compile(r"(?P<keys>[^=]+?)\s*=", re.DOTALL)
_KEY: Final = re.compile(r"\"(?P<basic>[^\"]*)\"|'(?P<literal>[^']*)'|(?P<bare>[A-Za-z0-9_-]+)")


@dataclass(slots=True)
class _Statement:
    """A header or a key with its value, which may go over several lines."""

    line: int
    text: str = ""
    elements: list[int] = field(default_factory=list)


def _statements(text: str) -> list[_Statement]:
    """Return the statements of a TOML text with the lines of their array elements."""
    statements, line, depth, awaits = [_Statement(1)], 1, 0, False
    for match in _TOKEN.finditer(text):
        kind, token = match.lastgroup, match[0]
        current = statements[-1]
        if kind == "end" and depth == 0:
            statements.append(_Statement(line + 1))
        elif kind not in {"comment", "blank", "end"}:
            if awaits and depth == 1 and kind != "close":
                current.elements.append(line)
            awaits = depth + (kind == "open") == 1 and kind in {"open", "comma"}
            depth += (kind == "open") - (kind == "close")
        if kind != "comment":
            current.text += token
        line += token.count("\n")
    return [statement for statement in statements if statement.text.strip()]


class Places:
    """The lines of a TOML text's tables, keys and array elements, by their paths."""

    def __init__(self, text: str) -> None:
        self._lines: dict[Path, int] = {(): 1}
        self._counts: dict[Path, int] = {}
        table: Path = ()
        for statement in _statements(text):
            code = statement.text.strip()
            if header := _HEADER.fullmatch(code):
                table = self._enter(_keys(header["keys"]), is_array=header["open"] == "[[")
                self._lines.setdefault(table, statement.line)
            elif keys := _KEYS.match(code):
                self._keep(table + _keys(keys["keys"]), statement)

    def _enter(self, keys: Path, *, is_array: bool) -> Path:
        """Return the path of a table; each header in double brackets is a further element."""
        path: Path = ()
        for key in keys[:-1]:
            path = (*path, key)
            if path in self._counts:
                path = (*path, self._counts[path] - 1)
        path = (*path, keys[-1])
        if not is_array:
            return path
        number = self._counts.get(path, 0)
        self._counts[path] = number + 1
        return (*path, number)

    def _keep(self, path: Path, statement: _Statement) -> None:
        for length in range(1, len(path) + 1):
            self._lines.setdefault(path[:length], statement.line)
        for number, line in enumerate(statement.elements):
            self._lines.setdefault((*path, number), line)

    def line(self, path: Path) -> int:
        """Return the line of a path, or that of the nearest thing around it."""
        while path not in self._lines:
            path = path[:-1]
        return self._lines[path]


def _keys(dotted: str) -> Path:
    """Return the parts of a key such as `a.b` or `a."b c"`."""
    return tuple(
        match["basic"] or match["literal"] or match["bare"] or "" for match in _KEY.finditer(dotted)
    )
