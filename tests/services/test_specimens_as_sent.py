"""A letter that left is shown as it was, whatever was decided since about its deadline."""

from datetime import date

import pytest

from lsplan_workflow.domain.notice_kinds import NoticeKind
from lsplan_workflow.services.specimens import specimen
from tests.domain.province import agency, local
from tests.services.reconfiguring import applied, edited
from tests.services.test_obstacles import answer, assign, report
from tests.services.test_recalling import learns

OPENING, OVERDUE = local(2025, 9, 3, 7, 30), local(2025, 10, 20, 7, 30)
LATER, NEXT = local(2025, 10, 20, 9), local(2025, 10, 21, 9)


def shown(office, kind, of="SYT"):
    return specimen(office.workplace, NoticeKind(kind), "annual-2025", of, None)


def said(office, kind, of="SYT"):
    return office.workplace.messages.render(shown(office, kind, of)).text


def moved_to(office, day):
    return edited(office.configuration, ('before = "10-20"', f'before = "{day}"'))


def test_an_overdue_notice_says_how_late_it_was_also_after_an_extension(opened):
    opened.run(OVERDUE)
    before = shown(opened.at(LATER), "overdue")
    opened.extend(NEXT, "SYT", to=date(2025, 11, 5))
    after = shown(opened, "overdue")
    assert (before.items[0].days, before.outdated) == (1, False)
    assert (after.items, after.outdated) == (before.items, True)


def test_a_receipt_that_left_is_outdated_once_its_deadline_has_moved(editable):
    editable.run(OPENING)
    editable.submit(LATER, "SYT")
    editable.deliver_replies(LATER)
    assert not shown(editable, "receipt").outdated
    applied(editable, moved_to(editable, "10-30"), NEXT)
    assert shown(editable, "receipt").outdated
    assert not shown(editable, "receipt", of="SCT").outdated


def test_a_notice_of_change_says_what_it_said_also_after_an_extension(editable):
    editable.run(OPENING)
    applied(editable, moved_to(editable, "10-25"), local(2025, 9, 10, 9))
    editable.run(local(2025, 9, 10, 9))
    editable.extend(NEXT, "SYT", to=date(2025, 11, 5))
    assert "từ trước ngày 20/10/2025 thành trước ngày 25/10/2025" in said(editable, "deadline")


def test_what_chased_an_answer_too_late_says_so_also_once_it_was_answered(opened):
    opened.run(OPENING)
    report(opened)
    assign(opened)
    opened.run(local(2025, 10, 9, 7, 30))
    before = said(opened, "obstacle_reminder", of="SCT")
    assert "đã qua" in before
    answer(opened, local(2025, 10, 10, 9))
    assert said(opened, "obstacle_reminder", of="SCT") == before


@pytest.mark.parametrize("kind", ["reminder", "overdue", "escalation"])
def test_what_no_rung_will_bring_about_any_more_is_an_example(opened, kind):
    learns(opened, agency("SYT", valid_to=date(2025, 9, 1), successors=("SCT",)))
    opened.run(local(2025, 9, 4, 7, 30))
    assert shown(opened.at(LATER), "overdue", of="SCT").example is False
    assert shown(opened.at(LATER), kind).example is True
