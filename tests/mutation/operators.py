"""What a mutant changes: mutmut's operators, and those that the rules of the domain need besides.

Duties and rungs are decided by tables, conditions and filters, of which mutmut swaps operators
and values but never leaves one out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

import libcst as cst
import libcst.matchers as m
from mutmut.mutation.mutators import mutation_operators

Operator = tuple[type, Callable[[Any], Any]]


def _without_an_entry(node: cst.Set | cst.List | cst.Tuple | cst.Dict) -> Iterator[cst.CSTNode]:
    elements = node.elements
    for index in range(len(elements)):
        kept = (*elements[:index], *elements[index + 1 :])
        # A set without elements would read as a dict.
        if kept or not isinstance(node, cst.Set):
            yield _display(node, kept)


def _display(node: Any, kept: tuple[Any, ...]) -> cst.CSTNode:
    if isinstance(node, cst.Tuple) and len(kept) == 1:
        kept = (kept[0].with_changes(comma=cst.Comma()),)
    if isinstance(node, cst.Tuple) and not node.lpar:
        node = node.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
    return node.with_changes(elements=kept)


def _without_a_filter(node: cst.CompFor) -> Iterator[cst.CSTNode]:
    for index in range(len(node.ifs)):
        yield node.with_changes(ifs=(*node.ifs[:index], *node.ifs[index + 1 :]))


def _with_the_opposite_condition(node: cst.If | cst.While) -> Iterator[cst.CSTNode]:
    bracketed = node.test.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
    yield node.with_changes(test=cst.UnaryOperation(cst.Not(), bracketed))


def _left_out(node: cst.SimpleStatementLine) -> Iterator[cst.CSTNode]:
    """Yield nothing in place of a statement that is there for its effect."""
    effects = cst.Expr | cst.AugAssign | cst.Raise
    if any(isinstance(small, effects) for small in node.body):
        yield node.with_changes(body=[cst.Pass()])


def _returning_nothing(node: cst.Return) -> Iterator[cst.CSTNode]:
    if node.value is not None and not m.matches(node.value, m.Name("None")):
        yield node.with_changes(value=None)


OPERATORS: Final[tuple[Operator, ...]] = (
    *mutation_operators,
    (cst.Set, _without_an_entry),
    (cst.List, _without_an_entry),
    (cst.Tuple, _without_an_entry),
    (cst.Dict, _without_an_entry),
    (cst.CompFor, _without_a_filter),
    (cst.If, _with_the_opposite_condition),
    (cst.While, _with_the_opposite_condition),
    (cst.SimpleStatementLine, _left_out),
    (cst.Return, _returning_nothing),
)
