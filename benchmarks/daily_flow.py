"""(e) The daily flow on a running Prefect server, beside as much Prefect with nothing in it."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.measure import Result
from flows.guard import stop_guarded
from flows.server import PrefectServer, free_port
from lsplan_workflow import bootstrap
from lsplan_workflow.bootstrap import Place
from tests.flows.prefect_api import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

_CONFIG = Path(__file__).parents[1] / "config"
_FIRST = "2024-12-20T07:30:00+07:00"


def results(pairs: int) -> Iterator[Result]:
    """Yield the daily flow's time beside that of an empty flow and a plain pass.

    Then, for the record, that of opening a cycle beside the usual way of Prefect.
    """
    with tempfile.TemporaryDirectory(prefix="lsplan-bench-") as name:
        folder = Path(name)
        place = Place(_CONFIG, folder / "var", at=_FIRST)
        bootstrap.initialise(place, rehearsal=True, actor="bench")
        server = PrefectServer(folder / "prefect", free_port(0))
        process = server.start()
        try:
            wait_until(server.is_healthy)
            daily, opening = _measured(server, place, pairs)
        finally:
            stop_guarded(process)
    yield Result(
        "(e) the daily flow on a Prefect server",
        "three steps as tasks, an artifact, name and tags",
        "three empty tasks, an artifact, name and tags; plus the plain pass",
        *daily,
        limit=1.2,
    )
    yield Result(
        "(c) opening for 500 agencies, beside mapped tasks",
        "opened, planned, stored and logged by a pass",
        "the usual way of Prefect: a task for each agency, a transaction for each task",
        *opening,
        limit=None,
    )


def _measured(
    server: PrefectServer, place: Place, pairs: int
) -> list[tuple[tuple[float, ...], tuple[float, ...]]]:
    """Measure in a process of its own, which knows the server from its environment."""
    environment = server.environment() | {
        "LSPLAN_CONFIG": str(place.config),
        "LSPLAN_VAR": str(place.var),
        "PYTHONPATH": str(_CONFIG.parent),
    }
    command = [sys.executable, "-m", "benchmarks.in_prefect", str(pairs)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, env=environment)
    measured = json.loads(done.stdout.splitlines()[-1])
    return [(tuple(ours), tuple(peer)) for ours, peer in measured]
