"""A day off is announced in mid-cycle: what has not been sent finds its new day."""

import pytest

from lsplan_workflow.services.applying import Outcome
from tests.domain.province import local
from tests.scenarios.stories import FOCAL, HEAD, letters, only, pass_days
from tests.services.office import body
from tests.services.reconfiguring import applied, with_day_off

CAST = ("SYT", "STC25", "CT-UBND")
MAILBOX = FOCAL.format("syt")
FRIDAY, MONDAY = "2025-10-17", "2025-10-20"


@pytest.fixture
def office(editable):
    """On 13 October it is announced that the 17th and the 20th are days off."""
    only(editable, *CAST)
    pass_days(editable, local(2025, 9, 3, 7, 30), local(2025, 10, 13, 7, 30))
    changed = with_day_off(with_day_off(editable.configuration, FRIDAY), MONDAY)
    found = applied(editable, changed, local(2025, 10, 13, 16), confirmed=False)
    assert found.outcome is Outcome.APPLIED  # No deadline moves: nothing is to be confirmed.
    return only(editable, *CAST)


def test_reminders_come_earlier_and_the_chase_later_by_the_days_that_are_left(office):
    pass_days(office, local(2025, 10, 14, 7, 30), local(2025, 11, 7, 7, 30))
    assert letters(office, MAILBOX)[3:] == [
        ("13/10 07:30", "Nhắc thời"),
        ("14/10 07:30", "Nhắc thời"),  # The third working day before the 20th,
        ("16/10 07:30", "Nhắc thời"),  # and the last one.
        ("21/10 07:30", "V/v đôn"),
        ("23/10 07:30", "V/v đôn"),
    ]
    assert letters(office, HEAD.format("syt")) == [("23/10 07:30", "V/v đôn")]
    assert letters(office, HEAD.format("stc25"))[-1] == ("27/10 07:30", "Tình hình")
    assert letters(office, "chu-tich@ct-ubnd.example") == [("03/11 07:30", "Tình hình")]
    sent_before, sent_after = office.mails(MAILBOX)[3:5]
    assert "thứ Sáu, 17/10/2025" in body(sent_before)
    assert "thứ Năm, 16/10/2025" in body(sent_after)
    assert "Chủ nhật, 19/10/2025" in body(sent_after)


def test_grace_ends_later_and_the_deadline_stays(office):
    pass_days(office, local(2025, 10, 30, 16), local(2025, 11, 3, 16))
    assert office.reports() == []
    office.run(local(2025, 11, 3, 17))
    assert [r.reason for r in office.reports()] == ["grace"]
    assert {o.due_at for o in office.owed().values()} == {local(2025, 10, 20)}


def test_what_waits_already_for_the_morning_that_becomes_a_day_off_waits_on(editable):
    only(editable, "SYT")
    editable.run(local(2025, 9, 3, 7, 30))
    editable.run(local(2025, 10, 17, 7, 30))
    editable.decide(local(2025, 10, 20, 17, 30))
    key = "annual-2025/SYT/overdue-1wd/focal"
    found = applied(
        editable,
        with_day_off(editable.configuration, "2025-10-21"),
        local(2025, 10, 20, 18),
    )
    (move,) = [move for move in found.notices.moved if move.after.key == key]
    assert (move.before.send_at, move.after.send_at) == (
        local(2025, 10, 21, 7, 30),
        local(2025, 10, 22, 7, 30),
    )
    pass_days(editable, local(2025, 10, 21, 7, 30), local(2025, 10, 27, 7, 30))
    assert letters(editable, MAILBOX)[2:] == [
        ("22/10 07:30", "V/v đôn"),
        ("23/10 07:30", "V/v đôn"),
    ]
