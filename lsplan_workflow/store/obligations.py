"""Obligations: what is owed, in which state, and when each next needs to be looked at."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, update
from sqlmodel import Session, col, select

from lsplan_workflow.domain.obligations import Obligation, Outstanding, Status
from lsplan_workflow.store.ladders import read, written
from lsplan_workflow.store.statements import insert_into, portions, table_of
from lsplan_workflow.store.tables import NoticeRow, ObligationRow

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

_KEY = ("cycle", "agency")


def save(
    session: Session, obligations: Iterable[Obligation], *, next_action_at: datetime | None = None
) -> None:
    """Add obligations, and bring those that are there already to the state given.

    Of those that are there, `next_action_at` is left as it was.
    """
    rows = [{**_values(owed), "next_action_at": next_action_at} for owed in obligations]
    if not rows:
        return
    statement = insert_into(session, ObligationRow)
    kept = {*_KEY, "next_action_at"}
    changed = {name: statement.excluded[name] for name in rows[0] if name not in kept}
    session.connection().execute(
        statement.on_conflict_do_update(index_elements=_KEY, set_=changed), rows
    )


def remove(session: Session, cycle: str, agencies: Collection[str]) -> None:
    """Take out the obligations of some agencies in a cycle: nothing is owed by them after all."""
    for portion in portions(list(agencies)):
        here = (col(ObligationRow.cycle) == cycle, col(ObligationRow.agency).in_(portion))
        session.connection().execute(delete(table_of(ObligationRow)).where(*here))


def schedule(session: Session, cycle: str, next_actions: Mapping[str, datetime | None]) -> None:
    """Set when obligations of a cycle (by agency) next need action; None for never."""
    if not next_actions:
        return
    table, connection = table_of(ObligationRow), session.connection()
    agencies = defaultdict[datetime | None, list[str]](list)
    for agency, at in next_actions.items():
        agencies[at].append(agency)
    # Most wait for the same instant: one statement sets it for all of them.
    for at, together in agencies.items():
        for portion in portions(together):
            here = (table.c.cycle == cycle, table.c.agency.in_(portion))
            connection.execute(update(table).where(*here).values(next_action_at=at))


def obligations_of(session: Session, cycle: str) -> list[Obligation]:
    """Return all obligations of a cycle, in the order of their agencies' codes."""
    return _found(session, col(ObligationRow.cycle) == cycle)


def obligation_of(session: Session, cycle: str, agency: str) -> Obligation | None:
    """Return one agency's obligation in a cycle, or None if it owes nothing there."""
    return obligations_among(session, cycle, {agency}).get(agency)


def obligations_among(
    session: Session, cycle: str, agencies: Collection[str]
) -> dict[str, Obligation]:
    """Return the obligations of some agencies in a cycle, by agency."""
    found = dict[str, Obligation]()
    for portion in portions(list(agencies)):
        among = (col(ObligationRow.cycle) == cycle, col(ObligationRow.agency).in_(portion))
        found |= {owed.agency: owed for owed in _found(session, *among)}
    return found


def obligations_about(
    session: Session, notices: Iterable[NoticeRow]
) -> dict[tuple[str, str], Obligation]:
    """Return the obligations that some notices are about, by cycle and agency."""
    agencies = defaultdict[str, set[str]](set)
    for row in notices:
        agencies[row.cycle].add(row.agency)
    return {
        (cycle, agency): owed
        for cycle, concerned in agencies.items()
        if cycle
        for agency, owed in obligations_among(session, cycle, concerned).items()
    }


def due_for_action(session: Session, cycle: str, now: datetime) -> list[Obligation]:
    """Return the obligations of a cycle whose next action stands at or before now."""
    due = col(ObligationRow.next_action_at) <= now
    return _found(session, col(ObligationRow.cycle) == cycle, due)


def next_action_at(session: Session) -> datetime | None:
    """Return the earliest instant (UTC) at which any obligation needs action."""
    return session.exec(select(func.min(col(ObligationRow.next_action_at)))).one()


def outstanding(session: Session, cycle: str) -> Outstanding:
    """Return what a cycle still waits for, without reading its obligations one by one."""
    missing = (
        col(ObligationRow.status) == Status.OPEN.value,
        col(ObligationRow.first_complete_at).is_(None),
    )
    returned = (
        col(ObligationRow.status) == Status.RETURNED.value,
        col(ObligationRow.revise_by_at).is_not(None),
    )
    return Outstanding(
        _counted(session, cycle, col(ObligationRow.due_at), *missing),
        _counted(session, cycle, col(ObligationRow.revise_by_at), *returned),
    )


def _counted(
    session: Session,
    cycle: str,
    instant: Any,  # noqa: ANN401 - A column.
    *conditions: Any,  # noqa: ANN401
) -> dict[datetime, int]:
    statement = select(instant, func.count()).where(col(ObligationRow.cycle) == cycle, *conditions)
    return dict(session.exec(statement.group_by(instant)).all())


def _found(session: Session, *conditions: Any) -> list[Obligation]:  # noqa: ANN401 - SQL.
    table = table_of(ObligationRow)
    rows = session.connection().execute(table.select().where(*conditions))
    # Sorted here: Postgres would sort as its locale does, and SQLite would rather read a
    # whole cycle in order than the few obligations of it that are due.
    return sorted(map(_obligation, rows), key=lambda found: (found.cycle, found.agency))


def _values(obligation: Obligation) -> dict[str, object]:
    return {
        "cycle": obligation.cycle,
        "agency": obligation.agency,
        "status": obligation.status.value,
        "due_at": obligation.due_at,
        "first_complete_at": obligation.first_complete_at,
        "covers": list(obligation.covers),
        "original": obligation.original,
        "ended_at": obligation.ended_at,
        "revise_by_at": obligation.revise_by_at,
        "chased_since": obligation.chased_since,
        "ladder": None if obligation.ladder is None else written(obligation.ladder),
        "granted_at": obligation.granted_at,
    }


def _obligation(row: Any) -> Obligation:  # noqa: ANN401 - A result row has no type of its own.
    return Obligation(
        cycle=row.cycle,
        agency=row.agency,
        due_at=row.due_at,
        status=Status(row.status),
        first_complete_at=row.first_complete_at,
        covers=tuple(row.covers),
        original=row.original,
        ended_at=row.ended_at,
        revise_by_at=row.revise_by_at,
        chased_since=row.chased_since,
        ladder=None if row.ladder is None else read(row.ladder),
        granted_at=row.granted_at,
    )
