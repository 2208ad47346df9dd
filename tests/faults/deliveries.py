"""What an installation says of its deliveries, read from outside."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from lsplan_workflow.domain.notice_kinds import NoticeStatus
from lsplan_workflow.store import audit, outbox
from lsplan_workflow.store.database import Database
from tests.faults.province import OPENING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lsplan_workflow.store.tables import NoticeRow
    from tests.faults.processes import Installation


def working_instants() -> Iterator[str]:
    """Return instants of working hours, each a lease after the one before or later."""
    instant = datetime.fromisoformat(OPENING)
    while True:
        yield instant.isoformat(timespec="minutes")
        instant += outbox.LEASE
        if instant.hour >= 16:
            instant = (instant + timedelta(days=1)).replace(hour=7, minute=30)


def notices(installation: Installation) -> list[NoticeRow]:
    """Return the rows of the outbox."""
    database = Database(installation.database_url)
    try:
        with database.reading() as session:
            return outbox.notices(session)
    finally:
        database.dispose()


def unsent(installation: Installation) -> tuple[set[str], set[str]]:
    """Return the Message-IDs that are recorded as sent, and the keys of what has not left."""
    rows, sent = notices(installation), NoticeStatus.SENT.value
    return (
        {row.message_id or "" for row in rows if row.status == sent},
        {row.key for row in rows if row.status != sent},
    )


def log_is_sound(installation: Installation) -> bool:
    """Tell whether the audit log is what was written."""
    key = (installation.var / "audit.key").read_bytes().strip()
    database = Database(installation.database_url, audit_key=key)
    try:
        with database.reading() as session:
            return audit.verify(session, key) is None
    finally:
        database.dispose()
