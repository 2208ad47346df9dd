"""Attempts to send notices: a row for each that had a result, and what the notice is then."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func
from sqlmodel import Session, col, select

from lsplan_workflow.domain.causes import Cause
from lsplan_workflow.domain.notice_kinds import NoticeStatus
from lsplan_workflow.domain.retries import plan_retry
from lsplan_workflow.store import outbox
from lsplan_workflow.store.tables import DeliveryRow, NoticeRow

if TYPE_CHECKING:
    from datetime import datetime


def record_sent(session: Session, key: str, *, at: datetime, reply: str) -> None:
    """Record that a notice left at an instant; this is true whatever was decided meanwhile."""
    row = _attempted(session, key, "sent", at, reply, None)
    row.status = NoticeStatus.SENT.value
    row.sent_at = row.sent_at or at
    row.next_attempt_at = None
    session.flush()


def record_temporary(
    session: Session, key: str, *, at: datetime, reply: str, cause: Cause = Cause.BUSY
) -> None:
    """Record a failure that may pass: try again later, or fail after 72 hours of trying.

    What may have arrived fails sooner, for an administrator to decide. The notices of one
    mail are tried again at one instant.
    """
    held = _is_held(session, key)
    row = _attempted(session, key, "temporary", at, reply, cause)
    if held:
        row.next_attempt_at = plan_retry(
            mail=row.message_id or key,
            attempts=row.attempts,
            first_attempt_at=row.first_attempt_at or at,
            at=at,
            uncertain=_count_uncertain(session, row) if cause is Cause.UNCERTAIN else 0,
        )
        waits = row.next_attempt_at is not None
        row.status = (NoticeStatus.RETRY if waits else NoticeStatus.FAILED).value
    session.flush()


def record_permanent(
    session: Session, key: str, *, at: datetime, reply: str, cause: Cause = Cause.REFUSED
) -> None:
    """Record a failure for good, in the server's own words."""
    held = _is_held(session, key)
    row = _attempted(session, key, "permanent", at, reply, cause)
    if held:
        row.status = NoticeStatus.FAILED.value
        row.next_attempt_at = None
    session.flush()


def _is_held(session: Session, key: str) -> bool:
    """Tell whether the notice is being sent: a late failure undoes no later decision."""
    row = outbox.notice(session, key)
    return row is not None and row.status == NoticeStatus.SENDING.value


def _count_uncertain(session: Session, row: NoticeRow) -> int:
    """Return after how many of a notice's attempts it may have arrived, since it was resent."""
    made = (
        col(DeliveryRow.notice_key) == row.key,
        col(DeliveryRow.cause) == Cause.UNCERTAIN.value,
        col(DeliveryRow.at) >= row.first_attempt_at,
    )
    return session.exec(select(func.count()).select_from(DeliveryRow).where(*made)).one()


def _attempted(
    session: Session, key: str, outcome: str, at: datetime, reply: str, cause: Cause | None
) -> NoticeRow:
    """Write the attempt's own row and count it; return the notice, free of its lease."""
    row = session.exec(select(NoticeRow).where(col(NoticeRow.key) == key)).one()
    why = None if cause is None else cause.value
    session.add(DeliveryRow(notice_key=key, at=at, outcome=outcome, reply=reply, cause=why))
    row.attempts += 1
    row.first_attempt_at = row.first_attempt_at or at
    row.lease_until = row.lease_by = None
    row.reply, row.cause = reply, why
    return row
