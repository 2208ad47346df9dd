"""(c) Opening a cycle and planning its notices, beside a bare insert of the same rows."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select

from benchmarks.measure import Result, in_pairs, seconds
from benchmarks.office import office
from benchmarks.province import province_of
from lsplan_workflow.services.reporting_pass import decide
from lsplan_workflow.store.tables import (
    AuditEvent,
    AuditHead,
    CycleRow,
    NoticeRow,
    ObligationRow,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine

    from lsplan_workflow.configuration.folder import Configuration
    from lsplan_workflow.services.workplace import Workplace

AGENCIES = 3500
SIZES = (1_000, 3_500, 10_000, 30_000, 100_000)
OPENING_FOR = "(c) opening for {:,} agencies"
_TABLES = (CycleRow, ObligationRow, NoticeRow, AuditEvent, AuditHead)
_Rows = list[tuple[Any, list[dict[str, Any]]]]


def results(pairs: int) -> Iterator[Result]:
    """Yield the ratio for each size, then that of the largest to its share of the smallest."""
    ours: dict[int, tuple[float, ...]] = {}
    for size in SIZES:
        found = _beside_bare(size, pairs)
        ours[size] = found.ours
        yield found
    few, many = SIZES[0], SIZES[-1]
    share = many / few
    large, small = zip(*zip(ours[many], ours[few], strict=False), strict=True)
    yield Result(
        f"(c) is opening linear to {many:,} agencies",
        f"{many:,} agencies",
        f"{share:.0f} times what {few:,} take",
        large,
        tuple(taken * share for taken in small),
        limit=1.5,
    )


def _beside_bare(size: int, pairs: int) -> Result:
    configuration = province_of(size)
    bare = partial(_bare, configuration, _written(configuration))
    return Result(
        OPENING_FOR.format(size),
        "opened, planned, stored and logged by a pass",
        "one bare insert of the same rows by SQLAlchemy Core",
        *in_pairs(partial(_ours, configuration), bare, pairs),
        limit=3.0 if size == AGENCIES else None,
    )


def _ours(configuration: Configuration) -> float:
    with office(configuration) as place:
        return seconds(partial(decide, place))


def _written(configuration: Configuration) -> _Rows:
    """Return the rows that our opening writes, table by table."""
    with office(configuration) as place:
        before = {table: len(_all(place, table)) for table in _TABLES}
        decide(place)
        return [
            (t.__table__, _all(place, t)[before[t] if t is not AuditHead else 0 :]) for t in _TABLES
        ]


def _all(place: Workplace, table: Any) -> list[dict[str, Any]]:
    with place.database.engine.connect() as connection:
        found = connection.execute(select(table.__table__).order_by(*table.__table__.primary_key))
        return [dict(row) for row in found.mappings()]


def _bare(configuration: Configuration, rows: _Rows) -> float:
    with office(configuration) as place:
        return seconds(partial(_insert, place.database.engine, rows))


def _insert(engine: Engine, rows: _Rows) -> None:
    with engine.begin() as connection:
        for table, values in rows:
            if table.name == AuditHead.__tablename__:
                connection.execute(table.update().values(values[0]))
            else:
                connection.execute(insert(table), values)
