"""`submit` and `review`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lsplan_workflow import bootstrap
from lsplan_workflow.cli import words
from lsplan_workflow.cli.language import say
from lsplan_workflow.cli.main import actor, app
from lsplan_workflow.cli.output import print_line
from lsplan_workflow.domain.errors import RequestError
from lsplan_workflow.domain.text import Text

if TYPE_CHECKING:
    from lsplan_workflow.services.submissions import Upload

reviewing = typer.Typer(
    no_args_is_help=True, help=say("Duyệt báo cáo đã nộp.", "Review what was filed.")
)
app.add_typer(reviewing, name="review")

Cycle = Annotated[str, typer.Argument(metavar="CYCLE")]
Agency = Annotated[str, typer.Argument(metavar="AGENCY")]


@app.command(help=say("Ghi nhận báo cáo của một cơ quan.", "Record an agency's report."))
def submit(
    context: typer.Context,
    cycle: Cycle,
    agency: Agency,
    files: Annotated[list[Path], typer.Argument(metavar="FILE...")],
) -> None:
    """Record a complete filing; a receipt leaves at once."""
    from lsplan_workflow.services import delivery
    from lsplan_workflow.services.submissions import submit as record

    uploads = [_upload(path) for path in files]
    with bootstrap.opened(context.obj, actor=actor()) as workplace:
        filed = record(workplace, cycle, agency, uploads, actor=actor())
        delivered = delivery.deliver(workplace, only=delivery.REPLIES)
        received = workplace.configuration.calendar.local(filed.received_at)
    late = say(" (chậm)", " (late)") if filed.late else ""
    at = words.instant(received)
    print_line(
        say(
            f"Đã ghi nhận {cycle}/{agency}, lần {filed.version}, lúc {at}{late}; "
            f"{delivered.sent} phiếu tiếp nhận đã gửi.",
            f"Recorded {cycle}/{agency}, version {filed.version}, at {at}{late}; "
            f"{delivered.sent} receipts left.",
        )
    )


def _upload(path: Path) -> Upload:
    """Read a file; raise RequestError where there is none or it is empty."""
    from lsplan_workflow.services.submissions import Upload

    try:
        content = path.read_bytes()
    except OSError as error:
        raise RequestError(
            Text(
                f"{path}: không đọc được tệp ({error.strerror}).",
                f"{path}: cannot read this file ({error.strerror}).",
            )
        ) from None
    if not content:
        raise RequestError(Text(f"{path}: tệp rỗng.", f"{path}: this file is empty."))
    return Upload(path.name, content)


@reviewing.command(help=say("Chấp nhận báo cáo.", "Accept a report."))
def accept(
    context: typer.Context,
    cycle: Cycle,
    agency: Agency,
    reason: Annotated[str, typer.Option(help=say("Ghi chú.", "A note."))] = "",
) -> None:
    """Accept the newest submission of an agency."""
    from lsplan_workflow.services.reviews import review
    from lsplan_workflow.store.submissions import ReviewDecision

    with bootstrap.opened(context.obj, actor=actor()) as workplace:
        review(workplace, cycle, agency, ReviewDecision.ACCEPTED, reason=reason, actor=actor())
    print_line(say(f"Đã chấp nhận {cycle}/{agency}.", f"Accepted {cycle}/{agency}."))


@reviewing.command("return", help=say("Trả lại để bổ sung.", "Return a report for revision."))
def return_(
    context: typer.Context,
    cycle: Cycle,
    agency: Agency,
    reason: Annotated[str, typer.Option(help=say("Lý do trả lại.", "Why it is returned."))],
) -> None:
    """Return the newest submission of an agency, which is told why."""
    from lsplan_workflow.domain.notices import NoticeKind
    from lsplan_workflow.services.delivery import deliver
    from lsplan_workflow.services.reviews import review
    from lsplan_workflow.store.submissions import ReviewDecision

    with bootstrap.opened(context.obj, actor=actor()) as workplace:
        review(workplace, cycle, agency, ReviewDecision.RETURNED, reason=reason, actor=actor())
        sent = deliver(workplace, only={NoticeKind.RETURNED}).sent
    told = say("đã báo cho cơ quan", "the agency was told")
    waits = say("sẽ báo cho cơ quan trong giờ làm việc", "it will be told in working hours")
    print_line(
        say(f"Đã trả lại {cycle}/{agency}; ", f"Returned {cycle}/{agency}; ")
        + (told if sent else waits)
        + "."
    )
