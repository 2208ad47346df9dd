"""What is said of a decision about an agency: what became of its duty, and who was told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsplan_workflow.cli import words
from lsplan_workflow.domain.agencies import Role
from lsplan_workflow.terminal.language import say
from lsplan_workflow.terminal.output import print_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

    from lsplan_workflow.services.decisions import Decided
    from lsplan_workflow.services.delivery import Delivered
    from lsplan_workflow.services.telling import Told
    from lsplan_workflow.services.workplace import Workplace


def nobody_to_tell(workplace: Workplace, *agencies: str) -> str:
    """Return which of some agencies, or of those who stand for them today, have no contact."""
    from lsplan_workflow.domain.notices import recipients_of

    configuration = workplace.configuration
    today = configuration.calendar.local_day(workplace.clock.now())
    present = dict.fromkeys(configuration.directory.follow(code, today).code for code in agencies)
    alone = [c for c in present if not recipients_of(configuration.directory, c, Role.FOCAL)]
    if not alone:
        return ""
    listed = ", ".join(alone)
    have, them = ("has", "it") if len(alone) == 1 else ("have", "them")
    return say(
        f"{listed} không có liên hệ nào nên không báo được cho ai: hãy báo bằng cách khác, thêm "
        "liên hệ vào config/contacts.local.csv rồi chạy `lsplan apply`.",
        f"{listed} {have} no contact, so that nobody could be told: tell {them} by other means, "
        "add a contact to config/contacts.local.csv and run `lsplan apply`.",
    )


def ended_for_good(workplace: Workplace, agency: str) -> str:
    """Return that an agency has ended without a successor, so that it is told nothing; or ""."""
    configuration = workplace.configuration
    today = configuration.calendar.local_day(workplace.clock.now())
    last = configuration.directory.follow(agency, today)
    if last.exists_on(today):
        return ""
    return say(
        f"{last.code} đã kết thúc và không có cơ quan kế thừa nên không báo cho ai ở đó.",
        f"{last.code} has ended without a successor, so that nobody there is told.",
    )


def told_lines(
    workplace: Workplace, told: Mapping[str, Told], delivered: Delivered
) -> Iterator[str]:
    """Yield who was told of an act, will be, could not be, or need not be, by agency.

    Where the same holds for all they are not named.
    """
    for what, said in _words(several=len(told) > 1).items():
        who = [agency for agency, became in told.items() if became == what]
        if who:
            all_alike = len(who) == len(told)
            yield said[0] if all_alike else f"{said[1]}: {', '.join(who)}."
    if stayed := could_not_leave(delivered):
        yield stayed
    if nobody := nobody_to_tell(workplace, *told):
        yield nobody


def _words(*, several: bool) -> dict[str, tuple[str, str]]:
    """Return what is said where the same became of all, and before those of whom it holds."""
    whom = "các cơ quan" if several else "cơ quan"
    were, they = ("the agencies were", "they") if several else ("the agency was", "it")
    return {
        "sent": (
            say(f"đã báo cho {whom}.", f"{were} told."),
            say("đã báo cho", "told"),
        ),
        "waiting": (
            say(
                f"sẽ báo cho {whom} trong giờ làm việc.",
                f"{they} will be told in working hours.",
            ),
            say("sẽ báo trong giờ làm việc cho", "to be told in working hours"),
        ),
        "known": (
            say(
                f"không cần báo cho {whom}: thư gửi gần nhất không nêu thời hạn nào khác.",
                "nobody needs to be told: the last letter that left names no other deadline.",
            ),
            say(
                "không cần báo, vì thư gửi gần nhất không nêu thời hạn nào khác",
                "need not be told, as the last letter that left names no other deadline",
            ),
        ),
    }


def could_not_leave(delivered: Delivered) -> str:
    """Return how many notices were tried just now and did not leave; nothing if all did."""
    stayed = delivered.retrying + delivered.failed
    if not stayed:
        return ""
    return say(
        f"{stayed} thông báo chưa gửi được; xem lý do bằng `lsplan outbox`.",
        f"{stayed} notices could not be sent; see why with `lsplan outbox`.",
    )


def tell_delivery(delivered: Delivered, waits: str, nobody: str = "") -> None:
    """Print how many notices left, how many could not, and who has nobody; else what `waits`."""
    sent = delivered.sent
    said = say(f"Thông báo đã gửi: {sent}.", f"Notices sent: {sent}.") if sent else ""
    for line in [line for line in (said, could_not_leave(delivered), nobody) if line] or [waits]:
        print_line(line)


def outcome_of(made: Decided) -> str:
    """Return what became of an obligation: its status, or that it lapsed with its agency."""
    lapsed = made.after.status.value == "transferred" and not made.passed_to
    return say("đã chấm dứt", "lapsed") if lapsed else words.status(made.after.status)


def decided_row(made: Decided, local: Callable[[datetime], datetime]) -> tuple[str, ...]:
    """Return what was decided about one obligation as a row."""
    owed = made.after
    awaited = owed.awaited_at
    return (
        owed.cycle,
        owed.agency,
        outcome_of(made),
        words.day(local(awaited)) if awaited else "",
    )


def passed_on(made: Decided) -> str:
    """Return to whom what an agency that has ended owes again has passed."""
    agency, to = made.after.agency, ", ".join(made.passed_to)
    has = "has" if len(made.passed_to) == 1 else "have"
    return say(
        f"{agency} đã kết thúc, báo cáo này từ nay do {to} gửi.",
        f"{agency} has ended; {to} {has} to file this report from now on.",
    )
