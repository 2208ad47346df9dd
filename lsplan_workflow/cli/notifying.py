"""`notify test`."""

from __future__ import annotations

import typer

from lsplan_workflow.cli import delivery_words, shapes
from lsplan_workflow.cli.index import summary
from lsplan_workflow.cli.main import AsJson, ContactId, actor, app, opened
from lsplan_workflow.cli.usage import Application, Group
from lsplan_workflow.terminal.exit_codes import FAILED
from lsplan_workflow.terminal.language import say
from lsplan_workflow.terminal.output import complain, print_json, print_line

notifying = Application(cls=Group, help=summary("notify"))
app.add_typer(notifying, name="notify")


@notifying.callback()
def notify() -> None:
    """Hold the group, which has one command as yet."""


@notifying.command(
    name="test",
    help=say(
        "Gửi một thư thử và xem máy chủ trả lời gì.", "Send a test and see what the server answers."
    ),
)
def send_test(
    context: typer.Context,
    contact: ContactId,
    *,
    as_json: AsJson = False,
) -> None:
    """Send a test at once, past the outbox; end with 1 if the server did not take it."""
    from lsplan_workflow.services.probing import probe_contact

    with opened(context, writes=True) as workplace:
        probe = probe_contact(workplace, contact, actor=actor())
    if as_json:
        print_json(shapes.probe(probe))
    elif probe.arrived:
        print_line(
            say(
                f"{contact}: máy chủ đã nhận ({probe.channel}): {probe.outcome.reply}",
                f"{contact}: the server took it ({probe.channel}): {probe.outcome.reply}",
            )
        )
    else:
        why = delivery_words.cause(probe.outcome.cause)
        complain(
            say(
                f"{contact}: không gửi được ({probe.channel}), {why}: {probe.outcome.reply}",
                f"{contact}: not sent ({probe.channel}), {why}: {probe.outcome.reply}",
            )
        )
    if not probe.arrived:
        raise typer.Exit(FAILED)
