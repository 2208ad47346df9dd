"""A report arrives between planning and sending: no reminder leaves for what has come."""

import pytest

from lsplan_workflow.services.reporting_pass import decide
from tests.domain.province import local
from tests.scenarios.stories import FOCAL, HEAD, letters, only
from tests.services.office import MINUTE
from tests.services.servers import Killed, killed, watched

MAILBOX = FOCAL.format("syt")
OVERDUE = local(2025, 10, 22, 7, 30)


def test_a_reminder_that_was_decided_but_not_sent_is_cancelled(real):
    only(real, "SYT", "SCT")
    real.run(local(2025, 10, 15, 7, 30))
    decide(real.at(local(2025, 10, 17, 7, 30)).workplace)
    real.submit(local(2025, 10, 17, 7, 31), "SYT")
    result = real.run(local(2025, 10, 17, 7, 32))
    assert result.sent == 2  # The receipt, and the other agency's reminder.
    assert [words for _, words in letters(real, MAILBOX)] == ["Nhắc thời", "Xác nhận"]
    assert letters(real, FOCAL.format("sct"))[-1] == ("17/10 07:32", "Nhắc thời")


def test_an_escalation_that_a_killed_pass_had_in_hand_is_cancelled_with_its_copy(real):
    only(real, "SYT")
    real.run(local(2025, 10, 20, 7, 30))
    with watched(real, before=killed), pytest.raises(Killed):
        real.run(OVERDUE)
    real.submit(OVERDUE + MINUTE, "SYT")
    result = real.run(OVERDUE + 10 * MINUTE)
    assert (result.sent, result.cancelled) == (1, 2)
    assert real.mails(HEAD.format("syt")) == []
    assert [words for _, words in letters(real, MAILBOX)] == ["V/v đôn", "Xác nhận"]


def test_what_had_left_before_the_report_came_stays_in_the_history(real):
    only(real, "SYT")
    real.run(local(2025, 10, 15, 7, 30))
    real.submit(local(2025, 10, 15, 7, 31), "SYT")
    assert real.notice("annual-2025/SYT/before-3wd/focal").status == "sent"
