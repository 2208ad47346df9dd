"""A letter's HTML as a picture, drawn by a browser that is on this machine."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from lsplan_workflow.domain.errors import WorkError
from lsplan_workflow.domain.text import Text

_BROWSERS: Final = (
    *("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"),
    *("microsoft-edge", "msedge"),
)
_SECONDS: Final = 60
_HEIGHT: Final = re.compile(r'data-height="(\d+)"')
# A window is never narrower than some 500 pixels; a frame within it is as narrow as a phone.
_PAGE: Final = """<!DOCTYPE html><meta charset="utf-8"><body style="margin:0">
<iframe id="letter" width="{width}" height="{height}" style="border:0;display:block"
 srcdoc="{letter}"></iframe>
<script>addEventListener("load", () => {{
  const page = document.getElementById("letter").contentDocument.documentElement;
  document.documentElement.setAttribute("data-height", page.scrollHeight);
}});</script>
"""


def draw(html: str, *, width: int) -> bytes:
    """Return a letter as a PNG of a width in pixels, as high as the letter is.

    Raise WorkError where there is no browser, or it draws nothing.
    """
    browser = next(filter(None, map(shutil.which, _BROWSERS)), None)
    if browser is None:
        raise WorkError(_NO_BROWSER)
    with TemporaryDirectory(prefix="lsplan-") as folder:
        place = Path(folder)
        measured = _HEIGHT.search(_run(browser, place, _page(html, width, 1), "--dump-dom"))
        height = int(measured[1]) if measured else 0
        picture, page = place / "letter.png", _page(html, width, height)
        size = f"--window-size={width},{height}"
        _run(browser, place, page, f"--screenshot={picture}", size)
        if not height or not picture.is_file():
            raise WorkError(_NOTHING_DRAWN)
        return picture.read_bytes()


def _page(html: str, width: int, height: int) -> str:
    return _PAGE.format(width=width, height=height, letter=escape(html))


def _run(browser: str, folder: Path, page: str, *options: str) -> str:
    """Let the browser look at a page, with nothing of its own kept; return what it prints."""
    file = folder / "letter.html"
    file.write_text(page, encoding="utf-8")
    # As root, as in a container, Chromium starts without its sandbox only; the page is ours.
    rooted = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    command = [
        *(browser, "--headless", "--disable-gpu", "--hide-scrollbars", "--no-first-run"),
        *(f"--user-data-dir={folder / 'profile'}", *rooted, *options, file.as_uri()),
    ]
    try:
        done = subprocess.run(  # noqa: S603 - A browser by its full path, on a page of ours.
            command, capture_output=True, check=False, timeout=_SECONDS, encoding="utf-8"
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise WorkError(_NOTHING_DRAWN) from error
    return done.stdout


_NO_BROWSER: Final = Text(
    "Máy này không có Chromium hay Chrome để vẽ thư thành ảnh; hãy cài đặt (ví dụ "
    "`apt-get install chromium`), hoặc dùng `--to html TỆP` rồi mở bằng trình duyệt.",
    "There is no Chromium or Chrome on this machine to draw the letter; install one (for example "
    "`apt-get install chromium`), or use `--to html FILE` and open it in a browser.",
)
_NOTHING_DRAWN: Final = Text(
    "Trình duyệt không vẽ được thư; hãy dùng `--to html TỆP` rồi mở bằng trình duyệt.",
    "The browser did not draw the letter; use `--to html FILE` and open it in a browser.",
)
