"""What the store's tests put into it: real cycles, and notices of one line."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sqlmodel import col, select

from lsplan_workflow.domain.cycles import plan_cycles
from lsplan_workflow.domain.notice_kinds import NoticeKind
from lsplan_workflow.domain.notices import Notice
from lsplan_workflow.store import cycles, outbox
from lsplan_workflow.store.tables import DeliveryRow
from tests.domain.province import CALENDAR, PROGRAM, local

if TYPE_CHECKING:
    from sqlmodel import Session

    from lsplan_workflow.store.database import Database
    from lsplan_workflow.store.tables import CycleRow, NoticeRow

KEY = b"a key of the audit log in tests."
TICK = timedelta(microseconds=1)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
NOW = local(2025, 10, 6, 7, 30)
NOW_UTC = datetime(2025, 10, 6, 0, 30, tzinfo=UTC)
CYCLES = {cycle.code: cycle for cycle in plan_cycles(PROGRAM, CALENDAR)}
ANNUAL = CYCLES["annual-2025"]
_NOTICE = Notice(
    key="annual-2025/SYT/before-14d/focal",
    kind=NoticeKind.REMINDER,
    rung="before-14d",
    cycle="annual-2025",
    agency="SYT",
    contact="SYT/focal",
    recipient="focal@syt.example",
    language="vi",
    send_at=NOW,
)


def attempts(database: Database, key: str) -> list[DeliveryRow]:
    """Return the attempts to send a notice, oldest first."""
    with database.reading() as session:
        of_key = select(DeliveryRow).where(col(DeliveryRow.notice_key) == key)
        return list(session.exec(of_key.order_by(col(DeliveryRow.id))))


def record_cycle(session: Session, code: str, **facts: object) -> CycleRow:
    return cycles.record_cycle(session, CYCLES[code], **facts)


def a_notice(key: str = _NOTICE.key, **differing: object) -> Notice:
    """Return a notice that is due at NOW, but for what is said to differ."""
    return replace(_NOTICE, key=key, **differing)


def put(database: Database, *notices: Notice) -> list[str]:
    """Decide on notices; return the keys that are new."""
    with database.writing() as session:
        return outbox.insert_notices(session, notices, decided_at=NOW)


def claim(
    database: Database, now: datetime = NOW, *, limit: int = 100, owner: str = "w1", **more: object
) -> list[str]:
    """Claim due notices; return their keys."""
    with database.writing() as session:
        claimed = outbox.claim(session, now=now, limit=limit, owner=owner, **more)
        return [row.key for row in claimed]


def look(database: Database, key: str = _NOTICE.key) -> NoticeRow:
    """Return a notice's row as a reader sees it now."""
    with database.reading() as session:
        row = outbox.notice(session, key)
    assert row is not None
    return row
