"""An SMTP connection that remembers its greeting and waits for an answer only so long."""

from __future__ import annotations

import smtplib
from contextlib import contextmanager
from io import BufferedReader, RawIOBase
from time import monotonic
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator


class Connection(smtplib.SMTP):
    """A connection to a server that has said 220; an answer takes `patience` seconds at most.

    smtplib waits so long for each piece of an answer, of which a server may send any number.
    """

    greeting = ""

    def __init__(
        self,
        host: str,
        port: int,
        name: str,
        *,
        timeout: float,
        **settings: Any,  # noqa: ANN401
    ) -> None:
        self.patience = timeout
        self.until = 0.0
        super().__init__(host, port, name, timeout=timeout, **settings)

    def connect(self, *where: Any, **settings: Any) -> tuple[int, bytes]:  # noqa: ANN401
        """Connect, as smtplib does while it makes the object; return code and words."""
        code, words = super().connect(*where, **settings)
        self.greeting = words.decode(errors="replace")
        return code, words

    def getreply(self) -> tuple[int, bytes]:
        """Return code and words of an answer; raise SMTPException if it does not end in time."""
        if self.file is None:
            self.file = BufferedReader(_Answer(self))
        self.until = monotonic() + self.patience
        try:
            return super().getreply()
        finally:
            if self.sock is not None:
                self.sock.settimeout(self.patience)

    @contextmanager
    def waiting(self, times: float) -> Iterator[None]:
        """Have more patience, or less, for the answers within."""
        usual = self.patience
        self.patience = usual * times
        try:
            yield
        finally:
            self.patience = usual


class ConnectionOverTls(Connection, smtplib.SMTP_SSL):
    """The same where TLS is spoken from the first byte."""


class _Answer(RawIOBase):
    """What comes over a connection until the instant up to which it is waited for."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 - What RawIOBase calls a buffer.
        socket, left = self._connection.sock, self._connection.until - monotonic()
        if socket is None:
            return 0
        if left <= 0:
            raise TimeoutError("timed out")
        socket.settimeout(left)
        return socket.recv_into(buffer)
