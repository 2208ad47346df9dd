"""The shape that keeps the code readable: short functions, files of one noun."""

from __future__ import annotations

import ast
import csv
import re
import tomllib
from pathlib import Path
from statistics import median

import pytest

ROOT = Path(__file__).parents[1]
OURS = sorted([*(ROOT / "lsplan_workflow").rglob("*.py"), *(ROOT / "flows").rglob("*.py")])


def _lengths(path: Path) -> dict[str, int]:
    """Return the lines of each function, its docstring left out."""
    found = {}
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = node.body
            documented = ast.get_docstring(node) is not None
            skipped = body[0].end_lineno - body[0].lineno + 1 if documented else 0
            found[node.name] = node.end_lineno - node.lineno + 1 - skipped
    return found


def test_half_of_all_functions_have_eight_lines_or_fewer():
    lengths = [length for path in OURS for length in _lengths(path).values()]
    assert median(lengths) <= 8


@pytest.mark.parametrize("path", OURS, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_function_is_longer_than_forty_lines_and_no_file_than_four_hundred(path):
    assert {name: n for name, n in _lengths(path).items() if n > 40} == {}
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


@pytest.mark.parametrize("path", OURS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_module_says_what_it_owns(path):
    text = path.read_text(encoding="utf-8")
    assert not text.strip() or ast.get_docstring(ast.parse(text))


def _names_of_the_province() -> re.Pattern[str]:
    """Return whatever names the shipped province: its plan, its agencies and their codes."""
    program = tomllib.loads((ROOT / "config" / "program.toml").read_text(encoding="utf-8"))
    shown = program["program"]
    with (ROOT / "config" / "agencies.csv").open(encoding="utf-8", newline="") as file:
        agencies = list(csv.DictReader(file))
    # Two or three letters may be the beginning of any word; the codes of some are.
    codes = [row["code"] for row in agencies if len(row["code"]) > len("UBND")]
    names = [row[column] for row in agencies for column in ("name_vi", "name_en")]
    said = [shown[key] for key in ("code", "number", "title_vi", "title_en", "place", "issuer")]
    domains = [shown[key].rpartition("@")[2] for key in ("sender", "submit_to")]
    words = ["Lang Son", "STC", "SYT", *said, *domains, *codes, *names]
    return re.compile("|".join(rf"\b{re.escape(word)}\b" for word in words), re.IGNORECASE)


def _said(path: Path) -> list[str]:
    """Return the texts of a module, docstrings left out."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, documented) and ast.get_docstring(node) is not None
    }
    constants = (node for node in ast.walk(tree) if isinstance(node, ast.Constant))
    return [c.value for c in constants if isinstance(c.value, str) and id(c) not in docstrings]


def test_nothing_of_the_shipped_province_is_written_into_the_code():
    names = _names_of_the_province()
    found = {
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path in OURS
        for text in _said(path)
        # Help may show what a name or a code looks like.
        for match in names.finditer(re.sub(r"(?:ví dụ|như|as) \S+", "", text))
    }
    assert found == set()
