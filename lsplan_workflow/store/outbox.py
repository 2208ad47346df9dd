"""The outbox: notices decided on, claimed under a lease, and what became of each attempt.

pending → sending (lease) → sent; a temporary failure leads to retry and back to sending,
a permanent one to failed. What has not left can be superseded or cancelled. A lease that
expires is no attempt: the notice is simply due again.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import ColumnElement, and_, bindparam, case, func, or_, union_all, update
from sqlmodel import Session, col, select

from lsplan_workflow.domain.causes import Cause
from lsplan_workflow.domain.channels import channel_of
from lsplan_workflow.domain.notice_kinds import NoticeKind, NoticeStatus
from lsplan_workflow.domain.notices import Notice
from lsplan_workflow.domain.urgency import BY_DEADLINE, RANKS, urgency
from lsplan_workflow.store.statements import insert_into, portions
from lsplan_workflow.store.tables import NoticeRow

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from sqlalchemy.orm import Mapped
    from sqlmodel.sql.expression import SelectOfScalar

LEASE: Final = timedelta(minutes=10)

_UNSENT: Final = [
    status.value for status in (NoticeStatus.PENDING, NoticeStatus.SENDING, NoticeStatus.RETRY)
]
_WITHDRAWN: Final = [NoticeStatus.CANCELLED.value, NoticeStatus.SUPERSEDED.value]
_BY_DEADLINE: Final = [kind.value for kind in BY_DEADLINE]
_RESENDABLE: Final = frozenset(
    {NoticeStatus.FAILED.value, NoticeStatus.RETRY.value, NoticeStatus.GIVEN_UP.value}
)
_GIVEN_UP_FROM: Final = frozenset(
    {NoticeStatus.FAILED.value, NoticeStatus.RETRY.value, NoticeStatus.PENDING.value}
)


def insert_notices(
    session: Session, notices: Sequence[Notice], *, decided_at: datetime
) -> list[str]:
    """Add the notices whose keys are new; return those keys, in the order given.

    The unique key is the claim: a notice that was decided on before is left as it is.
    """
    if not notices:
        return []
    table = insert_into(session, NoticeRow)
    statement = table.on_conflict_do_nothing(index_elements=["key"]).returning(table.table.c.key)
    rows = [{**_values(notice), "decided_at": decided_at} for notice in notices]
    added = set(session.connection().execute(statement, rows).scalars())
    return [key for key in dict.fromkeys(n.key for n in notices) if key in added]


def mark(session: Session, keys: Collection[str], status: NoticeStatus) -> list[str]:
    """Give unsent notices a status (superseded, cancelled); return the keys changed.

    What was sent or has failed stays so.
    """
    changed: set[str] = set()
    values = {"status": status.value, "lease_until": None, "lease_by": None}
    for portion in portions(list(keys)):
        unsent = (col(NoticeRow.key).in_(portion), col(NoticeRow.status).in_(_UNSENT))
        statement = update(NoticeRow).where(*unsent).values(values).returning(NoticeRow)
        rows = session.execute(statement, execution_options=_FRESH).scalars()
        changed |= {row.key for row in rows}
    return [key for key in keys if key in changed]


def notices_of(
    session: Session, cycle: str, agencies: Collection[str] | None = None
) -> dict[str, Notice]:
    """Return a cycle's notices, of some agencies or of all, by key in the order of deciding."""
    statement = select(NoticeRow).where(col(NoticeRow.cycle) == cycle).order_by(_id())
    if agencies is None:
        return _by_key(session.exec(statement))
    found = [
        row
        for portion in portions(list(agencies))
        for row in session.exec(statement.where(col(NoticeRow.agency).in_(portion)))
    ]
    return _by_key(sorted(found, key=lambda row: row.id or 0))


