"""How a cycle stands; what a preview promises is what then happens."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lsplan_workflow.domain.cycles import CycleState
from lsplan_workflow.domain.errors import RequestError
from lsplan_workflow.domain.obligations import Event
from lsplan_workflow.services.agenda import next_due_at
from lsplan_workflow.services.consolidation import consolidate_due
from lsplan_workflow.services.reporting_pass import decide
from lsplan_workflow.services.status import all_statuses, preview
from lsplan_workflow.store import obligations
from tests.domain.province import local
from tests.services.office import DAY, HOUR, TICK, office_of
from tests.services.servers import Killed, killed, served, watched

OPENS, OPENING = local(2025, 9, 1), local(2025, 9, 3, 7, 30)
DUE, CLOSES = local(2025, 10, 20), local(2025, 12, 19)


def line(office, instant, agency="SYT", code="annual-2025"):
    found = office.status(instant, code).lines
    return next(x for x in found if x.obligation.agency == agency)


def foreseen(office, now, **wanted):
    with office.workplace.database.reading() as session:
        return preview(session, office.configuration, now, **wanted)


def test_the_report_of_2025_stands_as_the_facts_say(real):
    real.decide(OPENING)
    found = real.status(OPENING)
    assert found.cycle.due_at == DUE
    assert found.last_working_day.isoformat() == "2025-10-17"
    assert (found.figures.expected, found.figures.pending, found.figures.open) == (85, 85, 85)
    assert found.state is CycleState.OPEN
    assert found.as_of.isoformat() == "2025-09-03T07:30:00+07:00"


def test_a_cycle_to_come_shows_who_will_owe_and_when_they_will_hear(real):
    found = real.status(local(2025, 1, 2))
    assert found.state is CycleState.UPCOMING
    assert found.figures.expected == found.figures.pending == 85
    assert {x.next_notice for x in found.lines} == {OPENING}


def test_an_untracked_cycle_answers_with_zero_counts(real):
    real.decide(OPENING)
    found = real.status(OPENING, "plan-2025")
    assert found.state is CycleState.UNTRACKED
    assert found.lines == ()
    figures = found.figures
    assert figures.expected == figures.expected_originally == figures.missing == 0


def test_a_closed_cycle_keeps_its_figures_and_promises_no_notice(opened):
    opened.run(CLOSES)
    found = opened.status(CLOSES)
    assert found.state is CycleState.CLOSED
    assert found.figures.missing == 5
    assert {x.next_notice for x in found.lines} == {None}


def test_there_is_no_status_of_a_cycle_that_there_is_not(small):
    with pytest.raises(RequestError, match="no such reporting cycle"):
        small.status(OPENING, "plan-2026")


def test_missing_begins_at_the_due_instant_and_the_first_day_counts_as_one(opened):
    assert (line(opened, DUE - TICK).timeliness, line(opened, DUE - TICK).days_late) == (
        "pending",
        0,
    )
    assert (line(opened, DUE).timeliness, line(opened, DUE).days_late) == ("missing", 1)
    assert line(opened, DUE + DAY).days_late == 2


def test_whoever_was_late_stays_as_many_days_late_as_he_was(opened):
    opened.submit(DUE + 3 * DAY, "SYT")
    assert line(opened, DUE + 30 * DAY).days_late == 4


def test_the_next_notice_is_the_next_rung_and_none_for_whoever_has_filed(opened):
    assert line(opened, OPENING).next_notice == local(2025, 9, 19, 7, 30)
    opened.submit(OPENING, "SYT")
    opened.run(OPENING)
    assert line(opened, OPENING).next_notice is None


def test_a_receipt_that_waits_is_the_next_notice(opened):
    opened.submit(OPENING + HOUR, "SYT")
    assert line(opened, OPENING + HOUR).next_notice == OPENING + HOUR


def test_a_digest_to_the_focal_points_leader_is_no_notice_about_its_own_report(opened):
    opened.submit(OPENING, "NEW")
    opened.run(OPENING)
    assert line(opened, OPENING, "NEW").next_notice is None


def test_the_figures_of_all_cycles_are_those_of_each(small):
    small.run_at(local(2024, 12, 20, 8), local(2025, 3, 3, 8), OPENING)
    with small.workplace.database.reading() as session:
        found = all_statuses(session, small.configuration, OPENING)
    assert [x.cycle.code for x in found] == ["plan-2025", "annual-2025", "annual-2026"]
    for each in found:
        alone = small.status(OPENING, each.cycle.code)
        assert (each.figures, each.state) == (alone.figures, alone.state)
        assert each.lines == ()


ACTS = ["submit", "accept", "return", "waive"]
INSTANT = st.integers(0, 110).flatmap(
    lambda day: st.sampled_from([7.5, 9, 16]).map(lambda hour: OPENS + day * DAY + hour * HOUR)
)
ACT = st.tuples(INSTANT, st.sampled_from(ACTS), st.sampled_from(["SYT", "SCT", "X1", "NEW"]))


def act(office, instant, what, agency):
    """Let something happen; what the rules do not allow is refused."""
    try:
        if what == "submit":
            office.submit(instant, agency)
        elif what == "accept":
            office.accept(instant, agency)
        elif what == "return":
            office.send_back(instant, agency, "Thiếu số liệu")
        else:
            with office.workplace.database.writing() as session:
                waived = office.owed()[agency].after(Event.WAIVE, instant)
                obligations.save(session, [waived])
    except RequestError:
        return


@settings(max_examples=15, deadline=None)
@given(acts=st.lists(ACT, max_size=8))
def test_on_time_late_missing_and_pending_make_up_the_expected_and_waived_stand_apart(
    acts, small_template, small_configuration, tmp_path_factory
):
    folder = tmp_path_factory.mktemp("identity")
    with office_of(folder, small_template, small_configuration) as office:
        office.run(OPENS)
        for instant, what, agency in sorted(acts):
            act(office, instant, what, agency)
            f = office.status(instant).figures
            assert f.on_time + f.late + f.missing + f.pending == f.expected == 5 - f.waived
            assert f.open + f.submitted + f.accepted + f.returned == f.expected
            assert f.expected_originally == 5


def test_the_identity_holds_over_a_reorganisation(real):
    real.decide(local(2024, 12, 20, 8))
    for instant in (local(2025, 2, 28), local(2025, 3, 1), local(2025, 3, 15), local(2025, 7, 1)):
        real.decide(instant)
        f = real.status(instant, "plan-2025").figures
        assert f.on_time + f.late + f.missing + f.pending == f.expected
        assert f.expected_originally == 37
        assert f.expected + f.transferred == len(real.owed("plan-2025"))


def sent(office, code):
    """Return when each notice of a cycle left, by key."""
    rows = office.notices(status="sent", cycle=code)
    return {key: row.sent_at for key, row in rows.items()}


@pytest.mark.parametrize(
    ("code", "first", "days"),
    [("plan-2025", local(2024, 12, 19, 8), 90), ("annual-2025", local(2025, 8, 31, 8), 115)],
)
def test_if_nobody_acts_what_the_preview_says_is_what_happens(small, code, first, days):
    small.run(first)
    promised = {n.key: n.send_at for n in foreseen(small, first, code=code)}
    at = first.replace(hour=7, minute=30)
    for _ in range(days):
        at += DAY
        small.run(at)
    assert sent(small, code) == promised
    assert len(promised) > 30


def test_so_it_is_when_the_clock_jumps_from_one_thing_due_to_the_next(small):
    first = local(2024, 12, 19, 8)
    small.run(first)
    promised = {
        notice.key: notice.send_at
        for code in ("plan-2025", "annual-2025")
        for notice in foreseen(small, first, code=code)
    }
    at, jumps = next_due_at(small.workplace), []
    while at < local(2026, 1, 1):
        small.run(at)
        jumps.append(at)
        following = next_due_at(small.workplace)
        assert following is not None
        assert following > at
        at = following
    assert sent(small, "plan-2025") | sent(small, "annual-2025") == promised
    assert len(jumps) < 40


def test_what_waits_is_part_of_the_preview(small):
    small.run(OPENS)
    decide(small.at(local(2025, 9, 3, 7, 30)).workplace)
    keys = {n.key for n in foreseen(small, OPENING, code="annual-2025", until=OPENING)}
    assert len(keys) == 5


def test_a_preview_ends_with_the_day_asked_for(small):
    small.run(OPENS)
    found = foreseen(small, OPENS, until=local(2025, 9, 19, 7, 30))
    assert {n.rung for n in found} == {"opening", "before-30d"}
    earlier = foreseen(small, OPENS, until=local(2025, 9, 19, 7, 30) - TICK)
    assert {n.rung for n in earlier} == {"opening"}


def test_a_preview_of_all_shows_what_is_open_and_what_opens_next(small):
    early = foreseen(small, local(2024, 12, 1))
    assert {n.cycle for n in early} == {"plan-2025"}
    small.run(local(2024, 12, 20, 8))
    assert {n.cycle for n in foreseen(small, local(2024, 12, 20, 8))} == {
        "plan-2025",
        "annual-2025",
    }


def test_a_preview_until_a_day_shows_every_cycle_that_opens_by_then(small):
    small.run(local(2024, 12, 20, 8))
    found = foreseen(small, local(2024, 12, 20, 8), until=local(2026, 9, 10))
    assert {n.cycle for n in found} == {"plan-2025", "annual-2025", "annual-2026"}
    assert all(n.send_at <= local(2026, 9, 10) for n in found)


def test_when_every_cycle_has_closed_a_preview_is_empty(small):
    assert foreseen(small, local(2027, 6, 1)) == []


def test_of_a_closed_and_of_an_untracked_cycle_nothing_is_foreseen(opened):
    opened.run(CLOSES)
    assert foreseen(opened, CLOSES, code="annual-2025") == []
    assert foreseen(opened, CLOSES, code="plan-2025") == []


def test_a_preview_comes_in_the_order_of_leaving(small):
    found = foreseen(small, OPENS)
    assert found == sorted(found, key=lambda n: (n.send_at, n.key))


def due(office):
    return next_due_at(office.workplace)


def test_before_the_first_run_the_first_opening_is_next(small):
    assert due(small) == local(2024, 12, 20)


def test_when_nothing_has_been_opened_after_downtime_what_is_due_lies_in_the_past(small):
    small.run(local(2024, 12, 19))
    assert due(small) == local(2024, 12, 20)


def test_after_the_opening_the_next_rung_is_next(small):
    small.run(OPENS)
    assert due(small) == OPENING
    small.run(OPENING)
    assert due(small) == local(2025, 9, 19, 7, 30)


def test_a_receipt_is_next_at_once(opened):
    opened.submit(OPENING + HOUR, "SYT")
    assert due(opened) == OPENING + HOUR


def test_what_is_to_be_tried_again_is_next_when_its_time_comes(small):
    with served(small, rcpt={"focal@syt.example": "451 busy"}):
        small.run(OPENING)
    again = small.notice("annual-2025/SYT/opening/focal").next_attempt_at
    assert due(small) == again
    assert again > OPENING


def test_what_a_killed_pass_had_claimed_is_next_when_its_lease_ends(small):
    with watched(small, before=killed), pytest.raises(Killed):
        small.run(OPENING)
    consolidate_due(small.workplace)
    assert due(small) == OPENING + timedelta(minutes=10)


def test_when_all_is_done_nothing_is_next(opened):
    opened.run_at(local(2026, 9, 3, 8), local(2026, 12, 20, 8))
    assert due(opened) is None
