"""How commands answer: tables for people, JSON for programs, errors without tracebacks."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.table import Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_WIDTH_WITHOUT_TERMINAL = 160


def print_line(text: str) -> None:
    """Print a sentence on standard output."""
    _console().print(text, markup=False, highlight=False)


def complain(text: str) -> None:
    """Print a sentence on standard error."""
    sys.stderr.write(text + "\n")


def print_json(value: object) -> None:
    """Print a value as JSON, Vietnamese letters as they are."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def print_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table for people."""
    table = Table(title=escape(title), title_justify="left")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(escape(cell) for cell in row))
    _console().print(table)


def _console() -> Console:
    """Return a console on the present standard output, wide where that is no terminal."""
    width = None if sys.stdout.isatty() else _WIDTH_WITHOUT_TERMINAL
    return Console(file=sys.stdout, width=width)
