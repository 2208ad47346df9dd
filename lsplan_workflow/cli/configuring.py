"""`check`, `agencies`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

import typer

from lsplan_workflow import bootstrap, instants
from lsplan_workflow.cli import shapes, words
from lsplan_workflow.cli.index import summary
from lsplan_workflow.cli.main import DATE, AsJson, app, opened, refuse_instant
from lsplan_workflow.domain.text import Text
from lsplan_workflow.terminal.language import counted, language, say
from lsplan_workflow.terminal.output import (
    complain,
    print_json,
    print_line,
    print_table,
    show_progress,
)

if TYPE_CHECKING:
    from datetime import date

    from lsplan_workflow.domain.agencies import Agency


@app.command(help=summary("check"))
def check(context: typer.Context) -> None:
    """Print every fault and exit 2, or what an administrator should know and exit 0."""
    refuse_instant(context)
    from lsplan_workflow.services.installation import faulty
    from lsplan_workflow.services.specimens import every_letter_fault

    show_progress(_READING)
    configuration = bootstrap.check(context.obj.config)
    show_progress(_trying(len(configuration.directory.agencies)))
    if faults := every_letter_fault(configuration):
        raise faulty(faults)
    for warning in configuration.warnings:
        complain(warning.in_language(language()))
    count = len(configuration.warnings)
    print_line(
        say(
            f"Cấu hình hợp lệ; {count} điểm cần lưu ý.",
            f"The configuration is valid; points to note: {count}.",
        )
    )


_READING: Final = Text(
    "Đang đọc các tệp và kiểm tra các mẫu thư…", "Reading the files and checking the templates…"
)


def _trying(count: int) -> Text:
    return Text(
        f"Đang soạn thử mọi loại thư cho {count} cơ quan…",
        f"Writing every kind of letter to {counted(count, 'agency')} to see…",
    )


@app.command(help=summary("agencies"))
def agencies(
    context: typer.Context,
    on: Annotated[
        str | None,
        typer.Option(
            metavar=DATE,
            help=say("Ví dụ 2025-10-20; nếu không nêu là hôm nay.", "As 2025-10-20; else today."),
        ),
    ] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Print code, name and kind of each agency of the configuration in force."""
    day, found = _agencies(context, on)
    if as_json:
        print_json([shapes.agency(a) for a in found])
        return
    by_name = sorted(found, key=lambda a: words.name_order(a.name(language())))
    print_table(
        say(
            f"{len(found)} cơ quan, ngày {day:%d/%m/%Y}",
            f"{counted(len(found), 'agency')} on {day:%d/%m/%Y}",
        ),
        [say("Mã", "Code"), say("Tên", "Name"), say("Loại", "Kind")],
        [(a.code, a.name(language()), a.kind) for a in by_name],
    )


def _agencies(context: typer.Context, on: str | None) -> tuple[date, list[Agency]]:
    """Return the day and who exists then, by the folder where nothing is set up yet."""
    day = None if on is None else instants.parse_day(on)
    if bootstrap.is_initialised(context.obj) or context.obj.at is not None:
        with opened(context) as workplace:
            configuration = workplace.configuration
            day = day or configuration.calendar.local_day(workplace.clock.now())
    else:
        configuration = bootstrap.check(context.obj.config)
        day = day or bootstrap.today(context.obj, configuration)
    return day, [a for a in configuration.directory.agencies if a.exists_on(day)]
