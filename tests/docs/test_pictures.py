"""The page of letters names every kind and shows it; its pictures are small and as wide as said."""

from __future__ import annotations

import struct
import zlib

import pytest

from lsplan_workflow.notify.messages import NAMES
from tests.docs.pages import links
from tests.pictures.__main__ import require_arial
from tests.pictures.page import DOCS, LANGUAGES, PAGE, PICTURES, WHEN, WIDTHS, picture_of
from tests.pictures.png import size, smaller

THREE_MEGABYTES = 3_000_000
SIGNATURE = b"\x89PNG\r\n\x1a\n"
# Two pixels a line; each line is filtered in another way and is the same without its filter.
PIXELS = bytes([10, 20, 30, 40, 60, 80])
FILTERED = (
    (0, PIXELS),
    (1, bytes([10, 20, 30, 30, 40, 50])),
    (2, bytes(6)),
    (3, bytes([5, 10, 15, 15, 20, 25])),
    (4, bytes(6)),
)


@pytest.mark.parametrize("kind", NAMES)
def test_every_kind_is_shown_in_each_language_and_width(kind):
    text = PAGE.read_text(encoding="utf-8")
    assert f"## {kind}\n\n{WHEN[kind]}\n" in text
    for language in LANGUAGES:
        for width in WIDTHS:
            picture = picture_of(kind, language, width)
            assert size(picture.read_bytes())[0] == width
            assert str(picture.relative_to(DOCS)) in links(PAGE)
        assert f"\n- {language}: **" in text.partition(f"## {kind}\n")[2].partition("\n## ")[0]


@pytest.mark.parametrize(
    ("font", "is_drawn"),
    [("Arial", True), ("Liberation Sans", True), ("Arimo", True), ("DejaVu Sans", False)],
)
def test_letters_are_drawn_in_a_font_as_wide_as_what_readers_see(
    tmp_path, monkeypatch, font, is_drawn
):
    finder = tmp_path / "fc-match"
    finder.write_text(f"#!/bin/sh\necho '{font}'\n")
    finder.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    if is_drawn:
        require_arial()
    else:
        with pytest.raises(SystemExit, match=f"has {font}.*Install fonts-liberation"):
            require_arial()


def test_where_no_font_can_be_asked_for_nothing_is_drawn(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SystemExit, match="no fc-match"):
        require_arial()


def test_there_is_no_picture_that_no_page_shows():
    told = (*links(PAGE), *links(DOCS / "benchmarks.md"))
    shown = {DOCS / link for link in told if link.startswith("pictures/")}
    assert shown == set(PICTURES.iterdir())
    assert sum(picture.stat().st_size for picture in shown) < THREE_MEGABYTES


def test_a_picture_made_smaller_is_the_same_picture():
    lines = b"".join(bytes([number]) + line for number, line in FILTERED)
    made = smaller(_png(2, len(FILTERED), lines))
    palette, indexed = _chunk(made, b"PLTE"), zlib.decompress(_chunk(made, b"IDAT"))
    colours = [palette[3 * i : 3 * i + 3] for i in range(len(palette) // 3)]
    drawn = [indexed[3 * line + 1 : 3 * line + 3] for line in range(len(FILTERED))]
    assert size(made) == (2, len(FILTERED))
    assert [b"".join(colours[i] for i in line) for line in drawn] == [PIXELS] * len(FILTERED)


def _png(width: int, height: int, lines: bytes) -> bytes:
    header = struct.pack(">II5B", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(lines)), (b"IEND", b""))
    parts = (struct.pack(">I", len(data)) + name + data + bytes(4) for name, data in chunks)
    return SIGNATURE + b"".join(parts)


def _chunk(picture: bytes, name: bytes) -> bytes:
    place = picture.index(name)
    (length,) = struct.unpack(">I", picture[place - 4 : place])
    return picture[place + 4 : place + 4 + length]
