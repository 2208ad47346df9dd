"""The next address of a contact, where one does not do: chat first, then e-mail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsplan_workflow.domain.causes import Cause
from lsplan_workflow.domain.channels import channel_of
from lsplan_workflow.domain.notice_kinds import NoticeStatus
from lsplan_workflow.store import audit, outbox
from lsplan_workflow.store.audit import ENGINE

if TYPE_CHECKING:
    from datetime import datetime

    from sqlmodel import Session

    from lsplan_workflow.configuration.folder import Configuration
    from lsplan_workflow.store.tables import NoticeRow


def fall_back(
    session: Session, configuration: Configuration, row: NoticeRow, now: datetime
) -> bool:
    """Send a notice to its contact's next address from now on; tell whether there is one.

    That is where this address failed for good, or has been tried in vain for longer than its
    channel is given. What may have arrived is not sent elsewhere before it has failed.
    """
    contact = configuration.directory.contact(row.contact)
    present = outbox.notice(session, row.key)
    if contact is None or present is None or present.way >= len(contact.fallback):
        return False
    if not _has_had_its_time(configuration, present, now):
        return False
    address = contact.address_by(present.way + 1)
    outbox.reroute(session, row.key, recipient=address, now=now)
    audit.append(
        session,
        at=now,
        actor=ENGINE,
        event="notice_rerouted",
        cycle=row.cycle or None,
        agency=row.agency,
        key=row.key,
        contact=row.contact,
        channel=channel_of(address),
    )
    return True


def _has_had_its_time(configuration: Configuration, row: NoticeRow, now: datetime) -> bool:
    """Tell whether an address is tried no more, or no more alone."""
    if row.status != NoticeStatus.RETRY.value:
        return row.status == NoticeStatus.FAILED.value
    tried_since = row.first_attempt_at or now
    patience = configuration.patience_with(row.channel)
    return row.cause != Cause.UNCERTAIN.value and now - tried_since >= patience
