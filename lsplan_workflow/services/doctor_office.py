"""Looks at the work itself: what was overlooked, waits, failed, and what proves it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from lsplan_workflow.domain import office_findings as findings
from lsplan_workflow.domain.health import FAILED_LATELY, mornings_since
from lsplan_workflow.services import evidence
from lsplan_workflow.services.suspicion import suspicions
from lsplan_workflow.store import audit, audit_events, backlog, cycles, obligations, obstacles
from lsplan_workflow.store.installation import installation

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sqlmodel import Session

    from lsplan_workflow.configuration.folder import Configuration
    from lsplan_workflow.domain.health import Finding
    from lsplan_workflow.services.workplace import Workplace

BACKED_UP = "backed_up"
"""The audit event that a backup is recorded by."""


def look_at_calendar(configuration: Configuration, now: datetime) -> Iterator[Finding]:
    """Yield this and the next year if a cycle lies in them and their days off are estimates."""
    calendar = configuration.calendar
    today = calendar.local_day(now)
    needed = {
        year
        for cycle in configuration.cycles()
        for year in (today.year, today.year + 1)
        if calendar.local_day(cycle.opens_at).year
        <= year
        <= calendar.local_day(cycle.closes_at).year
    }
    estimated = sorted(needed - calendar.announced_years)
    yield from findings.calendar(estimated, today)


def look_at_actions(workplace: Workplace) -> Iterator[Finding]:
    """Yield whether what is due for action was overlooked by every pass."""
    now = workplace.clock.now()
    with workplace.database.reading() as session:
        oldest = _longest_due(session, workplace.configuration)
    yield findings.actions(oldest, now, _local(workplace, oldest))


def _longest_due(session: Session, configuration: Configuration) -> datetime | None:
    """Return the earliest instant at which a pass has something to decide, or had."""
    known = {row.code for row in cycles.cycles(session)}
    installed = installation(session)
    began = installed.first_ran_at if installed else None
    coming = [
        cycles.next_action_at(session),
        obligations.next_action_at(session),
        obstacles.next_action_at(session),
        *(
            max(c.opens_at, began or c.opens_at)
            for c in configuration.cycles()
            if c.code not in known
        ),
    ]
    return min((at for at in coming if at is not None), default=None)


def look_at_waiting(workplace: Workplace) -> Iterator[Finding]:
    """Yield how long messages wait that were to leave by now."""
    now, calendar = workplace.clock.now(), workplace.configuration.calendar
    with workplace.database.reading() as session:
        count, oldest = backlog.waiting(session, now)
    mornings = 0 if oldest is None else mornings_since(calendar, oldest, now)
    yield findings.waiting(count, mornings, _local(workplace, oldest))


def look_at_failed(workplace: Workplace) -> Iterator[Finding]:
    """Yield the messages that failed, lately or in a cycle that runs, or may have arrived."""
    now = workplace.clock.now()
    with workplace.database.reading() as session:
        running = {row.code for row in cycles.cycles(session) if now < row.closes_at}
        ages = [
            now - at
            for cycle, at in backlog.failed(session)
            if cycle in running or now - at <= FAILED_LATELY
        ]
        uncertain = backlog.count_uncertain(session)
    yield findings.failed(len(ages), min(ages, default=timedelta()))
    if uncertain:
        yield findings.uncertain(uncertain)


def look_at_contacts(workplace: Workplace) -> Iterator[Finding]:
    """Yield the contacts who are suspect at their present addresses."""
    with workplace.database.reading() as session:
        held = suspicions(session, workplace.configuration)
    yield findings.contacts(sorted(held))


def look_at_backup(workplace: Workplace) -> Iterator[Finding]:
    """Yield how old the last backup is."""
    now = workplace.clock.now()
    with workplace.database.reading() as session:
        installed, last = installation(session), audit_events.last_at(session, BACKED_UP)
    if installed is not None and installed.rehearsal:
        yield findings.no_backup_needed()
        return
    began = (installed.first_ran_at if installed else None) or now
    yield findings.backup(None if last is None else now - last, now - began)


def look_at_audit(workplace: Workplace, key: bytes | None) -> Iterator[Finding]:
    """Yield whether the log is what was written; without a key the secrets' check speaks."""
    if key is None:
        return
    with workplace.database.reading() as session:
        broken = evidence.verify(session, key)
        count, _hash = audit.head_of(session)
    yield (
        findings.audit(count)
        if broken is None
        else findings.audit_broken(broken.number, broken.text)
    )


def _local(workplace: Workplace, instant: datetime | None) -> str:
    local = workplace.configuration.calendar.local
    return "" if instant is None else f"{local(instant):%d/%m/%Y %H:%M}"
