"""Two things done in turn: how long each takes, and their ratio pair by pair."""

from __future__ import annotations

import gc
import time
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True)
class Result:
    """What was measured of us and of a peer, pair by pair, and the limit of the ratio.

    `limit` is the largest ratio of ours to the peer's that is promised; None for a figure
    that stands for the record only.
    """

    name: str
    ours_is: str
    peer_is: str
    ours: tuple[float, ...]
    peer: tuple[float, ...]
    limit: float | None
    unit: str = "s"

    @property
    def ratios(self) -> list[float]:
        """Ours to the peer's, of each pair."""
        return [ours / peer for ours, peer in zip(self.ours, self.peer, strict=True)]

    @property
    def ratio(self) -> float:
        """The median of the ratios."""
        return median(self.ratios)

    @property
    def kept(self) -> bool | None:
        """Whether the promise is kept; None where nothing is promised."""
        return None if self.limit is None else self.ratio <= self.limit


def seconds(act: Callable[[], object]) -> float:
    """Return how long something takes, in seconds of the wall clock."""
    gc.collect()
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def in_pairs(
    ours: Callable[[], float], peer: Callable[[], float], pairs: int
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return what both give, taken in turn so that a slower moment strikes both.

    Each is done once before, uncounted; whoever goes first changes from pair to pair.
    """
    ours(), peer()
    found: list[tuple[float, float]] = []
    for number in range(pairs):
        if number % 2:
            second = peer()
            found.append((ours(), second))
        else:
            first = ours()
            found.append((first, peer()))
    return tuple(o for o, _ in found), tuple(p for _, p in found)
