"""Cycles open once, in their time, with those who owe; what was over before is untracked."""

from datetime import timedelta

import pytest

from lsplan_workflow.domain.cycles import CycleState
from lsplan_workflow.domain.errors import RequestError
from lsplan_workflow.services.cycles import find_cycle, known_cycle, view
from lsplan_workflow.services.reporting_pass import decide
from lsplan_workflow.store import cycles, installation
from tests.domain.province import local
from tests.services.office import TICK

PLAN_OPENS = local(2024, 12, 20)
PLAN_CLOSES = local(2025, 3, 16)


def opened(office, instant):
    return decide(office.at(instant).workplace).opened


def started(office, instant):
    """Record that the product first ran at an instant, and was then down."""
    with office.workplace.database.writing() as session:
        installation.record_first_run(session, instant)


def recorded(office, code):
    with office.workplace.database.reading() as session:
        return cycles.cycle_of(session, code)


def test_37_agencies_owe_the_plan_of_2025(real):
    assert opened(real, PLAN_OPENS) == 1
    assert len(real.owed("plan-2025")) == 37


def test_85_agencies_owe_the_report_of_2025(real):
    assert opened(real, local(2025, 9, 1)) == 1
    assert len(real.owed("annual-2025")) == 85


def test_a_cycle_opens_at_its_instant_and_not_a_moment_earlier(small):
    assert opened(small, PLAN_OPENS - TICK) == 0
    assert recorded(small, "plan-2025") is None
    assert opened(small, PLAN_OPENS) == 1
    assert set(small.owed("plan-2025")) == {"OLD", "FIN", "SYT", "SCT", "D1"}


def test_a_cycle_opens_once(small):
    assert opened(small, PLAN_OPENS) == 1
    assert opened(small, PLAN_OPENS + TICK) == 0
    assert len(small.events(cycle="plan-2025")) == 1


def test_who_owes_is_written_in_the_audit_log(small):
    opened(small, PLAN_OPENS)
    (event,) = small.events(cycle="plan-2025")
    assert event.event == "cycle_opened"
    assert event.payload == '{"agencies":["OLD","FIN","SYT","SCT","D1"]}'


def test_what_had_closed_before_the_first_run_is_untracked(small):
    assert opened(small, PLAN_CLOSES) == 0
    assert recorded(small, "plan-2025").untracked
    assert small.owed("plan-2025") == {}
    (event,) = small.events(cycle="plan-2025")
    assert event.event == "cycle_untracked"


def test_what_closes_a_moment_after_the_first_run_is_tracked(small):
    assert opened(small, PLAN_CLOSES - TICK) == 1
    assert not recorded(small, "plan-2025").untracked


def test_a_cycle_that_opened_and_closed_during_downtime_is_tracked_but_reminds_nobody(small):
    started(small, local(2024, 12, 19))
    assert opened(small, PLAN_CLOSES + timedelta(days=30)) == 1
    assert not recorded(small, "plan-2025").untracked
    assert {"OLD", "FIN", "NEW"} < set(small.owed("plan-2025"))
    assert small.notices() == {}


def test_a_cycle_that_opens_late_has_who_owed_on_its_last_full_day(small):
    started(small, local(2024, 12, 19))
    opened(small, local(2025, 3, 10))
    owed = small.owed("plan-2025")
    assert {code for code, o in owed.items() if o.original} == {"OLD", "FIN", "SYT", "SCT", "D1"}
    assert owed["NEW"].covers == ("FIN", "OLD")


def test_after_downtime_every_cycle_whose_time_has_come_opens_at_once(real):
    started(real, local(2024, 12, 19))
    assert opened(real, local(2025, 9, 1)) == 2


def test_a_request_for_an_unknown_cycle_names_those_there_are(small):
    with pytest.raises(RequestError, match="plan-2026") as error:
        find_cycle(small.configuration, "plan-2026")
    for cycle in ("plan-2025", "annual-2025", "annual-2026"):
        assert cycle in error.value.text.vi
        assert cycle in error.value.text.en


def test_there_is_no_second_round_of_plans(real):
    assert known_cycle(real.configuration, "plan-2026") is None
    assert [c.code for c in real.configuration.cycles()][:2] == ["plan-2025", "annual-2025"]


def seen(office, code, now):
    with office.workplace.database.reading() as session:
        return view(session, office.configuration, office.cycle(code), now)


def test_a_cycle_that_has_not_opened_shows_who_will_owe(real):
    found = seen(real, "annual-2025", local(2025, 8, 31))
    assert found.state is CycleState.UPCOMING
    assert len(found.obligations) == 85


def test_a_cycle_that_no_pass_has_opened_yet_shows_what_opening_would_bring(small):
    started(small, local(2024, 12, 19))
    found = seen(small, "plan-2025", local(2025, 3, 1))
    assert found.state is CycleState.OPEN
    opened(small, local(2025, 3, 1))
    assert {o.agency: o for o in found.obligations} == small.owed("plan-2025")


def test_before_the_first_run_what_has_closed_shows_as_untracked(small):
    assert seen(small, "plan-2025", PLAN_CLOSES - TICK).state is CycleState.OPEN
    found = seen(small, "plan-2025", PLAN_CLOSES)
    assert found.state is CycleState.UNTRACKED
    assert found.obligations == ()


def test_what_was_untracked_at_the_first_run_stays_so(small):
    opened(small, PLAN_CLOSES)
    found = seen(small, "plan-2025", PLAN_CLOSES)
    assert found.state is CycleState.UNTRACKED
    assert found.obligations == ()


def test_what_closed_after_the_first_run_shows_as_closed_though_no_pass_opened_it(small):
    started(small, local(2024, 12, 19))
    found = seen(small, "plan-2025", PLAN_CLOSES)
    assert found.state is CycleState.CLOSED
    assert len(found.obligations) == 6
