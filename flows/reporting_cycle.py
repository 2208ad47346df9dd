"""The daily pass: successions, cycles, notices, deliveries, consolidation."""

from __future__ import annotations

from prefect import flow

from flows import naming
from flows.doctor import shown_checkup
from flows.steps import (
    scheduled_for,
    show,
    shown_if_it_fails,
    step,
    tell_administrators,
)
from lsplan_workflow import bootstrap
from lsplan_workflow.services.consolidation import consolidate_due
from lsplan_workflow.services.delivery import deliver
from lsplan_workflow.services.reporting_pass import PATIENCE, PassResult, decide, summed
from lsplan_workflow.store.audit import ENGINE


@flow(
    name="reporting-cycle",
    on_failure=[tell_administrators],
    on_crashed=[tell_administrators],
    persist_result=False,
)
async def reporting_cycle(at: str | None = None) -> dict[str, int]:
    """Do all that is due now, whatever was missed before; return the counts.

    `at` is an instant for rehearsals alone; it is refused on a real installation. Without it
    the doctor looks afterwards, whatever became of the pass.
    """
    failed = True
    try:
        counts = await shown_pass("reporting-cycle", at)
        failed = False
    finally:
        if at is None:
            await shown_checkup(failed=failed)
    return counts


async def shown_pass(key: str, at: str | None = None) -> dict[str, int]:
    """Do a whole pass and show it under an artifact's key; return the counts."""
    async with shown_if_it_fails(key):
        result = await _whole_pass(at)
    await show(
        name=naming.run_name(result),
        tags=naming.run_tags(result),
        key=key,
        table=naming.table(result),
    )
    return result.counts


async def _whole_pass(at: str | None) -> PassResult:
    """Run the three steps of a pass, each as one task."""
    place = bootstrap.place(at=at, not_before=scheduled_for())
    with bootstrap.opened(place, actor=ENGINE) as workplace:
        workplace.channels.check()
        decided = await step("decide", lambda: decide(workplace))
        delivered = await step("deliver", lambda: deliver(workplace, lasting=PATIENCE))
        consolidated = await step("consolidate", lambda: consolidate_due(workplace))
    return summed(decided, delivered, consolidated)
