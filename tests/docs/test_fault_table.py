"""The table of faults names the tests that try them, and one command runs all of those."""

from __future__ import annotations

import re
from pathlib import Path

from tests.faults.__main__ import BESIDE

ROOT = Path(__file__).parents[2]


def named():
    """Return the files that the rows of the table name, from the root of the repository."""
    page = (ROOT / "docs" / "testing.md").read_text(encoding="utf-8")
    section = page.partition("\n## Faults\n")[2].partition("\n## ")[0]
    files = re.findall(r"`((?:tests/)?[\w/]*test_\w+\.py)`", section)
    return {name if name.startswith("tests/") else f"tests/faults/{name}" for name in files}


def test_the_command_runs_what_the_table_names_beside_the_faults_own_folder():
    assert {name for name in named() if not name.startswith("tests/faults/")} == set(BESIDE)


def test_the_table_names_every_file_of_the_folder():
    folder = (ROOT / "tests" / "faults").glob("test_*.py")
    here = {f"tests/faults/{file.name}" for file in folder}
    assert {name for name in named() if name.startswith("tests/faults/")} == here
