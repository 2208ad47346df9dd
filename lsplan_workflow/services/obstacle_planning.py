"""Deciding what chases the answers to obstacles, now and in time to come."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsplan_workflow.domain.obstacle_notices import (
    Chase,
    foresee_obstacle,
    next_obstacle_standing,
    plan_obstacle,
)
from lsplan_workflow.domain.redirection import redirected
from lsplan_workflow.services.planning import Planned, enter
from lsplan_workflow.store import obstacles, outbox

if TYPE_CHECKING:
    from datetime import datetime

    from sqlmodel import Session

    from lsplan_workflow.configuration.folder import Configuration
    from lsplan_workflow.domain.notices import Notice
    from lsplan_workflow.domain.obstacles import Obstacle
    from lsplan_workflow.domain.program import Program


def program_named(configuration: Configuration, code: str) -> Program:
    """Return the program of a code; the first one if it is no longer configured."""
    found = (program for program in configuration.programs if program.code == code)
    return next(found, configuration.program)


def chase_of(session: Session, configuration: Configuration, obstacle: Obstacle) -> Chase:
    """Return what planning an obstacle looks at."""
    return Chase(
        obstacle=obstacle,
        program=program_named(configuration, obstacle.program),
        rules=configuration.obstacles,
        calendar=configuration.calendar,
        directory=configuration.directory,
        decided=outbox.notices_of_obstacle(session, obstacle.number),
    )


def plan_obstacles(session: Session, configuration: Configuration, now: datetime) -> Planned:
    """Plan every obstacle for which something is due, and schedule when each is next."""
    total = Planned()
    for obstacle in obstacles.due_for_action(session, now):
        chase = chase_of(session, configuration, obstacle)
        total += enter(session, plan_obstacle(chase, now=now), chase.decided, now)
        obstacles.schedule(session, obstacle.number, next_obstacle_standing(chase, now))
    return total


def foreseen_obstacles(
    session: Session, configuration: Configuration, now: datetime, *, until: datetime | None
) -> list[Notice]:
    """Return the notices about obstacles that will leave if nobody acts, up to `until`."""
    directory, calendar = configuration.directory, configuration.calendar
    told = {
        instead.key: instead
        for obstacle in obstacles.told_of(session)
        for notice in foresee_obstacle(
            chase_of(session, configuration, obstacle), now=now, until=until
        )
        for instead in redirected(notice, directory, calendar.local_day(notice.send_at))
    }
    return list(told.values())
