"""What an agency is told at once of what was done about its obligation."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Final

from lsplan_workflow.domain.agencies import Role
from lsplan_workflow.domain.notice_kinds import DATED, UNCLAIMED, NoticeKind, NoticeStatus
from lsplan_workflow.domain.notices import Notice, recipients_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime

    from lsplan_workflow.domain.agencies import Directory
    from lsplan_workflow.domain.calendar import WorkingCalendar
    from lsplan_workflow.domain.obligations import Obligation


def plan_announcement(
    obligation: Obligation,
    kind: NoticeKind,
    number: int | str,
    *,
    directory: Directory,
    calendar: WorkingCalendar,
    now: datetime,
    whom: Iterable[str] = (),
) -> list[Notice]:
    """Return a notice to each of the agency's focal persons, or of its successor's.

    `number` tells it apart from the others of its kind about the same obligation. Replies
    leave at `now`, everything else in working hours. `whom` are the codes of those whom it
    concerns where that is not the agency alone.
    """
    day, rung = calendar.local_day(now), f"{kind.value}-{number}"
    concerned = tuple(whom) or (obligation.agency,)
    own, *others = dict.fromkeys(directory.follow(code, day).code for code in concerned)
    told = [(contact, contact.slug) for contact in recipients_of(directory, own, Role.FOCAL)]
    for code in others:
        found = recipients_of(directory, code, Role.FOCAL)
        told += [(contact, f"{code}-{contact.slug}") for contact in found]
    awaited = obligation.awaited_at
    return [
        Notice(
            key=f"{obligation.cycle}/{obligation.agency}/{rung}/{mark}",
            kind=kind,
            rung=rung,
            cycle=obligation.cycle,
            agency=obligation.agency,
            contact=contact.id,
            recipient=contact.address,
            language=contact.language,
            send_at=now if kind.is_reply else calendar.next_working_time(now),
            due_on=calendar.local_day(awaited) if awaited else None,
        )
        for contact, mark in told
    ]


def with_deadline(
    owed: Obligation,
    due_at: datetime,
    decided: Iterable[Notice],
    *,
    announced_on: date,
    calendar: WorkingCalendar,
    at: datetime,
) -> tuple[Obligation, date | None]:
    """Return an obligation with the deadline of its cycle, and the D that its agency knew.

    `decided` is what had been decided to tell the agency about it, and `announced_on` the D
    that the cycle was opened with. The D returned is None where there is nothing to tell:
    nothing is awaited, or the deadline is the one of which it has been told.
    """
    if not owed.is_chased:
        return replace(owed, due_at=due_at), None
    decided = tuple(decided)
    asking = [notice for notice in decided if notice.asks]
    unsent = [notice for notice in asking if notice.status in UNCLAIMED]
    heard = any(notice.status in _LEFT for notice in asking)
    if not heard and any(notice.kind is NoticeKind.OPENING for notice in unsent):
        # The opening, which has not been sent to anybody yet, states the new deadline.
        return replace(owed, due_at=due_at, ladder=None), None
    # Of a deadline whose letter never left the agency does not know.
    known = told_on(decided, own=announced_on) or calendar.local_day(owed.due_at)
    return owed.due(due_at, since=at), known if known != calendar.local_day(due_at) else None


_LEFT: Final = frozenset({NoticeStatus.SENDING, NoticeStatus.SENT})


def told_on(decided: Iterable[Notice], *, own: date) -> date | None:
    """Return the D of which the last letter told an agency that has left, or is leaving now.

    That is its cycle's `own` where none has left at all. It is None where the last told of
    none: that nothing was owed any more, or as the first version wrote it.
    """
    left = [n for n in decided if n.status in _LEFT and (n.kind in DATED or n.kind in _RELIEVES)]
    # Of several that were to leave at one instant, the one that was decided last.
    return max(reversed(left), key=lambda n: n.send_at).due_on if left else own


_RELIEVES: Final = frozenset({NoticeKind.WAIVER})


def of_change(version: int, former: date) -> str:
    """Return what tells a change of deadline apart: which configuration made it, and from when."""
    return f"{version}-{former}"


def former_due_on(rung: str) -> date:
    """Return the D before a change, with which the rung of its notice ends."""
    return date.fromisoformat(rung.split("-", 2)[2])


def of_return(version: int, times: int, former: date | None) -> str:
    """Return what tells a return apart: of which version, how many times, and in place of what.

    `former` is the D of the revision that its agency knew of, where another one is set.
    """
    again = f"{version}-{times}" if times > 1 or former else str(version)
    return f"{again}-{former}" if former else again


def filed_version(rung: str) -> int:
    """Return the version that a receipt or a return is about."""
    return int(rung.split("-")[1])


def former_revise_on(rung: str) -> date | None:
    """Return the D of a revision before it was set anew, with which a return's rung then ends."""
    _kind, _version, *rest = rung.split("-", 3)
    return date.fromisoformat(rest[1]) if len(rest) > 1 else None


def known_revise_on(
    owed: Obligation, unsent: Collection[Notice], calendar: WorkingCalendar
) -> date | None:
    """Return the D of a revision that an agency knows of; None where it has heard of none.

    `unsent` is what had been decided to ask of it and has not left.
    """
    unheard = [n for n in unsent if n.kind is NoticeKind.RETURNED]
    if unheard:
        return former_revise_on(unheard[0].rung)
    return None if owed.revise_by_at is None else calendar.local_day(owed.revise_by_at)
