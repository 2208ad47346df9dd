"""Mail filed in a local folder (Maildir) instead of sent: the default that needs no server."""

from __future__ import annotations

import mailbox
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import TYPE_CHECKING

from lsplan_workflow.domain.causes import Cause
from lsplan_workflow.notify.mime import build
from lsplan_workflow.notify.outcome import Outcome, Result

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

    from lsplan_workflow.notify.mail import Mail


@dataclass(frozen=True, slots=True)
class Purged:
    """How many filed mails were deleted, and those that quote an address still."""

    deleted: int = 0
    left: tuple[Path, ...] = ()


def purge(folder: Path, addresses: Collection[str], *, keep: bool) -> Purged:
    """Delete the mails that were delivered to these addresses only, none if told to `keep`.

    What reached others too is theirs: it is named, and left to people.
    """
    wanted, deleted, left = {a.casefold() for a in addresses}, 0, []
    files = [f for part in ("new", "cur") for f in sorted((folder / part).glob("*"))]
    for file in files:
        message = message_from_bytes(file.read_bytes(), policy=default)
        reached = {str(to).casefold() for to in message.get_all("Delivered-To", [])}
        if reached and reached <= wanted and not keep:
            file.unlink()
            deleted += 1
        elif reached & wanted or _quotes(message, wanted):
            left.append(file)
    return Purged(deleted, tuple(left))


def _quotes(message: EmailMessage, addresses: Collection[str]) -> bool:
    """Tell whether headers or bodies hold one of the addresses."""
    parts = [p.get_content() for p in message.walk() if p.get_content_maintype() == "text"]
    text = "\n".join([*(str(value) for value in message.values()), *parts]).casefold()
    return any(address in text for address in addresses)


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
            outcome = Outcome(
                Result.TEMPORARY, f"{error.strerror or error}: {self._folder}", Cause.LOCAL
            )
        else:
            outcome = Outcome(Result.SENT, f"250 2.0.0 filed in Maildir as {name}")
        return dict.fromkeys(recipients, outcome)

    def close(self) -> None:
        """Do nothing: each mail is complete on the disk when it is filed."""

    def _file(self, message: bytes) -> str:
        self._folder.parent.mkdir(parents=True, exist_ok=True)
        return mailbox.Maildir(self._folder, create=True).add(message)
