"""What a letter about some notices says, gathered from the store as it stands."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from lsplan_workflow.domain.announcements import filed_version, former_due_on, former_revise_on
from lsplan_workflow.domain.compliance import days_late
from lsplan_workflow.domain.notice_kinds import CHASING, DATED, NoticeKind
from lsplan_workflow.domain.notices import voided_version
from lsplan_workflow.domain.obligations import Status
from lsplan_workflow.notify.letter import Item, Letter, Tried
from lsplan_workflow.services.cycles import find_cycle
from lsplan_workflow.services.digest_letters import digest_item
from lsplan_workflow.services.failure_letters import failure_item
from lsplan_workflow.services.letter_heads import letter_head, program_of
from lsplan_workflow.services.matters import Matter, facts
from lsplan_workflow.services.obstacle_letters import obstacle_item
from lsplan_workflow.services.passing_letters import owed_again, passed_on
from lsplan_workflow.store import audit, mails, obligations, submissions

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from sqlmodel import Session

    from lsplan_workflow.configuration.folder import Configuration
    from lsplan_workflow.domain.obligations import Obligation
    from lsplan_workflow.store.submissions import Decision
    from lsplan_workflow.store.tables import NoticeRow, ReviewRow, SubmissionRow

_ONE_DAY: Final = timedelta(days=1)


def write_letter(
    session: Session,
    configuration: Configuration,
    rows: Sequence[NoticeRow],
    now: datetime,
    owed: Mapping[tuple[str, str], Obligation] | None = None,
) -> Letter:
    """Return the letter that one mail's notices make up, in the language of the first.

    `owed` is what they are about, by cycle and agency, where it has been read already.
    """
    if owed is None:
        owed = obligations.obligations_about(session, rows)
    head = letter_head(configuration, program_of(session, configuration, rows[0]), rows[0], now)
    items = tuple(
        _item(session, configuration, row, owed.get((row.cycle, row.agency)), now) for row in rows
    )
    if not any(row.kind == NoticeKind.DIGEST for row in rows):
        return replace(head, items=items)
    count, digest = audit.head_of(session)
    return replace(head, items=items, audit_count=count, audit_hash=digest)


def _item(
    session: Session,
    configuration: Configuration,
    row: NoticeRow,
    obligation: Obligation | None,
    now: datetime,
) -> Item:
    kind = NoticeKind(row.kind)
    if kind is NoticeKind.FAILURE:
        return failure_item(configuration, row, now)
    if row.obstacle is not None:
        return obstacle_item(session, configuration, row, row.obstacle, now)
    cycle = find_cycle(configuration, row.cycle)
    if kind is NoticeKind.DIGEST:
        # A digest is about the whole cycle, whatever its reader's agency was given for itself.
        base = facts(configuration, cycle, row, None)
        return digest_item(session, configuration, base, cycle, now, row.language)
    base = facts(configuration, cycle, row, obligation)
    if obligation is None:
        return base
    matter = Matter(session, configuration, row, obligation, now)
    return _ADDED.get(kind, _decided)(matter, base)


def _chasing(matter: Matter, base: Item) -> Item:
    """Add how many days remain (the last full day included), or how many it is late."""
    day = matter.configuration.calendar.local_day(matter.now)
    if matter.now >= matter.obligation.due_at:
        return base.evolve(days=days_late(base.before, day))
    return base.evolve(days=(base.last_full_day - day).days)


def _escalated(matter: Matter, base: Item) -> Item:
    """Add what the agency was sent before: of which kind, on which day, to whom by his role.

    A copy of the letter itself that has left already is nothing that was tried before.
    """
    calendar, directory = matter.configuration.calendar, matter.configuration.directory
    sent = mails.sent_about(matter.session, base.cycle, base.agency_code)
    tried = dict.fromkeys(
        Tried(NoticeKind(row.kind), calendar.local_day(row.sent_at), contact.role)
        for row in sent
        if row.kind in CHASING
        and row.rung != matter.row.rung
        and row.sent_at is not None
        and row.sent_at <= matter.now
        and (contact := directory.contact(row.contact)) is not None
    )
    return _chasing(matter, base).evolve(tried=tuple(tried))


def _filed(matter: Matter, base: Item) -> Item:
    """Add the submission that a receipt or a return is about; its version is in the rung."""
    version = filed_version(matter.row.rung)
    obligation = matter.obligation
    found = submissions.submissions_of(matter.session, obligation.cycle, obligation.agency)
    return _of_submission(matter, base, next(s for s in found if s.version == version))


def _was_there_before_the_end(matter: Matter, filed: Item) -> bool:
    """Tell whether a report was entered after its agency had ended, and had arrived before."""
    ended_on = matter.configuration.directory[filed.agency_code].succeeded_on
    if ended_on is None or filed.received_at is None:
        return False
    ended_at = matter.configuration.calendar.midnight(ended_on)
    return filed.received_at < ended_at <= matter.now


def _receipted(matter: Matter, base: Item) -> Item:
    """Add the submission that was received, and how many days late the report counts as."""
    filed = _still_awaited(matter, _filed(matter, base))
    filed = filed.evolve(excused=_was_there_before_the_end(matter, filed))
    counted_at = matter.obligation.first_complete_at
    if counted_at is None or not filed.late:
        return filed
    day = matter.configuration.calendar.local_day(counted_at)
    return filed.evolve(days=days_late(base.before, day))


def _still_awaited(matter: Matter, filed: Item) -> Item:
    """Add until when a revision is awaited that a version was received too early to be."""
    calendar, due_at = matter.configuration.calendar, matter.obligation.revise_by_at
    returned = submissions.last_return(matter.session, filed.cycle, filed.agency_code)
    if matter.obligation.status is not Status.RETURNED or returned is None or due_at is None:
        return filed
    answered, returned_at = returned[0].version, returned[1].decided_at
    too_early = filed.received_at is not None and filed.received_at < returned_at
    if filed.version <= answered or not too_early:
        return filed
    until = calendar.local_day(due_at)
    working_day = calendar.working_day_on_or_before(until - _ONE_DAY)
    return filed.evolve(until=until, until_working_day=working_day)


def _returned(matter: Matter, base: Item) -> Item:
    """Add the submission that was returned, why, and until when it is to be revised.

    Where that is another day than the agency knew of, the day that was excluded before.
    """
    filed = _filed(matter, base)
    found = submissions.submissions_of(matter.session, base.cycle, base.agency_code)
    submission = next(s for s in found if s.version == filed.version)
    return _due_again(matter, filed).evolve(
        reason=_reason(matter.session, submission), former=former_revise_on(matter.row.rung)
    )


def _accepted(matter: Matter, base: Item) -> Item:
    """Add the submission that was accepted, and whether a return was taken back by that."""
    reviewed = submissions.standing_reviews(matter.session, base.cycle, base.agency_code)
    if not reviewed:
        return base
    submission, _accepted = reviewed[-1]
    lifted = any(_takes_back(submission, *former) for former in reviewed[-2:-1])
    return _of_submission(matter, base, submission).evolve(return_lifted=lifted)


def _takes_back(accepted: SubmissionRow, former: SubmissionRow, review: ReviewRow) -> bool:
    """Tell whether to accept a version took a return back that no version had answered."""
    unanswered = accepted.id == former.id or accepted.received_at < review.decided_at
    return unanswered and review.decision == submissions.ReviewDecision.RETURNED.value


def _of_submission(matter: Matter, base: Item, submission: SubmissionRow) -> Item:
    documents = submissions.documents_of(matter.session, submission)
    return base.evolve(
        received_at=matter.configuration.calendar.local(submission.received_at),
        version=submission.version,
        late=_counted_at(matter, submission) >= matter.obligation.due_at,
        documents=tuple(document.name for document in documents),
    )


def _counted_at(matter: Matter, submission: SubmissionRow) -> datetime:
    """Return when the report counts as filed: a revision is as timely as the first filing was."""
    return matter.obligation.first_complete_at or submission.received_at


def _due_again(matter: Matter, base: Item) -> Item:
    """Add until when a returned report is to be revised, if it is."""
    calendar, due_at = matter.configuration.calendar, matter.obligation.revise_by_at
    if due_at is None:
        return base
    until, day = calendar.local_day(due_at), calendar.local_day(matter.now)
    overdue = matter.obligation.is_revision_overdue(matter.now)
    return base.evolve(
        until=until,
        until_working_day=calendar.working_day_on_or_before(until - _ONE_DAY),
        overdue=overdue,
        days=days_late(until, day) if overdue else (until - day).days - 1,
    )


def _revision(matter: Matter, base: Item) -> Item:
    """Add which submission was returned last and why, and until when it is to be revised."""
    returned = submissions.last_return(matter.session, base.cycle, base.agency_code)
    if returned is None:
        return base
    submission, review = returned
    filed = _of_submission(matter, base, submission)
    return _due_again(matter, filed).evolve(reason=review.reason)


def _reason(session: Session, submission: SubmissionRow) -> str:
    reviews = submissions.reviews_of(session, submission)
    returned = submissions.ReviewDecision.RETURNED.value
    return next((r.reason for r in reversed(reviews) if r.decision == returned), "")


def _decided(matter: Matter, base: Item) -> Item:
    """Add why it was decided and by which document, and what is awaited since.

    The rung ends with the decision's number among those of its kind.
    """
    kind, number = matter.row.rung.split("-")
    made = submissions.decisions_of(matter.session, base.cycle, base.agency_code)
    chosen = [d for d in made if d.kind.value == kind][int(number) - 1]
    return _due_again(matter, base).evolve(
        reason=chosen.reason,
        authority=chosen.authority,
        filed_already=matter.obligation.first_complete_at is not None,
        late=_is_late(matter, base),
        former=_told_before(matter, base),
    )


def _reopened(matter: Matter, base: Item) -> Item:
    """Add what any decision says, or of a version that is void what is awaited without it."""
    version = voided_version(matter.row.rung)
    if version is None:
        return _decided(matter, owed_again(matter, base))
    void = submissions.voidings(matter.session, base.cycle, base.agency_code)
    review = next(review for filed, review in void if filed.version == version)
    standing = submissions.latest_submission(matter.session, base.cycle, base.agency_code)
    owed = matter.obligation
    found = owed_again(matter, base)
    return _due_again(matter, found).evolve(
        void_version=version,
        version=standing.version if standing else 0,
        settled=owed.is_settled,
        reason=review.reason,
        authority=review.authority or "",
        filed_already=owed.first_complete_at is not None,
        late=_is_late(matter, found),
    )


def _is_late(matter: Matter, found: Item) -> bool:
    """Tell whether the deadline of which an item speaks has passed."""
    return matter.now >= matter.configuration.calendar.midnight(found.before)


def _told_before(matter: Matter, base: Item) -> date | None:
    """Return the day that the deadline excludes of which the last earlier letter told, if another.

    Of a deadline whose letter never left the agency does not know.
    """
    sent, own = mails.sent_about(matter.session, base.cycle, base.agency_code), matter.row
    others = (row for row in sent if row.kind in DATED and row.rung != own.rung)
    # What left itself is read again, as in a preview, with what had left before it.
    earlier = (r for r in others if not own.sent_at or (r.sent_at and r.sent_at < own.sent_at))
    told = [row.due_on for row in earlier if row.due_on is not None]
    return told[-1] if told and told[-1] != base.before else None


def _moved(matter: Matter, base: Item) -> Item:
    """Add the day that the deadline excluded of which the agency was told last.

    Where nothing tells of another it is the one with which the rung ends. Of a day that was
    granted, and holds now, the agency may never have heard why, or by which document.
    """
    former = _told_before(matter, base) or former_due_on(matter.row.rung)
    granted = _granting(matter)
    if granted is None:
        return base.evolve(former=former)
    return base.evolve(former=former, reason=granted.reason, authority=granted.authority)


def _granting(matter: Matter) -> Decision | None:
    """Return the decision that gave the deadline which holds, where it is not the cycle's own.

    A duty that was taken over may have brought it along.
    """
    owed = matter.obligation
    own = find_cycle(matter.configuration, owed.cycle).due_at
    if owed.granted_at is None or not own < owed.granted_at == owed.due_at:
        return None
    made = submissions.decisions_of(matter.session, owed.cycle)
    whose = {owed.agency, *owed.covers}
    giving = (d for d in made if d.agency in whose and d.until == owed.granted_at)
    return max(giving, key=lambda decision: decision.decided_at, default=None)


def _succession(matter: Matter, base: Item) -> Item:
    """Add to whom the duty has passed, or that it lapsed; else `covers` tells whence it came."""
    if matter.obligation.status is not Status.TRANSFERRED:
        return _left_behind(matter, base)
    return passed_on(matter, base)


def _left_behind(matter: Matter, base: Item) -> Item:
    """Add the name under which a report goes on that another agency now has to file.

    Whoever had to file it before is told who that is.
    """
    directory, language = matter.configuration.directory, matter.row.language
    day = matter.configuration.calendar.local_day(matter.now)
    heir = directory.follow(matter.obligation.agency, day)
    if heir.code == matter.obligation.agency:
        return base
    name, contact = heir.form_of_address(language), directory.contact(matter.row.contact)
    if contact is not None and contact.agency == heir.code:
        taken = base.evolve(agency=name, kept_as=base.agency, covers=())
        returned = matter.obligation.status is Status.RETURNED
        return _revision(matter, taken) if returned else taken
    return base.evolve(successors=(name,))


_ADDED: Final[Mapping[NoticeKind, Callable[[Matter, Item], Item]]] = {
    NoticeKind.OPENING: _chasing,
    NoticeKind.REMINDER: _chasing,
    NoticeKind.OVERDUE: _chasing,
    NoticeKind.ESCALATION: _escalated,
    NoticeKind.RECEIPT: _receipted,
    NoticeKind.RETURNED: _returned,
    NoticeKind.ACCEPTANCE: _accepted,
    NoticeKind.REVISION: _revision,
    NoticeKind.REOPENING: _reopened,
    NoticeKind.DEADLINE: _moved,
    NoticeKind.SUCCESSION: _succession,
}
"""What is added for each kind; the others are of decisions on the obligation."""
