"""The [obstacles] table of program.toml: when obstacles are to be answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsplan_workflow.configuration.regimes import read_ladder, read_reminders, read_span
from lsplan_workflow.domain.obstacles import USUAL_RULES, ObstacleRules
from lsplan_workflow.domain.program import Audience

if TYPE_CHECKING:
    from lsplan_workflow.configuration.toml_table import Table


def read_obstacle_rules(root: Table) -> ObstacleRules:
    """Return the rules; what is left out is as the product has it."""
    if not root.has("obstacles"):
        return USUAL_RULES
    table, usual = root.table("obstacles"), USUAL_RULES
    has_within, has_reminders = table.has("answer_within"), table.has("reminders")
    rules = ObstacleRules(
        answer_within=read_span(table, "answer_within") if has_within else usual.answer_within,
        reminders=read_reminders(table, "reminders") if has_reminders else usual.reminders,
        ladder=read_ladder(table, "ladder", tuple(Audience))
        if table.has("ladder")
        else usual.ladder,
    )
    table.finish()
    return rules
