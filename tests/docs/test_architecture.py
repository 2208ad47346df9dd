"""The pictures of docs/architecture.md are those of the code."""

from __future__ import annotations

import re

from lsplan_workflow.domain import obligations, obstacles
from lsplan_workflow.store.tables import NoticeRow
from tests.docs.pages import ROOT, blocks

PAGE = ROOT / "docs" / "architecture.md"


def section(title: str) -> str:
    """Return the text under a heading of the second order."""
    text = PAGE.read_text(encoding="utf-8")
    return text.split(f"\n## {title}\n")[1].split("\n## ")[0]


def arrows(title: str) -> set[tuple[str, str, str]]:
    """Return the transitions that a picture draws: from, by what, to."""
    found = re.findall(r"^ +(\w+) --> (\w+): (\w+)", section(title), re.MULTILINE)
    return {(before, by, after) for before, after, by in found}


def test_the_life_of_an_obligation_is_drawn_as_its_table_says():
    by_succession = {("open", "the", "transferred")}
    written = {
        (before.value, event.value, after.value)
        for (before, event), after in obligations.TRANSITIONS.items()
        if event is not obligations.Event.TRANSFER
    }

    assert arrows("Life of an obligation") == written | by_succession


def test_the_life_of_an_obstacle_is_drawn_as_its_table_says():
    written = {
        (before.value, act.value, after.value)
        for (before, act), after in obstacles.TRANSITIONS.items()
    }

    assert arrows("Life of an obstacle") == written


def test_every_table_is_drawn():
    (drawn,) = [b.text for b in blocks(PAGE) if "erDiagram" in b.text]
    words = set(re.findall(r"\b[a-z_]+\b", re.sub(r'"[^"]*"|erDiagram|[|}]\S+[|{]', "", drawn)))

    assert words == set(NoticeRow.metadata.tables)


def test_every_service_that_is_named_exists():
    named = re.findall(r"`(\w+)`", section("What the services do").split("|---|")[1])
    assert named

    lacking = [
        name for name in named if not (ROOT / f"lsplan_workflow/services/{name}.py").is_file()
    ]

    assert lacking == []
