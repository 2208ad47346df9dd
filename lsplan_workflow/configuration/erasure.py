"""One contact's name and address taken out of a kept contacts file; its row stays.

The rows of an agency and role are numbered from the top: without the row, those below it
would become other contacts.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final

from lsplan_workflow.configuration.contacts_file import COLUMNS, FALLBACK
from lsplan_workflow.configuration.findings import Findings
from lsplan_workflow.configuration.tables import read_table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_ERASED_NAME: Final = "(đã xóa)"
# RFC 2606 keeps `.invalid` free of owners; the number keeps the rows of one role apart.
ERASED_DOMAIN: Final = "@erased.invalid"


def is_contacts_file(name: str) -> bool:
    """Tell whether a file of a configuration holds contacts."""
    return name.startswith("contacts")


def people(text: str) -> Iterator[tuple[str, str, str]]:
    """Yield the contact id, name and each address of a row, empty where they were erased."""
    for contact, row in _numbered(text):
        name = "" if row["name"] == _ERASED_NAME else row["name"]
        for address in (row["address"], *row[FALLBACK].split()):
            yield contact, name, "" if address.endswith(ERASED_DOMAIN) else address


def erased(text: str, contact: str, present: tuple[str, ...] | None) -> str:
    """Return the file without what it says of former holders of a contact.

    `present` are the name and the addresses that the contact has now: what equals them stays.
    """
    rows, changed = [], False
    for number, (found, row) in enumerate(_numbered(text), start=1):
        kept = _without_person(row, number, present) if found == contact else row
        changed = changed or kept != row
        rows.append(kept)
    return _written(rows) if changed else text


def _without_person(
    row: Mapping[str, str], number: int, present: tuple[str, ...] | None
) -> dict[str, str]:
    name, *addresses = present or ("", "")
    kept, now = dict(row), {address.casefold() for address in addresses}
    if row["name"] != name:
        kept["name"] = _ERASED_NAME
    if row["address"].casefold() not in now:
        kept["address"] = f"erased-{number}{ERASED_DOMAIN}"
    kept[FALLBACK] = " ".join(a for a in row[FALLBACK].split() if a.casefold() in now)
    return kept


def _numbered(text: str) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Yield each row with its contact id, as the reader of the file numbers them."""
    counts: dict[str, int] = {}
    for row in read_table(text, COLUMNS, Findings("contacts"), [FALLBACK]).rows:
        place = f"{row.cells['agency']}/{row.cells['role']}"
        counts[place] = counts.get(place, 0) + 1
        number = counts[place]
        yield (place if number == 1 else f"{place}-{number}"), row.cells


def _written(rows: list[Mapping[str, str]]) -> str:
    page = io.StringIO(newline="")
    further = [FALLBACK] if any(row[FALLBACK] for row in rows) else []
    columns = (*COLUMNS, *further)
    writer = csv.DictWriter(page, columns, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return page.getvalue()
