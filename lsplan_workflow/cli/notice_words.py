"""Notices to come in words: their rungs, to whom they go, and what changes of them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from lsplan_workflow.cli import words
from lsplan_workflow.terminal.language import counted, say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import datetime

    from lsplan_workflow.domain.notices import Notice
    from lsplan_workflow.domain.plan_change import Move, PlanChange

_A_YEAR: Final = timedelta(days=365)
_NAMED: Final = 3
"""How many agencies are named before they are only counted."""


def about(notice: Notice) -> str:
    """Return the code of the cycle or the number of the obstacle that a notice is about."""
    return notice.cycle or notice.obstacle or ""


def rung(notice: Notice) -> str:
    """Return what a notice is about, its rung, and its kind in words."""
    return f"{about(notice)} {notice.rung} ({words.kind(notice.kind.value)})"


def recipients(notices: Sequence[Notice]) -> str:
    """Return to whom some notices go: how many there are, with the agencies of a few."""
    agencies = list(dict.fromkeys(notice.agency for notice in notices))
    named = f" ({', '.join(agencies)})" if len(agencies) <= _NAMED else ""
    count = len(notices)
    return say(f"{count} người nhận", counted(count, "recipient")) + named


def listed_agencies(agencies: Sequence[str]) -> str:
    """Return the codes of a few agencies, or how many there are."""
    if len(agencies) <= _NAMED:
        return ", ".join(agencies)
    return say(f"{len(agencies)} cơ quan", f"{len(agencies)} agencies")


def plan_change(found: PlanChange, local: Callable[[datetime], datetime]) -> Iterator[str]:
    """Yield which notices come, move and are withdrawn, a line for each rung and instant."""
    for place, sent in _alike((_place(n, local), n) for n in found.added):
        yield say(f"Thêm: {place}, {recipients(sent)}", f"Added: {place}, {recipients(sent)}")
    for move, sent in _alike((_move(m, local), m.after) for m in found.moved):
        yield f"{move}, {recipients(sent)}"
    for place, sent in _alike((_place(n, local), n) for n in found.withdrawn):
        to = recipients(sent)
        yield say(f"Thôi gửi: {place}, {to}", f"Withdrawn: {place}, {to}")


def plan_change_of_a_year(
    found: PlanChange, local: Callable[[datetime], datetime]
) -> Iterator[str]:
    """Yield which notices come, move and are withdrawn in the first year.

    Those of later years are only counted: they follow the same rules.
    """
    shown = found.before(found.begins_at + _A_YEAR) if found else found
    yield from plan_change(shown, local)
    if rest := len(found) - len(shown):
        yield say(f"Các năm sau: {rest} thay đổi, xem --json", f"Later years: {rest}, see --json")


def _place(notice: Notice, local: Callable[[datetime], datetime]) -> str:
    return f"{rung(notice)}, {words.instant(local(notice.send_at))}"


def _move(found: Move, local: Callable[[datetime], datetime]) -> str:
    """Return that a notice leaves at another instant or to another address, or says else."""
    before, after = found.before, found.after
    if before.send_at != after.send_at:
        dates = f"{words.instant(local(before.send_at))} → {words.instant(local(after.send_at))}"
        return say(f"Dời: {rung(after)}, {dates}", f"Moved: {rung(after)}, {dates}")
    place = _place(after, local)
    if before.recipient != after.recipient:
        return say(f"Đổi nơi nhận: {place}", f"Goes elsewhere: {place}")
    return say(f"Đổi nội dung: {place}", f"Says else: {place}")


def _alike(found: Iterable[tuple[str, Notice]]) -> Iterable[tuple[str, list[Notice]]]:
    """Return the notices that the same words are said of, in the order of the first ones."""
    alike: dict[str, list[Notice]] = {}
    for words_of, notice in found:
        alike.setdefault(words_of, []).append(notice)
    return alike.items()
