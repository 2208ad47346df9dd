"""A province of any size: the shipped configuration with as many agencies as are wanted."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from lsplan_workflow.configuration.folder import parse, read_files
from lsplan_workflow.domain.agencies import Agency, Contact, Directory, Role
from lsplan_workflow.domain.program import Rate

if TYPE_CHECKING:
    from lsplan_workflow.configuration.folder import Configuration

_FOLDER = Path(__file__).parents[1] / "config"
_UNLIMITED = Rate(max_per_minute=1_000_000, max_per_day=10_000_000)


def shipped() -> Configuration:
    """Return the configuration that is shipped, whatever real contacts lie beside it."""
    files = {n: b for n, b in read_files(_FOLDER).items() if n != "contacts.local.csv"}
    return parse({**files, "contacts.csv": (_FOLDER / "contacts.csv").read_bytes()})


def province_of(count: int) -> Configuration:
    """Return a configuration with so many departments that owe, each with a focal person."""
    base = shipped()
    kept = [base.directory[c] for c in (base.program.focal_point, *base.program.leadership)]
    offices = [
        replace(a, kind="office", valid_from=None, valid_to=None, successors=()) for a in kept
    ]
    agencies = [*offices, *(_agency(number) for number in range(1, count + 1))]
    contacts = [_contact(agency) for agency in agencies]
    return replace(base, directory=Directory(tuple(agencies), tuple(contacts)), rate=_UNLIMITED)


def _agency(number: int) -> Agency:
    return Agency(
        code=f"D{number:06d}",
        name_vi=f"Sở Kiểm thử tốc độ số {number}",
        name_en=f"Department of Speed No. {number}",
        kind="department",
    )


def _contact(agency: Agency) -> Contact:
    return Contact(
        agency=agency.code,
        role=Role.FOCAL,
        name=f"Bộ phận tổng hợp {agency.code}",
        address=f"{agency.code.lower()}@speed.example",
        number=1,
        language="vi",
    )
