"""Attempts to send notices: a row for each that had a result, and what the notice is then."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import bindparam, func, insert, update
from sqlmodel import Session, col, select

from lsplan_workflow.domain.causes import Cause
from lsplan_workflow.domain.notice_kinds import NoticeStatus
from lsplan_workflow.domain.retries import plan_retry
from lsplan_workflow.store import outbox
from lsplan_workflow.store.statements import table_of
from lsplan_workflow.store.tables import DeliveryRow, NoticeRow

if TYPE_CHECKING:
    from datetime import datetime


def record_sent(session: Session, key: str, *, at: datetime, reply: str) -> None:
    """Record that a notice left at an instant; this is true whatever was decided meanwhile.

    The session's own copy of its row, if it has one, is not brought up to date.
    """
    marked = {"of_key": key, "sent": at, "words": reply}
    session.connection().execute(_MARK_SENT, marked)
    _write_attempt(session, key, "sent", at, reply)


_NOTICE: Final = table_of(NoticeRow)
# Put together once: they are carried out for each mail.
_ATTEMPT: Final = insert(table_of(DeliveryRow)).inline()
_SENT_AT: Final = bindparam("sent", type_=_NOTICE.c.sent_at.type)
_MARK_SENT: Final = (
    update(_NOTICE)
    .where(_NOTICE.c.key == bindparam("of_key"))
    .values(
        status=NoticeStatus.SENT.value,
        sent_at=func.coalesce(_NOTICE.c.sent_at, _SENT_AT),
        first_attempt_at=func.coalesce(_NOTICE.c.first_attempt_at, _SENT_AT),
        attempts=_NOTICE.c.attempts + 1,
        next_attempt_at=None,
        lease_until=None,
        lease_by=None,
        reply=bindparam("words"),
        cause=None,
    )
)


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
    session: Session, key: str, outcome: str, at: datetime, reply: str, cause: Cause
) -> NoticeRow:
    """Write the attempt's own row and count it; return the notice, free of its lease."""
    row = session.exec(select(NoticeRow).where(col(NoticeRow.key) == key)).one()
    _write_attempt(session, key, outcome, at, reply, cause)
    row.attempts += 1
    row.first_attempt_at = row.first_attempt_at or at
    row.lease_until = row.lease_by = None
    row.reply, row.cause = reply, cause.value
    return row


def _write_attempt(
    session: Session,
    key: str,
    outcome: str,
    at: datetime,
    reply: str,
    cause: Cause | None = None,
) -> None:
    why = None if cause is None else cause.value
    attempt = {"notice_key": key, "at": at, "outcome": outcome, "reply": reply, "cause": why}
    session.connection().execute(_ATTEMPT, attempt)
