"""One SMTP connection held for a batch of mails; the server's answer for each recipient."""

from __future__ import annotations

import contextlib
import re
import smtplib
import ssl
from typing import TYPE_CHECKING, Final

from lsplan_workflow.domain.causes import Cause, cause_of_refused_recipient
from lsplan_workflow.notify.connection import Connection, ConnectionOverTls
from lsplan_workflow.notify.greeting import Greeting
from lsplan_workflow.notify.mime import single_line
from lsplan_workflow.notify.outcome import Outcome, Result
from lsplan_workflow.notify.server import Security
from lsplan_workflow.notify.transaction import GO_AHEAD, OK, BrokenAtOnce, Transaction, is_time_out

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from lsplan_workflow.notify.server import Server

_TIMEOUT_SECONDS: Final = 20.0
_PATIENCE: Final = 3
"""How many time-outs the end of a mail is given: who hangs up too early makes second copies
(RFC 5321, section 4.5.3.2.6)."""
_PERMANENT: Final = range(500, 600)
_CLOSING: Final = 421
_TOO_MANY: Final = 552
"""To a recipient it means 452: too many of them, or too much in his box (RFC 5321, 4.5.3.1.10)."""
_LOGIN_WANTED: Final = frozenset({530, 534, 535, 538})
_NOT_TWICE: Final = frozenset({Cause.LOGIN, Cause.REFUSED})
_MOST_TROUBLES: Final = 2
_MOST_UNANSWERED: Final = 3
UNANSWERED: Final = "connection lost after the mail was handed over; no answer from the server"
"""How the reply begins of a mail that may have arrived or not."""


