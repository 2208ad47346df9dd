"""(a) Two thousand letters to a server on loopback, beside smtplib and beside Apprise."""

from __future__ import annotations

import smtplib
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from email.utils import format_datetime, make_msgid
from functools import partial
from typing import TYPE_CHECKING

from apprise import Apprise, NotifyFormat

from benchmarks.measure import Result, in_pairs, seconds
from benchmarks.office import OPENING, office
from benchmarks.province import province_of
from benchmarks.sink import sink
from lsplan_workflow.services.delivery import deliver
from lsplan_workflow.services.reporting_pass import decide, run_pass
from tests.store.postgres import running_cluster

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lsplan_workflow.configuration.folder import Configuration

MAILS = 2000
_ONLY = "Sở Kiểm thử tốc độ số 1"
_APPRISE_MAILS = 200
"""Apprise takes a connection for each; a tenth is measured and multiplied."""


def results(pairs: int) -> Iterator[Result]:
    """Yield our delivery, outbox and audit log included, beside both peers, on both databases."""
    configuration = province_of(MAILS)
    with sink() as port, running_cluster() as cluster:
        on_postgres = lambda: cluster.url(cluster.new_database())  # noqa: E731
        for name, url in (("SQLite", str), ("Postgres", on_postgres)):
            ours = partial(_ours, configuration, port, url)
            measured = in_pairs(ours, partial(_smtplib, port), pairs)
            yield Result(
                f"(a) {MAILS} mails on {name}, beside smtplib",
                "rendered, sent and recorded by a pass",
                "built with `email` and sent by `smtplib` on one held connection",
                *measured,
                limit=1 / 0.7,
            )
        measured = in_pairs(
            partial(_ours, configuration, port, str), partial(_apprise, port), pairs
        )
        yield Result(
            f"(a) {MAILS} mails on SQLite, beside Apprise",
            "rendered, sent and recorded by a pass",
            "one call of Apprise for each message",
            *measured,
            limit=1 / 6,
        )


def _ours(configuration: Configuration, port: int, url: Callable[[], str]) -> float:
    with office(configuration, url=url(), smtp_url=f"mailto://127.0.0.1:{port}") as place:
        decide(place)

        def act() -> None:
            sent = deliver(place).sent
            if sent != MAILS:
                raise AssertionError(f"{sent} mails left instead of {MAILS}")

        return seconds(act)


def _smtplib(port: int) -> float:
    text, html = _letter()

    def act() -> None:
        with smtplib.SMTP("127.0.0.1", port) as server:
            for number in range(MAILS):
                message = _message(number, text, html)
                server.send_message(message)

    return seconds(act)


def _message(number: int, text: str, html: str) -> EmailMessage:
    name = f"Sở Kiểm thử tốc độ số {number}"
    message = EmailMessage()
    message["Message-ID"] = make_msgid(domain="speed.example")
    message["Date"] = format_datetime(OPENING)
    message["From"] = "Sở Tài chính <bao-cao@speed.example>"
    message["Reply-To"] = "Sở Tài chính <bao-cao@speed.example>"
    message["To"] = f"Bộ phận tổng hợp <d{number:06d}@speed.example>"
    message["Subject"] = f"V/v gửi báo cáo của {name}"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text.replace(_ONLY, name), cte="base64")
    message.add_alternative(html.replace(_ONLY, name), subtype="html", cte="base64")
    return message


def _letter() -> tuple[str, str]:
    """Return text and HTML of the letter that we send, as it is filed for an only agency."""
    with office(province_of(1)) as place:
        run_pass(place)
        (file,) = (place.reports.parent / "mail" / "new").iterdir()
        found = message_from_bytes(file.read_bytes(), policy=default)
        bodies = [found.get_body((kind,)) for kind in ("plain", "html")]
    text, html = (body.get_content() if body else "" for body in bodies)
    return text, html


def _apprise(port: int) -> float:
    """Return how long Apprise would take for all, of a part of which it sends each by itself."""
    url = f"mailto://127.0.0.1:{port}?from=bao-cao@speed.example&to=d%06d@speed.example"

    def act() -> None:
        for number in range(_APPRISE_MAILS):
            service = Apprise()
            service.add(url % number)
            body = f"<p>Sở Kiểm thử tốc độ số {number}</p>" * 20
            if not service.notify(
                title="V/v gửi báo cáo", body=body, body_format=NotifyFormat.HTML
            ):
                raise AssertionError("Apprise did not send")

    return seconds(act) * MAILS / _APPRISE_MAILS
