"""Editing a CSV file as a careful person would: what is not meant stays, byte by byte."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_MARK = "\ufeff"


@dataclass(frozen=True, slots=True)
class _Record:
    """One record with the text that it was read from, its line ends included."""

    cells: tuple[str, ...]
    text: str


class CsvText:
    """A CSV file whose rows can be changed and added; its separator and line ends stay."""

    def __init__(self, data: bytes) -> None:
        text = data.decode("utf-8")
        self._mark = _MARK if text.startswith(_MARK) else ""
        text = text.removeprefix(_MARK)
        first = text.partition("\n")[0]
        self._end = "\r\n" if first.endswith("\r") else "\n"
        self._separator = ";" if first.count(";") > first.count(",") else ","
        self._records = list(self._read(text))
        header = next((r for r in self._records if any(r.cells)), _Record((), ""))
        self._columns = [cell.strip() for cell in header.cells]

    def _read(self, text: str) -> Iterator[_Record]:
        lines = text.splitlines(keepends=True)
        reader = csv.reader(lines, delimiter=self._separator)
        begins = 0
        for cells in reader:
            yield _Record(tuple(cells), "".join(lines[begins : reader.line_num]))
            begins = reader.line_num

    def change(self, key: str, value: str, cells: Mapping[str, str]) -> None:
        """Give the cells of the row whose `key` has a value other contents."""
        at = self._columns.index(key)
        for number, record in enumerate(self._records):
            if len(record.cells) > at and record.cells[at].strip() == value:
                changed = list(record.cells)
                for column, content in cells.items():
                    changed[self._columns.index(column)] = content
                self._records[number] = self._record(changed)

    def add(self, cells: Mapping[str, str]) -> None:
        """Add a row at the end."""
        last = self._records[-1]
        if not last.text.endswith(("\n", "\r")):
            self._records[-1] = _Record(last.cells, last.text + self._end)
        self._records.append(self._record([cells.get(column, "") for column in self._columns]))

    def _record(self, cells: Sequence[str]) -> _Record:
        page = io.StringIO(newline="")
        writer = csv.writer(page, delimiter=self._separator, lineterminator=self._end)
        writer.writerow(cells)
        return _Record(tuple(cells), page.getvalue())

    def encoded(self) -> bytes:
        """Return the file as it now reads."""
        return (self._mark + "".join(record.text for record in self._records)).encode()
