"""`obstacle add`, `assign`, `answer`, `close`, `list` and `show`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lsplan_workflow import instants
from lsplan_workflow.cli import obstacle_words as words
from lsplan_workflow.cli.filing import ReceivedAt, WhyNow, arrival_of, upload
from lsplan_workflow.cli.index import summary
from lsplan_workflow.cli.main import AGENCY, DATE, Agency, AsJson, actor, app, opened
from lsplan_workflow.cli.reaching import ended_for_good, nobody_to_tell, tell_delivery
from lsplan_workflow.cli.usage import Application, Group
from lsplan_workflow.terminal.language import counted, language, say
from lsplan_workflow.terminal.output import print_json, print_line, print_table

if TYPE_CHECKING:
    from collections.abc import Callable

    from lsplan_workflow.domain.notice_kinds import NoticeKind
    from lsplan_workflow.domain.obstacles import Obstacle
    from lsplan_workflow.services.workplace import Workplace

group = Application(
    cls=Group,
    help=summary("obstacle"),
)
app.add_typer(group, name="obstacle")

_TEXT, _CODE = say("NỘI_DUNG", "TEXT"), say("MÃ", "CODE")
Number = Annotated[
    str,
    typer.Argument(
        metavar=say("SỐ", "NUMBER"), help=say("Số, ví dụ 2025-003.", "A number, as 2025-003.")
    ),
]
Files = Annotated[
    list[Path] | None,
    typer.Argument(
        metavar=say("[TỆP]", "[FILE]"),
        show_default=False,
        help=say("Các tệp kèm theo.", "Files that go with it."),
    ),
]
Content = Annotated[
    str, typer.Option(metavar=_TEXT, help=say("Nội dung.", "What the obstacle is."))
]
Cause = Annotated[
    str, typer.Option(metavar=_TEXT, show_default=False, help=say("Nguyên nhân.", "Its cause."))
]
Measures = Annotated[
    str,
    typer.Option(
        metavar=_TEXT,
        show_default=False,
        help=say("Giải pháp đã thực hiện.", "What was done about it already."),
    ),
]
Proposal = Annotated[
    str,
    typer.Option(metavar=_TEXT, show_default=False, help=say("Kiến nghị.", "What is proposed.")),
]
Competence = Annotated[
    str,
    typer.Option(
        metavar=_TEXT,
        show_default=False,
        help=say("Thẩm quyền giải quyết.", "Who is competent to resolve it."),
    ),
]
Program = Annotated[
    str | None,
    typer.Option(
        metavar=_CODE,
        help=say("Mã kế hoạch, nếu không phải kế hoạch đầu.", "The program, if not the first."),
    ),
]
By = Annotated[
    str | None,
    typer.Option(
        metavar=DATE,
        help=say(
            "Hạn trả lời: ngày cuối cùng, ví dụ 30/10/2025.",
            "When the answer is due: the last day, as 2025-10-30.",
        ),
    ),
]

OfAgency = Annotated[
    str | None,
    typer.Option(metavar=AGENCY, help=say("Chỉ của một cơ quan.", "Of one agency only.")),
]
OfState = Annotated[
    str | None,
    typer.Option(
        metavar=say("TRẠNG_THÁI", "STATE"),
        help=say("Chỉ một trạng thái, ví dụ assigned.", "Of one state only, as assigned."),
    ),
]
OfProgram = Annotated[
    str | None,
    typer.Option(
        metavar=_CODE, help=say("Chỉ của một kế hoạch.", "Of one program only, by its code.")
    ),
]


@group.command(help=say("Ghi nhận khó khăn, vướng mắc của một cơ quan.", "Record an obstacle."))
def add(  # noqa: PLR0913 - One for each option.
    context: typer.Context,
    agency: Agency,
    files: Files = None,
    *,
    content: Content,
    cause: Cause = "",
    measures: Measures = "",
    proposal: Proposal = "",
    competence: Competence = "",
    program: Program = None,
    received_at: ReceivedAt = None,
    reason: WhyNow = "",
    as_json: AsJson = False,
) -> None:
    """Record an obstacle under a new number; the receipt and the notice leave at once."""
    from lsplan_workflow.domain.notice_kinds import NoticeKind
    from lsplan_workflow.domain.obstacles import Statement
    from lsplan_workflow.services.obstacles import report_obstacle

    uploads = [upload(path) for path in files or ()]
    said = Statement(content, cause, measures, proposal, competence)

    def report(workplace: Workplace) -> Obstacle:
        arrival = arrival_of(workplace, received_at, reason)
        return report_obstacle(
            workplace, agency, said, uploads, actor=actor(), program=program, arrival=arrival
        )

    kinds = {NoticeKind.OBSTACLE, NoticeKind.OBSTACLE_RECEIPT}
    _run(context, report, say("Đã tiếp nhận", "Received"), kinds, as_json=as_json)


@group.command(help=say("Giao một cơ quan trả lời.", "Make an agency answer."))
def assign(
    context: typer.Context,
    number: Number,
    agency: Agency,
    by: By = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Assign an obstacle, again where the answer does not satisfy."""
    from lsplan_workflow.domain.notice_kinds import NoticeKind
    from lsplan_workflow.services.obstacles import assign_obstacle

    day = None if by is None else instants.parse_day(by)

    def act(workplace: Workplace) -> Obstacle:
        return assign_obstacle(workplace, number, agency, actor=actor(), by=day)

    kinds = {NoticeKind.OBSTACLE_ASSIGNED}
    _run(context, act, say("Đã giao", "Assigned"), kinds, as_json=as_json)


