"""A letter that shows what is not so: marked so that nobody takes it for what is."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from lsplan_workflow.domain.text import Text

if TYPE_CHECKING:
    from lsplan_workflow.notify.letter import Letter
    from lsplan_workflow.notify.messages import Rendered

_BODY: Final = re.compile(r"<body[^>]*>")


@dataclass(frozen=True, slots=True)
class Mark:
    """What stands before a subject, and what is said above the letter."""

    sign: Text
    why: Text


_EXAMPLE: Final = Mark(
    Text("[VÍ DỤ]", "[EXAMPLE]"),
    Text(
        "VÍ DỤ: chưa có việc nào như thế được ghi nhận; nội dung dưới đây là giả định.",
        "EXAMPLE: nothing of the kind has been recorded; what follows is made up and sent to "
        "nobody.",
    ),
)
_OUTDATED: Final = Mark(
    Text("[KHÔNG CÒN ĐÚNG]", "[OUTDATED]"),
    Text(
        "KHÔNG CÒN ĐÚNG: thư dưới đây viết theo thời điểm gửi; từ đó tình hình đã thay đổi.",
        "OUTDATED: this is the letter as of the time at which it was to leave; things have "
        "changed since.",
    ),
)
_BANNER: Final = (
    '<p style="margin:0;padding:10px 16px;background-color:#fff3cd;color:#1d2430;'
    "font-family:Segoe UI,Roboto,Helvetica Neue,Arial,sans-serif;font-size:15px;"
    'font-weight:bold;text-align:center;">{}</p>'
)


def mark_of(letter: Letter) -> Mark | None:
    """Return how a letter is marked that is made up or no longer so, or None."""
    if letter.example:
        return _EXAMPLE
    return _OUTDATED if letter.outdated else None


def marked(rendered: Rendered, mark: Mark, language: str) -> Rendered:
    """Return a letter that says in its subject, text and HTML what its mark says."""
    why = mark.why.in_language(language)
    html = _BODY.sub(lambda body: f"{body[0]}\n{_BANNER.format(why)}", rendered.html, count=1)
    return replace(
        rendered,
        subject=marked_line(rendered.subject, mark, language),
        text=f"{why}\n\n{rendered.text}",
        html=html,
    )


def marked_line(line: str, mark: Mark, language: str) -> str:
    """Return one line, a subject or what chat is told, with its mark before it."""
    return f"{mark.sign.in_language(language)} {line}"
