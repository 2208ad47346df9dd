"""One SMTP connection held for a batch of mails; the server's answer for each recipient."""

from __future__ import annotations

import base64
import contextlib
import smtplib
import ssl
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from lsplan_workflow.notify.mime import single_line
from lsplan_workflow.notify.outcome import Outcome, Result

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_TIMEOUT_SECONDS: Final = 20.0
_OK: Final = range(200, 300)
_PERMANENT: Final = range(500, 600)
_CLOSING: Final = 421
_LOGIN_WANTED: Final = frozenset({530, 534, 535, 538})
_MOST_FAILED_CONNECTS: Final = 2
UNANSWERED: Final = "connection lost after the mail was handed over; no answer from the server"
"""How the reply begins of a mail that may have arrived or not."""


class Security(StrEnum):
    """How the connection is protected; the words are Apprise's `?mode=`."""

    INSECURE = "insecure"
    SSL = "ssl"
    STARTTLS = "starttls"


@dataclass(frozen=True, slots=True)
class Server:
    """The SMTP server and how to log in; without user and password nobody logs in."""

    host: str
    port: int
    security: Security
    user: str = ""
    password: str = field(default="", repr=False)
    verify: bool = True

    def redact(self, words: str) -> str:
        """Return the words without the password, plain or as SMTP encodes it."""
        if self.password:
            for secret in (self.password, *self._encoded()):
                words = words.replace(secret, "****")
        return words

    def _encoded(self) -> tuple[str, ...]:
        plain = f"\0{self.user}\0{self.password}"
        return tuple(base64.b64encode(text.encode()).decode() for text in (self.password, plain))


@dataclass(frozen=True, slots=True)
class Greeting:
    """Whether a server let us in, and what it said: of itself, or why not."""

    reached: bool
    words: str


class _Greeted(smtplib.SMTP):
    """A connection that remembers the server's first words."""

    greeting = ""

    def connect(self, *where: Any, **settings: Any) -> tuple[int, bytes]:  # noqa: ANN401
        """Connect, as smtplib does while it makes the object; return code and words."""
        code, words = super().connect(*where, **settings)
        self.greeting = words.decode(errors="replace")
        return code, words


class _GreetedOverTls(_Greeted, smtplib.SMTP_SSL):
    """The same where TLS is spoken from the first byte."""


