"""What the stories share: the cast with mailboxes, days that pass, and what people then see."""

from __future__ import annotations

import unicodedata
from datetime import datetime, timedelta
from email.header import decode_header, make_header
from io import BytesIO
from typing import TYPE_CHECKING

import docx
from docx.oxml.ns import qn

from lsplan_workflow.cli import words
from tests.services.office import body, with_contacts

if TYPE_CHECKING:
    from email.message import EmailMessage

    from docx.document import Document

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


def all_filed_but(office: Office, at: datetime, *agencies: str, accepted: bool = False) -> None:
    """Let everybody file but some, and accept what they filed if that is asked for."""
    for agency in sorted(set(office.owed()) - set(agencies)):
        office.submit(at, agency)
        if accepted:
            office.accept(at, agency)


def letters(office: Office, address: str) -> list[tuple[str, str]]:
    """Return the day on which each mail reached an address, and the first words of its subject."""
    found = []
    for mail in office.mails(address):
        words = " ".join(str(mail["Subject"]).split()[:2])
        found.append((f"{mail['Date'].datetime:%d/%m %H:%M}", words))
    return found


def status_row(office: Office, now: datetime, agency: str) -> tuple[str, ...]:
    """Return what `lsplan status` shows of an agency after its name."""
    found = office.status(now)
    line = next(line for line in found.lines if line.obligation.agency == agency)
    return words.line(found, line, "")[2:]


def last_report(office: Office) -> str:
    """Return all that the newest consolidated report says, a line for each piece of text."""
    content = office.workplace.files.get(office.reports()[-1].docx_sha256)
    return words_of(docx.Document(BytesIO(content)))


def words_of(document: Document) -> str:
    """Return all that a document says, the names of its styles and its properties included."""
    parts = [document.element, *(section.header._element for section in document.sections)]
    said = [text.text or "" for part in parts for text in part.iter(qn("w:t"))]
    properties = document.core_properties
    said += [properties.title, properties.subject, properties.author, properties.language]
    return "\n".join(said + [style.name for style in document.styles])


def acts(office: Office, agency: str) -> list[str]:
    """Return what the log holds that was done about an agency's duty, but for notices."""
    events = (e for e in office.events(agency=agency) if e.agency == agency)
    return [e.event for e in events if not e.event.startswith("notice")]


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
    letter = mail
    if mail.get_content_type() == "multipart/mixed":
        letter, *enclosed = mail.iter_parts()
        assert {part.get_content_type() for part in enclosed} == {"text/calendar"}
    assert letter.get_content_type() == "multipart/alternative"
    kinds = [(p.get_content_type(), p.get_content_charset()) for p in letter.iter_parts()]
    assert kinds == [("text/plain", "utf-8"), ("text/html", "utf-8")]
    for text in (str(mail["Subject"]), body(mail)):
        assert unicodedata.is_normalized("NFC", text)
