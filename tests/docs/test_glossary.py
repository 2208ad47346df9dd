"""The glossary holds every word that tables print, and a reader finds it where he looks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from lsplan_workflow.cli import delivery_words, doctoring, words
from lsplan_workflow.domain.obligations import STATUS_VI
from lsplan_workflow.domain.obstacles import STATE_VI
from lsplan_workflow.reports.collation import sort_key
from tests.docs.pages import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping

GLOSSARY = ROOT / "docs" / "glossary.md"


def entries() -> list[tuple[str, set[str]]]:
    """Return each Vietnamese word of the glossary with the words of the code beside it."""
    lines = GLOSSARY.read_text(encoding="utf-8").splitlines()
    rows = [line.strip("|").split("|") for line in lines if line.startswith("|")][2:]
    return [(row[0].strip(), set(re.findall(r"`([^`]+)`", row[1]))) for row in rows]


def tables() -> dict[str, Mapping[str, str]]:
    """Return the Vietnamese words that tables print, by the word of the code."""
    found = {name: table for name, table in vars(words).items() if name.endswith("_VI")}
    found |= {"_CAUSE_VI": delivery_words._CAUSE_VI}
    found |= {"STATUS_VI": STATUS_VI, "STATE_VI": STATE_VI, "_LEVEL_VI": doctoring._LEVEL_VI}
    assert {"_KIND_VI", "_EVENT_VI", "NOTICE_STATUS_VI"} <= found.keys()
    return found


def test_the_glossary_is_in_vietnamese_order():
    found = [word for word, _codes in entries()]

    assert found == sorted(found, key=sort_key)
    assert len(set(found)) == len(found)


@pytest.mark.parametrize("table", tables().values(), ids=tables())
def test_every_word_that_tables_print_stands_in_the_glossary_with_its_word_in_the_code(table):
    known = dict(entries())

    lacking = {
        f"{word} = {code}"
        for code, word in table.items()
        if code not in known.get(word.lower(), set())
    }

    assert lacking == set()


def test_each_entry_says_what_it_is_in_a_row_of_four_columns():
    lines = GLOSSARY.read_text(encoding="utf-8").splitlines()
    rows = [line.strip().strip("|").split("|") for line in lines if line.startswith("|")]

    assert {len(row) for row in rows} == {4}
    assert all(cell.strip() for row in rows for cell in row[:3])
