"""Telling the administrators that something failed which no person was waiting for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsplan_workflow.domain.notice_kinds import NoticeKind
from lsplan_workflow.domain.notices import Notice
from lsplan_workflow.services.succession import ENGINE
from lsplan_workflow.store import audit, outbox

if TYPE_CHECKING:
    from lsplan_workflow.services.workplace import Workplace


def report_failure(workplace: Workplace, what: str) -> int:
    """Decide on a notice to every administrator, once a day for each thing that fails.

    `what` is a short name without addresses or secrets; return how many notices are new.
    """
    now, calendar = workplace.clock.now(), workplace.configuration.calendar
    day = calendar.local_day(now)
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
            send_at=calendar.next_working_time(now),
        )
        for contact in workplace.configuration.directory.administrators()
    ]
    with workplace.database.writing() as session:
        added = outbox.insert_notices(session, notices, decided_at=now)
        if added:
            audit.append(session, at=now, actor=ENGINE, event="failure_reported", what=what)
    return len(added)
