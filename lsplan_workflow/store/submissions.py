"""Submissions with their documents and reviews, and the decisions on deadlines."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from sqlalchemy import ColumnElement, func
from sqlmodel import Session, col, select

from lsplan_workflow.domain.acts import Act
from lsplan_workflow.domain.obligations import Event
from lsplan_workflow.store.statements import portions
from lsplan_workflow.store.tables import DecisionRow, DocumentRow, ReviewRow, SubmissionRow

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable


class ReviewDecision(StrEnum):
    """What the focal point decided about a submission; what is void counts for nothing."""

    ACCEPTED = "accepted"
    RETURNED = "returned"
    VOIDED = "voided"


_EVENTS: Final = {
    ReviewDecision.ACCEPTED.value: Event.ACCEPT,
    ReviewDecision.RETURNED.value: Event.RETURN,
}


class DecisionKind(StrEnum):
    """What was decided about one obligation's deadline."""

    EXTENSION = "extension"
    WAIVER = "waiver"
    REOPENING = "reopening"


@dataclass(frozen=True, slots=True)
class Document:
    """A file that was filed: its name, its content's SHA-256 (hex) and its size in bytes."""

    name: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Decision:
    """An extension (`until` a new due instant), a waiver or a reopening of an obligation.

    `authority` is the document that it rests on.
    """

    cycle: str
    agency: str
    kind: DecisionKind
    reason: str
    authority: str
    decided_at: datetime
    decided_by: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Filing:
    """That an agency filed something, and who recorded it.

    What reached the office by another way was `recorded_at` a later instant, for a `reason`.
    """

    cycle: str
    agency: str
    received_at: datetime
    complete: bool
    recorded_by: str
    recorded_at: datetime | None = None
    reason: str | None = None


def record_submission(
    session: Session, filing: Filing, *, documents: Iterable[Document]
) -> SubmissionRow:
    """Add the next version of what an agency filed, with its documents."""
    submission = SubmissionRow(
        cycle=filing.cycle,
        agency=filing.agency,
        version=_newest_version(session, filing.cycle, filing.agency) + 1,
        received_at=filing.received_at,
        complete=filing.complete,
        recorded_by=filing.recorded_by,
        recorded_at=filing.recorded_at,
        reason=filing.reason,
    )
    session.add(submission)
    session.flush()
    session.add_all(
        DocumentRow(submission_id=_id(submission), name=d.name, sha256=d.sha256, size=d.size)
        for d in documents
    )
    session.flush()
    return submission


def submissions_of(session: Session, cycle: str, agency: str | None = None) -> list[SubmissionRow]:
    """Return the submissions of a cycle, by agency and version, of one agency or of all.

    Those that are void are among them.
    """
    statement = select(SubmissionRow).where(col(SubmissionRow.cycle) == cycle)
    if agency is not None:
        statement = statement.where(col(SubmissionRow.agency) == agency)
    return sorted(session.exec(statement), key=_by_agency_and_version)


def latest_submission(session: Session, cycle: str, agency: str) -> SubmissionRow | None:
    """Return the newest version of what an agency filed that is not void, or None."""
    filed = submissions_of(session, cycle, agency)
    void = {submission.version for submission, _review in voidings(session, cycle, agency)}
    return next((found for found in reversed(filed) if found.version not in void), None)


def acts_on(session: Session, cycle: str, agency: str) -> list[Act]:
    """Return what was done with the versions of an agency that are not void, in that order.

    Only the newest version is ever reviewed: what was done at one instant, too, was done to
    each version before the next was filed.
    """
    reviews = reviewed(session, cycle, agency)
    void = void_versions(reviews)
    acts = list[Act]()
    for filed in submissions_of(session, cycle, agency):
        if filed.version not in void:
            acts.append(Act(Event.SUBMIT, filed.version, filed.received_at))
            acts += (_act(filed, review) for of, review in reviews if of.id == filed.id)
    return acts


def _act(filed: SubmissionRow, review: ReviewRow) -> Act:
    event, decided_at = _EVENTS[review.decision], review.decided_at
    return Act(event, filed.version, decided_at, review.revise_by_at)


