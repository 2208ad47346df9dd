"""A test message to one contact, straight to the server, whose answer is shown."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Final

from lsplan_workflow.domain.agencies import agency_of
from lsplan_workflow.domain.channels import channel_of
from lsplan_workflow.domain.errors import RequestError
from lsplan_workflow.domain.text import Text
from lsplan_workflow.notify.mail import Mail, Recipient
from lsplan_workflow.notify.outcome import Result
from lsplan_workflow.store import audit, suspects

if TYPE_CHECKING:
    from datetime import datetime

    from lsplan_workflow.domain.agencies import Contact
    from lsplan_workflow.notify.outcome import Outcome
    from lsplan_workflow.services.workplace import Workplace


@dataclass(frozen=True, slots=True)
class Probe:
    """What a server answered to a test message to a contact."""

    contact: str
    channel: str
    outcome: Outcome

    @property
    def arrived(self) -> bool:
        """Tell whether the server took the message."""
        return self.outcome.result is Result.SENT


def probe_contact(workplace: Workplace, contact_id: str, *, actor: str) -> Probe:
    """Send a test message to a contact now, at any hour and past the outbox.

    Whom it reaches is trusted again. Raise RequestError where there is no such contact.
    """
    contact = workplace.configuration.directory.contact(contact_id)
    if contact is None:
        raise RequestError(
            Text(
                f"{contact_id}: không có liên hệ này; xem `lsplan contact list`.",
                f"{contact_id}: there is no such contact; see `lsplan contact list`.",
            )
        )
    now = workplace.clock.now()
    with workplace.channels.batch() as batch:
        outcome = batch.send(_mail(workplace, contact, now))[contact.address]
    probe = Probe(contact.id, channel_of(contact.address), outcome)
    _record(workplace, probe, now, actor)
    return probe


def _mail(workplace: Workplace, contact: Contact, now: datetime) -> Mail:
    program, local = workplace.configuration.program, workplace.configuration.calendar.local(now)
    at = f"{local:%d/%m/%Y %H:%M:%S}"
    text = _BODY.in_language(contact.language).format(at)
    number = f"{now:%Y%m%d%H%M%S%f}.{contact.id.replace('/', '.')}".lower()
    return Mail(
        message_id=f"<test.{number}@{program.sender.rpartition('@')[2]}>",
        date=local,
        sender=Recipient("lsplan", program.sender),
        reply_to=Recipient("lsplan", program.submit_to),
        to=(Recipient(contact.name, contact.address),),
        cc=(),
        subject=_SUBJECT.in_language(contact.language),
        text=f"{text}\n",
        html=f"<p>{escape(text)}</p>",
    )


_SUBJECT: Final = Text("Thư thử, không cần trả lời", "A test, no answer is needed")
_BODY: Final = Text(
    "Đây là thư thử của hệ thống theo dõi báo cáo, gửi lúc {}. Không cần làm gì.",
    "This is a test of the reporting system, sent at {}. Nothing has to be done.",
)


def _record(workplace: Workplace, probe: Probe, now: datetime, actor: str) -> None:
    agency = agency_of(probe.contact)
    said = {"actor": actor, "agency": agency, "contact": probe.contact}
    with workplace.database.writing() as session:
        result = probe.outcome.result.value
        audit.append(session, at=now, event="contact_tested", result=result, **said)
        if probe.arrived and suspects.trust(session, probe.contact):
            audit.append(session, at=now, event="contact_trusted", **said)
