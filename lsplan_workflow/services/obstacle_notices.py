"""Telling people at once what was done about an obstacle, and taking back what chased it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lsplan_workflow.domain.agencies import Role
from lsplan_workflow.domain.notice_kinds import UNCLAIMED, NoticeKind, NoticeStatus
from lsplan_workflow.domain.notices import Notice, recipients_of
from lsplan_workflow.services.obstacle_letters import answerer
from lsplan_workflow.services.obstacle_planning import program_named
from lsplan_workflow.services.succession import ENGINE
from lsplan_workflow.store import audit, outbox

if TYPE_CHECKING:
    from datetime import datetime

    from sqlmodel import Session

    from lsplan_workflow.configuration.folder import Configuration
    from lsplan_workflow.domain.obstacles import Obstacle

_CHASING: Final = frozenset({NoticeKind.OBSTACLE_ASSIGNED, NoticeKind.OBSTACLE_REMINDER})
# The receipt and the notice to the focal point tell of the same step.
_RECEIPT: Final = "receipt"


def tell(
    session: Session,
    configuration: Configuration,
    obstacle: Obstacle,
    kind: NoticeKind,
    place: int,
    now: datetime,
) -> None:
    """Decide on a notice to the focal persons whom the step at a place concerns."""
    calendar = configuration.calendar
    agency = _concerned(configuration, obstacle, kind, now)
    word = _RECEIPT if kind is NoticeKind.OBSTACLE_RECEIPT else obstacle.state.value
    rung = f"{word}-{place}"
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


def withdraw_chasing(
    session: Session, obstacle: Obstacle, becomes: NoticeStatus, now: datetime
) -> None:
    """Cancel or supersede what still waits to chase an answer.

    What is being sent at this moment is looked at again if it fails.
    """
    decided = outbox.notices_of_obstacle(session, obstacle.number).values()
    waiting = [n for n in decided if n.status in UNCLAIMED and n.kind in _CHASING]
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
