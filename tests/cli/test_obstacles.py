"""`lsplan obstacle`: what people type, and what they read."""

from __future__ import annotations

import shutil

import pytest

from tests.cli.command import WRONG, Place
from tests.scenarios.test_second_program import SECOND

NIGHT, MORNING = "2025-01-21T20:00", "2025-01-22T08:00"
SAID = ("--content", "Thiếu mặt bằng", "--cause", "Đơn giá", "--competence", "UBND tỉnh")


@pytest.fixture
def received(chased, report):
    chased.done("obstacle", "add", "SYT", report, *SAID, at=NIGHT)
    return chased


def test_an_obstacle_is_told_its_number_and_two_notices_leave_at_night(chased):
    out = chased.done("obstacle", "add", "SYT", *SAID, at=NIGHT).out
    assert "2025-001, SYT: đã tiếp nhận; SKHDT trả lời trước ngày 12/02/2025" in out
    assert "Thông báo đã gửi: 2." in out


def test_an_assignment_at_night_is_told_in_the_morning(received):
    night = received.done("obstacle", "assign", "2025-001", "SCT", "--by", "31/01/2025").out
    assert "SCT trả lời trước ngày 01/02/2025 (còn 10 ngày)" in night
    assert "Sẽ báo trong giờ làm việc." in night
    assert received.json("tick", at=MORNING)["sent"] >= 1


def test_whoever_has_to_answer_since_a_reorganisation_is_named_with_whom_it_stands_for(received):
    assign = ("obstacle", "assign", "2025-001", "STC24", "--by", "31/03/2025")
    assert "; STC24 trả lời trước ngày" in received.done(*assign, at=MORNING).out
    shown = received.done("obstacle", "show", "2025-001", at="2025-03-04T08:00").out
    assert "STC25 trả lời thay cho STC24 (sau khi sắp xếp tổ chức) trước ngày 01/04/2025" in shown


def test_the_list_tells_how_much_time_is_left_and_the_history_everything(received, english):
    received.done("obstacle", "assign", "2025-001", "SCT", at=MORNING)
    late = received.done("obstacle", "list", "--overdue", at="2025-02-14T08:00").out
    assert "3 days overdue" in late
    assert received.done("obstacle", "list", "--state", "closed").out.strip() == "0 obstacles"
    received.done("obstacle", "answer", "2025-001", "--text", "Ban hành rồi")
    closed = received.done("obstacle", "close", "2025-001", "--reason", "Xong").out
    assert "Closed: 2025-001, SYT: closed." in closed
    shown = received.done("obstacle", "show", "2025-001").out
    for words in ("Cause: Đơn giá", "Báo cáo Sở Y tế.docx", "SCT", "Ban hành rồi", "Xong"):
        assert words in shown


def test_every_act_prints_the_same_object_for_programs(received):
    acts = (
        ("assign", "2025-001", "SCT"),
        ("answer", "2025-001", "--text", "Rồi"),
        ("close", "2025-001", "--reason", "Xong"),
    )
    states = [received.json("obstacle", *act, at=MORNING)["state"] for act in acts]
    assert states == ["assigned", "answered", "closed"]
    shown = received.json("obstacle", "show", "2025-001")
    assert [step["state"] for step in shown["history"]] == ["received", *states]
    assert shown["answering"] is None


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("show", "2025-009"), "2025-009"),
        (("assign", "2025-001", "SCT", "--by", "21/01/2025"), "--by"),
        (("answer", "2025-001", "--text", " "), "--text"),
        (("add", "nobody", *SAID), "nobody"),
        (("add", "SYT"), "--content"),
        (("list", "--state", "lost"), "received"),
    ],
)
def test_a_wrong_request_says_what_is_wrong(received, arguments, words):
    answer = received("obstacle", *arguments)
    assert answer.code == WRONG
    assert words in answer.err


def test_what_is_assigned_already_and_whoever_reported_it_are_refused_in_words(received):
    received.done("obstacle", "assign", "2025-001", "SCT", at=MORNING)
    before = received.json("log")
    again = received("obstacle", "assign", "2025-001", "SCT", at=MORNING)
    assert again.code == WRONG
    assert "đã giao SCT trả lời trước ngày" in again.err
    itself = received("obstacle", "assign", "2025-001", "SYT", at=MORNING)
    assert itself.code == WRONG
    assert "SYT là nơi báo cáo, không thể tự trả lời" in itself.err
    assert "lsplan obstacle close 2025-001 --reason" in itself.err
    assert received.json("log") == before


@pytest.mark.parametrize("rest", [("SCT", "--by", "21/01/2025"), ("SCT",), ("nobody",)])
def test_what_is_closed_is_refused_for_that_whatever_else_is_wrong(received, rest):
    received.done("obstacle", "close", "2025-001", "--reason", "Xong")
    answer = received("obstacle", "assign", "2025-001", *rest, at="2025-06-02T08:00")
    assert answer.code == WRONG
    assert answer.err == (
        "2025-001: không thể «giao» khi trạng thái là «đã kết thúc»; nếu vướng mắc vẫn còn, ghi "
        "nhận mới bằng `lsplan obstacle add`.\n"
    )


def test_one_of_something_is_no_plural_in_english(received, english):
    received.done("obstacle", "assign", "2025-001", "SCT", "--by", "2025-01-23", at=MORNING)
    listed = received.done("obstacle", "list", at=MORNING).out
    assert listed.splitlines()[0] == "1 obstacle"
    assert "1 day left" in listed
    assert "1 day overdue" in received.done("obstacle", "list", at="2025-01-24T08:00").out
    history = received.done("config", "history").out
    assert history.splitlines()[0] == "1 configuration version"


def test_the_log_tells_of_it_in_words(received):
    received.done("obstacle", "assign", "2025-001", "SCT", at=MORNING)
    log = received.done("log", "--agency", "SYT").out
    assert "tiếp nhận vướng mắc" in log
    assert "giao cho: SCT" in log


def test_where_there_are_two_programs_the_list_says_whose_an_obstacle_is(
    received, english, tmp_path
):
    assert "Program" not in received.done("obstacle", "list", at=MORNING).out
    place = Place(tmp_path / "edited", received.var)
    shutil.copytree(received.config, place.config)
    program = place.config / "programs" / "cchc.toml"
    program.parent.mkdir()
    program.write_text(SECOND.replace("PCT-UBND", "CT-UBND"), encoding="utf-8")
    place.done("apply", at=MORNING)
    add = ("obstacle", "add", "SYT", "--content", "x", "--program", "cchc")
    place.done(*add, at="2025-01-22T08:30")
    at = "2025-01-22T09:00"
    _title, head, _rule, first, second = place.done("obstacle", "list", at=at).out.splitlines()
    assert head.split()[:2] == ["Number", "Program"]
    assert (first.split()[1], second.split()[1]) == ("268", "cchc")
    (kept,) = place.json("obstacle", "list", "--program", "cchc", at=at)
    assert kept["program"] == "cchc"
    assert place.json("obstacle", "list", "--program", "268", at=at)[0]["program"] == "268"
    assert place("obstacle", "list", "--program", "lost", at=at).code == WRONG
