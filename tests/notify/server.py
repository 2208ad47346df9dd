"""A real SMTP server on loopback that answers what a test wants, and remembers."""

from __future__ import annotations

import asyncio
import socket
import struct
import threading
from contextlib import contextmanager, suppress

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

LOST = "lost"
SILENT = "silent"
_BEGINNING = 512
"""How many bytes of a mail are read before its connection is cut within it."""


class Script:
    """Answers by command and argument; `LOST` cuts the connection, `SILENT` never answers.

    An answer to `body` of `LOST` cuts it when the mail has begun, and is not at its end.
    """

    pipelining = True
    """Whether the server says that it takes commands at once, as nearly all do (RFC 2920)."""

    def __init__(self, **answers):
        self.answers = answers
        self.envelopes = []
        self.greetings = []
        self.resets = 0

    async def _answer(self, server, command, argument, otherwise):
        answer = self.answers.get(command, {})
        if callable(answer):
            answer = {argument: answer(server)}
        said = answer.get(argument) if isinstance(answer, dict) else answer
        if said == LOST:
            server.transport.abort()
        if said == SILENT:
            await asyncio.Event().wait()
        return said or otherwise

    async def handle_EHLO(self, server, session, envelope, hostname, responses):  # noqa: N802
        self.greetings.append(hostname)
        session.host_name = hostname
        return taking_at_once(responses) if self.pipelining else responses

    async def handle_MAIL(self, server, session, envelope, address, options):  # noqa: N802
        envelope.mail_from = address
        return await self._answer(server, "mail", address, "250 2.1.0 OK")

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        answer = await self._answer(server, "rcpt", address, "250 2.1.5 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        self.envelopes.append((list(envelope.rcpt_tos), envelope.original_content))
        return await self._answer(
            server, "data", None, f"250 2.0.0 queued as {len(self.envelopes)}"
        )

    async def handle_RSET(self, server, session, envelope):  # noqa: N802
        self.resets += 1
        return "250 OK"


def taking_at_once(responses: list[str]) -> list[str]:
    """Return what a server says of itself that takes commands at once, as this one can."""
    name, *rest = responses
    return [name, "250-PIPELINING", *rest]


class _Cutting(SMTP):
    async def smtp_DATA(self, arg):  # noqa: N802
        cut = self.event_handler.answers.get("body")
        if cut is None or cut(self) != LOST:
            await super().smtp_DATA(arg)
            return
        await self.push("354 go ahead")
        await self._reader.readexactly(_BEGINNING)
        self.transport.abort()


class _Counting(Controller):
    connections = 0

    def factory(self):
        self.connections += 1
        return _Cutting(self.handler, **self.SMTP_kwargs)


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


@contextmanager
def smtp_server(script: Script, **settings):
    """Yield the running server; `connections` counts those of the test alone."""
    # With a name of its own the server asks no resolver, which a test watches.
    settings.setdefault("server_hostname", "mail.example")
    server = _Counting(script, hostname="127.0.0.1", port=free_port(), **settings)
    server.start()
    server.connections = 0
    try:
        yield server
    finally:
        server.stop()


@contextmanager
def greets_with(words):
    """Yield the port of a server that says this and hangs up, and a list of who has come."""

    def serve():
        with suppress(OSError):
            while True:
                connection, client = listening.accept()
                come.append(client)
                with connection:
                    connection.sendall(f"{words}\r\n".encode())

    come = []
    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=serve, daemon=True).start()
        yield listening.getsockname()[1], come


@contextmanager
def cut_within_the_mail():
    """Yield the port of a server that says 354 to DATA and cuts the connection at once."""
    with _serving(_talk) as port:
        yield port


@contextmanager
def takes_at_once(answer):
    """Yield the port of a server that takes commands at once, and what it has heard of them.

    `answer` says what is said to what came in one go; where it says nothing, the connection is
    reset, with whatever was under way, and stays open in silence where it is `HELD_BACK`.
    """

    def talk(connection):
        with suppress(OSError), connection:
            connection.sendall(b"220 mail.example\r\n")
            connection.recv(_CHUNK)
            connection.sendall(b"250-mail.example\r\n250 PIPELINING\r\n")
            while said := connection.recv(_CHUNK):
                heard.append(said.decode())
                answers = answer(said.decode())
                if answers is HELD_BACK:
                    continue
                if not answers:
                    _reset(connection)
                    return
                connection.sendall("".join(f"{line}\r\n" for line in answers).encode())

    heard = []
    with _serving(talk) as port:
        yield port, heard


HELD_BACK = "held back"
_CHUNK = 65_536


@contextmanager
def drips(seconds, *, at_the_end):
    """Yield the port of a server whose greeting, or answer to a mail, goes on line by line."""

    def talk(connection):
        with suppress(OSError), connection, connection.makefile("rb") as lines:
            if at_the_end:
                _take_a_mail(connection, lines)
            while not stopped.wait(seconds):
                connection.sendall(b"250-still at it\r\n" if at_the_end else b"220-slowly\r\n")

    stopped = threading.Event()
    with _serving(talk) as port:
        yield port
        stopped.set()


def _take_a_mail(connection, lines):
    """Agree to everything up to the end of a mail, which is not answered."""
    connection.sendall(b"220 mail.example\r\n")
    for line in lines:
        if line.upper().startswith(b"DATA"):
            connection.sendall(b"354 go ahead\r\n")
            break
        connection.sendall(b"250 OK\r\n")
    while next(lines) != b".\r\n":
        pass


@contextmanager
def _serving(talk):
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        threading.Thread(target=_serve, args=(listening, talk), daemon=True).start()
        yield port


def _serve(listening, talk):
    with suppress(OSError):
        while True:
            connection, _ = listening.accept()
            threading.Thread(target=talk, args=(connection,), daemon=True).start()


def _talk(connection):
    with suppress(OSError), connection, connection.makefile("rb") as lines:
        connection.sendall(b"220 mail.example\r\n")
        for line in lines:
            begun = line.upper().startswith(b"DATA")
            connection.sendall(b"354 go ahead\r\n" if begun else b"250 OK\r\n")
            if begun:
                _reset(connection)
                lines.close()
                return


def _reset(connection):
    """Have the connection, when it is closed next, end at once, whatever was under way."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
