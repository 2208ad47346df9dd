"""A province of any size in a configuration folder: so many bureaus that owe a yearly report."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

SHIPPED = Path(__file__).parents[2] / "config"
OPENING = "2025-09-03T07:30"


def write_province(folder: Path, bureaus: int) -> None:
    """Write a configuration folder in which bureaus alone owe, and the rate holds nobody up."""
    shutil.copytree(SHIPPED, folder, ignore=shutil.ignore_patterns("*.local.csv"))
    program = (folder / "program.toml").read_text(encoding="utf-8")
    program = re.sub(r"(?m)^owed_by = .*$", 'owed_by = ["bureau"]', program)
    program = re.sub(r"(?m)^max_per_(\w+) = .*$", r"max_per_\1 = 1000000", program)
    (folder / "program.toml").write_text(program, encoding="utf-8")
    codes = [f"B{number:04d}" for number in range(1, bureaus + 1)]
    _append(
        folder / "agencies.csv",
        (f"{c},Cục Thử số {c},Bureau {c},bureau,,,,yes,test" for c in codes),
    )
    _append(
        folder / "contacts.csv",
        (f"{c},focal,Đầu mối {c},{c.lower()}@bureaus.example,vi" for c in codes),
    )


def _append(file: Path, lines) -> None:
    text = file.read_text(encoding="utf-8").rstrip("\n")
    file.write_text("\n".join([text, *lines, ""]), encoding="utf-8")
