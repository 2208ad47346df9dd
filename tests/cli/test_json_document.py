"""docs/json.md says what the commands print: each is run and compared with its section."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

DOCUMENT = (Path(__file__).parents[2] / "docs" / "json.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| `(\w+)` \| ([a-z ]+) \|", re.MULTILINE)
CYCLE = "plan-2025"


@dataclass(frozen=True)
class Section:
    """One command of the document: the keys and types of its objects, and its example."""

    command: str
    types: tuple[dict[str, str], ...]
    example: Any

    @classmethod
    def read(cls, text):
        heading, _, rest = text.partition("\n")
        tables = [dict(ROW.findall(part)) for part in rest.split("|---|---|---|")[1:]]
        (example,) = re.findall(r"```json\n(.+?)```", rest, re.DOTALL)
        command = re.fullmatch(r"`lsplan (.+)`", heading)
        assert command is not None
        return cls(command[1], tuple(tables), json.loads(example))


SECTIONS = [Section.read(text) for text in DOCUMENT.split("\n## ")[1:]]


def is_instant(value):
    return datetime.fromisoformat(value).utcoffset() is not None and "T" in value


DECISION = """
document = "Nghị quyết số 99/NQ-HĐND"
begins_on = 2025-02-01
[[merge]]
agencies = ["SYT"]
into = "SCT"
"""
INNER = {
    "status": "obligations",
    "preview": "obligations",
    "rehearse": "days",
    "obstacle": "history",
    "reorganise": "passings",
    "doctor": "findings",
}
TYPES = {
    "string": lambda value: isinstance(value, str),
    "integer": lambda value: type(value) is int and value >= 0,
    "boolean": lambda value: isinstance(value, bool),
    "instant": is_instant,
    "day": lambda value: date.fromisoformat(value).isoformat() == value,
    "list": lambda value: isinstance(value, list),
    "object": lambda value: isinstance(value, dict),
}


def check(value, types):
    assert list(value) == list(types)
    for key, wanted in types.items():
        if wanted.endswith(" or null") and value[key] is None:
            continue
        assert TYPES[wanted.removesuffix(" or null")](value[key]), (key, value[key])


def check_answer(answer, section):
    objects = answer if isinstance(answer, list) else [answer]
    assert objects
    assert type(answer) is type(section.example)
    for found in objects:
        check(found, section.types[0])
    inner = section.types[1] if len(section.types) > 1 else None
    for found in objects if inner else ():
        for line in found[INNER[section.command.split()[0]]]:
            check(line, inner)


def test_every_command_that_prints_json_is_documented():
    assert [section.command for section in SECTIONS] == [
        "status CYCLE --json",
        "status --json",
        "preview --json",
        "preview --what-if waive:SCT --json",
        "preview --by day --json",
        "preview --by person --json",
        "calendars --json",
        "rehearse --from 2025-01-11 --to 2025-01-15 --nobody --json",
        "outbox --json",
        "review void CYCLE SYT --version 1 --reason nhầm --authority CV-15 --json",
        "extend CYCLE SCT --to 25/01/2025 --reason chờ --authority CV-15 --json",
        "tick --json",
        "consolidate CYCLE --partial --json",
        "agencies --json",
        "config history --json",
        "config show --json",
        "config diff --json",
        "apply --json",
        "reorganise preview FILE --json",
        "log --json",
        "audit verify --json",
        "notify test STC25/admin --json",
        "contact list --json",
        "obstacle list --json",
        "obstacle show NUMBER --json",
        "doctor --json",
        "backup FILE --json",
        "restore FILE --json",
    ]


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section.command)
def test_what_a_command_prints_is_what_the_document_says(chased, section, tmp_path):
    command = section.command.replace("CYCLE", CYCLE).replace("NUMBER", "2025-001").split()
    if command[0] == "reorganise":
        path = tmp_path / "decision.toml"
        path.write_text(DECISION, encoding="utf-8")
        command[command.index("FILE")] = str(path)
    if command[0] == "obstacle":
        chased.done("obstacle", "add", "SYT", "--content", "Thiếu mặt bằng")
    place = emptied(chased) if command[0] == "restore" else chased
    check_answer(place.done(*command).json, section)


def emptied(place):
    """Back up into the file called FILE, and return a place that has the key alone."""
    place.done("backup", "FILE")
    moved = place.var.rename("moved")
    place.var.mkdir()
    (moved / "audit.key").rename(place.var / "audit.key")
    return place


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section.command)
def test_the_examples_are_what_the_document_says(section):
    check_answer(section.example, section)
