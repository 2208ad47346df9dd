"""How one forecast of notices differs from another: what comes, moves and is withdrawn."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from lsplan_workflow.domain.notices import Notice


@dataclass(frozen=True, slots=True)
class Move:
    """A notice that will leave at another instant, to another address or of another deadline."""

    before: Notice
    after: Notice


@dataclass(frozen=True, slots=True)
class PlanChange:
    """What differs between two forecasts, each in the order of leaving."""

    added: tuple[Notice, ...] = ()
    moved: tuple[Move, ...] = ()
    withdrawn: tuple[Notice, ...] = ()

    def __len__(self) -> int:
        """Return how many notices differ."""
        return len(self.added) + len(self.moved) + len(self.withdrawn)

    @property
    def begins_at(self) -> datetime:
        """The first instant at which a notice leaves that differs; raise ValueError for none."""
        moved = (min(m.before.send_at, m.after.send_at) for m in self.moved)
        return min((*(n.send_at for n in (*self.added, *self.withdrawn)), *moved))

    def before(self, instant: datetime) -> PlanChange:
        """Return what differs of the notices that leave, or would have left, before an instant."""
        return PlanChange(
            tuple(n for n in self.added if n.send_at < instant),
            tuple(m for m in self.moved if m.before.send_at < instant),
            tuple(n for n in self.withdrawn if n.send_at < instant),
        )


def compare_forecasts(before: Iterable[Notice], after: Iterable[Notice]) -> PlanChange:
    """Return what another forecast changes.

    A notice has moved if the same recipient gets the same rung of the same obligation at
    another instant or address; its key differs too if it speaks of another deadline.
    """
    old, new = _by_matter(before), _by_matter(after)
    added, moved, withdrawn = list["Notice"](), list[Move](), list["Notice"]()
    for matter in {**old, **new}:
        gone = [n for n in old.get(matter, []) if not _stays(n, new.get(matter, []))]
        come = [n for n in new.get(matter, []) if not _stays(n, old.get(matter, []))]
        pairs = min(len(gone), len(come))
        moved += map(Move, gone[:pairs], come[:pairs])
        withdrawn += gone[pairs:]
        added += come[pairs:]
    return PlanChange(
        tuple(sorted(added, key=_order)),
        tuple(sorted(moved, key=lambda move: _order(move.after))),
        tuple(sorted(withdrawn, key=_order)),
    )


_Matter = tuple[str, str, str, str, bool]


def _matter(notice: Notice) -> _Matter:
    # Not the agency that the notice itself names: a digest's is its recipient's of that day.
    about = notice.key.split("/")[1] if notice.obstacle is None else notice.obstacle
    return notice.cycle, about, notice.rung, notice.contact, notice.copy_of is not None


def _by_matter(notices: Iterable[Notice]) -> Mapping[_Matter, list[Notice]]:
    ordered = sorted(notices, key=lambda notice: (_matter(notice), *_order(notice)))
    return {matter: list(found) for matter, found in groupby(ordered, key=_matter)}


def _order(notice: Notice) -> tuple[object, str]:
    return notice.send_at, notice.key


def _stays(notice: Notice, others: Iterable[Notice]) -> bool:
    same = (notice.key, notice.send_at, notice.recipient)
    return any((n.key, n.send_at, n.recipient) == same for n in others)
