from dataclasses import replace
from datetime import UTC, date, timedelta

import pytest
from sqlalchemy.exc import IntegrityError, NoResultFound

from lsplan_workflow.store import cycles
from tests.domain.province import local
from tests.store.rows import ANNUAL, CYCLES, HOUR, NOW, NOW_UTC, TICK

CODE = "another-2025"
ANOTHER = replace(ANNUAL, code=CODE)


def record(database, cycle=ANOTHER, **facts):
    with database.writing() as session:
        cycles.record_cycle(session, cycle, **facts)


def schedule(database, code, at):
    with database.writing() as session:
        cycles.schedule(session, code, at)


def due(database, now):
    with database.reading() as session:
        return [row.code for row in cycles.due_for_action(session, now)]


def test_a_cycle_is_recorded_with_its_instants(database):
    record(database, next_action_at=NOW)
    with database.reading() as session:
        row = cycles.cycle_of(session, CODE)
    assert (row.regime, row.year, row.due_at) == ("annual", 2025, local(2025, 10, 20))
    assert (row.opens_at, row.closes_at) == (ANNUAL.opens_at, ANNUAL.closes_at)
    assert row.grace_ends_at == ANNUAL.grace_ends_at
    assert (row.untracked, row.next_action_at) == (False, NOW)
    assert row.due_at.tzinfo is UTC


def test_a_cycle_that_was_passed_over_is_recorded_as_untracked(database):
    record(database, untracked=True)
    with database.reading() as session:
        assert cycles.cycle_of(session, CODE).untracked


def test_a_cycle_is_recorded_once(database):
    with pytest.raises(IntegrityError):
        record(database, ANNUAL)


def test_a_cycle_that_was_not_recorded_is_not_there(database):
    with database.reading() as session:
        assert cycles.cycle_of(session, "annual-1999") is None
    with pytest.raises(NoResultFound):
        schedule(database, "annual-1999", NOW)


def test_the_cycles_come_in_the_order_of_their_due_instants(database):
    record(database)
    record(database, replace(ANNUAL, code="B-2025"))
    with database.reading() as session:
        codes = [row.code for row in cycles.cycles(session)]
    assert codes == ["plan-2025", "B-2025", "annual-2025", CODE, "annual-2026"]


@pytest.mark.parametrize(("late", "is_due"), [(-TICK, False), (timedelta(), True), (TICK, True)])
def test_a_cycle_needs_action_from_its_instant_on(database, late, is_due):
    schedule(database, "annual-2025", NOW)
    assert due(database, NOW + late) == (["annual-2025"] if is_due else [])


def test_the_cycles_due_for_action_come_oldest_first(database):
    for code in CYCLES:
        schedule(database, code, NOW)
    assert due(database, NOW) == ["plan-2025", "annual-2025", "annual-2026"]
    schedule(database, "annual-2025", None)
    assert due(database, NOW) == ["plan-2025", "annual-2026"]


def test_the_next_action_is_the_earliest_of_all_cycles(database):
    with database.reading() as session:
        assert cycles.next_action_at(session) is None
    schedule(database, "annual-2025", NOW + HOUR)
    schedule(database, "annual-2026", NOW)
    with database.reading() as session:
        assert cycles.next_action_at(session) == NOW_UTC
        assert cycles.next_action_at(session).tzinfo is UTC


def succeed(database, agency, day=date(2025, 3, 1)):
    with database.writing() as session:
        cycles.record_succession(session, agency, succeeded_on=day, applied_at=NOW)


def test_the_ends_of_agencies_that_were_applied_are_known(database):
    with database.reading() as session:
        assert cycles.applied_successions(session) == frozenset()
    succeed(database, "OLD")
    succeed(database, "FIN")
    with database.reading() as session:
        assert cycles.applied_successions(session) == {"OLD", "FIN"}


def test_the_end_of_an_agency_is_applied_once(database):
    succeed(database, "OLD")
    with pytest.raises(IntegrityError):
        succeed(database, "OLD", date(2025, 7, 1))
