"""Rows for the tables of any revision, of values that only the column's type decides."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, Boolean, Date, DateTime, Integer, select

from lsplan_workflow.store import dump

if TYPE_CHECKING:
    from sqlalchemy import Column, Connection

ROWS = 3
_EPOCH = datetime(2025, 1, 15, 0, 30, 0, 123456, tzinfo=UTC)

Rows = dict[str, list[dict[str, Any]]]


def fill(connection: Connection) -> None:
    """Put some rows into every table; the second of them has no value wherever none is needed."""
    for table in dump.tables(connection):
        rows = [{c.name: _value(c, number) for c in table.columns} for number in range(1, ROWS + 1)]
        connection.execute(table.insert(), rows)


def _value(column: Column[Any], number: int) -> Any:
    for key in column.foreign_keys:
        # Parents are filled in the same way, so that the value of the same number is there.
        return _value(key.column, number)
    if column.nullable and number == 2:
        return None
    for kind, make in _MAKERS:
        if isinstance(column.type, kind):
            return make(number)
    return f"{column.name} «{number}»"


_MAKERS: tuple[tuple[type, Callable[[int], Any]], ...] = (
    (JSON, lambda number: [{"rung": f"overdue-{number}wd", "copy": ["Sở Y tế"]}]),
    (DateTime, lambda number: _EPOCH + timedelta(days=number)),
    (Date, lambda number: date(2025, 1, number)),
    (Boolean, lambda number: number == 1),
    (Integer, lambda number: number),
)


def rows(connection: Connection) -> Rows:
    """Return the rows of all tables by table and in the order of their keys."""
    return {
        table.name: [
            dict(row)
            for row in connection.execute(
                select(table).order_by(*table.primary_key.columns)
            ).mappings()
        ]
        for table in dump.tables(connection)
    }
