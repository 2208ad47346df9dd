"""What every flow does around its work: steps as tasks, and telling Prefect what happened.

Nothing here may fail a pass: the database is the truth, and Prefect only shows it.
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Final, TypeVar
from uuid import UUID

from prefect import get_client, get_run_logger, task
from prefect.artifacts import acreate_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.runtime import flow_run

from lsplan_workflow import bootstrap
from lsplan_workflow.domain.errors import LsplanError
from lsplan_workflow.services.delivery import deliver
from lsplan_workflow.services.failures import report_failure
from lsplan_workflow.store.audit import ENGINE

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Coroutine, Iterable
    from datetime import datetime

    from prefect import Flow
    from prefect.client.schemas.objects import FlowRun, State

T = TypeVar("T")

_PATIENCE_SECONDS: Final = 10.0


async def step(name: str, work: Callable[[], T]) -> T:
    """Run one step of a flow as a task, in a thread: our services wait for files and mail."""

    @task(name=name, cache_policy=NO_CACHE, persist_result=False)
    async def run() -> T:
        return await asyncio.to_thread(work)

    return await run()


def scheduled_for() -> datetime | None:
    """Return the instant for which the present run was scheduled, if it was."""
    found: datetime | None = flow_run.scheduled_start_time
    return found


async def show(*, name: str, tags: Iterable[str], key: str, table: list[dict[str, Any]]) -> None:
    """Name and tag the present run by what it did, and leave a table that people can read."""
    await asyncio.gather(
        tolerated(_rename(name, tags)),
        tolerated(acreate_table_artifact(table, key=key, description=name)),
    )


async def _rename(name: str, tags: Iterable[str]) -> None:
    run_id = flow_run.get_id()  # Text, although it is the run's UUID.
    if run_id is None:
        return
    async with get_client() as client:
        present = set(flow_run.get_tags() or [])
        await client.update_flow_run(UUID(run_id), name=name, tags=sorted(present | set(tags)))


async def tolerated(work: Coroutine[Any, Any, object]) -> None:
    """Await what only shows the work; when Prefect is out of reach, log it and go on."""
    try:
        await asyncio.wait_for(work, _PATIENCE_SECONDS)
    except Exception as error:  # noqa: BLE001 - Whatever Prefect raises, the pass is done.
        get_run_logger().warning("Prefect could not be told what was done: %s", error)


@asynccontextmanager
async def shown_if_it_fails(key: str) -> AsyncIterator[None]:
    """Name, tag and describe the present run when its work fails, then let it fail.

    What our own errors say holds codes only; of others no more than their kind is shown.
    """
    try:
        yield
    except Exception as error:
        why = "see the run's log"
        if isinstance(error, LsplanError):
            why = error.text.in_language(bootstrap.language())
        kind = type(error).__name__
        await show(
            name=f"failed · {kind}",
            tags={"failed"},
            key=key,
            table=[{"what": kind, "why": why}],
        )
        raise


def tell_administrators(flow: Flow[..., Any], flow_run: FlowRun, state: State[Any]) -> None:
    """Write to the administrators that a flow failed; `state` says how, the log says why."""
    del flow_run
    with bootstrap.opened(bootstrap.place(), actor=ENGINE) as workplace:
        if report_failure(workplace, f"{flow.name}-{(state.name or state.type.value).lower()}"):
            deliver(workplace)
