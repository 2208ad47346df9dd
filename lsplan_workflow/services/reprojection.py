"""What waits in the outbox, brought to the rungs of a new configuration."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from lsplan_workflow.domain.notice_kinds import UNCLAIMED, WITHDRAWN, NoticeKind, NoticeStatus
from lsplan_workflow.domain.planning import plan_notices
from lsplan_workflow.domain.schedules import Schedule, digest_standings
from lsplan_workflow.services.announcements import cancel
from lsplan_workflow.services.planning import snapshot_of
from lsplan_workflow.services.recheck import is_void
from lsplan_workflow.store import audit, obligations, outbox
from lsplan_workflow.store.audit import ENGINE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from datetime import datetime

    from lsplan_workflow.domain.cycles import Cycle
    from lsplan_workflow.domain.notices import Notice
    from lsplan_workflow.domain.obligations import Obligation
    from lsplan_workflow.services.open_cycles import Transition

_PLANNED: Final = frozenset(
    {
        NoticeKind.OPENING,
        NoticeKind.REMINDER,
        NoticeKind.OVERDUE,
        NoticeKind.ESCALATION,
        NoticeKind.DIGEST,
        NoticeKind.REVISION,
    }
)
"""What rungs of the configuration send, and no person's act."""


@dataclass(frozen=True, slots=True)
class _Projection:
    """What is to be done with notices: when they leave, or that they do not, or do after all.

    `gone` are those of which one or the other means that they do not leave now.
    """

    moved: dict[str, datetime] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    withdrawn: list[Notice] = field(default_factory=list)
    revived: list[str] = field(default_factory=list)


def project_again(transition: Transition) -> None:
    """Move what has not left to its new rung, and withdraw what has none any more.

    What a configuration withdrew leaves after all if the next one has its rung again; so
    does what was superseded by nothing but what is withdrawn now.
    """
    session, now, cycle = transition.session, transition.now, transition.present()
    owed = transition.owed()
    snapshot = snapshot_of(session, transition.after, cycle, owed)
    due = {n.key: n for n in plan_notices(replace(snapshot, decided={}), now=now)}
    projection = _project(transition, due, _coming(transition, cycle, owed))
    moved = outbox.postpone(session, projection.moved)
    soonest = transition.calendar.next_working_time(now)
    outbox.revive(session, projection.revived, send_at=soonest)
    cancel(session, projection.withdrawn, now)
    _record(transition, "notices_moved", moved)
    _record(transition, "notices_revived", projection.revived)


def _record(transition: Transition, event: str, keys: Sequence[str]) -> None:
    """Write one audit event about some notices of a cycle, if there are any."""
    session, code = transition.session, transition.cycle.code
    if keys:
        audit.append(
            session, at=transition.now, actor=ENGINE, event=event, cycle=code, keys=list(keys)
        )


def _project(
    transition: Transition, due: Mapping[str, Notice], coming: Mapping[tuple[str, str], datetime]
) -> _Projection:
    found, calendar = _Projection(), transition.calendar
    soonest = calendar.next_working_time(transition.now)
    open_now = calendar.is_working_time(transition.now)
    recorded = outbox.notices_of(transition.session, transition.cycle.code).values()
    decided = [notice for notice in recorded if notice.kind in _PLANNED]
    for notice in decided:
        if notice.status is NoticeStatus.CANCELLED:
            if _holds_again(transition, notice, due):
                found.revived.append(notice.key)
        elif notice.status in UNCLAIMED:
            at = _stands_at(transition, notice, coming)
            if notice.key in due:
                # What may leave at this moment keeps its place among what is longest due.
                found.moved[notice.key] = min(notice.send_at, soonest) if open_now else soonest
            elif at is not None:
                found.moved[notice.key] = calendar.next_working_time(at)
                found.gone.add(notice.key)
            else:
                found.withdrawn.append(notice)
                found.gone.add(notice.key)
    superseded = _superseded_by_none(decided, found.gone)
    found.revived.extend(n.key for n in superseded if _holds_again(transition, n, due))
    return found


def _superseded_by_none(decided: Sequence[Notice], gone: Collection[str]) -> Iterator[Notice]:
    """Yield what was superseded by notices that do not leave, and by nothing that did.

    `decided` is in the order of deciding; what is `gone` does not leave now, and what an edit
    before this one withdrew does not either. Whoever was to read the newer one has to read
    the older one after all, or he would hear of nothing.
    """
    newer = dict[tuple[object, ...], list["Notice"]]()
    for notice in reversed(decided):
        later = newer.setdefault(_told(notice), [])
        if notice.status is NoticeStatus.SUPERSEDED:
            taken_back = [n for n in later if n.key in gone or n.status is NoticeStatus.CANCELLED]
            others = (n for n in later if n.key not in gone and n.status in _STANDS)
            if taken_back and next(others, None) is None:
                yield notice
        later.append(notice)


_STANDS: Final = frozenset(NoticeStatus) - WITHDRAWN
_FOCAL: Final = frozenset({NoticeKind.OPENING, NoticeKind.REMINDER, NoticeKind.OVERDUE})


def _told(notice: Notice) -> tuple[object, ...]:
    """Return who is told by a notice about what: those of one audience supersede each other."""
    about = notice.key.split("/")[1]
    audience = NoticeKind.REMINDER if notice.kind in _FOCAL else notice.kind
    return about, notice.contact, notice.copy_of is None, audience


def _holds_again(transition: Transition, notice: Notice, due: Mapping[str, Notice]) -> bool:
    """Tell whether a rung is to be sent that was withdrawn or superseded."""
    planned = due.get(notice.key)
    if planned is None or planned.status is not NoticeStatus.PENDING:
        return False
    session, row = transition.session, outbox.notice(transition.session, notice.key)
    if row is None:
        return False
    owed = obligations.obligations_about(session, [row])
    return not is_void(session, transition.after, row, owed, transition.now)


def _stands_at(
    transition: Transition, notice: Notice, coming: Mapping[tuple[str, str], datetime]
) -> datetime | None:
    """Return when the rung of a notice stands that is still to come, if it has its recipient."""
    if transition.after.directory.contact(notice.contact) is None:
        return None
    _cycle, agency, mark, _recipient = notice.key.split("/", 3)
    return coming.get((agency, mark))


def _coming(
    transition: Transition, cycle: Cycle, owed: Collection[Obligation]
) -> dict[tuple[str, str], datetime]:
    """Return when each rung to come stands, by the agency and the rung's part of a key."""
    calendar = transition.calendar
    schedule = Schedule(cycle, calendar)
    found = {(o.agency, s.mark): s.at for o in owed for s in schedule.standings(o)}
    dues = {o.due_at for o in owed if o.is_chased}
    digests = digest_standings(cycle, dues, calendar)
    agencies = transition.after.directory.agencies
    found |= {(agency.code, s.mark): s.at for agency in agencies for s in digests}
    return {place: at for place, at in found.items() if at > transition.now}
