"""Which notices are due: pure decisions, keyed so that deciding twice decides nothing."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Final

from lsplan_workflow.domain.cycles import CycleState
from lsplan_workflow.domain.digests import plan_digests
from lsplan_workflow.domain.handovers import plan_handovers
from lsplan_workflow.domain.notice_kinds import UNCLAIMED, WITHDRAWN, NoticeKind, NoticeStatus
from lsplan_workflow.domain.notices import COPY, Notice, changes, newest, recipients_of
from lsplan_workflow.domain.obligations import Obligation, Status
from lsplan_workflow.domain.program import Audience, Rung, Side
from lsplan_workflow.domain.schedules import REVISION, Schedule, Standing
from lsplan_workflow.domain.snapshots import Matter, Snapshot, holders


def plan_notices(snapshot: Snapshot, *, now: datetime) -> list[Notice]:
    """Return the notices to add, and those already there that newer ones supersede.

    Nothing is planned before the cycle opens or after it closes. Of the rungs that stand,
    the newest of each audience is pending and the earlier ones are superseded.
    """
    if snapshot.cycle.state(now) is not CycleState.OPEN:
        return []
    schedule = Schedule(snapshot.cycle, snapshot.calendar)
    planned = [
        notice
        for obligation in snapshot.obligations
        for notice in _plan_obligation(snapshot, schedule, obligation, now)
    ]
    gained, lost = plan_handovers(snapshot, now)
    # Whoever takes a duty over hears of it first, whoever gave it up hears of it last.
    return [*gained, *planned, *plan_digests(snapshot, now), *lost]


def _plan_obligation(
    snapshot: Snapshot, schedule: Schedule, obligation: Obligation, now: datetime
) -> list[Notice]:
    """Return an obligation's notices: to whoever stands for its agency, the newest pending.

    To those before, and once it has passed on, they are all superseded. What a crash may have
    left behind while it was sent is not, where the newest one was put down because it would
    reach its reader.
    """
    stood, decided = schedule.stood(obligation, now), snapshot.decided
    planned = list[Notice]()
    for holder, until in holders(snapshot, obligation, now):
        due = [s for s in stood if until is None or s.at < until]
        current = newest(due) if until is None else frozenset()
        matter = Matter(snapshot, obligation.agency, holder, now)
        found = [
            (standing.audience, notice)
            for standing in due
            for notice in _addressed(matter, standing, current=standing in current)
        ]
        planned += [n for to, n in found if not _is_left_behind(n, to, found, decided)]
    return changes(planned, decided)


def _is_left_behind(
    notice: Notice,
    audience: Audience,
    found: Iterable[tuple[Audience, Notice]],
    decided: Mapping[str, Notice],
) -> bool:
    """Tell whether a notice is being sent, and the newest to its contact, of all found, is not."""
    if not _has_become(notice, decided, {NoticeStatus.SENDING}):
        return False
    newer = (n for to, n in found if to is audience and n.status is NoticeStatus.PENDING)
    return any(n.contact == notice.contact and _has_become(n, decided, WITHDRAWN) for n in newer)


def _has_become(
    notice: Notice, decided: Mapping[str, Notice], statuses: Collection[NoticeStatus]
) -> bool:
    present = decided.get(notice.key)
    return present is not None and present.status in statuses


def _addressed(matter: Matter, standing: Standing, *, current: bool) -> Iterator[Notice]:
    """Yield a rung's notices: one for each contact of its audience, then the copies."""
    directory = matter.snapshot.directory
    status = NoticeStatus.PENDING if current else NoticeStatus.SUPERSEDED
    recipients = recipients_of(directory, matter.holder, standing.audience.role)
    lead: str | None = None
    for contact in recipients:
        key = matter.key(standing.mark, contact)
        lead = lead or key
        yield matter.notice(key, standing, contact, status)
    for contact in (c for r in standing.copy for c in directory.contacts_of(matter.holder, r)):
        if lead is not None and contact not in recipients:
            key = f"{matter.key(standing.mark, contact)}{COPY}"
            yield matter.notice(key, standing, contact, status, copy_of=lead)


def _present(snapshot: Snapshot, obligation: Obligation, now: datetime) -> Matter:
    """Return the matter of an obligation with whoever holds it at present."""
    holder = holders(snapshot, obligation, now)[-1][0]
    return Matter(snapshot, obligation.agency, holder, now)


