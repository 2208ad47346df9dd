"""Obstacles: difficulties that agencies report outside the cycles, and who must answer when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from lsplan_workflow.domain.program import Audience, Rung, Span, Step


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
