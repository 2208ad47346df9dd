"""agencies.csv: the agencies, the dates between which they exist, their successors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from lsplan_workflow.configuration.tables import Row, read_table
from lsplan_workflow.domain.agencies import Agency
from lsplan_workflow.domain.text import VIETNAMESE, Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lsplan_workflow.configuration.findings import Findings

COLUMNS: Final = (
    "code",
    "name_vi",
    "name_en",
    "kind",
    "valid_from",
    "valid_to",
    "successors",
    "verified",
    "source",
)
AN_AGENCY: Final = Text("mã cơ quan có trong agencies.csv", "the code of an agency in agencies.csv")


@dataclass(frozen=True, slots=True)
class Agencies:
    """The agencies with the lines on which they stand.

    Not `complete` if some row could not be read: then nothing else is called unknown,
    so that one fault does not bring a hundred that follow from it.
    """

    agencies: tuple[Agency, ...]
    lines: Mapping[str, int]
    complete: bool

    def lacks(self, code: str) -> bool:
        """Tell whether it is certain that there is no agency of that code."""
        return self.complete and code not in self.lines

    def check(self, row: Row, column: str) -> str:
        """Return the cell of a row that names an agency."""
        code = row.text(column)
        if code and self.lacks(code):
            row.fault(column, AN_AGENCY)
        return code


def read_agencies(text: str | None, findings: Findings, language: str) -> Agencies:
    """Return the agencies of the file in its order.

    Only in an installation whose `language` is another may Vietnamese names be left empty.
    """
    table = read_table(text, COLUMNS, findings)
    lines: dict[str, int] = {}
    agencies = [_agency(row, lines, language) for row in table.rows]
    return Agencies(tuple(agencies), lines, table.complete)


def _agency(row: Row, lines: dict[str, int], language: str) -> Agency:
    code, name_en = unique_code(row, lines), row.text("name_en")
    can_lack = language != VIETNAMESE and not row.cells["name_vi"]
    agency = Agency(
        code=code,
        name_vi=name_en if can_lack else row.text("name_vi"),
        name_en=name_en,
        kind=row.code("kind"),
        valid_from=row.date("valid_from"),
        valid_to=row.date("valid_to"),
        successors=_successors(row),
        verified=row.flag("verified"),
        source=row.cells["source"],
    )
    if agency.valid_from and agency.valid_to and agency.valid_to < agency.valid_from:
        expected = Text(
            f"ngày kết thúc không trước ngày bắt đầu {row.cells['valid_from']}",
            f"a last day that is not before the first day {row.cells['valid_from']}",
        )
        row.fault("valid_to", expected)
    return agency


def _successors(row: Row) -> tuple[str, ...]:
    """Return the codes between semicolons; the first is the lead successor."""
    parts = (part.strip() for part in row.cells["successors"].split(";"))
    return tuple(part for part in parts if part)


def unique_code(row: Row, lines: dict[str, int]) -> str:
    """Return the code of a row, which no row before it has, and keep its line."""
    code = row.code("code")
    if code in lines:
        expected = Text(
            f"mã chưa dùng; mã này đã có ở dòng {lines[code]}",
            f"a code not yet used; line {lines[code]} has this one",
        )
        row.fault("code", expected)
    lines.setdefault(code, row.line)
    return code
