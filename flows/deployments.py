"""When which flow runs: the same for `lsplan up` and for a work pool (see prefect.yaml)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
from prefect.schedules import Cron
from prefect.types.entrypoint import EntrypointType

from flows.consolidate import consolidate
from flows.deliver_outbox import deliver_outbox
from flows.reporting_cycle import reporting_cycle

if TYPE_CHECKING:
    from prefect.deployments.runner import RunnerDeployment

    from lsplan_workflow.domain.calendar import WorkingCalendar

NAME: Final = "lsplan"
ONE_AT_A_TIME: Final = ConcurrencyLimitConfig(
    limit=1, collision_strategy=ConcurrencyLimitStrategy.ENQUEUE
)


async def deployments(calendar: WorkingCalendar) -> list[RunnerDeployment]:
    """Return what `lsplan up` serves, scheduled in the province's own time."""
    return [
        await reporting_cycle.ato_deployment(
            NAME,
            schedule=Cron(daily(calendar), timezone=calendar.timezone),
            concurrency_limit=ONE_AT_A_TIME,
            entrypoint_type=EntrypointType.MODULE_PATH,
            description="Daily: successions, cycles, notices, deliveries, consolidation.",
        ),
        await deliver_outbox.ato_deployment(
            NAME,
            schedule=Cron(hourly(calendar), timezone=calendar.timezone),
            concurrency_limit=ONE_AT_A_TIME,
            entrypoint_type=EntrypointType.MODULE_PATH,
            description="Hourly in working hours: what is due, or was missed.",
        ),
        await consolidate.ato_deployment(
            NAME,
            concurrency_limit=ONE_AT_A_TIME,
            entrypoint_type=EntrypointType.MODULE_PATH,
            description="On demand: the consolidated report of a cycle.",
        ),
    ]


def daily(calendar: WorkingCalendar) -> str:
    """Return the cron line of the start of working hours, every day of the week."""
    start = calendar.hours.start
    return f"{start.minute} {start.hour} * * *"


def hourly(calendar: WorkingCalendar) -> str:
    """Return the cron line of every full hour within working hours."""
    start, end = calendar.hours.start, calendar.hours.end
    first = start.hour + (1 if start.minute else 0)
    return f"0 {first}-{end.hour} * * *"
