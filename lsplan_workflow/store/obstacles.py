"""Obstacles as they stand, and the steps that brought them there, which only grow in number."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import func
from sqlmodel import Session, col, select

from lsplan_workflow.domain.notice_kinds import WAITING
from lsplan_workflow.domain.obstacles import AWAITING, Obstacle, State, Statement, number_of
from lsplan_workflow.store.submissions import Document
from lsplan_workflow.store.tables import (
    NoticeRow,
    ObstacleDocumentRow,
    ObstacleRow,
    ObstacleStepRow,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

_AWAITED: Final = [state.value for state in AWAITING]


@dataclass(frozen=True, slots=True)
class Step:
    """What was done about an obstacle, and the state that it led to.

    `text` is an answer, or why the obstacle was closed or entered later; `agency` is the one
    that it was assigned to, until `answer_by_at`.
    """

    state: State
    at: datetime
    actor: str
    text: str = ""
    agency: str | None = None
    answer_by_at: datetime | None = None
    documents: tuple[Document, ...] = ()


@dataclass(frozen=True, slots=True)
class Open:
    """How many obstacles wait for an answer, and how many of those are overdue."""

    awaited: int
    overdue: int


def next_number(session: Session, year: int) -> str:
    """Return the next number of a local year; it holds until the transaction ends."""
    of_year = col(ObstacleRow.year) == year
    newest = session.exec(select(func.max(col(ObstacleRow.ordinal))).where(of_year)).one()
    return number_of(year, (newest or 0) + 1)


def add(session: Session, obstacle: Obstacle) -> None:
    """Add an obstacle under its number."""
    year, _, ordinal = obstacle.number.partition("-")
    row = ObstacleRow(
        number=obstacle.number,
        year=int(year),
        ordinal=int(ordinal),
        program=obstacle.program,
        agency=obstacle.agency,
        **asdict(obstacle.statement),
        received_at=obstacle.received_at,
        answer_by_at=obstacle.answer_by_at,
        announced_by_at=obstacle.announced_by_at,
        chased_since=obstacle.chased_since,
        state=obstacle.state.value,
        assigned_to=obstacle.assigned_to,
    )
    session.add(row)
    session.flush()


def save(session: Session, obstacle: Obstacle) -> None:
    """Bring an obstacle to the state given; what the agency said of it stays."""
    row = session.get_one(ObstacleRow, obstacle.number)
    row.state, row.assigned_to = obstacle.state.value, obstacle.assigned_to
    row.answer_by_at, row.chased_since = obstacle.answer_by_at, obstacle.chased_since
    session.flush()


def schedule(session: Session, number: str, next_action_at: datetime | None) -> None:
    """Set when an obstacle next needs action; None for never."""
    session.get_one(ObstacleRow, number).next_action_at = next_action_at
    session.flush()


def record_step(session: Session, number: str, step: Step) -> None:
    """Add what was done about an obstacle, with its files."""
    row = ObstacleStepRow(
        obstacle=number,
        state=step.state.value,
        at=step.at,
        actor=step.actor,
        text=step.text,
        agency=step.agency,
        answer_by_at=step.answer_by_at,
    )
    session.add(row)
    session.flush()
    for document in step.documents:
        session.add(ObstacleDocumentRow(step_id=_id(row), **asdict(document)))
    session.flush()


def steps_of(session: Session, number: str) -> list[Step]:
    """Return what was done about an obstacle, oldest first."""
    statement = select(ObstacleStepRow).where(col(ObstacleStepRow.obstacle) == number)
    rows = session.exec(statement.order_by(col(ObstacleStepRow.id)))
    return [
        Step(
            state=State(row.state),
            at=row.at,
            actor=row.actor,
            text=row.text,
            agency=row.agency,
            answer_by_at=row.answer_by_at,
            documents=_documents_of(session, row),
        )
        for row in rows
    ]


def obstacle_of(session: Session, number: str) -> Obstacle | None:
    """Return the obstacle of a number, or None."""
    return next(iter(_found(session, col(ObstacleRow.number) == number)), None)


def obstacles(session: Session) -> list[Obstacle]:
    """Return all obstacles in the order of their numbers."""
    return _found(session)


def due_for_action(session: Session, now: datetime) -> list[Obstacle]:
    """Return the obstacles whose next action stands at or before now."""
    return _found(session, col(ObstacleRow.next_action_at) <= now)


def next_action_at(session: Session) -> datetime | None:
    """Return the earliest instant (UTC) at which any obstacle needs action."""
    return session.exec(select(func.min(col(ObstacleRow.next_action_at)))).one()


def awaited(session: Session) -> list[Obstacle]:
    """Return the obstacles that wait for an answer, in the order of their numbers."""
    return _found(session, col(ObstacleRow.state).in_(_AWAITED))


def told_of(session: Session) -> list[Obstacle]:
    """Return the obstacles that wait for an answer, and those of which a notice has to leave."""
    unsent = [status.value for status in WAITING]
    waits = select(NoticeRow.obstacle).where(
        col(NoticeRow.status).in_(unsent), col(NoticeRow.obstacle).is_not(None)
    )
    awaited = col(ObstacleRow.state).in_(_AWAITED)
    return _found(session, awaited | col(ObstacleRow.number).in_(waits))


def reported_on(session: Session, program: str, since: datetime) -> list[Obstacle]:
    """Return a program's obstacles that are not closed or were received since an instant."""
    recent = col(ObstacleRow.received_at) >= since
    unfinished = col(ObstacleRow.state) != State.CLOSED.value
    return _found(session, col(ObstacleRow.program) == program, recent | unfinished)


def count_open(session: Session, program: str, now: datetime) -> Open:
    """Return how many of a program's obstacles wait for an answer, and how many are overdue."""
    waiting = (col(ObstacleRow.program) == program, col(ObstacleRow.state).in_(_AWAITED))
    count = select(func.count()).select_from(ObstacleRow).where(*waiting)
    overdue = count.where(col(ObstacleRow.answer_by_at) <= now)
    return Open(session.exec(count).one(), session.exec(overdue).one())


def _id(step: ObstacleStepRow) -> int:
    if step.id is None:
        raise ValueError("this step was never recorded")
    return step.id


def _documents_of(session: Session, step: ObstacleStepRow) -> tuple[Document, ...]:
    statement = select(ObstacleDocumentRow).where(col(ObstacleDocumentRow.step_id) == step.id)
    rows: Iterable[ObstacleDocumentRow] = session.exec(
        statement.order_by(col(ObstacleDocumentRow.id))
    )
    return tuple(Document(row.name, row.sha256, row.size) for row in rows)


def _found(session: Session, *conditions: Any) -> list[Obstacle]:  # noqa: ANN401 - SQL.
    order = (col(ObstacleRow.year), col(ObstacleRow.ordinal))
    return list(
        map(_obstacle, session.exec(select(ObstacleRow).where(*conditions).order_by(*order)))
    )


def _obstacle(row: ObstacleRow) -> Obstacle:
    return Obstacle(
        number=row.number,
        program=row.program,
        agency=row.agency,
        statement=Statement(
            content=row.content,
            cause=row.cause,
            measures=row.measures,
            proposal=row.proposal,
            competence=row.competence,
        ),
        received_at=row.received_at,
        answer_by_at=row.answer_by_at,
        announced_by_at=row.announced_by_at,
        chased_since=row.chased_since,
        state=State(row.state),
        assigned_to=row.assigned_to,
    )
