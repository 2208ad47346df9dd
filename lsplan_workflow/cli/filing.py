"""`submit` and `review`."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lsplan_workflow import instants
from lsplan_workflow.cli import shapes, words
from lsplan_workflow.cli.index import summary
from lsplan_workflow.cli.main import (
    DATE,
    Agency,
    AsJson,
    Authority,
    Cycle,
    Reason,
    actor,
    app,
    opened,
)
from lsplan_workflow.cli.reaching import nobody_to_tell, outcome_of, passed_on, told_lines
from lsplan_workflow.cli.usage import Application, Group
from lsplan_workflow.domain.errors import RequestError
from lsplan_workflow.domain.text import Text
from lsplan_workflow.terminal.failures import system_reason
from lsplan_workflow.terminal.language import say
from lsplan_workflow.terminal.output import print_json, print_line

if TYPE_CHECKING:
    from collections.abc import Collection

    from lsplan_workflow.domain.notice_kinds import NoticeKind
    from lsplan_workflow.domain.obligations import Obligation
    from lsplan_workflow.services.submissions import Arrival, Filed, Upload
    from lsplan_workflow.services.voiding import Voided
    from lsplan_workflow.services.workplace import Workplace

reviewing = Application(cls=Group, help=summary("review"))
app.add_typer(reviewing, name="review")

_REASON = say("LÝ_DO", "TEXT")
ReceivedAt = Annotated[
    str | None,
    typer.Option(
        metavar=say("THỜI_ĐIỂM", "INSTANT"),
        help=say(
            "Lúc báo cáo đến bằng đường khác, ví dụ 2025-10-17T16:30.",
            "When it arrived by another way, as 2025-10-17T16:30.",
        ),
    ),
]
WhyNow = Annotated[
    str,
    typer.Option(
        "--reason",
        metavar=_REASON,
        show_default=False,
        help=say("Vì sao nay mới ghi nhận.", "Why it is entered only now."),
    ),
]
By = Annotated[
    str | None,
    typer.Option(
        metavar=DATE,
        help=say(
            "Hạn gửi lại: ngày cuối cùng, ví dụ 30/10/2025.",
            "When the revision is due: the last day, as 2025-10-30.",
        ),
    ),
]

VersionNumber = Annotated[
    str,
    typer.Option(
        "--version",
        metavar=say("LẦN", "NUMBER"),
        help=say("Lần gửi đã ghi nhận nhầm, ví dụ 1.", "The version recorded by mistake, as 1."),
    ),
]


@app.command(help=summary("submit"))
def submit(
    context: typer.Context,
    cycle: Cycle,
    agency: Agency,
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar=say("TỆP", "FILE"),
            help=say("Các tệp của báo cáo.", "The report's files."),
        ),
    ],
    received_at: ReceivedAt = None,
    reason: WhyNow = "",
) -> None:
    """Record a complete filing; a receipt leaves at once."""
    from lsplan_workflow.services.claiming import REPLIES
    from lsplan_workflow.services.delivery import deliver
    from lsplan_workflow.services.submissions import submit as record

    uploads = [upload(path) for path in files]
    with opened(context, writes=True) as workplace:
        arrival = arrival_of(workplace, received_at, reason)
        filed = record(workplace, cycle, agency, uploads, actor=actor(), arrival=arrival)
        receipts = deliver(workplace, only=REPLIES).sent
        nobody = nobody_to_tell(workplace, agency)
        at = words.instant(workplace.configuration.calendar.local(filed.received_at))
        awaited = _still_awaited(workplace, filed)
    late = say(" (chậm)", " (late)") if filed.late else ""
    receipted = say(f"; {receipts} phiếu tiếp nhận đã gửi.", f"; receipts sent: {receipts}.")
    if nobody and not receipts:
        receipted = "."
    print_line(
        say(
            f"Đã ghi nhận {cycle}/{agency}, lần {filed.version}, lúc {at}{late}",
            f"Recorded {cycle}/{agency}, version {filed.version}, at {at}{late}",
        )
        + receipted
    )
    for more in filter(None, (awaited, _relieved(agency, filed), nobody)):
        print_line(more)


def _relieved(agency: str, filed: Filed) -> str:
    """Return who need not report any more what had arrived before its agency ended."""
    listed = ", ".join(filed.relieved)
    return listed and say(
        f"Báo cáo đến trước khi {agency} kết thúc nên tính cho {agency}; {listed} không phải báo "
        "cáo thay phần này nữa.",
        f"It arrived before {agency} ended and so counts as its own; {listed} need not report "
        "for it any more.",
    )


def _still_awaited(workplace: Workplace, filed: Filed) -> str:
    """Return that a version answers no return, having been received before it; else nothing."""
    if filed.revise_by_at is None:
        return ""
    before = _revise_before(workplace, filed)
    return say(
        "Bản này đến trước khi báo cáo bị trả lại nên không phải bản gửi lại; "
        f"bản bổ sung vẫn phải gửi trước ngày {before}. Nếu bản này đã đủ, hãy dùng "
        "`lsplan review accept`.",
        "It was received before the report was returned, so it is no revision; "
        f"that is still due before {before}. If this version is complete, use "
        "`lsplan review accept`.",
    )


def _revise_before(workplace: Workplace, revised: Obligation | Filed) -> str:
    due_at = revised.revise_by_at
    return words.day(workplace.configuration.calendar.local_day(due_at)) if due_at else ""


def arrival_of(workplace: Workplace, received_at: str | None, reason: str) -> Arrival | None:
    """Return when a report came by another way; raise RequestError for a reason alone."""
    from lsplan_workflow.services.submissions import Arrival

    if received_at is not None:
        calendar = workplace.configuration.calendar
        return Arrival(instants.parse_instant(received_at, calendar, with_time=True), reason)
    if reason:
        raise RequestError(
            Text("--reason chỉ đi cùng --received-at.", "--reason goes with --received-at only.")
        )
    return None


def upload(path: Path) -> Upload:
    """Read a file; raise RequestError where there is none or it is empty."""
    from lsplan_workflow.services.submissions import Upload

    try:
        content = path.read_bytes()
    except OSError as error:
        reason = system_reason(error)
        raise RequestError(
            Text(f"{path}: không đọc được tệp ({reason}).", f"{path}: cannot be read ({reason}).")
        ) from None
    if not content:
        raise RequestError(
            Text(
                f"{path}: tệp rỗng; hãy chọn tệp báo cáo có nội dung.",
                f"{path}: this file is empty; choose one that holds the report.",
            )
        )
    return Upload(path.name, content)


@reviewing.command(help=say("Chấp nhận báo cáo.", "Accept a report."))
def accept(
    context: typer.Context,
    cycle: Cycle,
    agency: Agency,
    reason: Annotated[
        str, typer.Option(metavar=_REASON, show_default=False, help=say("Ghi chú.", "A note."))
    ] = "",
) -> None:
    """Accept the newest submission of an agency, which is told."""
    from lsplan_workflow.services.delivery import REVIEWS
    from lsplan_workflow.services.reviews import review
    from lsplan_workflow.store.submissions import ReviewDecision

    with opened(context, writes=True) as workplace:
        review(workplace, cycle, agency, ReviewDecision.ACCEPTED, reason=reason, actor=actor())
        told = _told(workplace, cycle, agency, only=REVIEWS)
    done = say(f"Đã chấp nhận {cycle}/{agency}; ", f"Accepted {cycle}/{agency}; ")
    print_line(f"{done}{told}")


def _told(workplace: Workplace, cycle: str, agency: str, *, only: Collection[NoticeKind]) -> str:
    """Send what may leave now; return whether the agency was told, will be, or cannot be."""
    from lsplan_workflow.services.delivery import deliver
    from lsplan_workflow.services.telling import told

    delivered = deliver(workplace, only=only)
    became = {agency: told(workplace, cycle, agency, only)}
    return " ".join(told_lines(workplace, became, delivered))


@reviewing.command("return", help=say("Trả lại để bổ sung.", "Return a report for revision."))
def return_(
    context: typer.Context,
    cycle: Cycle,
    agency: Agency,
    reason: Annotated[
        str, typer.Option(metavar=_REASON, help=say("Lý do trả lại.", "Why it is returned."))
    ],
    by: By = None,
) -> None:
    """Return the newest submission of an agency, which is told why."""
    from lsplan_workflow.services.delivery import REVIEWS
    from lsplan_workflow.services.reviews import review
    from lsplan_workflow.store.submissions import ReviewDecision

    day = None if by is None else instants.parse_day(by)
    returned = ReviewDecision.RETURNED
    with opened(context, writes=True) as workplace:
        revised = review(
            workplace, cycle, agency, returned, reason=reason, actor=actor(), revise_by=day
        )
        before = _revise_before(workplace, revised)
        told = _told(workplace, cycle, agency, only=REVIEWS)
        unchased = _unchased(workplace, revised)
    print_line(
        say(
            f"Đã trả lại {cycle}/{agency}, hạn gửi lại trước ngày {before}; ",
            f"Returned {cycle}/{agency}, due again before {before}; ",
        )
        + told
    )
    if unchased is not None:
        print_line(unchased)


def _unchased(workplace: Workplace, revised: Obligation) -> str | None:
    """Return a sentence where the cycle ends on the revision's last day, or before it."""
    from lsplan_workflow.services.cycles import find_cycle

    closes_at = find_cycle(workplace.configuration, revised.cycle).closes_at
    if revised.revise_by_at is None or revised.revise_by_at < closes_at:
        return None
    last = words.day(workplace.configuration.calendar.local_day(closes_at) - timedelta(days=1))
    return say(
        f"Kỳ báo cáo kết thúc hết ngày {last}; sau ngày đó không có nhắc hay đôn đốc nữa.",
        f"The cycle ends with {last}; nobody is reminded or chased after that day.",
    )


