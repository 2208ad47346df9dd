"""How one forecast differs from another."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from lsplan_workflow.domain.notice_kinds import NoticeKind
from lsplan_workflow.domain.notices import Notice
from lsplan_workflow.domain.plan_change import Move, PlanChange, compare_forecasts
from tests.domain.province import local

AT = local(2025, 10, 13, 7, 30)
DAY = timedelta(days=1)
REMINDER = Notice(
    key="annual-2025/SYT/before-7d/focal",
    kind=NoticeKind.REMINDER,
    rung="before-7d",
    cycle="annual-2025",
    agency="SYT",
    contact="SYT/focal",
    recipient="dau-moi@syt.example",
    language="vi",
    send_at=AT,
    due_on=date(2025, 10, 20),
)
OF_OTHER_DEADLINE = replace(
    REMINDER, key="annual-2025/SYT/before-7d@2025-10-25/focal", send_at=AT + 4 * DAY
)
OBSTACLE = replace(
    REMINDER, key="2025-001/before-2wd/STC/focal", cycle="", obstacle="2025-001", rung="before-2wd"
)


def test_the_same_forecast_changes_nothing():
    found = compare_forecasts([REMINDER, OBSTACLE], [OBSTACLE, REMINDER])
    assert found == PlanChange()
    assert not found


@pytest.mark.parametrize(
    "after",
    [
        replace(REMINDER, send_at=AT + timedelta(minutes=1)),
        replace(REMINDER, recipient="moi@syt.example"),
        OF_OTHER_DEADLINE,
    ],
)
def test_a_rung_at_another_time_to_another_address_or_of_another_deadline_has_moved(after):
    assert compare_forecasts([REMINDER], [after]) == PlanChange(moved=(Move(REMINDER, after),))


@pytest.mark.parametrize(
    "other",
    [
        replace(REMINDER, cycle="annual-2026"),
        replace(REMINDER, key="annual-2025/SCT/before-7d/focal", agency="SCT"),
        replace(REMINDER, key="annual-2025/SYT/before-8d/focal", rung="before-8d"),
        replace(REMINDER, contact="SYT/head"),
        replace(REMINDER, copy_of="annual-2025/SYT/before-7d/head"),
        OBSTACLE,
        replace(OBSTACLE, obstacle="2025-002"),
    ],
)
def test_what_is_about_something_else_comes_while_the_other_is_withdrawn(other):
    other = replace(other, send_at=other.send_at + DAY)
    found = compare_forecasts([REMINDER], [other])
    assert found == PlanChange(added=(other,), withdrawn=(REMINDER,))
    assert len(found) == 2


def test_two_notices_of_a_rung_move_in_order_and_what_is_left_over_comes_or_goes():
    first, second, third = (
        replace(REMINDER, key=f"annual-2025/SYT/before-7d@{n}/focal", send_at=AT + n * DAY)
        for n in (1, 2, 3)
    )
    assert compare_forecasts([REMINDER], [second, first]) == PlanChange(
        moved=(Move(REMINDER, first),), added=(second,)
    )
    assert compare_forecasts([second, third, REMINDER], [REMINDER, first]) == PlanChange(
        moved=(Move(second, first),), withdrawn=(third,)
    )


def test_what_leaves_before_an_instant_leaves_out_that_instant():
    change = PlanChange(
        added=(REMINDER,), moved=(Move(REMINDER, OF_OTHER_DEADLINE),), withdrawn=(OBSTACLE,)
    )
    assert change.begins_at == AT
    assert len(change.before(AT)) == 0
    assert change.before(AT + timedelta(microseconds=1)) == change


def test_a_move_to_an_earlier_instant_begins_then():
    earlier = replace(REMINDER, send_at=AT - DAY)
    assert PlanChange(moved=(Move(REMINDER, earlier),)).begins_at == AT - DAY
