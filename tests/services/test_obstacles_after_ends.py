"""An obstacle is answered by whoever stands for the agency that was asked, and by nobody else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lsplan_workflow.domain.agencies import Directory
from lsplan_workflow.domain.obstacles import USUAL_RULES, Statement
from lsplan_workflow.domain.program import Audience, Rung, Step
from lsplan_workflow.services.obstacles import (
    answer_obstacle,
    assign_obstacle,
    close_obstacle,
    list_obstacles,
    report_obstacle,
)
from lsplan_workflow.services.submissions import Arrival
from lsplan_workflow.store import obstacles
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


ABOLISHED = local(2025, 6, 1)
JUNE_2 = local(2025, 6, 2, 7, 30)


def ending(office, code, *successors):
    """Let an agency end on 31 May."""

    def changed(agency):
        if agency.code != code:
            return agency
        return replace(agency, valid_to=local(2025, 5, 31).date(), successors=successors)

    def with_end(configuration):
        found = configuration.directory
        agencies = tuple(changed(agency) for agency in found.agencies)
        return replace(configuration, directory=Directory(agencies, found.contacts))

    office.reconfigure(with_end)
    # Applying has every obstacle looked at anew.
    with office.workplace.database.writing() as session:
        obstacles.schedule(session, NUMBER, ABOLISHED)


@pytest.fixture
def in_may(small):
    """An obstacle of SCT that SYT had to answer by 4 June."""
    place = small.at(local(2025, 5, 20, 9)).workplace
    report_obstacle(place, "SCT", Statement("Thiếu mặt bằng."), actor="cli")
    assign_obstacle(place, NUMBER, "SYT", by=local(2025, 6, 4).date(), actor="cli")
    small.run(local(2025, 5, 20, 10))
    return small


@pytest.mark.parametrize("successors", [(), ("SCT",)])
def test_where_nobody_succeeds_or_only_who_reported_it_the_focal_point_is_asked(in_may, successors):
    ending(in_may, "SYT", *successors)
    in_may.run(ABOLISHED)
    (told,) = in_may.notices(obstacle=NUMBER, rung="succession-2025-06-01").values()
    assert (told.contact, told.status) == ("NEW/focal", "pending")
    in_may.run_at(JUNE_2, *(local(2025, 6, day, 7, 30) for day in (3, 5, 9, 11)))
    assert sent_after(in_may, ABOLISHED) == ["NEW/focal", "NEW/focal", "NEW/focal", "NEW/head"]
    (listed,) = list_obstacles(in_may.workplace)
    assert listed.answerer == "NEW"


def test_whoever_reported_it_merges_into_who_has_to_answer_and_the_focal_point_is_asked(in_may):
    ending(in_may, "SCT", "SYT")
    in_may.run_at(JUNE_2, local(2025, 6, 5, 7, 30))
    assert {*sent_after(in_may, ABOLISHED)} == {"NEW/focal"}


def test_what_waits_for_an_agency_that_has_ended_for_good_is_void_when_it_would_be_sent(in_may):
    assign_obstacle(
        in_may.at(local(2025, 5, 30, 18)).workplace,
        NUMBER,
        "SYT",
        by=local(2025, 6, 6).date(),
        actor="cli",
    )
    ending(in_may, "SYT")
    assert in_may.deliver(JUNE_2).cancelled == 1


def test_the_focal_point_that_took_over_is_relieved_by_another_assignment(in_may):
    ending(in_may, "SYT")
    in_may.run(JUNE_2)
    assign_obstacle(in_may.at(JUNE_2).workplace, NUMBER, "D1", actor="cli")
    in_may.deliver(JUNE_2)
    (relieved,) = in_may.notices(obstacle=NUMBER, rung="relieved-3").values()
    assert (relieved.contact, relieved.status) == ("NEW/focal", "sent")


def test_nobody_of_an_agency_that_has_ended_for_good_is_told_an_answer(in_may):
    report_obstacle(in_may.workplace, "SCT", Statement("Thiếu kinh phí."), actor="cli")
    ending(in_may, "SCT")
    in_may.at(JUNE_2)
    answer_obstacle(in_may.workplace, NUMBER, "Đã bố trí.", actor="cli")
    close_obstacle(in_may.workplace, NUMBER, "Xong.", actor="cli")
    close_obstacle(in_may.workplace, "2025-002", "Xong.", actor="cli")
    assert not in_may.notices(kind="obstacle_answer", agency="SCT")


def test_what_had_arrived_before_an_end_for_good_is_told_to_the_focal_point_alone(in_may):
    ending(in_may, "SCT")
    arrival = Arrival(local(2025, 5, 30, 9), "Văn bản giấy.")
    said = Statement("Thiếu kinh phí.")
    report_obstacle(in_may.at(JUNE_2).workplace, "SCT", said, actor="cli", arrival=arrival)
    told = in_may.notices(obstacle="2025-002").values()
    assert [(row.kind, row.contact) for row in told] == [("obstacle", "NEW/focal")]


def test_a_successor_is_told_the_answer_as_before(in_may):
    ending(in_may, "SCT", "SYT")
    answer_obstacle(in_may.at(JUNE_2).workplace, NUMBER, "Đã bố trí.", actor="cli")
    assert [row.contact for row in in_may.notices(kind="obstacle_answer").values()] == ["SYT/focal"]
