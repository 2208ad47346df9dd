"""`preview`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from lsplan_workflow import instants
from lsplan_workflow.cli import foreseen, shapes, words
from lsplan_workflow.cli.index import summary
from lsplan_workflow.cli.main import DATE, AsJson, OptionalCycle, app, opened
from lsplan_workflow.domain.errors import RequestError
from lsplan_workflow.domain.text import Text
from lsplan_workflow.terminal.language import counted, say
from lsplan_workflow.terminal.output import (
    complain,
    print_json,
    print_line,
    print_table,
    print_text,
    write_bytes_whole,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from lsplan_workflow.configuration.folder import Configuration
    from lsplan_workflow.domain.notices import Notice
    from lsplan_workflow.domain.suppositions import Supposition
    from lsplan_workflow.services.foresight import Foresight
    from lsplan_workflow.services.workplace import Workplace


_STANDARD_OUTPUT: Final = Path("-")


class By(StrEnum):
    """How the notices to come are arranged."""

    DAY = "day"
    PERSON = "person"


Until = Annotated[
    str | None,
    typer.Option(
        metavar=DATE, help=say("Đến hết ngày, ví dụ 2025-10-20.", "Up to the end of a day.")
    ),
]
WhatIf = Annotated[
    list[str] | None,
    typer.Option(
        "--what-if",
        metavar=say("GIẢ_ĐỊNH", "SUPPOSITION"),
        help=say(
            "Điều gì khác đi nếu, ví dụ extend:SYT:2025-10-25; dùng được nhiều lần.",
            "What would differ, as extend:SYT:2025-10-25; may be repeated.",
        ),
    ),
]
Arrangement = Annotated[
    str | None,
    typer.Option(
        "--by",
        metavar="day|person",
        help=say(
            "Xếp theo ngày (lịch tháng) hoặc theo người nhận.",
            "Arrange by day (a calendar) or by person.",
        ),
    ),
]
Ics = Annotated[
    Path | None,
    typer.Option(
        "--ics",
        metavar=say("TỆP", "FILE"),
        help=say(
            "Ghi thành tệp lịch iCalendar; «-» là đầu ra chuẩn, và chỉ in lịch.",
            "Write an iCalendar file; - is standard output, for it alone.",
        ),
    ),
]


@app.command(help=summary("preview"))
def preview(
    context: typer.Context,
    cycle: OptionalCycle = None,
    until: Until = None,
    what_if: WhatIf = None,
    by: Arrangement = None,
    ics: Ics = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Print the notices to come in the order of leaving, or what suppositions change of them."""
    arranged = None if by is None else _arranged(by)
    supposed = [_supposition(text) for text in what_if or ()]
    if as_json:
        _refuse_ambiguous(what_if, arranged, ics)
    day = None if until is None else instants.parse_day(until)
    with opened(context) as workplace:
        configuration, now = workplace.configuration, workplace.clock.now()
        found = _foreseen(workplace, supposed, cycle, day)
    if ics is not None:
        _write_calendar(ics, found.notices, configuration, now)
    if ics == _STANDARD_OUTPUT:
        return
    if as_json and not supposed:
        print_json(_shape(found.notices, configuration, arranged))
    elif as_json:
        print_json(shapes.what_if(found, configuration.calendar.local))
    elif supposed:
        _print_differences(found, configuration, arranged)
    else:
        _print_coming(found.notices, configuration, arranged)


def _refuse_ambiguous(what_if: list[str] | None, arranged: By | None, ics: Path | None) -> None:
    """Raise RequestError where --json would have to print two things."""
    if what_if and arranged:
        raise RequestError(_TWO_SHAPES)
    if ics == _STANDARD_OUTPUT:
        raise RequestError(_TWO_OUTPUTS)


def _foreseen(
    workplace: Workplace, supposed: Sequence[Supposition], cycle: str | None, day: date | None
) -> Foresight:
    from lsplan_workflow.services.foresight import foresee

    configuration, now = workplace.configuration, workplace.clock.now()
    last = None if day is None else instants.end_of_day(day, configuration.calendar)
    with workplace.database.reading() as session:
        return foresee(session, configuration, now, supposed, code=cycle, until=last)


