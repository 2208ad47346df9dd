"""What has not left the outbox: messages that wait, failed, or may have arrived."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import func
from sqlmodel import Session, col, select

from lsplan_workflow.domain.causes import Cause
from lsplan_workflow.domain.notice_kinds import UNCLAIMED, NoticeStatus
from lsplan_workflow.store import outbox
from lsplan_workflow.store.tables import DeliveryRow, NoticeRow

if TYPE_CHECKING:
    from datetime import datetime

    from lsplan_workflow.domain.notices import Notice

_UNSENT: Final = [
    status.value for status in (NoticeStatus.PENDING, NoticeStatus.SENDING, NoticeStatus.RETRY)
]


def waiting(session: Session, now: datetime) -> tuple[int, datetime | None]:
    """Return how many messages were to leave by now and have not, and since when the oldest."""
    due = (col(NoticeRow.status).in_(_UNSENT), col(NoticeRow.send_at) <= now)
    statement = select(func.count(), func.min(NoticeRow.send_at)).where(*due)
    return session.exec(statement).one()


def unclaimed_of(session: Session, agency: str) -> list[Notice]:
    """Return what has not left to the contacts of an agency, and nobody is sending."""
    statuses = [status.value for status in UNCLAIMED]
    waits = col(NoticeRow.status).in_(statuses)
    its_own = col(NoticeRow.contact).startswith(f"{agency}/", autoescape=True)
    rows = session.exec(select(NoticeRow).where(waits, its_own).order_by(col(NoticeRow.id)))
    return [outbox.planned(row) for row in rows]


def failed(session: Session) -> list[tuple[str, datetime]]:
    """Return the cycle of each message that failed, and when it was last tried."""
    statement = (
        select(NoticeRow.cycle, func.coalesce(func.max(DeliveryRow.at), NoticeRow.decided_at))
        .join(DeliveryRow, col(DeliveryRow.notice_key) == col(NoticeRow.key), isouter=True)
        .where(col(NoticeRow.status) == NoticeStatus.FAILED.value)
        .group_by(col(NoticeRow.id), col(NoticeRow.cycle), col(NoticeRow.decided_at))
    )
    return list(session.exec(statement))


def count_uncertain(session: Session) -> int:
    """Return how many messages wait to be tried again that may have arrived."""
    retried = col(NoticeRow.status) == NoticeStatus.RETRY.value
    unanswered = col(NoticeRow.cause) == Cause.UNCERTAIN.value
    return session.exec(select(func.count()).where(retried, unanswered)).one()
