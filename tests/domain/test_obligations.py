from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsplan_workflow.domain.compliance import Timeliness, figures, timeliness
from lsplan_workflow.domain.cycles import plan_cycles
from lsplan_workflow.domain.errors import IllegalTransition
from lsplan_workflow.domain.obligations import (
    TRANSITIONS,
    Event,
    Obligation,
    Status,
    plan_obligations,
    plan_succession,
)
from lsplan_workflow.domain.program import Split
from tests.domain.province import CALENDAR, DIRECTORY, PROGRAM, local

CYCLES = {cycle.code: cycle for cycle in plan_cycles(PROGRAM, CALENDAR)}
PLAN_2025 = CYCLES["plan-2025"]
DUE = PLAN_2025.due_at
TICK = timedelta(microseconds=1)
OPEN = Obligation("plan-2025", "SYT", DUE)


def succeed(owed, code, split=Split.ALL, cycle=PLAN_2025):
    cycle = replace(cycle, program=replace(cycle.program, split=split))
    return plan_succession(
        DIRECTORY[code],
        {o.agency: o for o in owed},
        cycle=cycle,
        directory=DIRECTORY,
        at=local(2025, 3, 1),
    )


def test_the_agencies_that_exist_on_the_last_full_day_owe():
    owed = [o.agency for o in plan_obligations(PLAN_2025, DIRECTORY)]
    assert owed == ["OLD", "FIN", "SYT", "SCT", "D1"]
    owed = [o.agency for o in plan_obligations(CYCLES["annual-2025"], DIRECTORY)]
    assert owed == ["NEW", "SYT", "SCT", "X1", "X2"]


@pytest.mark.parametrize(("status", "event"), list(product(Status, Event)))
def test_what_is_not_in_the_transition_table_is_refused(status, event):
    obligation = replace(OPEN, status=status)
    if (status, event) in TRANSITIONS:
        assert obligation.after(event, DUE).status is TRANSITIONS[status, event]
    else:
        with pytest.raises(IllegalTransition):
            obligation.after(event, DUE)


def test_timeliness_is_that_of_the_first_complete_filing_also_after_a_return():
    filed = OPEN.after(Event.SUBMIT, DUE - TICK)
    revised = filed.after(Event.RETURN, DUE).after(Event.SUBMIT, DUE + timedelta(days=5))
    assert revised.first_complete_at == DUE - TICK
    assert timeliness(revised, DUE + timedelta(days=9)) is Timeliness.ON_TIME


@pytest.mark.parametrize(
    ("filed_at", "expected"),
    [(DUE - TICK, Timeliness.ON_TIME), (DUE, Timeliness.LATE), (DUE + TICK, Timeliness.LATE)],
)
def test_a_filing_at_the_due_instant_is_late(filed_at, expected):
    assert timeliness(OPEN.after(Event.SUBMIT, filed_at), filed_at) is expected


@pytest.mark.parametrize(
    ("now", "expected"),
    [(DUE - TICK, Timeliness.PENDING), (DUE, Timeliness.MISSING), (DUE + TICK, Timeliness.MISSING)],
)
def test_what_is_not_filed_is_missing_from_the_due_instant_on(now, expected):
    assert timeliness(OPEN, now) is expected


def test_two_agencies_that_merge_leave_one_obligation_that_covers_both():
    owed = plan_obligations(PLAN_2025, DIRECTORY)
    owed += succeed(owed, "OLD")
    owed += succeed(owed, "FIN")
    now = {o.agency: o for o in owed}
    assert now["OLD"].status is Status.TRANSFERRED
    assert now["OLD"].ended_at == local(2025, 3, 1)
    assert now["NEW"].covers == ("OLD", "FIN")
    assert not now["NEW"].original
    assert now["NEW"].due_at == DUE


def test_a_filed_obligation_stays_under_the_old_name():
    filed = Obligation("plan-2025", "OLD", DUE).after(Event.SUBMIT, DUE)
    assert succeed([filed], "OLD") == []
    assert succeed([filed.after(Event.RETURN, DUE)], "OLD") == []
    assert succeed([], "OLD") == []


def test_a_merger_into_an_agency_that_owes_already_is_covered_by_its_obligation():
    present = Obligation("plan-2025", "NEW", DUE, covers=("OLD",))
    owed = [Obligation("plan-2025", "OLD", DUE), Obligation("plan-2025", "FIN", DUE), present]
    assert succeed(owed, "OLD")[1].covers == ("OLD",)
    assert succeed(owed, "FIN")[1].covers == ("OLD", "FIN")
    assert succeed(owed, "FIN")[1].original


@pytest.mark.parametrize(("split", "heirs"), [(Split.ALL, ["X1", "X2"]), (Split.LEAD, ["X1"])])
def test_a_split_leaves_an_obligation_to_all_successors_or_to_the_lead(split, heirs):
    changed = succeed([Obligation("plan-2025", "D1", DUE)], "D1", split)
    assert [o.agency for o in changed] == ["D1", *heirs]


OBLIGATIONS = st.builds(
    Obligation,
    cycle=st.just("plan-2025"),
    agency=st.just("SYT"),
    due_at=st.just(DUE),
    status=st.sampled_from(Status),
    first_complete_at=st.one_of(
        st.none(), st.timedeltas(-timedelta(9), timedelta(9)).map(lambda d: DUE + d)
    ),
    original=st.booleans(),
)


@given(st.lists(OBLIGATIONS), st.timedeltas(-timedelta(9), timedelta(9)))
def test_the_figures_always_add_up_to_what_is_expected(owed, offset):
    f = figures(owed, DUE + offset)
    assert f.on_time + f.late + f.missing + f.pending + f.waived == f.expected
    assert f.expected + f.transferred == len(owed)
    assert f.open + f.submitted + f.accepted + f.returned + f.waived == f.expected
    assert f.unsettled == f.open + f.submitted + f.returned
    assert 0 <= f.rate(f.on_time) <= 100
