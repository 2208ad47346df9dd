"""`tick`, `status`, `preview`, `consolidate`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from lsplan_workflow import bootstrap
from lsplan_workflow.cli import shapes, words
from lsplan_workflow.cli.language import say
from lsplan_workflow.cli.main import actor, app
from lsplan_workflow.cli.output import complain, print_json, print_line, print_table

if TYPE_CHECKING:
    from lsplan_workflow.services.status import CycleStatus

AsJson = Annotated[bool, typer.Option("--json", help=say("In dạng JSON.", "Print JSON."))]
Cycle = Annotated[
    str | None,
    typer.Argument(metavar="CYCLE", help=say("Kỳ: annual-2025.", "A cycle: annual-2025.")),
]


@app.command(help=say("Chạy trọn một lượt: mở kỳ, nhắc, gửi, tổng hợp.", "Run one whole pass."))
def tick(context: typer.Context, *, as_json: AsJson = False) -> None:
    """Do all that is due now, without Prefect."""
    from lsplan_workflow.services.reporting_pass import run_pass

    with bootstrap.opened(context.obj, actor=actor()) as workplace:
        if bootstrap.is_edited(context.obj, workplace):
            complain(words.EDITED)
        result = run_pass(workplace).counts
    if as_json:
        print_json(result)
    else:
        print_line(words.pass_result(result))


@app.command(help=say("Xem tình hình một kỳ, hoặc mọi kỳ.", "Show how a cycle stands, or all."))
def status(context: typer.Context, cycle: Cycle = None, *, as_json: AsJson = False) -> None:
    """Print the figures of a cycle with its obligations, or of all cycles without them."""
    from lsplan_workflow.services.cycles import all_cycles
    from lsplan_workflow.services.status import cycle_status

    with bootstrap.opened(context.obj, actor=actor()) as workplace:
        now, configuration = workplace.clock.now(), workplace.configuration
        codes = [cycle] if cycle else [c.code for c in all_cycles(configuration)]
        with workplace.database.reading() as session:
            found = [cycle_status(session, configuration, code, now) for code in codes]
    if as_json:
        print_json(shapes.status(found[0]) if cycle else [shapes.summary(f) for f in found])
    elif cycle:
        _print_status(found[0])
    else:
        _print_summary(found)


def _print_status(found: CycleStatus) -> None:
    print_line(words.headline(found))
    print_table(
        found.cycle.regime.name_vi + f" {found.cycle.year}",
        [
            say("Mã", "Code"),
            say("Cơ quan", "Agency"),
            say("Trạng thái", "Status"),
            say("Kết quả", "Result"),
            say("Nộp lúc", "Filed at"),
            say("Lần nhắc tới", "Next notice"),
        ],
        [words.line(found, line) for line in found.lines],
    )


def _print_summary(found: list[CycleStatus]) -> None:
    print_table(
        say("Các kỳ báo cáo", "Reporting cycles"),
        [
            say("Kỳ", "Cycle"),
            say("Tình trạng", "State"),
            say("Hạn (trước ngày)", "Before"),
            say("Phải gửi", "Expected"),
            say("Đúng hạn", "On time"),
            say("Chậm", "Late"),
            say("Chưa gửi", "Missing"),
            say("Chưa đến hạn", "Pending"),
            say("Đã chấp nhận", "Accepted"),
        ],
        [words.summary(status) for status in found],
    )


@app.command(
    help=say("Xem trước ai sẽ nhận gì, khi nào.", "Show who will get what, when, if nobody acts.")
)
def preview(
    context: typer.Context,
    cycle: Cycle = None,
    until: Annotated[
        str | None, typer.Option(help=say("Đến hết ngày.", "Up to the end of a day."))
    ] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Print the notices to come, in the order of leaving."""
    from lsplan_workflow.services.status import preview as foresee

    with bootstrap.opened(context.obj, actor=actor()) as workplace:
        configuration, calendar = workplace.configuration, workplace.configuration.calendar
        last = bootstrap.end_of_day(bootstrap.parse_day(until), calendar) if until else None
        with workplace.database.reading() as session:
            now = workplace.clock.now()
            coming = foresee(session, configuration, now, code=cycle, until=last)
    if as_json:
        print_json([shapes.foreseen(notice, calendar.local) for notice in coming])
        return
    print_table(
        say(f"{len(coming)} thông báo sẽ gửi", f"{len(coming)} notices to come"),
        [
            say("Lúc", "At"),
            say("Mốc", "Rung"),
            say("Loại", "Kind"),
            say("Kỳ", "Cycle"),
            say("Cơ quan", "Agency"),
            say("Người nhận", "Recipient"),
        ],
        [
            (
                words.instant(calendar.local(n.send_at)),
                n.rung,
                words.kind(n.kind.value),
                n.cycle,
                n.agency,
                n.recipient,
            )
            for n in coming
        ],
    )


@app.command(help=say("Lập báo cáo tổng hợp.", "Write the consolidated report."))
def consolidate(
    context: typer.Context,
    cycle: Annotated[str, typer.Argument(metavar="CYCLE")],
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

    with bootstrap.opened(context.obj, actor=actor()) as workplace:
        made = write(workplace, cycle, partial=partial, actor=actor())
    if as_json:
        files = {"docx": str(made.docx), "xlsx": str(made.xlsx)}
        print_json({"cycle": made.cycle, "number": made.number, "partial": made.partial} | files)
        return
    print_line(
        say(
            f"Đã lập báo cáo tổng hợp {cycle}, lần {made.number}:",
            f"Consolidated {cycle}, report number {made.number}:",
        )
    )
    print_line(f"  {made.docx}")
    print_line(f"  {made.xlsx}")
