"""Submissions with their documents and reviews, and the decisions on deadlines."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import func
from sqlmodel import Session, col, select

from lsplan_workflow.store.statements import portions
from lsplan_workflow.store.tables import DecisionRow, DocumentRow, ReviewRow, SubmissionRow

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable


class ReviewDecision(StrEnum):
    """What the focal point decided about a submission."""

    ACCEPTED = "accepted"
    RETURNED = "returned"


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
    """Return the submissions of a cycle, by agency and version, of one agency or of all."""
    statement = select(SubmissionRow).where(col(SubmissionRow.cycle) == cycle)
    if agency is not None:
        statement = statement.where(col(SubmissionRow.agency) == agency)
    return sorted(session.exec(statement), key=_by_agency_and_version)


def latest_submission(session: Session, cycle: str, agency: str) -> SubmissionRow | None:
    """Return the newest version of what an agency filed, or None if it filed nothing."""
    return next(reversed(submissions_of(session, cycle, agency)), None)


def documents_of(session: Session, submission: SubmissionRow) -> list[Document]:
    """Return a submission's documents, in the order in which they were filed."""
    statement = select(DocumentRow).where(col(DocumentRow.submission_id) == submission.id)
    rows = session.exec(statement.order_by(col(DocumentRow.id)))
    return [Document(row.name, row.sha256, row.size) for row in rows]


def documents_of_cycle(session: Session, cycle: str) -> list[tuple[SubmissionRow, Document]]:
    """Return every document filed in a cycle with its submission, by agency and version."""
    statement = (
        select(SubmissionRow, DocumentRow)
        .join(DocumentRow, col(DocumentRow.submission_id) == col(SubmissionRow.id))
        .where(col(SubmissionRow.cycle) == cycle)
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


def reviews_of(session: Session, submission: SubmissionRow) -> list[ReviewRow]:
    """Return the reviews of a submission, oldest first."""
    statement = select(ReviewRow).where(col(ReviewRow.submission_id) == submission.id)
    return list(session.exec(statement.order_by(col(ReviewRow.id))))


def reviewed(session: Session, cycle: str, agency: str) -> list[tuple[SubmissionRow, ReviewRow]]:
    """Return the reviews of what an agency filed, oldest first, each with its version."""
    statement = (
        select(SubmissionRow, ReviewRow)
        .join(ReviewRow, col(ReviewRow.submission_id) == col(SubmissionRow.id))
        .where(col(SubmissionRow.cycle) == cycle, col(SubmissionRow.agency) == agency)
        .order_by(col(ReviewRow.id))
    )
    return list(session.exec(statement).all())


def last_return(
    session: Session, cycle: str, agency: str
) -> tuple[SubmissionRow, ReviewRow] | None:
    """Return the version that was returned last, with its review; None if none ever was."""
    found = reviewed(session, cycle, agency)
    returned = ReviewDecision.RETURNED.value
    return next((pair for pair in reversed(found) if pair[1].decision == returned), None)


def last_revise_by(
    session: Session, cycle: str, agencies: Iterable[str]
) -> dict[str, datetime | None]:
    """Return by when the last return asked for a revision, of those whose report was returned.

    None where that was not recorded.
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
