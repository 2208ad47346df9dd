"""`outbox`, `outbox resend` and `outbox give-up`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from lsplan_workflow.cli import delivery_words, shapes
from lsplan_workflow.cli.index import summary
from lsplan_workflow.cli.main import CYCLE, AsJson, actor, app, opened
from lsplan_workflow.cli.usage import Application, Group
from lsplan_workflow.domain.errors import RequestError
from lsplan_workflow.domain.text import Text
from lsplan_workflow.terminal.language import counted, say
from lsplan_workflow.terminal.output import print_json, print_line, print_table

if TYPE_CHECKING:
    from lsplan_workflow.services.outbox import Resent

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


_KEYS = say("KHÓA", "KEY")
_ABOUT_KEYS = say("Khóa trong `lsplan outbox`.", "The keys that `lsplan outbox` shows.")
Keys = Annotated[list[str], typer.Argument(metavar=_KEYS, help=_ABOUT_KEYS)]
SomeKeys = Annotated[
    list[str] | None, typer.Argument(metavar=_KEYS, show_default=False, help=_ABOUT_KEYS)
]


@group.command(
    help=say("Gửi lại các thông báo không gửi được.", "Send notices again that did not leave.")
)
def resend(
    context: typer.Context,
    keys: SomeKeys = None,
    *,
    failed: Annotated[
        bool,
        typer.Option(
            "--failed",
            help=say("Tất cả thông báo không gửi được.", "All that failed for good."),
        ),
    ] = False,
    cycle: Annotated[
        str | None,
        typer.Option(
            metavar=CYCLE,
            help=say("Cùng --failed: chỉ một kỳ báo cáo.", "With --failed: of one cycle only."),
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make notices due now, with a new 72 hours; the next pass sends them."""
    from lsplan_workflow.services.outbox import Resent, resend_failed, resend_notices

    _require_keys_or_failed(keys, failed=failed, cycle=cycle)
    with opened(context, writes=True) as workplace:
        local = workplace.configuration.calendar.local
        if failed:
            resent = resend_failed(workplace, cycle=cycle, actor=actor())
        else:
            resent = Resent(resend_notices(workplace, keys or [], actor=actor()), void=0)
    if as_json:
        print_json([shapes.notice(row, local) for row in resent.rows])
    elif failed:
        _print_how_many(resent)
    else:
        for row in resent.rows:
            print_line(
                say(f"{row.key}: sẽ gửi ở lượt tới.", f"{row.key}: it leaves with the next pass.")
            )


def _require_keys_or_failed(keys: list[str] | None, *, failed: bool, cycle: str | None) -> None:
    """Raise RequestError for neither or both, and for a cycle without --failed."""
    if bool(keys) == failed or (cycle is not None and not failed):
        raise RequestError(
            Text(
                "Hãy nêu khóa trong `lsplan outbox`, hoặc dùng --failed [--cycle KỲ] để gửi lại "
                "mọi thông báo không gửi được; không dùng cả hai.",
                "Give the keys that `lsplan outbox` shows, or use --failed [--cycle CYCLE] for "
                "all that failed for good; not both.",
            )
        )


def _print_how_many(resent: Resent) -> None:
    count, void = len(resent.rows), resent.void
    if not count and not void:
        print_line(say("Không có thông báo nào không gửi được.", "Nothing has failed."))
        return
    print_line(
        say(
            f"Sẽ gửi lại ở lượt tới: {count} thông báo.",
            f"With the next pass {counted(count, 'notice')} will leave again.",
        )
    )
    if void:
        print_line(
            say(
                f"Không gửi lại {void} thông báo có nội dung không còn đúng (đã báo cáo, được "
                "miễn, đổi hạn hoặc kỳ đã kết thúc).",
                f"Left as before, for what they say is no longer so (filed, waived, moved or "
                f"closed meanwhile): {counted(void, 'notice')}.",
            )
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
