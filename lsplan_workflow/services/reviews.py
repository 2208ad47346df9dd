"""The focal point's review of a submission: accept it, or return it for revision."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from lsplan_workflow.domain.cycles import CycleState, within_span
from lsplan_workflow.domain.errors import RequestError
from lsplan_workflow.domain.notice_kinds import NoticeKind
from lsplan_workflow.domain.obligations import Event
from lsplan_workflow.domain.text import Text
from lsplan_workflow.services.announcements import announce
from lsplan_workflow.services.cycles import bring_up_to_date, find_cycle
from lsplan_workflow.services.submissions import owed_obligation
from lsplan_workflow.store import audit, cycles, obligations, submissions
from lsplan_workflow.store.submissions import ReviewDecision

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlmodel import Session

    from lsplan_workflow.configuration.folder import Configuration
    from lsplan_workflow.domain.obligations import Obligation
    from lsplan_workflow.services.workplace import Workplace


def review(
    workplace: Workplace,
    cycle: str,
    agency: str,
    decision: ReviewDecision,
    *,
    reason: str,
    actor: str,
    revise_by: date | None = None,
) -> Obligation:
    """Record a decision on the newest submission; return the obligation as it now is.

    The agency's focal persons are told, or those of whoever stands for it by now.
    Raise RequestError if no submission waits for a decision. A return needs a reason, which
    the agency is told. `revise_by` is the last day on which the revision is in time; without
    one, the time that the configuration gives begins.
    """
    if decision is ReviewDecision.RETURNED and not reason.strip():
        raise RequestError(
            Text("Trả lại báo cáo phải nêu lý do (--reason).", "A return needs a --reason.")
        )
    now, configuration = workplace.clock.now(), workplace.configuration
    with workplace.database.writing() as session:
        bring_up_to_date(session, configuration, now)
        owed = owed_obligation(session, configuration, cycle, agency, now)
        reviewed = _reviewed(configuration, owed, decision, revise_by, now)
        obligations.save(session, [reviewed])
        version = _record(session, reviewed, decision, reason, now, actor)
        # The pass consolidates when the last obligation of a cycle is settled.
        cycles.schedule(session, cycle, now)
        if decision is ReviewDecision.ACCEPTED:
            number = _acceptances(session, reviewed)
            announce(session, configuration, reviewed, NoticeKind.ACCEPTANCE, number, now)
        else:
            announce(session, configuration, reviewed, NoticeKind.RETURNED, version, now)
            # From now on the revision is chased.
            obligations.schedule(session, cycle, {agency: now})
    return reviewed


def _reviewed(
    configuration: Configuration,
    owed: Obligation,
    decision: ReviewDecision,
    revise_by: date | None,
    now: datetime,
) -> Obligation:
    if decision is ReviewDecision.ACCEPTED:
        return owed.after(Event.ACCEPT, now)
    calendar = configuration.calendar
    today = calendar.local_day(now)
    if revise_by is None:
        within = find_cycle(configuration, owed.cycle).regime.revise_within
        return owed.returned(now, revise_by_at=within_span(now, within, calendar))
    if revise_by <= today:
        raise RequestError(
            Text(
                f"--by {revise_by:%d/%m/%Y}: hạn gửi lại phải sau ngày {today:%d/%m/%Y}.",
                f"--by {revise_by}: the revision must be due after {today}.",
            )
        )
    until = calendar.midnight(revise_by + timedelta(days=1))
    cycle = find_cycle(configuration, owed.cycle)
    if cycle.state(now) is CycleState.OPEN and until > cycle.closes_at:
        raise RequestError(_after_closing(revise_by, calendar.local_day(cycle.closes_at)))
    return owed.returned(now, revise_by_at=until)


def _after_closing(day: date, closes_on: date) -> Text:
    last = closes_on - timedelta(days=1)
    return Text(
        f"--by {day:%d/%m/%Y}: kỳ báo cáo kết thúc trước ngày đó; chậm nhất là {last:%d/%m/%Y}.",
        f"--by {day}: the cycle ends before that day; the last day possible is {last}.",
    )


def _acceptances(session: Session, owed: Obligation) -> int:
    """Return how often an obligation's reports were accepted, what was taken back included."""
    filed = submissions.submissions_of(session, owed.cycle, owed.agency)
    reviews = (review for found in filed for review in submissions.reviews_of(session, found))
    return sum(review.decision == ReviewDecision.ACCEPTED.value for review in reviews)


def _record(
    session: Session,
    owed: Obligation,
    decision: ReviewDecision,
    reason: str,
    now: datetime,
    actor: str,
) -> int:
    """Write the decision on the newest submission; return that submission's version."""
    due_at = owed.revise_by_at
    until = {} if due_at is None else {"revise_before": due_at.isoformat()}
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
        **until,
    )
    return submission.version