class _Stopped(Exception):  # noqa: N818 - An answer of the server, not an error of ours.
    """The attempt ends here, with this outcome for all who still wait for one."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome.reply)
        self.outcome = outcome


class Session:
    """A held connection: opened by the first mail, and again by the next one after a loss.

    After two troubles in a row that no mail was to blame for (no connection, no answer), three
    different recipients in a row at whose names the server fell silent or hung up, a greeting
    that refuses us or a refused login, nothing more is tried: a server that is down is not
    hammered, one that never answers does not hold up the pass, and no account gets locked.

    Until an administrator has mended what the server has against us, no mail may be lost: such
    a greeting is temporary, as a login is that is wanted or refused.
    """

    def __init__(self, server: Server, *, timeout: float = _TIMEOUT_SECONDS) -> None:
        self._server = server
        self._timeout = timeout
        self._smtp: Connection | None = None
        self._mail: Transaction | None = None
        self._at_once = True
        self._context: ssl.SSLContext | None = None
        self._troubles = 0
        self._unanswered: set[str] = set()
        self._last_failure = Outcome(Result.TEMPORARY, "")

    def deliver(self, sender: str, recipients: Sequence[str], message: bytes) -> dict[str, Outcome]:
        """Hand one mail over and return the outcome for each recipient.

        Where the connection breaks at a recipient's name, or the server falls silent, the
        others are tried again without him: he costs them his own time-out, and no more.
        """
        outcomes: dict[str, Outcome] = {}
        while waiting := [address for address in recipients if address not in outcomes]:
            outcomes |= self._attempt(sender, waiting, message)
        return outcomes

    def greet(self, sender: str = "") -> Greeting:
        """Connect, secure, log in, and name a sender if there is one; send nothing.

        Not before it hears of a mail does a server say that it wants a login, or that nobody
        may write under that name. That it is busy just then does not count.
        """
        try:
            smtp = self._connect()
            words = self._redacted(smtp.greeting)
            if sender:
                self._name_sender(smtp, sender)
        except _Stopped as stopped:
            outcome = stopped.outcome
            return Greeting(reached=False, words=outcome.reply, cause=outcome.cause)
        in_clear = self._server.security is Security.INSECURE and bool(self._server.password)
        return Greeting(reached=True, words=words, in_clear=in_clear)

    def _name_sender(self, smtp: Connection, sender: str) -> None:
        """Stop where the server takes no mail of a sender until somebody has mended that."""
        with self._unbroken(Cause.LOST):
            code, words = smtp.mail(sender)
        outcome = self._meaning(code, words)
        if outcome.cause in _NOT_TWICE:
            raise _Stopped(outcome)

    def close(self) -> None:
        """Take leave of the server, if the connection still stands."""
        if self._smtp is not None:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                self._smtp.quit()
        self._drop()

    def _attempt(
        self, sender: str, recipients: Sequence[str], message: bytes
    ) -> dict[str, Outcome]:
        """Try one mail once; return the outcome for all recipients, or for one who broke it off.

        None has one where the connection broke while all was said at once.
        """
        outcomes: dict[str, Outcome] = {}
        try:
            mail = self._begin(sender, recipients, len(message))
            if not self._address(mail, recipients, outcomes):
                return outcomes
            rest = self._hand_over(mail, message) if len(outcomes) < len(recipients) else None
            self._troubles = 0
        except _Stopped as stopped:
            rest = stopped.outcome
        except BrokenAtOnce as broken:
            # Said one after the other, it shows at which command that happens; what was waited
            # for already is not waited for again.
            self._at_once = False
            self._timeout *= 1 - broken.waited
            self._drop()
            return {}
        if rest is None or rest.result is not Result.SENT:
            self._reset()
        waiting = (address for address in recipients if address not in outcomes)
        return outcomes if rest is None else outcomes | dict.fromkeys(waiting, rest)

    def _begin(self, sender: str, recipients: Sequence[str], size: int) -> Transaction:
        """Return a transaction whose sender was accepted.

        A connection that stood idle may be dead, or closed by the server with 421. Nothing
        of this mail was sent over it, so it is opened anew once.
        """
        if self._smtp is not None:
            try:
                mail = self._transaction(self._smtp, sender, recipients, size)
                code, words = mail.answer()
            except (OSError, smtplib.SMTPException):
                code, words = _CLOSING, b""
            except BrokenAtOnce as broken:
                if broken.waited:
                    raise
                code, words = _CLOSING, b""
            if not _is_closing(code):
                self._expect_ok(code, words)
                return mail
            self._drop()
        smtp = self._connect()
        with self._unbroken(Cause.LOST):
            mail = self._transaction(smtp, sender, recipients, size)
            code, words = mail.answer()
        self._expect_ok(code, words)
        return mail

    def _transaction(
        self, smtp: Connection, sender: str, recipients: Sequence[str], size: int
    ) -> Transaction:
        self._mail = Transaction(smtp, sender, recipients, size=size, at_once=self._at_once)
        return self._mail

    def _address(
        self, mail: Transaction, recipients: Iterable[str], outcomes: dict[str, Outcome]
    ) -> bool:
        """Hear of each recipient and note those who are refused; tell whether all were named.

        Not all were if the connection broke at one of them, who then has an outcome.
        """
        for address in recipients:
            try:
                code, words = mail.answer()
            except (OSError, smtplib.SMTPException) as error:
                outcomes[address] = self._broken(error, Cause.LOST)
                self._note_unanswered(address, outcomes[address])
                return False
            if code not in OK:
                outcomes[address] = self._meaning(code, words, to_recipient=True)
            if _is_closing(code):
                self._drop()
                self._note_unanswered(address, outcomes[address])
                return False
            self._unanswered.clear()
        return True

    def _note_unanswered(self, address: str, outcome: Outcome) -> None:
        """Count a recipient whose name broke the connection; so many in a row are no chance."""
        self._unanswered.add(address)
        if len(self._unanswered) >= _MOST_UNANSWERED:
            self._troubles, self._last_failure = _MOST_TROUBLES, outcome

    def _hand_over(self, mail: Transaction, message: bytes) -> Outcome:
        """Send the mail itself and return the outcome for all who were accepted."""
        with self._unbroken(Cause.LOST):
            code, words = mail.answer()
        smtp = self._smtp
        if code == GO_AHEAD and smtp is not None:
            with self._unbroken(Cause.INTERRUPTED):
                smtp.send(_ended(message))
            with self._unbroken(Cause.UNCERTAIN), smtp.waiting(_PATIENCE):
                code, words = smtp.getreply()
        if _is_closing(code):
            self._drop()
        return self._meaning(code, words)

    @contextlib.contextmanager
    def _unbroken(self, otherwise: Cause) -> Iterator[None]:
        """Stop the attempt where the connection breaks within, for this cause or silence."""
        try:
            yield
        except (OSError, smtplib.SMTPException) as error:
            silent = is_time_out(error)
            if silent or otherwise is Cause.LOST:
                self._troubles += 1
            self._last_failure = self._broken(error, otherwise)
            raise _Stopped(self._last_failure) from None

    def _broken(self, error: Exception, otherwise: Cause) -> Outcome:
        """Give up the connection; return what its break means for whoever was waiting."""
        self._drop()
        if otherwise is Cause.UNCERTAIN:
            return _temporary(f"{UNANSWERED} ({self._words(error)})", otherwise)
        cause = Cause.SILENT if is_time_out(error) else otherwise
        return _temporary(self._words(error), cause)

    def _expect_ok(self, code: int, words: bytes) -> None:
        """Stop the attempt unless the server agreed; give up a connection that it closes."""
        if code in OK:
            return
        outcome = self._meaning(code, words)
        if _is_closing(code):
            self._drop()
            self._troubles += 1
            self._last_failure = outcome
        raise _Stopped(outcome)

    def _meaning(self, code: int, words: bytes, *, to_recipient: bool = False) -> Outcome:
        """Return what an answer means for whom it concerns.

        That a login is wanted is temporary: an administrator has to mend it, and until then
        no mail may be lost.
        """
        reply = self._redacted(f"{code} {words.decode(errors='replace')}")
        if code in OK:
            return Outcome(Result.SENT, reply)
        if code in _LOGIN_WANTED:
            return _temporary(reply, Cause.LOGIN)
        if code not in _PERMANENT or (to_recipient and code == _TOO_MANY):
            return _temporary(reply, Cause.BUSY)
        cause = cause_of_refused_recipient(reply) if to_recipient else Cause.REFUSED
        return Outcome(Result.PERMANENT, reply, cause)

    def _connect(self) -> Connection:
        if self._troubles >= _MOST_TROUBLES:
            raise _Stopped(self._last_failure)
        try:
            self._smtp = self._open()
        except (OSError, smtplib.SMTPException) as error:
            cause = _cause_of_no_connection(error)
            self._troubles += _MOST_TROUBLES if cause in _NOT_TWICE else 1
            self._last_failure = _temporary(self._words(error), cause)
            raise _Stopped(self._last_failure) from None
        return self._smtp

    def _open(self) -> Connection:
        """Connect, secure and log in; a connection that fails half-way is closed."""
        with contextlib.ExitStack() as stack:
            smtp = self._greeted()
            stack.callback(smtp.close)
            smtp.local_hostname = _own_literal(smtp)
            if self._server.security is Security.STARTTLS:
                self._secure(smtp)
            smtp.ehlo_or_helo_if_needed()
            self._log_in(smtp)
            stack.pop_all()
        return smtp

    def _secure(self, smtp: Connection) -> None:
        """Begin TLS; a server that offers none, or cannot just now, gets no mail."""
        try:
            smtp.starttls(context=self._tls())
        except (smtplib.SMTPNotSupportedError, smtplib.SMTPResponseException) as error:
            raise _Unprotected(self._words(error)) from None

    def _log_in(self, smtp: Connection) -> None:
        """Log in by token or password, if there is one; never where neither is offered."""
        server = self._server
        if server.token:
            if "XOAUTH2" not in smtp.esmtp_features.get("auth", "").upper().split():
                raise smtplib.SMTPNotSupportedError("XOAUTH2 is not offered by the server")
            smtp.auth("XOAUTH2", server.bearer)
        elif server.user and server.password:
            smtp.login(server.user, server.password)

    def _greeted(self) -> Connection:
        """Return a connection on which the server said 220.

        The name given here keeps smtplib from asking the resolver for our own; it is
        replaced before it is said.
        """
        host, port, name = self._server.host, self._server.port, "localhost"
        if self._server.security is Security.SSL:
            tls = self._tls()
            return ConnectionOverTls(host, port, name, timeout=self._timeout, context=tls)
        return Connection(host, port, name, timeout=self._timeout)

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
        if self._smtp is None or self._mail is None:
            return
        try:
            self._mail.hear_out()
            code, _ = self._smtp.rset()
        except (OSError, smtplib.SMTPException, BrokenAtOnce):
            code = _CLOSING
        if code not in OK:
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


class _Unprotected(smtplib.SMTPException):
    """TLS was wanted and could not be begun."""


def _ended(message: bytes) -> bytes:
    """Return a mail as DATA takes it, with dots doubled and its end (RFC 5321, section 4.5.2)."""
    doubled = re.sub(rb"(?m)^\.", b"..", message)
    return doubled + (b"" if doubled.endswith(b"\r\n") else b"\r\n") + b".\r\n"


def _is_closing(code: int) -> bool:
    """Tell whether the connection is of no use after an answer: 421, or no SMTP at all."""
    return code == _CLOSING or code < min(OK)


def _cause_of_no_connection(error: Exception) -> Cause:
    """Return why no connection came about that mail may be handed over on."""
    if is_time_out(error):
        return Cause.SILENT
    if isinstance(error, ssl.SSLError | _Unprotected):
        return Cause.UNPROTECTED
    if isinstance(error, smtplib.SMTPAuthenticationError | smtplib.SMTPNotSupportedError):
        return Cause.LOGIN
    if not isinstance(error, smtplib.SMTPResponseException):
        return Cause.UNREACHABLE
    return Cause.REFUSED if error.smtp_code in _PERMANENT else Cause.BUSY


def _own_literal(smtp: Connection) -> str:
    """Return our end's address as EHLO takes it, so that no host name has to be found."""
    address = str(smtp.sock.getsockname()[0]) if smtp.sock else "127.0.0.1"
    return f"[IPv6:{address}]" if ":" in address else f"[{address}]"


def _as_bytes(words: bytes | str) -> bytes:
    return words.encode() if isinstance(words, str) else words


def _temporary(reply: str, cause: Cause) -> Outcome:
    return Outcome(Result.TEMPORARY, reply, cause)
