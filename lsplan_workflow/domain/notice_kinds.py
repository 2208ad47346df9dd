"""What notices are about, and the states through which they go."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping


class NoticeKind(StrEnum):
    """What a notice is about."""

    OPENING = "opening"
    REMINDER = "reminder"
    OVERDUE = "overdue"
    ESCALATION = "escalation"
    DIGEST = "digest"
    REVISION = "revision"
    RECEIPT = "receipt"
    RETURNED = "returned"
    ACCEPTANCE = "acceptance"
    EXTENSION = "extension"
    WAIVER = "waiver"
    REOPENING = "reopening"
    DEADLINE = "deadline"
    SUCCESSION = "succession"
    FAILURE = "failure"
    OBSTACLE = "obstacle"
    OBSTACLE_RECEIPT = "obstacle_receipt"
    OBSTACLE_ASSIGNED = "obstacle_assigned"
    OBSTACLE_REMINDER = "obstacle_reminder"
    OBSTACLE_ANSWER = "obstacle_answer"

    @property
    def is_reply(self) -> bool:
        """Tell whether it answers a person's own act and so leaves at any hour."""
        return self in _REPLIES

    @property
    def asks(self) -> bool:
        """Tell whether it asks one agency for a report or its revision, and so may be void."""
        return self in _ASKING


_REPLIES: Final = frozenset(
    # That the focal point hears of an obstacle at once is a person's act as well.
    {NoticeKind.RECEIPT, NoticeKind.OBSTACLE_RECEIPT, NoticeKind.OBSTACLE}
)
_ASKING: Final = frozenset(
    {
        NoticeKind.OPENING,
        NoticeKind.REMINDER,
        NoticeKind.OVERDUE,
        NoticeKind.ESCALATION,
        NoticeKind.RETURNED,
        NoticeKind.REVISION,
        NoticeKind.EXTENSION,
        NoticeKind.DEADLINE,
        NoticeKind.REOPENING,
    }
)


CHASING: Final = frozenset(
    {NoticeKind.OPENING, NoticeKind.REMINDER, NoticeKind.OVERDUE, NoticeKind.ESCALATION}
)
"""What the rungs of a deadline send to the agency that has to file by then."""

DATED: Final = CHASING | {
    NoticeKind.EXTENSION,
    NoticeKind.DEADLINE,
    NoticeKind.REOPENING,
    NoticeKind.SUCCESSION,
}
"""What tells an agency until when its report is due."""

UNREACHABLE: Final = "unreachable/"
"""What the rung of a failure begins with that is about an agency of which nobody is reached."""


class NoticeStatus(StrEnum):
    """pending → sending (lease) → sent; retry after a temporary failure, failed for good.

    An administrator gives up what has not left and need not leave any more.
    """

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    RETRY = "retry"
    FAILED = "failed"
    SUPERSEDED = "superseded"
    CANCELLED = "cancelled"
    GIVEN_UP = "given_up"


WAITING: Final = frozenset({NoticeStatus.PENDING, NoticeStatus.SENDING, NoticeStatus.RETRY})
"""What has not left; what is being sent may have been left behind by a crash."""

UNCLAIMED: Final = WAITING - {NoticeStatus.SENDING}
"""What nobody is sending at this moment, so that it can still be withdrawn."""

WITHDRAWN: Final = frozenset({NoticeStatus.SUPERSEDED, NoticeStatus.CANCELLED})
"""What never leaves."""

NOTICE_STATUS_VI: Final[Mapping[NoticeStatus, str]] = {
    NoticeStatus.PENDING: "chờ gửi",
    NoticeStatus.SENDING: "đang gửi",
    NoticeStatus.SENT: "đã gửi",
    NoticeStatus.RETRY: "chờ thử lại",
    NoticeStatus.FAILED: "không gửi được",
    NoticeStatus.SUPERSEDED: "đã thay bằng mốc sau",
    NoticeStatus.CANCELLED: "không còn cần",
    NoticeStatus.GIVEN_UP: "thôi gửi",
}
