"""`audit verify`, `audit export` and `log`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lsplan_workflow import bootstrap
from lsplan_workflow.cli import shapes, words
from lsplan_workflow.cli.index import summary
from lsplan_workflow.cli.main import ABOUT_AGENCY, AGENCY, AsJson, app, opened
from lsplan_workflow.cli.usage import Application, Group
from lsplan_workflow.terminal.exit_codes import FAILED
from lsplan_workflow.terminal.language import counted, language, say
from lsplan_workflow.terminal.output import (
    complain,
    print_json,
    print_line,
    print_table,
    print_text,
    write_whole,
)

if TYPE_CHECKING:
    from lsplan_workflow.services.evidence import Head

auditing = Application(cls=Group, help=summary("audit"))
app.add_typer(auditing, name="audit")


@auditing.command(help=say("Kiểm chứng sổ nhật ký.", "Verify the audit log."))
def verify(
    context: typer.Context,
    head: Annotated[
        str | None,
        typer.Option(
            metavar=say("SỐ:MÃ_BĂM", "COUNT:HASH"),
            help=say(
                "Đầu sổ đã in trong bản tin hoặc báo cáo tổng hợp.",
                "The head that a digest or a consolidated report printed.",
            ),
        ),
    ] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Exit 0 if the log is what was written and holds the head, else 1 naming what is wrong."""
    from lsplan_workflow.services import evidence
    from lsplan_workflow.store import audit

    printed = None if head is None else evidence.parse_head(head)
    with opened(context) as workplace, workplace.database.reading() as session:
        found = evidence.verify(session, bootstrap.require_audit_key(context.obj), printed)
        count, digest = audit.head_of(session)
    reason = None if found is None else found.text.in_language(language())
    if as_json:
        print_json(shapes.verified(count, digest, found, reason))
    elif found is None:
        _say_intact(count, printed)
    if found is not None:
        complain(
            say(
                f"Nhật ký không còn nguyên vẹn, từ sự kiện số {found.number}: {reason}",
                f"The log is not intact, from event {found.number} on: {reason}",
            )
        )
        raise typer.Exit(FAILED)


def _say_intact(count: int, printed: Head | None) -> None:
    print_line(
        say(
            f"Nhật ký nguyên vẹn: {count} sự kiện.",
            f"The log is intact: {counted(count, 'event')}.",
        )
    )
    if printed is not None:
        print_line(
            say(
                f"Nhật ký chứa đầu sổ đã in: sự kiện số {printed.count}.",
                f"The log holds the printed head: event {printed.count}.",
            )
        )


@auditing.command(help=say("Xuất sổ nhật ký dạng JSON Lines.", "Export the log as JSON Lines."))
def export(
    context: typer.Context,
    file: Annotated[
        str,
        typer.Argument(
            metavar=say("TỆP", "FILE"),
            help=say("Tệp ghi ra, «-» là đầu ra chuẩn.", "Where to; - is standard output."),
        ),
    ],
) -> None:
    """Write every event and the head, whole or, into a file, not at all."""
    from lsplan_workflow.store import audit_export

    with opened(context) as workplace, workplace.database.reading() as session:
        lines = audit_export.lines(session)
        if file == "-":
            for line in lines:
                print_text(line)
            return
        written = write_whole(Path(file), lines)
    print_line(
        say(
            f"{file}: đã ghi {written - 1} sự kiện và đầu sổ.",
            f"{file}: {counted(written - 1, 'event')} and the head were written.",
        )
    )


@app.command(help=summary("log"))
def log(
    context: typer.Context,
    agency: Annotated[str | None, typer.Option(metavar=AGENCY, help=ABOUT_AGENCY)] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Print the events, oldest first."""
    from lsplan_workflow.services.submissions import require_agency
    from lsplan_workflow.store import audit_events

    with opened(context) as workplace:
        if agency is not None:
            require_agency(workplace.configuration, agency)
        local = workplace.configuration.calendar.local
        with workplace.database.reading() as session:
            rows = audit_events.events(session, agency=agency)
    if as_json:
        print_json([shapes.event(row, local) for row in rows])
        return
    print_table(
        say(f"{len(rows)} sự kiện", counted(len(rows), "event")),
        [
            say("Số", "Number"),
            say("Lúc", "At"),
            say("Ai", "Who"),
            say("Việc", "What"),
            say("Kỳ", "Cycle"),
            say("Cơ quan", "Agency"),
            say("Chi tiết", "Details"),
        ],
        [words.event_row(row, local) for row in rows],
    )
