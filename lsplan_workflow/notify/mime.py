"""A mail in its form on the wire: two alternatives, 7-bit safe, headers that fold cleanly."""

from __future__ import annotations

import re
import unicodedata
from email.charset import BASE64, Charset
from email.contentmanager import raw_data_manager
from email.header import Header
from email.message import EmailMessage
from email.policy import compat32
from email.utils import format_datetime
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lsplan_workflow.notify.mail import CalendarFile, Conversation, Mail, Recipient

# The modern policies of Python before 3.13 lose blanks where a long Vietnamese header is
# folded ("bộ phậnmột cửa"); the older policy folds `Header` values correctly.
_POLICY: Final = compat32.clone(linesep="\r\n", max_line_length=76, cte_type="7bit")

_ASCII: Final = Charset("us-ascii")
_UTF8: Final = Charset("utf-8")
# Apprise changes how the whole process encodes UTF-8 when it is imported; we say it ourselves.
_UTF8.header_encoding = BASE64

_ATOM: Final = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL: Final = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS: Final = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})*", re.ASCII)
_MESSAGE_ID: Final = re.compile(r"<[!-;=?-~]+@[!-;=?-~]+>", re.ASCII)
_PLAIN_NAME: Final = re.compile(r"[A-Za-z0-9 ]+", re.ASCII)
_LONGEST_ADDRESS: Final = 254
_LONGEST_WORD: Final = 60


def is_email_address(address: str) -> bool:
    """Tell whether an address is an ASCII e-mail address that may stand on the wire."""
    return len(address) <= _LONGEST_ADDRESS and _ADDRESS.fullmatch(address) is not None


def single_line(text: str) -> str:
    """Return the text in NFC on one line, without control characters."""
    spaced = "".join(" " if _breaks_a_line(letter) else letter for letter in text)
    return unicodedata.normalize("NFC", " ".join(spaced.split()))


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
    message["Subject"] = _header("Subject", single_line(mail.subject))
    message["Auto-Submitted"] = "auto-generated"
    if mail.conversation is not None:
        _set_conversation(message, mail.conversation)
    _set_bodies(message, mail)
    return message


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
    name = Header(maxlinelen=76, header_name="List-Id")
    _append(name, single_line(conversation.list_name))
    name.append(f"<{conversation.list_id}>", _ASCII)
    message["List-Id"] = name


def _breaks_a_line(letter: str) -> bool:
    return unicodedata.category(letter) in {"Cc", "Zl", "Zp"}


def _header(name: str, text: str) -> Header:
    return Header(text, _charset(text), maxlinelen=76, header_name=name)


def _charset(text: str) -> Charset:
    """Return us-ascii for a text that needs no encoding and can be folded between its words."""
    foldable = all(len(word) < _LONGEST_WORD for word in text.split())
    return _ASCII if text.isascii() and foldable and "=?" not in text else _UTF8


def _set_addresses(message: EmailMessage, name: str, people: Iterable[Recipient]) -> None:
    reachable = [person for person in people if is_email_address(person.address)]
    if not reachable:
        return
    header = Header(maxlinelen=76, header_name=name)
    for number, person in enumerate(reachable, start=1):
        _append(header, single_line(person.name))
        end = "," if number < len(reachable) else ""
        header.append(f"<{person.address}>{end}", _ASCII)
    message[name] = header


def _append(header: Header, name: str) -> None:
    """Append a display name: as it stands if no mailer can misread it, else encoded."""
    if name:
        header.append(name, _ASCII if _PLAIN_NAME.fullmatch(name) else _UTF8)


def _set_bodies(message: EmailMessage, mail: Mail) -> None:
    text = unicodedata.normalize("NFC", mail.text)
    html = unicodedata.normalize("NFC", mail.html)
    message.set_content(text, charset="utf-8", content_manager=raw_data_manager)
    message.add_alternative(html, subtype="html", charset="utf-8", content_manager=raw_data_manager)
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
