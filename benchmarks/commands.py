"""(d) How long the command line takes to begin, beside the libraries that it cannot do without."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.measure import Result, in_pairs, seconds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_CONFIG = Path(__file__).parents[1] / "config"
_LSPLAN = (sys.executable, "-m", "lsplan_workflow.cli")
_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LSPLAN_CONFIG": str(_CONFIG)}


def results(pairs: int) -> Iterator[Result]:
    """Yield what `--help` and `status` take, on an installation whose first cycle has opened."""
    with tempfile.TemporaryDirectory(prefix="lsplan-bench-") as name:
        environment = _ENVIRONMENT | {"LSPLAN_VAR": name, "HOME": name}
        for arguments in (("init", "--rehearsal"), ("--at", "2024-12-20T08:00", "tick")):
            subprocess.run((*_LSPLAN, *arguments), check=True, capture_output=True, env=environment)
        for title, ours, peer, limit in (
            ("`lsplan --help`", ("--help",), "import typer", 1.5),
            ("`lsplan status`", ("status",), "import sqlmodel, typer", 2.0),
        ):
            of_us = _timed((*_LSPLAN, *ours), environment)
            of_peer = _timed((sys.executable, "-c", peer), environment)
            measured = in_pairs(of_us, of_peer, pairs)
            yield Result(f"(d) {title}", title, f'`python -c "{peer}"`', *measured, limit)


def _timed(command: tuple[str, ...], environment: dict[str, str]) -> Callable[[], float]:
    def run() -> None:
        subprocess.run(command, check=True, capture_output=True, env=environment)

    return lambda: seconds(run)
