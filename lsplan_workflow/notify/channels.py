"""The channels that mails leave by, and one batch of mails over them."""

from __future__ import annotations

from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Protocol

from lsplan_workflow.domain.causes import Cause
from lsplan_workflow.notify.apprise_url import notify, variables_of
from lsplan_workflow.notify.maildir import MaildirCarrier, Purged, purge
from lsplan_workflow.notify.mime import is_email_address
from lsplan_workflow.notify.outcome import Outcome, Result

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from lsplan_workflow.notify.greeting import Greeting
    from lsplan_workflow.notify.mail import Mail


class Carrier(Protocol):
    """What takes a mail to its e-mail recipients, a server or a folder."""

    def deliver(self, mail: Mail, recipients: Sequence[str]) -> dict[str, Outcome]:
        """Deliver one mail and return the outcome for each recipient."""
        ...

    def close(self) -> None:
        """Give back what the batch held."""
        ...


class Channels:
    """Where mail goes: over SMTP if there is a URL of a server, else into a Maildir."""

    def __init__(self, *, smtp_url: str, maildir: Path, environ: Mapping[str, str]) -> None:
        self._smtp_url = smtp_url
        self._maildir = maildir
        self._environ = environ

    def check(self) -> None:
        """Raise RequestError for a URL that cannot be used, before anything is begun."""
        self._carrier().close()

    def greet(self, sender: str = "") -> tuple[str, Greeting] | None:
        """Return the mail server's name and greeting, None where mail is filed in a folder.

        A server that takes no mail of the sender, if one is given, does not let us in.
        Raise RequestError for a URL that cannot be used.
        """
        if not self._smtp_url:
            return None
        from lsplan_workflow.notify.email import SmtpCarrier  # noqa: PLC0415 - As in _carrier.

        with closing(SmtpCarrier(self._smtp_url, self._environ)) as carrier:
            return carrier.host, carrier.greet(sender)

    def missing_variables(self, addresses: Iterable[str]) -> list[str]:
        """Return the environment variables that addresses name and that are not set."""
        named = {name for address in addresses for name in variables_of(address)}
        return sorted(name for name in named if not self._environ.get(name))

    def forget_mails(self, addresses: Collection[str], *, keep: bool) -> Purged:
        """Delete what was filed for these addresses only; see `maildir.purge`."""
        return purge(self._maildir, addresses, keep=keep)

    @contextmanager
    def batch(self) -> Iterator[Batch]:
        """Return a batch, which holds one connection until it ends."""
        carrier = self._carrier()
        try:
            yield Batch(carrier, self._environ)
        finally:
            carrier.close()

    def _carrier(self) -> Carrier:
        if not self._smtp_url:
            return MaildirCarrier(self._maildir)
        # Apprise costs a second to load, and without a server nothing of it is needed.
        from lsplan_workflow.notify.email import SmtpCarrier  # noqa: PLC0415

        return SmtpCarrier(self._smtp_url, self._environ)


class Batch:
    """Mails sent one after another; what goes wrong is an outcome, never an exception."""

    def __init__(self, carrier: Carrier, environ: Mapping[str, str]) -> None:
        self._carrier = carrier
        self._environ = environ

    def send(self, mail: Mail) -> dict[str, Outcome]:
        """Send one mail and return the outcome by recipient address, To and Cc alike.

        E-mail recipients share one message; each Apprise URL is notified on its own.
        """
        everyone = dict.fromkeys(person.address for person in (*mail.to, *mail.cc))
        addresses = [a for a in everyone if mail.envelope is None or a in mail.envelope]
        outcomes = self._deliver(mail, [a for a in addresses if is_email_address(a)])
        for address in addresses:
            if address not in outcomes:
                outcomes[address] = self._notify(address, mail)
        return outcomes

    def _deliver(self, mail: Mail, addresses: list[str]) -> dict[str, Outcome]:
        if not addresses:
            return {}
        try:
            return self._carrier.deliver(mail, addresses)
        except ValueError as error:
            # The sender's address is the configuration's: once mended, the mail can leave.
            return dict.fromkeys(addresses, Outcome(Result.TEMPORARY, str(error), Cause.LOCAL))

    def _notify(self, address: str, mail: Mail) -> Outcome:
        if "://" not in address:
            return Outcome(Result.PERMANENT, "not an e-mail address", Cause.LOCAL)
        return notify(address, mail, self._environ)
