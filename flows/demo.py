"""Rehearses a year through the real flows: `python -m flows.demo CONFIG VAR`."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from flows.guard import stop_guarded
from flows.loopback_mail import mail_server
from flows.server import PrefectServer, free_port
from flows.year import print_year
from lsplan_workflow import bootstrap, instants
from lsplan_workflow.domain.errors import RequestError, WorkError
from lsplan_workflow.domain.text import Text
from lsplan_workflow.rehearsal.play import acts_between, passes
from lsplan_workflow.terminal.exit_codes import DONE
from lsplan_workflow.terminal.failures import explain
from lsplan_workflow.terminal.language import say

if TYPE_CHECKING:
    import subprocess


SEED: Final = 268
FIRST, LAST = "2024-12-19T07:30:00+07:00", "2025-12-31T17:00:00+07:00"
_MARK: Final = ".lsplan-demo"
_STARTING_SECONDS: Final = 120.0


def main() -> int:
    """Run `lsplan demo`; return the exit code."""
    config, var = Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()
    try:
        rehearse(config, var / "demo", Console())
    except Exception as error:  # noqa: BLE001 - People get a sentence, never a traceback.
        return explain(error, var / "demo")
    return DONE


def rehearse(config: Path, folder: Path, console: Console) -> None:
    """Rehearse the year in a folder of its own, then print what happened."""
    bootstrap.check(config)
    _make_room(folder)
    began = time.monotonic()
    server = PrefectServer(folder / "prefect", free_port(0))
    process = server.start()
    try:
        with mail_server(folder / "mail") as smtp_url:
            os.environ |= server.environment() | {
                "LSPLAN_CONFIG": str(config),
                "LSPLAN_VAR": str(folder),
                "LSPLAN_DATABASE_URL": "",
                "LSPLAN_SMTP_URL": smtp_url,
            }
            bootstrap.initialise(bootstrap.place(), rehearsal=True, actor="demo")
            console.print(say("Đang khởi động máy chủ Prefect…", "Starting Prefect…"))
            _await_server(server, process)
            asyncio.run(_live(console))
    finally:
        stop_guarded(process)
    with bootstrap.opened(bootstrap.place(), actor="demo") as workplace:
        print_year(console, workplace, folder, seconds=time.monotonic() - began)


def _make_room(folder: Path) -> None:
    """Clear away an earlier rehearsal; raise RequestError for a folder that is none."""
    if folder.exists() and not (folder / _MARK).is_file():
        raise RequestError(
            Text(
                f"{folder} không phải do `lsplan demo` tạo ra; hãy chọn --var khác.",
                f"{folder} was not made by `lsplan demo`; choose another --var.",
            )
        )
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700, parents=True)
    (folder / _MARK).touch()


def _await_server(server: PrefectServer, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + _STARTING_SECONDS
    while not server.is_healthy():
        if time.monotonic() > until or process.poll() is not None:
            raise WorkError(
                Text(
                    f"Máy chủ Prefect không khởi động; xem {server.folder / 'server.log'}.",
                    f"The Prefect server did not start; see {server.folder / 'server.log'}.",
                )
            )
        time.sleep(0.2)


async def _live(console: Console) -> None:
    """Let the clock jump from one instant at which something is due to the next."""
    # Prefect takes its settings from the environment, which is only now complete.
    from flows.reporting_cycle import reporting_cycle  # noqa: PLC0415

    with (
        bootstrap.opened(bootstrap.place(at=FIRST), actor="demo") as workplace,
        _progress(console) as progress,
    ):
        configuration = workplace.configuration
        first, last = (
            instants.parse_instant(text, configuration.calendar) for text in (FIRST, LAST)
        )
        acts = acts_between(configuration, first, last, seed=SEED)
        task = progress.add_task("", total=(last - first).total_seconds())
        for at in passes(workplace, acts, first, last, actor="demo"):
            await reporting_cycle(at=at.isoformat())
            done = (at - first).total_seconds()
            progress.update(task, completed=done, description=f"{at:%d/%m/%Y}")


def _progress(console: Console) -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    return Progress(*columns, console=console)


if __name__ == "__main__":
    sys.exit(main())
