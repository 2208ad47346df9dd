"""The words for what became of notices: why attempts failed, and the rows of the outbox."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsplan_workflow.cli import words
from lsplan_workflow.domain.text import VIETNAMESE
from lsplan_workflow.terminal.language import language, say

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from lsplan_workflow.services.suspicion import Suspicion
    from lsplan_workflow.store.tables import NoticeRow

_CAUSE_VI = {
    "busy": "máy chủ hẹn lại",
    "refused": "máy chủ từ chối thư",
    "recipient": "máy chủ từ chối địa chỉ",
    "unreachable": "không kết nối được",
    "silent": "máy chủ không trả lời",
    "lost": "mất kết nối trước khi giao thư",
    "interrupted": "mất kết nối khi đang giao thư",
    "uncertain": "không rõ đã đến hay chưa",
    "unprotected": "kết nối không được bảo vệ",
    "login": "không đăng nhập được",
    "service": "dịch vụ nhắn tin không nhận",
    "local": "lỗi tại chỗ",
}
_CAUSE_EN = {
    "busy": "the server asks to come again",
    "refused": "the server refused the mail",
    "recipient": "the server refused the address",
    "unreachable": "no connection",
    "silent": "the server did not answer",
    "lost": "connection lost before the mail",
    "interrupted": "connection lost within the mail",
    "uncertain": "may have arrived",
    "unprotected": "the connection is not protected",
    "login": "the login was refused",
    "service": "the service did not accept it",
    "local": "a fault of our own",
}


def cause(value: str | None) -> str:
    """Return the words for why an attempt failed; nothing where none did."""
    table = _CAUSE_VI if language() == VIETNAMESE else _CAUSE_EN
    return table.get(value or "", value or "")


def suspected(held: Suspicion | None, local: Callable[[datetime], datetime]) -> str:
    """Return since when a contact cannot be reached, in the server's words; or nothing."""
    return f"{words.instant(local(held.since))}: {held.reply}" if held is not None else ""


def notice_row(row: NoticeRow, local: Callable[[datetime], datetime]) -> tuple[str, ...]:
    """Return a notice as a row of the outbox."""
    return (
        row.key,
        row.recipient,
        words.notice_status(row.status),
        _when(row, local),
        cause(row.cause),
        row.reply or "",
    )


def _when(row: NoticeRow, local: Callable[[datetime], datetime]) -> str:
    """Return when a notice left or, where it waits, from when on it is tried next."""
    from lsplan_workflow.services.outbox import next_attempt_at

    if row.sent_at is not None:
        return words.instant(local(row.sent_at))
    coming = next_attempt_at(row)
    if coming is None:
        return ""
    at = words.instant(local(coming))
    return say(f"từ {at}", f"from {at}")
