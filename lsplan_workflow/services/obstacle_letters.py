"""What a letter about an obstacle says, gathered from the store as it stands."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from lsplan_workflow.domain.answering import answering_on
from lsplan_workflow.domain.notice_kinds import NoticeKind
from lsplan_workflow.domain.obstacle_notices import RELIEVED
from lsplan_workflow.domain.obstacles import State, days_left
from lsplan_workflow.notify.letter import Item
from lsplan_workflow.services.obstacle_planning import program_named
from lsplan_workflow.store import obstacles

if TYPE_CHECKING:
    from datetime import datetime

    from sqlmodel import Session

    from lsplan_workflow.configuration.folder import Configuration
    from lsplan_workflow.domain.obstacles import Obstacle
    from lsplan_workflow.store.tables import NoticeRow

_ONE_DAY: Final = timedelta(days=1)


def obstacle_item(
    session: Session, configuration: Configuration, row: NoticeRow, number: str, now: datetime
) -> Item:
    """Return what a notice about an obstacle says."""
    obstacle = obstacles.obstacle_of(session, number)
    if obstacle is None:
        raise AssertionError(f"{row.key}: there is no obstacle {number}")
    steps = obstacles.steps_of(session, number)
    place = _place(row)
    # Whoever has to answer reads what the agency sent, and what was answered before.
    told, before = (steps[place - 1], steps[:place]) if place else (steps[0], steps)
    answers = (step.text for step in reversed(before) if step.state is State.ANSWERED)
    closed, relieved = told.state is State.CLOSED, row.rung.startswith(RELIEVED)
    return _base(configuration, obstacle, row, now).evolve(
        answer=next(answers, ""),
        closed=closed,
        relieved=relieved and not closed,
        excused=relieved and closed,
        reason=told.text if closed else "",
        documents=tuple(document.name for document in told.documents),
    )


def _place(row: NoticeRow) -> int:
    """Return the place, from 1, of the step that a notice tells of, its rung's end; else 0."""
    chases = row.kind in {NoticeKind.OBSTACLE_ASSIGNED, NoticeKind.OBSTACLE_REMINDER}
    return 0 if chases else int(row.rung.rpartition("-")[2])


def answerer(configuration: Configuration, obstacle: Obstacle, now: datetime) -> str:
    """Return the code of the agency that has to answer, as it stands on the day."""
    point = program_named(configuration, obstacle.program).focal_point
    directory, today = configuration.directory, configuration.calendar.local_day(now)
    return answering_on(obstacle, focal_point=point, directory=directory, day=today).code


def _base(configuration: Configuration, obstacle: Obstacle, row: NoticeRow, now: datetime) -> Item:
    calendar, directory = configuration.calendar, configuration.directory
    today, said = calendar.local_day(now), obstacle.statement
    before, language = calendar.local_day(obstacle.answer_by_at), row.language
    return Item(
        kind=NoticeKind(row.kind),
        rung=row.rung,
        cycle="",
        report="",
        year=calendar.local_day(obstacle.received_at).year,
        agency_code=obstacle.agency,
        agency=directory[obstacle.agency].form_of_address(language),
        legal_basis="",
        before=before,
        last_full_day=before - _ONE_DAY,
        last_working_day=calendar.working_day_on_or_before(before - _ONE_DAY),
        estimated=calendar.is_estimated(before),
        days=abs(days_left(obstacle, today, calendar)),
        overdue=now >= obstacle.answer_by_at,
        received_at=calendar.local(obstacle.received_at),
        obstacle=obstacle.number,
        content=said.content,
        cause=said.cause,
        measures=said.measures,
        proposal=said.proposal,
        competence=said.competence,
        answerer=directory[answerer(configuration, obstacle, now)].form_of_address(language),
    )
