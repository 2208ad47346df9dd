"""`calendars`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lsplan_workflow.cli import shapes
from lsplan_workflow.cli.index import summary
from lsplan_workflow.cli.main import AsJson, app, opened
from lsplan_workflow.terminal.language import counted, say
from lsplan_workflow.terminal.output import print_json, print_line


@app.command(help=summary("calendars"))
def calendars(
    context: typer.Context,
    folder: Annotated[
        Path | None,
        typer.Argument(
            metavar=say("THƯ_MỤC", "DIR"),
            show_default=False,
            help=say(
                "Nơi ghi; mặc định là calendars trong --var.", "Where; var/calendars if none."
            ),
        ),
    ] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Write one iCalendar file per agency and say how many differ from those that lay there."""
    from lsplan_workflow.services.calendars import write_calendars

    place = folder or context.obj.var / "calendars"
    with opened(context) as workplace:
        found = write_calendars(workplace, place)
    if as_json:
        print_json([shapes.calendar_file(file) for file in found])
        return
    changed = sum(file.changed for file in found)
    print_line(
        say(
            f"{len(found)} tệp lịch trong {place}, {changed} tệp mới hoặc thay đổi.",
            f"{counted(len(found), 'calendar')} in {place}, {changed} of them new or changed.",
        )
    )
