"""`notify test`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from lsplan_workflow.cli import delivery_words, shapes
from lsplan_workflow.cli.index import summary
from lsplan_workflow.cli.main import AsJson, ContactId, actor, app, opened
from lsplan_workflow.cli.usage import Application, Group
from lsplan_workflow.terminal.exit_codes import FAILED
from lsplan_workflow.terminal.language import say
from lsplan_workflow.terminal.output import complain, print_json, print_line

if TYPE_CHECKING:
    from lsplan_workflow.services.probing import Probe

notifying = Application(cls=Group, help=summary("notify"))
app.add_typer(notifying, name="notify")


@notifying.callback()
def notify() -> None:
    """Hold the group, which has one command as yet."""


@notifying.command(
    name="test",
    help=say(
        "Gửi thư thử đến mọi địa chỉ của một liên hệ và xem máy chủ trả lời gì.",
        "Send a test to every address of a contact and see what the servers answer.",
    ),
)
def send_test(
    context: typer.Context,
    contact: ContactId,
    *,
    as_json: AsJson = False,
) -> None:
    """Send a test to each address at once, past the outbox; end with 1 if one did not take it."""
    from lsplan_workflow.services.probing import probe_contact

    with opened(context, writes=True) as workplace:
        probes = probe_contact(workplace, contact, actor=actor())
    if as_json:
        print_json([shapes.probe(probe) for probe in probes])
    else:
        for probe in probes:
            _tell(probe, several=len(probes) > 1)
    if not all(probe.arrived for probe in probes):
        raise typer.Exit(FAILED)


def _tell(probe: Probe, *, several: bool) -> None:
    """Print the server's answer, with a number where there are several addresses."""
    whom = f"{probe.contact} ({probe.way + 1})" if several else probe.contact
    channel, reply = probe.channel, probe.outcome.reply
    if probe.arrived:
        print_line(
            say(
                f"{whom}: máy chủ đã nhận ({channel}): {reply}",
                f"{whom}: the server took it ({channel}): {reply}",
            )
        )
        return
    why = delivery_words.cause(probe.outcome.cause)
    complain(
        say(
            f"{whom}: không gửi được ({channel}), {why}: {reply}",
            f"{whom}: not sent ({channel}), {why}: {reply}",
        )
    )
