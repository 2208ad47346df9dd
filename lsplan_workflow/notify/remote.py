"""What the HTML of a letter would fetch or run: nothing may, for it tells that a mail was read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

_JINJA_COMMENT: Final = re.compile(r"\{#.*?#\}", re.DOTALL)
_JINJA: Final = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
_NO_LINE: Final = re.compile(r"[^\n]")
_MARKUP: Final = re.compile(r"""["'<>=()]|[^\S\n]""")
_VALUE: Final = r"""\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]*)"""
_ELEMENT: Final = re.compile(
    r"""<(?:script|link|base|iframe|frame|object|embed|applet)\b[^>]*>?|http-equiv=["']?refresh""",
    re.IGNORECASE,
)
_SOURCE: Final = re.compile(
    r"(?<![\w.-])(?:src|srcset|background|poster|lowsrc|dynsrc|ping|manifest)" + _VALUE,
    re.IGNORECASE,
)
# Comments are looked at as well: Outlook reads some of them.
_REFERENCE: Final = re.compile(
    r"<(?!(?:a|area)\b)[^<]*?(?<![\w.-])((?:xlink:)?href" + _VALUE + ")", re.IGNORECASE
)
_STYLE: Final = re.compile(
    r"""(?<![\w-])(?:url|image|image-set|-webkit-image-set)\(\s*([^)]*)\)?|(@import)\b""",
    re.IGNORECASE,
)
_MARKS_OF_STYLE: Final = ("url(", "image(", "image-set(", "@import")
_WITHIN: Final = ("data:", "#")
"""What a letter has in itself: the data of a picture, or a place in its own text."""


class Fetched(NamedTuple):
    """What a reader's program would fetch, as it is written, and the line where it starts."""

    line: int
    value: str


def fetched(html: str) -> list[Fetched]:
    """Return what the HTML of a letter, or its template, would fetch, in its order.

    A link that the reader has to follow is nothing of that kind, wherever it leads; what a
    template would only put in as an address is, for it can lead anywhere.
    """
    visible = _without_jinja(html)
    elements = [found.span() for found in _ELEMENT.finditer(visible)]
    apart = (span for span in _sources(visible) if not any(a <= span[0] < z for a, z in elements))
    found = {*elements, *apart, *_styles(visible)}
    return [
        Fetched(html.count("\n", 0, start) + 1, " ".join(html[start:end].split()))
        for start, end in sorted(found)
    ]


def _without_jinja(source: str) -> str:
    """Return a template of the same length and lines in which no Jinja looks like HTML.

    What a template's expressions stand for is seen where a letter is rendered.
    """
    silent = _JINJA_COMMENT.sub(lambda found: _NO_LINE.sub(" ", found[0]), source)
    return _JINJA.sub(lambda found: _MARKUP.sub("_", found[0]), silent)


def _sources(html: str) -> Iterator[tuple[int, int]]:
    """Yield the attributes that are fetched; a link's address is not, before it is followed."""
    for found in _SOURCE.finditer(html):
        if not _lies_within(found[1]):
            yield found.span()
    for found in _REFERENCE.finditer(html):
        if not _lies_within(found[2]):
            yield found.span(1)


def _styles(html: str) -> Iterator[tuple[int, int]]:
    """Yield the pictures and sheets that styles fetch."""
    written = html.lower()
    # Most letters have none, and every one is looked at.
    if any(mark in written for mark in _MARKS_OF_STYLE):
        for found in _STYLE.finditer(html):
            if found[2] or not _lies_within(found[1]):
                yield found.span()


def _lies_within(value: str) -> bool:
    """Tell whether what is named is in the letter itself, or nothing."""
    bare = value.replace("&quot;", "").replace("&#39;", "").strip("\"' \t\n").lower()
    return bare.startswith(_WITHIN) or not bare
