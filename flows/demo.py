"""Rehearses a year through the real flows: `python -m flows.demo CONFIG VAR`."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
import time
from collections import deque
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from flows.guard import stop_guarded
from flows.loopback_mail import mail_server
from flows.server import PrefectServer, free_port
from flows.year import print_year
from lsplan_workflow import bootstrap, instants, rehearsal
from lsplan_workflow.clock import StandingClock
from lsplan_workflow.domain.errors import RequestError, WorkError
from lsplan_workflow.domain.notice_kinds import NoticeKind
from lsplan_workflow.domain.text import Text
from lsplan_workflow.rehearsal import Act, ActKind
from lsplan_workflow.services.agenda import next_due_at
from lsplan_workflow.services.delivery import deliver
from lsplan_workflow.services.reviews import review
from lsplan_workflow.services.submissions import Upload, submit
from lsplan_workflow.store.submissions import ReviewDecision
from lsplan_workflow.terminal.exit_codes import DONE
from lsplan_workflow.terminal.failures import explain
from lsplan_workflow.terminal.language import say

if TYPE_CHECKING:
    import subprocess
    from datetime import datetime

    from lsplan_workflow.services.workplace import Workplace

SEED: Final = 268
FIRST, LAST = "2024-12-19T07:30:00+07:00", "2025-12-31T17:00:00+07:00"
_MARK: Final = ".lsplan-demo"
_STARTING_SECONDS: Final = 120.0
_AT_ONCE: Final = {NoticeKind.RECEIPT, NoticeKind.RETURNED}


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
        calendar = workplace.configuration.calendar
        first, last = (instants.parse_instant(text, calendar) for text in (FIRST, LAST))
        acts = deque(_acts(workplace, first, last))
        task = progress.add_task("", total=(last - first).total_seconds())
        at = first
        while at <= last:
            if acts and acts[0].at <= at:
                act = acts.popleft()
                _perform(replace(workplace, clock=StandingClock(act.at)), act)
            else:
                await reporting_cycle(at=at.isoformat())
            done = (at - first).total_seconds()
            progress.update(task, completed=done, description=f"{at:%d/%m/%Y}")
            at = _next(workplace, at, acts, last)
        await reporting_cycle(at=last.isoformat())


def _progress(console: Console) -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    return Progress(*columns, console=console)


def _acts(workplace: Workplace, first: datetime, last: datetime) -> list[Act]:
    """Return what the cast does in the year, in the order of the instants."""
    configuration = workplace.configuration
    found = [
        act
        for cycle in configuration.cycles()
        if first < cycle.due_at < last
        for act in rehearsal.plan_acts(
            cycle, configuration.directory, configuration.calendar, seed=SEED
        )
    ]
    return sorted((act for act in found if act.at <= last), key=lambda act: act.at)


def _next(workplace: Workplace, at: datetime, acts: deque[Act], last: datetime) -> datetime:
    """Return the next instant: an act, or when a pass has something to do.

    What is due already, because somebody acted, waits for the next morning's pass.
    """
    due, calendar = next_due_at(workplace), workplace.configuration.calendar
    coming = [act.at for act in list(acts)[:1]]
    if due is not None:
        morning = calendar.start_of_work(calendar.local_day(at) + timedelta(days=1))
        coming.append(calendar.local(due) if due > at else morning)
    return min(coming, default=last + timedelta(seconds=1))


def _perform(workplace: Workplace, act: Act) -> None:
    """Let one of the cast act; whoever has no duty (any more) has nothing to do."""
    try:
        _act(workplace, act)
    except RequestError:
        return
    deliver(workplace, only=_AT_ONCE)


def _act(workplace: Workplace, act: Act) -> None:
    language = workplace.configuration.program.language
    if act.kind is ActKind.SUBMIT:
        name = workplace.configuration.directory[act.agency].form_of_address(language)
        title = f"{_REPORT.in_language(language)} {act.cycle} {name}.txt"
        upload = Upload(title, f"{act.cycle}\n{name}\n".encode())
        submit(workplace, act.cycle, act.agency, [upload], actor="demo")
        return
    accepted = act.kind is ActKind.ACCEPT
    decision = ReviewDecision.ACCEPTED if accepted else ReviewDecision.RETURNED
    reason = "" if accepted else _INCOMPLETE.in_language(language)
    review(workplace, act.cycle, act.agency, decision, reason=reason, actor="demo")


_REPORT: Final = Text("Báo cáo", "Report")
_INCOMPLETE: Final = Text(
    "Thiếu số liệu thực hiện các chỉ tiêu được giao.",
    "The figures of the assigned indicators are missing.",
)

if __name__ == "__main__":
    sys.exit(main())
