"""Mail filed in a local folder (Maildir) instead of sent: the default that needs no server."""

from __future__ import annotations

import mailbox
from typing import TYPE_CHECKING

from lsplan_workflow.notify.mime import build
from lsplan_workflow.notify.outcome import Outcome, Result

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from lsplan_workflow.notify.mail import Mail


class MaildirCarrier:
    """Files each mail once, with a `Delivered-To` for every recipient of its envelope."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def deliver(self, mail: Mail, recipients: Sequence[str]) -> dict[str, Outcome]:
        """File one mail; a folder that cannot be written, as on a full disk, is temporary."""
        message = build(mail)
        for address in recipients:
            message["Delivered-To"] = address
        try:
            name = self._file(message.as_bytes())
        except OSError as error:
            outcome = Outcome(Result.TEMPORARY, f"{error.strerror or error}: {self._folder}")
        else:
            outcome = Outcome(Result.SENT, f"250 2.0.0 filed in Maildir as {name}")
        return dict.fromkeys(recipients, outcome)

    def close(self) -> None:
        """Do nothing: each mail is complete on the disk when it is filed."""

    def _file(self, message: bytes) -> str:
        self._folder.parent.mkdir(parents=True, exist_ok=True)
        return mailbox.Maildir(self._folder, create=True).add(message)
