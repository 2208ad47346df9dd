"""`init`, `up`, `demo`."""

from __future__ import annotations

import subprocess
import sys
from typing import Annotated

import typer

from lsplan_workflow import bootstrap
from lsplan_workflow.cli.language import say
from lsplan_workflow.cli.main import actor, app, refuse_instant
from lsplan_workflow.cli.output import print_line


@app.command(help=say("Khởi tạo dữ liệu theo cấu hình.", "Set up by the configuration."))
def init(
    context: typer.Context,
    *,
    rehearsal: Annotated[
        bool,
        typer.Option(
            "--rehearsal",
            help=say("Để diễn tập, với --at.", "For rehearsals, with --at."),
        ),
    ] = False,
) -> None:
    """Make the database and the key of the audit log."""
    bootstrap.initialise(context.obj, rehearsal=rehearsal, actor=actor())
    var = context.obj.var
    print_line(say(f"Đã khởi tạo trong {var}.", f"Set up in {var}."))
    if rehearsal and context.obj.at is None:
        print_line(
            say(
                "Tiếp theo: chạy một lượt, ví dụ `lsplan --at 2024-12-20T08:00 tick`.",
                "Next: run a pass, for example `lsplan --at 2024-12-20T08:00 tick`.",
            )
        )


@app.command(help=say("Chạy thường trực: máy chủ, giao diện, lịch.", "Run server, UI, schedules."))
def up(context: typer.Context) -> None:
    """Run until interrupted; what dies is started again."""
    raise typer.Exit(_flow(context, "flows.up"))


@app.command(help=say("Diễn tập cả năm 2025 trong một phút.", "Rehearse a whole year."))
def demo(context: typer.Context) -> None:
    """Rehearse from 19 December 2024 to 31 December 2025 with a seeded cast."""
    raise typer.Exit(_flow(context, "flows.demo"))


def _flow(context: typer.Context, module: str) -> int:
    """Run a module of the flows as a process of its own: only it pays for Prefect."""
    refuse_instant(context)
    place = context.obj
    command = [sys.executable, "-m", module, str(place.config), str(place.var)]
    with subprocess.Popen(command) as process:  # noqa: S603 - Our own module and folders.
        while True:
            try:
                return process.wait()
            except KeyboardInterrupt:
                # The terminal has told the child as well, which stops by itself.
                continue