def voidings(
    session: Session, cycle: str, agency: str | None = None
) -> list[tuple[SubmissionRow, ReviewRow]]:
    """Return the void versions of a cycle by agency and version, with who decided it and why.

    Of one agency or of all.
    """
    statement = (
        select(SubmissionRow, ReviewRow)
        .join(ReviewRow, col(ReviewRow.submission_id) == col(SubmissionRow.id))
        .where(col(SubmissionRow.cycle) == cycle)
        .where(col(ReviewRow.decision) == ReviewDecision.VOIDED.value)
    )
    if agency is not None:
        statement = statement.where(col(SubmissionRow.agency) == agency)
    return sorted(session.exec(statement), key=lambda pair: _by_agency_and_version(pair[0]))


def documents_of(session: Session, submission: SubmissionRow) -> list[Document]:
    """Return a submission's documents, in the order in which they were filed."""
    statement = select(DocumentRow).where(col(DocumentRow.submission_id) == submission.id)
    rows = session.exec(statement.order_by(col(DocumentRow.id)))
    return [Document(row.name, row.sha256, row.size) for row in rows]


def documents_of_cycle(session: Session, cycle: str) -> list[tuple[SubmissionRow, Document]]:
    """Return every document filed in a cycle with its submission, by agency and version.

    Those of void versions are left out.
    """
    statement = (
        select(SubmissionRow, DocumentRow)
        .join(DocumentRow, col(DocumentRow.submission_id) == col(SubmissionRow.id))
        .where(col(SubmissionRow.cycle) == cycle, _is_standing())
        .order_by(col(DocumentRow.id))
    )
    found = sorted(session.exec(statement), key=lambda pair: _by_agency_and_version(pair[0]))
    return [(filed, Document(row.name, row.sha256, row.size)) for filed, row in found]


def record_review(
    session: Session,
    submission: SubmissionRow,
    *,
    decision: ReviewDecision,
    reason: str,
    decided_at: datetime,
    decided_by: str,
    revise_by_at: datetime | None = None,
) -> ReviewRow:
    """Add the focal point's decision on a submission; of a return, by when to revise it."""
    review = ReviewRow(
        submission_id=_id(submission),
        decision=decision.value,
        reason=reason,
        decided_at=decided_at,
        decided_by=decided_by,
        revise_by_at=revise_by_at,
    )
    session.add(review)
    session.flush()
    return review


def record_voiding(
    session: Session,
    submission: SubmissionRow,
    *,
    reason: str,
    authority: str,
    decided_at: datetime,
    decided_by: str,
) -> ReviewRow:
    """Record that a submission is void, and by which document; nothing of it is taken away."""
    review = ReviewRow(
        submission_id=_id(submission),
        decision=ReviewDecision.VOIDED.value,
        reason=reason,
        decided_at=decided_at,
        decided_by=decided_by,
        authority=authority,
    )
    session.add(review)
    session.flush()
    return review


def reviews_of(session: Session, submission: SubmissionRow) -> list[ReviewRow]:
    """Return the reviews of a submission, oldest first."""
    statement = select(ReviewRow).where(col(ReviewRow.submission_id) == submission.id)
    return list(session.exec(statement.order_by(col(ReviewRow.id))))


def reviewed(session: Session, cycle: str, agency: str) -> list[tuple[SubmissionRow, ReviewRow]]:
    """Return the reviews of what an agency filed, oldest first, each with its version.

    What became of versions that are void is among them.
    """
    statement = (
        select(SubmissionRow, ReviewRow)
        .join(ReviewRow, col(ReviewRow.submission_id) == col(SubmissionRow.id))
        .where(col(SubmissionRow.cycle) == cycle, col(SubmissionRow.agency) == agency)
        .order_by(col(ReviewRow.id))
    )
    return list(session.exec(statement).all())


def void_versions(reviews: Iterable[tuple[SubmissionRow, ReviewRow]]) -> frozenset[int]:
    """Return which versions are void by some reviews of an agency's report."""
    voided = ReviewDecision.VOIDED.value
    return frozenset(filed.version for filed, r in reviews if r.decision == voided)


def standing_reviews(
    session: Session, cycle: str, agency: str
) -> list[tuple[SubmissionRow, ReviewRow]]:
    """Return the reviews of those versions of an agency that are not void, as `reviewed` does."""
    found = reviewed(session, cycle, agency)
    void = void_versions(found)
    return [pair for pair in found if pair[0].version not in void]


