"""An obstacle is answered by whoever stands for the agency that was asked, and by nobody else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lsplan_workflow.domain.obstacles import USUAL_RULES, Statement
from lsplan_workflow.domain.program import Audience, Rung, Step
from lsplan_workflow.services.obstacles import assign_obstacle, report_obstacle
from tests.domain.province import local
from tests.services.servers import served

NUMBER = "2025-001"
MERGED, MONDAY = local(2025, 3, 1), local(2025, 3, 3, 7, 30)
HEADS = local(2025, 2, 28, 7, 30)


@pytest.fixture
def asked(small):
    """An obstacle that FIN, which ends on 28 February, had to answer by the 25th."""
    place = small.at(local(2025, 2, 10, 9)).workplace
    report_obstacle(place, "SYT", Statement("Thiếu mặt bằng."), actor="cli")
    day = local(2025, 2, 25).date()
    assign_obstacle(place, NUMBER, "FIN", by=day, actor="cli")
    small.run_at(local(2025, 2, 10, 10), local(2025, 2, 26, 7, 30))
    return small


def keys(office, status):
    rows = office.notices(obstacle=NUMBER, status=status)
    return [key.removeprefix(f"obstacle/{NUMBER}/") for key in rows if "@2025-02-26" in key]


def sent_after(office, instant):
    rows = office.notices(obstacle=NUMBER, status="sent").values()
    after = [row for row in rows if row.sent_at >= instant]
    return [row.contact for row in sorted(after, key=lambda row: row.id)]


def test_a_reminder_in_retry_goes_to_nobody_who_has_ended_and_to_the_successor_instead(asked):
    with served(asked, rcpt={"head@fin.example": "451 4.3.0 busy"}):
        asked.run(HEADS)
    asked.over("")
    assert keys(asked, "retry") == ["FIN/overdue-3wd@2025-02-26/head"]
    asked.run_at(MERGED, MONDAY)
    assert "FIN/overdue-3wd@2025-02-26/head" in keys(asked, "superseded")
    assert "NEW/overdue-3wd@2025-02-26/head" in keys(asked, "sent")
    assert set(sent_after(asked, MERGED)) == {"NEW/head", "NEW/focal"}


def test_a_reminder_decided_after_hours_goes_to_the_successor_too(asked):
    asked.decide(local(2025, 2, 28, 18))
    assert keys(asked, "pending") == ["FIN/overdue-3wd@2025-02-26/head"]
    asked.run(MONDAY)
    assert set(sent_after(asked, MERGED)) == {"NEW/head", "NEW/focal"}


def test_what_no_planning_has_superseded_is_void_when_it_would_be_sent(asked):
    asked.decide(local(2025, 2, 28, 18))
    found = asked.deliver(MONDAY)
    assert (found.sent, found.cancelled) == (0, 1)
    assert keys(asked, "cancelled") == ["FIN/overdue-3wd@2025-02-26/head"]


def test_an_assignment_that_waits_over_a_merger_is_told_to_the_successor_alone(small):
    small.run(local(2025, 2, 10, 9))
    place = small.at(local(2025, 2, 28, 18)).workplace
    report_obstacle(place, "SYT", Statement("Thiếu mặt bằng."), actor="cli")
    assign_obstacle(place, NUMBER, "FIN", actor="cli")
    small.deliver_replies(local(2025, 2, 28, 18))
    small.run(MONDAY)
    assert sent_after(small, MERGED) == ["NEW/focal"]
    assert small.notice(f"obstacle/{NUMBER}/FIN/assigned-2/focal").status == "cancelled"


def test_leaders_hear_of_it_whoever_has_to_answer(asked):
    step = Step(Rung.parse("overdue-3wd"), Audience.LEADERSHIP)
    rules = replace(USUAL_RULES, ladder=(step,))
    asked.reconfigure(lambda c: replace(c, obstacles=rules))
    asked.decide(local(2025, 2, 28, 18))
    assert asked.deliver(MONDAY).sent == 1
    assert sent_after(asked, MERGED) == ["CT/leader"]
