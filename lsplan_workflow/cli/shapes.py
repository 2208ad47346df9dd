"""What `--json` prints: stable shapes, documented in docs/json.md."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from lsplan_workflow.configuration.difference import Difference
    from lsplan_workflow.domain.agencies import Agency, Contact
    from lsplan_workflow.domain.cycles import Cycle
    from lsplan_workflow.domain.health import Finding
    from lsplan_workflow.domain.notices import Notice
    from lsplan_workflow.domain.obligations import Obligation
    from lsplan_workflow.domain.plan_change import PlanChange
    from lsplan_workflow.services.applying import Applied, CycleChange
    from lsplan_workflow.services.calendars import CalendarFile
    from lsplan_workflow.services.consolidation import Consolidated
    from lsplan_workflow.services.decisions import Decided
    from lsplan_workflow.services.foresight import DutyChange, Foresight
    from lsplan_workflow.services.probing import Probe
    from lsplan_workflow.services.status import CycleStatus, Line, VoidVersion
    from lsplan_workflow.services.suspicion import Suspicion
    from lsplan_workflow.services.voiding import Voided
    from lsplan_workflow.store.audit import Break
    from lsplan_workflow.store.tables import AuditEvent, NoticeRow


def instant(at: datetime | None) -> str | None:
    """Return ISO 8601 with the offset, or None."""
    return at.isoformat() if at is not None else None


def summary(status: CycleStatus) -> dict[str, Any]:
    """Return a cycle's figures without its obligations."""
    return {
        "cycle": status.cycle.code,
        "due_at": instant(status.cycle.due_at),
        "last_working_day": status.last_working_day.isoformat(),
        "as_of": instant(status.as_of),
        **asdict(status.figures),
        "cycle_state": status.state.value,
    }


def status(found: CycleStatus) -> dict[str, Any]:
    """Return a cycle's figures with its obligations."""
    return summary(found) | {"obligations": [_line(found, line) for line in found.lines]}


def _line(found: CycleStatus, line: Line) -> dict[str, Any]:
    zone = found.as_of.tzinfo
    filed_at, revise_by = line.obligation.first_complete_at, line.obligation.revise_by_at
    return {
        "agency": line.obligation.agency,
        "status": line.obligation.status.value,
        "timeliness": line.timeliness.value if line.timeliness else None,
        "due_at": instant(line.obligation.due_at.astimezone(zone)),
        "revise_before": instant(revise_by.astimezone(zone) if revise_by else None),
        "submitted_at": instant(filed_at.astimezone(zone) if filed_at else None),
        "next_notice": instant(line.next_notice),
        "void_versions": [_void(void) for void in line.void],
    }


def _void(void: VoidVersion) -> dict[str, Any]:
    return {
        "version": void.version,
        "voided_at": instant(void.at),
        "voided_by": void.by,
        "reason": void.reason,
        "authority": void.authority,
    }


def decided(made: Decided, local: Callable[[datetime], datetime], told: str) -> dict[str, Any]:
    """Return what was decided about one obligation, and whether its agency was told."""
    owed = made.after
    return {
        "cycle": owed.cycle,
        "agency": owed.agency,
        "status": owed.status.value,
        "status_before": made.before.status.value,
        "due_at": instant(local(owed.due_at)),
        "due_at_before": instant(local(made.before.due_at)),
        "passed_to": list(made.passed_to),
        "told": told,
    }


def voided(made: Voided, local: Callable[[datetime], datetime], told: str) -> dict[str, Any]:
    """Return which version is void, which counts instead, and what that made of the duty."""
    versions = {"version": made.version, "standing_version": made.standing}
    return {**versions, **decided(made.decided, local, told)}


def foreseen(notice: Notice, local: Callable[[datetime], datetime]) -> dict[str, Any]:
    """Return a notice that will leave."""
    return {
        "key": notice.key,
        "kind": notice.kind.value,
        "rung": notice.rung,
        "cycle": notice.cycle,
        "agency": notice.agency,
        "recipient": notice.recipient,
        "send_at": instant(local(notice.send_at)),
    }


