"""`audit verify` and `log`."""

from __future__ import annotations

from typing import Annotated

import typer

from lsplan_workflow import bootstrap
from lsplan_workflow.cli import shapes, words
from lsplan_workflow.cli.main import ABOUT_AGENCY, AGENCY, AsJson, app, opened
from lsplan_workflow.cli.usage import Application, Group
from lsplan_workflow.terminal.exit_codes import FAILED
from lsplan_workflow.terminal.language import language, say
from lsplan_workflow.terminal.output import complain, print_json, print_line, print_table

auditing = Application(cls=Group, help=say("Sổ nhật ký có chuỗi mã băm.", "The chained audit log."))
app.add_typer(auditing, name="audit")


@auditing.command(help=say("Kiểm chứng sổ nhật ký.", "Verify the audit log."))
def verify(context: typer.Context) -> None:
    """Exit 0 if the log is what was written, else 1 naming the first bad event."""
    from lsplan_workflow.store import audit

    with opened(context) as workplace, workplace.database.reading() as session:
        found = audit.verify(session, bootstrap.require_audit_key(context.obj))
        count, _head = audit.head_of(session)
    if found is None:
        print_line(
            say(f"Nhật ký nguyên vẹn: {count} sự kiện.", f"The log is intact: {count} events.")
        )
        return
    reason = found.text.in_language(language())
    complain(
        say(
            f"Nhật ký không còn nguyên vẹn, từ sự kiện số {found.number}: {reason}",
            f"The log is not intact, from event {found.number} on: {reason}",
        )
    )
    raise typer.Exit(FAILED)


@app.command(help=say("Xem nhật ký.", "Show the audit log."))
def log(
    context: typer.Context,
    agency: Annotated[str | None, typer.Option(metavar=AGENCY, help=ABOUT_AGENCY)] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Print the events, oldest first."""
    from lsplan_workflow.services.submissions import require_agency
    from lsplan_workflow.store import audit

    with opened(context) as workplace:
        if agency is not None:
            require_agency(workplace.configuration, agency)
        local = workplace.configuration.calendar.local
        with workplace.database.reading() as session:
            rows = audit.events(session, agency=agency)
    if as_json:
        print_json([shapes.event(row, local) for row in rows])
        return
    print_table(
        say(f"{len(rows)} sự kiện", f"{len(rows)} events"),
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
