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
from typing import TYPE_CHECKING

from apprise import Apprise, NotifyFormat

from benchmarks.measure import Result, in_pairs, seconds
from benchmarks.office import OPENING, office
from benchmarks.province import province_of
from benchmarks.sink import sink
from lsplan_workflow.services.reporting_pass import run_pass
from tests.store.postgres import running_cluster

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lsplan_workflow.configuration.folder import Configuration

MAILS = 2000
_OURS_IS = "decided on, rendered, sent and recorded by a pass"
_ONLY = "Sở Kiểm thử tốc độ số 1"
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
    """What our letter to an only agency says, and the calendar that it encloses."""

    text: str
    html: str
    calendars: tuple[str, ...]


def _message(number: int, ours: _Letter) -> EmailMessage:
    name = f"Sở Kiểm thử tốc độ số {number}"
    message = EmailMessage()
    message["Message-ID"] = make_msgid(domain="speed.example")
    message["Date"] = format_datetime(OPENING)
    message["From"] = "Sở Tài chính <bao-cao@speed.example>"
    message["Reply-To"] = "Sở Tài chính <bao-cao@speed.example>"
    message["To"] = f"Bộ phận tổng hợp <d{number:06d}@speed.example>"
    message["Subject"] = f"V/v gửi báo cáo của {name}"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(ours.text.replace(_ONLY, name), cte="base64")
    message.add_alternative(ours.html.replace(_ONLY, name), subtype="html", cte="base64")
    for calendar in ours.calendars:
        content = calendar.replace(_ONLY, name).encode()
        message.add_attachment(content, maintype="text", subtype="calendar", filename="han.ics")
    return message


def _letter() -> _Letter:
    """Return the letter that we send, as it is filed for an only agency."""
    with office(province_of(1)) as place:
        run_pass(place)
        (file,) = (place.reports.parent / "mail" / "new").iterdir()
        found = message_from_bytes(file.read_bytes(), policy=default)
    bodies = (found.get_body((kind,)) for kind in ("plain", "html"))
    text, html = (body.get_content() if body else "" for body in bodies)
    enclosed = (part.get_payload(decode=True) for part in found.iter_attachments())
    calendars = tuple(bytes(content).decode() for content in enclosed if content)
    return _Letter(text, html, calendars)


def _apprise(port: int) -> float:
    """Return how long Apprise would take for all, of a part of which it sends each by itself.

    The same letter as HTML, from which it makes the text, with the same calendar enclosed.
    """
    url = f"mailto://127.0.0.1:{port}?from=bao-cao@speed.example&to=d%06d@speed.example"
    ours = _letter()

    def act(folder: Path) -> None:
        for number in range(_APPRISE_MAILS):
            name = f"Sở Kiểm thử tốc độ số {number}"
            service = Apprise()
            service.add(url % number)
            if not service.notify(
                title=f"V/v gửi báo cáo của {name}",
                body=ours.html.replace(_ONLY, name),
                body_format=NotifyFormat.HTML,
                attach=_calendar(folder, ours, name),
            ):
                raise AssertionError("Apprise did not send")

    with tempfile.TemporaryDirectory(prefix="lsplan-bench-") as folder:
        return seconds(lambda: act(Path(folder))) * MAILS / _APPRISE_MAILS


def _calendar(folder: Path, ours: _Letter, name: str) -> list[str]:
    """Return the paths of the calendars, written for one letter: Apprise encloses files."""
    paths = []
    for number, calendar in enumerate(ours.calendars):
        path = folder / f"han-{number}.ics"
        path.write_text(calendar.replace(_ONLY, name), encoding="utf-8")
        paths.append(str(path))
    return paths
