"""The rehearsed year, to be read: what was sent, how it was complied with, where it lies."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rich.table import Table

from lsplan_workflow.domain.cycles import CycleState
from lsplan_workflow.domain.notice_kinds import NoticeKind
from lsplan_workflow.services.outbox import list_notices
from lsplan_workflow.services.status import cycle_status
from lsplan_workflow.terminal.language import say

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.console import Console

    from lsplan_workflow.services.status import CycleStatus
    from lsplan_workflow.services.workplace import Workplace
    from lsplan_workflow.store.tables import NoticeRow

_NUMBERED: Final = frozenset(
    {NoticeKind.RECEIPT.value, NoticeKind.RETURNED.value, NoticeKind.ACCEPTANCE.value}
)


def print_year(console: Console, workplace: Workplace, folder: Path, *, seconds: float) -> None:
    """Print notices per rung, compliance per cycle, escalations, and how to open the rest."""
    now, configuration = workplace.clock.now(), workplace.configuration
    rows = list_notices(workplace)
    with workplace.database.reading() as session:
        found = [
            cycle_status(session, configuration, cycle.code, now)
            for cycle in configuration.cycles()
            if cycle.state(now) is not CycleState.UPCOMING
        ]
    for status in found:
        console.print(_rungs(status, [row for row in rows if row.cycle == status.cycle.code]))
    console.print(_compliance(found))
    console.print(_escalations(workplace, rows))
    _print_places(console, folder, len({r.message_id for r in rows if r.sent_at}), seconds)


def _table(title: str, columns: Iterable[str]) -> Table:
    table = Table(title=title, title_justify="left")
    for number, column in enumerate(columns):
        first = number == 0
        table.add_column(column, justify="left" if first else "right", no_wrap=first)
    return table


def _rungs(status: CycleStatus, rows: list[NoticeRow]) -> Table:
    title = say(f"Thông báo của kỳ {status.cycle.code}", f"Notices of {status.cycle.code}")
    sent, superseded, cancelled = "sent", "superseded", "cancelled"
    table = _table(
        title,
        [
            say("Mốc", "Rung"),
            say("Ngày gửi", "Sent on"),
            say("Đã gửi", "Sent"),
            say("Đã thay", "Superseded"),
            say("Đã hủy", "Cancelled"),
        ],
    )
    counts = Counter((_rung(row), row.status) for row in rows)
    for rung in dict.fromkeys(_rung(row) for row in sorted(rows, key=_order)):
        days = sorted({row.sent_at for row in rows if _rung(row) == rung and row.sent_at})
        first = f"{days[0].astimezone(status.as_of.tzinfo):%d/%m/%Y}" if days else ""
        numbers = (counts[rung, what] for what in (sent, superseded, cancelled))
        table.add_row(rung, first, *(str(number) for number in numbers))
    return table


def _rung(row: NoticeRow) -> str:
    """Return the rung; receipts and reviews are counted together, whatever their number."""
    return row.kind if row.kind in _NUMBERED else row.rung


def _order(row: NoticeRow) -> tuple[bool, object]:
    return (row.kind in _NUMBERED, row.send_at)


def _compliance(found: Iterable[CycleStatus]) -> Table:
    table = _table(
        say("Tình hình chấp hành", "Compliance"),
        [
            say("Kỳ", "Cycle"),
            say("Phải gửi", "Expected"),
            say("Ban đầu", "Originally"),
            say("Đúng hạn", "On time"),
            say("Chậm", "Late"),
            say("Chưa gửi", "Missing"),
            say("Chuyển giao, chấm dứt", "Transferred, lapsed"),
            say("Tỷ lệ đúng hạn", "On time, %"),
        ],
    )
    for status in found:
        figures = status.figures
        numbers = (
            figures.expected,
            figures.expected_originally,
            figures.on_time,
            figures.late,
            figures.missing,
            figures.transferred,
        )
        rate = f"{figures.rate(figures.on_time):.1f}".replace(".", ",") + "%"
        table.add_row(status.cycle.code, *(str(number) for number in numbers), rate)
    return table


def _escalations(workplace: Workplace, rows: Iterable[NoticeRow]) -> Table:
    table = _table(
        say("Báo cáo cấp trên", "Escalations"),
        [say("Khóa", "Key"), say("Người nhận", "Recipient"), say("Lúc", "At")],
    )
    local = workplace.configuration.calendar.local
    for row in rows:
        if row.kind == NoticeKind.ESCALATION.value and row.copy_of is None and row.sent_at:
            table.add_row(row.key, row.contact, f"{local(row.sent_at):%d/%m/%Y %H:%M}")
    return table


def _print_places(console: Console, folder: Path, mails: int, seconds: float) -> None:
    reports = sorted((folder / "reports").rglob("*.docx"))
    command = Path(sys.executable).with_name("lsplan")
    lines = [
        say(f"{mails} thư trong {folder / 'mail'}", f"{mails} mails in {folder / 'mail'}"),
        say(
            f"  mở bằng: mutt -f {folder / 'mail'}, hoặc Thunderbird (thư mục Maildir)",
            f"  open with: mutt -f {folder / 'mail'}, or Thunderbird (a Maildir)",
        ),
        say("Báo cáo tổng hợp (mở bằng Word, LibreOffice):", "Reports (Word, LibreOffice):"),
        *(f"  {path}" for path in reports),
        say("Xem tiếp:", "See more:"),
        *(f"  {command} --var {folder} {what}" for what in ("status annual-2025", "outbox", "log")),
        say(f"Hoàn thành trong {seconds:.0f} giây.", f"Done in {seconds:.0f} seconds."),
    ]
    for line in lines:
        console.print(line, markup=False, highlight=False, soft_wrap=True)
