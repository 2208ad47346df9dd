"""`init`, `up`, `demo`."""

from __future__ import annotations

import os
import sys
from typing import Annotated, NoReturn

import typer

from lsplan_workflow import bootstrap
from lsplan_workflow.cli.index import summary
from lsplan_workflow.cli.main import actor, app, refuse_instant
from lsplan_workflow.terminal.language import say
from lsplan_workflow.terminal.output import print_line


@app.command(help=summary("init"))
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


@app.command(help=summary("up"))
def up(context: typer.Context) -> None:
    """Run until interrupted; what dies is started again."""
    _flow(context, "flows.up")


@app.command(help=summary("demo"))
def demo(context: typer.Context) -> None:
    """Rehearse from 19 December 2024 to 31 December 2025 with a seeded cast."""
    _flow(context, "flows.demo")


def _flow(context: typer.Context, module: str) -> NoReturn:
    """Become a module of the flows: only it pays for Prefect, and signals go to it alone."""
    refuse_instant(context)
    place = context.obj
    sys.stdout.flush()
    command = [sys.executable, "-m", module, str(place.config), str(place.var)]
    os.execv(sys.executable, command)  # noqa: S606 - Our own module and folders.
