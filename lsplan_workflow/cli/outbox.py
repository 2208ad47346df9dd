"""`outbox`, `outbox resend` and `outbox give-up`."""

from __future__ import annotations

from typing import Annotated

import typer

from lsplan_workflow.cli import delivery_words, shapes
from lsplan_workflow.cli.index import summary
from lsplan_workflow.cli.main import AsJson, actor, app, opened
from lsplan_workflow.cli.usage import Application, Group
from lsplan_workflow.terminal.language import counted, say
from lsplan_workflow.terminal.output import print_json, print_line, print_table

group = Application(
    cls=Group,
    invoke_without_command=True,
    help=summary("outbox"),
)
app.add_typer(group, name="outbox")


@group.callback()
def outbox(
    context: typer.Context,
    status: Annotated[
        str | None,
        typer.Option(
            metavar=say("TRẠNG_THÁI", "STATUS"),
            help=say(
                "Chỉ một trạng thái, ví dụ failed, hoặc uncertain: có thể đã đến.",
                "Of one status only, as failed, or uncertain: what may have arrived.",
            ),
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
            say("Gửi lúc", "Sent"),
            say("Lý do chưa gửi được", "Why not"),
            say("Trả lời của máy chủ", "Server's reply"),
        ],
        [delivery_words.notice_row(row, local) for row in rows],
    )


Keys = Annotated[
    list[str],
    typer.Argument(
        metavar=say("KHÓA", "KEY"),
        help=say("Khóa trong `lsplan outbox`.", "The keys that `lsplan outbox` shows."),
    ),
]


@group.command(
    help=say("Gửi lại các thông báo không gửi được.", "Send notices again that did not leave.")
)
def resend(context: typer.Context, keys: Keys, *, as_json: AsJson = False) -> None:
    """Make notices due now, with a new 72 hours; the next pass sends them."""
    from lsplan_workflow.services.outbox import resend_notices

    with opened(context, writes=True) as workplace:
        local = workplace.configuration.calendar.local
        rows = resend_notices(workplace, keys, actor=actor())
    if as_json:
        print_json([shapes.notice(row, local) for row in rows])
        return
    for row in rows:
        print_line(
            say(f"{row.key}: sẽ gửi ở lượt tới.", f"{row.key}: it leaves with the next pass.")
        )


@group.command(
    name="give-up",
    help=say("Thôi gửi các thông báo, kèm lý do.", "Try notices no more, and say why."),
)
def give_up(
    context: typer.Context,
    keys: Keys,
    reason: Annotated[
        str,
        typer.Option(
            metavar=say("LÝ_DO", "TEXT"),
            help=say("Vì sao thôi gửi; ghi vào nhật ký.", "Why; it goes into the audit log."),
        ),
    ] = "",
    *,
    as_json: AsJson = False,
) -> None:
    """Give notices up that failed or wait; the doctor complains of them no more."""
    from lsplan_workflow.services.outbox import give_up_notices

    with opened(context, writes=True) as workplace:
        local = workplace.configuration.calendar.local
        rows = give_up_notices(workplace, keys, reason=reason, actor=actor())
    if as_json:
        print_json([shapes.notice(row, local) for row in rows])
        return
    for row in rows:
        print_line(say(f"{row.key}: thôi gửi.", f"{row.key}: given up."))