def postpone(session: Session, send_at: Mapping[str, datetime]) -> list[str]:
    """Set when notices (by key) that wait for their first attempt are due; return those moved."""
    moved = list[str]()
    waiting = col(NoticeRow.status) == NoticeStatus.PENDING.value
    for portion in portions(list(send_at)):
        for row in session.exec(select(NoticeRow).where(col(NoticeRow.key).in_(portion), waiting)):
            if row.send_at != send_at[row.key]:
                row.send_at = send_at[row.key]
                moved.append(row.key)
    session.flush()
    return moved


def revive(session: Session, keys: Collection[str], *, send_at: datetime) -> None:
    """Make notices due that were cancelled or superseded before they left."""
    for portion in portions(list(keys)):
        void = (
            col(NoticeRow.key).in_(portion),
            col(NoticeRow.status).in_(_WITHDRAWN),
        )
        values = {"status": NoticeStatus.PENDING.value, "send_at": send_at}
        session.execute(update(NoticeRow).where(*void).values(values), execution_options=_FRESH)


def notices_of_obstacle(session: Session, number: str) -> dict[str, Notice]:
    """Return the notices about an obstacle by key."""
    statement = select(NoticeRow).where(col(NoticeRow.obstacle) == number).order_by(_id())
    return _by_key(session.exec(statement))


def share_messages(session: Session, message_ids: Mapping[str, str]) -> None:
    """Give notices (by key) the Message-ID of the mail they share.

    It is decided once: a notice that has a Message-ID keeps it.
    """
    for portion in portions(list(message_ids)):
        undecided = (col(NoticeRow.key).in_(portion), col(NoticeRow.message_id).is_(None))
        for row in session.exec(select(NoticeRow).where(*undecided)):
            row.message_id = message_ids[row.key]
    session.flush()


def claim(
    session: Session,
    *,
    now: datetime,
    limit: int,
    owner: str,
    kinds: Collection[NoticeKind] | None = None,
    channel: str | None = None,
    begun: datetime | None = None,
) -> list[NoticeRow]:
    """Take up to `limit` due notices of a channel, or of all, under a lease: the most urgent.

    Nobody else gets them until their lease ends; at that instant they are due again. What a
    pass that has `begun` earlier tried in vain is for the next pass to try again.
    """
    values = {"status": NoticeStatus.SENDING.value, "lease_until": now + LEASE, "lease_by": owner}
    due_ids = _due_ids(session, now, begun or now, kinds)
    if channel is not None:
        due_ids = due_ids.where(col(NoticeRow.channel) == channel)
    due = due_ids.limit(limit).cte("due")
    statement = update(NoticeRow).where(_id().in_(select(due.c.id))).values(values)
    claimed = session.execute(statement.returning(NoticeRow), execution_options=_FRESH).scalars()
    return sorted(claimed, key=_urgency)


def due_channels(
    session: Session, *, now: datetime, begun: datetime, kinds: Collection[NoticeKind]
) -> list[str]:
    """Return the channels by which something is due that may be claimed."""
    wanted = (is_due(now, begun), col(NoticeRow.kind).in_([kind.value for kind in kinds]))
    return sorted(session.exec(select(NoticeRow.channel).where(*wanted).distinct()))


def count_due(
    session: Session,
    *,
    now: datetime,
    begun: datetime,
    kinds: Collection[NoticeKind],
    channels: Collection[str],
) -> int:
    """Return how many notices are due by some channels that may be claimed."""
    wanted = (is_due(now, begun), col(NoticeRow.kind).in_([kind.value for kind in kinds]))
    statement = select(func.count()).select_from(NoticeRow)
    return session.exec(statement.where(*wanted, col(NoticeRow.channel).in_(channels))).one()


def release(session: Session, keys: Collection[str]) -> None:
    """Give back claimed notices for which no attempt was made; they are due as before."""
    # Not by `attempts`: a late failure is counted too, but sets no time for the next attempt.
    again = (col(NoticeRow.next_attempt_at).is_not(None), NoticeStatus.RETRY.value)
    status = case(again, else_=NoticeStatus.PENDING.value)
    values = {"status": status, "lease_until": None, "lease_by": None}
    for portion in portions(list(keys)):
        held = col(NoticeRow.status) == NoticeStatus.SENDING.value
        statement = update(NoticeRow).where(col(NoticeRow.key).in_(portion), held).values(values)
        session.execute(statement.returning(NoticeRow), execution_options=_FRESH).scalars().all()


