"""(a) Two thousand letters to a server on loopback, beside smtplib and beside Apprise."""

from __future__ import annotations

import smtplib
import tempfile
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from email.utils import format_datetime, make_msgid
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from apprise import Apprise, NotifyFormat

from benchmarks.measure import Result, in_pairs, seconds
from benchmarks.office import OPENING, office
from benchmarks.province import province_of
from benchmarks.sink import sink
from lsplan_workflow.services.reporting_pass import run_pass
from tests.store.postgres import running_cluster

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from lsplan_workflow.configuration.folder import Configuration

MAILS = 2000
_OURS_IS = "decided on, rendered, sent and recorded by a pass"
_ONLY: Final = "Sở Kiểm thử tốc độ số 1"
_APPRISE_MAILS = 200
"""Apprise takes a connection for each; a tenth is measured and multiplied."""


def results(pairs: int) -> Iterator[Result]:
    """Yield what a pass takes, outbox and log included, beside both peers on both databases."""
    configuration = province_of(MAILS)
    with sink() as port, running_cluster(durable=True) as cluster:
        on_postgres = lambda: cluster.url(cluster.new_database())  # noqa: E731
        for name, url in (("SQLite", str), ("Postgres", on_postgres)):
            ours = partial(_ours, configuration, port, url)
            yield Result(
                f"(a) {MAILS} mails on {name}, beside smtplib",
                _OURS_IS,
                "built with `email` and sent by `smtplib` on one held connection",
                *in_pairs(ours, partial(_smtplib, port), pairs),
                limit=1 / 0.7,
            )
            yield Result(
                f"(a) {MAILS} mails on {name}, beside Apprise",
                _OURS_IS,
                f"one call of Apprise for each message, of {_APPRISE_MAILS} messages, multiplied "
                f"by {MAILS // _APPRISE_MAILS}",
                *in_pairs(ours, partial(_apprise, port), pairs),
                limit=1 / 6,
            )


def _ours(configuration: Configuration, port: int, url: Callable[[], str]) -> float:
    with office(configuration, url=url(), smtp_url=f"mailto://127.0.0.1:{port}") as place:

        def act() -> None:
            sent = run_pass(place).sent
            if sent != MAILS:
                raise AssertionError(f"{sent} mails left instead of {MAILS}")

        return seconds(act)


def _smtplib(port: int) -> float:
    ours = _letter()

    def act() -> None:
        with smtplib.SMTP("127.0.0.1", port) as server:
            for number in range(MAILS):
                server.send_message(_message(number, ours))

    return seconds(act)


@dataclass(frozen=True)
class _Letter:
    """Our letter to an only agency: its own headers, what it says, and the calendar it encloses."""

    headers: tuple[tuple[str, str], ...]
    text: str
    html: str
    calendars: tuple[tuple[str, str, str], ...]
    """Of each its text, its method and its name as a file."""

    def to(self, number: int) -> _Letter:
        """Return what the agency of a number gets."""
        name = _named(number)
        return _Letter(
            tuple((header, value.replace(_ONLY, name)) for header, value in self.headers),
            self.text.replace(_ONLY, name),
            self.html.replace(_ONLY, name),
            tuple((text.replace(_ONLY, name), *rest) for text, *rest in self.calendars),
        )


def _named(number: int) -> str:
    return f"Sở Kiểm thử tốc độ số {number}"


def _message(number: int, only: _Letter) -> EmailMessage:
    ours, message = only.to(number), EmailMessage()
    message["Message-ID"] = make_msgid(domain="speed.example")
    message["Date"] = format_datetime(OPENING)
    message["To"] = f"Bộ phận tổng hợp <d{number:06d}@speed.example>"
    for header, value in ours.headers:
        message[header] = value
    message.set_content(ours.text, cte="base64")
    message.add_alternative(ours.html, subtype="html", cte="base64")
    for text, method, file in ours.calendars:
        message.add_attachment(
            text.encode(),
            maintype="text",
            subtype="calendar",
            params={"charset": "utf-8", "method": method},
            filename=file,
        )
    return message


def _letter() -> _Letter:
    """Return the letter that we send, as it is filed for an only agency."""
    with office(province_of(1)) as place:
        run_pass(place)
        (file,) = (place.reports.parent / "mail" / "new").iterdir()
        found = message_from_bytes(file.read_bytes(), policy=default)
    bodies = (found.get_body((kind,)) for kind in ("plain", "html"))
    text, html = (body.get_content() if body else "" for body in bodies)
    return _Letter(
        tuple((name, str(value)) for name, value in found.items() if name not in _OF_EACH),
        text,
        html,
        tuple(_enclosed(part) for part in found.iter_attachments()),
    )


_OF_EACH: Final = frozenset(
    {
        "Message-ID",
        "Date",
        "To",
        "Delivered-To",
        "MIME-Version",
        "Content-Type",
        "Content-Transfer-Encoding",
    }
)
"""What each message is given by itself, or gets when it is put together."""


def _enclosed(part: EmailMessage) -> tuple[str, str, str]:
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes):
        raise TypeError("what a letter encloses is a file")
    return content.decode(), str(part.get_param("method")), part.get_filename() or ""


def _apprise(port: int) -> float:
    """Return how long Apprise would take for all, of a part of which it sends each by itself.

    The same letter as HTML, from which it makes the text, with the same calendar enclosed. It
    has sent one already: what it loads for the first is not multiplied.
    """
    with tempfile.TemporaryDirectory(prefix="lsplan-bench-") as folder:
        send = partial(_by_apprise, port, Path(folder), _letter())
        send([_APPRISE_MAILS])
        return seconds(partial(send, range(_APPRISE_MAILS))) * MAILS / _APPRISE_MAILS


def _by_apprise(port: int, folder: Path, only: _Letter, numbers: Iterable[int]) -> None:
    url = f"mailto://127.0.0.1:{port}?from=bao-cao@speed.example&to=d%06d@speed.example"
    for number in numbers:
        ours, service = only.to(number), Apprise()
        service.add(url % number)
        if not service.notify(
            title=dict(ours.headers)["Subject"],
            body=ours.html,
            body_format=NotifyFormat.HTML,
            attach=_calendars(folder, ours),
        ):
            raise AssertionError("Apprise did not send")


def _calendars(folder: Path, ours: _Letter) -> list[str]:
    """Return the paths of the calendars, written for one letter: Apprise encloses files."""
    paths = []
    for text, _, file in ours.calendars:
        path = folder / file
        path.write_text(text, encoding="utf-8")
        paths.append(str(path))
    return paths
