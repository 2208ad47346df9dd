"""A mail in its form on the wire: two alternatives, 7-bit safe, headers that fold cleanly."""

from __future__ import annotations

import re
import unicodedata
from email.charset import BASE64, Charset
from email.contentmanager import raw_data_manager
from email.header import Header
from email.message import EmailMessage
from email.policy import Compat32
from email.utils import format_datetime
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lsplan_workflow.notify.mail import CalendarFile, Conversation, Mail, Recipient

_LINE_BREAK: Final = "\r\n"
_LONGEST_LINE: Final = 76


class _Folded(Compat32):
    """Writes headers as they stand that fit on their lines, and folds all others.

    The modern policies of Python before 3.13 lose blanks where a long Vietnamese header is
    folded ("bộ phậnmột cửa"); the older one folds `Header` values correctly.
    """

    def fold_binary(self, name: str, value: str) -> bytes:
        """Return a header with the end of its last line."""
        line = f"{name}: {value}{_LINE_BREAK}"
        fits = all(len(part) <= _LONGEST_LINE for part in line.split(_LINE_BREAK))
        return line.encode("ascii") if fits else super().fold_binary(name, value)


_POLICY: Final = _Folded(linesep=_LINE_BREAK, max_line_length=_LONGEST_LINE, cte_type="7bit")

_ASCII: Final = Charset("us-ascii")
_UTF8: Final = Charset("utf-8")
# Apprise changes how the whole process encodes UTF-8 when it is imported; we say it ourselves.
_UTF8.header_encoding = BASE64

_ATOM: Final = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL: Final = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS: Final = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})*", re.ASCII)
_MESSAGE_ID: Final = re.compile(r"<[!-;=?-~]+@[!-;=?-~]+>", re.ASCII)
_PLAIN_NAME: Final = re.compile(r"[A-Za-z0-9 ]+", re.ASCII)
_LINE_BREAKING: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
"""Unicode's categories Cc, Zl and Zp."""
_LONGEST_ADDRESS: Final = 254
_LONGEST_WORD: Final = 60


def is_email_address(address: str) -> bool:
    """Tell whether an address is an ASCII e-mail address that may stand on the wire."""
    return len(address) <= _LONGEST_ADDRESS and _ADDRESS.fullmatch(address) is not None


def single_line(text: str) -> str:
    """Return the text in NFC on one line, without control characters."""
    return unicodedata.normalize("NFC", " ".join(_LINE_BREAKING.sub(" ", text).split()))


def build(mail: Mail) -> EmailMessage:
    """Return the mail as a message; recipients that are not e-mail addresses are left out.

    Raise ValueError if the sender's address or the Message-ID cannot stand in a header.
    """
    if not is_email_address(mail.sender.address) or not _MESSAGE_ID.fullmatch(mail.message_id):
        raise ValueError("the sender's address or the Message-ID cannot stand in a header")
    message = EmailMessage(policy=_POLICY)
    message["Message-ID"] = mail.message_id
    message["Date"] = format_datetime(mail.date)
    _set_addresses(message, "From", (mail.sender,))
    _set_addresses(message, "Reply-To", (mail.reply_to,))
    _set_addresses(message, "To", mail.to)
    _set_addresses(message, "Cc", mail.cc)
    subject = single_line(mail.subject)
    message["Subject"] = _header("Subject", ((subject, _is_plain(subject)),))
    message["Auto-Submitted"] = "auto-generated"
    if mail.conversation is not None:
        _set_conversation(message, mail.conversation)
    _set_bodies(message, mail)
    _set_boundaries(message, mail.message_id)
    return message


def _set_boundaries(message: EmailMessage, message_id: str) -> None:
    """Separate the parts by lines that are the same in each copy of a mail.

    "=_" stands in no body that is encoded (RFC 2045, 6.7), and nobody knows the rest beforehand.
    """
    digest = sha256(message_id.encode()).hexdigest()[:32]
    for number, part in enumerate(message.walk()):
        if part.is_multipart():
            part.set_boundary(f"=_{digest}_{number}")


def _set_conversation(message: EmailMessage, conversation: Conversation) -> None:
    """Name the thread that a message belongs to, and the list.

    In-Reply-To and References (RFC 5322, 3.6.4) name one root that all messages of a thread
    share; programs put them together although none of them has the root itself (RFC 5256,
    THREAD=REFERENCES). List-Id (RFC 2919) is what people filter by. X-Entity-Ref-ID is
    Gmail's: messages with the same subject that differ in it stay apart, so that two duties
    are not taken for one.
    """
    if not _MESSAGE_ID.fullmatch(conversation.root):
        raise ValueError("the root of a conversation cannot stand in a header")
    message["In-Reply-To"] = conversation.root
    message["References"] = conversation.root
    message["X-Entity-Ref-ID"] = conversation.root[1:].partition("@")[0]
    name = _called(single_line(conversation.list_name))
    message["List-Id"] = _header("List-Id", (*name, (f"<{conversation.list_id}>", True)))


@lru_cache(maxsize=1024)
def _header(name: str, parts: tuple[tuple[str, bool], ...]) -> str:
    """Return a header on lines that are short enough: texts, and whether each may stand plain.

    Most headers of a mail are those of the mail before.
    """
    header = Header(maxlinelen=_LONGEST_LINE, header_name=name)
    for text, is_plain in parts:
        header.append(text, _ASCII if is_plain else _UTF8)
    return header.encode(linesep=_LINE_BREAK)


def _is_plain(text: str) -> bool:
    """Tell whether a text needs no encoding and can be folded between its words."""
    foldable = all(len(word) < _LONGEST_WORD for word in text.split())
    return text.isascii() and foldable and "=?" not in text


def _set_addresses(message: EmailMessage, name: str, people: Iterable[Recipient]) -> None:
    reachable = [person for person in people if is_email_address(person.address)]
    if not reachable:
        return
    parts: list[tuple[str, bool]] = []
    for number, person in enumerate(reachable, start=1):
        end = "," if number < len(reachable) else ""
        parts += (*_called(single_line(person.name)), (f"<{person.address}>{end}", True))
    message[name] = _header(name, tuple(parts))


def _called(name: str) -> tuple[tuple[str, bool], ...]:
    """Return a display name as a part of a header: as it stands if no mailer can misread it."""
    return ((name, _PLAIN_NAME.fullmatch(name) is not None),) if name else ()


def _set_bodies(message: EmailMessage, mail: Mail) -> None:
    text = unicodedata.normalize("NFC", mail.text)
    html = unicodedata.normalize("NFC", mail.html)
    for body, subtype, put in (
        (text, "plain", message.set_content),
        (html, "html", message.add_alternative),
    ):
        # Left alone, `email` judges by the first lines, and a page's have no Vietnamese yet.
        encoding = None if body.isascii() else "base64"
        put(body, subtype, "utf-8", cte=encoding, content_manager=raw_data_manager)
    for calendar in mail.calendars:
        _enclose(message, calendar)


def _enclose(message: EmailMessage, calendar: CalendarFile) -> None:
    """Enclose a calendar file with its method and charset in the Content-Type (RFC 6047, 2.4).

    Beside the letter and not as an alternative to it, for which Outlook would show it instead.
    """
    message.add_attachment(
        calendar.content,
        maintype="text",
        subtype="calendar",
        params={"charset": "utf-8", "method": calendar.method},
        filename=calendar.name,
        content_manager=raw_data_manager,
    )
