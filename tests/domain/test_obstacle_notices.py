from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsplan_workflow.domain.agencies import Directory, Role
from lsplan_workflow.domain.notice_kinds import NoticeKind, NoticeStatus
from lsplan_workflow.domain.obstacle_notices import (
    Chase,
    foresee_obstacle,
    next_obstacle_standing,
    plan_obstacle,
)
from lsplan_workflow.domain.obstacles import USUAL_RULES, State
from lsplan_workflow.domain.program import Audience, Rung, Step
from tests.domain.province import AGENCIES, CALENDAR, DIRECTORY, FEBRUARY_ENDS, PROGRAM, local
from tests.domain.test_obstacles import OBSTACLE

TICK = timedelta(microseconds=1)
LADDER = (
    *USUAL_RULES.ladder[:1],
    Step(Rung.parse("overdue-3wd"), Audience.HEAD, (Role.FOCAL,)),
    Step(Rung.parse("overdue-5wd"), Audience.FOCAL_POINT),
    Step(Rung.parse("overdue-10wd"), Audience.LEADERSHIP),
)
ASSIGNED = OBSTACLE.assigned("SCT", local(2025, 10, 7, 8), answer_by_at=OBSTACLE.answer_by_at)


def chase(obstacle=OBSTACLE, decided=(), rules=USUAL_RULES, directory=DIRECTORY) -> Chase:
    return Chase(obstacle, PROGRAM, rules, CALENDAR, directory, {n.key: n for n in decided})


def keys(notices, status=NoticeStatus.PENDING):
    return [n.key.removeprefix("obstacle/2025-003/") for n in notices if n.status is status]


@pytest.mark.parametrize(
    ("at", "pending"),
    [
        (local(2025, 10, 17, 7, 30) - TICK, []),
        (local(2025, 10, 17, 7, 30), ["SCT/before-2wd/focal"]),
        (local(2025, 10, 21, 7, 30) - TICK, ["SCT/before-2wd/focal"]),
        (local(2025, 10, 21, 7, 30), ["SCT/overdue-1wd/focal"]),
        (local(2025, 10, 23, 7, 30) - TICK, ["SCT/overdue-1wd/focal"]),
        (local(2025, 10, 23, 7, 30), ["SCT/overdue-1wd/focal", "SCT/overdue-3wd/head"]),
    ],
)
def test_the_newest_rung_of_each_audience_chases_whoever_was_assigned(at, pending):
    assert keys(plan_obstacle(chase(ASSIGNED), now=at)) == pending


def test_as_long_as_nobody_is_assigned_the_focal_point_itself_is_chased():
    planned = plan_obstacle(chase(), now=local(2025, 10, 17, 7, 30))
    assert keys(planned) == ["NEW/before-2wd/focal"]
    (notice,) = planned
    assert (notice.kind, notice.cycle, notice.obstacle) == (
        NoticeKind.OBSTACLE_REMINDER,
        "",
        "2025-003",
    )


@pytest.mark.parametrize("state", [State.ANSWERED, State.CLOSED])
def test_what_was_answered_or_closed_is_chased_no_more(state):
    done = chase(replace(ASSIGNED, state=state))
    assert plan_obstacle(done, now=local(2025, 11, 30)) == []
    assert next_obstacle_standing(done, local(2025, 10, 7)) is None


def test_leaders_hear_of_it_alone_and_a_copy_goes_with_the_heads_notice():
    rules = replace(USUAL_RULES, ladder=LADDER)
    planned = plan_obstacle(chase(ASSIGNED, rules=rules), now=local(2025, 11, 3, 8))
    assert keys(planned) == [
        "SCT/overdue-1wd/focal",
        "SCT/overdue-3wd/head",
        "SCT/overdue-3wd/focal-copy",
        "NEW/overdue-5wd/leader",
        "CT/overdue-10wd/leader",
    ]
    assert planned[3].copy_of == "obstacle/2025-003/SCT/overdue-3wd/head"


def test_a_date_that_was_moved_has_keys_of_its_own():
    moved = ASSIGNED.assigned("SCT", local(2025, 10, 20, 9), answer_by_at=local(2025, 11, 1))
    planned = plan_obstacle(chase(moved), now=local(2025, 10, 30, 7, 30))
    assert keys(planned) == ["SCT/before-2wd@2025-11-01/focal"]


def test_rungs_that_stood_before_the_assignment_are_none_of_its_business():
    late = OBSTACLE.assigned("SCT", local(2025, 10, 17, 7, 30), answer_by_at=OBSTACLE.answer_by_at)
    assert plan_obstacle(chase(late), now=local(2025, 10, 20, 9)) == []
    earlier = replace(late, chased_since=local(2025, 10, 17, 7, 30) - TICK)
    assert keys(plan_obstacle(chase(earlier), now=local(2025, 10, 20, 9)))