def resend(session: Session, key: str, *, now: datetime) -> bool:
    """Make a notice due now that failed, waits to be tried again or was given up.

    It has a new 72 hours. Tell whether it is due now.
    """
    row = notice(session, key)
    if row is None or row.status not in _RESENDABLE:
        return False
    row.status = NoticeStatus.PENDING.value
    row.send_at = now
    row.attempts = 0
    row.first_attempt_at = row.next_attempt_at = None
    row.reply = row.cause = None
    session.flush()
    return True


def reroute(session: Session, key: str, *, recipient: str, now: datetime) -> None:
    """Make a notice due now at the next address of its contact, with a new 72 hours."""
    row = session.exec(select(NoticeRow).where(col(NoticeRow.key) == key)).one()
    row.way += 1
    row.recipient, row.channel = recipient, channel_of(recipient)
    row.status, row.send_at, row.attempts = NoticeStatus.PENDING.value, now, 0
    row.first_attempt_at = row.next_attempt_at = None
    session.flush()


def give_up(session: Session, key: str) -> bool:
    """Try a notice no more that failed or waits; tell whether it is given up now."""
    row = notice(session, key)
    if row is None or row.status not in _GIVEN_UP_FROM:
        return False
    row.status = NoticeStatus.GIVEN_UP.value
    row.next_attempt_at = None
    session.flush()
    return True


def notice(session: Session, key: str) -> NoticeRow | None:
    """Return the notice of a key, or None."""
    return session.exec(_OF_KEY, params={"of_key": key}).one_or_none()


# Put together once: it is asked for each notice in copy.
_OF_KEY: Final = select(NoticeRow).where(col(NoticeRow.key) == bindparam("of_key"))


def notices(
    session: Session,
    *,
    status: NoticeStatus | None = None,
    cause: Cause | None = None,
    cycle: str | None = None,
) -> list[NoticeRow]:
    """Return the notices of a status, a cause and a cycle, or all, in the order of deciding."""
    statement = select(NoticeRow).order_by(_id())
    if status is not None:
        statement = statement.where(col(NoticeRow.status) == status.value)
    if cause is not None:
        statement = statement.where(col(NoticeRow.cause) == cause.value)
    if cycle is not None:
        statement = statement.where(col(NoticeRow.cycle) == cycle)
    return list(session.exec(statement))


def sharing(session: Session, message_ids: Collection[str]) -> dict[str, list[NoticeRow]]:
    """Return the notices that share each of some mails, by Message-ID."""
    found = defaultdict[str, list[NoticeRow]](list)
    for portion in portions(sorted(message_ids)):
        shared = select(NoticeRow).where(col(NoticeRow.message_id).in_(portion))
        for row in session.exec(shared.order_by(_id())):
            found[row.message_id or ""].append(row)
    return dict(found)


def same_matter(session: Session, row: NoticeRow) -> list[Notice]:
    """Return the other notices that say what a notice says, whoever gets them."""
    same = (
        col(NoticeRow.cycle) == row.cycle,
        col(NoticeRow.agency) == row.agency,
        col(NoticeRow.rung) == row.rung,
        col(NoticeRow.obstacle).is_not_distinct_from(row.obstacle),
        col(NoticeRow.due_on).is_not_distinct_from(row.due_on),
        col(NoticeRow.key) != row.key,
    )
    return [planned(other) for other in session.exec(select(NoticeRow).where(*same))]


