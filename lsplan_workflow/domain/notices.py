"""Which notices are due: pure decisions, keyed so that deciding twice decides nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from lsplan_workflow.domain.agencies import Contact, Directory, Role
from lsplan_workflow.domain.calendar import WorkingCalendar
from lsplan_workflow.domain.cycles import (
    Cycle,
    CycleState,
    opening_stands_at,
    rung_stands_at,
    standings,
)
from lsplan_workflow.domain.obligations import Obligation, Status
from lsplan_workflow.domain.program import OPENING, Audience, Program, Step


class NoticeKind(StrEnum):
    """What a notice is about."""

    OPENING = "opening"
    REMINDER = "reminder"
    OVERDUE = "overdue"
    ESCALATION = "escalation"
    RECEIPT = "receipt"
    RETURNED = "returned"
    FAILURE = "failure"

    @property
    def is_reply(self) -> bool:
        """Tell whether it answers a person's own act and so leaves at any hour."""
        return self is NoticeKind.RECEIPT

    @property
    def chases(self) -> bool:
        """Tell whether it asks for a report, and so is void once that has arrived."""
        return self in _CHASING


_CHASING: Final = frozenset(
    {NoticeKind.OPENING, NoticeKind.REMINDER, NoticeKind.OVERDUE, NoticeKind.ESCALATION}
)


class NoticeStatus(StrEnum):
    """pending → sending (lease) → sent; retry after a temporary failure, failed for good."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    RETRY = "retry"
    FAILED = "failed"
    SUPERSEDED = "superseded"
    CANCELLED = "cancelled"


WAITING: Final = frozenset({NoticeStatus.PENDING, NoticeStatus.SENDING, NoticeStatus.RETRY})
"""What has not left; what is being sent may have been left behind by a crash."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A message to one recipient that the engine decided on.

    `agency` is the obligation's, or for a digest its recipient's. `contact` is the
    recipient's contact id, `recipient` the address. `copy_of` is the key of the notice
    whose mail this recipient gets in copy.
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


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All that planning one cycle looks at. `decided` holds the notices there are, by key.

    `missing` is how many obligations of the whole cycle are still chased, of which
    `obligations` may be those alone that are due for action.
    """

    program: Program
    calendar: WorkingCalendar
    directory: Directory
    cycle: Cycle
    obligations: tuple[Obligation, ...]
    missing: int
    decided: Mapping[str, Notice]


@dataclass(frozen=True, slots=True)
class _Due:
    """A rung that stands at or before now, with whom it addresses."""

    stands_at: datetime
    rung: str
    kind: NoticeKind
    audience: Audience
    copy: tuple[Role, ...] = ()


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
    return [*planned, *_plan_digests(snapshot, now)]


def next_standing(
    obligation: Obligation, cycle: Cycle, calendar: WorkingCalendar, now: datetime
) -> datetime | None:
    """Return when the obligation's next rung stands, or None if nothing more is chased."""
    if not obligation.is_chased:
        return None
    coming = (s.at for s in standings(cycle, obligation.due_at, calendar) if s.at > now)
    return min(coming, default=None)


def _plan_obligation(snapshot: Snapshot, obligation: Obligation, now: datetime) -> list[Notice]:
    passed_on = obligation.status is Status.TRANSFERRED
    if not (obligation.is_chased or passed_on):
        return []
    until = obligation.ended_at if passed_on else None
    due = [d for d in _due_rungs(snapshot, obligation, now) if until is None or d.stands_at < until]
    newest = frozenset() if passed_on else _newest(due)
    planned = [
        notice
        for rung in due
        for notice in _addressed(snapshot, obligation.agency, rung, now, current=rung in newest)
    ]
    return _changes(planned, snapshot.decided)


def _due_rungs(snapshot: Snapshot, obligation: Obligation, now: datetime) -> list[_Due]:
    rungs = _agency_rungs(snapshot, obligation)
    return sorted((r for r in rungs if r.stands_at <= now), key=lambda r: r.stands_at)


def _agency_rungs(snapshot: Snapshot, obligation: Obligation) -> Iterator[_Due]:
    cycle, calendar, due_at = snapshot.cycle, snapshot.calendar, obligation.due_at
    opening = opening_stands_at(cycle, calendar)
    if opening < cycle.due_at:
        yield _Due(opening, OPENING, NoticeKind.OPENING, Audience.FOCAL)
    for rung in cycle.regime.reminders:
        if (at := rung_stands_at(cycle, rung, due_at, calendar)) is not None:
            yield _Due(at, str(rung), NoticeKind.REMINDER, Audience.FOCAL)
    for step in cycle.regime.ladder:
        at = rung_stands_at(cycle, step.rung, due_at, calendar)
        if at is not None and not step.to.is_digest:
            yield _Due(at, str(step.rung), ladder_kind(step), step.to, step.copy)


def ladder_kind(step: Step) -> NoticeKind:
    """Return what a step sends: an overdue notice to the focal person, else an escalation."""
    return NoticeKind.OVERDUE if step.to is Audience.FOCAL else NoticeKind.ESCALATION