@group.command(help=say("Ghi nội dung trả lời.", "Record an answer."))
def answer(
    context: typer.Context,
    number: Number,
    text: Annotated[str, typer.Option(metavar=_TEXT, help=say("Nội dung trả lời.", "The answer."))],
    files: Files = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Record an answer, which the agency that reported the obstacle is told."""
    from lsplan_workflow.domain.notice_kinds import NoticeKind
    from lsplan_workflow.services.obstacles import answer_obstacle

    uploads = [upload(path) for path in files or ()]

    def act(workplace: Workplace) -> Obstacle:
        return answer_obstacle(workplace, number, text, uploads, actor=actor())

    kinds = {NoticeKind.OBSTACLE_ANSWER}
    _run(context, act, say("Đã trả lời", "Answered"), kinds, as_json=as_json)


@group.command(help=say("Kết thúc một khó khăn, vướng mắc.", "Close an obstacle."))
def close(
    context: typer.Context,
    number: Number,
    reason: Annotated[str, typer.Option(metavar=say("LÝ_DO", "TEXT"), help=say("Lý do.", "Why."))],
    *,
    as_json: AsJson = False,
) -> None:
    """Close an obstacle, which who reported it and who had to answer it are told."""
    from lsplan_workflow.domain.notice_kinds import NoticeKind
    from lsplan_workflow.services.obstacles import close_obstacle

    def act(workplace: Workplace) -> Obstacle:
        return close_obstacle(workplace, number, reason, actor=actor())

    kinds = {NoticeKind.OBSTACLE_ANSWER}
    _run(context, act, say("Đã kết thúc", "Closed"), kinds, as_json=as_json)


def _run(
    context: typer.Context,
    act: Callable[[Workplace], Obstacle],
    done: str,
    kinds: set[NoticeKind],
    *,
    as_json: bool,
) -> None:
    """Act, send what may leave now, and say how the obstacle stands."""
    from lsplan_workflow.services.delivery import deliver
    from lsplan_workflow.services.obstacles import obstacle_history

    with opened(context, writes=True) as workplace:
        changed = act(workplace)
        delivered = deliver(workplace, only=kinds)
        found, now = obstacle_history(workplace, changed.number), workplace.clock.now()
        calendar = workplace.configuration.calendar
        told = _told(changed, kinds)
        nobody = ended_for_good(workplace, told) or nobody_to_tell(workplace, told)
    if as_json:
        print_json(words.shape(found, calendar, now))
        return
    print_line(f"{done}: {words.headline(found, calendar, now)}")
    waits = say("Sẽ báo trong giờ làm việc.", "They will be told in working hours.")
    tell_delivery(delivered, waits, nobody)


def _told(changed: Obstacle, kinds: set[NoticeKind]) -> str:
    """Return the agency that an act is told to: whoever has to answer, or who reported it."""
    from lsplan_workflow.domain.notice_kinds import NoticeKind

    assigned = changed.assigned_to if NoticeKind.OBSTACLE_ASSIGNED in kinds else None
    return assigned or changed.agency


@group.command("list", help=say("Liệt kê khó khăn, vướng mắc.", "List the obstacles."))
def list_(
    context: typer.Context,
    agency: OfAgency = None,
    state: OfState = None,
    program: OfProgram = None,
    *,
    overdue: Annotated[
        bool,
        typer.Option(
            "--overdue", help=say("Chỉ những việc quá hạn trả lời.", "Only what is overdue.")
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Print the obstacles in the order of their numbers."""
    from lsplan_workflow.services.obstacles import list_obstacles

    with opened(context) as workplace:
        found = list_obstacles(
            workplace, agency=agency, state=state, program=program, overdue=overdue
        )
        calendar, now = workplace.configuration.calendar, workplace.clock.now()
        several = len(workplace.configuration.programs) > 1
        names = {a.code: a.name(language()) for a in workplace.configuration.directory.agencies}
    if as_json:
        print_json([words.shape(one, calendar, now) for one in found])
    else:
        rows = [words.row(one, names, calendar, now, program=several) for one in found]
        _print_list(rows, program=several)


def _print_list(rows: list[tuple[str, ...]], *, program: bool) -> None:
    print_table(
        say(f"{len(rows)} khó khăn, vướng mắc", counted(len(rows), "obstacle")),
        [
            say("Số", "Number"),
            *((say("Kế hoạch", "Program"),) if program else ()),
            say("Cơ quan", "Agency"),
            say("Tiếp nhận", "Received"),
            say("Nội dung", "Content"),
            say("Trạng thái", "State"),
            say("Cơ quan trả lời", "To answer"),
            say("Trước ngày", "Before"),
            say("Còn lại", "Time left"),
        ],
        rows,
    )


@group.command(help=say("Xem toàn bộ quá trình xử lý.", "Show an obstacle's whole history."))
def show(context: typer.Context, number: Number, *, as_json: AsJson = False) -> None:
    """Print what the agency said, and everything that was done about it."""
    from lsplan_workflow.services.obstacles import obstacle_history

    with opened(context) as workplace:
        found = obstacle_history(workplace, number)
        calendar, now = workplace.configuration.calendar, workplace.clock.now()
    if as_json:
        print_json(words.shape(found, calendar, now))
        return
    print_line(words.headline(found, calendar, now))
    for line in words.said(found):
        print_line(f"  {line}")
    print_table(
        say("\nQuá trình", "\nHistory"),
        [
            say("Lúc", "At"),
            say("Trạng thái", "State"),
            say("Người ghi", "By"),
            say("Cơ quan trả lời", "To answer"),
            say("Trước ngày", "Before"),
            say("Nội dung", "Text"),
            say("Tệp", "Files"),
        ],
        [words.step_row(step, calendar) for step in found.steps],
    )
