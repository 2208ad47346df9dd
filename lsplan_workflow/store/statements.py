"""What the two databases say in different words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import Table, inspect
from sqlalchemy.dialects import sqlite

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy.dialects import postgresql
    from sqlmodel import Session, SQLModel

_MOST_PARAMETERS = 5_000


def table_of(model: type[SQLModel]) -> Table:
    """Return the table behind a model."""
    return cast("Table", inspect(model).local_table)


def insert_into(session: Session, model: type[SQLModel]) -> sqlite.Insert | postgresql.Insert:
    """Return an INSERT that knows ON CONFLICT, in the session's dialect."""
    table = table_of(model)
    if session.connection().dialect.name == "postgresql":
        # It takes longer to load than most commands have to do.
        from sqlalchemy.dialects import postgresql  # noqa: PLC0415

        return postgresql.insert(table)
    return sqlite.insert(table)


def portions(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """Yield the values in portions that fit in one statement's parameters."""
    for start in range(0, len(values), _MOST_PARAMETERS):
        yield values[start : start + _MOST_PARAMETERS]
