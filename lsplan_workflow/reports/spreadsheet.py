"""Sheets of a workbook: headings, typed cells, and how they look on paper."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from math import ceil
from typing import TYPE_CHECKING, Final

from lsplan_workflow.reports.wording import clean

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

Value = str | int | float | date | datetime | None

_A4: Final = 9
# The format's own limit; longer texts would make Excel repair the file.
_LONGEST_TEXT: Final = 32_767
_LINE_HEIGHT: Final = 15
_HIGHEST_ROW: Final = 409
_FILLED: Final = 1.15
_CELL: Final = {"font_name": "Times New Roman", "font_size": 11, "valign": "top", "border": 1}


class Kind(StrEnum):
    """What the cells of a column hold."""

    TEXT = "text"
    NUMBER = "number"
    SHARE = "share"
    DATE = "date"
    MOMENT = "moment"
    HASH = "hash"


_LOOKS: Final[Mapping[Kind, Mapping[str, object]]] = {
    Kind.TEXT: {"text_wrap": True},
    Kind.NUMBER: {"num_format": "#,##0"},
    Kind.SHARE: {"num_format": "0.0%"},
    Kind.DATE: {"num_format": "dd/mm/yyyy", "align": "center"},
    Kind.MOMENT: {"num_format": "dd/mm/yyyy hh:mm", "align": "center"},
    Kind.HASH: {"font_name": "Courier New", "font_size": 9},
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a sheet: its width in characters, what its cells hold, and its heading."""

    width: float
    kind: Kind = Kind.TEXT
    heading: str = ""


def headed(columns: Sequence[Column], headings: Sequence[str]) -> list[Column]:
    """Return columns with the headings of a language."""
    return [replace(c, heading=heading) for c, heading in zip(columns, headings, strict=True)]


class Spreadsheet:
    """A workbook under construction, all of whose sheets look alike."""

    def __init__(self, book: Workbook) -> None:
        heading = {"bold": True, "text_wrap": True, "align": "center", "bg_color": "#E7E6E6"}
        self._book = book
        self._heading: Format = book.add_format({**_CELL, **heading, "valign": "vcenter"})
        self._looks: Mapping[Kind, Format] = {
            kind: book.add_format({**_CELL, **look}) for kind, look in _LOOKS.items()
        }

    def add(self, name: str, columns: Sequence[Column], rows: Iterable[Sequence[Value]]) -> None:
        """Add a sheet of rows under its headings."""
        sheet = self._book.add_worksheet(name)
        for place, column in enumerate(columns):
            sheet.set_column(place, place, column.width)
            sheet.write_string(0, place, column.heading, self._heading)
        _set_height(sheet, 0, columns, [column.heading for column in columns])
        last = 0
        for last, row in enumerate(rows, start=1):
            for place, (column, value) in enumerate(zip(columns, row, strict=True)):
                self._write(sheet, (last, place), column, value)
            _set_height(sheet, last, columns, row)
        sheet.autofilter(0, 0, last, len(columns) - 1)
        sheet.freeze_panes(1, 0)
        _set_paper(sheet)

    def _write(
        self, sheet: Worksheet, place: tuple[int, int], column: Column, value: Value
    ) -> None:
        look = self._looks[_kind(column, value)]
        if value is None or value == "":
            sheet.write_blank(*place, None, look)
        elif isinstance(value, str):
            # Agencies' words are always strings: one that begins with «=» is no formula.
            sheet.write_string(*place, clean(value)[:_LONGEST_TEXT], look)
        elif isinstance(value, datetime):
            # Spreadsheets know no time zones; what they show is local.
            sheet.write_datetime(*place, value.replace(tzinfo=None), look)
        elif isinstance(value, date):
            sheet.write_datetime(*place, value, look)
        else:
            sheet.write_number(*place, value, look)


def _set_height(
    sheet: Worksheet, place: int, columns: Sequence[Column], row: Sequence[Value]
) -> None:
    # Not every program makes room for a wrapped text when it opens the file.
    lines = max(map(_lines, columns, row))
    if lines > 1:
        sheet.set_row(place, min(_LINE_HEIGHT * lines, _HIGHEST_ROW))


def _lines(column: Column, value: Value) -> int:
    if column.kind is Kind.HASH or not isinstance(value, str):
        return 1
    # Widths count digits of the default font; Times New Roman puts more letters on a line.
    return ceil(len(value) / (_FILLED * column.width))


def _kind(column: Column, value: Value) -> Kind:
    # A column of numbers may hold a date or a word in one of its rows.
    if isinstance(value, datetime):
        return Kind.MOMENT
    if isinstance(value, date):
        return Kind.DATE
    return Kind.TEXT if isinstance(value, str) and column.kind is not Kind.HASH else column.kind


def _set_paper(sheet: Worksheet) -> None:
    sheet.set_paper(_A4)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.set_margins(left=0.6, right=0.6, top=0.8, bottom=0.8)
    sheet.set_footer("&C&P/&N")
