"""The focal point's review of a submission: accept it, or return it for revision."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsplan_workflow.domain.errors import RequestError
from lsplan_workflow.domain.notices import NoticeKind
from lsplan_workflow.domain.obligations import Event
from lsplan_workflow.domain.text import Text
from lsplan_workflow.services.cycles import bring_up_to_date
from lsplan_workflow.services.submissions import owed_obligation, reply
from lsplan_workflow.store import audit, cycles, obligations, submissions
from lsplan_workflow.store.submissions import ReviewDecision

if TYPE_CHECKING:
    from datetime import datetime

    from sqlmodel import Session

    from lsplan_workflow.domain.obligations import Obligation
    from lsplan_workflow.services.workplace import Workplace

_EVENTS = {ReviewDecision.ACCEPTED: Event.ACCEPT, ReviewDecision.RETURNED: Event.RETURN}


def review(
    workplace: Workplace,
    cycle: str,
    agency: str,
    decision: ReviewDecision,
    *,
    reason: str,
    actor: str,
) -> None:
    """Record a decision on the newest submission; raise RequestError if none waits for one.

    A return needs a reason, which the agency is told.
    """
    if decision is ReviewDecision.RETURNED and not reason.strip():
        raise RequestError(
            Text("Trả lại báo cáo phải nêu lý do (--reason).", "A return needs a --reason.")
        )
    now, configuration = workplace.clock.now(), workplace.configuration
    with workplace.database.writing() as session:
        bring_up_to_date(session, configuration, now)
        owed = owed_obligation(session, configuration, cycle, agency, now)
        reviewed = owed.after(_EVENTS[decision], now)
        obligations.save(session, [reviewed])
        version = _record(session, owed, decision, reason, now, actor)
        # The pass consolidates when the last obligation of a cycle is settled.
        cycles.schedule(session, cycle, now)
        if decision is ReviewDecision.RETURNED:
            reply(session, configuration, reviewed, NoticeKind.RETURNED, version, now)


def _record(
    session: Session,
    owed: Obligation,
    decision: ReviewDecision,
    reason: str,
    now: datetime,
    actor: str,
) -> int:
    """Write the decision on the newest submission; return that submission's version."""
    submission = submissions.latest_submission(session, owed.cycle, owed.agency)
    if submission is None:
        where = f"{owed.cycle}/{owed.agency}"
        raise AssertionError(f"{where} is {owed.status} without a submission")
    submissions.record_review(
        session, submission, decision=decision, reason=reason, decided_at=now, decided_by=actor
    )
    audit.append(
        session,
        at=now,
        actor=actor,
        event=decision.value,
        cycle=owed.cycle,
        agency=owed.agency,
        version=submission.version,
        reason=reason,
    )
    return submission.version
