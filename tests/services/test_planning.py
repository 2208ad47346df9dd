"""Planning inserts each notice once; what is newer supersedes what is older."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lsplan_workflow.services.reporting_pass import Decided, decide
from lsplan_workflow.store import obligations
from tests.domain.province import local
from tests.services.office import TICK, office_of

OPENS = local(2025, 9, 1)
OPENING = local(2025, 9, 3, 7, 30)


def plan(office, instant):
    return decide(office.at(instant).workplace)


def pending(office, agency="SYT"):
    found = office.notices(status="pending", agency=agency, cycle="annual-2025")
    return {key.removeprefix(f"annual-2025/{agency}/") for key in found}


def test_nothing_is_planned_before_the_opening_stands(small):
    assert plan(small, OPENS).planned == 0
    assert plan(small, OPENING - TICK).planned == 0
    assert plan(small, OPENING).planned == 5
    assert pending(small) == {"opening/focal"}


def test_planning_again_adds_nothing(small):
    plan(small, OPENING)
    assert plan(small, OPENING) == Decided(opened=0, planned=0, superseded=0)


def test_a_rung_is_planned_at_its_instant_and_not_a_moment_earlier(opened):
    rung = local(2025, 9, 19, 7, 30)
    assert plan(opened, rung - TICK).planned == 0
    assert plan(opened, rung).planned == 5
    assert pending(opened) == {"before-30d/focal"}


def test_after_downtime_the_newest_rung_is_sent_and_the_earlier_are_superseded(opened):
    found = plan(opened, local(2025, 10, 15, 8))
    assert (found.planned, found.superseded) == (5, 15)
    assert pending(opened) == {"before-3wd/focal"}
    superseded = opened.notices(status="superseded", agency="SYT")
    assert {row.rung for row in superseded.values()} == {"before-30d", "before-14d", "before-7d"}


def test_what_waits_is_superseded_by_what_is_newer_and_counted(small):
    plan(small, OPENING)
    found = plan(small, local(2025, 9, 19, 7, 30))
    assert (found.planned, found.superseded) == (5, 5)
    assert pending(small) == {"before-30d/focal"}
    assert small.notice("annual-2025/SYT/opening/focal").status == "superseded"


def test_what_was_sent_is_not_superseded(opened):
    plan(opened, local(2025, 9, 19, 7, 30))
    assert opened.notice("annual-2025/SYT/opening/focal").status == "sent"


def test_each_audience_hears_its_own_newest_rung(opened):
    found = plan(opened, local(2025, 10, 31, 7, 30))
    assert pending(opened) == {"overdue-1wd/focal", "overdue-3wd/head", "overdue-3wd/focal-copy"}
    assert opened.notices(kind="digest").keys() == {
        "annual-2025/NEW/overdue-5wd/leader",
        "annual-2025/CT/overdue-10wd/leader",
    }
    assert found.planned == 5 * 3 + 2


def test_what_is_decided_at_night_waits_for_working_hours(opened):
    plan(opened, local(2025, 10, 17, 20))
    assert opened.notice("annual-2025/SYT/before-1wd/focal").send_at == local(2025, 10, 20, 7, 30)


def test_each_planned_notice_is_written_in_the_audit_log_without_an_address(small):
    plan(small, OPENING)
    events = [e for e in small.events(agency="SYT") if e.event == "notice_planned"]
    assert [e.payload for e in events] == [
        '{"contact":"SYT/focal","key":"annual-2025/SYT/opening/focal"}'
    ]
    assert all("@" not in event.payload for event in small.events())


def test_a_superseded_notice_is_no_planned_one(small):
    plan(small, local(2025, 10, 15, 8))
    planned = [e for e in small.events(agency="SYT") if e.event == "notice_planned"]
    assert len(planned) == 1


def test_an_obligation_is_not_looked_at_before_its_next_rung(opened):
    with opened.workplace.database.reading() as session:
        assert obligations.next_action_at(session) == local(2025, 9, 19, 7, 30)
        assert obligations.due_for_action(session, "annual-2025", local(2025, 9, 19, 7)) == []


def test_who_has_filed_is_not_looked_at_any_more(opened):
    opened.submit(local(2025, 9, 10, 9), "SYT")
    rung = local(2025, 9, 19, 7, 30)
    with opened.workplace.database.reading() as session:
        due = obligations.due_for_action(session, "annual-2025", rung)
    assert {o.agency for o in due} == {"NEW", "SCT", "X1", "X2"}
    plan(opened, rung)
    assert pending(opened) == {"receipt-1/focal"}
    assert pending(opened, "SCT") == {"before-30d/focal"}


CLOSES = local(2025, 12, 19)


@pytest.mark.parametrize(("instant", "planned"), [(CLOSES - TICK, 5 * 3 + 2), (CLOSES, 0)])
def test_from_closing_on_nothing_is_planned_for_what_never_came(opened, instant, planned):
    assert plan(opened, instant).planned == planned


def test_after_the_last_rung_an_obligation_is_not_looked_at_any_more(opened):
    opened.run(local(2025, 10, 31, 7, 30))
    with opened.workplace.database.reading() as session:
        assert obligations.next_action_at(session) is None


def test_a_digest_is_decided_in_a_cycle_in_which_no_obligation_is_due(opened):
    opened.run(local(2025, 10, 22, 7, 30))
    assert plan(opened, local(2025, 10, 24, 7, 30)).planned == 1
    assert opened.notices(rung="overdue-5wd").keys() == {"annual-2025/NEW/overdue-5wd/leader"}


def test_an_untracked_cycle_is_not_planned(small):
    assert plan(small, local(2025, 4, 1)).planned == 0
    assert small.notices() == {}


INSTANTS = st.lists(
    st.datetimes(
        min_value=local(2025, 9, 1).replace(tzinfo=None),
        max_value=local(2025, 12, 18, 23).replace(tzinfo=None),
    ),
    min_size=1,
    max_size=4,
).map(sorted)


@settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(instants=INSTANTS)
def test_passes_at_any_instants_decide_the_same_keys_as_one_at_the_last(
    instants, small_template, small_configuration, tmp_path_factory
):
    several = [OPENS, *(i.replace(tzinfo=OPENS.tzinfo) for i in instants)]
    keys = []
    for times in (several, [several[0], several[-1]]):
        folder = tmp_path_factory.mktemp("keys")
        with office_of(folder, small_template, small_configuration) as office:
            for instant in times:
                decide(office.at(instant).workplace)
            keys.append(set(office.notices()))
    assert keys[0] == keys[1]
