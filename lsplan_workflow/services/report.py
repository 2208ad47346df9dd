"""Gathering what a consolidated report states from the store as it stands."""

from __future__ import annotations

import re
from dataclasses import asdict, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from lsplan_workflow.domain.compliance import figures, timeliness
from lsplan_workflow.domain.obligations import Status, heirs_of, lapsed
from lsplan_workflow.domain.obstacles import State
from lsplan_workflow.reports.model import (
    Decided,
    DecisionLine,
    DocumentLine,
    ObstacleLine,
    Report,
    Row,
)
from lsplan_workflow.reports.wording import words_in
from lsplan_workflow.services.letter_heads import focal_point
from lsplan_workflow.services.obstacle_letters import answerer
from lsplan_workflow.services.status import lateness
from lsplan_workflow.store import audit, obligations, obstacles, submissions
from lsplan_workflow.store.submissions import DecisionKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from sqlmodel import Session

    from lsplan_workflow.configuration.folder import Configuration
    from lsplan_workflow.domain.cycles import Cycle
    from lsplan_workflow.domain.obligations import Obligation
    from lsplan_workflow.reports.words import Annexes
    from lsplan_workflow.store.submissions import Decision

_TICK: Final = timedelta(microseconds=1)


def gather_report(
    session: Session, configuration: Configuration, cycle: Cycle, *, number: int, now: datetime
) -> Report:
    """Return the state of a cycle at an instant, with the log's head as it is then."""
    calendar, program, language = configuration.calendar, cycle.program, cycle.program.language
    owed = obligations.obligations_of(session, cycle.code)
    found = figures(owed, now)
    point = focal_point(configuration, program, now)
    count, digest = audit.head_of(session)
    return Report(
        number=number,
        made_at=calendar.local(now),
        partial=found.unsettled > 0,
        cycle=cycle.code,
        report_name=cycle.regime.name(language),
        year=cycle.year,
        due_on=cycle.due_on,
        last_full_day=cycle.last_full_day,
        last_working_day=cycle.last_working_day,
        closes_on=calendar.local_day(cycle.closes_at),
        program_kind=program.called(language),
        program_number=program.number,
        program_title=program.title(language),
        program_issuer=program.issuer,
        program_issued_on=program.issued_on,
        place=program.place,
        parent_agency=program.issuer,
        issuing_agency=point.name(language),
        symbol=re.sub(r"\d+$", "", point.code),
        recipient=program.issuer,
        figures=found,
        rows=tuple(_rows(configuration, cycle, owed, now)),
        decisions=tuple(_decisions(session, configuration, cycle)),
        documents=tuple(_documents(session, configuration, cycle)),
        unverified=tuple(_unverified(configuration, cycle, owed)),
        audit_count=count,
        audit_hash=digest,
        language=language,
        signatory=program.signatory,
        obstacles=tuple(_obstacles(session, configuration, cycle, now)),
    )


def _rows(
    configuration: Configuration, cycle: Cycle, owed: Sequence[Obligation], now: datetime
) -> Iterator[Row]:
    ended = lapsed(owed)
    for obligation in owed:
        row = _row(configuration, cycle, obligation, now)
        yield replace(row, lapsed=True, successors=()) if obligation.agency in ended else row


def _row(configuration: Configuration, cycle: Cycle, obligation: Obligation, now: datetime) -> Row:
    calendar, directory = configuration.calendar, configuration.directory
    language = cycle.program.language
    agency = directory[obligation.agency]
    filed_at = obligation.first_complete_at
    passed_on = obligation.status is Status.TRANSFERRED
    heirs = heirs_of(agency, cycle, directory) if passed_on else []
    return Row(
        code=agency.code,
        name=agency.name(language),
        status=obligation.status,
        timeliness=timeliness(obligation, now),
        due_on=calendar.local_day(obligation.due_at),
        filed_at=calendar.local(filed_at) if filed_at else None,
        days_late=lateness(configuration, obligation, now),
        covers=tuple(directory[code].name(language) for code in obligation.covers),
        successors=tuple(directory[code].name(language) for code in heirs),
    )


