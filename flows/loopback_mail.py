"""A real SMTP server on the loopback that files every mail it takes in a Maildir."""

from __future__ import annotations

import mailbox
from contextlib import contextmanager
from typing import TYPE_CHECKING

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from flows.server import HOST, free_port

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class _Filing:
    """Takes every mail for every recipient."""

    def __init__(self, folder: Path) -> None:
        self._maildir = mailbox.Maildir(folder)

    async def handle_DATA(  # noqa: N802 - The name that aiosmtpd calls.
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        """File the mail with its envelope's recipients; return the server's answer."""
        lines = [f"Delivered-To: {address}\r\n".encode() for address in envelope.rcpt_tos]
        content = envelope.original_content or b""
        name = self._maildir.add(b"".join(lines) + content)
        return f"250 2.0.0 filed as {name}"


@contextmanager
def mail_server(folder: Path) -> Iterator[str]:
    """Run the server while in the block; give its URL for LSPLAN_SMTP_URL."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    port = free_port(0)
    controller = Controller(_Filing(folder), hostname=HOST, port=port, server_hostname=HOST)
    controller.start()
    try:
        yield f"mailto://{HOST}:{port}"
    finally:
        controller.stop()
