"""What the audit log holds about an agency, a cycle or a kind of event."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, and_, func, or_
from sqlmodel import Session, col, select

from lsplan_workflow.store.tables import AuditEvent

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime


def events(
    session: Session, *, agency: str | None = None, cycle: str | None = None
) -> list[AuditEvent]:
    """Return the events about an agency and a cycle, or about all, oldest first.

    About an agency is also what its cycle did to it among others, as where a deadline moved.
    """
    statement = select(AuditEvent).order_by(col(AuditEvent.number))
    if agency is not None:
        statement = statement.where(_about(agency))
    if cycle is not None:
        statement = statement.where(col(AuditEvent.cycle) == cycle)
    return list(session.exec(statement))


def _about(agency: str) -> ColumnElement[bool]:
    among = col(AuditEvent.payload).contains(f'"{agency}"', autoescape=True)
    listed = col(AuditEvent.payload).contains('"agencies":[', autoescape=True)
    return or_(col(AuditEvent.agency) == agency, and_(listed, among))


def is_any_since(
    session: Session,
    names: Iterable[str],
    *,
    touching: str,
    instant: datetime,
    agency: str | None = None,
) -> bool:
    """Tell whether an event of some names was recorded after an instant that touches a cycle.

    One that is about no cycle, as an obstacle, touches every cycle. Of an agency, only what is
    about it counts.
    """
    about = or_(col(AuditEvent.cycle) == touching, col(AuditEvent.cycle).is_(None))
    named = (col(AuditEvent.event).in_(list(names)), col(AuditEvent.at) > instant)
    statement = select(AuditEvent.number).where(about, *named)
    if agency is not None:
        statement = statement.where(_about(agency))
    return session.exec(statement.limit(1)).first() is not None


def last_at(session: Session, event: str) -> datetime | None:
    """Return when an event of that name was last recorded (UTC), or None."""
    statement = select(func.max(AuditEvent.at)).where(col(AuditEvent.event) == event)
    return session.exec(statement).one()
