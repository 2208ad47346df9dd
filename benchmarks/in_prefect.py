"""Measures flows and their peers in a process that a Prefect server listens to."""

from __future__ import annotations

import asyncio
import json
import sys
from datetime import datetime, timedelta
from functools import partial
from itertools import count
from typing import TYPE_CHECKING

from prefect import flow, task, unmapped
from prefect.cache_policies import NO_CACHE
from prefect.futures import wait

from benchmarks.measure import in_pairs, seconds
from benchmarks.office import office
from benchmarks.province import province_of
from flows.reporting_cycle import reporting_cycle
from flows.steps import show
from lsplan_workflow import bootstrap
from lsplan_workflow.domain.notice_kinds import NoticeKind
from lsplan_workflow.domain.notices import Notice
from lsplan_workflow.domain.obligations import Obligation
from lsplan_workflow.services.reporting_pass import decide, run_pass
from lsplan_workflow.store import obligations, outbox
from lsplan_workflow.store.tables import CycleRow

if TYPE_CHECKING:
    from lsplan_workflow.store.database import Database

AGENCIES = 500
_CYCLE = "by-task"

_FIRST = datetime.fromisoformat("2024-12-20T07:30:00+07:00")
_DAYS = count()
# As many as the daily flow has.
_STEPS = ("decide", "deliver", "consolidate")


@flow(name="nothing", persist_result=False)
async def nothing() -> None:
    """Do as much with Prefect as the daily flow does, and nothing else."""
    for name in _STEPS:

        @task(name=name, cache_policy=NO_CACHE, persist_result=False)
        async def empty() -> None:
            await asyncio.to_thread(lambda: None)

        await empty()
    await show(name="nothing · 0", tags=["idle"], key="nothing", table=[{"what": "nothing"}])


def _next_day() -> str:
    """Return the morning of another day: most of them are idle, as most days of a year."""
    return (_FIRST + timedelta(days=next(_DAYS))).isoformat()


def ours() -> float:
    at = _next_day()
    return seconds(lambda: asyncio.run(reporting_cycle(at=at)))


def peer() -> float:
    return seconds(lambda: asyncio.run(nothing())) + seconds(_plain_pass)


def _plain_pass() -> None:
    with bootstrap.opened(bootstrap.place(at=_next_day()), actor="bench") as workplace:
        run_pass(workplace)


def opened() -> float:
    """Open a cycle by a pass of ours."""
    with office(province_of(AGENCIES)) as place:
        return seconds(partial(decide, place))


def mapped() -> float:
    """Open one in the usual way of Prefect: a task for each agency, a transaction for each task."""
    with office(province_of(AGENCIES)) as place:
        codes = [a.code for a in place.configuration.directory.agencies if a.kind == "department"]
        return seconds(partial(by_task, place.database, codes))


@flow(name="by-task", persist_result=False, validate_parameters=False)
def by_task(database: Database, codes: list[str]) -> None:
    """Record the opening of a cycle, then each agency's part of it as a task of its own."""
    with database.writing() as session:
        session.add(
            CycleRow(
                code=_CYCLE,
                regime=_CYCLE,
                year=_FIRST.year,
                opens_at=_FIRST,
                due_at=_FIRST,
                grace_ends_at=_FIRST,
                closes_at=_FIRST,
            )
        )
    wait(one.map(codes, unmapped(database)))


@task(cache_policy=NO_CACHE, persist_result=False)
def one(code: str, database: Database) -> None:
    """Record one agency's obligation and the notice of its opening."""
    owed = Obligation(cycle=_CYCLE, agency=code, due_at=_FIRST)
    notice = Notice(
        key=f"{_CYCLE}/{code}/opening/focal",
        kind=NoticeKind.OPENING,
        rung="opening",
        cycle=_CYCLE,
        agency=code,
        contact=f"{code}/focal",
        recipient=f"{code}@speed.example",
        language="vi",
        send_at=_FIRST,
    )
    with database.writing() as session:
        obligations.save(session, [owed])
        outbox.insert_notices(session, [notice], decided_at=_FIRST)


if __name__ == "__main__":
    pairs = int(sys.argv[1])
    print(json.dumps([in_pairs(ours, peer, pairs), in_pairs(opened, mapped, pairs)]))
