"""How long opening takes by the number of agencies, drawn as an SVG file."""

from __future__ import annotations

from math import log10
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_WIDTH, _HEIGHT, _LEFT, _TOP, _RIGHT, _BOTTOM = 640, 400, 70, 30, 20, 50
_COLOURS = ("#1d4ed8", "#b45309")


def drawn(sizes: Sequence[int], lines: Mapping[str, Sequence[float]]) -> str:
    """Return lines of seconds by size, both on logarithmic axes: what is linear is straight.

    `lines` holds for each line its name and a value for each size.
    """
    values = [value for line in lines.values() for value in line]
    across = _Axis(sizes, _LEFT, _WIDTH - _RIGHT)
    up = _Axis(values, _HEIGHT - _BOTTOM, _TOP)
    parts = [*_grid(across, up)]
    for number, (name, line) in enumerate(lines.items()):
        parts += _line(name, list(zip(sizes, line, strict=True)), across, up, number)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" '
        'font-family="sans-serif" font-size="13">\n'
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="white"/>\n'
        + "\n".join(parts)
        + "\n</svg>\n"
    )


class _Axis:
    """A logarithmic axis from the decade below the least value to the one above the greatest."""

    def __init__(self, values: Sequence[float], start: float, end: float) -> None:
        self._first, self._last = int(log10(min(values)) // 1), int(-(-log10(max(values)) // 1))
        self._start, self._end = start, end

    def at(self, value: float) -> float:
        """Return where a value stands."""
        share = (log10(value) - self._first) / (self._last - self._first)
        return round(self._start + share * (self._end - self._start), 1)

    @property
    def decades(self) -> list[float]:
        """Return the powers of ten that are marked."""
        return [10.0**power for power in range(self._first, self._last + 1)]


def _grid(across: _Axis, up: _Axis) -> list[str]:
    bottom, right = _HEIGHT - _BOTTOM, _WIDTH - _RIGHT
    found = []
    for value in across.decades:
        x = across.at(value)
        found += [
            f'<path d="M{x} {_TOP}V{bottom}" stroke="#ddd"/>',
            f'<text x="{x}" y="{bottom + 20}" text-anchor="middle">{value:,.0f}</text>',
        ]
    for value in up.decades:
        y = up.at(value)
        found += [
            f'<path d="M{_LEFT} {y}H{right}" stroke="#ddd"/>',
            f'<text x="{_LEFT - 8}" y="{y + 4}" text-anchor="end">{value:g} s</text>',
        ]
    found.append(f'<text x="{right}" y="{_HEIGHT - 8}" text-anchor="end">agencies</text>')
    return found


def _line(
    name: str, points: list[tuple[int, float]], across: _Axis, up: _Axis, number: int
) -> list[str]:
    colour = _COLOURS[number]
    spots = [(across.at(size), up.at(value)) for size, value in points]
    path = " ".join(f"{x},{y}" for x, y in spots)
    return [
        f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>',
        *(f'<circle cx="{x}" cy="{y}" r="4" fill="{colour}"/>' for x, y in spots),
        f'<text x="{_LEFT + 14}" y="{_TOP + 20 * (number + 1)}" fill="{colour}">{name}</text>',
    ]
