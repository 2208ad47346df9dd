"""When something is next due: what a clock that jumps needs to know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsplan_workflow.store import cycles, obligations, obstacles, outbox

if TYPE_CHECKING:
    from datetime import datetime

    from lsplan_workflow.services.workplace import Workplace


def next_due_at(workplace: Workplace) -> datetime | None:
    """Return when a pass next has something to do, or None for never.

    What is due already, because a person acted or the rate held it back, lies in the past.
    """
    with workplace.database.reading() as session:
        known = {row.code for row in cycles.cycles(session)}
        coming = [
            cycles.next_action_at(session),
            obligations.next_action_at(session),
            obstacles.next_action_at(session),
            outbox.next_due_at(session),
        ]
    planned = workplace.configuration.cycles()
    coming += [cycle.opens_at for cycle in planned if cycle.code not in known]
    return min((at for at in coming if at is not None), default=None)
