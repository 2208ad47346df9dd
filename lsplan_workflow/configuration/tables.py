"""Rows of a CSV file with the line on which each begins; cells read as values."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from lsplan_workflow.configuration.findings import Findings, has_control_characters
from lsplan_workflow.domain.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_ISO_DATE: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_VIETNAMESE_DATE: Final = re.compile(r"([0-9]{2})/([0-9]{2})/([0-9]{4})")
CODE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,31}")
# A day outside these years is a slip of the keyboard, and near the ends of what Python
# can count the day after a last day would not exist.
FIRST_YEAR: Final = 1800
LAST_YEAR: Final = 2199

A_DATE: Final = Text(
    "một ngày có thật, dạng 2025-02-28 hoặc 28/02/2025",
    "a real date, as 2025-02-28 or 28/02/2025",
)
A_CODE: Final = Text(
    "mã gồm chữ không dấu, chữ số, «-», «_» hoặc «.», dài tối đa 32 ký tự",
    "a code of plain letters, digits, «-», «_» or «.», of at most 32 characters",
)
NOT_EMPTY: Final = Text("một giá trị; ô này không được để trống", "a value; it cannot be empty")
ONE_LINE: Final = Text(
    "văn bản trên một dòng, không có ký tự xuống dòng hay ký tự điều khiển",
    "text on one line, without line breaks or control characters",
)


def columns_in(language: str, columns: Sequence[str]) -> list[str]:
    """Return the columns of a file that names things in one language alone: `name_vi`."""
    return [column.format(language) for column in columns]


def one_of(words: Sequence[str]) -> Text:
    """Return the expectation of one of some words."""
    listed = ", ".join(words)
    return Text(f"một trong: {listed}", f"one of: {listed}")


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table: the line on which it begins, and its cells by column."""

    line: int
    cells: Mapping[str, str]
    findings: Findings

    def fault(self, column: str, expected: Text) -> None:
        """Note that the cell of a column is not what was expected."""
        self.findings.note(self.line, column, self.cells[column], expected)

    def optional(self, column: str) -> str:
        """Return a cell on one line, which may be empty."""
        value = self.cells[column]
        if has_control_characters(value):
            self.fault(column, ONE_LINE)
        return value

    def text(self, column: str) -> str:
        """Return a cell on one line that is not empty."""
        value = self.optional(column)
        if not value:
            self.fault(column, NOT_EMPTY)
        return value

    def code(self, column: str) -> str:
        """Return a cell that is a code, which stands in keys and in file names."""
        value = self.cells[column]
        if not CODE.fullmatch(value):
            self.fault(column, A_CODE)
        return value

    def choice(self, column: str, words: Sequence[str]) -> str:
        """Return a cell that is one of some words, or the first of them with a fault."""
        value = self.cells[column]
        if value in words:
            return value
        self.fault(column, one_of(words))
        return words[0]

    def flag(self, column: str) -> bool:
        """Return a cell that says yes or no."""
        return self.choice(column, ("no", "yes")) == "yes"

    def date(self, column: str) -> date | None:
        """Return a cell that is a date, or None if it is empty or none."""
        value = self.cells[column]
        if not value:
            return None
        day = parse_date(value)
        if day is None:
            self.fault(column, A_DATE)
        return day


def parse_date(text: str) -> date | None:
    """Return the date written as 2025-02-28 or 28/02/2025; None if there is no such day."""
    if match := _ISO_DATE.fullmatch(text):
        year, month, day = (int(part) for part in match.groups())
    elif match := _VIETNAMESE_DATE.fullmatch(text):
        day, month, year = (int(part) for part in match.groups())
    else:
        return None
    try:
        return date(year, month, day) if FIRST_YEAR <= year <= LAST_YEAR else None
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a file; not `complete` if some could not be told apart into cells."""

    rows: tuple[Row, ...]
    complete: bool


def read_table(
    text: str | None,
    columns: Sequence[str],
    findings: Findings,
    optional: Sequence[str] = (),
) -> Table:
    """Return the rows of a CSV text; one that could not be decoded has none.

    The `optional` columns are empty in every row where the file leaves them out. Excel with
    Vietnamese settings writes `;` between the cells.
    """
    if text is None:
        return Table((), complete=False)
    before = len(findings.faults)
    lines = _lines(text, findings)
    header_line, header = next(lines, (1, []))
    broken = len(findings.faults) > before
    if broken or not _check_header(header_line, header, columns, findings, optional):
        return Table((), complete=False)
    before = len(findings.faults)
    rows = [
        Row(line, dict.fromkeys(optional, "") | dict(zip(header, cells, strict=True)), findings)
        for line, cells in lines
        if _check_width(line, cells, header, findings)
    ]
    return Table(tuple(rows), complete=len(findings.faults) == before)


def _lines(text: str, findings: Findings) -> Iterator[tuple[int, list[str]]]:
    """Yield each row that is not blank with the line on which it begins."""
    first = text.lstrip().partition("\n")[0]
    separator = ";" if first.count(";") > first.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    begins = 1
    try:
        for cells in reader:
            # A quoted cell may span lines: the reader has then counted past the first.
            if any(cell.strip() for cell in cells):
                yield begins, [cell.strip() for cell in cells]
            begins = reader.line_num + 1
    except csv.Error as error:
        findings.note(begins, "row", str(error), _A_QUOTED_CELL)


_A_QUOTED_CELL: Final = Text(
    'ô có dấu ngoặc kép phải mở và đóng bằng ", và " bên trong viết thành ""',
    'a quoted cell opens and closes with ", and a " inside it is written ""',
)


def _check_header(
    line: int,
    header: Sequence[str],
    columns: Sequence[str],
    findings: Findings,
    optional: Sequence[str],
) -> bool:
    """Note unknown, doubled and missing columns; tell whether rows can be read at all."""
    for column, count in Counter(header).items():
        if column not in (*columns, *optional):
            findings.note(line, "column", column, one_of((*columns, *optional)))
        elif count > 1:
            expected = Text("mỗi cột chỉ một lần", "each column only once")
            findings.note(line, "column", column, expected)
    missing = [column for column in columns if column not in header]
    for column in missing:
        listed = ", ".join(columns)
        expected = Text(f"có cột này; các cột là: {listed}", f"this column; they are: {listed}")
        findings.note_absent(line, column, expected)
    return not missing and len(set(header)) == len(header)


def _check_width(
    line: int, cells: Sequence[str], header: Sequence[str], findings: Findings
) -> bool:
    """Note a row whose number of cells is not that of the header."""
    if len(cells) == len(header):
        return True
    expected = Text(
        f"{len(header)} ô như dòng tiêu đề; ô có dấu phẩy phải đặt trong ngoặc kép",
        f"{len(header)} cells as in the header; a cell with a comma in it needs quotes",
    )
    findings.note(line, "row", len(cells), expected)
    return False
