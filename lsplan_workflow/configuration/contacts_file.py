"""contacts.csv, or contacts.local.csv in its place: who is written to, and where."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from lsplan_workflow.configuration.addresses import fault_of_address, shown_address
from lsplan_workflow.configuration.tables import Row, read_table
from lsplan_workflow.domain.agencies import Contact, Role
from lsplan_workflow.domain.text import LANGUAGES, Text

if TYPE_CHECKING:
    from lsplan_workflow.configuration.agencies_file import Agencies
    from lsplan_workflow.configuration.findings import Findings

COLUMNS: Final = ("agency", "role", "name", "address", "language")
FALLBACK: Final = "fallback"
"""An optional column: further addresses, separated by spaces, which no address holds."""
ROLES: Final = tuple(role.value for role in Role)


def read_contacts(text: str | None, agencies: Agencies, findings: Findings) -> tuple[Contact, ...]:
    """Return the contacts of the file in its order, numbered within agency and role."""
    lines: dict[tuple[str, Role, str], int] = {}
    numbers: Counter[tuple[str, Role]] = Counter()
    contacts = []
    for row in read_table(text, COLUMNS, findings, [FALLBACK]).rows:
        agency, role = agencies.check(row, "agency"), Role(row.choice("role", ROLES))
        numbers[agency, role] += 1
        contact = Contact(
            agency=agency,
            role=role,
            number=numbers[agency, role],
            name=row.text("name"),
            address=_address(row),
            language=row.choice("language", LANGUAGES),
            fallback=_fallback(row),
        )
        _check_once(row, contact, lines)
        contacts.append(contact)
    return tuple(contacts)


def _address(row: Row) -> str:
    address = row.cells["address"]
    expected = fault_of_address(address)
    if expected is not None:
        row.findings.note(row.line, "address", shown_address(address), expected)
    return address


def _fallback(row: Row) -> tuple[str, ...]:
    """Return the further addresses, each of which is another one."""
    known = [row.cells["address"].casefold()]
    for address in row.cells[FALLBACK].split():
        expected = _ANOTHER if address.casefold() in known else fault_of_address(address)
        if expected is not None:
            row.findings.note(row.line, FALLBACK, shown_address(address), expected)
        known.append(address.casefold())
    return tuple(row.cells[FALLBACK].split())


_ANOTHER: Final = Text("một địa chỉ khác", "another address than those before it")


def _check_once(row: Row, contact: Contact, lines: dict[tuple[str, Role, str], int]) -> None:
    """Note a contact that stands in the file already: it would be written to twice."""
    key = (contact.agency, contact.role, contact.address.casefold())
    if key in lines:
        expected = Text(
            f"mỗi liên hệ chỉ một dòng; dòng {lines[key]} đã có địa chỉ này với vai trò này",
            f"each contact only once; line {lines[key]} has this address in this role",
        )
        row.findings.note(row.line, "address", shown_address(contact.address), expected)
    lines.setdefault(key, row.line)
