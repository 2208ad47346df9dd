"""`extend`, `waive`, `reopen`, and what `submit` and `review return` say of other days."""

from __future__ import annotations

import pytest

from tests.cli.command import WRONG
from tests.notify.server import free_port

GROUNDS = ("--reason", "Chờ số liệu năm", "--authority", "Công văn số 12/UBND-TH")


def test_extending_prints_what_each_agency_has_and_tells_them_in_working_hours(opened):
    answer = opened.done("extend", "plan-2025", "SYT", "STP", "--to", "25/01/2025", *GROUNDS)
    assert answer.out.splitlines()[0] == "Đã gia hạn 2 nghĩa vụ"
    assert answer.out.count("26/01/2025") == 2
    assert "\nĐã báo cho các cơ quan.\n" in answer.out
    night = opened.done(
        "extend", "plan-2025", "CAT", "--to", "25/01/2025", *GROUNDS, at="2024-12-20T22:00"
    )
    assert "\nSẽ báo cho cơ quan trong giờ làm việc.\n" in night.out


def test_what_did_not_leave_is_said_and_not_promised_for_working_hours(opened, report, monkeypatch):
    opened.done("submit", "plan-2025", "STP", report)
    monkeypatch.setenv("LSPLAN_SMTP_URL", f"mailto://127.0.0.1:{free_port()}")
    extended = opened.done("extend", "plan-2025", "SYT", "--to", "25/01/2025", *GROUNDS).out
    returned = opened.done("review", "return", "plan-2025", "STP", "--reason", "thiếu").out
    reported = opened.done("obstacle", "add", "SYT", "--content", "Thiếu vốn").out
    for said in (extended, returned, reported):
        assert "thông báo chưa gửi được; xem lý do bằng `lsplan outbox`." in said
        assert "trong giờ làm việc" not in said


def test_a_decision_in_json_says_what_was_and_what_is(opened):
    found = opened.json("extend", "plan-2025", "SYT", "--to", "2025-01-25", *GROUNDS)
    assert found == [
        {
            "cycle": "plan-2025",
            "agency": "SYT",
            "status": "open",
            "status_before": "open",
            "due_at": "2025-01-26T00:00:00+07:00",
            "due_at_before": "2025-01-15T00:00:00+07:00",
            "passed_to": [],
            "told": "sent",
        }
    ]


NOBODY = "SYT không có liên hệ nào nên không báo được cho ai"


@pytest.mark.parametrize("at", ["2024-12-20T09:00", "2024-12-20T22:00"])
@pytest.mark.parametrize("decide", [("extend", "--to", "25/01/2025"), ("waive",)])
def test_to_an_agency_without_a_contact_nothing_is_promised(alone, decide, at):
    name, *options = decide
    said = alone.done(name, "plan-2025", "SYT", *options, *GROUNDS, at=at).out
    assert NOBODY in said
    assert "trong giờ làm việc" not in said
    assert "đã báo" not in said.lower()


def test_each_agency_is_promised_what_holds_for_it(alone):
    extended = ("extend", "plan-2025", "SYT", "STP", "CAT", "--to", "25/01/2025", *GROUNDS)
    said = alone.done(*extended, at="2024-12-20T22:00").out
    assert "\nSẽ báo trong giờ làm việc cho: STP, CAT.\n" in said
    assert NOBODY in said
    mended = ("extend", "plan-2025", "SYT", "STP", "--to", "26/01/2025", *GROUNDS)
    found = alone.json(*mended, at="2024-12-23T09:00")
    assert {one["agency"]: one["told"] for one in found} == {"SYT": "nobody", "STP": "sent"}


def test_a_reopening_to_which_nobody_can_be_told_says_so(alone):
    alone.done("waive", "plan-2025", "SYT", *GROUNDS)
    assert NOBODY in alone.done("reopen", "plan-2025", "SYT", *GROUNDS).out


