"""Which notices are due: pure decisions, keyed so that deciding twice decides nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from typing import Final

from lsplan_workflow.domain.agencies import Contact, Directory, Role
from lsplan_workflow.domain.calendar import WorkingCalendar
from lsplan_workflow.domain.cycles import Cycle, CycleState
from lsplan_workflow.domain.notice_kinds import WAITING, NoticeKind, NoticeStatus
from lsplan_workflow.domain.obligations import Obligation, Outstanding, Status
from lsplan_workflow.domain.program import OPENING, Audience, Side
from lsplan_workflow.domain.schedules import REVISION, Standing, digest_standings, standings


@dataclass(frozen=True, slots=True)
class Notice:
    """A message to one recipient that the engine decided on.

    `agency` is the obligation's, or for a digest its recipient's. `contact` is the
    recipient's contact id, `recipient` the address. `copy_of` is the key of the notice
    whose mail this recipient gets in copy. `due_on` is the D of the deadline it speaks of.
    What is about an obstacle (its number) or a failure has an empty `cycle`.
    """

    key: str
    kind: NoticeKind
    rung: str
    cycle: str
    agency: str
    contact: str
    recipient: str
    language: str
    send_at: datetime
    status: NoticeStatus = NoticeStatus.PENDING
    copy_of: str | None = None
    due_on: date | None = None
    obstacle: str | None = None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All that planning one cycle looks at. `decided` holds the notices there are, by key.

    `outstanding` is what the whole cycle waits for; `obligations` may be those alone that
    are due for action.
    """

    calendar: WorkingCalendar
    directory: Directory
    cycle: Cycle
    obligations: tuple[Obligation, ...]
    outstanding: Outstanding
    decided: Mapping[str, Notice]


def plan_notices(snapshot: Snapshot, *, now: datetime) -> list[Notice]:
    """Return the notices to add, and those already there that newer ones supersede.

    Nothing is planned before the cycle opens or after it closes. Of the rungs that stand,
    the newest of each audience is pending and the earlier ones are superseded.
    """
    if snapshot.cycle.state(now) is not CycleState.OPEN:
        return []
    planned = [
        notice
        for obligation in snapshot.obligations
        for notice in _plan_obligation(snapshot, obligation, now)
    ]
    gained, lost = _plan_handovers(snapshot, now)
    # Whoever takes a duty over hears of it first, whoever gave it up hears of it last.
    return [*gained, *planned, *_plan_digests(snapshot, now), *lost]


def next_standing(
    obligation: Obligation, cycle: Cycle, calendar: WorkingCalendar, now: datetime
) -> datetime | None:
    """Return when the obligation's next rung stands, or None if nothing more is chased."""
    if obligation.status is Status.TRANSFERRED:
        return None
    stood = standings(obligation, cycle, calendar)
    return next((standing.at for standing in stood if standing.at > now), None)


def _plan_obligation(snapshot: Snapshot, obligation: Obligation, now: datetime) -> list[Notice]:
    """Return an obligation's notices: to whoever stands for its agency, the newest pending.

    To those before, and once it has passed on, they are all superseded.
    """
    stood = standings(obligation, snapshot.cycle, snapshot.calendar)
    planned = list[Notice]()
    for holder, until in _holders(snapshot, obligation, now):
        due = [s for s in stood if s.at <= now and (until is None or s.at < until)]
        current = newest(due) if until is None else frozenset()
        matter = _Matter(snapshot, obligation.agency, holder, now)
        for standing in due:
            planned += _addressed(matter, standing, current=standing in current)
    return changes(planned, snapshot.decided)


def _holders(
    snapshot: Snapshot, obligation: Obligation, now: datetime
) -> list[tuple[str, datetime | None]]:
    """Return who is written to about an obligation, each with the instant until which.

    What stays under the name of an agency that ends passes to whoever stands for it.
    """
    if obligation.status is Status.TRANSFERRED:
        return [(obligation.agency, obligation.ended_at)]
    line = snapshot.directory.line(obligation.agency, snapshot.calendar.local_day(now))
    midnight = snapshot.calendar.midnight
    passed = [(a.code, midnight(day)) for a in line if (day := a.succeeded_on) and a != line[-1]]
    return [*passed, (line[-1].code, None)]


@dataclass(frozen=True, slots=True)
class _Matter:
    """What notices are about: an agency's obligation, and whose contacts hear of it now."""

    snapshot: Snapshot
    agency: str
    holder: str
    now: datetime

    def key(self, mark: str, contact: Contact) -> str:
        """Return a notice's key; in it, contacts of another agency are named with that."""
        slug = contact.slug
        named = slug if contact.agency == self.agency else f"{contact.agency}-{slug}"
        return f"{self.snapshot.cycle.code}/{self.agency}/{mark}/{named}"


