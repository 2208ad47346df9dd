"""Which notices leave first where not all of them may leave at once."""

from __future__ import annotations

from datetime import date
from typing import Final

from lsplan_workflow.domain.notice_kinds import NoticeKind

# What is overdue: it costs a day each day.
_OVERDUE: Final = {
    NoticeKind.OVERDUE,
    NoticeKind.ESCALATION,
    NoticeKind.REVISION,
    NoticeKind.OBSTACLE_REMINDER,
}
# What may still be done in time, the nearest deadline first.
_AHEAD: Final = {NoticeKind.OPENING, NoticeKind.REMINDER}
_ORDER: Final = (
    # What answers a person's own act, who waits for it.
    {NoticeKind.RECEIPT, NoticeKind.OBSTACLE_RECEIPT, NoticeKind.OBSTACLE},
    # What only an administrator can mend.
    {NoticeKind.FAILURE},
    _OVERDUE,
    # What somebody decided, and others go by from then on.
    {
        NoticeKind.RETURNED,
        NoticeKind.ACCEPTANCE,
        NoticeKind.EXTENSION,
        NoticeKind.WAIVER,
        NoticeKind.REOPENING,
        NoticeKind.DEADLINE,
        NoticeKind.SUCCESSION,
        NoticeKind.OBSTACLE_ASSIGNED,
        NoticeKind.OBSTACLE_ANSWER,
    },
    _AHEAD,
    # What sums up.
    {NoticeKind.DIGEST},
)
RANKS: Final = {kind: rank for rank, kinds in enumerate(_ORDER) for kind in kinds}
"""The rank of each kind, the lowest first."""

BY_DEADLINE: Final = _OVERDUE | _AHEAD
"""The kinds of which, within their rank, the earliest deadline comes first."""


def urgency(kind: NoticeKind, due_on: date | None) -> tuple[int, date]:
    """Return what notices are ordered by, the most urgent having the least.

    `due_on` is the day that the notice speaks of (D, local). Of what is equally urgent, what
    has been due longest comes first.
    """
    nearest = due_on if due_on is not None and kind in BY_DEADLINE else date.max
    return RANKS[kind], nearest