def test_a_correction_of_which_nobody_needs_to_hear_is_said_to_be_one(opened, english):
    night, mistaken = "2024-12-20T20:02", ("extend", "plan-2025", "SYT")
    opened.done(*mistaken, "--to", "25/01/2025", *GROUNDS, at=night)
    back = (*mistaken, "--to", "14/01/2025", "--correct", *GROUNDS)
    said = opened.done(*back, at="2024-12-20T20:03").out
    assert "Nobody needs to be told: the last letter that left names no other deadline." in said
    assert "working hours" not in said
    opened.done("tick", at="2024-12-23T08:00")
    letters = [n for n in opened.json("outbox") if n["kind"] == "extension"]
    assert [n["status"] for n in letters] == ["cancelled"]
    opened.done(*mistaken, "--to", "25/01/2025", *GROUNDS, at="2024-12-23T20:00")
    (found,) = opened.json(*back, at="2024-12-23T20:01")
    assert found["told"] == "known"


def test_waiving_and_reopening(opened):
    assert "Đã miễn 1 nghĩa vụ" in opened.done("waive", "plan-2025", "SYT", *GROUNDS).out
    lines = {x["agency"]: x for x in opened.json("status", "plan-2025")["obligations"]}
    assert lines["SYT"]["status"] == "waived"
    answer = opened.done("reopen", "plan-2025", "SYT", "--to", "25/01/2025", *GROUNDS)
    assert "Đã mở lại 1 nghĩa vụ" in answer.out
    lines = {x["agency"]: x for x in opened.json("status", "plan-2025")["obligations"]}
    assert (lines["SYT"]["status"], lines["SYT"]["due_at"][:10]) == ("open", "2025-01-26")
    assert "(hạn riêng)" in opened.done("status", "plan-2025").out


MARCH = "2025-03-03T09:00"


def test_whoever_has_to_file_what_an_ended_agency_owes_again_is_named(opened, english):
    for code in ("SKHDT", "STNMT"):
        opened.done("waive", "plan-2025", code, *GROUNDS)
    said = opened.done("reopen", "plan-2025", "SKHDT", *GROUNDS, at=MARCH).out
    assert "SKHDT has ended; STC25 has to file this report from now on.\n" in said
    assert "transferred" in said
    (found,) = opened.json("reopen", "plan-2025", "STNMT", *GROUNDS, at=MARCH)
    assert (found["status"], found["passed_to"]) == ("transferred", ["SNNMT"])


@pytest.mark.parametrize(
    ("to", "at", "warned"),
    [
        ("25/01/2025", "2025-01-24T16:00", False),
        ("02/02/2025", "2025-01-24T18:00", True),  # Work begins again on 3 February, after Tết.
        ("03/02/2025", "2025-01-24T18:00", False),
    ],
)
def test_it_is_said_where_an_extension_ends_before_its_letter_can_leave(opened, to, at, warned):
    said = opened.done("extend", "plan-2025", "SYT", "--to", to, *GROUNDS, at=at).out
    assert ("hãy báo trực tiếp cho cơ quan" in said) is warned


@pytest.mark.parametrize("command", [("extend", "--to", "25/01/2025"), ("waive",)])
def test_a_decision_is_about_agencies_that_are_named_or_about_all_and_not_both(opened, command):
    name, *options = command
    for whom in ((), ("SYT", "--all")):
        refused = opened(name, "plan-2025", *whom, *options, *GROUNDS)
        assert refused.code == WRONG
        assert "hoặc dùng --all" in refused.err
    decided = opened.json(name, "plan-2025", "--all", *options, *GROUNDS)
    owed = opened.json("status", "plan-2025")["obligations"]
    assert {x["agency"] for x in decided} == {x["agency"] for x in owed}


def test_the_log_tells_who_decided_what_on_which_document(opened):
    opened.done("extend", "plan-2025", "SYT", "--to", "25/01/2025", *GROUNDS)
    said = opened.done("log", "--agency", "SYT").out
    assert "gia hạn" in said
    assert "căn cứ: Công văn số 12/UBND-TH" in said


@pytest.mark.parametrize("missing", ["--reason", "--authority", "--to"])
def test_a_decision_without_its_grounds_or_its_day_is_refused(opened, missing):
    options = {"--to": "25/01/2025", "--reason": "vì", "--authority": "QĐ"}
    given = [x for name, value in options.items() if name != missing for x in (name, value)]
    answer = opened("extend", "plan-2025", "SYT", *given)
    assert answer.code == WRONG
    assert answer.err.startswith(f"Thiếu tùy chọn {missing}")


