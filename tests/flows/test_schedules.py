"""When the flows run: from the working hours, the same under `lsplan up` and for a work pool."""

from __future__ import annotations

from dataclasses import replace
from datetime import time
from pathlib import Path

import pytest
import yaml

from flows.deployments import between, daily
from tests.domain.province import CALENDAR

ROOT = Path(__file__).parents[2]


def with_hours(start, end):
    return replace(CALENDAR, hours=replace(CALENDAR.hours, start=start, end=end))


@pytest.mark.parametrize(
    ("start", "end", "lines"),
    [
        (time(7, 30), time(17), ["*/15 8-17 * * *", "0 0-7,18-23 * * *"]),
        (time(8), time(16, 30), ["*/15 9-16 * * *", "0 0-7,17-23 * * *"]),
        (time(0), time(23, 59), ["*/15 1-23 * * *"]),
        (time(22, 30), time(23), ["*/15 23-23 * * *", "0 0-22 * * *"]),
        (time(8, 15), time(8, 45), ["0 0-8,9-23 * * *"]),
    ],
)
def test_between_the_daily_passes_it_is_every_quarter_by_day_and_hourly_by_night(start, end, lines):
    assert between(with_hours(start, end)) == lines


def test_a_work_pool_is_told_the_same_times_as_lsplan_up_serves():
    told = yaml.safe_load((ROOT / "prefect.yaml").read_text(encoding="utf-8"))["deployments"]
    times = {
        d["entrypoint"].partition(":")[2]: [s["cron"] for s in d.get("schedules", [])] for d in told
    }
    assert times == {
        "reporting_cycle": [daily(CALENDAR)],
        "deliver_outbox": between(CALENDAR),
        "consolidate": [],
    }
