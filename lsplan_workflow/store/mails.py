"""Mails: the notices that share one Message-ID, and how many mails have left."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import func, update
from sqlmodel import Session, col, select

from lsplan_workflow.domain.notice_kinds import NoticeKind, NoticeStatus
from lsplan_workflow.store.outbox import LEASE, is_due
from lsplan_workflow.store.statements import portions
from lsplan_workflow.store.tables import NoticeRow

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence


def unassigned(
    session: Session, *, now: datetime, kinds: Collection[NoticeKind] | None = None
) -> list[NoticeRow]:
    """Return the due notices for which it is not decided yet which mail they share."""
    due = (
        col(NoticeRow.status) == NoticeStatus.PENDING.value,
        col(NoticeRow.send_at) <= now,
        col(NoticeRow.message_id).is_(None),
    )
    statement = select(NoticeRow).where(*due).order_by(col(NoticeRow.send_at), col(NoticeRow.id))
    if kinds is not None:
        statement = statement.where(col(NoticeRow.kind).in_([kind.value for kind in kinds]))
    return list(session.exec(statement))


def claim_companions(
    session: Session,
    claimed: Sequence[NoticeRow],
    *,
    now: datetime,
    owner: str,
    begun: datetime | None = None,
) -> list[NoticeRow]:
    """Take the other due notices of the claimed ones' mails under the same lease."""
    values = {"status": NoticeStatus.SENDING.value, "lease_until": now + LEASE, "lease_by": owner}
    taken: list[NoticeRow] = []
    ids = sorted({row.message_id for row in claimed if row.message_id is not None})
    for portion in portions(ids):
        statement = (
            update(NoticeRow)
            .where(col(NoticeRow.message_id).in_(portion), is_due(now, begun or now))
            .values(values)
            .returning(NoticeRow)
        )
        fresh = {"synchronize_session": False, "populate_existing": True}
        taken += session.execute(statement, execution_options=fresh).scalars()
    return sorted(taken, key=lambda row: (row.send_at, row.id or 0))


def count_sent_since(session: Session, instant: datetime) -> int:
    """Return how many mails have left after an instant."""
    # Only what was sent has such an instant; asking for the status too would make SQLite
    # read all that was ever sent.
    mails = select(func.count(func.distinct(col(NoticeRow.message_id))))
    return session.exec(mails.where(col(NoticeRow.sent_at) > instant)).one()