WINTER = replace(
    OBSTACLE,
    received_at=local(2025, 2, 20, 9),
    chased_since=local(2025, 2, 20, 9),
    answer_by_at=local(2025, 3, 7),
    announced_by_at=local(2025, 3, 7),
)


def test_the_successor_of_whoever_has_to_answer_is_told_and_chased():
    assert next_obstacle_standing(chase(WINTER), local(2025, 2, 28)) == local(2025, 3, 1)
    told = plan_obstacle(chase(WINTER), now=local(2025, 3, 1, 9))
    assert [(n.kind, n.recipient, n.send_at) for n in told] == [
        (NoticeKind.OBSTACLE_ASSIGNED, "focal@new.example", local(2025, 3, 3, 7, 30))
    ]
    chased = plan_obstacle(chase(WINTER, told), now=local(2025, 3, 5, 7, 30))
    assert keys(chased) == ["NEW/before-2wd/focal"]
    assert keys(chased, NoticeStatus.SUPERSEDED) == ["NEW/succession-2025-03-01/focal"]


EARLY = replace(WINTER, answer_by_at=local(2025, 2, 27), announced_by_at=local(2025, 2, 27))
AFTER = local(2025, 3, 10, 9)


def test_a_late_pass_asks_whoever_has_to_answer_today_by_the_newest_rungs_alone():
    early = replace(EARLY, answer_by_at=local(2025, 2, 28), announced_by_at=local(2025, 2, 28))
    planned = plan_obstacle(chase(early), now=AFTER)
    assert keys(planned) == ["NEW/succession-2025-03-01/focal", "NEW/overdue-3wd/head"]
    assert keys(planned, NoticeStatus.SUPERSEDED) == [
        "OLD/before-2wd/focal",
        "NEW/before-2wd/focal",
        "OLD/overdue-1wd/focal",
        "NEW/overdue-1wd/focal",
    ]
    assert all(n.key.split("/")[2] == n.agency for n in planned)


WAITS = [NoticeStatus.PENDING, NoticeStatus.RETRY, NoticeStatus.SENDING]


@pytest.mark.parametrize("status", [*WAITS, NoticeStatus.SENT, NoticeStatus.FAILED])
def test_a_rung_that_went_to_who_has_ended_is_planned_for_the_successor(status):
    early = replace(EARLY, answer_by_at=local(2025, 2, 26), announced_by_at=local(2025, 2, 26))
    before = plan_obstacle(chase(early), now=local(2025, 2, 28, 18))
    assert keys(before) == ["OLD/overdue-1wd/focal", "OLD/overdue-3wd/head"]
    decided = [replace(n, status=status) for n in before if n.status is NoticeStatus.PENDING]
    planned = plan_obstacle(chase(early, decided), now=local(2025, 3, 1))
    assert keys(planned) == ["NEW/overdue-3wd/head", "NEW/succession-2025-03-01/focal"]
    old = [key for key in keys(planned, NoticeStatus.SUPERSEDED) if key.startswith("OLD/overdue")]
    assert old == (keys(before) if status in WAITS else [])


def test_leaders_hear_of_a_rung_once_and_only_the_copies_follow_who_has_to_answer():
    step = Step(Rung.parse("overdue-1wd"), Audience.LEADERSHIP, (Role.HEAD,))
    rules = replace(USUAL_RULES, reminders=(), ladder=(step,))
    before = plan_obstacle(chase(EARLY, rules=rules), now=local(2025, 2, 28, 9))
    assert keys(before) == ["CT/overdue-1wd/leader", "CT/overdue-1wd/head-copy"]
    after = plan_obstacle(chase(EARLY, before, rules=rules), now=AFTER)
    assert keys(after) == ["CT/overdue-1wd/NEW-head-copy", "NEW/succession-2025-03-01/focal"]


def of_scts(answerer, **changes):
    """Return SCT's obstacle, which another agency has to answer, in a changed province."""
    agencies = [replace(a, **changes[a.code]) if a.code in changes else a for a in AGENCIES]
    asked = replace(EARLY, agency="SCT").assigned(
        answerer, local(2025, 2, 10, 9), answer_by_at=local(2025, 2, 26)
    )
    return chase(asked, directory=Directory(tuple(agencies), DIRECTORY.contacts))


