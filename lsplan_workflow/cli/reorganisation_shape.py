"""What `reorganise --json` prints: a stable shape, documented in docs/json.md."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lsplan_workflow.cli.shapes import applied, instant

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from lsplan_workflow.domain.reorganisation import Passing
    from lsplan_workflow.services.reorganising import Reorganised


def shape(made: Reorganised, local: Callable[[datetime], datetime]) -> dict[str, Any]:
    """Return what a reorganisation brings about, as `--json` prints it."""
    return {
        "document": made.reorganisation.document,
        "begins_on": made.reorganisation.begins_on.isoformat(),
        "passings": [_passing(found, local) for found in made.passings],
        "obstacles": [
            {"number": h.number, "part": h.part.value, "agency": h.agency, "to": h.to}
            for h in made.handovers
        ],
        "tellings": [
            {"agency": told.agency, "contacts": [contact.id for contact in told.contacts]}
            for told in made.tellings
        ],
        "untold": list(made.untold),
        "leaderless": list(made.leaderless),
        "retained": [
            {
                "program": kept.program,
                "duty": kept.duty.value,
                "former": kept.comeback.former,
                "agency": kept.comeback.agency,
                "holder": kept.holder,
            }
            for kept in made.retained
        ],
        "without_administrators": made.without_administrators,
        **applied(made.applied, local),
    }


def _passing(found: Passing, local: Callable[[datetime], datetime]) -> dict[str, Any]:
    return {
        "cycle": found.cycle,
        "agency": found.agency,
        "fate": found.fate.value,
        "status": found.status.value,
        "due_before": instant(local(found.due_at)),
        "at": instant(local(found.at)),
        "to": list(found.to),
        "deadlines": [
            {
                "agency": heir.agency,
                "due_before": instant(local(heir.then)),
                "due_before_at_present": instant(local(heir.present) if heir.present else None),
            }
            for heir in found.deadlines
        ],
    }
