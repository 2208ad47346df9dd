"""Obstacles: difficulties that agencies report outside the cycles, and who must answer when."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from lsplan_workflow.domain.errors import IllegalTransition
from lsplan_workflow.domain.program import Audience, Rung, Span, Step
from lsplan_workflow.domain.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from lsplan_workflow.domain.calendar import WorkingCalendar


@dataclass(frozen=True, slots=True)
class ObstacleRules:
    """Within which time an obstacle is to be answered, and how the answer is chased."""

    answer_within: Span
    reminders: tuple[Rung, ...]
    ladder: tuple[Step, ...]


USUAL_RULES: Final = ObstacleRules(
    answer_within=Span.parse("10wd"),
    reminders=(Rung.parse("before-2wd"),),
    ladder=(
        Step(Rung.parse("overdue-1wd"), Audience.FOCAL),
        Step(Rung.parse("overdue-3wd"), Audience.HEAD),
    ),
)


class State(StrEnum):
    """The stored state of an obstacle; that its answer is overdue is computed."""

    RECEIVED = "received"
    ASSIGNED = "assigned"
    ANSWERED = "answered"
    CLOSED = "closed"


class Act(StrEnum):
    """What can be done about an obstacle."""

    ASSIGN = "assign"
    ANSWER = "answer"
    CLOSE = "close"


TRANSITIONS: Final[Mapping[tuple[State, Act], State]] = {
    (State.RECEIVED, Act.ASSIGN): State.ASSIGNED,
    # As long as it is assigned to nobody, the focal point itself has to answer.
    (State.RECEIVED, Act.ANSWER): State.ANSWERED,
    (State.RECEIVED, Act.CLOSE): State.CLOSED,
    (State.ASSIGNED, Act.ASSIGN): State.ASSIGNED,
    (State.ASSIGNED, Act.ANSWER): State.ANSWERED,
    (State.ASSIGNED, Act.CLOSE): State.CLOSED,
    # The agency that reported it is not satisfied with the answer.
    (State.ANSWERED, Act.ASSIGN): State.ASSIGNED,
    (State.ANSWERED, Act.CLOSE): State.CLOSED,
}

AWAITING: Final = frozenset({State.RECEIVED, State.ASSIGNED})
"""The states in which somebody has to answer."""


@dataclass(frozen=True, slots=True)
class Statement:
    """What an agency says of an obstacle, in the words of the official form.

    `measures` are those taken already, `competence` is who can resolve it.
    """

    content: str
    cause: str = ""
    measures: str = ""
    proposal: str = ""
    competence: str = ""


@dataclass(frozen=True, slots=True)
class Obstacle:
    """An obstacle as it stands. `number` is that of the register: `2025-003`.

    `answer_by_at` is the first instant that is too late for an answer, `announced_by_at`
    the one that it was received with. Without `assigned_to` the focal point must answer.
    Rungs that stood at or before `chased_since` belong to an assignment that holds no more.
    """

    number: str
    program: str
    agency: str
    statement: Statement
    received_at: datetime
    answer_by_at: datetime
    announced_by_at: datetime
    chased_since: datetime
    state: State = State.RECEIVED
    assigned_to: str | None = None

    @property
    def is_awaited(self) -> bool:
        """Tell whether somebody has to answer it."""
        return self.state in AWAITING

    def is_overdue(self, now: datetime) -> bool:
        """Tell whether its answer was due and has not been given."""
        return self.is_awaited and self.answer_by_at <= now

    def assigned(self, agency: str, at: datetime, *, answer_by_at: datetime) -> Obstacle:
        """Return the obstacle after it was assigned; raise IllegalTransition if it cannot be."""
        changed = self.after(Act.ASSIGN)
        return replace(changed, assigned_to=agency, answer_by_at=answer_by_at, chased_since=at)

    def after(self, act: Act) -> Obstacle:
        """Return the obstacle after an act; raise IllegalTransition if it cannot be done."""
        target = TRANSITIONS.get((self.state, act))
        if target is None:
            way_out = _WAYS_OUT[self.state]
            raise IllegalTransition(
                Text(
                    f"{self.number}: không thể «{_ACT_VI[act]}» khi trạng thái là "
                    f"«{STATE_VI[self.state]}»; {way_out.vi}.",
                    f"{self.number}: cannot {act.value} what is {self.state.value}; {way_out.en}.",
                )
            )
        return replace(self, state=target)


STATE_VI: Final[Mapping[State, str]] = {
    State.RECEIVED: "đã tiếp nhận",
    State.ASSIGNED: "đã giao trả lời",
    State.ANSWERED: "đã trả lời",
    State.CLOSED: "đã kết thúc",
}
_ACT_VI: Final[Mapping[Act, str]] = {
    Act.ASSIGN: "giao",
    Act.ANSWER: "trả lời",
    Act.CLOSE: "kết thúc",
}
_WAYS_OUT: Final[Mapping[State, Text]] = {
    State.ANSWERED: Text(
        "muốn có câu trả lời khác, trước hết hãy giao lại bằng `lsplan obstacle assign`",
        "for another answer, assign it first: `lsplan obstacle assign`",
    ),
    State.CLOSED: Text(
        "nếu vướng mắc vẫn còn, ghi nhận mới bằng `lsplan obstacle add`",
        "if there is one still, record it anew: `lsplan obstacle add`",
    ),
}
"""What can be done instead of what is refused; in the other states nothing is."""


def number_of(year: int, ordinal: int) -> str:
    """Return an obstacle's number in the register, which begins anew on 1 January.

    Decree 30/2020/NĐ-CP, article 15.
    """
    return f"{year}-{ordinal:03d}"


def days_left(obstacle: Obstacle, day: date, calendar: WorkingCalendar) -> int:
    """Return how many local days remain for the answer after a day, or how many it is late.

    On the last day in time nothing remains; D itself is one day late, as -1.
    """
    return (calendar.local_day(obstacle.answer_by_at) - timedelta(days=1) - day).days
