"""The audit log as JSON Lines: of each event exactly what the chain hashes, then the head."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, col, select

from lsplan_workflow.domain.errors import RequestError, WorkError
from lsplan_workflow.domain.text import Text
from lsplan_workflow.store.tables import AuditEvent, AuditHead

if TYPE_CHECKING:
    from collections.abc import Iterator


def lines(session: Session) -> Iterator[str]:
    """Yield a line for each event, oldest first, and one for the head.

    Raise RequestError where there is no log yet, WorkError at an event that cannot be read.
    """
    head = session.get(AuditHead, 1)
    if head is None:
        raise RequestError(
            Text("Chưa có sự kiện nào để xuất.", "There are no events to export yet.")
        )
    try:
        yield from (_line(row) for row in _rows(session))
    except (ValueError, TypeError, SQLAlchemyError) as error:
        raise WorkError(
            Text(
                "Có sự kiện không đọc được; hãy chạy `lsplan audit verify`.",
                "An event cannot be read; run `lsplan audit verify`.",
            )
        ) from error
    yield _json({"count": head.count, "hash": head.hash, "mac": head.mac})


def _rows(session: Session) -> Iterator[AuditEvent]:
    statement = select(AuditEvent).order_by(col(AuditEvent.number))
    with session.exec(statement.execution_options(yield_per=1_000)) as rows:
        yield from rows


def _line(row: AuditEvent) -> str:
    return _json(
        {
            "number": row.number,
            "at": row.at.timestamp(),
            "actor": row.actor,
            "event": row.event,
            "cycle": row.cycle,
            "agency": row.agency,
            "payload": row.payload,
            "previous": row.previous,
            "hash": row.hash,
        }
    )


def _json(value: dict[str, object]) -> str:
    return json.dumps(value, ensure_ascii=False) + "\n"
