"""A cycle that has closed is history: no edit of the configuration changes it or opens it again."""

from __future__ import annotations

from datetime import date

import pytest

from lsplan_workflow.domain.cycles import CycleState
from lsplan_workflow.domain.errors import RequestError
from lsplan_workflow.services.applying import Outcome
from lsplan_workflow.services.cycles import find_cycle
from lsplan_workflow.services.installation import configuration_in_force
from lsplan_workflow.services.status import preview
from tests.domain.province import local
from tests.services.office import TICK
from tests.services.reconfiguring import (
    applied,
    editable,
    editable_configuration,
    editable_template,
    edited,
    with_day_off,
)

__all__ = ["editable", "editable_configuration", "editable_template"]

OPENS, LATE, CLOSES = local(2025, 9, 3, 8), local(2025, 10, 22, 8), local(2025, 12, 19)
JANUARY = local(2026, 1, 5, 9)
LATER = ('before = "10-20"', 'before = "11-20"')


@pytest.fixture
def closed(editable):
    """The province after annual-2025 closed: SYT had filed late, the others never."""
    editable.run(OPENS)
    editable.submit(LATE, "SYT")
    editable.run(CLOSES)
    return editable


def moved(office, *changes, at=JANUARY, **terms):
    return applied(office, edited(office.configuration, *changes), at, **terms)


def test_the_deadline_of_later_years_is_changed_and_the_past_stays(closed):
    before = closed.status(JANUARY)
    made = moved(closed, LATER, confirmed=False)
    assert made.outcome is Outcome.APPLIED
    assert "annual-2025" not in {change.code for change in made.cycles}
    assert "annual-2025" not in {n.cycle for n in (*made.notices.added, *made.notices.withdrawn)}
    after = closed.status(JANUARY)
    assert (after.state, after.figures) == (CycleState.CLOSED, before.figures)
    assert after.cycle.due_on == date(2025, 10, 20)
    assert find_cycle(closed.configuration, "annual-2026").due_on == date(2026, 11, 20)


def test_nothing_is_decided_or_sent_about_it_any_more(closed):
    moved(closed, LATER)
    with pytest.raises(RequestError):
        closed.extend(JANUARY, "STP", to=date(2026, 1, 16))
    before = set(closed.notices(cycle="annual-2025"))
    closed.run_at(local(2026, 1, 13, 8), local(2026, 2, 3, 8))
    assert set(closed.notices(cycle="annual-2025")) == before
    with closed.workplace.database.reading() as session:
        coming = preview(session, closed.configuration, JANUARY, until=local(2026, 3, 1))
    assert [n.key for n in coming if n.cycle == "annual-2025"] == []


def test_whoever_opens_the_installation_next_finds_it_so(closed):
    moved(closed, LATER)
    with closed.workplace.database.reading() as session:
        found = configuration_in_force(session)
    assert find_cycle(found, "annual-2025").closes_at == CLOSES


def test_a_day_off_that_becomes_known_later_changes_nothing_of_it(closed):
    before = find_cycle(closed.configuration, "annual-2025").dates
    applied(closed, with_day_off(closed.configuration, "2025-10-20"), JANUARY)
    assert find_cycle(closed.configuration, "annual-2025").dates == before


@pytest.mark.parametrize(
    ("at", "refused"),
    [(local(2025, 10, 21) - TICK, False), (local(2025, 10, 21), True), (LATE, True)],
)
def test_an_open_cycle_cannot_have_ended_already(editable, at, refused):
    editable.run(OPENS)
    changes = edited(editable.configuration, ('closes = "60d"', 'closes = "1d"'))
    if refused:
        with pytest.raises(RequestError, match="21/10/2025"):
            applied(editable, changes, at)
    else:
        assert applied(editable, changes, at).outcome is Outcome.APPLIED


@pytest.mark.parametrize(
    ("closes", "outcome"), [("59d", Outcome.UNCONFIRMED), ("61d", Outcome.APPLIED)]
)
def test_that_it_ends_sooner_than_was_said_is_to_be_confirmed(editable, closes, outcome):
    editable.run(OPENS)
    sooner = ('closes = "60d"', f'closes = "{closes}"')
    assert moved(editable, sooner, at=LATE, confirmed=False).outcome is outcome


def test_a_mistaken_end_is_put_right_while_the_cycle_is_open(editable):
    editable.run(OPENS)
    moved(editable, ('closes = "60d"', 'closes = "10d"'), at=local(2025, 10, 21, 9))
    moved(editable, ('closes = "10d"', 'closes = "60d"'), at=local(2025, 10, 21, 10))
    editable.run(LATE)
    assert editable.notices(kind="escalation", status="sent") != {}


def test_whoever_goes_on_owing_though_its_kind_was_taken_out_is_named(editable):
    editable.run(OPENS)
    editable.submit(LATE, "CAT")
    made = moved(editable, ('"department", "agency"', '"department"'), at=LATE)
    going_on = made.still_owing["annual-2025"]
    kinds = {editable.configuration.directory[code].kind for code in going_on}
    assert kinds == {"agency"}
    assert "CAT" not in going_on
    assert moved(editable, LATER, at=LATE).still_owing == {}
