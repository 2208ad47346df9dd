"""Serves the flows on the Prefect server that the environment names: `python -m flows.serve`."""

from __future__ import annotations

import asyncio

from prefect import aserve

from flows.deployments import deployments
from flows.sweep import sweep
from lsplan_workflow import bootstrap
from lsplan_workflow.services.failures import report_failure
from lsplan_workflow.store.audit import ENGINE


async def main() -> None:
    """Sweep what a crash left behind, then run what is scheduled until told to stop."""
    with bootstrap.opened(bootstrap.place(), actor=ENGINE) as workplace:
        calendar = workplace.configuration.calendar
    if await sweep():
        with bootstrap.opened(bootstrap.place(), actor=ENGINE) as workplace:
            report_failure(workplace, "stopped-run")
    # Pausing on shutdown would delete the runs that are scheduled already.
    await aserve(
        *(await deployments(calendar)), pause_on_shutdown=False, print_starting_message=False
    )


if __name__ == "__main__":
    asyncio.run(main())
