"""`review void`."""

from __future__ import annotations

import getpass

import pytest

from tests.cli.command import WRONG

GROUNDS = ("--reason", "Ghi nhận nhầm cơ quan", "--authority", "Công văn số 15/STC-QLNS")
FIRST = ("review", "void", "plan-2025", "SYT", "--version", "1")


def status_of(place, agency):
    lines = place.json("status", "plan-2025")["obligations"]
    return next(line for line in lines if line["agency"] == agency)


def test_what_was_recorded_by_mistake_is_taken_back_and_the_agency_told(opened, report):
    opened.done("submit", "plan-2025", "SYT", report)
    answer = opened.done(*FIRST, *GROUNDS)
    assert answer.out == (
        "Đã hủy bỏ lần gửi 1 của plan-2025/SYT; không còn lần gửi nào (chưa báo cáo); đã báo cho "
        "cơ quan.\n"
    )
    (told,) = [n for n in opened.json("outbox") if n["kind"] == "reopening"]
    assert (told["key"], told["status"]) == ("plan-2025/SYT/reopening-void-1/focal", "sent")


def test_at_night_it_is_said_that_the_agency_will_be_told(opened, report):
    opened.done("submit", "plan-2025", "SYT", report)
    answer = opened.done(*FIRST, *GROUNDS, at="2024-12-20T22:00")
    assert "sẽ báo cho cơ quan trong giờ làm việc" in answer.out


def test_an_earlier_version_that_counts_is_named(opened, report):
    for _ in range(2):
        opened.done("submit", "plan-2025", "SYT", report)
    answer = opened.done("review", "void", "plan-2025", "SYT", "--version", "2", *GROUNDS)
    assert "lần 1 còn giá trị (đã gửi, chờ duyệt)" in answer.out


def test_in_json_it_says_what_counts_and_what_the_obligation_is(opened, report):
    opened.done("submit", "plan-2025", "SYT", report)
    assert opened.json(*FIRST, *GROUNDS) == {
        "version": 1,
        "standing_version": None,
        "cycle": "plan-2025",
        "agency": "SYT",
        "status": "open",
        "status_before": "submitted",
        "due_at": "2025-01-15T00:00:00+07:00",
        "due_at_before": "2025-01-15T00:00:00+07:00",
        "passed_to": [],
        "told": "sent",
    }


def test_status_and_the_log_tell_who_took_what_back_why_and_by_which_document(opened, report):
    opened.done("submit", "plan-2025", "SYT", report)
    opened.done(*FIRST, *GROUNDS)
    who = getpass.getuser()
    assert opened.done("status", "plan-2025").out.splitlines()[-1] == (
        "Không tính bản gửi lần 1 của SYT (Sở Y tế): Ghi nhận nhầm cơ quan; căn cứ Công văn số "
        f"15/STC-QLNS; {who}, 20/12/2024 08:00."
    )
    (void,) = status_of(opened, "SYT")["void_versions"]
    assert void == {
        "version": 1,
        "voided_at": "2024-12-20T08:00:00+07:00",
        "voided_by": who,
        "reason": "Ghi nhận nhầm cơ quan",
        "authority": "Công văn số 15/STC-QLNS",
    }
    assert status_of(opened, "SCT")["void_versions"] == []
    logged = opened.done("log", "--agency", "SYT").out
    for said in ("hủy bỏ bản gửi", "lần: 1", "lý do: Ghi nhận nhầm cơ quan", "căn cứ: Công văn"):
        assert said in logged


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((*FIRST, *GROUNDS), "plan-2025/SYT: lần 1 đã bị hủy bỏ trước đó.\n"),
        (
            (*FIRST[:-1], "3", *GROUNDS),
            "plan-2025/SYT: không có lần gửi 3; các lần còn giá trị: 2.\n",
        ),
        (
            ("review", "void", "plan-2025", "SCT", "--version", "1", *GROUNDS),
            "plan-2025/SCT: không có lần gửi 1; chưa có lần nào còn giá trị.\n",
        ),
        (
            (*FIRST[:-1], "một", *GROUNDS),
            "--version một: cần số của lần gửi, ví dụ 1; xem `lsplan log --agency`.\n",
        ),
        (
            (*FIRST[:-1], "2", "--reason", " ", "--authority", "Công văn"),
            "Quyết định phải nêu lý do (--reason) và văn bản làm căn cứ (--authority).\n",
        ),
        ((*FIRST[:-1], "2", *GROUNDS[:2]), "Thiếu tùy chọn --authority: văn bản làm căn cứ.\n"),
        (FIRST[:-2] + GROUNDS, "Thiếu tùy chọn --version: lần gửi đã ghi nhận nhầm, ví dụ 1.\n"),
    ],
)
def test_what_cannot_be_taken_back_is_said_in_words(opened, report, arguments, said):
    for _ in range(2):
        opened.done("submit", "plan-2025", "SYT", report)
    opened.done(*FIRST, *GROUNDS)
    answer = opened(*arguments)
    assert (answer.code, answer.out) == (WRONG, "")
    assert answer.err.startswith(said)


def test_taking_back_in_english(opened, report, english):
    for _ in range(2):
        opened.done("submit", "plan-2025", "SYT", report)
    second = ("review", "void", "plan-2025", "SYT", "--version", "2", *GROUNDS)
    assert opened.done(*second).out == (
        "Version 2 of plan-2025/SYT does not count any more; version 1 counts (submitted); "
        "the agency was told.\n"
    )
    assert "no version is left (open)" in opened.done(*FIRST, *GROUNDS).out
    assert "Version 1 of SYT (" in opened.done("status", "plan-2025").out
    answer = opened(*FIRST, *GROUNDS)
    assert answer.err.startswith("plan-2025/SYT: version 1 is void already.\n")


def test_what_an_ended_agency_without_a_successor_never_filed_is_said_to_have_lapsed(
    opened, own_folder, report, english
):
    agencies = own_folder / "agencies.csv"
    text = agencies.read_text(encoding="utf-8")
    row = next(line for line in text.splitlines() if line.startswith("SYT,"))
    cells = row.split(",")
    cells[5] = "2024-12-25"
    agencies.write_text(text.replace(row, ",".join(cells)), encoding="utf-8")
    place = type(opened)(own_folder, opened.var)
    place.done("submit", "plan-2025", "SYT", report)
    place.done("apply")
    said = place.done(*FIRST, *GROUNDS, at="2024-12-27T09:00").out
    assert "no version is left (lapsed)" in said
