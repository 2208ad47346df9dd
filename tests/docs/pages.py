"""The documents of the repository, taken apart: blocks of commands, links, names."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
GUIDE = ROOT / "docs" / "operations.md"

_BLOCK = re.compile(
    r"(?:<!-- tested(?:: (?P<state>\w+))? -->\n)?```(?P<language>\w*)\n(?P<text>.*?)```\n",
    re.DOTALL,
)
_CODE = re.compile(r"`([^`\n]+(?:\n[^`\n]+)?)`")
_LINK = re.compile(r"\[[^]]*\]\(([^)\s]+)\)")
_HERE_DOCUMENT = re.compile(r"<<'(\w+)'")


def pages() -> list[Path]:
    """Return every document that people read."""
    found = [ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")]
    return sorted(page for page in found if page.is_file())


@dataclass(frozen=True)
class Block:
    """A block of code, the line on which it begins, and the state it is tested in, if any."""

    page: Path
    line: int
    language: str
    text: str
    state: str | None

    def __str__(self) -> str:
        return f"{self.page.name}:{self.line}"


def blocks(page: Path) -> list[Block]:
    """Return the blocks of code of a page."""
    text = page.read_text(encoding="utf-8")
    return [
        Block(
            page=page,
            line=text.count("\n", 0, match.start("text")),
            language=match["language"],
            text=match["text"],
            state=(match["state"] or "standing") if match[0].startswith("<!--") else None,
        )
        for match in _BLOCK.finditer(text)
    ]


def prose(page: Path) -> str:
    """Return a page without its blocks."""
    return _BLOCK.sub("\n", page.read_text(encoding="utf-8"))


def code_spans(page: Path) -> list[str]:
    """Return what stands between backticks in the prose of a page."""
    return [" ".join(span.split()) for span in _CODE.findall(prose(page))]


def links(page: Path) -> list[str]:
    """Return where the links of a page lead."""
    return _LINK.findall(prose(page))


def statements(text: str) -> list[str]:
    """Return the commands of a block, one a line; a here-document belongs to its command."""
    found: list[str] = []
    ending: str | None = None
    for line in text.splitlines():
        if ending is not None:
            found[-1] += f"\n{line}"
            ending = None if line == ending else ending
            continue
        if line.strip() and not line.startswith("#"):
            found.append(line)
            document = _HERE_DOCUMENT.search(line)
            ending = document[1] if document else None
    return found


def lsplan_commands(page: Path) -> list[list[str]]:
    """Return the words of every `lsplan …` that a page tells the reader to type."""
    lines = [
        command
        for block in blocks(page)
        for line in block.text.splitlines()
        for command in re.split(r"&&|;", line)
    ]
    return [
        words for words in map(_words_of_lsplan, [*lines, *code_spans(page)]) if words is not None
    ]


def _words_of_lsplan(line: str) -> list[str] | None:
    match = re.match(r"(?:[A-Z_]+=\S+ )*(?:sudo )?(?:\S+/)?lsplan(?: (.*))?$", line.strip())
    if match is None:
        return None
    words = shlex.split((match[1] or "").replace("…", ""), comments=True)
    return words[: words.index(">")] if ">" in words else words
