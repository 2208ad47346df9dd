"""The focal point's review of a submission: accept it, or return it for revision."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from lsplan_workflow.domain.announcements import known_revise_on, of_return
from lsplan_workflow.domain.cycles import within_span
from lsplan_workflow.domain.errors import RequestError
from lsplan_workflow.domain.notice_kinds import NoticeKind
from lsplan_workflow.domain.obligations import Event, Status
from lsplan_workflow.domain.text import Text
from lsplan_workflow.services.announcements import announce, withdraw_asking
from lsplan_workflow.services.cycles import bring_up_to_date, find_cycle
from lsplan_workflow.services.submissions import owed_obligation
from lsplan_workflow.store import audit, cycles, obligations, outbox, submissions
from lsplan_workflow.store.submissions import ReviewDecision

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlmodel import Session

    from lsplan_workflow.configuration.folder import Configuration
    from lsplan_workflow.domain.calendar import WorkingCalendar
    from lsplan_workflow.domain.cycles import Cycle
    from lsplan_workflow.domain.notices import Notice
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
    one, the time that the configuration gives begins, no longer than to the cycle's end while
    there are days left until then.

    What is returned already can be returned anew, with another day or another reason, from
    which its reminders follow the new day; to accept it takes the return back.
    """
    if decision is ReviewDecision.RETURNED and not reason.strip():
        raise RequestError(
            Text("Trả lại báo cáo phải nêu lý do (--reason).", "A return needs a --reason.")
        )
    now, configuration = workplace.clock.now(), workplace.configuration
    with workplace.database.writing() as session:
        bring_up_to_date(session, configuration, now)
        owed = owed_obligation(session, configuration, cycle, agency, now)
        if decision is ReviewDecision.RETURNED:
            _require_somebody(configuration, agency, now)
        reviewed = _reviewed(configuration, owed, decision, revise_by, now)
        if reviewed.status is Status.RETURNED:
            _require_change(session, owed, reviewed, reason)
        unsent = _withdraw(session, owed, now)
        obligations.save(session, [reviewed])
        version = _record(session, reviewed, decision, reason, now, actor)
        # The pass consolidates when the last obligation of a cycle is settled.
        cycles.schedule(session, cycle, now)
        if decision is ReviewDecision.ACCEPTED:
            number = _acceptances(session, reviewed)
            announce(session, configuration, reviewed, NoticeKind.ACCEPTANCE, number, now)
        else:
            known = known_revise_on(owed, unsent, configuration.calendar)
            _announce_return(session, configuration, reviewed, version, known, now)
    return reviewed


def _require_somebody(configuration: Configuration, agency: str, now: datetime) -> None:
    """Raise RequestError where an agency has ended and nobody is left to revise its report."""
    today = configuration.calendar.local_day(now)
    if not configuration.directory.follow(agency, today).exists_on(today):
        raise RequestError(
            Text(
                f"{agency} đã kết thúc, không có cơ quan kế thừa, nên không ai bổ sung được báo "
                "cáo này; hãy chấp nhận bằng `lsplan review accept`.",
                f"{agency} has ended without a successor, so that nobody can revise this report; "
                "accept it with `lsplan review accept`.",
            )
        )


def _announce_return(
    session: Session,
    configuration: Configuration,
    reviewed: Obligation,
    version: int,
    known: date | None,
    now: datetime,
) -> None:
    """Tell the agency of a return, and have its revision chased from now on."""
    told = _told_as(session, configuration, reviewed, version, known)
    announce(session, configuration, reviewed, NoticeKind.RETURNED, told, now)
    obligations.schedule(session, reviewed.cycle, {reviewed.agency: now})


def _reviewed(
    configuration: Configuration,
    owed: Obligation,
    decision: ReviewDecision,
    revise_by: date | None,
    now: datetime,
) -> Obligation:
    if decision is ReviewDecision.ACCEPTED:
        return owed.after(Event.ACCEPT, now)
    calendar, cycle = configuration.calendar, find_cycle(configuration, owed.cycle)
    today, end = calendar.local_day(now), _end_of_chase(cycle, calendar, now)
    if revise_by is None and owed.status is Status.RETURNED:
        raise RequestError(_returned_already(owed, calendar))
    if revise_by is None:
        until = within_span(now, cycle.regime.revise_within, calendar)
        return owed.returned(now, revise_by_at=until if end is None else min(until, end))
    if revise_by <= today:
        raise RequestError(
            Text(
                f"--by {revise_by:%d/%m/%Y}: hạn gửi lại phải sau ngày {today:%d/%m/%Y}.",
                f"--by {revise_by:%d/%m/%Y}: the revision must be due after {today:%d/%m/%Y}.",
            )
        )
    until = calendar.midnight(revise_by + timedelta(days=1))
    if end is not None and until > end:
        raise RequestError(_after_closing(revise_by, calendar.local_day(end)))
    return owed.returned(now, revise_by_at=until)


