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
_LAST_HOUR: Final = 23
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
            schedules=[Cron(line, timezone=calendar.timezone) for line in between(calendar)],
            concurrency_limit=ONE_AT_A_TIME,
            entrypoint_type=EntrypointType.MODULE_PATH,
            description="Quarter-hourly by day, hourly by night: what is due, or was missed.",
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


def between(calendar: WorkingCalendar) -> list[str]:
    """Return the cron lines of the quarters of an hour by day, and of the full hours by night.

    By day that is from the first full hour after the start of working hours, where the daily
    pass has its time, to the hour of their end. At night replies leave, and are tried again.
    """
    start, end = calendar.hours.start, calendar.hours.end
    lines = [f"*/15 {start.hour + 1}-{end.hour} * * *"] if start.hour < end.hour else []
    last = start.hour if start.minute else start.hour - 1
    nights = [*_hours(0, last), *_hours(end.hour + 1, _LAST_HOUR)]
    return [*lines, f"0 {','.join(nights)} * * *"] if nights else lines


def _hours(first: int, last: int) -> list[str]:
    return [f"{first}-{last}"] if first <= last else []
