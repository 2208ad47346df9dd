"""The tables. History is append-only: only states change.

Every instant is aware and stored as UTC; enumerations are stored as their plain values.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import JSON, DateTime, Index, Text, TypeDecorator, UniqueConstraint
from sqlmodel import Field, SQLModel

from lsplan_workflow.domain.channels import EMAIL

if TYPE_CHECKING:
    from sqlalchemy.engine import Dialect


class UtcInstant(TypeDecorator[datetime]):
    """An instant: refuses naive values, and gives aware UTC back on every database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the instant in UTC; raise ValueError if it is naive."""
        del dialect
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} is naive: it names no instant")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the instant in UTC; SQLite keeps no zone, Postgres answers in its own."""
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


NullableJson: Final = JSON(none_as_null=True)
"""A value of JSON, or the database's own NULL for none."""


class Installation(SQLModel, table=True):
    """One row: whether this is a rehearsal, where its clock stands, when it first ran."""

    __tablename__ = "installation"

    id: int = Field(default=1, primary_key=True, sa_column_kwargs={"autoincrement": False})
    rehearsal: bool
    clock_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    first_ran_at: datetime | None = Field(default=None, sa_type=UtcInstant)


class ConfigurationVersion(SQLModel, table=True):
    """A configuration that was taken into effect; `files` maps file names to their text.

    A rehearsal's first version has no `applied_at`: its clock has not begun.
    """

    __tablename__ = "configuration_version"

    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    applied_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    applied_by: str
    sha256: str
    files: dict[str, str] = Field(sa_type=JSON)


class CycleRow(SQLModel, table=True):
    """A reporting cycle that was opened, or passed over as untracked.

    `announced_due_at` is the due instant that it was opened with, where it has another one
    since; `ladder` likewise the one its digests began by.
    """

    __tablename__ = "cycle"

    code: str = Field(primary_key=True)
    regime: str
    year: int
    opens_at: datetime = Field(sa_type=UtcInstant)
    due_at: datetime = Field(sa_type=UtcInstant)
    grace_ends_at: datetime = Field(sa_type=UtcInstant)
    closes_at: datetime = Field(sa_type=UtcInstant)
    untracked: bool = False
    announced_due_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    ladder: list[dict[str, Any]] | None = Field(default=None, sa_type=NullableJson)
    next_action_at: datetime | None = Field(default=None, sa_type=UtcInstant, index=True)