def _present(snapshot: Snapshot, obligation: Obligation, now: datetime) -> _Matter:
    """Return the matter of an obligation with whoever holds it at present."""
    holder = _holders(snapshot, obligation, now)[-1][0]
    return _Matter(snapshot, obligation.agency, holder, now)


def plan_passed_reminders(before: Snapshot, after: Snapshot, *, now: datetime) -> list[Notice]:
    """Return, superseded, the reminders that another configuration sets for a time past.

    Whoever was reminded by the former one would otherwise be reminded at once again. A
    contact that only the new one knows has not been reminded of anything, nor has one for
    whom the newest rung of the former still waits.
    """
    return [
        notice
        for obligation in after.obligations
        for heard in (_reminded(obligation, before, now),)
        for standing in _new_reminders(obligation, before, after)
        if standing.at <= now
        for notice in _addressed(_present(after, obligation, now), standing, current=False)
        if notice.contact in heard and notice.key not in after.decided
    ]


def _reminded(obligation: Obligation, before: Snapshot, now: datetime) -> frozenset[str]:
    """Return the contacts for whom the newest rung that has stood waits no more, or all."""
    if obligation.agency not in before.directory:
        return frozenset()
    stood = [
        standing
        for standing in standings(obligation, before.cycle, before.calendar)
        if standing.at <= now and standing.audience is Audience.FOCAL
    ]
    if not stood:
        return frozenset(contact.id for contact in before.directory.contacts)
    addressed = _addressed(_present(before, obligation, now), stood[-1], current=True)
    decided = (before.decided.get(notice.key) for notice in addressed)
    return frozenset(n.contact for n in decided if n is not None and n.status not in WAITING)


def _new_reminders(obligation: Obligation, before: Snapshot, after: Snapshot) -> list[Standing]:
    if obligation.status is Status.TRANSFERRED:
        return []
    former = {s.mark for s in standings(obligation, before.cycle, before.calendar)}
    present = standings(obligation, after.cycle, after.calendar)
    return [s for s in present if s.mark not in former and _REMINDS.match(s.rung)]


_REMINDS: Final = re.compile(f"({REVISION})?{Side.BEFORE}-")

SUCCESSION: Final = NoticeKind.SUCCESSION.value


def kind_of(standing: Standing) -> NoticeKind:
    """Return what a rung sends; the same few address thousands of agencies."""
    return _kind_of(standing.rung, standing.audience)


@lru_cache(maxsize=256)
def _kind_of(rung: str, audience: Audience) -> NoticeKind:
    if rung.startswith(REVISION):
        return NoticeKind.REVISION
    if rung in {OPENING, SUCCESSION}:
        return NoticeKind(rung)
    if rung.startswith(Side.BEFORE):
        return NoticeKind.REMINDER
    if audience.is_digest:
        return NoticeKind.DIGEST
    return NoticeKind.OVERDUE if audience is Audience.FOCAL else NoticeKind.ESCALATION


def newest(due: Iterable[Standing]) -> frozenset[Standing]:
    """Return the newest rung of each audience; `due` is in the order of standing."""
    return frozenset({standing.audience: standing for standing in due}.values())


def _addressed(matter: _Matter, standing: Standing, *, current: bool) -> Iterator[Notice]:
    """Yield a rung's notices: one for each contact of its audience, then the copies."""
    directory = matter.snapshot.directory
    status = NoticeStatus.PENDING if current else NoticeStatus.SUPERSEDED
    recipients = recipients_of(directory, matter.holder, standing.audience.role)
    lead: str | None = None
    for contact in recipients:
        key = matter.key(standing.mark, contact)
        lead = lead or key
        yield _notice(matter, key, standing, contact, status)
    for contact in (c for r in standing.copy for c in directory.contacts_of(matter.holder, r)):
        if lead is not None and contact not in recipients:
            key = f"{matter.key(standing.mark, contact)}{_COPY}"
            yield _notice(matter, key, standing, contact, status, copy_of=lead)


_STAND_IN: Final = {Role.FOCAL: Role.HEAD, Role.HEAD: Role.FOCAL}


def recipients_of(directory: Directory, agency: str, role: Role) -> tuple[Contact, ...]:
    """Return the contacts of a role; where there are none, those who stand in for them."""
    found = directory.contacts_of(agency, role)
    return found or directory.contacts_of(agency, stands_in_for(role))


def stands_in_for(role: Role) -> Role:
    """Return the role of those who are written to where nobody has a role, or is reached."""
    return _STAND_IN.get(role, role)


def _notice(
    matter: _Matter,
    key: str,
    standing: Standing,
    contact: Contact,
    status: NoticeStatus = NoticeStatus.PENDING,
    copy_of: str | None = None,
) -> Notice:
    return Notice(
        key=key,
        kind=kind_of(standing),
        rung=standing.rung,
        cycle=matter.snapshot.cycle.code,
        agency=matter.agency,
        contact=contact.id,
        recipient=contact.address,
        language=contact.language,
        send_at=matter.snapshot.calendar.next_working_time(matter.now),
        status=status,
        copy_of=copy_of,
        due_on=standing.due_on,
    )


