"""An SMTP server on loopback, in a process of its own, that takes every mail and forgets it."""

from __future__ import annotations

import multiprocessing
import socket
from contextlib import contextmanager
from typing import TYPE_CHECKING

from aiosmtpd.controller import Controller

from tests.notify.server import taking_at_once

if TYPE_CHECKING:
    from collections.abc import Iterator
    from multiprocessing.connection import Connection

    from aiosmtpd.smtp import Session

_STARTING_SECONDS = 20


class _Forgetful:
    async def handle_EHLO(  # noqa: N802
        self, server: object, session: Session, envelope: object, name: str, said: list[str]
    ) -> list[str]:
        """Say what nearly every server does, which aiosmtpd can do and does not say."""
        session.host_name = name
        return taking_at_once(said)

    async def handle_DATA(self, server: object, session: object, envelope: object) -> str:  # noqa: N802
        return "250 2.0.0 queued"


@contextmanager
def sink() -> Iterator[int]:
    """Give the port of a running server."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs,), daemon=True)
    process.start()
    try:
        if not ours.poll(_STARTING_SECONDS):
            raise RuntimeError("the mail server of the benchmark did not start")
        yield ours.recv()
    finally:
        ours.send(None)
        process.join(_STARTING_SECONDS)


def _serve(pipe: Connection) -> None:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    server = Controller(
        _Forgetful(), hostname="127.0.0.1", port=port, server_hostname="mail.example"
    )
    server.start()
    pipe.send(port)
    pipe.recv()
    server.stop()
