"""Proof of the audit log for others: a head that was printed, and the log as a file."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from lsplan_workflow.domain.errors import RequestError
from lsplan_workflow.domain.text import Text
from lsplan_workflow.store import audit

if TYPE_CHECKING:
    from sqlmodel import Session

# As typed, or as copied out of a digest or a report, where thousands stand apart: «1.234 sự
# kiện, mã băm cuối …».
_COUNT: Final = r"(?P<count>\d{1,3}(?:\.\d{3})+|\d+)"
_HASH: Final = r"(?P<hash>[0-9a-f]{12,64})(?:…|\.\.\.)?\.?"
_TYPED: Final = re.compile(rf"{_COUNT}\s*:\s*{_HASH}")
_COPIED: Final = re.compile(rf"(?:.*[^\d.])?{_COUNT} (?:sự kiện|events?)\b.*?\b{_HASH}", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Head:
    """The head of the log as it was printed: how many events, and the last one's hash.

    The hash may have been cut short, to twelve hexadecimal digits at least.
    """

    count: int
    hash: str


def parse_head(text: str) -> Head:
    """Read a head, as `COUNT:HASH` or as digests and reports print it.

    Raise RequestError for anything else.
    """
    plain = " ".join(unicodedata.normalize("NFC", text).lower().split())
    found = _TYPED.fullmatch(plain) or _COPIED.fullmatch(plain)
    if found is None:
        raise RequestError(
            Text(
                f"--head {text}: cần dạng SỐ_SỰ_KIỆN:MÃ_BĂM như bản tin hoặc báo cáo tổng hợp "
                "đã in; mã băm có ít nhất 12 chữ số thập lục phân.",
                f"--head {text}: expected COUNT:HASH as a digest or a consolidated report "
                "prints them, with at least 12 hexadecimal digits of the hash.",
            )
        )
    return Head(int(found["count"].replace(".", "")), found["hash"])


def verify(session: Session, key: bytes, head: Head | None = None) -> audit.Break | None:
    """Return what is wrong with the log, or None if it is intact and holds the head, if any."""
    found = audit.verify(session, key)
    if found is not None or head is None:
        return found
    return _lost(session, head)


def _lost(session: Session, head: Head) -> audit.Break | None:
    """Return why an intact log is not the one of which a head was printed, if it is not."""
    count, _hash = audit.head_of(session)
    if count < head.count:
        text = Text(
            f"nhật ký chỉ có {count} sự kiện, đầu sổ đã in có {head.count}: phần cuối đã bị "
            "cắt, hoặc một cơ sở dữ liệu cũ đã được đặt lại.",
            f"the log ends at event {count} and the printed head is {head.count}: its tail was cut "
            "off, or an older database was put back.",
        )
        return audit.Break(count + 1, text)
    if not audit.hash_at(session, head.count).startswith(head.hash):
        text = Text(
            f"sự kiện số {head.count} không có mã băm đã in: nhật ký đã bị viết lại, hoặc đầu "
            "sổ này thuộc hệ thống khác hay bị chép sai.",
            f"event {head.count} has not the printed hash: the log was rewritten, or the head "
            "is another installation's or was copied wrongly.",
        )
        return audit.Break(max(head.count, 1), text)
    return None
