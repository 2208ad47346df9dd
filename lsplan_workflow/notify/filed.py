"""Channels by which nothing leaves: rehearsals file every mail, whatever its address is."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from lsplan_workflow.notify.channels import Batch, Channels
from lsplan_workflow.notify.maildir import MaildirCarrier

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from lsplan_workflow.notify.mail import Mail
    from lsplan_workflow.notify.outcome import Outcome


class FiledChannels(Channels):
    """A Maildir for everybody, those too who are reached by a service and not by e-mail."""

    def __init__(self, maildir: Path) -> None:
        super().__init__(smtp_url="", maildir=maildir, environ={})
        self._filed_in = maildir

    @contextmanager
    def batch(self) -> Iterator[Batch]:
        """Return a batch that files what it is given."""
        yield _FiledBatch(MaildirCarrier(self._filed_in), {})


class _FiledBatch(Batch):
    """Mails filed one after another."""

    def _notify(self, address: str, mail: Mail) -> Outcome:
        scheme, separator, _secret = address.partition("://")
        if not separator:
            return super()._notify(address, mail)
        shown = scheme + separator
        return self._carrier.deliver(mail, [shown])[shown]