class _Stopped(Exception):  # noqa: N818 - An answer of the server, not an error of ours.
    """The attempt ends here, with this outcome for all who still wait for one."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome.reply)
        self.outcome = outcome


class Session:
    """A held connection: opened by the first mail, and again by the next one after a loss.

    After two connects in a row that failed, or a password that was refused, nothing more
    is tried: a server that is down is not hammered and no account gets locked.
    """

    def __init__(self, server: Server, *, timeout: float = _TIMEOUT_SECONDS) -> None:
        self._server = server
        self._timeout = timeout
        self._smtp: _Greeted | None = None
        self._context: ssl.SSLContext | None = None
        self._failed_connects = 0
        self._last_failure = ""

    def deliver(self, sender: str, recipients: Sequence[str], message: bytes) -> dict[str, Outcome]:
        """Hand one mail over and return the outcome for each recipient."""
        outcomes: dict[str, Outcome] = {}
        try:
            smtp = self._begin(sender, len(message))
            self._address(smtp, recipients, outcomes)
            rest = self._hand_over(smtp, message) if len(outcomes) < len(recipients) else None
        except _Stopped as stopped:
            rest = stopped.outcome
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            rest = _temporary(self._words(error))
        if rest is None or rest.result is not Result.SENT:
            self._reset()
        waiting = (address for address in recipients if address not in outcomes)
        return outcomes if rest is None else outcomes | dict.fromkeys(waiting, rest)

    def greet(self) -> Greeting:
        """Connect, secure and log in; send nothing."""
        try:
            return Greeting(reached=True, words=self._redacted(self._connect().greeting))
        except _Stopped as stopped:
            return Greeting(reached=False, words=stopped.outcome.reply)

    def close(self) -> None:
        """Take leave of the server, if the connection still stands."""
        if self._smtp is not None:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                self._smtp.quit()
        self._drop()

    def _begin(self, sender: str, size: int) -> smtplib.SMTP:
        """Return the connection after MAIL FROM.

        A connection that stood idle may be dead, or closed by the server with 421. Nothing
        of this mail was sent over it, so it is opened anew once.
        """
        if self._smtp is not None:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                code, words = _mail_from(self._smtp, sender, size)
                if not _is_closing(code):
                    self._expect_ok(code, words)
                    return self._smtp
            self._drop()
        smtp = self._connect()
        self._expect_ok(*_mail_from(smtp, sender, size))
        return smtp

    def _address(
        self, smtp: smtplib.SMTP, recipients: Iterable[str], outcomes: dict[str, Outcome]
    ) -> None:
        """Name the recipients to the server and note those whom it refuses."""
        for address in recipients:
            code, words = smtp.rcpt(address)
            if _is_closing(code):
                self._expect_ok(code, words)
            if code not in _OK:
                outcomes[address] = self._meaning(code, words)

    def _hand_over(self, smtp: smtplib.SMTP, message: bytes) -> Outcome:
        """Send the mail itself and return the outcome for all who were accepted."""
        try:
            code, words = smtp.data(message)
        except smtplib.SMTPDataError as refusal:
            code, words = refusal.smtp_code, _as_bytes(refusal.smtp_error)
        except (OSError, smtplib.SMTPServerDisconnected) as error:
            self._drop()
            return _temporary(f"{UNANSWERED} ({self._words(error)})")
        if _is_closing(code):
            self._drop()
        return self._meaning(code, words)

    def _expect_ok(self, code: int, words: bytes) -> None:
        """Stop the attempt unless the server agreed; give up a connection that it closes."""
        if _is_closing(code):
            self._drop()
        if code not in _OK:
            raise _Stopped(self._meaning(code, words))

    def _meaning(self, code: int, words: bytes) -> Outcome:
        """Return what an answer means for whom it concerns.

        That a login is wanted is temporary: an administrator has to mend it, and until then
        no mail may be lost.
        """
        reply = self._redacted(f"{code} {words.decode(errors='replace')}")
        if code in _OK:
            return Outcome(Result.SENT, reply)
        final = code in _PERMANENT and code not in _LOGIN_WANTED
        return Outcome(Result.PERMANENT if final else Result.TEMPORARY, reply)

    def _connect(self) -> _Greeted:
        if self._failed_connects >= _MOST_FAILED_CONNECTS:
            raise _Stopped(_temporary(self._last_failure))
        try:
            self._smtp = self._open()
        except (OSError, smtplib.SMTPException) as error:
            locked_out = isinstance(error, smtplib.SMTPAuthenticationError)
            self._failed_connects += _MOST_FAILED_CONNECTS if locked_out else 1
            self._last_failure = self._words(error)
            raise _Stopped(_temporary(self._last_failure)) from None
        self._failed_connects = 0
        return self._smtp

    def _open(self) -> _Greeted:
        """Connect, secure and log in; a connection that fails half-way is closed."""
        with contextlib.ExitStack() as stack:
            smtp = self._greeted()
            stack.callback(smtp.close)
            smtp.local_hostname = _own_literal(smtp)
            if self._server.security is Security.STARTTLS:
                smtp.starttls(context=self._tls())
            smtp.ehlo_or_helo_if_needed()
            if self._server.user and self._server.password:
                smtp.login(self._server.user, self._server.password)
            stack.pop_all()
        return smtp

    def _greeted(self) -> _Greeted:
        """Return a connection on which the server said 220.

        The name given here keeps smtplib from asking the resolver for our own; it is
        replaced before it is said.
        """
        host, port, name = self._server.host, self._server.port, "localhost"
        if self._server.security is Security.SSL:
            tls = self._tls()
            return _GreetedOverTls(host, port, name, timeout=self._timeout, context=tls)
        return _Greeted(host, port, name, timeout=self._timeout)

    def _tls(self) -> ssl.SSLContext:
        """Return the batch's one context; to read the system's certificates takes 29 ms."""
        if self._context is None:
            self._context = ssl.create_default_context()
            if not self._server.verify:
                self._context.check_hostname = False
                self._context.verify_mode = ssl.CERT_NONE
        return self._context

    def _reset(self) -> None:
        """Forget the mail that was refused; a connection that cannot do so is given up."""
        if self._smtp is None:
            return
        try:
            code, _ = self._smtp.rset()
        except (OSError, smtplib.SMTPException):
            code = _CLOSING
        if code not in _OK:
            self._drop()

    def _drop(self) -> None:
        if self._smtp is not None:
            self._smtp.close()
        self._smtp = None

    def _words(self, error: Exception) -> str:
        if isinstance(error, smtplib.SMTPResponseException):
            answer = _as_bytes(error.smtp_error).decode(errors="replace")
            return self._redacted(f"{error.smtp_code} {answer}")
        return self._redacted(str(error) or type(error).__name__)

    def _redacted(self, words: str) -> str:
        return self._server.redact(single_line(words))


def _mail_from(smtp: smtplib.SMTP, sender: str, size: int) -> tuple[int, bytes]:
    return smtp.mail(sender, [f"size={size}"] if smtp.has_extn("size") else [])


def _is_closing(code: int) -> bool:
    """Tell whether the connection is of no use after an answer: 421, or no SMTP at all."""
    return code == _CLOSING or code < min(_OK)


def _own_literal(smtp: smtplib.SMTP) -> str:
    """Return our end's address as EHLO takes it, so that no host name has to be found."""
    address = str(smtp.sock.getsockname()[0]) if smtp.sock else "127.0.0.1"
    return f"[IPv6:{address}]" if ":" in address else f"[{address}]"


def _as_bytes(words: bytes | str) -> bytes:
    return words.encode() if isinstance(words, str) else words


def _temporary(reply: str) -> Outcome:
    return Outcome(Result.TEMPORARY, reply)
