"""`extend`, `waive`, `reopen`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from lsplan_workflow import instants
from lsplan_workflow.cli import shapes
from lsplan_workflow.cli.index import summary
from lsplan_workflow.cli.main import (
    ABOUT_AGENCY,
    AGENCY,
    DATE,
    AsJson,
    Authority,
    Cycle,
    Reason,
    actor,
    app,
    opened,
)
from lsplan_workflow.cli.reaching import decided_row, passed_on, told_lines
from lsplan_workflow.domain.errors import RequestError
from lsplan_workflow.domain.text import Text
from lsplan_workflow.terminal.language import say
from lsplan_workflow.terminal.output import print_json, print_line, print_table

if TYPE_CHECKING:
    from collections.abc import Callable

    from lsplan_workflow.services.decisions import Decided, Grounds
    from lsplan_workflow.services.telling import Told
    from lsplan_workflow.services.workplace import Workplace

Agencies = Annotated[list[str], typer.Argument(metavar=AGENCY, help=ABOUT_AGENCY)]
SomeAgencies = Annotated[
    list[str] | None, typer.Argument(metavar=AGENCY, help=ABOUT_AGENCY, show_default=False)
]
Everyone = Annotated[
    bool,
    typer.Option(
        "--all",
        help=say("Mọi cơ quan còn phải gửi báo cáo.", "All agencies that have still to file."),
    ),
]
_LAST_DAY = say(
    "Ngày cuối cùng còn trong hạn, ví dụ 25/10/2025.", "The last day in time, as 2025-10-25."
)
To = Annotated[str, typer.Option("--to", metavar=DATE, help=_LAST_DAY)]
OptionalTo = Annotated[str | None, typer.Option("--to", metavar=DATE, help=_LAST_DAY)]


@app.command(help=summary("extend"))
def extend(  # noqa: PLR0913 - One for each option.
    context: typer.Context,
    cycle: Cycle,
    agencies: SomeAgencies = None,
    *,
    to: To,
    reason: Reason,
    authority: Authority,
    everyone: Everyone = False,
    correct: Annotated[
        bool,
        typer.Option(
            "--correct",
            help=say("Sửa một lần gia hạn sai ngày.", "Mend an extension to a wrong day."),
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Move the deadlines of agencies to the end of a day, for all of them or for none."""
    from lsplan_workflow.services import decisions

    day, whom = instants.parse_day(to), _whom(agencies, everyone=everyone)

    def decide(workplace: Workplace) -> list[Decided]:
        grounds = _grounds(reason, authority)
        return decisions.extend(workplace, cycle, whom, day, grounds=grounds, correct=correct)

    _run(context, decide, say("Đã gia hạn", "Extended"), as_json=as_json)


@app.command(help=summary("waive"))
def waive(
    context: typer.Context,
    cycle: Cycle,
    agencies: SomeAgencies = None,
    *,
    reason: Reason,
    authority: Authority,
    everyone: Everyone = False,
    as_json: AsJson = False,
) -> None:
    """Lift the obligations of agencies, of all of them or of none."""
    from lsplan_workflow.services import decisions

    whom = _whom(agencies, everyone=everyone)

    def decide(workplace: Workplace) -> list[Decided]:
        return decisions.waive(workplace, cycle, whom, grounds=_grounds(reason, authority))

    _run(context, decide, say("Đã miễn", "Waived"), as_json=as_json)


@app.command(help=summary("reopen"))
def reopen(
    context: typer.Context,
    cycle: Cycle,
    agencies: Agencies,
    reason: Reason,
    authority: Authority,
    to: OptionalTo = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Reopen the obligations of agencies, of all of them or of none."""
    from lsplan_workflow.services import decisions

    day = None if to is None else instants.parse_day(to)

    def decide(workplace: Workplace) -> list[Decided]:
        grounds = _grounds(reason, authority)
        return decisions.reopen(workplace, cycle, agencies, grounds=grounds, to=day)

    _run(context, decide, say("Đã mở lại", "Reopened"), as_json=as_json)


def _whom(agencies: list[str] | None, *, everyone: bool) -> list[str] | None:
    """Return the agencies named, None for all; raise RequestError for neither or both."""
    if bool(agencies) == everyone:
        raise RequestError(
            Text(
                "Hãy nêu mã cơ quan, hoặc dùng --all để quyết định cho mọi cơ quan "
                "còn phải gửi báo cáo; không dùng cả hai.",
                "Name the agencies, or use --all for all that have still to file; not both.",
            )
        )
    return agencies or None


def _grounds(reason: str, authority: str) -> Grounds:
    from lsplan_workflow.services.decisions import Grounds

    return Grounds(actor(), reason, authority)


def _became(workplace: Workplace, made: Decided) -> Told:
    """Return whether an agency was told of a decision, or need not be."""
    from lsplan_workflow.services.delivery import DECISIONS
    from lsplan_workflow.services.telling import Told, told

    if made.known:
        return Told.KNOWN
    return told(workplace, made.after.cycle, made.after.agency, DECISIONS)


def _run(
    context: typer.Context,
    decide: Callable[[Workplace], list[Decided]],
    done: str,
    *,
    as_json: bool,
) -> None:
    """Decide, send what may leave now, and say what each agency has until when."""
    from lsplan_workflow.services.delivery import DECISIONS, deliver

    with opened(context, writes=True) as workplace:
        decided = decide(workplace)
        delivered = deliver(workplace, only=DECISIONS)
        became = {made.after.agency: _became(workplace, made) for made in decided}
        lines = [passed_on(made) for made in decided if made.passed_to]
        lines += told_lines(workplace, became, delivered)
        calendar, now = workplace.configuration.calendar, workplace.clock.now()
    local, leaves_at = calendar.local, calendar.next_working_time(now)
    if as_json:
        print_json([shapes.decided(made, local, became[made.after.agency]) for made in decided])
        return
    print_table(
        say(f"{done} {len(decided)} nghĩa vụ", f"{done}: {len(decided)}"),
        [
            say("Kỳ", "Cycle"),
            say("Cơ quan", "Agency"),
            say("Trạng thái", "Status"),
            say("Trước ngày", "Before"),
        ],
        [decided_row(made, local) for made in decided],
    )
    for line in lines:
        print_line(f"{line[0].upper()}{line[1:]}")
    waiting = [made.after for made in decided if became[made.after.agency] == "waiting"]
    if any(owed.is_chased and now < owed.due_at <= leaves_at for owed in waiting):
        print_line(
            say(
                "Lưu ý: đến giờ làm việc thì hạn này đã qua; hãy báo trực tiếp cho cơ quan.",
                "Note: this deadline will have passed by working hours; tell the agency yourself.",
            )
        )
