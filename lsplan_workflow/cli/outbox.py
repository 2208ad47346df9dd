"""`outbox` and `outbox resend`."""

from __future__ import annotations

from typing import Annotated

import typer

from lsplan_workflow.cli import shapes, words
from lsplan_workflow.cli.main import AsJson, actor, app, opened
from lsplan_workflow.cli.usage import Application, Group
from lsplan_workflow.terminal.language import counted, say
from lsplan_workflow.terminal.output import print_json, print_line, print_table

group = Application(
    cls=Group,
    invoke_without_command=True,
    help=say("Xem các thông báo và kết quả gửi.", "Show the notices and what became of them."),
)
app.add_typer(group, name="outbox")


@group.callback()
def outbox(
    context: typer.Context,
    status: Annotated[
        str | None,
        typer.Option(
            metavar=say("TRẠNG_THÁI", "STATUS"),
            help=say("Chỉ một trạng thái, ví dụ failed.", "Of one status only, as failed."),
        ),
    ] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Print the notices in the order of deciding."""
    from lsplan_workflow.services.outbox import list_notices

    if context.invoked_subcommand is not None:
        return
    with opened(context) as workplace:
        local = workplace.configuration.calendar.local
        rows = list_notices(workplace, status)
    if as_json:
        print_json([shapes.notice(row, local) for row in rows])
        return
    print_table(
        say(f"{len(rows)} thông báo", counted(len(rows), "notice")),
        [
            say("Khóa", "Key"),
            say("Người nhận", "Recipient"),
            say("Trạng thái", "Status"),
            say("Gửi lúc", "Sent at"),
            say("Trả lời của máy chủ", "Server's reply"),
        ],
        [words.notice_row(row, local) for row in rows],
    )


@group.command(help=say("Gửi lại một thông báo không gửi được.", "Send a failed notice again."))
def resend(
    context: typer.Context,
    key: Annotated[
        str,
        typer.Argument(
            metavar=say("KHÓA", "KEY"),
            help=say("Khóa trong `lsplan outbox`.", "The key that `lsplan outbox` shows."),
        ),
    ],
) -> None:
    """Make a failed notice due now, with a new 72 hours; the next pass sends it."""
    from lsplan_workflow.services.outbox import resend_notice

    with opened(context, writes=True) as workplace:
        resend_notice(workplace, key, actor=actor())
    print_line(say(f"{key}: sẽ gửi ở lượt tới.", f"{key}: it leaves with the next pass."))
