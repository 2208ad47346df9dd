"""`apply`."""

from __future__ import annotations

from itertools import starmap
from typing import TYPE_CHECKING, Annotated

import typer

from lsplan_workflow import bootstrap
from lsplan_workflow.cli import shapes, words
from lsplan_workflow.cli.index import summary
from lsplan_workflow.cli.main import AsJson, actor, app, require_log
from lsplan_workflow.cli.notice_words import plan_change_of_a_year
from lsplan_workflow.domain.errors import RequestError
from lsplan_workflow.domain.text import Text
from lsplan_workflow.terminal.language import counted, language, say
from lsplan_workflow.terminal.output import print_json, print_line

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator
    from datetime import datetime

    from lsplan_workflow.domain.cycles import Cycle
    from lsplan_workflow.services.applying import Applied, CycleChange

_DryRun = Annotated[
    bool,
    typer.Option(
        "--dry-run",
        help=say("Chỉ xem hệ quả, không áp dụng.", "Show what it brings about, no more."),
    ),
]
_Yes = Annotated[
    bool,
    typer.Option(
        "--yes",
        help=say("Đồng ý dời thời hạn đã thông báo.", "Move deadlines that were announced."),
    ),
]
_RestartLadder = Annotated[
    bool,
    typer.Option(
        "--restart-ladder",
        help=say(
            "Đôn đốc cả những nơi đang quá hạn theo bậc mới.",
            "Put what escalates already on the new ladder.",
        ),
    ),
]


@app.command(help=summary("apply"))
def apply(
    context: typer.Context,
    *,
    dry_run: _DryRun = False,
    yes: _Yes = False,
    restart_ladder: _RestartLadder = False,
    as_json: AsJson = False,
) -> None:
    """Show what the folder changes and brings about, and take it into effect if it is valid."""
    from lsplan_workflow.services.applying import Outcome, Terms

    # What stands in the way of writing is said before what is wrong in the folder.
    require_log(context.obj)
    bootstrap.channels(context.obj).check()
    terms = Terms(confirmed=yes, dry=dry_run, restart_ladder=restart_ladder)
    configuration = bootstrap.check(context.obj.config)
    made = bootstrap.apply(context.obj, configuration, terms, actor=actor())
    local = configuration.calendar.local
    if as_json:
        print_json(shapes.applied(made, local))
    else:
        for line in _lines(made, local):
            print_line(line)
    if made.outcome is Outcome.UNCONFIRMED:
        raise RequestError(_confirm(made))


def _confirm(made: Applied) -> Text:
    codes = ", ".join(change.code for change in made.cycles if change.breaks_word)
    return Text(
        f"Chưa áp dụng: cấu hình này đổi thời hạn, hoặc kết thúc sớm hơn so với đã thông báo: "
        f"{codes}. Nếu đúng như ý, chạy lại với --yes; các cơ quan chưa gửi báo cáo sẽ được báo "
        "nếu thời hạn thay đổi.",
        f"Not applied: this changes a deadline that was announced, or lets a cycle end sooner: "
        f"{codes}. If it is meant, run this again with --yes; agencies that have not filed will "
        "be told of a new deadline.",
    )


def _lines(made: Applied, local: Callable[[datetime], datetime]) -> Iterator[str]:
    """Yield what differs, what that brings about, and what became of it."""
    from lsplan_workflow.services.applying import Outcome

    if made.outcome is Outcome.IN_FORCE_ALREADY:
        yield say("Cấu hình này đang có hiệu lực.", "This configuration is in effect already.")
        return
    yield from listed(
        say("Thay đổi trong cấu hình:", "What differs:"),
        (found.text.in_language(language()) for found in made.differences),
    )
    changes = (_cycle_change(change, local) for change in made.cycles)
    yield from listed(say("Kỳ báo cáo:", "Reporting cycles:"), changes)
    yield from starmap(_still_owing, made.still_owing.items())
    yield from listed(
        say("Thông báo sẽ gửi:", "Notices to come:"),
        plan_change_of_a_year(made.notices, local),
    )
    if made.outcome is Outcome.APPLIED:
        yield say(
            f"Đã áp dụng cấu hình, phiên bản {made.number}.",
            f"The configuration is in effect, version {made.number}.",
        )
    elif made.outcome is Outcome.FORESEEN:
        yield say("Chỉ xem trước, chưa áp dụng.", "Only shown, not applied.")


def _still_owing(cycle: str, agencies: Collection[str]) -> str:
    """Return who goes on owing in an open cycle though its kind was taken out, and the way out."""
    count = len(agencies)
    remedy = f"`lsplan waive {cycle} {min(agencies)} …`"
    return say(
        f"Lưu ý: kỳ {cycle} đang mở, {count} cơ quan thuộc loại vừa bỏ khỏi owed_by vẫn phải gửi "
        f"báo cáo; nếu không yêu cầu nữa thì miễn bằng {remedy}.",
        f"Note: {cycle} is open; {counted(count, 'agency')} of a kind taken out of owed_by go on "
        f"owing; where the report is not demanded any more, lift the duty with {remedy}.",
    )


def listed(heading: str, items: Iterable[str]) -> Iterator[str]:
    """Yield a heading and what it heads, nothing at all if that is empty."""
    found = list(items)
    if found:
        yield heading
        yield from (f"- {item}" for item in found)


def _cycle_change(change: CycleChange, local: Callable[[datetime], datetime]) -> str:
    """Return what becomes of a cycle in words."""
    before, after = change.before, change.after
    if after is None:
        return say(f"{change.code}: không còn nữa", f"{change.code}: is no more")
    if before is None:
        return f"{change.code}: " + say("kỳ mới; ", "new; ") + "; ".join(_dates(after, local))
    pairs = zip(_dates(before, local), _dates(after, local), strict=True)
    moved = "; ".join(f"{old} → {new}" for old, new in pairs if old != new)
    told = say(" (đã thông báo)", " (announced)") if change.breaks_word else ""
    return f"{change.code}: {moved}{told}"


def _dates(cycle: Cycle, local: Callable[[datetime], datetime]) -> tuple[str, ...]:
    opens, due, closes = (
        words.day(local(at)) for at in (cycle.opens_at, cycle.due_at, cycle.closes_at)
    )
    grace = words.instant(local(cycle.grace_ends_at))
    return (
        say(f"mở ngày {opens}", f"opens on {opens}"),
        say(f"thời hạn trước {due}", f"due before {due}"),
        say(f"chờ đến {grace}", f"grace until {grace}"),
        say(f"kết thúc ngày {closes}", f"closes on {closes}"),
    )
