"""Handovers: who is told that a duty passed from one agency to another."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import date, datetime

from lsplan_workflow.domain.agencies import Directory, Role, agency_of
from lsplan_workflow.domain.notice_kinds import WAITING, NoticeKind
from lsplan_workflow.domain.notices import SUCCESSION, Notice, changes, recipients_of
from lsplan_workflow.domain.obligations import Obligation, Status, holding
from lsplan_workflow.domain.program import Audience
from lsplan_workflow.domain.schedules import Standing
from lsplan_workflow.domain.snapshots import Matter, Snapshot, holders


def plan_handovers(snapshot: Snapshot, now: datetime) -> tuple[list[Notice], list[Notice]]:
    """Return what tells successors of the duties they took over, and the others of theirs."""
    gained, lost = list[Notice](), list[Notice]()
    kept = _told_as_kept(snapshot)
    for obligation in snapshot.obligations:
        own = snapshot.directory[obligation.agency]
        if obligation.status is Status.TRANSFERRED and own.succeeded_on is not None:
            lost += _handover(snapshot, obligation, own.code, own.succeeded_on, now)
            lost += _relieved(snapshot, obligation, own.succeeded_on, now, kept)
            continue
        for day in _taken_over_on(snapshot.directory, obligation):
            gained += _handover(snapshot, obligation, own.code, day, now)
            gained += _afterwards(snapshot, obligation, day, now, kept)
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
    held, since = holders(snapshot, obligation, now), obligation.chased_since
    return [
        (giver, held[-1][0], snapshot.calendar.local_day(until))
        for giver, until in held[:-1]
        if until is not None and (since is None or since < until)
    ]


def _told_as_kept(snapshot: Snapshot) -> frozenset[str]:
    """Return what notices of successions begin with that told who files under an old name."""
    decided = (n for n in snapshot.decided.values() if n.kind is NoticeKind.SUCCESSION)
    return frozenset(_about(n) for n in decided if agency_of(n.contact) != n.agency)


def _relieved(
    snapshot: Snapshot, obligation: Obligation, day: date, now: datetime, kept: Collection[str]
) -> Iterator[Notice]:
    """Yield what tells whoever was to file what was kept that it passed to others after all."""
    about = f"{snapshot.cycle.code}/{obligation.agency}/{SUCCESSION}-{day}"
    held = holding(obligation.agency, snapshot.obligations, now) if about in kept else []
    if not held:
        return
    decided = (n for n in snapshot.decided.values() if _about(n) == about)
    told = {agency_of(n.contact) for n in decided if n.status not in WAITING}
    for former in sorted(told - {obligation.agency, *held}):
        for notice in _handover(snapshot, obligation, former, day, now):
            yield replace(notice, key=_once_more(notice.key, held[0]))


def _afterwards(
    snapshot: Snapshot, obligation: Obligation, day: date, now: datetime, kept: Collection[str]
) -> Iterator[Notice]:
    """Yield what tells a successor of what passed to it on a day of which it had heard already.

    So it is where another decision takes effect on that day, or where what was filed turns out to
    count for nothing.
    """
    for giver in obligation.covers:
        agency = snapshot.directory[giver]
        if agency.succeeded_on != day or obligation.agency not in agency.successors:
            continue
        for notice in _handover(snapshot, obligation, obligation.agency, day, now):
            known = snapshot.decided.get(notice.key)
            waits = known is None or known.status in WAITING
            if not waits and _is_news(snapshot, giver, day, notice.key, kept):
                yield replace(notice, key=_once_more(notice.key, giver))


def _is_news(snapshot: Snapshot, giver: str, day: date, known: str, kept: Collection[str]) -> bool:
    """Tell whether a successor's letter did not speak of what an agency that ended owed.

    It spoke of it if those of that agency were told to whom it passed, but not where that was
    told of what was kept under its name: then the successor's letter is of before.
    """
    about = f"{snapshot.cycle.code}/{giver}/{SUCCESSION}-{day}"
    persons = recipients_of(snapshot.directory, giver, Role.FOCAL)
    keys = {f"{about}/{contact.slug}" for contact in persons}
    if snapshot.decided.keys().isdisjoint(keys):
        return bool(keys)
    first = next(key for key in snapshot.decided if key == known or key in keys)
    return about in kept and first == known


def _once_more(key: str, other: str) -> str:
    """Return the key of what is told of a succession once more, on account of another agency."""
    about, _, recipient = key.rpartition("/")
    return f"{about}.{other}/{recipient}"


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
    matter = Matter(snapshot, obligation.agency, told, now)
    for contact in recipients_of(snapshot.directory, told, Role.FOCAL):
        yield matter.notice(matter.key(f"{SUCCESSION}-{day}", contact), standing, contact)