def _decisions(
    session: Session, configuration: Configuration, cycle: Cycle
) -> Iterator[DecisionLine]:
    calendar, language = configuration.calendar, cycle.program.language
    former = dict[str, list["Decision"]]()
    for decision in submissions.decisions_of(session, cycle.code):
        before, until = former.setdefault(decision.agency, []), decision.until
        what = _what(decision, before)
        before.append(decision)
        yield DecisionLine(
            agency=configuration.directory[decision.agency].name(language),
            what=what,
            # The due instant is the first that is too late; people are told the last day.
            until=calendar.local_day(until - _TICK) if until else None,
            reason=decision.reason,
            authority=decision.authority,
            decided_on=calendar.local_day(decision.decided_at),
        )


def _what(decision: Decision, before: Sequence[Decision]) -> Decided:
    """Return what a decision did, seen from those before it about the same obligation.

    Only a correction gives less time than was given; only what was waived or accepted can be
    reopened, and between a waiver and its end nothing else is decided.
    """
    if decision.kind is DecisionKind.WAIVER:
        return Decided.WAIVED
    if decision.kind is DecisionKind.REOPENING:
        waived = bool(before) and before[-1].kind is DecisionKind.WAIVER
        return Decided.WAIVER_TAKEN_BACK if waived else Decided.ACCEPTANCE_TAKEN_BACK
    given = [made.until for made in before if made.until is not None]
    less = given and decision.until is not None and decision.until < given[-1]
    return Decided.CORRECTED if less else Decided.EXTENDED


def _obstacles(
    session: Session, configuration: Configuration, cycle: Cycle, now: datetime
) -> Iterator[ObstacleLine]:
    """Yield what was reported since the cycle opened, and what is not closed from before."""
    calendar, directory = configuration.calendar, configuration.directory
    language = cycle.program.language
    for found in obstacles.reported_on(session, cycle.program.code, cycle.opens_at):
        steps = reversed(obstacles.steps_of(session, found.number))
        yield ObstacleLine(
            number=found.number,
            agency=directory[found.agency].name(language),
            received_on=calendar.local_day(found.received_at),
            **asdict(found.statement),
            state=found.state,
            answerer=directory[answerer(configuration, found, now)].name(language),
            answer_before=calendar.local_day(found.answer_by_at),
            answer=next((s.text for s in steps if s.state is State.ANSWERED), ""),
            overdue=found.is_overdue(now),
        )


def _documents(
    session: Session, configuration: Configuration, cycle: Cycle
) -> Iterator[DocumentLine]:
    for submission, document in submissions.documents_of_cycle(session, cycle.code):
        yield DocumentLine(
            agency=configuration.directory[submission.agency].name(cycle.program.language),
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
    language = cycle.program.language
    said = words_in(language).annexes
    if configuration.calendar.is_estimated(cycle.due_on):
        yield said.calendar.format(year=cycle.due_on.year)
    for assumption in cycle.regime.assumptions:
        yield assumption.in_language(language)
    for obligation in owed:
        agency = configuration.directory[obligation.agency]
        if not agency.verified:
            name = agency.name(language)
            yield said.agency.format(code=agency.code, name=name, source=agency.source)
    if cycle.program == configuration.program:
        yield from _unverified_facts(configuration, said)


def _unverified_facts(configuration: Configuration, said: Annexes) -> Iterator[str]:
    """Yield the indicators and tasks nobody has confirmed, which are the first program's."""
    for pattern, facts in (
        (said.indicator, configuration.indicators),
        (said.task, configuration.tasks),
    ):
        for fact in (f for f in facts if not f.verified):
            yield pattern.format(code=fact.code, name=fact.name, source=fact.source)
