"""Ends the runs that a crash left behind, which would hold the concurrency limit for ever."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from prefect import get_client
from prefect.client.schemas.filters import (
    FlowFilter,
    FlowFilterName,
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import StateType
from prefect.states import Crashed

if TYPE_CHECKING:
    from prefect.client.schemas.objects import FlowRun, State

OURS: Final = ["reporting-cycle", "deliver-outbox", "consolidate"]
_UNFINISHED: Final = [StateType.RUNNING, StateType.PENDING, StateType.CANCELLING]


async def sweep() -> int:
    """Mark our unfinished runs as crashed, before anything is served; return how many."""
    async with get_client() as client:
        runs: list[FlowRun] = await client.read_flow_runs(
            flow_filter=FlowFilter(name=FlowFilterName(any_=OURS)),
            flow_run_filter=FlowRunFilter(
                state=FlowRunFilterState(type=FlowRunFilterStateType(any_=_UNFINISHED))
            ),
        )
        for run in runs:
            await client.set_flow_run_state(run.id, _stopped(), force=True)
    return len(runs)


def _stopped() -> State[None]:
    return Crashed(message="The process that ran this was stopped.")