def test_the_focal_point_is_told_and_chased_where_whoever_had_to_answer_ended_for_good():
    ended = of_scts("FIN", FIN={"successors": ()})
    assert next_obstacle_standing(ended, local(2025, 2, 28, 18)) == local(2025, 3, 1)
    planned = plan_obstacle(ended, now=AFTER)
    mark = "@2025-02-26"
    assert keys(planned) == [
        f"NEW/overdue-3wd{mark}/head",
        f"NEW/succession-2025-03-01{mark}/focal",
    ]
    assert {n.agency for n in planned if n.status is NoticeStatus.PENDING} == {"NEW"}
    at = local(2025, 2, 28, 18)
    assert {n.agency for n in plan_obstacle(ended, now=at)} == {"FIN"}


def test_the_focal_point_is_told_where_an_agency_would_have_to_answer_itself():
    joined = of_scts("SYT", SYT={"valid_to": FEBRUARY_ENDS, "successors": ("SCT",)})
    planned = plan_obstacle(joined, now=AFTER)
    assert {n.agency for n in planned if n.status is NoticeStatus.PENDING} == {"NEW"}
    assert [n.kind for n in planned if n.rung.startswith("succession")] == [
        NoticeKind.OBSTACLE_ASSIGNED
    ]


def test_where_a_role_has_no_contact_another_of_the_agency_stands_in():
    only_focal = Directory(DIRECTORY.agencies, DIRECTORY.contacts_of("SCT", Role.FOCAL))
    planned = plan_obstacle(chase(ASSIGNED, directory=only_focal), now=local(2025, 10, 23, 8))
    assert keys(planned) == ["SCT/overdue-1wd/focal", "SCT/overdue-3wd/focal"]


def passes(obstacle, instants, state=NoticeStatus.SENT):
    decided = {}
    for now in instants:
        planned = plan_obstacle(chase(obstacle, decided.values()), now=now)
        decided |= {n.key: n for n in planned}
        for key, notice in decided.items():
            if notice.status is NoticeStatus.PENDING:
                decided[key] = replace(notice, status=state)
    return decided


SPAN = st.timedeltas(timedelta(0), timedelta(days=60))
INSTANTS = st.lists(SPAN.map(lambda d: local(2025, 2, 20, 9) + d), min_size=1, max_size=6)
OBSTACLES = st.sampled_from(
    [
        WINTER,
        replace(WINTER, assigned_to="SCT", state=State.ASSIGNED),
        replace(WINTER, assigned_to="FIN", state=State.ASSIGNED),
        # It merges into the agency that reported the obstacle.
        replace(WINTER, agency="X1", assigned_to="D1", state=State.ASSIGNED),
    ]
)


@given(OBSTACLES, INSTANTS)
def test_passes_at_any_instants_decide_the_keys_of_one_pass_at_the_last(obstacle, instants):
    instants.sort()
    assert passes(obstacle, instants).keys() == passes(obstacle, instants[-1:]).keys()


@given(OBSTACLES, INSTANTS, st.sampled_from([NoticeStatus.SENT, NoticeStatus.PENDING]))
def test_planning_again_adds_nothing_and_nothing_leaves_outside_working_hours(
    obstacle, instants, state
):
    instants.sort()
    decided = passes(obstacle, instants, state)
    assert plan_obstacle(chase(obstacle, decided.values()), now=instants[-1]) == []
    assert all(CALENDAR.is_working_time(notice.send_at) for notice in decided.values())


def test_the_forecast_is_what_passes_at_every_rung_would_send():
    coming = foresee_obstacle(chase(ASSIGNED), now=local(2025, 10, 7, 18))
    assert [(n.rung, n.send_at) for n in coming] == [
        ("before-2wd", local(2025, 10, 17, 7, 30)),
        ("overdue-1wd", local(2025, 10, 21, 7, 30)),
        ("overdue-3wd", local(2025, 10, 23, 7, 30)),
    ]
    soon = foresee_obstacle(chase(ASSIGNED), now=local(2025, 10, 7, 18), until=local(2025, 10, 21))
    assert [n.rung for n in soon] == ["before-2wd"]


def test_the_forecast_holds_what_waits_and_drops_what_will_be_superseded():
    waiting = plan_obstacle(chase(ASSIGNED), now=local(2025, 10, 17, 7, 30))
    held = chase(ASSIGNED, waiting)
    assert [n.rung for n in foresee_obstacle(held, now=local(2025, 10, 18))] == [
        "before-2wd",
        "overdue-1wd",
        "overdue-3wd",
    ]
    assert "before-2wd" not in [n.rung for n in foresee_obstacle(held, now=local(2025, 10, 20, 18))]
