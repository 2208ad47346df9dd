"""Telling people at once what was done about an obstacle, and taking back what chased it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lsplan_workflow.domain.agencies import Role
from lsplan_workflow.domain.notice_kinds import UNCLAIMED, NoticeKind, NoticeStatus
from lsplan_workflow.domain.notices import Notice, recipients_of
from lsplan_workflow.domain.obstacle_notices import CHASING, RELIEVED, believes_to_answer
from lsplan_workflow.domain.obstacles import State
from lsplan_workflow.services.obstacle_letters import answerer
from lsplan_workflow.services.obstacle_planning import program_named
from lsplan_workflow.store import audit, outbox
from lsplan_workflow.store.audit import ENGINE

if TYPE_CHECKING:
    from datetime import datetime

    from sqlmodel import Session

    from lsplan_workflow.configuration.folder import Configuration
    from lsplan_workflow.domain.obstacles import Obstacle

# The receipt and the notice to the focal point tell of the same step.
_RECEIPT: Final = "receipt"
_TO_THE_REPORTER: Final = frozenset({NoticeKind.OBSTACLE_RECEIPT, NoticeKind.OBSTACLE_ANSWER})


def tell(
    session: Session,
    configuration: Configuration,
    obstacle: Obstacle,
    kind: NoticeKind,
    place: int,
    now: datetime,
) -> None:
    """Decide on a notice to the focal persons whom the step at a place concerns.

    What is told to whoever reported the obstacle is told to nobody once that agency has ended
    without a successor.
    """
    agency = _concerned(configuration, obstacle, kind, now)
    if kind in _TO_THE_REPORTER and not _exists(configuration, agency, now):
        return
    word = _RECEIPT if kind is NoticeKind.OBSTACLE_RECEIPT else obstacle.state.value
    _insert(session, configuration, obstacle, kind, agency, f"{word}-{place}", now)


def relieve(
    session: Session,
    configuration: Configuration,
    before: Obstacle,
    obstacle: Obstacle,
    place: int,
    now: datetime,
) -> None:
    """Tell the agency that was asked to answer that it has not to any more, since a step.

    Another one has to, or the obstacle was closed. Whoever has not heard yet that it had to
    answer hears nothing.
    """
    former, closed = answerer(configuration, before, now), obstacle.state is State.CLOSED
    stays = former == answerer(configuration, obstacle, now) and not closed
    if before.state is not State.ASSIGNED or stays:
        return
    decided = outbox.notices_of_obstacle(session, obstacle.number).values()
    if believes_to_answer(former, decided):
        kind = NoticeKind.OBSTACLE_ANSWER if closed else NoticeKind.OBSTACLE_ASSIGNED
        _insert(session, configuration, obstacle, kind, former, f"{RELIEVED}{place}", now)


def _insert(
    session: Session,
    configuration: Configuration,
    obstacle: Obstacle,
    kind: NoticeKind,
    agency: str,
    rung: str,
    now: datetime,
) -> None:
    """Decide on a notice to the focal persons of an agency."""
    calendar = configuration.calendar
    notices = [
        Notice(
            key=f"obstacle/{obstacle.number}/{agency}/{rung}/{contact.slug}",
            kind=kind,
            rung=rung,
            cycle="",
            agency=agency,
            contact=contact.id,
            recipient=contact.address,
            language=contact.language,
            send_at=now if kind.is_reply else calendar.next_working_time(now),
            due_on=calendar.local_day(obstacle.answer_by_at),
            obstacle=obstacle.number,
        )
        for contact in recipients_of(configuration.directory, agency, Role.FOCAL)
    ]
    outbox.insert_notices(session, notices, decided_at=now)


def _concerned(
    configuration: Configuration, obstacle: Obstacle, kind: NoticeKind, now: datetime
) -> str:
    """Return the code of the agency that a notice is for, as it stands on the day."""
    if kind is NoticeKind.OBSTACLE_ASSIGNED:
        return answerer(configuration, obstacle, now)
    told = obstacle.agency
    if kind is NoticeKind.OBSTACLE:
        told = program_named(configuration, obstacle.program).focal_point
    return configuration.directory.follow(told, configuration.calendar.local_day(now)).code


def _exists(configuration: Configuration, agency: str, now: datetime) -> bool:
    return configuration.directory[agency].exists_on(configuration.calendar.local_day(now))


def withdraw_chasing(
    session: Session,
    configuration: Configuration,
    obstacle: Obstacle,
    becomes: NoticeStatus,
    now: datetime,
) -> None:
    """Cancel or supersede what still waits to chase an answer.

    What is being sent at this moment is looked at again if it fails. Whoever has to answer no
    more is told so all the same, unless it is asked anew.
    """
    present = answerer(configuration, obstacle, now)
    decided = outbox.notices_of_obstacle(session, obstacle.number).values()
    chasing = (n for n in decided if n.kind in CHASING and n.status in UNCLAIMED)
    waiting = [n for n in chasing if n.agency == present or not n.rung.startswith(RELIEVED)]
    changed = outbox.mark(session, [notice.key for notice in waiting], becomes)
    if becomes is not NoticeStatus.CANCELLED:
        return
    agencies = {notice.key: notice.agency for notice in waiting}
    for key in changed:
        audit.append(
            session,
            at=now,
            actor=ENGINE,
            event="notice_cancelled",
            agency=agencies[key],
            key=key,
        )
