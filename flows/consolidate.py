"""A consolidated report on demand; Prefect's UI shows the request as a form."""

from __future__ import annotations

from prefect import flow
from pydantic import BaseModel, ConfigDict, Field

from flows.steps import (
    scheduled_for,
    show,
    shown_if_it_fails,
    step,
    tell_administrators,
)
from lsplan_workflow import bootstrap
from lsplan_workflow.services import consolidation
from lsplan_workflow.services.consolidation import Consolidated


class ConsolidationRequest(BaseModel):
    """Which cycle to consolidate, and whether a partial report will do."""

    model_config = ConfigDict(extra="forbid")

    cycle: str = Field(
        title="Kỳ báo cáo (reporting cycle)", examples=["annual-2025"], pattern=r"^[\w.-]+$"
    )
    partial: bool = Field(
        default=False,
        title="Tổng hợp từng phần (partial)",
        description="Lập báo cáo cả khi còn cơ quan chưa hoàn thành.",
    )


async def _written(request: ConsolidationRequest) -> Consolidated:
    """Write the report as one task."""
    place = bootstrap.place(not_before=scheduled_for())
    with bootstrap.opened(place, actor="prefect") as workplace:
        return await step(
            "consolidate",
            lambda: consolidation.consolidate(
                workplace, request.cycle, partial=request.partial, actor="prefect"
            ),
        )


@flow(
    name="consolidate",
    on_failure=[tell_administrators],
    on_crashed=[tell_administrators],
    persist_result=False,
)
async def consolidate(request: ConsolidationRequest) -> dict[str, object]:
    """Write a cycle's next report; return its number and whether it is partial."""
    async with shown_if_it_fails("consolidation"):
        made = await _written(request)
    facts = {"cycle": made.cycle, "number": made.number, "partial": made.partial}
    files = [{"what": "docx", "file": made.docx.name}, {"what": "xlsx", "file": made.xlsx.name}]
    await show(
        name=f"{made.cycle} · report {made.number}" + (" · partial" if made.partial else ""),
        tags={made.cycle, made.cycle.rpartition("-")[0]},
        key="consolidation",
        table=files,
    )
    return facts
