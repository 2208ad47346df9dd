"""What a service meant that did not take a message, read from what Apprise logged of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from lsplan_workflow.domain.agencies import SMS_SCHEMES
from lsplan_workflow.domain.causes import Cause
from lsplan_workflow.notify.outcome import Result


@dataclass(frozen=True, slots=True)
class Told:
    """Apprise's answer, None if it knows no such service, and what it logged.

    `words` are its warnings; `broken` is the library's own account of a connection that failed,
    which may hold the whole address and is not to be shown.
    """

    answer: bool | None
    words: str
    broken: str = ""


_STATUS: Final = re.compile(r"\berror=(\d{3})\b")
_COME_AGAIN: Final = frozenset({408, 409, 425, 429, *range(500, 600)})
_REFUSED: Final = range(400, 500)
_CREDENTIALS: Final = frozenset({401, 407})
_NOT_THERE: Final = frozenset({400, 403, 404, 410})
"""Telegram says 400 where it knows no such chat, and 403 where it was blocked there."""
_NO_SUCH_NUMBER: Final = frozenset({400})
"""An SMS service says so of a number; its 403 and 404 are about the account, which all share."""

_SMTP_ANSWER: Final = re.compile(r"\(\d{3}, b")
_CERTIFICATE: Final = re.compile(r"certificate|\bSSL", re.IGNORECASE)
_WITHIN: Final = re.compile(r"Read timed out|Connection (?:aborted|broken)|reset by peer")
_NO_ANSWER: Final = re.compile(r"timed out", re.IGNORECASE)
_SHOWN: Final = re.compile(
    r"Read timed out|timed out|\[Errno -?\d+\] [A-Za-z ]+|RemoteDisconnected"
)


def meaning_of(scheme: str, told: Told) -> tuple[Result, Cause]:
    """Return whether what a service of a scheme said may pass, and whom it concerns.

    Where neither an HTTP status nor a lost connection is told, nobody knows: it is tried again.
    """
    codes = [int(found) for found in _STATUS.findall(told.words)]
    refusals = [code for code in codes if code in _REFUSED or code in _COME_AGAIN]
    if any(code in _COME_AGAIN for code in refusals):
        return Result.TEMPORARY, Cause.BUSY
    if refusals:
        return Result.PERMANENT, _cause_of_refusal(scheme, refusals[0])
    if told.broken or "connection error" in told.words.lower():
        return Result.TEMPORARY, _cause_of_break(told.broken)
    return Result.TEMPORARY, Cause.SERVICE


def reason_shown(told: Told) -> str:
    """Return in a few words why a connection broke, without the address; empty if unknown."""
    found = _SHOWN.search(told.broken)
    return found[0].strip() if found else ""


def _cause_of_refusal(scheme: str, code: int) -> Cause:
    if code in _CREDENTIALS:
        return Cause.LOGIN
    about_recipient = _NO_SUCH_NUMBER if scheme in SMS_SCHEMES else _NOT_THERE
    return Cause.RECIPIENT if code in about_recipient else Cause.REFUSED


def _cause_of_break(broken: str) -> Cause:
    """Return what a broken connection means; what was asked before it broke may have arrived."""
    if _SMTP_ANSWER.search(broken):
        return Cause.SERVICE
    if _CERTIFICATE.search(broken):
        return Cause.UNPROTECTED
    if _WITHIN.search(broken):
        return Cause.UNCERTAIN
    return Cause.SILENT if _NO_ANSWER.search(broken) else Cause.UNREACHABLE
