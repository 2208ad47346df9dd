"""Which fields of letters a template names, in branches too that no letter takes."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final, NamedTuple

from jinja2 import nodes

from lsplan_workflow.notify.letter import Item, Letter, Missing, OfKind, Tried, YearBefore

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_CLASSES: Final = {c.__name__: c for c in (Item, Letter, Missing, OfKind, Tried, YearBefore)}
_OF: Final = re.compile(rf"\b({'|'.join(_CLASSES)})\b")
# What leaves a sequence one of the same things, and what takes one thing out of it.
_SAME: Final = frozenset({"list", "sort", "reverse", "unique", "selectattr", "rejectattr"})
_ONE: Final = frozenset({"first", "last", "random"})
# Who asks whether there is something may ask for what there is not.
_ASKING_TESTS: Final = frozenset({"defined", "undefined"})
_ASKING_FILTERS: Final = frozenset({"default", "d"})


class UnknownField(NamedTuple):
    """A field that nothing of its name has, the line that names it, and the nearest that it has."""

    line: int
    name: str
    nearest: str


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of a value: one thing of a class of letters, or many."""

    of: type
    many: bool = False


_Scope = dict[str, "_Known | None"]
_GLOBAL: Final[Mapping[str, _Known | None]] = {
    "letter": _Known(Letter),
    "item": _Known(Item),
    "items": _Known(Item, many=True),
}


def unknown_fields(tree: nodes.Template) -> Iterator[UnknownField]:
    """Yield the fields that a template names of letters, their items and what those list.

    A macro's parameter means what its name means elsewhere; of what else is not clear, nothing
    is said.
    """
    yield from _within(tree, dict(_GLOBAL))


def _within(node: nodes.Node, scope: _Scope) -> Iterator[UnknownField]:
    """Yield what is wrong in a node, of which an assignment holds for what follows it."""
    if isinstance(node, nodes.For):
        yield from _in_loop(node, scope)
        return
    if isinstance(node, nodes.Macro | nodes.CallBlock):
        given = {name.name: _GLOBAL.get(name.name) for name in node.args}
        scope = {**scope, **given}
    elif isinstance(node, nodes.Block):
        scope = dict(_GLOBAL)
    elif _asks(node):
        return
    elif isinstance(node, nodes.Getattr | nodes.Getitem):
        yield from _named(node, scope)
    for child in node.iter_child_nodes():
        yield from _within(child, scope)
    if isinstance(node, nodes.Assign) and isinstance(node.target, nodes.Name):
        scope[node.target.name] = _known(node.node, scope)


def _in_loop(loop: nodes.For, scope: _Scope) -> Iterator[UnknownField]:
    yield from _within(loop.iter, scope)
    looped = _known(loop.iter, scope)
    inner: _Scope = {**scope, **{name.name: None for name in loop.target.find_all(nodes.Name)}}
    if isinstance(loop.target, nodes.Name):
        inner[loop.target.name] = _Known(looped.of) if looped and looped.many else None
    for child in (*([loop.test] if loop.test else []), *loop.body):
        yield from _within(child, inner)
    for child in loop.else_:
        yield from _within(child, scope)


def _asks(node: nodes.Node) -> bool:
    """Tell whether a node asks whether there is something."""
    if isinstance(node, nodes.Test):
        return node.name in _ASKING_TESTS
    return isinstance(node, nodes.Filter) and node.name in _ASKING_FILTERS


def _named(node: nodes.Getattr | nodes.Getitem, scope: _Scope) -> Iterator[UnknownField]:
    known, name = _known(node.node, scope), _name_in(node)
    if known is None or known.many or name is None or hasattr(known.of, name):
        return
    nearest = get_close_matches(name, [field.name for field in fields(known.of)], n=1, cutoff=0)
    yield UnknownField(node.lineno, name, nearest[0])


def _name_in(node: nodes.Getattr | nodes.Getitem) -> str | None:
    """Return the name that `a.name` or `a["name"]` takes, or None of a number or a part."""
    if isinstance(node, nodes.Getattr):
        return node.attr
    given = node.arg
    return given.value if isinstance(given, nodes.Const) and isinstance(given.value, str) else None


def _known(node: nodes.Node | None, scope: _Scope) -> _Known | None:
    """Return what is known of the value of an expression."""
    if isinstance(node, nodes.Name):
        return scope.get(node.name)
    if isinstance(node, nodes.Filter):
        return _filtered(node.name, _known(node.node, scope))
    if isinstance(node, nodes.Getattr | nodes.Getitem):
        known, name = _known(node.node, scope), _name_in(node)
        if known is None:
            return None
        if known.many:
            is_part = isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Slice)
            return known if is_part else _Known(known.of) if name is None else None
        return _of_field(known.of, name)
    return None


def _filtered(name: str, known: _Known | None) -> _Known | None:
    if known is None or name not in _SAME | _ONE:
        return None
    return _Known(known.of) if name in _ONE else known


def _of_field(of: type, name: str | None) -> _Known | None:
    """Return what a field holds, by its annotation."""
    written = next((str(field.type) for field in fields(of) if field.name == name), "")
    found = _OF.search(written)
    return _Known(_CLASSES[found[1]], many=written.startswith("tuple")) if found else None
