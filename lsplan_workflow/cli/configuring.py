"""`check`, `apply`, `agencies`."""

from __future__ import annotations

from typing import Annotated

import typer

from lsplan_workflow import bootstrap
from lsplan_workflow.cli.language import language, say
from lsplan_workflow.cli.main import actor, app
from lsplan_workflow.cli.output import complain, print_json, print_line, print_table

AsJson = Annotated[bool, typer.Option("--json", help=say("In dạng JSON.", "Print JSON."))]


@app.command(help=say("Kiểm tra toàn bộ cấu hình.", "Check the whole configuration."))
def check(context: typer.Context) -> None:
    """Print every fault and exit 2, or what an administrator should know and exit 0."""
    configuration = bootstrap.check(context.obj.config)
    for warning in configuration.warnings:
        complain(warning.in_language(language()))
    count = len(configuration.warnings)
    print_line(
        say(
            f"Cấu hình hợp lệ; {count} điểm cần lưu ý.",
            f"The configuration is valid; {count} points to note.",
        )
    )


@app.command(help=say("Áp dụng cấu hình đã sửa.", "Take the edited configuration into effect."))
def apply(context: typer.Context) -> None:
    """Take the folder into effect if it is valid and differs from what is in force."""
    if bootstrap.apply(context.obj, actor=actor()):
        print_line(say("Đã áp dụng cấu hình.", "The configuration is in effect."))
    else:
        print_line(
            say("Cấu hình này đang có hiệu lực.", "This configuration is in effect already.")
        )


@app.command(
    help=say("Liệt kê các cơ quan tồn tại vào một ngày.", "List the agencies existing on a day.")
)
def agencies(
    context: typer.Context,
    on: Annotated[
        str | None, typer.Option(help=say("Ngày, ví dụ 2025-10-20.", "A day: 2025-10-20."))
    ] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Print code, name and kind of each agency; the day is today's unless given."""
    configuration = bootstrap.check(context.obj.config)
    day = bootstrap.parse_day(on) if on else bootstrap.today(context.obj, configuration)
    found = [a for a in configuration.directory.agencies if a.exists_on(day)]
    if as_json:
        print_json(
            [
                {
                    "code": a.code,
                    "name_vi": a.name_vi,
                    "name_en": a.name_en,
                    "kind": a.kind,
                    "valid_from": a.valid_from.isoformat() if a.valid_from else None,
                    "valid_to": a.valid_to.isoformat() if a.valid_to else None,
                    "successors": list(a.successors),
                    "verified": a.verified,
                }
                for a in found
            ]
        )
        return
    print_table(
        say(f"{len(found)} cơ quan, ngày {day:%d/%m/%Y}", f"{len(found)} agencies on {day}"),
        [say("Mã", "Code"), say("Tên", "Name"), say("Loại", "Kind")],
        [(a.code, a.name(language()), a.kind) for a in found],
    )