def next_due_at(session: Session) -> datetime | None:
    """Return the earliest instant (UTC) at which a notice is due, or None if none waits."""
    clocks = [
        (NoticeStatus.PENDING, col(NoticeRow.send_at)),
        (NoticeStatus.RETRY, col(NoticeRow.next_attempt_at)),
        (NoticeStatus.SENDING, col(NoticeRow.lease_until)),
    ]
    firsts = [
        select(func.min(due)).where(col(NoticeRow.status) == status.value) for status, due in clocks
    ]
    found = session.execute(union_all(*firsts)).scalars()
    return min((instant for instant in found if instant is not None), default=None)


def planned(row: NoticeRow) -> Notice:
    """Return the notice that a row of the outbox records."""
    return Notice(
        key=row.key,
        kind=NoticeKind(row.kind),
        rung=row.rung,
        cycle=row.cycle,
        agency=row.agency,
        contact=row.contact,
        recipient=row.recipient,
        language=row.language,
        send_at=row.send_at,
        status=NoticeStatus(row.status),
        copy_of=row.copy_of,
        due_on=row.due_on,
        obstacle=row.obstacle,
    )


# The session's own copies of the rows are not searched for what changed, but read anew:
# every UPDATE returns whole rows.
_FRESH: Final = {"synchronize_session": False, "populate_existing": True}


def _id() -> Mapped[int | None]:
    return col(NoticeRow.id)


def _by_key(rows: Iterable[NoticeRow]) -> dict[str, Notice]:
    return {row.key: planned(row) for row in rows}


def _values(notice: Notice) -> dict[str, object]:
    return {
        "key": notice.key,
        "kind": notice.kind.value,
        "rung": notice.rung,
        "cycle": notice.cycle,
        "agency": notice.agency,
        "contact": notice.contact,
        "recipient": notice.recipient,
        "language": notice.language,
        "send_at": notice.send_at,
        "status": notice.status.value,
        "copy_of": notice.copy_of,
        "due_on": notice.due_on,
        "obstacle": notice.obstacle,
        "channel": channel_of(notice.recipient),
        "way": 0,
        "attempts": 0,
    }


def _due_ids(
    session: Session, now: datetime, begun: datetime, kinds: Collection[NoticeKind] | None
) -> SelectOfScalar[int | None]:
    due_since = func.coalesce(col(NoticeRow.next_attempt_at), col(NoticeRow.send_at))
    statement = select(_id()).where(is_due(now, begun)).order_by(*_BY_URGENCY, due_since, _id())
    if kinds is not None:
        statement = statement.where(col(NoticeRow.kind).in_([kind.value for kind in kinds]))
    # SQLite has one writer at a time and knows no such clause; its dialect would drop it
    # silently, and a reader would believe in a lock that is not there.
    if session.connection().dialect.name == "postgresql":
        return statement.with_for_update(skip_locked=True)
    return statement


_NEAREST: Final = case((col(NoticeRow.kind).in_(_BY_DEADLINE), col(NoticeRow.due_on)))
_BY_URGENCY: Final = (
    case({kind.value: rank for kind, rank in RANKS.items()}, value=col(NoticeRow.kind)),
    # SQLite puts what has no day first, Postgres last.
    case((_NEAREST.is_(None), 1), else_=0),
    _NEAREST,
)
"""`urgency` in SQL."""


def _urgency(row: NoticeRow) -> tuple[tuple[int, date], datetime, int]:
    found = urgency(NoticeKind(row.kind), row.due_on)
    return (found, row.next_attempt_at or row.send_at, row.id or 0)


def is_due(now: datetime, begun: datetime) -> ColumnElement[bool]:
    """Return the condition that a pass that has `begun` may claim a notice at an instant."""
    status = col(NoticeRow.status)
    return or_(
        and_(status == NoticeStatus.PENDING.value, col(NoticeRow.send_at) <= now),
        and_(status == NoticeStatus.RETRY.value, col(NoticeRow.next_attempt_at) <= begun),
        and_(status == NoticeStatus.SENDING.value, col(NoticeRow.lease_until) <= now),
    )