def notice(row: NoticeRow, local: Callable[[datetime], datetime]) -> dict[str, Any]:
    """Return a notice of the outbox."""
    from lsplan_workflow.services.outbox import next_attempt_at

    coming = next_attempt_at(row)
    return {
        "key": row.key,
        "kind": row.kind,
        "rung": row.rung,
        "cycle": row.cycle or None,
        "agency": row.agency,
        "recipient": row.recipient,
        "status": row.status,
        "attempts": row.attempts,
        "sent_at": instant(local(row.sent_at) if row.sent_at else None),
        "next_attempt_at": instant(local(coming) if coming else None),
        "message_id": row.message_id,
        "channel": row.channel,
        "cause": row.cause,
        "reply": row.reply,
    }


def event(row: AuditEvent, local: Callable[[datetime], datetime]) -> dict[str, Any]:
    """Return an event of the audit log."""
    return {
        "number": row.number,
        "at": instant(local(row.at)),
        "actor": row.actor,
        "event": row.event,
        "cycle": row.cycle,
        "agency": row.agency,
        "payload": payload(row),
        "hash": row.hash,
    }


def payload(row: AuditEvent) -> Any:  # noqa: ANN401 - Whatever JSON holds.
    """Return what an event holds; as text if somebody tampered with it."""
    import json

    try:
        return json.loads(row.payload)
    except ValueError:
        return row.payload


def agency(found: Agency) -> dict[str, Any]:
    """Return an agency; days are ISO dates."""
    return {
        "code": found.code,
        "name_vi": found.name_vi,
        "name_en": found.name_en,
        "kind": found.kind,
        "valid_from": found.valid_from.isoformat() if found.valid_from else None,
        "valid_to": found.valid_to.isoformat() if found.valid_to else None,
        "successors": list(found.successors),
        "verified": found.verified,
    }


def consolidated(made: Consolidated) -> dict[str, Any]:
    """Return a report that was written."""
    return {
        "cycle": made.cycle,
        "number": made.number,
        "partial": made.partial,
        "docx": str(made.docx),
        "xlsx": str(made.xlsx),
    }


def contact(
    found: Contact, held: Suspicion | None, local: Callable[[datetime], datetime]
) -> dict[str, Any]:
    """Return a contact of the configuration in force, and since when he is not reached."""
    return {
        "id": found.id,
        "agency": found.agency,
        "role": found.role.value,
        "name": found.name,
        "address": found.address,
        "fallback": list(found.fallback),
        "language": found.language,
        "suspected_since": instant(local(held.since) if held else None),
        "refusal": held.reply if held else None,
    }


def probe(found: Probe) -> dict[str, Any]:
    """Return what a server answered to a test message at one address."""
    return {
        "contact": found.contact,
        "address": found.address,
        "channel": found.channel,
        "result": found.outcome.result.value,
        "cause": None if found.outcome.cause is None else found.outcome.cause.value,
        "reply": found.outcome.reply,
    }


def verified(count: int, digest: str, broken: Break | None, problem: str | None) -> dict[str, Any]:
    """Return whether the log is what was written; `problem` is the first break in words."""
    return {
        "intact": broken is None,
        "count": count,
        "hash": digest,
        "broken_at": broken.number if broken else None,
        "problem": problem,
    }


def difference(found: Difference) -> dict[str, str]:
    """Return what differs between two configurations."""
    return {
        "part": found.part.value,
        "subject": found.subject,
        "text_vi": found.text.vi,
        "text_en": found.text.en,
    }


def applied(made: Applied, local: Callable[[datetime], datetime]) -> dict[str, Any]:
    """Return what became of a configuration and what it brings about."""
    return {
        "outcome": made.outcome.value,
        "number": made.number,
        "differences": [difference(d) for d in made.differences],
        "cycles": [_cycle_change(change, local) for change in made.cycles],
        "notices": plan_change(made.notices, local),
        "still_owing": {code: list(found) for code, found in made.still_owing.items()},
    }


