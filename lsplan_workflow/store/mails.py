"""Mails: the notices that share one Message-ID, and how many mails have left."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import func, true, union, update
from sqlmodel import Session, col, select

from lsplan_workflow.domain.channels import EMAIL
from lsplan_workflow.domain.notice_kinds import WITHDRAWN, NoticeKind, NoticeStatus
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
    channel: str | None = None,
    begun: datetime | None = None,
) -> list[NoticeRow]:
    """Take the other due notices of the claimed ones' mails under the same lease.

    Those that leave by another channel are left to it.
    """
    values = {"status": NoticeStatus.SENDING.value, "lease_until": now + LEASE, "lease_by": owner}
    taken: list[NoticeRow] = []
    ids = sorted({row.message_id for row in claimed if row.message_id is not None})
    for portion in portions(ids):
        statement = (
            update(NoticeRow)
            .where(col(NoticeRow.message_id).in_(portion), is_due(now, begun or now))
            .where(true() if channel is None else col(NoticeRow.channel) == channel)
            .values(values)
            .returning(NoticeRow)
        )
        fresh = {"synchronize_session": False, "populate_existing": True}
        taken += session.execute(statement, execution_options=fresh).scalars()
    return sorted(taken, key=lambda row: (row.send_at, row.id or 0))


def sent_about(session: Session, cycle: str, agency: str) -> list[NoticeRow]:
    """Return the notices about an obligation that have left, in the order of leaving."""
    about = (col(NoticeRow.cycle) == cycle, col(NoticeRow.agency) == agency)
    left = col(NoticeRow.sent_at).is_not(None)
    statement = select(NoticeRow).where(*about, left)
    return list(session.exec(statement.order_by(col(NoticeRow.sent_at), col(NoticeRow.id))))


def rungs_sent(
    session: Session, cycle: str, agencies: Collection[str], kinds: Collection[NoticeKind]
) -> dict[str, set[str]]:
    """Return the rungs of which notices of some kinds have left about agencies, by agency."""
    left = (
        col(NoticeRow.cycle) == cycle,
        col(NoticeRow.status) == NoticeStatus.SENT.value,
        col(NoticeRow.kind).in_([kind.value for kind in kinds]),
    )
    statement = select(NoticeRow.agency, NoticeRow.rung).where(*left).distinct()
    found = defaultdict[str, set[str]](set)
    for portion in portions(sorted(agencies)):
        for agency, rung in session.exec(statement.where(col(NoticeRow.agency).in_(portion))):
            found[agency].add(rung)
    return dict(found)


def newest_of_kind(session: Session, kind: NoticeKind, agency: str, cycle: str) -> NoticeRow | None:
    """Return the notice of a kind to an agency that was decided last, or None.

    It is about a cycle, about an obstacle, or a failure. What has left or will goes before
    what something newer took the place of, and the original before a copy of it.
    """
    wanted = (col(NoticeRow.kind) == kind.value, col(NoticeRow.agency) == agency)
    statement = select(NoticeRow).where(*wanted, col(NoticeRow.cycle).in_(["", cycle]))
    unsent = [status.value for status in WITHDRAWN]
    after = (col(NoticeRow.status).in_(unsent), col(NoticeRow.copy_of).is_not(None))
    order = (*after, col(NoticeRow.id).desc())
    return session.exec(statement.order_by(*order).limit(1)).first()


def first_left_since(session: Session, instant: datetime, *, channel: str) -> datetime | None:
    """Return when (UTC) the first message left by a channel after an instant, if one did."""
    left = (col(NoticeRow.sent_at) > instant, col(NoticeRow.channel) == channel)
    return session.exec(select(func.min(NoticeRow.sent_at)).where(*left)).one()


def count_left_since(session: Session, instant: datetime, *, now: datetime, channel: str) -> int:
    """Return how many messages have left by a channel after an instant, or are about to.

    What somebody holds under a lease at `now` counts as if it had left. A mail that several
    notices share is one; services other than e-mail get one for each recipient.
    """
    columns = [col(NoticeRow.message_id)]
    if channel != EMAIL:
        columns.append(col(NoticeRow.recipient))
    of_channel = select(*columns).where(col(NoticeRow.channel) == channel)
    # Only what was sent has such an instant; asking for the status too would make SQLite
    # read all that was ever sent.
    left = of_channel.where(col(NoticeRow.sent_at) > instant)
    held = of_channel.where(
        col(NoticeRow.status) == NoticeStatus.SENDING.value, col(NoticeRow.lease_until) > now
    )
    return session.exec(select(func.count()).select_from(union(left, held).subquery())).one()
