"""The delivery between the daily passes; it does the whole pass, and makes up for one missed."""

from __future__ import annotations

from prefect import flow

from flows.reporting_cycle import shown_pass
from flows.steps import tell_administrators


@flow(
    name="deliver-outbox",
    on_failure=[tell_administrators],
    on_crashed=[tell_administrators],
    persist_result=False,
)
async def deliver_outbox() -> dict[str, int]:
    """Send what is due; return the counts. A run with nothing to do is tagged `idle`."""
    return await shown_pass("deliver-outbox")
