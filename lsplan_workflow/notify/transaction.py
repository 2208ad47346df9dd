"""One mail's commands, said one after the other or all at once, and the answer to each."""

from __future__ import annotations

import smtplib
from collections import deque
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lsplan_workflow.notify.connection import Connection

GO_AHEAD: Final = 354
OK: Final = range(200, 300)
_DATA: Final = "DATA"
_SHARE: Final = 0.25
"""The part of its patience with which an answer is waited for while all is said at once."""


class BrokenAtOnce(Exception):  # noqa: N818 - What the connection did, not an error of ours.
    """The connection broke, or fell silent, while all was said at once, at any of the commands.

    Who hangs up before it has read everything may destroy the answers that it gave before
    (RFC 9293, section 3.10.7: a reset), and who is silent may keep them until it has answered
    all (RFC 2920, section 3.2), so that the first one missing tells nothing. `waited` is the
    part of the patience that is used up.
    """

    def __init__(self, waited: float) -> None:
        super().__init__()
        self.waited = waited


class Transaction:
    """The mail transaction of RFC 5321, section 3.3: MAIL, a RCPT for each recipient, DATA.

    Where the server takes them so (RFC 2920), the commands are `said_at_once`: each answer that
    is waited for by itself takes a way to the server and back. Where the connection breaks, or
    the server is silent, OSError or SMTPException says so, as from smtplib, or BrokenAtOnce.
    """

    def __init__(
        self,
        smtp: Connection,
        sender: str,
        recipients: Iterable[str],
        *,
        size: int,
        at_once: bool,
    ) -> None:
        self._smtp = smtp
        self._unanswered = deque(_commands(smtp, sender, recipients, size))
        self.said_at_once = at_once and smtp.has_extn("pipelining")
        if self.said_at_once:
            smtp.send("".join(f"{command}\r\n" for command in self._unanswered))

    def answer(self) -> tuple[int, bytes]:
        """Return code and words for the next command, which is said now if it was not yet.

        Agreement instead of a request for the text means that the answers are out of step.
        """
        command = self._unanswered.popleft()
        if not self.said_at_once:
            self._smtp.putcmd(command)
            return self._reply_to(command)
        try:
            with self._smtp.waiting(_SHARE):
                return self._reply_to(command)
        except (OSError, smtplib.SMTPException) as error:
            raise BrokenAtOnce(_SHARE if is_time_out(error) else 0) from error

    def _reply_to(self, command: str) -> tuple[int, bytes]:
        code, words = self._smtp.getreply()
        if command == _DATA and code in OK:
            raise smtplib.SMTPDataError(code, words)
        return code, words

    def hear_out(self) -> None:
        """Take the answers that nobody waits for, of a mail that is not to go.

        Raise SMTPException where the server now waits for its text: it has to be hung up on.
        """
        while self.said_at_once and self._unanswered:
            code, words = self.answer()
            if code == GO_AHEAD:
                raise smtplib.SMTPDataError(code, words)


def is_time_out(error: BaseException) -> bool:
    """Tell whether an error is a time-out, also one that smtplib took for a lost connection."""
    return isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError)


def _commands(
    smtp: smtplib.SMTP, sender: str, recipients: Iterable[str], size: int
) -> Iterable[str]:
    # smtplib leaves no end of a line in an address, with which another command would begin.
    sized = f" size={size}" if smtp.has_extn("size") else ""
    yield f"MAIL FROM:{smtplib.quoteaddr(sender)}{sized}"
    for address in recipients:
        yield f"RCPT TO:{smtplib.quoteaddr(address)}"
    yield _DATA
