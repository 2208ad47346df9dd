"""Digests: what leaders are told of a cycle as it stands."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lsplan_workflow.domain.agencies import Role
from lsplan_workflow.domain.notice_kinds import NoticeStatus
from lsplan_workflow.domain.notices import Notice, changes
from lsplan_workflow.domain.program import Audience
from lsplan_workflow.domain.schedules import Standing, digest_standings
from lsplan_workflow.domain.snapshots import Matter, Snapshot


def plan_digests(snapshot: Snapshot, now: datetime) -> list[Notice]:
    """Return the digests that are due."""
    due = [pair for pair in _digests(snapshot) if pair[0].at <= now]
    newest = frozenset({agency: standing for standing, agency in due}.items())
    planned = [
        notice
        for standing, agency in due
        for notice in _digest(snapshot, agency, standing, now, current=(agency, standing) in newest)
    ]
    return changes(planned, snapshot.decided)


def _digests(snapshot: Snapshot) -> Iterator[tuple[Standing, str]]:
    """Yield the rungs with whose leaders they address; none for which there is nothing to say.

    A rung speaks of the reports that its own deadline or an earlier one awaited, and of the
    revisions that were overdue when it stood: what was given longer has rungs of its own.
    """
    calendar, outstanding = snapshot.calendar, snapshot.outstanding
    for standing in digest_standings(snapshot.cycle, outstanding.missing, calendar):
        missing = outstanding.missing_by(calendar.midnight(standing.due_on))
        if missing or outstanding.unrevised_by(standing.at):
            for agency in _digest_agencies(snapshot, standing):
                yield standing, agency


def _digest_agencies(snapshot: Snapshot, standing: Standing) -> tuple[str, ...]:
    """Return whose leaders a digest addresses on the day of its rung.

    The day of the rung, not of the pass, so that a late pass decides the same keys.
    """
    program = snapshot.cycle.program
    if standing.audience is Audience.LEADERSHIP:
        return program.leadership
    day = snapshot.calendar.local_day(standing.at)
    return (snapshot.directory.follow(program.focal_point, day).code,)


def _digest(
    snapshot: Snapshot, agency: str, standing: Standing, now: datetime, *, current: bool
) -> Iterator[Notice]:
    """Yield a digest for each leader of the agency, or of whoever stands for it today."""
    present = snapshot.directory.follow(agency, snapshot.calendar.local_day(now)).code
    status = NoticeStatus.PENDING if current else NoticeStatus.SUPERSEDED
    for contact in snapshot.directory.contacts_of(present, Role.LEADER):
        key = f"{snapshot.cycle.code}/{agency}/{standing.mark}/{contact.slug}"
        matter = Matter(snapshot, present, present, now)
        yield matter.notice(key, standing, contact, status)
