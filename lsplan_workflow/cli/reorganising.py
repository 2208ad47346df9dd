"""`reorganise preview` and `reorganise apply`."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from lsplan_workflow import bootstrap
from lsplan_workflow.cli import words
from lsplan_workflow.cli.applying import listed
from lsplan_workflow.cli.index import summary
from lsplan_workflow.cli.main import AsJson, actor, app, opened, require_log
from lsplan_workflow.cli.notice_words import plan_change_of_a_year
from lsplan_workflow.cli.reorganisation_shape import shape
from lsplan_workflow.cli.usage import Application, Group
from lsplan_workflow.terminal.language import language, say
from lsplan_workflow.terminal.output import print_json, print_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from lsplan_workflow.domain.reorganisation import Handover, HeirsDeadline, Passing, Retained
    from lsplan_workflow.services.reorganising import Reorganised, Telling

group = Application(
    cls=Group,
    help=summary("reorganise"),
)
app.add_typer(group, name="reorganise")

_File = Annotated[
    Path,
    typer.Argument(
        metavar=say("TỆP", "FILE"),
        help=say("Tệp TOML mô tả quyết định.", "A TOML file that describes the decision."),
    ),
]


@group.command(help=say("Xem trước, không thay đổi gì.", "Show what it brings about, no more."))
def preview(context: typer.Context, file: _File, *, as_json: AsJson = False) -> None:
    """Show what differs, what passes to whom, and who is told in which order."""
    _run(context, file, preview=True, as_json=as_json)


@group.command(help=say("Ghi vào cấu hình và áp dụng.", "Write it into the folder and apply it."))
def apply(context: typer.Context, file: _File, *, as_json: AsJson = False) -> None:
    """Write the agencies and contacts into the folder, and take it into effect."""
    _run(context, file, preview=False, as_json=as_json)


def _run(context: typer.Context, file: Path, *, preview: bool, as_json: bool) -> None:
    require_log(context.obj)
    with opened(context, writes=not preview) as workplace:
        local = workplace.configuration.calendar.local
        made = bootstrap.reorganise(context.obj, workplace, file, actor=actor(), preview=preview)
    if as_json:
        print_json(shape(made, local))
        return
    for line in _lines(made, local):
        print_line(line)
    if preview:
        print_line(say("Chỉ xem trước, chưa thay đổi gì.", "Only shown, nothing was changed."))
    else:
        number = made.applied.number
        print_line(
            say(
                f"Đã ghi vào thư mục cấu hình và áp dụng, phiên bản {number}.",
                f"Written into the configuration folder and applied, version {number}.",
            )
        )
    for line in _warnings(made, preview=preview):
        print_line(line)


def _warnings(made: Reorganised, *, preview: bool) -> Iterator[str]:
    """Yield whom nobody can tell what it takes over or owes, and what else nobody will hear of."""
    first = words.day(made.reorganisation.begins_on)
    for code in made.untold:
        remedy = _add_contact(code, "focal", preview=preview)
        yield say(
            f"CẢNH BÁO: {code} có nhiệm vụ từ ngày {first} nhưng chưa có liên hệ nào, sẽ không ai "
            f"ở đó được báo hay được nhắc; {remedy}.",
            f"WARNING: {code} has duties from {first} on but no contact, so nobody there is told "
            f"or reminded; {remedy}.",
        )
    for code in made.leaderless:
        remedy = _add_contact(code, "leader", preview=preview)
        yield say(
            f"CẢNH BÁO: từ ngày {first} bản tổng hợp cho lãnh đạo gửi đến {code} nhưng {code} chưa "
            f"có liên hệ vai trò leader nên sẽ không ai nhận; {remedy}.",
            f"WARNING: from {first} on the digests for leaders go to {code}, which has no contact "
            f"of the role leader, so nobody gets them; {remedy}.",
        )
    yield from (_retained(found, first) for found in made.retained)
    if made.without_administrators:
        remedy = _add_contact(None, "admin", preview=preview)
        yield say(
            f"CẢNH BÁO: từ ngày {first} không cơ quan nào còn hoạt động có liên hệ vai trò admin, "
            f"sự cố chỉ báo cho người của cơ quan đã kết thúc; {remedy}.",
            f"WARNING: from {first} on no agency that still exists has a contact of the role "
            f"admin, trouble is told to those of agencies that have ended alone; {remedy}.",
        )


_DUTIES: Final = {
    "focal_point": ("cơ quan đầu mối", "the focal point"),
    "leadership": ("nơi nhận bản tổng hợp cho lãnh đạo", "where the digests for leaders go"),
}


def _retained(found: Retained, first: str) -> str:
    """Return who keeps what an agency had that comes back, and how it gets that back."""
    vi, en = _DUTIES[found.duty.value]
    former, agency, holder = found.comeback.former, found.comeback.agency, found.holder
    key = found.duty.value
    return say(
        f"CẢNH BÁO: {former} từng là {vi} của {found.program}, vai trò này vẫn do {holder} giữ; "
        f"nếu văn bản giao lại cho {agency}, hãy ghi {agency} vào {key} trong tệp của kế hoạch "
        f"đó rồi chạy `lsplan apply`, không sớm hơn ngày {first}.",
        f"WARNING: {former} was {en} of {found.program}, which stays with {holder}; if the "
        f"document gives it to {agency}, write {agency} into {key} in that program's file, then "
        f"run `lsplan apply`, not before {first}.",
    )


def _add_contact(code: str | None, role: str, *, preview: bool) -> str:
    """Return where a contact of a role is to be added, of an agency or of any that exists."""
    vi, en = (f" của {code}", f" of {code}") if code else ("", "")
    if preview:
        return say(
            f"hãy thêm [[contact]] vai trò {role}{vi} vào tệp này trước khi áp dụng",
            f"add a [[contact]] of the role {role}{en} to this file before you apply it",
        )
    return say(
        f"hãy thêm liên hệ {role}{vi} vào contacts.csv rồi chạy `lsplan apply`",
        f"add a contact of the role {role}{en} to contacts.csv, then run `lsplan apply`",
    )


def _lines(made: Reorganised, local: Callable[[datetime], datetime]) -> Iterator[str]:
    first = words.day(made.reorganisation.begins_on)
    document = made.reorganisation.document
    yield say(f"{document}; từ ngày {first}", f"{document}; from {first} on")
    yield from listed(
        say("Thay đổi trong cấu hình:", "What differs:"),
        (found.text.in_language(language()) for found in made.applied.differences),
    )
    if not (made.passings or made.handovers or made.tellings or made.applied.notices):
        yield say(
            "Không nghĩa vụ, vướng mắc hay thông báo nào thay đổi.",
            "Nothing that is owed, no obstacle and no notice changes.",
        )
    yield from listed(
        say("Nghĩa vụ báo cáo:", "What is owed:"),
        (_passing(found, local) for found in made.passings),
    )
    yield from listed(say("Khó khăn, vướng mắc:", "Obstacles:"), map(_handover, made.handovers))
    yield from listed(
        say("Được báo theo thứ tự:", "Told in this order:"), map(_telling, made.tellings)
    )
    yield from listed(
        say("Thông báo sẽ gửi:", "Notices to come:"),
        plan_change_of_a_year(made.applied.notices, local),
    )


_FATES: Final = {
    "passes": ("chuyển cho {to}", "passes to {to}"),
    "kept": (
        "giữ dưới tên cũ, {to} gửi vì đã gửi báo cáo của mình",
        "stays under the old name for {to} to file, which has filed its own",
    ),
    "handed_on": (
        "giữ dưới tên cũ, từ đó {to} gửi",
        "stays under the old name for {to} to file from then on",
    ),
    "lapses": ("không ai tiếp nhận", "passes to nobody"),
    "followed_up": (
        "giữ dưới tên cũ, {to} theo dõi duyệt và bổ sung",
        "stays under the old name, {to} follows up its review",
    ),
    "settled": ("giữ nguyên", "stays as it is"),
    "dropped": ("không phải báo cáo nữa", "owes no more"),
    "added": ("phải báo cáo", "owes"),
    "exempt": (
        "không phải báo cáo, vì chưa hoạt động vào ngày {last}",
        "owes nothing, as it does not exist yet on {last}",
    ),
}
_OF_NO_OBLIGATION: Final = frozenset({"dropped", "added", "exempt"})
_ONE_DAY: Final = timedelta(days=1)


def _passing(found: Passing, local: Callable[[datetime], datetime]) -> str:
    """Return what becomes of an obligation in words."""
    vi, en = _FATES[found.fate.value]
    nobody = say("không ai", "nobody")
    last_full_day = words.day(local(found.due_at) - _ONE_DAY)
    fate = say(vi, en).format(to=", ".join(found.to) or nobody, last=last_full_day)
    due, status = words.day(local(found.due_at)), words.status(found.status)
    if found.fate.value in _OF_NO_OBLIGATION:
        return f"{found.cycle}, {found.agency}: {fate}"
    before = say(f"hạn trước {due}", f"due before {due}")
    heirs = "".join(_heirs_deadline(heir, found.due_at, local) for heir in found.deadlines)
    return f"{found.cycle}, {found.agency} ({status}, {before}): {fate}{heirs}"


def _heirs_deadline(
    heir: HeirsDeadline, due_at: datetime, local: Callable[[datetime], datetime]
) -> str:
    """Return which deadline holds for all that an heir owes then, where it is another one."""
    code, then = heir.agency, words.day(local(heir.then))
    if heir.then != due_at:
        return say(
            f"; báo cáo chung của {code} khi đó có hạn muộn hơn, trước {then}",
            f"; the report of {code} that covers it has a later deadline, due before {then}",
        )
    if heir.present is None or heir.present == heir.then:
        return ""
    present = words.day(local(heir.present))
    return say(
        f"; hạn này khi đó là của cả báo cáo chung của {code} (hiện: trước {present})",
        f"; this then holds for the whole report of {code} (at present due before {present})",
    )


_ANSWERS: Final = ("{to} trả lời thay {agency}", "{to} has to answer instead of {agency}")
_ANSWERS_AS_FOCAL_POINT: Final = (
    "cơ quan đầu mối {to} phải trả lời thay {agency}",
    "{to} has to answer as the focal point instead of {agency}",
)
_IS_TOLD: Final = (
    "{to} nhận trả lời thay {agency}",
    "{to} is told the answer instead of {agency}",
)
_NOBODY_IS_TOLD: Final = (
    "{agency} kết thúc và không ai nhận trả lời",
    "{agency} ends, nobody is told the answer",
)


def _handover(found: Handover) -> str:
    """Return who takes over what an agency had to do with an obstacle."""
    if found.part.value == "answers":
        vi, en = _ANSWERS_AS_FOCAL_POINT if found.as_focal_point else _ANSWERS
    else:
        vi, en = _NOBODY_IS_TOLD if found.to is None else _IS_TOLD
    return f"{found.number}: {say(vi, en).format(agency=found.agency, to=found.to)}"


def _telling(told: Telling) -> str:
    contacts = ", ".join(contact.id for contact in told.contacts)
    nobody = say("chưa có liên hệ", "has no contact")
    return f"{told.agency}: {contacts or nobody}"