def changes(planned: Iterable[Notice], decided: Mapping[str, Notice]) -> list[Notice]:
    """Return what is new, and what waits although something newer supersedes it."""
    changed = []
    for notice in planned:
        present = decided.get(notice.key)
        if present is None:
            heard = _has_heard(notice, decided)
            changed.append(replace(notice, status=NoticeStatus.SUPERSEDED) if heard else notice)
        elif present.status in WAITING and notice.status is NoticeStatus.SUPERSEDED:
            changed.append(replace(present, status=NoticeStatus.SUPERSEDED))
    return changed


_COPY: Final = "-copy"
_HEARS: Final = WAITING | {NoticeStatus.SENT}


def _has_heard(notice: Notice, decided: Mapping[str, Notice]) -> bool:
    """Tell whether its recipient hears the same in copy already, or heard it himself.

    Where a head leaves, or a new one comes, whoever stands in for him was told of the rung.
    """
    key = notice.key.removesuffix(_COPY)
    other = decided.get(f"{key}{_COPY}" if key == notice.key else key)
    return other is not None and other.status in _HEARS


def _plan_digests(snapshot: Snapshot, now: datetime) -> list[Notice]:
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
        matter = _Matter(snapshot, present, present, now)
        yield _notice(matter, key, standing, contact, status)


def _plan_handovers(snapshot: Snapshot, now: datetime) -> tuple[list[Notice], list[Notice]]:
    """Return what tells successors of the duties they took over, and the others of theirs."""
    gained, lost = list[Notice](), list[Notice]()
    for obligation in snapshot.obligations:
        own = snapshot.directory[obligation.agency]
        if obligation.status is Status.TRANSFERRED and own.succeeded_on is not None:
            lost += _handover(snapshot, obligation, own.code, own.succeeded_on, now)
            continue
        for day in _taken_over_on(snapshot.directory, obligation):
            gained += _handover(snapshot, obligation, own.code, day, now)
        left = _left_behind(snapshot, obligation, now)
        # Whoever holds it now took it from the last of them.
        for _, taker, day in left[-1:]:
            gained += _handover(snapshot, obligation, taker, day, now)
        for giver, _, day in left:
            lost += _handover(snapshot, obligation, giver, day, now)
    done = _told_of_for_good(snapshot)
    gained, lost = ([n for n in told if _about(n) not in done] for told in (gained, lost))
    return changes(gained, snapshot.decided), changes(lost, snapshot.decided)


def _told_of_for_good(snapshot: Snapshot) -> frozenset[str]:
    """Return what notices of successions begin with that later contacts are not told of.

    Where nothing is asked for any more, whoever becomes a contact afterwards need not hear who
    took over, and no pass looks at it.
    """
    waits = {o.agency for o in snapshot.obligations if _is_awaited(o)}
    decided = (n for n in snapshot.decided.values() if n.kind is NoticeKind.SUCCESSION)
    return frozenset(_about(n) for n in decided if n.key.split("/")[1] not in waits)


def _is_awaited(obligation: Obligation) -> bool:
    return obligation.status is not Status.TRANSFERRED and obligation.awaited_at is not None


def _about(notice: Notice) -> str:
    """Return a notice's key without its recipient."""
    return notice.key.rpartition("/")[0]


def _taken_over_on(directory: Directory, obligation: Obligation) -> list[date]:
    """Return the days on which it took over the duties of those whose successor it is."""
    ended = (directory[code] for code in obligation.covers)
    days = {a.succeeded_on for a in ended if obligation.agency in a.successors}
    return sorted(day for day in days if day is not None)


def _left_behind(
    snapshot: Snapshot, obligation: Obligation, now: datetime
) -> list[tuple[str, str, date]]:
    """Return from whom what is awaited passed to whoever holds it now, and on which days.

    Not of an end before it was awaited: the successor was asked for it itself.
    """
    if obligation.awaited_at is None:
        return []
    holders, since = _holders(snapshot, obligation, now), obligation.chased_since
    return [
        (giver, holders[-1][0], snapshot.calendar.local_day(until))
        for giver, until in holders[:-1]
        if until is not None and (since is None or since < until)
    ]


def _handover(
    snapshot: Snapshot, obligation: Obligation, told: str, day: date, now: datetime
) -> Iterator[Notice]:
    """Yield a notice of a succession on a day for each focal person of an agency."""
    standing = Standing(
        at=now,
        rung=SUCCESSION,
        audience=Audience.FOCAL,
        due_on=snapshot.calendar.local_day(obligation.due_at),
        announced=True,
    )
    matter = _Matter(snapshot, obligation.agency, told, now)
    for contact in recipients_of(snapshot.directory, told, Role.FOCAL):
        yield _notice(matter, matter.key(f"{SUCCESSION}-{day}", contact), standing, contact)
