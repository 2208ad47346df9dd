"""Which notices chase an obstacle's answer: decided purely, like those of the cycles."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from lsplan_workflow.domain.answering import answering_in_turn, answering_on
from lsplan_workflow.domain.notice_kinds import WAITING, NoticeKind, NoticeStatus
from lsplan_workflow.domain.notices import COPY, Notice, changes, newest, recipients_of
from lsplan_workflow.domain.program import Audience, Step
from lsplan_workflow.domain.schedules import Standing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date, datetime

    from lsplan_workflow.domain.agencies import Contact, Directory
    from lsplan_workflow.domain.answering import Answering
    from lsplan_workflow.domain.calendar import WorkingCalendar
    from lsplan_workflow.domain.obstacles import Obstacle, ObstacleRules
    from lsplan_workflow.domain.program import Program

_SUCCESSION: Final = "succession-"
RELIEVED: Final = "relieved-"
"""What the rung begins with by which an agency hears that another one answers instead of it."""
CHASING: Final = frozenset({NoticeKind.OBSTACLE_ASSIGNED, NoticeKind.OBSTACLE_REMINDER})
"""The kinds by which an agency hears that it has to answer, or that it has not to any more."""


@dataclass(frozen=True, slots=True)
class Chase:
    """All that planning one obstacle looks at. `decided` holds its notices by key."""

    obstacle: Obstacle
    program: Program
    rules: ObstacleRules
    calendar: WorkingCalendar
    directory: Directory
    decided: Mapping[str, Notice]

    def answering(self) -> tuple[Answering, ...]:
        """Return who has to answer since it was asked for, in order, in time to come too."""
        return answering_in_turn(
            self.obstacle,
            focal_point=self.program.focal_point,
            directory=self.directory,
            since=self.calendar.local_day(self.obstacle.chased_since),
        )

    def answerer(self, day: date) -> str:
        """Return the code of the agency that has to answer on a local day."""
        point, directory = self.program.focal_point, self.directory
        return answering_on(self.obstacle, focal_point=point, directory=directory, day=day).code


def plan_obstacle(chase: Chase, *, now: datetime) -> list[Notice]:
    """Return the notices to add, and those already there that newer ones supersede.

    Of the rungs that stand, the newest of each audience is pending, the earlier ones are
    superseded; once it is answered nothing is planned.
    """
    due = [standing for standing in obstacle_standings(chase) if standing.at <= now]
    current = newest(due)
    planned = [
        notice
        for standing in due
        for notice in _addressed(chase, standing, now, current=standing in current)
    ]
    return changes(planned, chase.decided)


def next_obstacle_standing(chase: Chase, now: datetime) -> datetime | None:
    """Return when the obstacle's next rung stands, or None if nothing more is chased."""
    coming = (standing.at for standing in obstacle_standings(chase) if standing.at > now)
    return min(coming, default=None)


def foresee_obstacle(chase: Chase, *, now: datetime, until: datetime | None = None) -> list[Notice]:
    """Return the notices that will leave from now on, up to `until` if it is given."""
    leave_at = chase.calendar.next_working_time(now)
    waiting = [n for n in chase.decided.values() if n.status in WAITING]
    coming = {n.key: replace(n, send_at=max(n.send_at, leave_at)) for n in waiting}
    later = {s.at for s in obstacle_standings(chase) if s.at > now}
    for instant in [now, *sorted(later)]:
        planned = plan_obstacle(chase, now=instant)
        for notice in planned:
            known = coming.get(notice.key)
            if notice.status is NoticeStatus.PENDING:
                coming[notice.key] = notice
            elif known is not None and known.send_at >= instant:
                del coming[notice.key]
        chase = replace(chase, decided={**chase.decided, **{n.key: n for n in planned}})
    return [n for n in coming.values() if until is None or n.send_at <= until]


def believes_to_answer(agency: str, decided: Iterable[Notice]) -> bool:
    """Tell whether what an agency heard last, of notices in the order of deciding, asks it."""
    left = {NoticeStatus.SENDING, NoticeStatus.SENT}
    heard = [n for n in decided if n.agency == agency and n.kind in CHASING and n.status in left]
    return bool(heard) and not heard[-1].rung.startswith(RELIEVED)


def obstacle_standings(chase: Chase) -> list[Standing]:
    """Return the rungs that chase the answer at present, in the order of standing.

    They belong to the present assignment only. That somebody else has to answer since an
    agency ended is a rung as well: the successor, or else the focal point, has to be told.
    """
    obstacle = chase.obstacle
    if not obstacle.is_awaited:
        return []
    found = [*_rungs(chase), *_handovers(chase)]
    chased = (standing for standing in found if standing.at > obstacle.chased_since)
    return sorted(chased, key=lambda standing: standing.at)


