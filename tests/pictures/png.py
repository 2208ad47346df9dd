"""Pictures made small: PNG files with a palette of few colours in place of all of them."""

from __future__ import annotations

import struct
import zlib
from collections import Counter
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

Colour = tuple[int, ...]

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_HEADER = struct.Struct(">II5s")
_TRUECOLOUR, _INDEXED = bytes([8, 2, 0, 0, 0]), bytes([8, 3, 0, 0, 0])
_SAMPLES = 3
# Letters are text on few grounds: what else there is are the edges of the letters.
_COLOURS = 24


def size(picture: bytes) -> tuple[int, int]:
    """Return the width and height of a PNG in pixels; raise ValueError for anything else."""
    if not picture.startswith(_SIGNATURE):
        raise ValueError(picture[:8])
    width, height = struct.unpack(">II", picture[16:24])
    return width, height


def smaller(picture: bytes) -> bytes:
    """Return a PNG in true colour, as a browser draws it, with its most frequent colours alone."""
    chunks = list(_chunks(picture))
    width, height, form = _HEADER.unpack(chunks[0][1])
    if form != _TRUECOLOUR:
        raise ValueError(form)
    packed = b"".join(data for name, data in chunks if name == b"IDAT")
    lines = list(_lines(zlib.decompress(packed), width))
    pixels = [
        list(zip(*(line[c::_SAMPLES] for c in range(_SAMPLES)), strict=True)) for line in lines
    ]
    palette = [c for c, _ in Counter(p for line in pixels for p in line).most_common(_COLOURS)]
    places = {colour: place for place, colour in enumerate(palette)}
    for colour in {p for line in pixels for p in line} - places.keys():
        places[colour] = _nearest(colour, palette)
    indexed = b"".join(b"\0" + bytes([places[p] for p in line]) for line in pixels)
    return _SIGNATURE + b"".join(
        (
            _chunk(b"IHDR", _HEADER.pack(width, height, _INDEXED)),
            _chunk(b"PLTE", bytes(sample for colour in palette for sample in colour)),
            _chunk(b"IDAT", zlib.compress(indexed, 9)),
            _chunk(b"IEND", b""),
        )
    )


def _nearest(colour: Colour, palette: list[Colour]) -> int:
    def distance(place: int) -> int:
        return sum((a - b) ** 2 for a, b in zip(colour, palette[place], strict=True))

    return min(range(len(palette)), key=distance)


def _chunks(picture: bytes) -> Iterator[tuple[bytes, bytes]]:
    place = len(_SIGNATURE)
    while place < len(picture):
        (length,) = struct.unpack(">I", picture[place : place + 4])
        yield picture[place + 4 : place + 8], picture[place + 8 : place + 8 + length]
        place += length + 12


def _chunk(name: bytes, data: bytes) -> bytes:
    check = struct.pack(">I", zlib.crc32(name + data))
    return struct.pack(">I", len(data)) + name + data + check


def _lines(filtered: bytes, width: int) -> Iterator[bytes]:
    """Yield the lines of a picture without the filters of the PNG specification, section 9."""
    length = width * _SAMPLES
    above = bytes(length)
    for start in range(0, len(filtered), length + 1):
        line = filtered[start + 1 : start + 1 + length]
        above = _FILTERS[filtered[start]](line, above)
        yield above


def _none(line: bytes, _: bytes) -> bytes:
    return line


def _sub(line: bytes, _: bytes) -> bytes:
    found = bytearray(line)
    for sample in range(_SAMPLES):
        sums = accumulate(line[sample::_SAMPLES], lambda a, b: (a + b) & 255)
        found[sample::_SAMPLES] = bytes(sums)
    return bytes(found)


def _up(line: bytes, above: bytes) -> bytes:
    return bytes([(a + b) & 255 for a, b in zip(line, above, strict=True)])


def _average(line: bytes, above: bytes) -> bytes:
    found = bytearray(_SAMPLES) + line
    for place, (sample, over) in enumerate(zip(line, above, strict=True)):
        found[place + _SAMPLES] = (sample + (found[place] + over) // 2) & 255
    return bytes(found[_SAMPLES:])


def _paeth(line: bytes, above: bytes) -> bytes:
    found, corner = bytearray(_SAMPLES) + line, bytes(_SAMPLES) + above
    for place, (sample, up) in enumerate(zip(line, above, strict=True)):
        left, diagonal = found[place], corner[place]
        beside, over, far = abs(up - diagonal), abs(left - diagonal), abs(left + up - 2 * diagonal)
        nearest_above = up if over <= far else diagonal
        chosen = left if beside <= over and beside <= far else nearest_above
        found[place + _SAMPLES] = (sample + chosen) & 255
    return bytes(found[_SAMPLES:])


_FILTERS = (_none, _sub, _up, _average, _paeth)
