"""The page docs/messages.md: of each kind when it is sent and to whom, and what it looks like."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lsplan_workflow.domain.notice_kinds import NoticeKind
from lsplan_workflow.domain.text import ENGLISH, VIETNAMESE
from lsplan_workflow.notify.messages import NAMES, SEVERAL

if TYPE_CHECKING:
    from collections.abc import Iterable

DOCS = Path(__file__).parents[2] / "docs"
PAGE, PICTURES = DOCS / "messages.md", DOCS / "pictures"
LANGUAGES, WIDTHS = (VIETNAMESE, ENGLISH), (360, 1200)

WHEN: dict[str, str] = {
    NoticeKind.OPENING: "When a cycle opens, to the focal person of every agency that owes.",
    NoticeKind.REMINDER: "At each reminder rung, to the focal person of whoever has not filed.",
    NoticeKind.OVERDUE: "On the first working day after the deadline, to the focal person.",
    NoticeKind.ESCALATION: "When a report is still missing after that, to the head of the agency, "
    "with a copy to the focal person; it says what was tried before.",
    NoticeKind.DIGEST: "At the later rungs of the ladder, to the leaders of the focal point and of "
    "the province: how many have filed, the trend, and who is late.",
    NoticeKind.REVISION: "Before and after a returned report is due again, to whoever has to "
    "revise it.",
    NoticeKind.RECEIPT: "At once when a report arrives, at any hour, to the focal person.",
    NoticeKind.RETURNED: "When a review returns a report, to the focal person, with the reason.",
    NoticeKind.ACCEPTANCE: "When a review accepts a report, to the focal person.",
    NoticeKind.EXTENSION: "When an agency is given longer, to its focal person; this one replaces "
    "an earlier extension.",
    NoticeKind.WAIVER: "When an agency is released from a report, to its focal person.",
    NoticeKind.REOPENING: "When a waived or accepted duty is open again, to the focal person.",
    NoticeKind.DEADLINE: "When a cycle's deadline moves after it was announced, to the focal "
    "persons who heard of the former one.",
    NoticeKind.SUCCESSION: "When a reorganisation passes a duty on, to the focal persons of "
    "whoever takes it over, as here, and of whoever gives it up.",
    NoticeKind.FAILURE: "When a run fails or an agency cannot be reached, to the administrators, "
    "once a day for each cause.",
    NoticeKind.OBSTACLE: "At once when a difficulty is reported, to the focal point.",
    NoticeKind.OBSTACLE_RECEIPT: "At once when a difficulty is reported, to whoever reported it.",
    NoticeKind.OBSTACLE_ASSIGNED: "When it is assigned, to the focal person of whoever has to "
    "answer.",
    NoticeKind.OBSTACLE_REMINDER: "Before and after an answer is due, to whoever has to answer.",
    NoticeKind.OBSTACLE_ANSWER: "When it is answered or closed, to whoever reported it.",
    SEVERAL: "When several of these would reach one person at the same hour: one mail tells all.",
}
_HEAD = """\
# The letters

One letter of every kind, as a rehearsal sends it, in both languages, on a phone (360 pixels)
and on a screen (1200 pixels), with what is sent by chat and SMS instead. The words are those of
the templates in `config/messages`; `lsplan messages preview` shows any of them with the facts
of your own installation. What agencies themselves wrote stands as they wrote it.

This page and its pictures are written by one command, which needs Chromium and a font as wide as
Arial (on Debian `chromium` and `fonts-liberation`) and refuses to draw in another; with names of
kinds after it, it draws these alone. Pictures change only when letters do: the hash of the audit
log, which is another one in every installation, is a sample.

```sh
python -m tests.pictures
```

"""


@dataclass(frozen=True)
class Shown:
    """A letter in one language: its subject, and what is said of it in chat."""

    kind: str
    language: str
    subject: str
    short: str


def picture_of(kind: str, language: str, width: int) -> Path:
    """Return the file of a picture."""
    return PICTURES / f"{kind}.{language}.{width}.png"


def page(letters: Iterable[Shown]) -> str:
    """Return the whole page; the letters stand in the order of their kinds."""
    by_kind: dict[str, list[Shown]] = {kind: [] for kind in NAMES}
    for letter in letters:
        by_kind[letter.kind].append(letter)
    return _HEAD + "\n".join(_section(kind, found) for kind, found in by_kind.items())


def _section(kind: str, letters: list[Shown]) -> str:
    said = "".join(
        f"- {letter.language}: **{_plain(letter.subject)}**<br>{_plain(letter.short)}\n"
        for letter in letters
    )
    heads = "".join(f"| {language}, {WIDTHS[0]} pixels " for language in LANGUAGES)
    return (
        f"## {kind}\n\n{WHEN[kind]}\n\n{said}\n"
        f"{heads}|\n{'| --- ' * len(LANGUAGES)}|\n{_row(kind, WIDTHS[0])}"
        f"{_row(kind, WIDTHS[1])}"
    )


def _row(kind: str, width: int) -> str:
    links = (
        f"| ![{kind}, {language}, {width} pixels]"
        f"({picture_of(kind, language, width).relative_to(DOCS)}) "
        for language in LANGUAGES
    )
    return "".join(links) + "|\n"


def _plain(words: str) -> str:
    """Return words that Markdown takes for nothing else."""
    return "".join(f"\\{sign}" if sign in "\\`*_[]<>|" else sign for sign in words)
