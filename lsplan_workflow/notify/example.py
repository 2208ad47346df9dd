"""A letter that shows an example and not what happened: marked so that nobody takes it for real."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from lsplan_workflow.domain.text import Text

if TYPE_CHECKING:
    from lsplan_workflow.notify.messages import Rendered

_BODY: Final = re.compile(r"<body[^>]*>")
_MARK: Final = Text("[VÍ DỤ]", "[EXAMPLE]")
_WHY: Final = Text(
    "VÍ DỤ: chưa có việc nào như thế được ghi nhận; nội dung dưới đây là giả định.",
    "EXAMPLE: nothing of the kind has been recorded; what follows is made up and sent to nobody.",
)
_BANNER: Final = (
    '<p style="margin:0;padding:10px 16px;background-color:#fff3cd;color:#1d2430;'
    "font-family:Segoe UI,Roboto,Helvetica Neue,Arial,sans-serif;font-size:15px;"
    'font-weight:bold;text-align:center;">{}</p>'
)


def marked(rendered: Rendered, language: str) -> Rendered:
    """Return a letter that says in its subject, text and HTML that it is an example."""
    why = _WHY.in_language(language)
    html = _BODY.sub(lambda body: f"{body[0]}\n{_BANNER.format(why)}", rendered.html, count=1)
    return replace(
        rendered,
        subject=marked_line(rendered.subject, language),
        text=f"{why}\n\n{rendered.text}",
        html=html,
    )


def marked_line(line: str, language: str) -> str:
    """Return one line, a subject or what chat is told, that says that it is an example."""
    return f"{_MARK.in_language(language)} {line}"
