"""`tick`, `status`, `consolidate`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from lsplan_workflow import bootstrap
from lsplan_workflow.cli import shapes, words
from lsplan_workflow.cli.doctoring import mention_untold
from lsplan_workflow.cli.index import summary
from lsplan_workflow.cli.main import AsJson, Cycle, OptionalCycle, actor, app, opened
from lsplan_workflow.terminal.language import language, say
from lsplan_workflow.terminal.output import (
    complain,
    print_json,
    print_line,
    print_table,
    show_progress,
)

if TYPE_CHECKING:
    from lsplan_workflow.services.consolidation import Consolidated
    from lsplan_workflow.services.status import CycleStatus


@app.command(help=summary("tick"))
def tick(context: typer.Context, *, as_json: AsJson = False) -> None:
    """Do all that is due now, without Prefect."""
    from lsplan_workflow.services.reporting_pass import PATIENCE, run_pass

    with opened(context, writes=True) as workplace:
        if bootstrap.is_edited(context.obj, workplace):
            complain(words.edited())
        result = run_pass(workplace, lasting=PATIENCE, progress=show_progress).counts
    if as_json:
        print_json(result)
    else:
        print_line(words.pass_result(result))


@app.command(help=summary("status"))
def status(context: typer.Context, cycle: OptionalCycle = None, *, as_json: AsJson = False) -> None:
    """Print the figures of a cycle with its obligations, or of all cycles without them."""
    mention_untold(context.obj)
    if cycle is None:
        _print_summary(context, as_json=as_json)
        return
    from lsplan_workflow.services.status import cycle_status

    with opened(context) as workplace, workplace.database.reading() as session:
        configuration = workplace.configuration
        found = cycle_status(session, configuration, cycle, workplace.clock.now())
    if as_json:
        print_json(shapes.status(found))
        return
    names = {a.code: a.name(language()) for a in configuration.directory.agencies}
    _print_status(found, names)


def _print_status(found: CycleStatus, names: dict[str, str]) -> None:
    print_line(words.headline(found))
    by_name = sorted(found.lines, key=lambda line: words.name_order(names[line.obligation.agency]))
    print_table(
        f"\n{found.cycle.regime.name(language())} {found.cycle.year}",
        [
            say("Mã", "Code"),
            say("Cơ quan", "Agency"),
            say("Trạng thái", "Status"),
            say("Trước ngày", "Before"),
            say("Kết quả", "Result"),
            say("Nộp lúc", "Filed at"),
            say("Lần nhắc tới", "Next notice"),
        ],
        [words.line(found, line, names[line.obligation.agency]) for line in by_name],
    )
    for line in by_name:
        for void in line.void:
            print_line(words.void_version(line, void, names[line.obligation.agency]))


def _print_summary(context: typer.Context, *, as_json: bool) -> None:
    from lsplan_workflow.services.status import all_statuses

    with opened(context) as workplace, workplace.database.reading() as session:
        found = all_statuses(session, workplace.configuration, workplace.clock.now())
    if as_json:
        print_json([shapes.summary(status) for status in found])
        return
    print_table(
        say("Các kỳ báo cáo", "Reporting cycles"),
        [
            say("Kỳ", "Cycle"),
            say("Tình trạng", "State"),
            say("Trước ngày", "Before"),
            *words.figure_headings(),
            say("Đã chấp nhận", "Accepted"),
        ],
        [words.summary(status) for status in found],
    )


@app.command(help=summary("consolidate"))
def consolidate(
    context: typer.Context,
    cycle: Cycle,
    *,
    partial: Annotated[
        bool,
        typer.Option(
            "--partial",
            help=say("Cả khi còn cơ quan chưa xong.", "Even while obligations are unsettled."),
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Write a numbered DOCX and XLSX and print where they lie."""
    from lsplan_workflow.services.consolidation import consolidate as write

    with opened(context, writes=True) as workplace:
        made = write(workplace, cycle, partial=partial, actor=actor())
    if as_json:
        print_json(shapes.consolidated(made))
    else:
        _print_consolidated(made)


def _print_consolidated(made: Consolidated) -> None:
    kind = say("từng phần ", "partial ") if made.partial else ""
    print_line(
        say(
            f"Đã lập báo cáo tổng hợp {kind}{made.cycle}, lần {made.number}:",
            f"Wrote the {kind}report of {made.cycle}, number {made.number}:",
        )
    )
    print_line(f"  {made.docx}")
    print_line(f"  {made.xlsx}")
