from dataclasses import replace
from datetime import UTC, timedelta

import pytest

from lsplan_workflow.domain.obligations import Event, Obligation, Status, outstanding
from lsplan_workflow.store import obligations
from tests.domain.province import local
from tests.store.rows import ANNUAL, HOUR, NOW, NOW_UTC, TICK

CODE = ANNUAL.code
OPEN = Obligation(CODE, "SYT", ANNUAL.due_at)
FULL = Obligation(
    cycle=CODE,
    agency="NEW",
    due_at=local(2025, 10, 26),
    status=Status.TRANSFERRED,
    first_complete_at=NOW,
    covers=("OLD", "FIN"),
    original=False,
    ended_at=local(2025, 11, 1),
)


def save(database, *owed):
    with database.writing() as session:
        obligations.save(session, owed)


def schedule(database, next_actions, cycle=CODE):
    with database.writing() as session:
        obligations.schedule(session, cycle, next_actions)


def read(database, query, *arguments):
    with database.reading() as session:
        return getattr(obligations, query)(session, *arguments)


def due(database, now=NOW, cycle=CODE):
    return [found.agency for found in read(database, "due_for_action", cycle, now)]


@pytest.mark.parametrize("status", Status)
def test_an_obligation_comes_back_as_it_was_saved(database, status):
    saved = replace(FULL, status=status)
    save(database, saved, OPEN)
    assert read(database, "obligation_of", CODE, "NEW") == saved
    assert read(database, "obligation_of", CODE, "SYT") == OPEN
    assert read(database, "obligation_of", CODE, "NEW").due_at.tzinfo is UTC


def test_who_owes_nothing_in_a_cycle_has_no_obligation_there(database):
    save(database, OPEN)
    assert read(database, "obligation_of", CODE, "SCT") is None
    assert read(database, "obligation_of", "annual-2026", "SYT") is None


def test_saving_again_brings_an_obligation_to_its_new_state(database):
    save(database, OPEN, FULL)
    filed = OPEN.after(Event.SUBMIT, NOW)
    save(database, filed)
    assert read(database, "obligations_of", CODE) == [FULL, filed]


def test_the_last_of_two_states_saved_at_once_stands(database):
    save(database, OPEN, OPEN.after(Event.SUBMIT, NOW))
    assert read(database, "obligation_of", CODE, "SYT").status is Status.SUBMITTED


def test_saving_nothing_changes_nothing(database):
    save(database)
    schedule(database, {})
    assert read(database, "obligations_of", CODE) == []


def test_the_obligations_of_a_cycle_come_in_the_order_of_the_agencies_codes(database):
    """By the letters' numbers, on every database: not as a locale would sort them."""
    codes = ["SYT", "Đ1", "a", "B-2", "B10", "D1"]
    save(database, *(replace(OPEN, agency=code) for code in codes))
    save(database, replace(OPEN, cycle="annual-2026"))
    assert [o.agency for o in read(database, "obligations_of", CODE)] == sorted(codes)


def test_a_new_obligation_needs_no_action_until_it_is_scheduled(database):
    save(database, OPEN)
    assert due(database, NOW + 1000 * HOUR) == []
    assert read(database, "next_action_at") is None


@pytest.mark.parametrize(
    ("late", "agencies"), [(-TICK, []), (timedelta(), ["SYT"]), (TICK, ["SYT"])]
)
def test_an_obligation_needs_action_from_its_instant_on(database, late, agencies):
    save(database, OPEN)
    schedule(database, {"SYT": NOW})
    assert due(database, NOW + late) == agencies


def test_only_the_cycle_that_is_asked_for_is_scheduled_and_returned(database):
    save(database, OPEN, replace(OPEN, cycle="annual-2026"))
    schedule(database, {"SYT": NOW, "unknown": NOW})
    assert due(database) == ["SYT"]
    assert due(database, cycle="annual-2026") == []


def test_saving_again_leaves_the_next_action_as_it_was(database):
    save(database, OPEN)
    schedule(database, {"SYT": NOW})
    save(database, OPEN.after(Event.SUBMIT, NOW))
    assert due(database) == ["SYT"]


def test_what_never_needs_action_any_more_is_not_due(database):
    save(database, OPEN, FULL)
    schedule(database, {"SYT": NOW, "NEW": NOW})
    schedule(database, {"SYT": None})
    assert due(database) == ["NEW"]


def test_the_next_action_is_the_earliest_of_all_cycles(database):
    save(database, OPEN, FULL, replace(OPEN, cycle="annual-2026"))
    schedule(database, {"SYT": NOW + HOUR, "NEW": NOW + 2 * HOUR})
    assert read(database, "next_action_at") == NOW_UTC + HOUR
    schedule(database, {"SYT": NOW}, cycle="annual-2026")
    assert read(database, "next_action_at") == NOW_UTC
    assert read(database, "next_action_at").tzinfo is UTC


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("filed", [None, NOW])
def test_what_is_outstanding_is_what_the_rules_say(database, status, filed):
    owed = replace(OPEN, status=status, first_complete_at=filed, revise_by_at=NOW_UTC + HOUR)
    save(database, owed, replace(OPEN, cycle="annual-2026"))
    assert read(database, "outstanding", CODE) == outstanding([owed])


def test_what_is_outstanding_is_counted_by_cycle_and_due_instant(database):
    later = replace(OPEN, agency="SYT2", due_at=OPEN.due_at + HOUR)
    save(database, OPEN, replace(OPEN, agency="SCT"), later, replace(OPEN, cycle="annual-2026"))
    found = read(database, "outstanding", CODE)
    assert found.missing == {OPEN.due_at: 2, later.due_at: 1}
    assert found.overdue(OPEN.due_at - TICK) == 0
    assert found.overdue(OPEN.due_at) == 2
    assert found.overdue(later.due_at) == 3
    assert read(database, "outstanding", "plan-2025") == outstanding(())


def test_an_obligation_keeps_its_own_deadlines_and_ladder(database):
    own = replace(
        OPEN, revise_by_at=NOW_UTC, chased_since=NOW_UTC + HOUR, ladder=ANNUAL.regime.ladder
    )
    save(database, own)
    assert read(database, "obligation_of", CODE, "SYT") == own
