"""A message to people, before any channel gives it a form."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whom a message goes to; `address` is an e-mail address or an Apprise URL."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Conversation:
    """What a message belongs to: a thread, and the list of all about one program.

    `root` is the Message-ID, with its brackets, of a message that never was: every message of
    the thread answers it. `list_id` is a name of the form of a host's (RFC 2919).
    """

    root: str
    list_id: str
    list_name: str


@dataclass(frozen=True, slots=True)
class CalendarFile:
    """An iCalendar file that a message encloses; `method` is the one that it names itself."""

    name: str
    method: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Mail:
    """One message with all its recipients; `date` is aware, `message_id` has its brackets.

    `envelope` are the addresses that this attempt goes to, of those in `to` and `cc`, all
    of them if None: when a copy is tried again, whoever has the mail does not get it twice.
    `short` is what it says where there is no room, in chat and SMS; empty where nobody needs it.
    """

    message_id: str
    date: datetime
    sender: Recipient
    reply_to: Recipient
    to: tuple[Recipient, ...]
    cc: tuple[Recipient, ...]
    subject: str
    text: str
    html: str
    envelope: frozenset[str] | None = None
    conversation: Conversation | None = None
    calendars: tuple[CalendarFile, ...] = ()
    short: str = ""
