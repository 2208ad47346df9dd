"""Escalation ladders as rows keep them, where the configuration has another one since."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lsplan_workflow.domain.agencies import Role
from lsplan_workflow.domain.program import Audience, Rung, Step

if TYPE_CHECKING:
    from collections.abc import Iterable


def written(ladder: Iterable[Step]) -> list[dict[str, Any]]:
    """Return a ladder as JSON can hold it."""
    return [
        {"rung": str(step.rung), "to": step.to.value, "copy": [role.value for role in step.copy]}
        for step in ladder
    ]


def read(steps: Iterable[dict[str, Any]]) -> tuple[Step, ...]:
    """Return the ladder that was written."""
    return tuple(
        Step(Rung.parse(step["rung"]), Audience(step["to"]), tuple(Role(r) for r in step["copy"]))
        for step in steps
    )
