"""Gathering what a consolidated report states from the store as it stands."""

from __future__ import annotations

import re
from dataclasses import asdict
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from lsplan_workflow.domain.compliance import figures, timeliness
from lsplan_workflow.domain.obligations import Status
from lsplan_workflow.domain.obstacles import State
from lsplan_workflow.reports.model import DecisionLine, DocumentLine, ObstacleLine, Report, Row
from lsplan_workflow.services.letters import focal_point
from lsplan_workflow.services.obstacle_letters import answerer
from lsplan_workflow.services.status import lateness
from lsplan_workflow.store import audit, obligations, obstacles, submissions

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sqlmodel import Session

    from lsplan_workflow.configuration.folder import Configuration
    from lsplan_workflow.domain.cycles import Cycle
    from lsplan_workflow.domain.obligations import Obligation

_TICK: Final = timedelta(microseconds=1)


def gather_report(
    session: Session, configuration: Configuration, cycle: Cycle, *, number: int, now: datetime
) -> Report:
    """Return the state of a cycle at an instant, with the log's head as it is then."""
    calendar, program = configuration.calendar, cycle.program
    owed = obligations.obligations_of(session, cycle.code)
    found = figures(owed, now)
    point = focal_point(configuration, program, now)
    count, digest = audit.head_of(session)
    return Report(
        number=number,
        made_at=calendar.local(now),
        partial=found.unsettled > 0,
        cycle=cycle.code,
        report_name=cycle.regime.name_vi,
        year=cycle.year,
        due_on=cycle.due_on,
        last_full_day=cycle.last_full_day,
        last_working_day=cycle.last_working_day,
        closes_on=calendar.local_day(cycle.closes_at),
        program_number=program.number,
        program_title=program.title_vi,
        program_issuer=program.issuer,
        program_issued_on=program.issued_on,
        place=program.place,
        parent_agency=program.issuer,
        issuing_agency=point.name_vi,
        symbol=re.sub(r"\d+$", "", point.code),
        recipient=program.issuer,
        figures=found,
        rows=tuple(_row(configuration, obligation, now) for obligation in owed),
        decisions=tuple(_decisions(session, configuration, cycle)),
        documents=tuple(_documents(session, configuration, cycle)),
        unverified=tuple(_unverified(configuration, cycle, owed)),
        audit_count=count,
        audit_hash=digest,
        obstacles=tuple(_obstacles(session, configuration, cycle, now)),
    )


def _name(configuration: Configuration, code: str) -> str:
    return configuration.directory[code].name_vi


def _row(configuration: Configuration, obligation: Obligation, now: datetime) -> Row:
    calendar = configuration.calendar
    agency = configuration.directory[obligation.agency]
    filed_at = obligation.first_complete_at
    passed_on = obligation.status is Status.TRANSFERRED
    return Row(
        code=agency.code,
        name=agency.name_vi,
        status=obligation.status,
        timeliness=timeliness(obligation, now),
        due_on=calendar.local_day(obligation.due_at),
        filed_at=calendar.local(filed_at) if filed_at else None,
        days_late=lateness(configuration, obligation, now),
        covers=tuple(_name(configuration, code) for code in obligation.covers),
        successors=tuple(_name(configuration, c) for c in agency.successors) if passed_on else (),
    )


def _decisions(
    session: Session, configuration: Configuration, cycle: Cycle
) -> Iterator[DecisionLine]:
    calendar = configuration.calendar
    for decision in submissions.decisions_of(session, cycle.code):
        until = decision.until
        yield DecisionLine(
            agency=_name(configuration, decision.agency),
            # The due instant is the first that is too late; people are told the last day.
            until=calendar.local_day(until - _TICK) if until else None,
            reason=decision.reason,
            authority=decision.authority,
            decided_on=calendar.local_day(decision.decided_at),
        )


def _obstacles(
    session: Session, configuration: Configuration, cycle: Cycle, now: datetime
) -> Iterator[ObstacleLine]:
    """Yield what was reported since the cycle opened, and what is not closed from before."""
    calendar = configuration.calendar
    for found in obstacles.reported_on(session, cycle.program.code, cycle.opens_at):
        steps = reversed(obstacles.steps_of(session, found.number))
        yield ObstacleLine(
            number=found.number,
            agency=_name(configuration, found.agency),
            received_on=calendar.local_day(found.received_at),
            **asdict(found.statement),
            state=found.state,
            answerer=_name(configuration, answerer(configuration, found, now)),
            answer_before=calendar.local_day(found.answer_by_at),
            answer=next((s.text for s in steps if s.state is State.ANSWERED), ""),
            overdue=found.is_overdue(now),
        )


def _documents(
    session: Session, configuration: Configuration, cycle: Cycle
) -> Iterator[DocumentLine]:
    for submission, document in submissions.documents_of_cycle(session, cycle.code):
        yield DocumentLine(
            agency=_name(configuration, submission.agency),
            version=submission.version,
            name=document.name,
            sha256=document.sha256,
            size=document.size,
            received_at=configuration.calendar.local(submission.received_at),
        )


def _unverified(
    configuration: Configuration, cycle: Cycle, owed: list[Obligation]
) -> Iterator[str]:
    """Yield what the report rests on although nobody has confirmed it."""
    if configuration.calendar.is_estimated(cycle.due_on):
        yield f"Lịch làm việc năm {cycle.due_on.year} mới là dự kiến."
    yield from cycle.regime.assumptions
    for obligation in owed:
        agency = configuration.directory[obligation.agency]
        if not agency.verified:
            yield f"Cơ quan {agency.code} ({agency.name_vi}): {agency.source}"
    for indicator in (i for i in configuration.indicators if not i.verified):
        yield f"Chỉ tiêu {indicator.code} ({indicator.name_vi}): {indicator.source}"
    for task in (t for t in configuration.tasks if not t.verified):
        yield f"Nhiệm vụ {task.code} ({task.name_vi}): {task.source}"