def _write_calendar(
    file: Path, notices: Sequence[Notice], configuration: Configuration, now: datetime
) -> None:
    """Write the notices to come as events, one for each rung of a day; `-` prints them."""
    from lsplan_workflow.reports.calendar_events import write_calendar

    head, events = foreseen.as_calendar(notices, configuration, now)
    content = write_calendar(head, events)
    if file == _STANDARD_OUTPUT:
        print_text(content.decode())
        return
    write_bytes_whole(file, content)
    complain(
        say(
            f"Đã ghi {len(events)} sự kiện vào {file}.",
            f"Wrote {counted(len(events), 'event')} to {file}.",
        )
    )


_TWO_OUTPUTS = Text(
    "--ics - và --json cùng in ra đầu ra chuẩn; hãy ghi lịch vào một tệp.",
    "--ics - and --json both go to standard output; write the calendar into a file.",
)
_TWO_SHAPES = Text(
    "--json in hoặc điều khác đi (--what-if), hoặc cách xếp (--by), không cả hai.",
    "--json prints what differs (--what-if) or an arrangement (--by), not both.",
)


def _arranged(text: str) -> By:
    try:
        return By(text)
    except ValueError:
        raise RequestError(
            Text(f"--by {text}: cần day hoặc person.", f"--by {text}: expected day or person.")
        ) from None


def _supposition(text: str) -> Supposition:
    """Read a supposition; raise RequestError for what is none."""
    from lsplan_workflow.domain.suppositions import Supposed, Supposition

    what, _, rest = text.partition(":")
    subject, _, day = rest.partition(":")
    known = what in set(Supposed) and bool(subject)
    if not known or bool(day) is (what == Supposed.WAIVE):
        raise RequestError(
            Text(
                f"--what-if {text}: cần một trong các dạng extend:CƠ_QUAN:NGÀY, waive:CƠ_QUAN, "
                "submit:CƠ_QUAN:NGÀY, accept:CƠ_QUAN:NGÀY, move:CHẾ_ĐỘ_HOẶC_KỲ:NGÀY.",
                f"--what-if {text}: expected extend:AGENCY:DATE, waive:AGENCY, "
                "submit:AGENCY:DATE, accept:AGENCY:DATE or move:REGIME_OR_CYCLE:DATE.",
            )
        )
    return Supposition(Supposed(what), subject, instants.parse_day(day) if day else None)


def _shape(
    coming: Sequence[Notice], configuration: Configuration, arranged: By | None
) -> list[dict[str, object]]:
    local = configuration.calendar.local
    if arranged is By.DAY:
        return shapes.by_day(coming, local)
    if arranged is By.PERSON:
        return shapes.by_person(coming, local)
    return [shapes.foreseen(notice, local) for notice in coming]


def _print_differences(found: Foresight, configuration: Configuration, arranged: By | None) -> None:
    for line in foreseen.what_if(found, configuration.calendar.local):
        print_line(line)
    if arranged is not None:
        print_line("")
        _print_coming(found.notices, configuration, arranged)


def _print_coming(
    coming: Sequence[Notice], configuration: Configuration, arranged: By | None
) -> None:
    calendar = configuration.calendar
    title = say(f"{len(coming)} thông báo sẽ gửi", f"{counted(len(coming), 'notice')} to come")
    if arranged is By.DAY:
        print_line(title)
        _print_months(coming, configuration)
    elif arranged is By.PERSON:
        print_line(title)
        for line in foreseen.people(coming, configuration.directory, calendar.local):
            print_line(line)
    else:
        _print_list(title, coming, configuration)


def _print_months(coming: Sequence[Notice], configuration: Configuration) -> None:
    calendar = configuration.calendar
    for first, notices in foreseen.months(coming, calendar):
        rows = foreseen.weeks(first, notices, calendar)
        print_table("\n" + foreseen.month_title(first), foreseen.weekdays(), rows)
        for line in foreseen.days(notices, calendar):
            print_line(line)


def _print_list(title: str, coming: Sequence[Notice], configuration: Configuration) -> None:
    print_table(
        title,
        [
            say("Lúc", "At"),
            say("Mốc", "Rung"),
            say("Loại", "Kind"),
            say("Kỳ", "Cycle"),
            say("Cơ quan", "Agency"),
            say("Người nhận", "Recipient"),
        ],
        [words.foreseen_row(notice, configuration.calendar.local) for notice in coming],
    )