def plan_change(found: PlanChange, local: Callable[[datetime], datetime]) -> dict[str, Any]:
    """Return which notices come, move and are withdrawn."""
    return {
        "added": [foreseen(n, local) for n in found.added],
        "moved": [
            {"before": foreseen(m.before, local), "after": foreseen(m.after, local)}
            for m in found.moved
        ],
        "withdrawn": [foreseen(n, local) for n in found.withdrawn],
    }


def _cycle_change(change: CycleChange, local: Callable[[datetime], datetime]) -> dict[str, Any]:
    return {
        "cycle": change.code,
        "announced": change.announced,
        "before": _dates(change.before, local),
        "after": _dates(change.after, local),
    }


def _dates(
    cycle: Cycle | None, local: Callable[[datetime], datetime]
) -> dict[str, str | None] | None:
    if cycle is None:
        return None
    return {
        "opens_at": instant(local(cycle.opens_at)),
        "due_before": instant(local(cycle.due_at)),
        "grace_ends_at": instant(local(cycle.grace_ends_at)),
        "closes_at": instant(local(cycle.closes_at)),
    }


def checkup(
    findings: Iterable[Finding], language: str, *, conceal: Callable[[str], str]
) -> dict[str, Any]:
    """Return whether all is well, and every finding with what is to be done, if anything."""
    from lsplan_workflow.domain.health import is_well

    found = list(findings)
    return {
        "well": is_well(found),
        "findings": [
            {
                "code": finding.code,
                "level": finding.level.value,
                "found": conceal(finding.said.in_language(language)),
                "remedy": conceal(finding.remedy.in_language(language)) or None,
            }
            for finding in found
        ],
    }


def what_if(found: Foresight, local: Callable[[datetime], datetime]) -> dict[str, Any]:
    """Return what differs from the plan if something were done."""
    return plan_change(found.change, local) | {
        "obligations": [_duty_change(duty, local) for duty in found.duties]
    }


def _duty_change(found: DutyChange, local: Callable[[datetime], datetime]) -> dict[str, Any]:
    known = found.after or found.before
    return {
        "cycle": known.cycle if known else None,
        "agency": known.agency if known else None,
        **_duty(found.after, "", local),
        **_duty(found.before, "_before", local),
    }


def _duty(
    owed: Obligation | None, tail: str, local: Callable[[datetime], datetime]
) -> dict[str, str | None]:
    return {
        f"status{tail}": owed.status.value if owed else None,
        f"due_at{tail}": instant(local(owed.due_at) if owed else None),
    }


def by_day(
    notices: Iterable[Notice], local: Callable[[datetime], datetime]
) -> list[dict[str, Any]]:
    """Return the notices to come day by day."""
    days: dict[str, list[dict[str, Any]]] = {}
    for notice in notices:
        day = local(notice.send_at).date().isoformat()
        days.setdefault(day, []).append(foreseen(notice, local))
    return [{"day": day, "notices": found} for day, found in days.items()]


def by_person(
    notices: Iterable[Notice], local: Callable[[datetime], datetime]
) -> list[dict[str, Any]]:
    """Return the notices to come by the contact that gets them, in the order of their ids."""
    people: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for notice in sorted(notices, key=lambda notice: (notice.contact, notice.send_at)):
        person = notice.contact, notice.recipient
        people.setdefault(person, []).append(foreseen(notice, local))
    return [
        {"contact": contact, "recipient": recipient, "notices": found}
        for (contact, recipient), found in people.items()
    ]


def calendar_file(found: CalendarFile) -> dict[str, Any]:
    """Return a calendar that was written."""
    return {
        "agency": found.agency,
        "file": str(found.file),
        "entries": found.entries,
        "cancelled": found.cancelled,
        "changed": found.changed,
    }
