"""Telling successors what was to tell an agency, and had not left when that ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsplan_workflow.domain.redirection import redirected
from lsplan_workflow.services.announcements import cancel
from lsplan_workflow.store import backlog, outbox

if TYPE_CHECKING:
    from datetime import datetime

    from sqlmodel import Session

    from lsplan_workflow.configuration.folder import Configuration
    from lsplan_workflow.domain.agencies import Agency


def redirect_news(
    session: Session, configuration: Configuration, ended: Agency, now: datetime
) -> None:
    """Put what tells an agency's successor in the place of what waits to tell its own persons."""
    waiting = backlog.unclaimed_of(session, ended.code)
    today = configuration.calendar.local_day(now)
    directory = configuration.directory
    told = {n.key: n for notice in waiting for n in redirected(notice, directory, today)}
    cancel(session, [notice for notice in waiting if notice.key not in told], now)
    outbox.insert_notices(session, list(told.values()), decided_at=now)