def _newest(due: Iterable[_Due]) -> frozenset[_Due]:
    """Return the newest rung of each audience; `due` is in the order of standing."""
    return frozenset({rung.audience: rung for rung in due}.values())


def _addressed(
    snapshot: Snapshot, agency: str, rung: _Due, now: datetime, *, current: bool
) -> Iterator[Notice]:
    """Yield a rung's notices: one for each contact of its audience, then the copies."""
    directory = snapshot.directory
    status = NoticeStatus.PENDING if current else NoticeStatus.SUPERSEDED
    send_at = snapshot.calendar.next_working_time(now)
    base = f"{snapshot.cycle.code}/{agency}/{rung.rung}"
    recipients = _recipients(directory, agency, rung.audience.role)
    lead: str | None = None
    for contact in recipients:
        notice = _notice(snapshot, f"{base}/{contact.slug}", agency, rung, contact, send_at)
        lead = lead or notice.key
        yield replace(notice, status=status)
    for contact in (c for role in rung.copy for c in directory.contacts_of(agency, role)):
        if lead is not None and contact not in recipients:
            key = f"{base}/{contact.slug}-copy"
            notice = _notice(snapshot, key, agency, rung, contact, send_at)
            yield replace(notice, status=status, copy_of=lead)


_STAND_IN: Final = {Role.FOCAL: Role.HEAD, Role.HEAD: Role.FOCAL}


def _recipients(directory: Directory, agency: str, role: Role) -> tuple[Contact, ...]:
    """Return the contacts of a role; where there are none, those who stand in for them."""
    found = directory.contacts_of(agency, role)
    stand_in = _STAND_IN.get(role)
    return found or (directory.contacts_of(agency, stand_in) if stand_in else ())


def _notice(
    snapshot: Snapshot, key: str, agency: str, rung: _Due, contact: Contact, send_at: datetime
) -> Notice:
    return Notice(
        key=key,
        kind=rung.kind,
        rung=rung.rung,
        cycle=snapshot.cycle.code,
        agency=agency,
        contact=contact.id,
        recipient=contact.address,
        language=contact.language,
        send_at=send_at,
    )


def _changes(planned: Iterable[Notice], decided: Mapping[str, Notice]) -> list[Notice]:
    """Return what is new, and what waits although something newer supersedes it."""
    changed = []
    for notice in planned:
        present = decided.get(notice.key)
        if present is None:
            changed.append(notice)
        elif present.status in WAITING and notice.status is NoticeStatus.SUPERSEDED:
            changed.append(replace(present, status=NoticeStatus.SUPERSEDED))
    return changed


def _plan_digests(snapshot: Snapshot, now: datetime) -> list[Notice]:
    """Return the digests that are due; while nothing is missing there is none to send."""
    if not snapshot.missing:
        return []
    due = sorted(_digest_rungs(snapshot, now), key=lambda pair: pair[0].stands_at)
    newest = frozenset({agency: rung for rung, agency in due}.items())
    planned = [
        notice
        for rung, agency in due
        for notice in _digest(snapshot, agency, rung, now, current=(agency, rung) in newest)
    ]
    return _changes(planned, snapshot.decided)


def _digest_rungs(snapshot: Snapshot, now: datetime) -> Iterator[tuple[_Due, str]]:
    cycle = snapshot.cycle
    for step in (s for s in cycle.regime.ladder if s.to.is_digest):
        at = rung_stands_at(cycle, step.rung, cycle.due_at, snapshot.calendar)
        if at is not None and at <= now:
            rung = _Due(at, str(step.rung), NoticeKind.ESCALATION, step.to)
            for agency in _digest_agencies(snapshot, step.to, at):
                yield rung, agency


def _digest_agencies(snapshot: Snapshot, to: Audience, at: datetime) -> tuple[str, ...]:
    """Return whose leaders a digest addresses on the day of its rung.

    The day of the rung, not of the pass, so that a late pass decides the same keys.
    """
    if to is Audience.LEADERSHIP:
        return snapshot.program.leadership
    day = snapshot.calendar.local_day(at)
    return (snapshot.directory.follow(snapshot.program.focal_point, day).code,)


def _digest(
    snapshot: Snapshot, agency: str, rung: _Due, now: datetime, *, current: bool
) -> Iterator[Notice]:
    """Yield a digest for each leader of the agency, or of whoever stands for it today."""
    present = snapshot.directory.follow(agency, snapshot.calendar.local_day(now)).code
    send_at = snapshot.calendar.next_working_time(now)
    status = NoticeStatus.PENDING if current else NoticeStatus.SUPERSEDED
    for contact in snapshot.directory.contacts_of(present, Role.LEADER):
        key = f"{snapshot.cycle.code}/{agency}/{rung.rung}/{contact.slug}"
        notice = _notice(snapshot, key, present, rung, contact, send_at)
        yield replace(notice, status=status)
