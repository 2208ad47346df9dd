"""What people do about obstacles, and what the engine does then."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from lsplan_workflow.domain.errors import IllegalTransition, RequestError
from lsplan_workflow.domain.notice_kinds import NoticeStatus
from lsplan_workflow.domain.obstacles import State, Statement
from lsplan_workflow.services.agenda import next_due_at
from lsplan_workflow.services.obstacles import (
    answer_obstacle,
    assign_obstacle,
    close_obstacle,
    list_obstacles,
    obstacle_history,
    report_obstacle,
)
from lsplan_workflow.services.status import preview
from lsplan_workflow.services.submissions import Arrival, Upload
from lsplan_workflow.store import outbox
from tests.domain.province import PROGRAM, local
from tests.services.office import TICK, addressed, body, without

SAID = Statement("Thiếu mặt bằng.", "Đơn giá.", "Đã họp.", "Ban hành đơn giá.", "UBND tỉnh")
NIGHT = local(2025, 9, 8, 20)
MORNING = local(2025, 9, 9, 8)
NUMBER = "2025-001"


def report(office, at=NIGHT, agency="SYT", **more):
    return report_obstacle(office.at(at).workplace, agency, SAID, actor="cli", **more)


def assign(office, at=MORNING, agency="SCT", **more):
    return assign_obstacle(office.at(at).workplace, NUMBER, agency, actor="cli", **more)


def answer(office, at, text="Đã ban hành."):
    return answer_obstacle(office.at(at).workplace, NUMBER, text, actor="cli")


def keys(office, status=None):
    rows = office.notices().values()
    return [
        row.key.removeprefix(f"obstacle/{NUMBER}/")
        for row in rows
        if row.obstacle and status in {None, row.status}
    ]


def test_a_number_and_a_receipt_are_given_and_the_focal_point_is_told_at_any_hour(opened):
    found = report(opened)
    assert (found.number, found.state, found.program) == (NUMBER, State.RECEIVED, "268")
    assert found.answer_by_at == local(2025, 9, 23)
    assert opened.deliver_replies(NIGHT).sent == 2
    (receipt,) = [m for m in opened.mails("focal@syt.example") if NUMBER in str(m["Subject"])]
    (told,) = [m for m in opened.mails("focal@new.example") if NUMBER in str(m["Subject"])]
    assert (addressed(receipt), addressed(told)) == (["focal@syt.example"], ["focal@new.example"])
    for text in (body(receipt), body(told)):
        assert all(part in text for part in (SAID.content, SAID.cause, SAID.competence))
        assert "trước ngày 23/09/2025" in text


def test_numbers_begin_anew_on_the_first_of_january_and_none_is_given_twice(opened):
    close_obstacle(opened.workplace, report(opened).number, "Trùng.", actor="cli")
    assert report(opened, local(2025, 12, 31, 23, 59)).number == "2025-002"
    assert report(opened, local(2026, 1, 1)).number == "2026-001"


def test_an_agency_that_is_assigned_hears_of_it_in_working_hours_and_is_chased(opened):
    report(opened)
    assign(opened, local(2025, 9, 8, 21))
    assert opened.run(local(2025, 9, 8, 21)).sent == 2
    assert keys(opened, "pending") == ["SCT/assigned-2/focal"]
    assert opened.run(local(2025, 9, 9, 7, 30)).sent == 1
    for at in (local(2025, 9, 19, 7, 30), local(2025, 9, 23, 7, 30), local(2025, 9, 25, 7, 30)):
        opened.run(at - TICK)
        before = len(keys(opened))
        opened.run(at)
        assert len(keys(opened)) == before + 1
    assert keys(opened)[-3:] == [
        "SCT/before-2wd/focal",
        "SCT/overdue-1wd/focal",
        "SCT/overdue-3wd/head",
    ]
    assert opened.notice(f"obstacle/{NUMBER}/SCT/overdue-3wd/head").status == "sent"


def test_what_nobody_was_assigned_the_focal_point_has_to_answer(opened):
    report(opened)
    opened.run(local(2025, 9, 19, 7, 30))
    assert "NEW/before-2wd/focal" in keys(opened, "sent")


def test_the_next_pass_is_due_when_the_next_rung_stands(opened):
    report(opened)
    assert next_due_at(opened.workplace) <= NIGHT
    opened.run(NIGHT)
    opened.run(local(2025, 9, 19, 7))
    assert next_due_at(opened.workplace) == local(2025, 9, 19, 7, 30)


def test_an_answer_cancels_what_waits_and_tells_the_agency_that_reported(opened):
    report(opened)
    assign(opened)
    opened.run(MORNING)
    opened.decide(local(2025, 9, 19, 7, 30))
    answer(opened, local(2025, 9, 19, 7, 31))
    assert keys(opened, "cancelled") == ["SCT/before-2wd/focal"]
    opened.run(local(2025, 9, 19, 8))
    text = body(opened.mails("focal@syt.example")[-1])
    assert "Đã ban hành." in text
    assert "Sở SCT" in text
    opened.run(local(2025, 10, 10, 8))
    assert not any("overdue" in key for key in keys(opened))


def test_a_reminder_that_an_answer_overtakes_while_it_is_sent_is_not_sent_again(opened):
    report(opened)
    opened.run(NIGHT)
    opened.decide(local(2025, 9, 19, 7, 30))
    with opened.workplace.database.writing() as session:
        outbox.claim(session, now=local(2025, 9, 19, 7, 30), limit=50, owner="lost")
    answer(opened, local(2025, 9, 19, 7, 31))
    opened.run(local(2025, 9, 19, 8))
    assert "NEW/before-2wd/focal" in keys(opened, "cancelled")


def test_assigning_again_supersedes_what_waits_for_the_one_before(opened):
    report(opened)
    assign(opened, local(2025, 9, 8, 21))
    found = assign(opened, local(2025, 9, 8, 22), "NEW", by=local(2025, 9, 30).date())
    assert found.answer_by_at == local(2025, 10, 1)
    assert keys(opened, "superseded") == ["SCT/assigned-2/focal"]
    opened.run(local(2025, 9, 29, 7, 30))
    assert "NEW/before-2wd@2025-10-01/focal" in keys(opened, "sent")
    assert not any(key.startswith("SCT/before") for key in keys(opened))


EVENING = local(2025, 9, 9, 18)
NEXT_MORNING = local(2025, 9, 10, 7, 30)


@pytest.fixture
def asked(opened):
    """An obstacle that SCT was asked to answer, and has heard so."""
    report(opened)
    assign(opened)
    opened.run(MORNING)
    return opened


def relieved(office, status=None):
    return [key for key in keys(office, status) if "/relieved-" in key]


def test_whoever_was_asked_to_answer_is_told_after_the_new_one_that_it_has_not_to(asked):
    assign(asked, EVENING, "NEW")
    assert keys(asked, "pending") == ["NEW/assigned-3/focal", "SCT/relieved-3/focal"]
    asked.run(NEXT_MORNING)
    assert relieved(asked, "sent") == ["SCT/relieved-3/focal"]
    mail = asked.mails("focal@sct.example")[-1]
    assert "đã giao cơ quan khác trả lời" in mail["Subject"]
    assert "Quý cơ quan không phải trả lời nội dung này nữa" in body(mail)
    assert "trân trọng đề nghị" not in body(mail)


def test_whoever_has_not_heard_that_it_had_to_answer_hears_nothing_of_it(opened):
    report(opened)
    assign(opened, NIGHT)
    assign(opened, NIGHT + TICK, "NEW")
    assert relieved(opened) == []


def test_only_whoever_heard_is_told_however_often_it_passes_on_meanwhile(asked):
    assign(asked, EVENING, "NEW")
    assign(asked, EVENING + TICK, "X1")
    assign(asked, EVENING + 2 * TICK, "NEW")
    asked.run(NEXT_MORNING)
    assert relieved(asked) == ["SCT/relieved-3/focal"]
    assert relieved(asked, "sent") == ["SCT/relieved-3/focal"]


def test_whoever_is_asked_anew_is_not_told_the_contrary_and_later_told_again(asked):
    assign(asked, EVENING, "NEW")
    assign(asked, EVENING + TICK, "SCT")
    assert relieved(asked, "superseded") == ["SCT/relieved-3/focal"]
    assign(asked, EVENING + 2 * TICK, "NEW")
    asked.run(NEXT_MORNING)
    assert relieved(asked, "sent") == ["SCT/relieved-5/focal"]
    assign(asked, NEXT_MORNING + TICK, "SCT")
    assign(asked, NEXT_MORNING + 2 * TICK, "NEW")
    assert relieved(asked, "pending") == []  # It heard last that it has not to answer.


def test_that_another_one_answers_is_told_even_if_it_has_answered_meanwhile(asked):
    assign(asked, EVENING, "NEW")
    answer(asked, EVENING + TICK)
    asked.run(NEXT_MORNING)
    assert relieved(asked, "sent") == ["SCT/relieved-3/focal"]


def close(office, at, reason="Báo cáo trùng."):
    return close_obstacle(office.at(at).workplace, NUMBER, reason, actor="cli")


def test_whoever_was_asked_to_answer_what_is_closed_is_told_so_in_working_hours(asked):
    close(asked, EVENING)
    assert keys(asked, "pending") == ["SYT/closed-3/focal", "SCT/relieved-3/focal"]
    asked.run(NEXT_MORNING)
    mail = asked.mails("focal@sct.example")[-1]
    assert "Kết thúc khó khăn, vướng mắc" in mail["Subject"]
    assert "Báo cáo trùng." in body(mail)
    assert "Quý cơ quan không phải trả lời nội dung này nữa." in body(mail)
    told = body(asked.mails("focal@syt.example")[-1])
    assert "đề nghị Quý cơ quan báo cáo kịp thời" in told
    assert "không phải trả lời" not in told


def test_what_was_answered_is_closed_without_another_word_to_who_answered(asked):
    answer(asked, EVENING)
    close(asked, EVENING + TICK)
    assert relieved(asked) == []


def test_whoever_has_not_heard_that_it_had_to_answer_does_not_hear_that_it_is_closed(opened):
    report(opened)
    assign(opened, NIGHT)
    close(opened, NIGHT + TICK)
    assert relieved(opened) == []


def test_assigning_the_same_again_is_refused_and_another_day_is_told(asked):
    before = keys(asked), asked.events()
    for by in (None, local(2025, 9, 22).date()):
        with pytest.raises(RequestError, match="SCT has to answer before 23/09/2025 already"):
            assign(asked, EVENING, by=by)
    assert (keys(asked), asked.events()) == before
    assign(asked, EVENING, by=local(2025, 9, 24).date())
    assert keys(asked, "pending") == ["SCT/assigned-3/focal"]


@pytest.mark.parametrize("reporter", ["SYT", "OLD"])
def test_whoever_reported_an_obstacle_does_not_answer_it_nor_who_succeeded_it(opened, reporter):
    at = local(2025, 2, 20, 9)
    report_obstacle(opened.at(at).workplace, reporter, SAID, actor="cli")
    agency = {"SYT": "SYT", "OLD": "NEW"}[reporter]
    with pytest.raises(RequestError, match=rf"{agency} reported it .*obstacle close 2025-001"):
        assign(opened, local(2025, 3, 5, 9), agency)


def test_an_answer_that_does_not_satisfy_is_assigned_again_with_time_anew(opened):
    report(opened)
    assign(opened)
    answer(opened, local(2025, 9, 24, 9), "Không thuộc thẩm quyền.")
    again = assign(opened, local(2025, 9, 25, 9))
    assert (again.state, again.answer_by_at) == (State.ASSIGNED, local(2025, 10, 10))
    opened.run(local(2025, 9, 25, 9))
    assert "Không thuộc thẩm quyền." in body(opened.mails("focal@sct.example")[-1])


@pytest.mark.parametrize("by", [None, local(2025, 9, 23).date(), local(2025, 9, 22).date()])
def test_an_answer_is_never_to_be_given_by_a_day_that_has_passed(opened, by):
    report(opened)
    with pytest.raises(RequestError, match="--by"):
        assign(opened, local(2025, 9, 23, 9), by=by)
    assert assign(opened, local(2025, 9, 23, 9), by=local(2025, 9, 24).date())


def test_only_an_agency_that_exists_reports_or_is_assigned(opened):
    for agency in ("OLD", "nobody"):
        with pytest.raises(RequestError):
            report(opened, agency=agency)
    report(opened)
    with pytest.raises(RequestError, match="it is X1 now"):
        assign(opened, agency="D1")


def test_closing_tells_why_and_ends_it(opened):
    report(opened)
    close_obstacle(opened.at(MORNING).workplace, NUMBER, "Báo cáo trùng.", actor="cli")
    opened.run(MORNING)
    assert sum("Báo cáo trùng." in body(mail) for mail in opened.mails("focal@syt.example")) == 1
    with pytest.raises(IllegalTransition):
        answer(opened, MORNING)
    opened.run(local(2025, 10, 10, 8))
    assert keys(opened) == ["SYT/receipt-1/focal", "NEW/received-1/focal", "SYT/closed-2/focal"]


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (lambda place: report_obstacle(place, "SYT", Statement(" "), actor="cli"), "--content"),
        (lambda place: report_obstacle(place, "SYT", SAID, actor="c", program="x"), "268"),
        (lambda place: answer_obstacle(place, NUMBER, " ", actor="cli"), "--text"),
        (lambda place: close_obstacle(place, NUMBER, "", actor="cli"), "--reason"),
        (lambda place: answer_obstacle(place, "2025-009", "x", actor="cli"), "2025-009"),
        (lambda place: list_obstacles(place, state="lost"), "received, assigned"),
        (lambda place: list_obstacles(place, agency="nobody"), "nobody"),
        (lambda place: list_obstacles(place, program="x"), "there are: 268"),
    ],
)
def test_a_wrong_request_says_what_was_expected_and_changes_nothing(opened, act, words):
    report(opened)
    before = len(opened.events())
    with pytest.raises(RequestError, match=words):
        act(opened.at(MORNING).workplace)
    assert len(opened.events()) == before


def test_what_arrived_earlier_counts_from_then_and_its_passed_rungs_are_caught_up(opened):
    arrival = Arrival(local(2025, 8, 20, 9), "Văn bản giấy.")
    found = report(opened, MORNING, arrival=arrival)
    assert (found.number, found.received_at) == (NUMBER, local(2025, 8, 20, 9))
    opened.run(MORNING)
    assert {"NEW/overdue-1wd/focal", "NEW/overdue-3wd/head"} & set(keys(opened, "sent"))
    assert obstacle_history(opened.workplace, NUMBER).steps[0].text == "Văn bản giấy."


@pytest.mark.parametrize(
    "arrival",
    [
        Arrival(MORNING + TICK, "Giấy."),
        Arrival(local(2024, 12, 19) - TICK, "Giấy."),
        Arrival(local(2025, 9, 1), " "),
    ],
)
def test_an_instant_of_arrival_needs_a_reason_and_lies_within_the_programs_time(opened, arrival):
    with pytest.raises(RequestError, match="--received-at"):
        report(opened, MORNING, arrival=arrival)


def test_each_act_is_logged_without_addresses_and_its_files_are_kept(opened):
    uploads = [Upload("a/biên bản.pdf", b"pdf")]
    report_obstacle(opened.at(NIGHT).workplace, "SYT", SAID, uploads, actor="cli")
    assign(opened)
    answer(opened, MORNING)
    close_obstacle(opened.workplace, NUMBER, "Xong.", actor="cli")
    told = [e for e in opened.events(agency="SYT") if e.event.startswith("obstacle")]
    assert [event.event for event in told] == [
        f"obstacle_{state}" for state in ("received", "assigned", "answered", "closed")
    ]
    payloads = [json.loads(event.payload) for event in told]
    assert {payload["number"] for payload in payloads} == {NUMBER}
    assert payloads[1]["assigned_to"] == "SCT"
    assert "@" not in "".join(event.payload for event in told)
    (document,) = obstacle_history(opened.workplace, NUMBER).steps[0].documents
    assert document.name == "biên bản.pdf"
    assert opened.workplace.files.get(document.sha256) == b"pdf"


def test_the_list_is_filtered_and_in_the_order_of_numbers(opened):
    report(opened)
    report(opened, agency="SCT")
    assign(opened)

    def numbers(**wanted):
        place = opened.at(local(2025, 9, 23)).workplace
        return [one.obstacle.number for one in list_obstacles(place, **wanted)]

    assert numbers() == ["2025-001", "2025-002"]
    assert numbers(agency="SCT") == ["2025-002"]
    assert numbers(state="assigned") == ["2025-001"]
    assert numbers(overdue=True) == ["2025-001", "2025-002"]
    opened.at(local(2025, 9, 23) - TICK)
    assert list_obstacles(opened.workplace, overdue=True) == []


def test_the_preview_foresees_what_chases_an_answer_but_not_under_a_cycle(opened):
    report(opened)
    opened.run(NIGHT)
    with opened.workplace.database.reading() as session:
        coming = preview(session, opened.configuration, NIGHT)
        of_cycle = preview(session, opened.configuration, NIGHT, code="annual-2025")
    assert [n.rung for n in coming if n.obstacle] == ["before-2wd", "overdue-1wd", "overdue-3wd"]
    assert coming == sorted(coming, key=lambda n: (n.send_at, n.key))
    assert not any(n.obstacle for n in of_cycle)


def test_leaders_read_in_their_digest_how_many_obstacles_wait(opened):
    report(opened)
    opened.run(local(2025, 10, 24, 8))
    digest = body(opened.mails("leader@new.example")[-1])
    assert "còn 1 khó khăn, vướng mắc chưa được trả lời, trong đó 1 đã quá hạn" in digest


def test_a_letter_is_written_in_the_name_of_the_obstacles_own_program(opened):
    other = replace(PROGRAM, code="300", number="300/KH-UBND", sender="l@kh.example", regimes=())
    opened.reconfigure(lambda c: replace(c, programs=(*c.programs, other)))
    report(opened, program="300")
    report(opened, program="268", agency="SCT")
    for code, numbers in {None: ["2025-001", "2025-002"], "300": ["2025-001"]}.items():
        found = list_obstacles(opened.workplace, program=code)
        assert [one.obstacle.number for one in found] == numbers
    opened.deliver_replies(NIGHT)
    mail = opened.mails("focal@syt.example")[-1]
    assert addressed(mail, "From") == ["l@kh.example"]
    assert "300/KH-UBND" in body(mail)


def test_a_contact_who_is_gone_shows_as_a_failure(opened):
    report(opened)
    opened.reconfigure(lambda c: without(c, "SYT/focal"))
    opened.deliver_replies(NIGHT)
    assert keys(opened, NoticeStatus.FAILED) == ["SYT/receipt-1/focal"]
