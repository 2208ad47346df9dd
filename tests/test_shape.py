"""The shape that keeps the code readable: short functions, files of one noun."""

from __future__ import annotations

import ast
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