def _end_of_chase(cycle: Cycle, calendar: WorkingCalendar, now: datetime) -> datetime | None:
    """Return when a cycle ends, after which nothing is chased; None where no day is left.

    On the last day, as after it, a revision is due later all the same: nobody could be asked
    to send it in what is left of today.
    """
    tomorrow_ends_at = calendar.midnight(calendar.local_day(now) + timedelta(days=2))
    return cycle.closes_at if tomorrow_ends_at <= cycle.closes_at else None


def _returned_already(owed: Obligation, calendar: WorkingCalendar) -> Text:
    where, due_at = f"{owed.cycle}/{owed.agency}", owed.revise_by_at
    day = None if due_at is None else calendar.local_day(due_at) - timedelta(days=1)
    until_vi = "" if day is None else f", hạn gửi lại đến hết ngày {day:%d/%m/%Y}"
    until_en = "" if day is None else f"; the revision is due by the end of {day:%d/%m/%Y}"
    return Text(
        f"{where}: báo cáo đã được trả lại{until_vi}. Muốn đổi hạn hoặc lý do, hãy nêu --by; "
        "muốn rút lại việc trả lại, dùng `lsplan review accept`.",
        f"{where}: this report is returned already{until_en}. Give --by to change the day or the "
        "reason; to take the return back, use `lsplan review accept`.",
    )


def _require_change(session: Session, owed: Obligation, reviewed: Obligation, reason: str) -> None:
    """Raise RequestError for a return that says again what the one that stands says."""
    standing = submissions.last_return(session, owed.cycle, owed.agency)
    if owed.status is not Status.RETURNED or standing is None:
        return
    if reviewed.revise_by_at == owed.revise_by_at and reason == standing[1].reason:
        where = f"{owed.cycle}/{owed.agency}"
        raise RequestError(
            Text(
                f"{where}: báo cáo đã được trả lại với đúng hạn và lý do này.",
                f"{where}: this report is returned already, with this day and this reason.",
            )
        )


def _withdraw(session: Session, owed: Obligation, now: datetime) -> list[Notice]:
    """Cancel what waits to ask for a revision by the day that held; return what it was."""
    if owed.status is not Status.RETURNED:
        return []
    decided = outbox.notices_of(session, owed.cycle, [owed.agency])
    return [decided[key] for key in withdraw_asking(session, owed, now)]


def _told_as(
    session: Session,
    configuration: Configuration,
    reviewed: Obligation,
    version: int,
    known: date | None,
) -> str:
    """Return what tells the notice of a return apart from those of the returns before it."""
    due_at = reviewed.revise_by_at
    due_on = None if due_at is None else configuration.calendar.local_day(due_at)
    found = submissions.reviewed(session, reviewed.cycle, reviewed.agency)
    returned = ReviewDecision.RETURNED.value
    times = sum(s.version == version and r.decision == returned for s, r in found)
    return of_return(version, times, known if known != due_on else None)


def _after_closing(day: date, closes_on: date) -> Text:
    last = closes_on - timedelta(days=1)
    return Text(
        f"--by {day:%d/%m/%Y}: kỳ báo cáo kết thúc trước ngày đó; chậm nhất là {last:%d/%m/%Y}.",
        f"--by {day:%d/%m/%Y}: the cycle ends before that day; the last day possible is "
        f"{last:%d/%m/%Y}.",
    )


def _acceptances(session: Session, owed: Obligation) -> int:
    """Return how often an obligation's reports were accepted, what was taken back included."""
    found = submissions.reviewed(session, owed.cycle, owed.agency)
    return sum(review.decision == ReviewDecision.ACCEPTED.value for _filed, review in found)


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
        session,
        submission,
        decision=decision,
        reason=reason,
        decided_at=now,
        decided_by=actor,
        revise_by_at=due_at,
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