@reviewing.command(
    help=say("Hủy bỏ một lần gửi đã ghi nhận nhầm.", "Take back what was recorded by mistake.")
)
def void(
    context: typer.Context,
    cycle: Cycle,
    agency: Agency,
    version: VersionNumber,
    reason: Reason,
    authority: Authority,
    *,
    as_json: AsJson = False,
) -> None:
    """Make one version count for nothing; the agency is told what is awaited without it."""
    from lsplan_workflow.services.decisions import Grounds
    from lsplan_workflow.services.delivery import DECISIONS
    from lsplan_workflow.services.telling import told
    from lsplan_workflow.services.voiding import void as take_back

    number, grounds = _version_number(version), Grounds(actor(), reason, authority)
    with opened(context, writes=True) as workplace:
        made = take_back(workplace, cycle, agency, number, grounds=grounds)
        said = _told(workplace, cycle, agency, only=DECISIONS)
        became = told(workplace, cycle, agency, DECISIONS)
        local = workplace.configuration.calendar.local
    if as_json:
        print_json(shapes.voided(made, local, became))
        return
    print_line(
        say(
            f"Đã hủy bỏ lần gửi {number} của {cycle}/{agency}; {_now_stands(made)}; ",
            f"Version {number} of {cycle}/{agency} does not count any more; {_now_stands(made)}; ",
        )
        + said
    )
    if made.decided.passed_to:
        print_line(passed_on(made.decided))


def _now_stands(made: Voided) -> str:
    """Return which version counts now, if any, and the state of the obligation."""
    status = outcome_of(made.decided)
    if made.standing is None:
        return say(f"không còn lần gửi nào ({status})", f"no version is left ({status})")
    return say(
        f"lần {made.standing} còn giá trị ({status})", f"version {made.standing} counts ({status})"
    )


def _version_number(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise RequestError(
            Text(
                f"--version {text}: cần số của lần gửi, ví dụ 1; xem `lsplan log --agency`.",
                f"--version {text}: expected the number of a version, as 1; see "
                "`lsplan log --agency`.",
            )
        )
    return int(text)
