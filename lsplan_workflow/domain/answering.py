"""Who has to answer an obstacle, and from which day on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lsplan_workflow.domain.agencies import Agency, Directory
    from lsplan_workflow.domain.obstacles import Obstacle


@dataclass(frozen=True, slots=True)
class Answering:
    """An agency that has to answer an obstacle from a local day on."""

    agency: Agency
    since: date


def answering_on(
    obstacle: Obstacle, *, focal_point: str, directory: Directory, day: date
) -> Agency:
    """Return who has to answer an obstacle on a local day; codes are followed to that day.

    It is whoever stands for the agency that was asked. Where that one has ended without a
    successor, or stands for the agency that reported the obstacle and would answer itself, it
    is the focal point, as where nobody was asked (docs/decisions/0018).
    """
    asked, reported, point = (
        directory.follow(code, day)
        for code in (obstacle.assigned_to or focal_point, obstacle.agency, focal_point)
    )
    return asked if asked.exists_on(day) and asked.code != reported.code else point


def answering_in_turn(
    obstacle: Obstacle, *, focal_point: str, directory: Directory, since: date
) -> tuple[Answering, ...]:
    """Return everyone who has to answer an obstacle from a local day on, in order."""
    codes = {obstacle.assigned_to or focal_point, obstacle.agency, focal_point}
    days = {day for code in codes for day in _turning_days(code, directory) if day > since}
    found = list[Answering]()
    for day in (since, *sorted(days)):
        agency = answering_on(obstacle, focal_point=focal_point, directory=directory, day=day)
        if not found or found[-1].agency.code != agency.code:
            found.append(Answering(agency, day))
    return tuple(found)


def _turning_days(code: str, directory: Directory) -> Iterator[date]:
    """Yield the first days, and those after the last ones, of all that ever stand for an agency."""
    for agency in directory.line(code, date.max):
        yield from (day for day in (agency.valid_from, agency.succeeded_on) if day is not None)
