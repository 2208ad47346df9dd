"""One rehearsal from beginning to end: set the stage, play the period, tell the story."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lsplan_workflow.domain.errors import RequestError
from lsplan_workflow.domain.text import Text
from lsplan_workflow.rehearsal.beginning import beginning_of
from lsplan_workflow.rehearsal.play import acts_between, passes
from lsplan_workflow.rehearsal.stage import ACTOR, Stage, empty_stage, present_stage
from lsplan_workflow.rehearsal.story import Story, past, tell
from lsplan_workflow.services.reporting_pass import run_pass
from lsplan_workflow.store import cycles, installation, obligations

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from lsplan_workflow.bootstrap import Place
    from lsplan_workflow.services.workplace import Workplace


@dataclass(frozen=True, slots=True)
class Terms:
    """From when to when is rehearsed, by whose dice, and on a copy of the present state or not.

    Without a `seed` nobody files anything. `present_at` is the instant of the state that is
    copied, None where the rehearsal begins with an empty installation.
    """

    first: datetime
    last: datetime
    seed: int | None
    present_at: datetime | None = None


def perform(
    place: Place,
    real: Workplace,
    folder: Path,
    terms: Terms,
    *,
    progress: Callable[[datetime], None],
) -> Story:
    """Rehearse a period in a folder of its own; return its story.

    Nothing of the real installation is changed and nothing leaves the folder. `progress` is
    told each instant that was reached. Raise RequestError for a period that is none.
    """
    _require_period(real, terms)
    scene = (
        present_stage(place, real, folder, terms.first)
        if terms.present_at is not None
        else empty_stage(real, folder, terms.first)
    )
    with scene as stage:
        before, beginning = past(stage.workplace), beginning_of(stage.at(terms.first))
        _play(stage, terms, progress)
        return tell(stage.at(terms.last), before, beginning, terms.first, terms.last)


def _require_period(real: Workplace, terms: Terms) -> None:
    local = real.configuration.calendar.local
    first, last = local(terms.first), local(terms.last)
    if last < first:
        raise RequestError(
            Text(
                f"--to {last:%d/%m/%Y}: phải từ ngày {first:%d/%m/%Y} trở đi.",
                f"--to {last:%d/%m/%Y}: expected a day from {first:%d/%m/%Y} on.",
            )
        )
    now = local(terms.present_at) if terms.present_at is not None else first
    if first < now:
        raise RequestError(
            Text(
                f"--from {first:%d/%m/%Y}: hiện trạng là của ngày {now:%d/%m/%Y}; với --present "
                "không thể bắt đầu sớm hơn.",
                f"--from {first:%d/%m/%Y}: the present state is that of {now:%d/%m/%Y}, before "
                "which --present cannot begin.",
            )
        )


def _play(stage: Stage, terms: Terms, progress: Callable[[datetime], None]) -> None:
    first, last, configuration = terms.first, terms.last, stage.workplace.configuration
    acts = []
    if terms.seed is not None:
        filed = _filed(stage)
        acts = acts_between(configuration, first, last, seed=terms.seed, filed=filed)
    for at in passes(stage.at(first), acts, first, last, actor=ACTOR):
        run_pass(stage.at(at))
        progress(at)
    with stage.workplace.database.writing() as session:
        installation.set_clock(session, last)


def _filed(stage: Stage) -> set[tuple[str, str]]:
    """Return who had filed something complete before the rehearsal, and in which cycle."""
    with stage.workplace.database.reading() as session:
        return {
            (owed.cycle, owed.agency)
            for row in cycles.cycles(session)
            for owed in obligations.obligations_of(session, row.code)
            if owed.first_complete_at is not None
        }
