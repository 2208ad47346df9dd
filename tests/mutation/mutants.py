"""Mutants: a module's source with one thing changed, named by what changed and not by its line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import ndiff
from pathlib import Path
from typing import Final

import libcst as cst

from tests.mutation.operators import OPERATORS

PACKAGE: Final = "lsplan_workflow.domain"
DOMAIN: Final = Path(__file__).parents[2] / "lsplan_workflow" / "domain"


@dataclass(frozen=True)
class Name:
    """What a mutant is known by while lines move: where it is, what was there, what is now.

    `nth` tells apart those that change equal lines of one function in the same way.
    """

    module: str
    function: str
    was: str
    becomes: str
    nth: int = 1

    def __str__(self) -> str:
        again = f" ({self.nth})" if self.nth > 1 else ""
        return f"{self.module}.{self.function}{again}\n    - {self.was}\n    + {self.becomes}"


@dataclass(frozen=True)
class Mutant:
    """A module's source with one thing changed."""

    name: Name
    source: str

    @property
    def module(self) -> str:
        """The dotted name of the module that it stands for."""
        return f"{PACKAGE}.{self.name.module}"


def mutants_of(module: str) -> list[Mutant]:
    """Return the mutants of a module of the domain, in the order of its lines."""
    source = (DOMAIN / f"{module}.py").read_text(encoding="utf-8")
    finder = _Finder()
    tree = cst.MetadataWrapper(cst.parse_module(source)).visit(finder)
    met: Counter[tuple[str, ...]] = Counter()
    found = {}
    for function, original, mutated in finder.changes:
        changed = tree.deep_replace(original, mutated).code
        # Two operators may lead to the same text.
        if changed in found or not _compiles(changed):
            continue
        words = (module, function, *_difference(source, changed))
        met[words] += 1
        found[changed] = Mutant(Name(*words, met[words]), changed)
    return list(found.values())


def _compiles(source: str) -> bool:
    try:
        compile(source, "mutant", "exec")
    except SyntaxError:
        return False
    return True


def _difference(source: str, changed: str) -> tuple[str, str]:
    """Return the lines that went and those that came, each as one line of text."""
    lines = list(ndiff(source.splitlines(), changed.splitlines()))
    was, becomes = (
        " ".join(line[2:].strip() for line in lines if line.startswith(sign)) for sign in "-+"
    )
    return was, becomes


class _Finder(cst.CSTVisitor):
    """Collects what may change: not types, which nothing evaluates, and not documentation."""

    def __init__(self) -> None:
        super().__init__()
        self.changes: list[tuple[str, cst.CSTNode, cst.CSTNode]] = []
        self._within: list[str] = []

    def on_visit(self, node: cst.CSTNode) -> bool:
        if _is_passed_over(node):
            return False
        if isinstance(node, cst.FunctionDef | cst.ClassDef):
            self._within.append(node.name.value)
        self.changes += ((".".join(self._within), node, new) for new in _mutations(node))
        return True

    def on_leave(self, original_node: cst.CSTNode) -> None:
        if isinstance(original_node, cst.FunctionDef | cst.ClassDef):
            self._within.pop()


def _mutations(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    for kind, operator in OPERATORS:
        if isinstance(node, kind):
            yield from operator(node)


def _is_passed_over(node: cst.CSTNode) -> bool:
    if isinstance(node, cst.SimpleStatementLine):
        return isinstance(node.body[0], cst.Import | cst.ImportFrom) or _is_text(node.body[0])
    if isinstance(node, cst.If):
        return isinstance(node.test, cst.Name) and node.test.value == "TYPE_CHECKING"
    return isinstance(node, cst.Annotation | cst.Decorator)


def _is_text(statement: cst.BaseSmallStatement) -> bool:
    text = cst.SimpleString | cst.ConcatenatedString
    return isinstance(statement, cst.Expr) and isinstance(statement.value, text)