class ObligationRow(SQLModel, table=True):
    """One agency's duty in one reporting cycle."""

    __tablename__ = "obligation"
    __table_args__ = (
        UniqueConstraint("cycle", "agency", name="uq_obligation_cycle_agency"),
        Index("ix_obligation_cycle_next_action_at", "cycle", "next_action_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    cycle: str = Field(foreign_key="cycle.code")
    agency: str = Field(index=True)
    status: str
    due_at: datetime = Field(sa_type=UtcInstant)
    first_complete_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    covers: list[str] = Field(sa_type=JSON)
    original: bool
    ended_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    revise_by_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    chased_since: datetime | None = Field(default=None, sa_type=UtcInstant)
    ladder: list[dict[str, Any]] | None = Field(default=None, sa_type=NullableJson)
    granted_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    next_action_at: datetime | None = Field(default=None, sa_type=UtcInstant, index=True)


class SubmissionRow(SQLModel, table=True):
    """One version of what an agency filed.

    What reached the office by another way was `recorded_at` a later instant, for a `reason`.
    """

    __tablename__ = "submission"
    __table_args__ = (
        UniqueConstraint("cycle", "agency", "version", name="uq_submission_cycle_agency_version"),
    )

    id: int | None = Field(default=None, primary_key=True)
    cycle: str = Field(foreign_key="cycle.code")
    agency: str
    version: int
    received_at: datetime = Field(sa_type=UtcInstant)
    complete: bool
    recorded_by: str
    recorded_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    reason: str | None = Field(default=None, sa_type=Text)


class DocumentRow(SQLModel, table=True):
    """One file of a submission; `size` is in bytes."""

    __tablename__ = "document"

    id: int | None = Field(default=None, primary_key=True)
    submission_id: int = Field(foreign_key="submission.id", index=True)
    name: str
    sha256: str = Field(index=True)
    size: int


class ReviewRow(SQLModel, table=True):
    """What the focal point decided on a submission, by which document if it needs one.

    `accepted`, `returned` to revise by a day, or `voided`: it was recorded by mistake.
    """

    __tablename__ = "review"

    id: int | None = Field(default=None, primary_key=True)
    submission_id: int = Field(foreign_key="submission.id", index=True)
    decision: str
    reason: str
    decided_at: datetime = Field(sa_type=UtcInstant)
    decided_by: str
    revise_by_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    authority: str | None = None


class DecisionRow(SQLModel, table=True):
    """An `extension` (until a new due instant), a `waiver` or a `reopening` of one obligation."""

    __tablename__ = "decision"
    __table_args__ = (Index("ix_decision_cycle_agency", "cycle", "agency"),)

    id: int | None = Field(default=None, primary_key=True)
    cycle: str = Field(foreign_key="cycle.code")
    agency: str
    kind: str
    until: datetime | None = Field(default=None, sa_type=UtcInstant)
    reason: str
    authority: str
    decided_at: datetime = Field(sa_type=UtcInstant)
    decided_by: str


class ObstacleRow(SQLModel, table=True):
    """A difficulty that an agency reported; `number` is made of the year and the ordinal.

    `announced_by_at` is the due instant of the answer that it was received with.
    """

    __tablename__ = "obstacle"
    __table_args__ = (UniqueConstraint("year", "ordinal", name="uq_obstacle_year_ordinal"),)

    number: str = Field(primary_key=True)
    year: int
    ordinal: int
    program: str
    agency: str = Field(index=True)
    content: str = Field(sa_type=Text)
    cause: str = Field(sa_type=Text)
    measures: str = Field(sa_type=Text)
    proposal: str = Field(sa_type=Text)
    competence: str = Field(sa_type=Text)
    received_at: datetime = Field(sa_type=UtcInstant)
    answer_by_at: datetime = Field(sa_type=UtcInstant)
    announced_by_at: datetime = Field(sa_type=UtcInstant)
    chased_since: datetime = Field(sa_type=UtcInstant)
    state: str
    assigned_to: str | None = None
    next_action_at: datetime | None = Field(default=None, sa_type=UtcInstant, index=True)


class ObstacleStepRow(SQLModel, table=True):
    """What was done about an obstacle: `received`, `assigned`, `answered` or `closed`.

    `text` is the answer, or why it was closed or entered later; `agency` is the one that it
    was assigned to, until `answer_by_at`.
    """

    __tablename__ = "obstacle_step"

    id: int | None = Field(default=None, primary_key=True)
    obstacle: str = Field(foreign_key="obstacle.number", index=True)
    state: str
    at: datetime = Field(sa_type=UtcInstant)
    actor: str
    text: str = Field(sa_type=Text)
    agency: str | None = None
    answer_by_at: datetime | None = Field(default=None, sa_type=UtcInstant)


class ObstacleDocumentRow(SQLModel, table=True):
    """One file that came with a step; `size` is in bytes."""

    __tablename__ = "obstacle_document"

    id: int | None = Field(default=None, primary_key=True)
    step_id: int = Field(foreign_key="obstacle_step.id", index=True)
    name: str
    sha256: str = Field(index=True)
    size: int


class NoticeRow(SQLModel, table=True):
    """A notice in the outbox; see `outbox` for how its status moves.

    `attempts` counts the attempts that had a result. `reply` is the server's own text, and
    `cause` what it means where the last attempt failed. What is about an obstacle (its
    number) or a failure has an empty `cycle`. `way` tells which of its contact's addresses
    it goes to, 0 the first.
    """

    __tablename__ = "notice"
    __table_args__ = (
        UniqueConstraint("key", name="uq_notice_key"),
        Index("ix_notice_cycle_agency", "cycle", "agency"),
        Index("ix_notice_status_send_at", "status", "send_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    key: str
    kind: str
    rung: str
    cycle: str
    agency: str
    contact: str
    recipient: str
    language: str
    send_at: datetime = Field(sa_type=UtcInstant)
    status: str
    copy_of: str | None = None
    message_id: str | None = Field(default=None, index=True)
    attempts: int = 0
    first_attempt_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    next_attempt_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    lease_until: datetime | None = Field(default=None, sa_type=UtcInstant)
    lease_by: str | None = None
    sent_at: datetime | None = Field(default=None, sa_type=UtcInstant, index=True)
    reply: str | None = Field(default=None, sa_type=Text)
    decided_at: datetime = Field(sa_type=UtcInstant)
    due_on: date | None = None
    obstacle: str | None = Field(default=None, index=True)
    cause: str | None = None
    channel: str = Field(default=EMAIL, sa_column_kwargs={"server_default": EMAIL})
    way: int = Field(default=0, sa_column_kwargs={"server_default": "0"})


class SuspectRow(SQLModel, table=True):
    """A contact whose address was refused for good, by whose notice, and that address's hash.

    Whoever has another address by now is not suspected any more.
    """

    __tablename__ = "suspect"

    contact: str = Field(primary_key=True)
    since: datetime = Field(sa_type=UtcInstant)
    notice_key: str = Field(foreign_key="notice.key")
    address_hash: str


class DeliveryRow(SQLModel, table=True):
    """One attempt to send a notice that had a result: `sent`, `temporary`, `permanent`.

    One that failed has a `cause`.
    """

    __tablename__ = "delivery"

    id: int | None = Field(default=None, primary_key=True)
    notice_key: str = Field(foreign_key="notice.key", index=True)
    at: datetime = Field(sa_type=UtcInstant)
    outcome: str
    reply: str = Field(sa_type=Text)
    cause: str | None = None


class SuccessionRow(SQLModel, table=True):
    """The end of an agency that was applied; `succeeded_on` is its successors' first day."""

    __tablename__ = "succession"
    __table_args__ = (UniqueConstraint("agency", name="uq_succession_agency"),)

    id: int | None = Field(default=None, primary_key=True)
    agency: str
    succeeded_on: date
    applied_at: datetime = Field(sa_type=UtcInstant)


class ConsolidationRow(SQLModel, table=True):
    """One immutable version of a cycle's report; `reason` is `complete|grace|demand`."""

    __tablename__ = "consolidation"
    __table_args__ = (UniqueConstraint("cycle", "number", name="uq_consolidation_cycle_number"),)

    id: int | None = Field(default=None, primary_key=True)
    cycle: str = Field(foreign_key="cycle.code")
    number: int
    made_at: datetime = Field(sa_type=UtcInstant)
    reason: str
    partial: bool
    fingerprint: str
    docx_sha256: str
    docx_name: str
    xlsx_sha256: str
    xlsx_name: str


class AuditEvent(SQLModel, table=True):
    """One link of the audit log; numbers run from 1 without a gap, `payload` is JSON."""

    __tablename__ = "audit_event"
    __table_args__ = (Index("ix_audit_event_agency", "agency"),)

    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    at: datetime = Field(sa_type=UtcInstant)
    actor: str
    event: str
    cycle: str | None = None
    agency: str | None = None
    payload: str = Field(sa_type=Text)
    previous: str
    hash: str


class AuditHead(SQLModel, table=True):
    """One row: how many events there are, the last one's hash, and a MAC over both."""

    __tablename__ = "audit_head"

    id: int = Field(default=1, primary_key=True, sa_column_kwargs={"autoincrement": False})
    count: int
    hash: str
    mac: str