def plan_passed_reminders(before: Snapshot, after: Snapshot, *, now: datetime) -> list[Notice]:
    """Return, superseded, the reminders that another configuration sets for a time past.

    Whoever was reminded by the former one would otherwise be reminded at once again. A
    contact that only the new one knows has not been reminded of anything, nor has one for
    whom the newest rung of the former still waits, or who is told nothing of the deadline.
    """
    former, present = (Schedule(at.cycle, at.calendar) for at in (before, after))
    told = _told_of_deadlines(before)
    return [
        notice
        for obligation in after.obligations
        for heard in (_reminded(obligation, before, former, now, told),)
        for standing in _new_reminders(obligation, former, present)
        if standing.at <= now
        for notice in _addressed(_present(after, obligation, now), standing, current=False)
        if notice.contact in heard and notice.key not in after.decided
    ]


def plan_passed_steps(snapshot: Snapshot, *, now: datetime) -> list[Notice]:
    """Return, superseded, the steps of a ladder begun anew that stood before what was heard last.

    Whoever was told by a later step of the former one would otherwise be told again at once. Who
    stands in for another hears what that one was to hear, whatever he heard for himself.
    """
    schedule, heard = Schedule(snapshot.cycle, snapshot.calendar), _last_heard(snapshot)
    return [
        notice
        for obligation in snapshot.obligations
        if obligation.status is not Status.TRANSFERRED
        for standing in schedule.stood(obligation, now)
        for notice in _addressed(_present(snapshot, obligation, now), standing, current=False)
        if notice.key not in snapshot.decided
        and (last := heard.get(_of_reader(notice))) is not None
        and standing.at <= last
    ]


def _last_heard(snapshot: Snapshot) -> dict[_Reader, datetime]:
    """Return when the last step stood that each reader was told of a deadline by."""
    found = dict[_Reader, datetime]()
    for notice in snapshot.decided.values():
        step = notice.rung.removeprefix(REVISION)
        if notice.due_on is None or notice.status not in _TOLD or not step.startswith(Side.OVERDUE):
            continue
        day = Rung.parse(step).day(notice.due_on, snapshot.calendar)
        at, reader = snapshot.calendar.start_of_work(day), _of_reader(notice)
        found[reader] = max(at, found.get(reader, at))
    return found


_Reader = tuple[str, date | None, str, NoticeKind]
_TOLD: Final = frozenset({NoticeStatus.SENDING, NoticeStatus.SENT})


def _of_reader(notice: Notice) -> _Reader:
    return notice.agency, notice.due_on, notice.contact, notice.kind


def _told_of_deadlines(snapshot: Snapshot) -> Mapping[tuple[str, date | None], frozenset[str]]:
    """Return which contacts anything tells or will tell, by agency and by D of the deadline."""
    told = defaultdict[tuple[str, date | None], set[str]](set)
    for notice in snapshot.decided.values():
        if notice.status not in WITHDRAWN:
            told[notice.agency, notice.due_on].add(notice.contact)
    return {matter: frozenset(contacts) for matter, contacts in told.items()}


def _reminded(
    obligation: Obligation,
    before: Snapshot,
    former: Schedule,
    now: datetime,
    told: Mapping[tuple[str, date | None], frozenset[str]],
) -> frozenset[str]:
    """Return the contacts for whom the newest rung that has stood waits no more.

    What is being sent at this moment is not withdrawn, and reaches them. Where the deadline
    was moved and none has stood since, it is whoever is told of the move.
    """
    if obligation.agency not in before.directory:
        return frozenset()
    stood = [s for s in former.stood(obligation, now) if s.audience is Audience.FOCAL]
    if not stood:
        due_on = obligation.awaited_at and before.calendar.local_day(obligation.awaited_at)
        return told.get((obligation.agency, due_on), frozenset())
    addressed = _addressed(_present(before, obligation, now), stood[-1], current=True)
    decided = (before.decided.get(notice.key) for notice in addressed)
    return frozenset(n.contact for n in decided if n is not None and n.status not in UNCLAIMED)


_REMINDS: Final = re.compile(f"({REVISION})?{Side.BEFORE}-")


def _new_reminders(obligation: Obligation, former: Schedule, present: Schedule) -> list[Standing]:
    if obligation.status is Status.TRANSFERRED:
        return []
    known = {s.mark for s in former.standings(obligation)}
    coming = present.standings(obligation)
    return [s for s in coming if s.mark not in known and _REMINDS.match(s.rung)]
