"""The hourly delivery; it does the whole pass, so that it makes up for a daily one missed."""

from __future__ import annotations

from prefect import flow

from flows import naming
from flows.reporting_cycle import whole_pass
from flows.steps import show, shown_if_it_fails, tell_administrators


@flow(
    name="deliver-outbox",
    on_failure=[tell_administrators],
    on_crashed=[tell_administrators],
    persist_result=False,
)
async def deliver_outbox() -> dict[str, int]:
    """Send what is due; return the counts. A run with nothing to do is tagged `idle`."""
    async with shown_if_it_fails("deliver-outbox"):
        result = await whole_pass()
    await show(
        name=naming.run_name(result),
        tags=naming.run_tags(result),
        key="deliver-outbox",
        table=naming.table(result),
    )
    return result.counts