def test_every_refusal_is_named_and_nothing_is_changed(opened):
    answer = opened("extend", "plan-2025", "SYT", "XYZ", "--to", "10/01/2025", *GROUNDS)
    assert answer.code == WRONG
    assert answer.err.splitlines()[0].startswith("plan-2025/SYT: đang có hạn đến hết 14/01/2025;")
    assert answer.err.splitlines()[1].startswith("XYZ: không có cơ quan này;")
    assert opened.json("log", "--agency", "SYT")[-1]["event"] != "extended"


def test_a_report_that_came_by_another_way_is_entered_with_its_instant(opened, report):
    answer = opened.done(
        *("submit", "plan-2025", "SYT", report),
        *("--received-at", "2024-12-20T07:45", "--reason", "Bản giấy"),
    )
    assert "lúc 20/12/2024 07:45;" in answer.out
    (event,) = [e for e in opened.json("log", "--agency", "SYT") if e["event"] == "submitted"]
    assert event["payload"]["reason"] == "Bản giấy"


def test_an_entered_arrival_needs_a_reason_and_a_reason_needs_an_arrival(opened, report):
    for day in ("20/12/2024", "2024-12-20"):
        bare = opened(
            "submit", "plan-2025", "SYT", report, "--received-at", day, "--reason", "giấy"
        )
        assert (bare.code, "hãy nêu cả giờ, ví dụ 2024-12-20T16:00" in bare.err) == (WRONG, True)
    answer = opened("submit", "plan-2025", "SYT", report, "--received-at", "2024-12-20T07:45")
    assert (answer.code, "phải kèm --reason" in answer.err) == (WRONG, True)
    answer = opened("submit", "plan-2025", "SYT", report, "--reason", "Bản giấy")
    assert (answer.code, "chỉ đi cùng --received-at" in answer.err) == (WRONG, True)


def test_a_return_names_the_day_and_status_shows_it(opened, report):
    opened.done("submit", "plan-2025", "SYT", report)
    answer = opened.done(
        "review", "return", "plan-2025", "SYT", "--reason", "thiếu", "--by", "30/12/2024"
    )
    assert "hạn gửi lại trước ngày 31/12/2024" in answer.out
    assert "31/12/2024 (gửi lại)" in opened.done("status", "plan-2025").out
    overdue = opened.done("status", "plan-2025", at="2025-01-03T08:00").out
    assert "31/12/2024 (gửi lại, đã quá hạn)" in overdue
    assert "quá hạn gửi lại 1; ngoài ra" in overdue
    (line,) = [x for x in opened.json("status", "plan-2025")["obligations"] if x["agency"] == "SYT"]
    assert line["revise_before"] == "2024-12-31T00:00:00+07:00"


def test_extending_what_was_returned_says_what_holds_for_its_revision(opened, report):
    opened.done("submit", "plan-2025", "SYT", report)
    returned = ("return", "plan-2025", "SYT", "--reason", "thiếu", "--by", "2025-01-03")
    opened.done("review", *returned)
    answer = opened("extend", "plan-2025", "SYT", "--to", "25/01/2025", *GROUNDS)
    assert answer.code == WRONG
    assert "hạn gửi lại, hết ngày 03/01/2025, đặt khi trả lại" in answer.err
    assert opened("review", *returned).code == WRONG
    opened.done("submit", "plan-2025", "SYT", report, at="2025-01-10T08:00")


def test_taking_back_a_day_names_the_command_that_can(opened):
    opened.done("extend", "plan-2025", "SYT", "--to", "25/01/2025", *GROUNDS)
    opened.done("waive", "plan-2025", "SYT", *GROUNDS)
    shorter = ("plan-2025", "SYT", "--to", "20/01/2025", *GROUNDS)
    answer = opened("reopen", *shorter)
    assert answer.code == WRONG
    assert "Chỉ `lsplan extend --correct`, khi nghĩa vụ đang mở," in answer.err
    opened.done("reopen", "plan-2025", "SYT", *GROUNDS)
    opened.done("extend", *shorter, "--correct")


def test_a_day_that_no_correction_could_take_back_leads_to_no_correction(opened):
    opened.done("waive", "plan-2025", "SYT", *GROUNDS)
    answer = opened("reopen", "plan-2025", "SYT", "--to", "01/12/2024", *GROUNDS)
    assert answer.code == WRONG
    assert "--correct" not in answer.err


def test_decisions_in_english(opened, english):
    answer = opened.done("waive", "plan-2025", "SYT", *GROUNDS)
    assert answer.out.splitlines()[0] == "Waived: 1"
