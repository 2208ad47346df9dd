"""Tables of an official document: full borders, fixed widths, headers on every page."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from lsplan_workflow.reports.typography import CELL, CELL_CENTRED, MONOSPACE

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from docx.document import Document
    from docx.shared import Length
    from docx.table import Table, _Row

_HASH_SIZE: Final = Pt(8)
_SIDE_MARGIN: Final = Mm(1.5)
_TOP_MARGIN: Final = Mm(0.7)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its width, how its cells are set, and its heading."""

    width_mm: float
    centred: bool = False
    monospace: bool = False
    heading: str = ""


def headed(columns: Sequence[Column], headings: Sequence[str]) -> list[Column]:
    """Return columns with the headings of a language."""
    return [replace(c, heading=heading) for c, heading in zip(columns, headings, strict=True)]


def add_grid(document: Document, columns: Sequence[Column], rows: Iterable[Sequence[str]]) -> Table:
    """Add a table with a heading row that every page repeats; no row breaks across pages."""
    table: Table = document.add_table(rows=2, cols=len(columns), style="Table Grid")
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    fix_widths(table, [column.width_mm for column in columns])
    set_margins(table, top=_TOP_MARGIN, side=_SIDE_MARGIN)
    heading, pattern = table.rows
    _set_heading(heading, columns)
    _set_pattern(pattern, columns)
    _multiply(pattern, rows)
    return table


def fix_widths(table: Table, widths_mm: Sequence[float]) -> None:
    """Fix the widths of a table's columns and present cells, whatever the cells hold.

    Word goes by the widths of the cells, LibreOffice by those of the columns.
    """
    table.autofit = False
    for column, width in zip(table.columns, widths_mm, strict=True):
        column.width = Mm(width)
    for row in table.rows:
        for cell, width in zip(row.cells, widths_mm, strict=True):
            cell.width = Mm(width)
    total = table._tbl.tblPr.find(qn("w:tblW"))  # noqa: SLF001 (no public way)
    total.set(qn("w:type"), "dxa")
    total.set(qn("w:w"), str(round(Mm(sum(widths_mm)).twips)))


def keep_whole(row: _Row) -> None:
    """Forbid a row to break across pages."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))  # noqa: SLF001


def set_margins(table: Table, *, top: Length, side: Length) -> None:
    """Set the room between the borders of a table's cells and their text."""
    margins = OxmlElement("w:tblCellMar")
    # The order of the four is the schema's, and Word refuses another.
    for name, width in (("top", top), ("left", side), ("bottom", top), ("right", side)):
        margin = OxmlElement(f"w:{name}")
        margin.set(qn("w:w"), str(round(width.twips)))
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    look = table._tbl.tblPr.find(qn("w:tblLook"))  # noqa: SLF001
    look.addprevious(margins)


def _set_heading(row: _Row, columns: Sequence[Column]) -> None:
    keep_whole(row)
    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))  # noqa: SLF001
    for cell, column in zip(row.cells, columns, strict=True):
        line = cell.paragraphs[0]
        line.style = CELL_CENTRED
        line.add_run(column.heading).bold = True
        # A heading alone at the foot of a page would head nothing.
        line.paragraph_format.keep_with_next = True
        cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER


def _set_pattern(row: _Row, columns: Sequence[Column]) -> None:
    keep_whole(row)
    for cell, column in zip(row.cells, columns, strict=True):
        line = cell.paragraphs[0]
        line.style = CELL_CENTRED if column.centred else CELL
        run = line.add_run(" ")
        if column.monospace:
            run.font.name, run.font.size = MONOSPACE, _HASH_SIZE
        cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER


def _multiply(pattern: _Row, rows: Iterable[Sequence[str]]) -> None:
    # The library looks up the style anew for every cell; copying a finished row takes a
    # tenth of the time, which a national report of 3,500 units needs.
    table, original = pattern._tr.getparent(), pattern._tr  # noqa: SLF001
    for texts in rows:
        copy = deepcopy(original)
        for slot, text in zip(copy.iter(qn("w:t")), texts, strict=True):
            slot.text = text
        table.append(copy)
    table.remove(original)
