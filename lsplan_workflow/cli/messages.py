"""`messages preview`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from lsplan_workflow.cli.index import summary
from lsplan_workflow.cli.main import app, opened
from lsplan_workflow.cli.usage import Application, Group
from lsplan_workflow.domain.errors import RequestError
from lsplan_workflow.domain.text import ENGLISH, VIETNAMESE, Text
from lsplan_workflow.terminal.language import say
from lsplan_workflow.terminal.output import (
    print_bytes,
    print_line,
    print_text,
    write_bytes_whole,
)

if TYPE_CHECKING:
    from lsplan_workflow.domain.notice_kinds import NoticeKind
    from lsplan_workflow.notify.messages import Rendered

group = Application(cls=Group, help=summary("messages"))
app.add_typer(group, name="messages")

_STANDARD_OUTPUT: Final = Path("-")
_LANGUAGES: Final = (VIETNAMESE, ENGLISH)


class _Form(StrEnum):
    TEXT = "text"
    HTML = "html"
    PNG = "png"
    SHORT = "short"


Kind = Annotated[
    str,
    typer.Argument(
        metavar=say("LOẠI", "KIND"), help=say("Loại thư, ví dụ opening.", "As opening.")
    ),
]
Cycle = Annotated[
    str,
    typer.Option(
        metavar=say("KỲ", "CYCLE"), help=say("Kỳ báo cáo, ví dụ annual-2025.", "The cycle.")
    ),
]
Agency = Annotated[
    str,
    typer.Option(
        metavar=say("MÃ", "CODE"), help=say("Mã cơ quan, ví dụ SYT.", "The agency's code.")
    ),
]
Language = Annotated[
    str | None,
    typer.Option(
        metavar="vi|en",
        help=say("Ngôn ngữ; mặc định là của người nhận.", "Else the reader's language."),
    ),
]
To = Annotated[
    tuple[str, Path] | None,
    typer.Option(
        metavar=say("text|html|png|short TỆP", "text|html|png|short FILE"),
        help=say("Ghi vào tệp ở một dạng; - để in ra.", "Write it to a file, or print it: -."),
    ),
]
Width = Annotated[
    int,
    typer.Option(
        metavar="PIXEL",
        min=200,
        max=4000,
        help=say("Chiều rộng của ảnh.", "How wide the picture is."),
    ),
]


@group.command(
    help=say(
        "Xem trước một thư: opening, reminder, overdue, escalation, digest, receipt…",
        "Show a letter: opening, reminder, overdue, escalation, digest, receipt…",
    )
)
def preview(
    context: typer.Context,
    kind: Kind,
    cycle: Cycle,
    agency: Agency,
    language: Language = None,
    to: To = None,
    width: Width = 700,
) -> None:
    """Print a letter as text, or write it in a form; nothing is sent or recorded."""
    form = None if to is None else _form(to[0])
    rendered, short = _rendered(context, _kind(kind), cycle, agency, _language(language))
    if form is None or to is None:
        print_line(f"{rendered.subject}\n\n{rendered.text}".rstrip())
        return
    content = short.encode() if form is _Form.SHORT else _content(rendered, form, width)
    if to[1] == _STANDARD_OUTPUT:
        _print(form, content)
        return
    write_bytes_whole(to[1], content)
    print_line(say(f"Đã ghi {to[1]}.", f"Wrote {to[1]}."))


def _print(form: _Form, content: bytes) -> None:
    if form is _Form.PNG:
        print_bytes(content)
    else:
        print_text(content.decode().rstrip("\n") + "\n")


def _rendered(
    context: typer.Context, kind: NoticeKind | None, cycle: str, agency: str, language: str | None
) -> tuple[Rendered, str]:
    """Return a letter in full, and what it says in chat; what is made up or outdated is called so.

    It is of a kind or, without one, of several matters.
    """
    from lsplan_workflow.notify.example import mark_of, marked, marked_line
    from lsplan_workflow.services.specimens import specimen, specimen_of_several

    with opened(context) as workplace:
        if kind is None:
            letter = specimen_of_several(workplace, cycle, agency, language)
        else:
            letter = specimen(workplace, kind, cycle, agency, language)
        rendered, short = workplace.messages.render(letter), workplace.messages.short(letter)
    mark, language = mark_of(letter), letter.language
    if mark is None:
        return rendered, short
    return marked(rendered, mark, language), marked_line(short, mark, language)


def _content(rendered: Rendered, form: _Form, width: int) -> bytes:
    if form is _Form.TEXT:
        return f"{rendered.subject}\n\n{rendered.text}".encode()
    if form is _Form.HTML:
        return rendered.html.encode()
    from lsplan_workflow.notify.picture import draw

    return draw(rendered.html, width=width)


def _kind(named: str) -> NoticeKind | None:
    """Return the kind that is named; None of what joins several."""
    from lsplan_workflow.domain.notice_kinds import NoticeKind
    from lsplan_workflow.notify.messages import SEVERAL

    if named == SEVERAL:
        return None
    try:
        return NoticeKind(named)
    except ValueError:
        raise RequestError(_unknown(named, (*NoticeKind, SEVERAL))) from None


def _form(named: str) -> _Form:
    try:
        return _Form(named)
    except ValueError:
        raise RequestError(_unknown(f"--to {named}", tuple(_Form))) from None


def _language(named: str | None) -> str | None:
    if named is not None and named not in _LANGUAGES:
        raise RequestError(_unknown(f"--language {named}", _LANGUAGES))
    return named


def _unknown(named: str, known: tuple[str, ...]) -> Text:
    listed = ", ".join(known)
    return Text(
        f"{named}: không có lựa chọn này; có: {listed}.",
        f"{named}: there is no such choice; there are: {listed}.",
    )
