"""Telling an agency at once what was done about its obligation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsplan_workflow.domain.announcements import plan_announcement
from lsplan_workflow.domain.notice_kinds import UNCLAIMED, NoticeStatus
from lsplan_workflow.store import audit, outbox
from lsplan_workflow.store.audit import ENGINE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from sqlmodel import Session

    from lsplan_workflow.configuration.folder import Configuration
    from lsplan_workflow.domain.notice_kinds import NoticeKind
    from lsplan_workflow.domain.notices import Notice
    from lsplan_workflow.domain.obligations import Obligation


def announce(
    session: Session,
    configuration: Configuration,
    obligation: Obligation,
    kind: NoticeKind,
    number: int | str,
    now: datetime,
    whom: Iterable[str] = (),
) -> None:
    """Decide on a notice to the agency's focal persons, or to its successor's.

    `number` tells it apart from the others of its kind about the same obligation, and `whom`
    are the codes of those whom it concerns where that is not the agency alone.
    """
    notices = plan_announcement(
        obligation,
        kind,
        number,
        directory=configuration.directory,
        calendar=configuration.calendar,
        now=now,
        whom=whom,
    )
    outbox.insert_notices(session, notices, decided_at=now)


def withdraw_asking(session: Session, obligation: Obligation, now: datetime) -> list[str]:
    """Cancel what still waits to ask for a report or its revision; return the keys."""
    return withdraw(session, obligation, now, which=lambda notice: notice.asks)


def withdraw(
    session: Session, obligation: Obligation, now: datetime, *, which: Callable[[Notice], bool]
) -> list[str]:
    """Cancel some of the notices to an agency about its obligation that still wait.

    What is being sent at this moment is left alone; it is looked at again if it fails.
    """
    decided = outbox.notices_of(session, obligation.cycle, [obligation.agency]).values()
    return cancel(session, [n for n in decided if n.status in UNCLAIMED and which(n)], now)


def cancel(session: Session, notices: Iterable[Notice], now: datetime) -> list[str]:
    """Cancel notices that have not left; return the keys of those that had not."""
    by_key = {notice.key: notice for notice in notices}
    cancelled = outbox.mark(session, list(by_key), NoticeStatus.CANCELLED)
    for key in cancelled:
        audit.append(
            session,
            at=now,
            actor=ENGINE,
            event="notice_cancelled",
            cycle=by_key[key].cycle or None,
            agency=by_key[key].agency,
            key=key,
        )
    return cancelled
