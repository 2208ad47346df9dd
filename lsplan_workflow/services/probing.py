"""A test message to each address of a contact, straight to the server, whose answer is shown."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Final

from lsplan_workflow.domain.channels import channel_of
from lsplan_workflow.domain.errors import RequestError
from lsplan_workflow.domain.text import Text
from lsplan_workflow.notify.mail import Mail, Recipient
from lsplan_workflow.notify.outcome import Result
from lsplan_workflow.store import audit, suspects

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from lsplan_workflow.domain.agencies import Contact
    from lsplan_workflow.notify.outcome import Outcome
    from lsplan_workflow.services.workplace import Workplace


@dataclass(frozen=True, slots=True)
class Probe:
    """What a server answered to a test message to one address of a contact.

    `way` counts the addresses from 0, in the order in which they are tried.
    """

    contact: str
    way: int
    address: str
    outcome: Outcome

    @property
    def channel(self) -> str:
        """The way by which the message went: `email`, or a service."""
        return channel_of(self.address)

    @property
    def arrived(self) -> bool:
        """Tell whether the server took the message."""
        return self.outcome.result is Result.SENT


def probe_contact(workplace: Workplace, contact_id: str, *, actor: str) -> list[Probe]:
    """Send a test message to every address of a contact now, at any hour and past the outbox.

    Whom it reaches at any of them is trusted again. Raise RequestError where there is no such
    contact.
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
        probes = [
            Probe(
                contact.id, way, address, batch.send(_mail(workplace, contact, way, now))[address]
            )
            for way, address in enumerate(contact.addresses)
        ]
    _record(workplace, contact, probes, now, actor)
    return probes


def _mail(workplace: Workplace, contact: Contact, way: int, now: datetime) -> Mail:
    program, local = workplace.configuration.program, workplace.configuration.calendar.local(now)
    at = f"{local:%d/%m/%Y %H:%M:%S}"
    text = _BODY.in_language(contact.language).format(at)
    number = f"{now:%Y%m%d%H%M%S%f}.{contact.id.replace('/', '.')}.{way}".lower()
    return Mail(
        message_id=f"<test.{number}@{program.sender.rpartition('@')[2]}>",
        date=local,
        sender=Recipient("lsplan", program.sender),
        reply_to=Recipient("lsplan", program.submit_to),
        to=(Recipient(contact.name, contact.address_by(way)),),
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


def _record(
    workplace: Workplace, contact: Contact, probes: Sequence[Probe], now: datetime, actor: str
) -> None:
    said = {"actor": actor, "agency": contact.agency, "contact": contact.id}
    with workplace.database.writing() as session:
        for probe in probes:
            result = probe.outcome.result.value
            event = {"event": "contact_tested", "channel": probe.channel, "result": result}
            audit.append(session, at=now, **event, **said)
        if any(probe.arrived for probe in probes) and suspects.trust(session, contact.id):
            audit.append(session, at=now, event="contact_trusted", **said)
