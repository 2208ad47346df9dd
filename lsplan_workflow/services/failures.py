"""Telling the administrators that something failed which no person was waiting for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsplan_workflow.domain.notice_kinds import NoticeKind
from lsplan_workflow.domain.notices import Notice
from lsplan_workflow.store import audit, outbox
from lsplan_workflow.store.audit import ENGINE

if TYPE_CHECKING:
    from datetime import datetime

    from sqlmodel import Session

    from lsplan_workflow.configuration.folder import Configuration
    from lsplan_workflow.services.workplace import Workplace


def report_failure(workplace: Workplace, what: str) -> int:
    """Decide on a notice to every administrator, once a day for each thing that fails.

    `what` is a short name without addresses or secrets; return how many notices are new.
    """
    now, configuration = workplace.clock.now(), workplace.configuration
    with workplace.database.writing() as session:
        return tell_administrators(session, configuration, what, send_from=now, now=now)


def tell_administrators(
    session: Session, configuration: Configuration, what: str, *, send_from: datetime, now: datetime
) -> int:
    """Decide on the notices of a failure, to be sent from an instant on; see `report_failure`."""
    calendar = configuration.calendar
    day, send_at = calendar.local_day(now), calendar.next_working_time(send_from)
    notices = [
        Notice(
            key=f"failure/{what}/{day}/{contact.id}",
            kind=NoticeKind.FAILURE,
            rung=what,
            cycle="",
            agency=contact.agency,
            contact=contact.id,
            recipient=contact.address,
            language=contact.language,
            send_at=send_at,
        )
        for contact in configuration.directory.administrators()
    ]
    added = outbox.insert_notices(session, notices, decided_at=now)
    if added:
        audit.append(session, at=now, actor=ENGINE, event="failure_reported", what=what)
    return len(added)
