"""Going back to a deadline that an extension had moved by mistake, and to its rungs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from lsplan_workflow.domain.announcements import told_on
from lsplan_workflow.domain.notice_kinds import CHASING, NoticeKind, NoticeStatus
from lsplan_workflow.domain.planning import plan_notices
from lsplan_workflow.services.cycles import find_cycle
from lsplan_workflow.services.planning import snapshot_of
from lsplan_workflow.store import audit, cycles, mails, outbox
from lsplan_workflow.store.audit import ENGINE

if TYPE_CHECKING:
    from datetime import datetime

    from sqlmodel import Session

    from lsplan_workflow.configuration.folder import Configuration
    from lsplan_workflow.domain.cycles import Cycle
    from lsplan_workflow.domain.obligations import Obligation

_MOVES: Final = frozenset({NoticeKind.EXTENSION, NoticeKind.DEADLINE, NoticeKind.REOPENING})
"""What tells of a deadline that was moved to another day, or is chased anew."""


def knows_already(session: Session, configuration: Configuration, owed: Obligation) -> bool:
    """Tell whether the last letter that left told an agency of the deadline that holds.

    Where no letter has left at all, the cycle's own deadline is what it will be told of.
    """
    decided = outbox.notices_of(session, owed.cycle, [owed.agency]).values()
    calendar = configuration.calendar
    own = calendar.local_day(find_cycle(configuration, owed.cycle).due_at)
    return told_on(decided, own=own) == calendar.local_day(owed.due_at)


def taken_back(session: Session, configuration: Configuration, owed: Obligation) -> Obligation:
    """Return an obligation chased by its deadline as if that had never been another one.

    Rungs count from the decision of which a letter that left told with this very deadline; of
    the deadline that was announced, from the opening on.
    """
    day = configuration.calendar.local_day(owed.due_at)
    sent = mails.sent_about(session, owed.cycle, owed.agency)
    told = (row.decided_at for row in sent if row.kind in _MOVES and row.due_on == day)
    return replace(owed, chased_since=max(told, default=None))


def take_up(
    session: Session, configuration: Configuration, owed: Obligation, now: datetime, *, told: bool
) -> None:
    """Let the newest rungs leave after all that a mistaken extension had withdrawn.

    Those that stood meanwhile are decided by the next pass. Where the agency is `told` that its
    deadline holds again, that letter stands for what its focal persons would have read.
    """
    cycle = _recorded(session, configuration, owed.cycle)
    snapshot = snapshot_of(session, configuration, cycle, [owed])
    found = plan_notices(replace(snapshot, decided={}), now=now)
    own = [n for n in found if n.agency == owed.agency and n.kind in CHASING]
    standing = [n for n in own if n.status is NoticeStatus.PENDING]
    replaced = [n for n in standing if told and n.kind is not NoticeKind.ESCALATION]
    new = [replace(n, status=NoticeStatus.SUPERSEDED) for n in replaced]
    outbox.insert_notices(
        session, [n for n in new if n.key not in snapshot.decided], decided_at=now
    )
    withdrawn = (snapshot.decided.get(n.key) for n in standing if n not in replaced)
    keys = [n.key for n in withdrawn if n is not None and n.status is NoticeStatus.CANCELLED]
    _revive(session, configuration, owed, keys, now)


def _recorded(session: Session, configuration: Configuration, code: str) -> Cycle:
    """Return a cycle with what was recorded of it since it opened."""
    cycle, row = find_cycle(configuration, code), cycles.cycle_of(session, code)
    return cycle if row is None else cycles.as_recorded(row, cycle, configuration.calendar)


def _revive(
    session: Session, configuration: Configuration, owed: Obligation, keys: list[str], now: datetime
) -> None:
    """Make notices due again that were withdrawn, and log that."""
    if keys:
        outbox.revive(session, keys, send_at=configuration.calendar.next_working_time(now))
        audit.append(
            session,
            at=now,
            actor=ENGINE,
            event="notices_revived",
            cycle=owed.cycle,
            agency=owed.agency,
            keys=keys,
        )
