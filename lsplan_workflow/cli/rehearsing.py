"""`rehearse`."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from lsplan_workflow import instants
from lsplan_workflow.cli import telling, words
from lsplan_workflow.cli.index import summary
from lsplan_workflow.cli.main import DATE, AsJson, app, opened
from lsplan_workflow.domain.errors import RequestError
from lsplan_workflow.domain.text import Text
from lsplan_workflow.terminal.language import language, say
from lsplan_workflow.terminal.output import print_json, print_line, print_table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lsplan_workflow.rehearsal.performance import Terms
    from lsplan_workflow.rehearsal.story import Story
    from lsplan_workflow.services.workplace import Workplace

_USUAL_SEED: Final = 1


Until = Annotated[
    str, typer.Option("--to", metavar=DATE, help=say("Đến hết ngày.", "Up to the end of a day."))
]
Since = Annotated[
    str | None,
    typer.Option(
        "--from",
        metavar=DATE,
        show_default=False,
        help=say("Từ ngày; với --present là từ lúc này.", "From a day; with --present, now."),
    ),
]
Seed = Annotated[
    int | None,
    typer.Option(
        "--seed",
        metavar=say("SỐ", "N"),
        show_default=False,
        help=say(
            f"Số gieo cho cách ứng xử của các cơ quan; mặc định {_USUAL_SEED}.",
            f"Seeds how agencies behave; {_USUAL_SEED} if none is given.",
        ),
    ),
]
Keep = Annotated[
    Path | None,
    typer.Option(
        "--keep",
        metavar=say("THƯ_MỤC", "DIR"),
        help=say("Giữ lại dữ liệu và thư ở đây.", "Keep its data and mails here."),
    ),
]
Nobody = Annotated[
    bool, typer.Option("--nobody", help=say("Không cơ quan nào gửi gì.", "Nobody files."))
]
Present = Annotated[
    bool,
    typer.Option(
        "--present",
        help=say("Bắt đầu từ bản sao của hiện trạng.", "Begin with a copy of what there is."),
    ),
]


@app.command(help=summary("rehearse"))
def rehearse(  # noqa: PLR0913 - One for each option.
    context: typer.Context,
    until: Until,
    since: Since = None,
    seed: Seed = None,
    keep: Keep = None,
    *,
    nobody: Nobody = False,
    present: Present = False,
    as_json: AsJson = False,
) -> None:
    """Play a period under a clock of its own and print what happens in it, day by day."""
    if nobody and seed is not None:
        raise RequestError(_TWO_CASTS)
    dice = None if nobody else _USUAL_SEED if seed is None else seed
    with opened(context) as real, _folder(keep) as folder:
        terms = _terms(real, since, until, dice, present=present)
        story = _performed(context, real, folder, terms)
        local = real.configuration.calendar.local
        names = {
            a.code: a.form_of_address(language()) for a in real.configuration.directory.agencies
        }
    if as_json:
        print_json(telling.shape(story, local(terms.first), local(terms.last), dice))
        return
    for line in telling.beginning(story, local(terms.first), cast=not (present or nobody)):
        print_line(line)
    _print_story(story, names)
    if keep is not None:
        print_line(say(f"Xem tiếp: lsplan --var {keep} status", f"See: lsplan --var {keep} status"))


_TWO_CASTS = Text(
    "Chọn một trong hai: --seed hoặc --nobody.", "Choose one of the two: --seed or --nobody."
)


@contextmanager
def _folder(keep: Path | None) -> Iterator[Path]:
    """Give the folder of the rehearsal, which is gone afterwards unless it is to be kept."""
    if keep is not None:
        yield keep
        return
    from tempfile import TemporaryDirectory

    with TemporaryDirectory(prefix="lsplan-rehearsal-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def _terms(
    real: Workplace, since: str | None, until: str, seed: int | None, *, present: bool
) -> Terms:
    from lsplan_workflow.rehearsal.performance import Terms

    calendar = real.configuration.calendar
    # Read once: the present state is of the instant at which it is copied, and begins there.
    now = calendar.local(real.clock.now())
    if since is not None:
        first = calendar.at(instants.parse_day(since), time.min)
        if present and now.date() == first.date():
            first = now
    elif present:
        first = now
    else:
        raise RequestError(_NO_BEGINNING)
    last = instants.end_of_day(instants.parse_day(until), calendar)
    return Terms(calendar.local(first), last, seed, now if present else None)


_NO_BEGINNING = Text(
    "Thiếu --from; chỉ bỏ được khi có --present.", "--from is missing; only --present replaces it."
)


def _performed(context: typer.Context, real: Workplace, folder: Path, terms: Terms) -> Story:
    from lsplan_workflow.rehearsal.performance import perform

    with _progress(terms) as told:
        return perform(context.obj, real, folder, terms, progress=told)


@contextmanager
def _progress(terms: Terms) -> Iterator[Callable[[datetime], None]]:
    """Show on standard error how far the rehearsal has come."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    shown = Progress(*columns, console=Console(stderr=True))
    task = shown.add_task("", total=(terms.last - terms.first).total_seconds())

    def reached(at: datetime) -> None:
        # What is refused leaves no bar behind: it is begun when the first instant was played.
        shown.start()
        done = (at - terms.first).total_seconds()
        shown.update(task, completed=done, description=f"{at:%d/%m/%Y}")

    try:
        yield reached
    finally:
        if shown.live.is_started:
            shown.stop()


def _print_story(story: Story, names: dict[str, str]) -> None:
    for line in telling.days(story, names):
        print_line(line)
    if story.cycles:
        _print_figures(story)
    for line in telling.summary(story):
        print_line(line)


def _print_figures(story: Story) -> None:
    print_table(
        "\n" + say("Kết quả các kỳ", "What the cycles came to"),
        [
            say("Kỳ", "Cycle"),
            *words.figure_headings(),
            say("Chấp nhận", "Accepted"),
            say("Chuyển giao, chấm dứt", "Transferred, lapsed"),
        ],
        [telling.figures(status) for status in story.cycles],
    )
