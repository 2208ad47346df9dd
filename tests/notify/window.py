"""Letters in windows of a width, measured by one run of the browser that draws them."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import dataclass
from html import escape, unescape
from typing import TYPE_CHECKING

from lsplan_workflow.notify import picture

if TYPE_CHECKING:
    from pathlib import Path

_FRAME = '<iframe width="{width}" height="600" style="border:0" srcdoc="{html}"></iframe>'
_PAGE = """<!DOCTYPE html><meta charset="utf-8"><body>{frames}
<script>addEventListener("load", () => {{
  const found = [...document.querySelectorAll("iframe")].map(frame => {{
    const page = frame.contentDocument.documentElement;
    const tables = [...page.querySelectorAll("table table table")];
    return {{
      width: page.scrollWidth,
      height: page.scrollHeight,
      ends: tables.map(table => Math.ceil(table.getBoundingClientRect().bottom)),
    }};
  }});
  document.documentElement.setAttribute("data-found", JSON.stringify(found));
}});</script>
"""
_FOUND = re.compile(r'data-found="([^"]*)"')


@dataclass(frozen=True)
class Measured:
    """How wide and high a letter is in its window, and where its inner tables end, in pixels."""

    width: int
    height: int
    ends: list[int]


def measured(folder: Path, letters: list[str], width: int) -> list[Measured]:
    """Return the measures of letters, given as HTML, in a window of a width in pixels."""
    browser = next(filter(None, map(shutil.which, picture._BROWSERS)))
    frames = "".join(_FRAME.format(width=width, html=escape(html)) for html in letters)
    told = picture._run(browser, folder, _PAGE.format(frames=frames), "--dump-dom")
    found = _FOUND.search(told)
    assert found, "the browser measured nothing"
    return [Measured(**letter) for letter in json.loads(unescape(found[1]))]