def last_return(
    session: Session, cycle: str, agency: str
) -> tuple[SubmissionRow, ReviewRow] | None:
    """Return the version that was returned last, with its review; None if none ever was.

    Void versions are left out.
    """
    found = standing_reviews(session, cycle, agency)
    returned = ReviewDecision.RETURNED.value
    return next((pair for pair in reversed(found) if pair[1].decision == returned), None)


def last_revise_by(
    session: Session, cycle: str, agencies: Iterable[str]
) -> dict[str, datetime | None]:
    """Return by when the last return asked for a revision, of those whose report was returned.

    None where that was not recorded. Of a version that is void by now its agency was told too.
    """
    statement = (
        select(SubmissionRow.agency, ReviewRow.revise_by_at)
        .join(ReviewRow, col(ReviewRow.submission_id) == col(SubmissionRow.id))
        .where(col(SubmissionRow.cycle) == cycle)
        .where(col(SubmissionRow.agency).in_(set(agencies)))
        .where(col(ReviewRow.decision) == ReviewDecision.RETURNED.value)
        .order_by(col(ReviewRow.id))
    )
    return dict(session.exec(statement).all())


def decided_at(
    session: Session, cycle: str, agencies: Collection[str] | None = None
) -> dict[str, list[datetime]]:
    """Return when anything was decided about each obligation of a cycle, by agency.

    Decisions on deadlines and reviews alike, of some agencies or of all.
    """
    decided = select(DecisionRow.agency, DecisionRow.decided_at)
    reviewed = select(SubmissionRow.agency, ReviewRow.decided_at).join(
        ReviewRow, col(ReviewRow.submission_id) == col(SubmissionRow.id)
    )
    statements = (
        (decided.where(col(DecisionRow.cycle) == cycle), col(DecisionRow.agency)),
        (reviewed.where(col(SubmissionRow.cycle) == cycle), col(SubmissionRow.agency)),
    )
    found = defaultdict[str, list[datetime]](list)
    for statement, agency in statements:
        for portion in [None] if agencies is None else portions(sorted(agencies)):
            chosen = statement if portion is None else statement.where(agency.in_(portion))
            for code, at in session.exec(chosen):
                found[code].append(at)
    return dict(found)


def record_decision(session: Session, decision: Decision) -> None:
    """Add a decision on a deadline."""
    row = DecisionRow(
        cycle=decision.cycle,
        agency=decision.agency,
        kind=decision.kind.value,
        until=decision.until,
        reason=decision.reason,
        authority=decision.authority,
        decided_at=decision.decided_at,
        decided_by=decision.decided_by,
    )
    session.add(row)
    session.flush()


def decisions_of(session: Session, cycle: str, agency: str | None = None) -> list[Decision]:
    """Return the decisions on deadlines of a cycle, oldest first: of one agency, or of all."""
    statement = select(DecisionRow).where(col(DecisionRow.cycle) == cycle)
    if agency is not None:
        statement = statement.where(col(DecisionRow.agency) == agency)
    rows = session.exec(statement.order_by(col(DecisionRow.id)))
    return [
        Decision(
            cycle=row.cycle,
            agency=row.agency,
            kind=DecisionKind(row.kind),
            reason=row.reason,
            authority=row.authority,
            decided_at=row.decided_at,
            decided_by=row.decided_by,
            until=row.until,
        )
        for row in rows
    ]


def _is_standing() -> ColumnElement[bool]:
    """Return the condition on submissions that they are not void."""
    voided = col(ReviewRow.decision) == ReviewDecision.VOIDED.value
    return col(SubmissionRow.id).not_in(select(ReviewRow.submission_id).where(voided))


def _by_agency_and_version(submission: SubmissionRow) -> tuple[str, int]:
    # Sorted by Python, because each Postgres sorts text as its own locale does.
    return submission.agency, submission.version


def _newest_version(session: Session, cycle: str, agency: str) -> int:
    own = (col(SubmissionRow.cycle) == cycle, col(SubmissionRow.agency) == agency)
    newest = session.exec(select(func.max(col(SubmissionRow.version))).where(*own)).one()
    return newest or 0


def _id(submission: SubmissionRow) -> int:
    if submission.id is None:
        raise ValueError("this submission was never recorded")
    return submission.id
