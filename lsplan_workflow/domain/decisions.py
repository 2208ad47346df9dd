"""What can be decided about a deadline, and what a decision makes of an obligation."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from lsplan_workflow.domain.cycles import CycleState
from lsplan_workflow.domain.errors import IllegalTransition, RequestError
from lsplan_workflow.domain.obligations import STATUS_VI, Status
from lsplan_workflow.domain.reorganisation import descendants
from lsplan_workflow.domain.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from lsplan_workflow.domain.agencies import Directory
    from lsplan_workflow.domain.calendar import WorkingCalendar
    from lsplan_workflow.domain.cycles import Cycle
    from lsplan_workflow.domain.obligations import Obligation

_ONE_DAY: Final = timedelta(days=1)


def require_open(cycle: Cycle, calendar: WorkingCalendar, now: datetime) -> None:
    """Raise RequestError once the cycle has closed: its history stays as it is."""
    if cycle.state(now) is CycleState.CLOSED:
        code, day = cycle.code, calendar.local_day(cycle.closes_at)
        raise RequestError(
            Text(
                f"{code}: kỳ báo cáo đã kết thúc (từ ngày {day:%d/%m/%Y}); không còn quyết định "
                "được về thời hạn.",
                f"{code}: this cycle has closed (on {day:%d/%m/%Y}); nothing about its deadlines "
                "can be decided any more.",
            )
        )


def require_begun(cycle: Cycle, calendar: WorkingCalendar, now: datetime) -> None:
    """Raise RequestError as long as the cycle has not opened."""
    if cycle.state(now) is CycleState.UPCOMING:
        code, opens = cycle.code, calendar.local_day(cycle.opens_at)
        raise RequestError(
            Text(
                f"{code}: kỳ báo cáo chưa mở; sẽ mở ngày {opens:%d/%m/%Y}.",
                f"{code}: this cycle is not open yet; it opens on {opens:%d/%m/%Y}.",
            )
        )


def require_owed(
    obligation: Obligation | None,
    *,
    cycle: str,
    agency: str,
    directory: Directory,
    on: date,
    holders: Iterable[str],
) -> Obligation:
    """Return an agency's obligation; raise RequestError if it owes nothing, or no more.

    Of one that has ended, the refusal names who stands for it on a local day, or the `holders`
    of the duty that passed on.
    """
    if obligation is None:
        heirs = _standing_for(agency, directory, on)
        hint_vi = f"; thay cho cơ quan này nay là {heirs}" if heirs else ""
        hint_en = f"; in its place now: {heirs}" if heirs else ""
        raise RequestError(
            Text(
                f"{cycle}: {agency} không phải gửi báo cáo trong kỳ này{hint_vi}.",
                f"{cycle}: {agency} owes no report in this cycle{hint_en}.",
            )
        )
    if obligation.status is not Status.TRANSFERRED:
        return obligation
    heirs = ", ".join(holders)
    where = f"{obligation.cycle}/{obligation.agency}"
    if not heirs:
        raise RequestError(
            Text(
                f"{where}: nghĩa vụ đã chấm dứt cùng với cơ quan này.",
                f"{where}: this obligation ended with its agency.",
            )
        )
    raise RequestError(
        Text(
            f"{where}: nghĩa vụ đã chuyển giao cho {heirs}.",
            f"{where}: this obligation has passed to {heirs}.",
        )
    )


def _standing_for(agency: str, directory: Directory, on: date) -> str:
    """Return the codes of those that succeeded an agency and exist on a day, in file order."""
    if directory[agency].exists_on(on):
        return ""
    heirs = descendants([agency], directory)
    return ", ".join(a.code for a in directory.agencies if a.code in heirs and a.exists_on(on))


def require_unsettled(owed: Obligation, cycle: Cycle, now: datetime) -> None:
    """Raise IllegalTransition for a filing of what is settled, naming the way out if there is."""
    if not owed.is_settled:
        return
    where = f"{owed.cycle}/{owed.agency}"
    open_vi, open_en = (
        f"hãy mở lại trước bằng `lsplan reopen {owed.cycle} {owed.agency} --reason LÝ_DO "
        "--authority VĂN_BẢN`, rồi nộp",
        f"take that back by `lsplan reopen {owed.cycle} {owed.agency} --reason TEXT --authority "
        "DOCUMENT` first, then submit",
    )
    if cycle.state(now) is CycleState.CLOSED:
        open_vi = "kỳ đã kết thúc nên không mở lại được nữa"
        open_en = "the cycle has closed, so that cannot be taken back any more"
    raise IllegalTransition(
        Text(
            f"{where}: không nộp được, báo cáo {STATUS_VI[owed.status]}; {open_vi}.",
            f"{where}: cannot submit what is {owed.status.value}; {open_en}.",
        )
    )


def require_nothing_filed(reopened: Obligation) -> None:
    """Raise RequestError where time would be given to file what has been filed."""
    if reopened.status is Status.OPEN:
        return
    where, status = f"{reopened.cycle}/{reopened.agency}", reopened.status
    raise RequestError(
        Text(
            f"{where}: mở lại thì trạng thái là «{STATUS_VI[status]}», không còn thời hạn gửi để "
            "đặt; hãy bỏ --to. Muốn có bản khác thì mở lại rồi dùng `lsplan review return --by`.",
            f"{where}: reopened, it is {status.value}, and there is no time to give for a filing; "
            "leave --to out. For another version, reopen it, then `lsplan review return --by`.",
        )
    )


def require_ahead(cycle: Cycle, now: datetime) -> None:
    """Raise RequestError where the deadline of an open cycle is moved to a day that has passed."""
    if cycle.due_at <= now:
        day = cycle.last_full_day
        raise RequestError(
            Text(
                f"{cycle.code}: thời hạn mới, hết ngày {day:%d/%m/%Y}, đã qua; kỳ đang mở chỉ dời "
                "được thời hạn đến một ngày chưa qua.",
                f"{cycle.code}: the new deadline, the end of {day:%d/%m/%Y}, has passed; that of "
                "an open cycle can only be moved to a day to come.",
            )
        )


def extended(
    owed: Obligation,
    to: date,
    *,
    cycle: Cycle,
    calendar: WorkingCalendar,
    now: datetime,
    correct: bool = False,
) -> Obligation:
    """Return an obligation with time until the end of a day; raise RequestError if it cannot be.

    Only a correction may take a day back that was given: to a day from today on, or to the
    cycle's own deadline, be that past.
    """
    until = calendar.midnight(to + _ONE_DAY)
    _check_extension(owed, until, cycle=cycle, calendar=calendar, now=now, correct=correct)
    return owed.granted(until, since=now)


def _check_extension(
    owed: Obligation,
    until: datetime,
    *,
    cycle: Cycle,
    calendar: WorkingCalendar,
    now: datetime,
    correct: bool,
) -> None:
    """Raise RequestError where a deadline cannot be moved to a due instant."""
    where = f"{owed.cycle}/{owed.agency}"
    if not owed.is_chased:
        raise RequestError(_not_awaited(calendar, where, owed))
    day = calendar.local_day(until) - _ONE_DAY
    last = calendar.local_day(cycle.closes_at) - _ONE_DAY
    if until > cycle.closes_at:
        raise RequestError(
            Text(
                f"{where}: gia hạn đến {day:%d/%m/%Y} vượt quá ngày kết thúc kỳ; chậm nhất là "
                f"{last:%d/%m/%Y}.",
                f"{where}: {day:%d/%m/%Y} lies after the cycle's end; the last day possible is "
                f"{last:%d/%m/%Y}.",
            )
        )
    if correct:
        _check_correction(owed, until, cycle=cycle, calendar=calendar, now=now)
    elif until <= now or until <= owed.due_at:
        takes_back = cycle.due_at <= until < owed.due_at and (now < until or until == cycle.due_at)
        hint = _TAKE_BACK if takes_back else Text("", "")
        raise RequestError(_not_later(calendar, where, owed, until, now, hint))


def _check_correction(
    owed: Obligation, until: datetime, *, cycle: Cycle, calendar: WorkingCalendar, now: datetime
) -> None:
    """Raise RequestError where a day that was given cannot be corrected to a due instant."""
    where, last = f"{owed.cycle}/{owed.agency}", cycle.last_full_day
    day, today = calendar.local_day(until) - _ONE_DAY, calendar.local_day(now)
    if until < cycle.due_at:
        raise RequestError(_before_the_cycles_own(where, day, last))
    if until == owed.due_at:
        raise RequestError(
            Text(
                f"{where}: đang có đúng hạn đó, hết ngày {day:%d/%m/%Y}; không có gì để sửa.",
                f"{where}: it has exactly that deadline, the end of {day:%d/%m/%Y}; there is "
                "nothing to correct.",
            )
        )
    if until <= now and until != cycle.due_at:
        raise RequestError(
            Text(
                f"{where}: {day:%d/%m/%Y} đã qua; chỉ sửa được về một ngày từ hôm nay "
                f"({today:%d/%m/%Y}) trở đi, hoặc về thời hạn của kỳ (--to {last:%d/%m/%Y}), kể cả "
                "khi thời hạn đó đã qua.",
                f"{where}: {day:%d/%m/%Y} has passed; a correction goes to a day from today "
                f"({today:%d/%m/%Y}) on, or to the cycle's own deadline (--to "
                f"{last:%d/%m/%Y}), though that has passed.",
            )
        )


def _not_awaited(calendar: WorkingCalendar, where: str, owed: Obligation) -> Text:
    vi, until = STATUS_VI[owed.status], owed.revise_by_at
    hint_vi = hint_en = ""
    if owed.status is Status.RETURNED and until is not None:
        day = calendar.local_day(until) - _ONE_DAY
        hint_vi = (
            f"; hạn gửi lại, hết ngày {day:%d/%m/%Y}, đặt khi trả lại bằng `lsplan review return "
            "--by`, bản gửi lại sau hạn đó vẫn được tiếp nhận"
        )
        hint_en = (
            f"; when its revision is due, the end of {day:%d/%m/%Y}, was set by `lsplan review "
            "return --by`, and a later revision is taken all the same"
        )
    return Text(
        f"{where}: chỉ gia hạn được báo cáo chưa gửi (hiện: {vi}){hint_vi}.",
        f"{where}: only a report that has not been filed can be extended (it is "
        f"{owed.status.value}){hint_en}.",
    )


def _before_the_cycles_own(where: str, day: date, last: date) -> Text:
    return Text(
        f"{where}: {day:%d/%m/%Y} sớm hơn thời hạn của kỳ, hết ngày {last:%d/%m/%Y}; không thể sửa "
        "về trước ngày đó.",
        f"{where}: {day:%d/%m/%Y} lies before the cycle's own deadline, the end of "
        f"{last:%d/%m/%Y}; no correction goes further back.",
    )


_TAKE_BACK: Final = Text(
    " Chỉ `lsplan extend --correct`, khi nghĩa vụ đang mở, mới rút lại được ngày đã cho.",
    " Only `lsplan extend --correct`, of an open obligation, takes back a day that was given.",
)


def _not_later(
    calendar: WorkingCalendar,
    where: str,
    owed: Obligation,
    until: datetime,
    now: datetime,
    hint: Text,
) -> Text:
    day, today = calendar.local_day(until) - _ONE_DAY, calendar.local_day(now)
    present = calendar.local_day(owed.due_at) - _ONE_DAY
    return Text(
        f"{where}: đang có hạn đến hết {present:%d/%m/%Y}; {day:%d/%m/%Y} không phải ngày sau hạn "
        f"đó và từ hôm nay ({today:%d/%m/%Y}) trở đi.{hint.vi}",
        f"{where}: it has until the end of {present:%d/%m/%Y}; {day:%d/%m/%Y} is not both later "
        f"and from today ({today:%d/%m/%Y}) on.{hint.en}",
    )
