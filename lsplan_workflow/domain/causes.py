"""Why an attempt to reach one recipient came to nothing, whatever words the server chose."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final


class Cause(StrEnum):
    """What went wrong, and where in the conversation (RFC 5321, sections 3.3 and 4.2).

    `uncertain` is the one after which the message may have arrived.
    """

    BUSY = "busy"
    """The server asks to come again: a 4xx answer, 421 among them; HTTP 408, 429 and 5xx."""
    REFUSED = "refused"
    """A 5xx answer about the mail, its sender or the server's rules; another HTTP 4xx.

    With it a server may also greet us: that one is tried again, until an administrator mends it.
    """
    RECIPIENT = "recipient"
    """A 5xx answer about this recipient's address; HTTP 400, 403, 404 and 410 of a service."""
    UNREACHABLE = "unreachable"
    """No connection came about."""
    SILENT = "silent"
    """The server did not answer in time."""
    LOST = "lost"
    """The connection broke before any of the mail was handed over."""
    INTERRUPTED = "interrupted"
    """It broke within the mail, of which the server keeps nothing without its end."""
    UNCERTAIN = "uncertain"
    """It broke, or nothing was answered, after the end of the mail."""
    UNPROTECTED = "unprotected"
    """The server's certificate is not trusted, or it offers no encryption."""
    LOGIN = "login"
    """The server refused our name and password, or wants some."""
    SERVICE = "service"
    """A service other than e-mail did not accept the message, and does not say why."""
    LOCAL = "local"
    """It lies with us: a folder, an address that is no address, a text, a missing variable."""


_ENHANCED: Final = re.compile(r"5\d\d[ -]5\.(\d{1,3})\.\d{1,3}\b|.*\(#5\.(\d{1,3})\.\d{1,3}\)")
"""At the beginning (RFC 2034), or at the end in brackets, as qmail writes it."""
_ABOUT_THE_ADDRESS: Final = frozenset({"0", "1", "2", "4"})
"""Other or undefined, addressing, mailbox, routing (RFC 3463, section 3); not rules, nor us."""
_ADDRESSES: Final = re.compile(r"\S+@\S+")
_ABOUT_US: Final = re.compile(
    r"\brelay|\brcpthosts|\bclient host|\bblocked using|\bblack ?list|\bblock ?list|\bspam"
    r"|\bsender (?:address|verif|reject|den)|\bauthenticat|\bpolicy|\badministrative prohibit",
    re.IGNORECASE,
)
"""What servers say who refuse everybody to whoever hands mail over so."""


def cause_of_refused_recipient(reply: str) -> Cause:
    """Return what a 5xx answer to RCPT means.

    Its enhanced code, or its words where it has none, may say that the address is not what the
    server objects to: relaying that is denied (5.7.1) concerns everybody.
    """
    found = _ENHANCED.match(reply)
    if found is None:
        # An address that is repeated may hold any word.
        about_it = _ABOUT_US.search(_ADDRESSES.sub("", reply)) is None
    else:
        about_it = (found[1] or found[2]) in _ABOUT_THE_ADDRESS
    return Cause.RECIPIENT if about_it else Cause.REFUSED
