"""A mail server on loopback that remembers each mail it took, and tells when it does what."""

from __future__ import annotations

import os
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes
from typing import TYPE_CHECKING

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

from tests.notify.server import free_port, taking_at_once

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_CLOSING_SECONDS = 60


@dataclass(frozen=True)
class Taken:
    """A mail that was taken: its Message-ID, and whom it is for."""

    message_id: str
    recipients: tuple[str, ...]


class Sink:
    """What a server took, in its order, written to the disk before it says so.

    `watching` is called with "named", "handed", "taken" and "said" as a mail passes by.
    """

    def __init__(self, file: Path) -> None:
        self.taken: list[Taken] = []
        self.watching: Callable[[str], None] = lambda _moment: None
        self.open = 0
        self.closed = threading.Condition()
        self._file = file.open("a", encoding="utf-8")

    async def handle_EHLO(self, server, session, envelope, name, responses):  # noqa: N802
        session.host_name = name
        return taking_at_once(responses)

    async def handle_RCPT(self, server, session, envelope, address, options) -> str:  # noqa: N802
        self.watching("named")
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server, session, envelope) -> str:  # noqa: N802
        self.watching("handed")
        mail = message_from_bytes(envelope.original_content)
        self._keep(Taken(str(mail["Message-ID"]), tuple(envelope.rcpt_tos)))
        self.watching("taken")
        server.loop.call_soon(self.watching, "said")
        return "250 2.0.0 taken"

    def _keep(self, taken: Taken) -> None:
        self._file.write(f"{taken.message_id} {' '.join(taken.recipients)}\n")
        self._file.flush()
        os.fsync(self._file.fileno())
        self.taken.append(taken)

    def wait_until_nobody_is_there(self) -> None:
        """Return when every connection is closed and nothing more can come."""
        with self.closed:
            assert self.closed.wait_for(lambda: self.open == 0, _CLOSING_SECONDS)

    def count(self, change: int) -> None:
        with self.closed:
            self.open += change
            self.closed.notify_all()

    def close(self) -> None:
        self._file.close()


class _Counted(SMTP):
    def connection_made(self, transport):
        self.event_handler.count(1)
        super().connection_made(transport)

    def connection_lost(self, error):
        super().connection_lost(error)
        self.event_handler.count(-1)


class _Server(Controller):
    def factory(self) -> SMTP:
        return _Counted(self.handler, **self.SMTP_kwargs)


@contextmanager
def mail_sink(file: Path) -> Iterator[tuple[Sink, str]]:
    """Give a running server and its URL."""
    sink, port = Sink(file), free_port()
    server = _Server(sink, hostname="127.0.0.1", port=port, server_hostname="mail.example")
    server.start()
    sink.wait_until_nobody_is_there()
    try:
        yield sink, f"mailto://127.0.0.1:{port}"
    finally:
        server.stop()
        sink.close()
