"""Measures the daily flow and its peer in a process that a Prefect server listens to."""

from __future__ import annotations

import asyncio
import json
import sys
from datetime import datetime, timedelta
from itertools import count

from prefect import flow, task
from prefect.cache_policies import NO_CACHE

from benchmarks.measure import in_pairs, seconds
from flows.reporting_cycle import reporting_cycle
from flows.steps import show
from lsplan_workflow import bootstrap
from lsplan_workflow.services.reporting_pass import run_pass

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


if __name__ == "__main__":
    print(json.dumps(in_pairs(ours, peer, int(sys.argv[1]))))
