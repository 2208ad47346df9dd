"""What waits overnight to tell an agency its news is told to the successor if that has ended."""

from __future__ import annotations

import json

import pytest

from lsplan_workflow.domain.obstacles import Statement
from lsplan_workflow.services.obstacles import answer_obstacle, close_obstacle, report_obstacle
from lsplan_workflow.services.status import preview
from tests.domain.province import local
from tests.services.office import HOUR, body
from tests.services.servers import served

FRIDAY, EVENING = local(2025, 2, 28, 9), local(2025, 2, 28, 18)
MONDAY = local(2025, 3, 3, 7, 30)
NUMBER = "2025-001"


@pytest.fixture
def office(small):
    """FIN, which ends on 28 February, has reported an obstacle, and not filed its plan."""
    small.run(local(2025, 1, 10, 8))
    said = Statement("Thiếu mặt bằng.")
    report_obstacle(small.at(local(2025, 1, 10, 9)).workplace, "FIN", said, actor="cli")
    small.run_at(local(2025, 1, 10, 10), FRIDAY)
    return small


def accept(office, at=EVENING):
    office.submit(at, "FIN", cycle="plan-2025")
    office.accept(at, "FIN", cycle="plan-2025")


def waive(office):
    office.waive(EVENING, "FIN", cycle="plan-2025")


def answer(office):
    answer_obstacle(office.at(EVENING).workplace, NUMBER, "Đã bố trí.", actor="cli")


def close(office):
    close_obstacle(office.at(EVENING).workplace, NUMBER, "Không còn vướng.", actor="cli")


NEWS = [
    (accept, "plan-2025/FIN/acceptance-1", "Đã rà soát và chấp nhận"),
    (waive, "plan-2025/FIN/waiver-1", "miễn"),
    (answer, f"obstacle/{NUMBER}/FIN/answered-2", "Đã bố trí."),
    (close, f"obstacle/{NUMBER}/FIN/closed-2", "Không còn vướng."),
]


def mails_since(office, instant, address):
    return [m for m in office.mails(address) if m["Date"].datetime >= instant]


@pytest.mark.parametrize(("act", "about", "said"), NEWS)
def test_news_of_the_last_evening_is_told_to_the_successor_alone(office, act, about, said):
    act(office)
    office.run_at(EVENING, MONDAY)
    states = {k: n.status for k, n in office.notices().items() if k.startswith(about)}
    assert states == {f"{about}/focal": "cancelled", f"{about}/NEW-focal": "sent"}
    assert any(said in body(m) for m in mails_since(office, EVENING, "focal@new.example"))
    assert not any(said in body(m) for m in mails_since(office, EVENING, "focal@fin.example"))


def test_news_that_leaves_on_the_last_day_is_told_to_the_agency_itself(office):
    accept(office, FRIDAY)
    office.run_at(FRIDAY, MONDAY)
    kept = office.notices(kind="acceptance")
    assert {k: n.status for k, n in kept.items()} == {"plan-2025/FIN/acceptance-1/focal": "sent"}


def test_news_that_a_server_put_off_is_told_to_the_successor_alone(office):
    accept(office, FRIDAY)
    with served(office, rcpt={"focal@fin.example": "451 4.3.0 busy"}):
        office.run(FRIDAY)
    office.over("")
    office.run(MONDAY)
    states = {k.rpartition("/")[2]: n.status for k, n in office.notices(kind="acceptance").items()}
    assert states == {"focal": "cancelled", "NEW-focal": "sent"}


def test_passes_at_any_time_tell_it_once(office):
    accept(office)
    office.run_at(EVENING, local(2025, 3, 1), MONDAY, MONDAY, MONDAY + HOUR)
    said = [m for m in office.mails("focal@new.example") if "chấp nhận" in body(m)]
    assert len(said) == 1


def test_that_it_is_told_to_another_is_in_the_audit_log(office):
    accept(office)
    office.run_at(EVENING, MONDAY)
    keys = [json.loads(e.payload)["key"] for e in office.events() if e.event == "notice_cancelled"]
    assert "plan-2025/FIN/acceptance-1/focal" in keys


def coming(office):
    with office.workplace.database.reading() as session:
        found = preview(session, office.configuration, EVENING, until=MONDAY + HOUR)
    return [notice.key for notice in found]


@pytest.mark.parametrize(("act", "about"), [news[:2] for news in NEWS])
def test_the_preview_names_the_successor_from_the_evening_on(office, act, about):
    act(office)
    assert [key for key in coming(office) if key.startswith(about)] == [f"{about}/NEW-focal"]


def test_the_preview_names_an_answer_until_it_has_left(office):
    answer_obstacle(office.at(MONDAY - HOUR).workplace, NUMBER, "Đã bố trí.", actor="cli")
    told = f"obstacle/{NUMBER}/NEW/answered-2/focal"
    assert told in coming(office)
    office.run(MONDAY)
    assert told not in coming(office)
