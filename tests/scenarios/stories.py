"""What the stories share: the cast who have mailboxes, days that pass, and mails as they are."""

from __future__ import annotations

import unicodedata
from datetime import datetime, timedelta
from email.header import decode_header, make_header
from typing import TYPE_CHECKING

from tests.services.office import body, with_contacts

if TYPE_CHECKING:
    from email.message import EmailMessage

    from tests.services.office import Office

FOCAL, HEAD = "dau-moi@{}.example", "lanh-dao@{}.example"


def only(office: Office, *cast: str) -> Office:
    """Leave mailboxes to the cast alone; the others owe as before, but in silence."""
    office.reconfigure(
        lambda c: with_contacts(c, lambda contact: contact if contact.agency in cast else None)
    )
    return office


def pass_days(office: Office, first: datetime, last: datetime) -> None:
    """Run the daily pass from one day to another, both included."""
    at = first
    while at <= last:
        office.run(at)
        at += timedelta(days=1)


def letters(office: Office, address: str) -> list[tuple[str, str]]:
    """Return the day on which each mail reached an address, and the first words of its subject."""
    found = []
    for mail in office.mails(address):
        words = " ".join(str(mail["Subject"]).split()[:2])
        found.append((f"{mail['Date'].datetime:%d/%m %H:%M}", words))
    return found


def name_in(mail: EmailMessage, header: str) -> str:
    """Return the display name in a header, by the RFC's own rules.

    Python's newer parser leaves a blank where a long name was folded within a word.
    """
    raw = dict(mail.raw_items())[header]
    return str(make_header(decode_header(raw))).rpartition(" <")[0]


def assert_proper(mail: EmailMessage, *, sender: str = "Sở Tài chính") -> None:
    """Check what every mail of the engine keeps."""
    raw = [name.lower() for name in mail]
    for header in ("message-id", "date", "from", "reply-to", "subject", "auto-submitted"):
        assert raw.count(header) == 1, header
    assert mail["Auto-Submitted"] == "auto-generated"
    assert str(mail["Message-ID"]).endswith("@stc.example>")
    (reply_to,) = mail["Reply-To"].addresses
    assert reply_to.addr_spec == "nopbaocao@stc.example"
    assert name_in(mail, "Reply-To") == name_in(mail, "From") == sender
    assert mail.get_content_type() == "multipart/alternative"
    kinds = [(p.get_content_type(), p.get_content_charset()) for p in mail.iter_parts()]
    assert kinds == [("text/plain", "utf-8"), ("text/html", "utf-8")]
    for text in (str(mail["Subject"]), body(mail)):
        assert unicodedata.is_normalized("NFC", text)
