"""Which modules of the domain are broken on purpose, and where it stands why a mutant may live."""

from pathlib import Path

MODULES = (
    "calendar",
    "obligations",
    "schedules",
    "notice_kinds",
    "notices",
    "snapshots",
    "planning",
    "digests",
    "handovers",
)
JUSTIFIED = Path(__file__).with_name("justified.toml")
