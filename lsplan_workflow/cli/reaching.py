"""What is said where an agency was not told: it has nobody, or the letter did not leave."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsplan_workflow.domain.agencies import Role
from lsplan_workflow.terminal.language import say
from lsplan_workflow.terminal.output import print_line

if TYPE_CHECKING:
    from lsplan_workflow.services.delivery import Delivered
    from lsplan_workflow.services.workplace import Workplace


def nobody_to_tell(workplace: Workplace, agency: str) -> str:
    """Return that an agency, or whoever stands for it today, has no contact; else nothing."""
    from lsplan_workflow.domain.notices import recipients_of

    configuration = workplace.configuration
    today = configuration.calendar.local_day(workplace.clock.now())
    present = configuration.directory.follow(agency, today).code
    if recipients_of(configuration.directory, present, Role.FOCAL):
        return ""
    return say(
        f"{present} không có liên hệ nào nên không báo được cho ai: hãy báo bằng cách khác, thêm "
        "liên hệ vào config/contacts.local.csv rồi chạy `lsplan apply`.",
        f"{present} has no contact, so that nobody could be told: tell it by other means, add a "
        "contact to config/contacts.local.csv and run `lsplan apply`.",
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
