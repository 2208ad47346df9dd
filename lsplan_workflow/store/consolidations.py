"""The consolidated reports of each cycle, numbered from 1 and never changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlmodel import Session, col, select

from lsplan_workflow.store.tables import ConsolidationRow

if TYPE_CHECKING:
    from lsplan_workflow.store.submissions import Document


class ConsolidationReason(StrEnum):
    """Why a report was written: all is settled, grace ended, or a person asked."""

    COMPLETE = "complete"
    GRACE = "grace"
    DEMAND = "demand"


@dataclass(frozen=True, slots=True)
class Making:
    """How a report came about; `fingerprint` is a digest of all that it was made from."""

    cycle: str
    number: int
    made_at: datetime
    reason: ConsolidationReason
    partial: bool
    fingerprint: str


def next_number(session: Session, cycle: str) -> int:
    """Return the number of a cycle's next report; it holds until the transaction ends."""
    newest = latest_consolidation(session, cycle)
    return 1 if newest is None else newest.number + 1


def record_consolidation(
    session: Session, making: Making, *, docx: Document, xlsx: Document
) -> ConsolidationRow:
    """Add a report with its two files."""
    row = ConsolidationRow(
        cycle=making.cycle,
        number=making.number,
        made_at=making.made_at,
        reason=making.reason.value,
        partial=making.partial,
        fingerprint=making.fingerprint,
        docx_sha256=docx.sha256,
        docx_name=docx.name,
        xlsx_sha256=xlsx.sha256,
        xlsx_name=xlsx.name,
    )
    session.add(row)
    session.flush()
    return row


def consolidations_of(session: Session, cycle: str) -> list[ConsolidationRow]:
    """Return a cycle's reports, oldest first."""
    statement = select(ConsolidationRow).where(col(ConsolidationRow.cycle) == cycle)
    return list(session.exec(statement.order_by(col(ConsolidationRow.number))))


def latest_consolidation(session: Session, cycle: str) -> ConsolidationRow | None:
    """Return a cycle's newest report, or None."""
    return next(reversed(consolidations_of(session, cycle)), None)