def _rungs(chase: Chase) -> Iterator[Standing]:
    calendar, rules = chase.calendar, chase.rules
    reminders = (Step(rung, Audience.FOCAL) for rung in rules.reminders)
    due_on, announced = _deadline(chase)
    for step in (*reminders, *rules.ladder):
        at = calendar.start_of_work(step.rung.day(due_on, calendar))
        yield Standing(at, str(step.rung), step.to, due_on, announced, step.copy)


def _handovers(chase: Chase) -> Iterator[Standing]:
    due_on, announced = _deadline(chase)
    for taking_over in chase.answering()[1:]:
        at = chase.calendar.midnight(taking_over.since)
        yield Standing(at, f"{_SUCCESSION}{taking_over.since}", Audience.FOCAL, due_on, announced)


def _deadline(chase: Chase) -> tuple[date, bool]:
    """Return D of the answer, and whether it is the one that the obstacle began with."""
    obstacle = chase.obstacle
    due_on = chase.calendar.local_day(obstacle.answer_by_at)
    return due_on, due_on == chase.calendar.local_day(obstacle.announced_by_at)


def _addressed(
    chase: Chase, standing: Standing, now: datetime, *, current: bool
) -> Iterator[Notice]:
    """Yield a rung's notices: one for each contact of its audience, then the copies.

    A key names whoever has to answer: a successor hears of the newest rung itself, and what
    waits for those before it is superseded, so that a late pass decides the same keys.
    """
    for heard in _audience(chase, standing, now):
        holds = current and heard.at_present
        status = NoticeStatus.PENDING if holds else NoticeStatus.SUPERSEDED
        base = f"obstacle/{chase.obstacle.number}/{heard.named}/{standing.mark}"
        recipients = recipients_of(chase.directory, heard.agency, standing.audience.role)
        for contact in recipients:
            notice = _notice(chase, f"{base}/{contact.slug}", standing, contact, now)
            yield replace(notice, status=status)
        if recipients:
            lead = f"{base}/{recipients[0].slug}"
            for contact in _copied(chase, standing, heard, now):
                if contact not in recipients:
                    key = f"{base}/{_slug(chase, standing, heard, contact)}{COPY}"
                    notice = _notice(chase, key, standing, contact, now)
                    yield replace(notice, status=status, copy_of=lead)


@dataclass(frozen=True, slots=True)
class _Heard:
    """An agency whose contacts a rung addresses, at present or formerly, and its name in keys."""

    named: str
    agency: str
    at_present: bool = True


def _audience(chase: Chase, standing: Standing, now: datetime) -> Iterator[_Heard]:
    """Yield whom a rung addresses: leaders alone, else whoever has to answer, the last at present.

    Leaders are named as on the rung's own day, whoever stands for them today.
    """
    today, midnight = chase.calendar.local_day(now), chase.calendar.midnight
    if standing.audience.is_digest:
        for code in _led(chase, chase.calendar.local_day(standing.at), standing.audience):
            yield _Heard(code, chase.directory.follow(code, today).code)
        return
    *former, present = (turn for turn in chase.answering() if turn.since <= today)
    code = present.agency.code
    for turn, following in pairwise((*former, present)):
        asked = turn.agency.code
        if asked != code and standing.at < midnight(following.since):
            yield _Heard(asked, asked, at_present=False)
    yield _Heard(code, code)


def _led(chase: Chase, day: date, audience: Audience) -> tuple[str, ...]:
    """Return the agencies whose leaders hear of the obstacle."""
    if audience is Audience.LEADERSHIP:
        return chase.program.leadership
    return (chase.directory.follow(chase.program.focal_point, day).code,)


def _copied(chase: Chase, standing: Standing, heard: _Heard, now: datetime) -> Iterator[Contact]:
    """Yield who is in copy: of the agency that has to answer."""
    present = chase.answerer(chase.calendar.local_day(now))
    agency = present if standing.audience.is_digest else heard.agency
    for role in standing.copy:
        yield from chase.directory.contacts_of(agency, role)


def _slug(chase: Chase, standing: Standing, heard: _Heard, contact: Contact) -> str:
    """Return a copy's part of a key, which tells who answers apart from who did on the day."""
    addressed = chase.answerer(chase.calendar.local_day(standing.at))
    own = contact.agency in {heard.agency, addressed}
    return contact.slug if own else f"{contact.agency}-{contact.slug}"


def _notice(chase: Chase, key: str, standing: Standing, contact: Contact, now: datetime) -> Notice:
    taken_over = standing.rung.startswith(_SUCCESSION)
    return Notice(
        key=key,
        kind=NoticeKind.OBSTACLE_ASSIGNED if taken_over else NoticeKind.OBSTACLE_REMINDER,
        rung=standing.rung,
        cycle="",
        agency=contact.agency,
        contact=contact.id,
        recipient=contact.address,
        language=contact.language,
        send_at=chase.calendar.next_working_time(now),
        due_on=standing.due_on,
        obstacle=chase.obstacle.number,
    )
