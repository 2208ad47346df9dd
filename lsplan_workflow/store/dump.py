"""The rows of every table as lines of JSON that are the same on both databases, and back.

The tables are those found in the database, not those of this version: a backup of an earlier
revision is loaded into the tables that it was made from.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import (
    JSON,
    Boolean,
    Date,
    DateTime,
    Integer,
    MetaData,
    String,
    func,
    inspect,
    select,
    text,
)
from sqlalchemy.exc import SQLAlchemyError

from lsplan_workflow.domain.errors import WorkError
from lsplan_workflow.domain.text import Text
from lsplan_workflow.store.manifest import damaged

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Mapping

    from sqlalchemy import Column, Connection, Table

FILE_COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "document": ("sha256",),
    "obstacle_document": ("sha256",),
    "consolidation": ("docx_sha256", "xlsx_sha256"),
}
"""The columns that name files of the file store, by their tables."""

_VERSION: Final = "alembic_version"
_PORTION: Final = 1_000
_LARGEST: Final = 2**63 - 1


def is_empty(connection: Connection) -> bool:
    """Tell whether there are no tables at all."""
    return not inspect(connection).get_table_names()


def tables(connection: Connection) -> list[Table]:
    """Return the tables that hold our rows, each after those that it refers to."""
    found = MetaData()
    found.reflect(connection)
    ours = [table for table in found.sorted_tables if table.name != _VERSION]
    for column in (column for table in ours for column in table.columns):
        if isinstance(column.type, JSON):
            # Else None would be stored as the word null, which is another value.
            column.type = JSON(none_as_null=True)
    return ours


def revision(connection: Connection) -> str:
    """Return the revision of the tables."""
    return str(connection.scalar(text("SELECT version_num FROM alembic_version")))


def lines(connection: Connection, table: Table) -> Generator[bytes, None, None]:
    """Yield a table's rows in the order of their keys, a line for each.

    Raise WorkError at a row that cannot be read. Close it if not all lines are wanted, before
    the connection ends.
    """
    names = sorted(column.name for column in table.columns)
    columns = [table.columns[name] for name in names]
    statement = select(*columns).order_by(*_order(connection, table))
    try:
        with connection.execute(statement, execution_options={"yield_per": _PORTION}) as rows:
            for row in rows:
                yield _line(dict(zip(names, map(_plain, row), strict=True)))
    except (ValueError, TypeError, SQLAlchemyError) as error:
        raise WorkError(
            Text(
                f"Bảng {table.name} có dòng không đọc được: cơ sở dữ liệu đã hỏng hoặc bị sửa; "
                "hãy phục hồi từ bản sao lưu trước.",
                f"A row of the table {table.name} cannot be read: the database is damaged or "
                "was edited; restore an earlier backup.",
            )
        ) from error


def _order(connection: Connection, table: Table) -> list[Any]:
    """Return the order of the keys, by their bytes: collations of two databases differ."""
    keys = list(table.primary_key.columns)
    if connection.dialect.name != "postgresql":
        return keys
    return [key.collate("C") if isinstance(key.type, String) else key for key in keys]


def _line(row: dict[str, Any]) -> bytes:
    return json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _plain(value: Any) -> Any:  # noqa: ANN401 - Whatever a column holds.
    if isinstance(value, datetime):
        # SQLite keeps no zone; what it keeps is UTC.
        aware = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
        return aware.isoformat(timespec="microseconds")
    return value.isoformat() if isinstance(value, date) else value


def load(connection: Connection, table: Table, source: Iterable[bytes]) -> None:
    """Insert the rows that the lines hold; raise RequestError at one that is no row of it."""
    rows = (_row(table, number, line) for number, line in enumerate(source, 1))
    while portion := list(islice(rows, _PORTION)):
        try:
            connection.execute(table.insert(), portion)
        except (SQLAlchemyError, OverflowError, UnicodeError) as error:
            raise damaged(
                Text(
                    f"cơ sở dữ liệu từ chối các dòng của bảng {table.name}",
                    f"the database refuses rows of the table {table.name}",
                )
            ) from error


def _row(table: Table, number: int, line: bytes) -> dict[str, Any]:
    try:
        held = dict(json.loads(line))
        row = {c.name: _value(c, held.pop(c.name)) for c in table.columns}
    except (LookupError, ValueError, TypeError, RecursionError) as error:
        raise damaged(
            Text(
                f"dòng {number} của bảng {table.name} không đúng",
                f"line {number} of the table {table.name} is wrong",
            )
        ) from error
    if held:
        raise damaged(
            Text(
                f"bảng {table.name} không có cột {next(iter(held))}",
                f"the table {table.name} has no column {next(iter(held))}",
            )
        )
    return row


def _value(column: Column[Any], value: Any) -> Any:  # noqa: ANN401
    """Return what a column is given; raise ValueError or TypeError for what it cannot hold."""
    if value is None:
        return None
    for kind, read in _READERS:
        if isinstance(column.type, kind):
            return read(value)
    raise TypeError(f"no rows have a column of type {column.type}")


def _json(value: Any) -> Any:  # noqa: ANN401
    # What JSON does not know, as NaN, Postgres refuses and SQLite would keep.
    json.dumps(value, allow_nan=False)
    return value


def _instant(value: Any) -> datetime:  # noqa: ANN401
    found = datetime.fromisoformat(value)
    if found.tzinfo is None:
        raise ValueError("an instant without an offset")
    return found.astimezone(UTC)


def _whole(value: Any) -> int:  # noqa: ANN401
    if type(value) is not int or abs(value) > _LARGEST:
        raise ValueError("no whole number of a database")
    return value


def _only(kind: type) -> Callable[[Any], Any]:
    def read(value: Any) -> Any:  # noqa: ANN401
        if type(value) is not kind:
            raise TypeError(f"{value!r} is no {kind.__name__}")
        return value

    return read


_READERS: Final[tuple[tuple[type, Callable[[Any], Any]], ...]] = (
    (JSON, _json),
    (DateTime, _instant),
    (Date, date.fromisoformat),
    (Boolean, _only(bool)),
    (Integer, _whole),
    (String, _only(str)),
)


def set_sequences(connection: Connection, loaded: Iterable[Table]) -> None:
    """Let the numbers that Postgres gives go on after the highest; SQLite does so itself."""
    if connection.dialect.name != "postgresql":
        return
    for table in loaded:
        for key in table.primary_key.columns:
            name = func.pg_get_serial_sequence(table.name, key.name)
            sequence = connection.scalar(select(name))
            highest = connection.scalar(select(func.max(key))) if sequence else None
            if highest is not None:
                connection.execute(select(func.setval(sequence, highest)))


def file_digests(connection: Connection, present: Iterable[Table]) -> list[str]:
    """Return the SHA-256 of every file that a row speaks of, each once, in their order."""
    found: set[str] = set()
    for table in present:
        for name in FILE_COLUMNS.get(table.name, ()):
            found.update(connection.scalars(select(table.columns[name]).distinct()))
    return sorted(found)
