"""The table of mutants adds up, and its last column is what is justified."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from pathlib import Path

from tests.mutation.modules import JUSTIFIED, MODULES

PAGE = Path(__file__).parents[2] / "docs" / "testing.md"


def rows():
    """Return the numbers of each module: its mutants, the killed and the justified ones."""
    section = PAGE.read_text(encoding="utf-8").partition("\n## Mutation testing\n")[2]
    found = re.findall(r"^\| (\w+) \| (\d+) \| (\d+) \| (\d+) \|$", section, re.MULTILINE)
    return {name: tuple(map(int, numbers)) for name, *numbers in found}


def test_every_module_that_is_tried_has_its_numbers():
    assert list(rows()) == list(MODULES)


def test_each_mutant_is_killed_or_justified():
    for name, (mutants, killed, justified) in rows().items():
        assert mutants == killed + justified, name


def test_as_many_are_justified_as_have_a_reason():
    entries = tomllib.loads(JUSTIFIED.read_text(encoding="utf-8"))["mutant"]
    known = Counter(entry["module"] for entry in entries)
    assert {name: row[2] for name, row in rows().items()} == {n: known[n] for n in MODULES}
