"""`tick`, `status`, `preview`, `consolidate`."""

from __future__ import annotations

import re
from datetime import datetime

import pytest

from lsplan_workflow.terminal.output import print_table
from tests.cli.command import DONE, WRONG, Place, let_a_person_look_on

DAY = r"\d\d/\d\d/\d{4}"
FIGURES = [
    *("expected", "open", "submitted", "accepted", "returned", "waived", "transferred"),
    *("on_time", "late", "missing", "pending", "expected_originally", "lapsed"),
]
SUMMARY = ["cycle", "due_at", "last_working_day", "as_of", *FIGURES, "cycle_state"]
TICK = [
    *("opened", "planned", "sent", "retrying", "failed"),
    *("superseded", "cancelled", "held_back", "consolidated"),
]


def with_offset(text):
    return datetime.fromisoformat(text).utcoffset() is not None


def test_tick_counts_notices_in_json(fresh):
    counts = fresh.json("tick", at="2024-12-20T08:00")
    assert list(counts) == TICK
    assert counts == dict.fromkeys(TICK, 0) | {"opened": 1, "planned": 37, "sent": 37}


def test_a_person_who_waits_for_tick_sees_how_many_have_left(fresh, monkeypatch):
    let_a_person_look_on(monkeypatch)
    assert fresh.done("tick", at="2024-12-20T08:00").err.endswith("Đã gửi 37 thông báo…\n")


def test_tick_says_in_one_line_what_it_did(fresh):
    answer = fresh.done("tick", at="2024-12-20T08:00")
    assert answer.out == (
        "Mở 1 kỳ; quyết định 37 thông báo, gửi 37, chờ thử lại 0, không gửi được 0, "
        "thay thế 0, hủy 0; tổng hợp 0 báo cáo.\n"
    )
    assert answer.err == ""


def test_what_the_rate_holds_back_is_counted_and_said(own_folder, tmp_path):
    program = own_folder / "program.toml"
    text = program.read_text(encoding="utf-8")
    program.write_text(re.sub("(?m)^max_per_minute = .*", "max_per_minute = 30", text), "utf-8")
    place = Place(own_folder, tmp_path / "var")
    place.done("init", "--rehearsal")
    answer = place.done("tick", at="2024-12-20T08:00")
    assert answer.out.endswith("Giới hạn tốc độ gửi giữ lại 7 thông báo cho lượt sau.\n")
    assert place.json("tick")["held_back"] == 7
    assert place.json("tick", at="2024-12-20T08:01")["held_back"] == 0


def test_a_second_tick_at_the_same_instant_does_nothing(opened):
    assert set(opened.json("tick").values()) == {0}


def test_the_status_of_a_cycle_has_the_documented_keys(chased):
    found = chased.json("status", "plan-2025")
    assert list(found) == [*SUMMARY, "obligations"]
    assert {key: found[key] for key in SUMMARY} == {
        "cycle": "plan-2025",
        "due_at": "2025-01-15T00:00:00+07:00",
        "last_working_day": "2025-01-14",
        "as_of": "2025-01-21T08:00:00+07:00",
        **dict.fromkeys(FIGURES, 0),
        "expected": 37,
        "expected_originally": 37,
        "open": 36,
        "submitted": 1,
        "on_time": 1,
        "missing": 36,
        "cycle_state": "open",
    }


def test_the_status_of_a_cycle_lists_every_obligation(chased):
    lines = {line["agency"]: line for line in chased.json("status", "plan-2025")["obligations"]}
    assert len(lines) == 37
    assert lines["SYT"] == {
        "agency": "SYT",
        "status": "submitted",
        "timeliness": "on_time",
        "due_at": "2025-01-15T00:00:00+07:00",
        "revise_before": None,
        "submitted_at": "2024-12-20T08:00:00+07:00",
        "next_notice": None,
        "void_versions": [],
    }
    assert lines["BDT"]["timeliness"] == "missing"
    assert lines["BDT"]["submitted_at"] is None
    pending = chased.json("status", "annual-2025")["obligations"]
    assert len(pending) == 85
    assert {line["timeliness"] for line in pending} == {"pending"}
    assert all(with_offset(line["next_notice"]) for line in pending)


def test_the_timeliness_of_what_was_transferred_is_null(chased):
    chased.done("tick", at="2025-03-03T08:00")
    found = chased.json("status", "plan-2025")
    lines = {line["agency"]: line for line in found["obligations"]}
    assert lines["STC24"]["status"] == "transferred"
    assert lines["STC24"]["timeliness"] is None
    assert found["expected"] < found["expected_originally"] == 37


def test_the_status_of_all_cycles_leaves_the_obligations_out(chased):
    found = chased.json("status")
    assert [cycle["cycle"] for cycle in found] == [
        "plan-2025",
        *(f"annual-{year}" for year in range(2025, 2031)),
    ]
    assert [list(cycle) for cycle in found] == [SUMMARY] * 7
    one = chased.json("status", "plan-2025")
    del one["obligations"]
    assert found[0] == one


def test_an_untracked_cycle_answers_with_zero_counts(empty):
    empty.done("init", "--rehearsal", at="2025-06-01T08:00")
    empty.done("tick")
    found = empty.json("status", "plan-2025")
    assert found["cycle_state"] == "untracked"
    assert {found[key] for key in FIGURES} == {0}
    assert found["obligations"] == []
    assert "không theo dõi" in empty.done("status", "plan-2025").out


def test_people_see_the_deadline_the_figures_and_the_names_in_vietnamese_order(chased):
    lines = chased.done("status", "plan-2025").out.splitlines()
    assert lines[:2] == [
        "plan-2025: đang mở; trước ngày 15/01/2025, ngày làm việc cuối 14/01/2025; "
        "tính đến 21/01/2025 08:00",
        "Phải gửi 37; đúng hạn 1, chậm 0, chưa gửi 36, chưa đến hạn 0; ngoài ra được miễn 0; "
        "chuyển giao 0",
    ]
    assert lines[3] == "Kế hoạch triển khai thực hiện Quy hoạch tỉnh 2025"
    codes = [line.split()[0] for line in lines[6:]]
    assert len(codes) == 37
    assert codes[:5] == ["BDT", "BQLKKTCK", "BDBP", "BCHQS", "CAT"]
    late = next(line for line in lines if line.startswith("BDT "))
    assert late.split("  ")[0] == "BDT"
    assert "quá hạn 7 ngày" in late


def test_people_see_all_cycles_in_one_table(chased):
    lines = chased.done("status").out.splitlines()
    assert lines[0] == "Các kỳ báo cáo"
    assert lines[3].split() == [
        *("plan-2025", "đang", "mở", "15/01/2025"),
        *("37", "1", "0", "36", "0", "0", "0"),
    ]


def test_english_people_see_english_names(chased, english):
    answer = chased.done("status", "plan-2025").out
    assert "Implementation plan of the provincial master plan 2025" in answer
    assert "Department of Health" in answer
    assert "overdue 7 days" in answer
    assert "Sở" not in answer
    assert chased.done("tick").out.startswith("Cycles opened: 0; notices planned: 0")


@pytest.mark.parametrize("width", [80, 160])
@pytest.mark.parametrize(
    "command", [("status",), ("status", "plan-2025"), ("preview",), ("outbox",), ("log",)], ids=str
)
def test_tables_fit_the_terminal_and_break_no_code_or_day(chased, monkeypatch, command, width):
    monkeypatch.setenv("COLUMNS", str(width))
    lines = chased.done(*command).out.splitlines()
    rule = next(number for number, line in enumerate(lines) if line.startswith("─"))
    table = lines[rule:]
    assert all(len(line) <= width for line in table)
    assert not any(line.endswith(" ") for line in lines)
    words = [word.strip("();,") for line in table for word in line.split()]
    assert all(re.fullmatch(DAY, word) for word in words if word[:3].strip("0123456789") == "/")


def test_a_long_reply_gives_way_before_the_key_that_people_copy(monkeypatch, capsys):
    key, address = "plan-2025/SYT/overdue-3wd/focal-copy", "bo-phan-tong-hop@syt.langson.example"
    monkeypatch.setenv("COLUMNS", "100")
    reply = "connection lost after the mail was handed over; no answer from the server"
    row = (key, address, "chờ thử lại", "từ 15/01/2025 07:30", "máy chủ không trả lời", reply)
    print_table("", ["Khóa", "Người nhận", "Tình trạng", "Lúc", "Lý do", "Trả lời"], [row])
    shown = capsys.readouterr().out
    assert key in shown
    assert "15/01/2025" in shown
    assert all(len(line) <= 100 for line in shown.splitlines())


@pytest.mark.parametrize("command", ["status", "preview", "consolidate"])
def test_an_unknown_cycle_is_refused_naming_those_there_are(opened, command):
    answer = opened(command, "plan-2026")
    assert (answer.code, answer.out) == (WRONG, "")
    assert answer.err.startswith("plan-2026: không có kỳ báo cáo này; các kỳ hiện có: plan-2025,")


def test_an_empty_word_is_no_cycle(opened):
    assert opened("status", "").code == WRONG
    assert opened("preview", "").code == WRONG


def test_the_preview_has_the_documented_keys_and_is_in_the_order_of_leaving(opened):
    found = opened.json("preview", "plan-2025")
    keys = ["key", "kind", "rung", "cycle", "agency", "recipient", "send_at"]
    assert {tuple(notice) for notice in found} == {tuple(keys)}
    assert found[0] == {
        "key": "plan-2025/BCHQS/before-14d/focal",
        "kind": "reminder",
        "rung": "before-14d",
        "cycle": "plan-2025",
        "agency": "BCHQS",
        "recipient": "dau-moi@bchqs.example",
        "send_at": "2024-12-31T07:30:00+07:00",
    }
    instants = [notice["send_at"] for notice in found]
    assert instants == sorted(instants)
    assert all(with_offset(at) for at in instants)


def test_the_preview_goes_to_the_end_of_the_day_named(opened):
    for day in ("2024-12-31", "31/12/2024"):
        assert {n["rung"] for n in opened.json("preview", "--until", day)} == {"before-14d"}
    assert opened.json("preview", "--until", "2024-12-30") == []
    assert opened("preview", "--until", "2024-12-30").out == "0 thông báo sẽ gửi\n"


@pytest.mark.parametrize("given", ["31/02/2025", "mai", "2025-1", ""])
def test_a_day_that_is_none_is_refused(opened, given):
    for command in (("preview", "--until", given), ("agencies", "--on", given)):
        answer = opened(*command)
        assert answer.code == WRONG
        assert answer.err == (
            f"{given}: không phải ngày hợp lệ; cần dạng 2025-10-20 hoặc 20/10/2025.\n"
        )


def test_asking_changes_nothing(opened):
    before = (opened.var / "lsplan.db").read_bytes()
    for command in (("status",), ("status", "plan-2025"), ("preview",), ("outbox",), ("log",)):
        opened.done(*command)
    assert (opened.var / "lsplan.db").read_bytes() == before


def test_consolidating_while_something_is_unsettled_says_what_is_missing(opened):
    answer = opened("consolidate", "plan-2025")
    assert answer.code == WRONG
    assert answer.err.startswith("plan-2025: còn 37 cơ quan chưa hoàn thành: BCHQS, ")
    assert "--partial" in answer.err
    assert not (opened.var / "reports").exists()


def test_a_partial_report_is_written_numbered_and_named(opened):
    found = opened.json("consolidate", "plan-2025", "--partial")
    assert list(found) == ["cycle", "number", "partial", "docx", "xlsx"]
    assert (found["cycle"], found["number"], found["partial"]) == ("plan-2025", 1, True)
    answer = opened.done("consolidate", "plan-2025", "--partial")
    lines = answer.out.splitlines()
    assert lines[0] == "Đã lập báo cáo tổng hợp từng phần plan-2025, lần 2:"
    written = sorted(str(path) for path in (opened.var / "reports" / "plan-2025").iterdir())
    assert written == sorted([found["docx"], found["xlsx"], *(line[2:] for line in lines[1:])])


def test_a_cycle_that_is_not_open_has_nothing_to_consolidate(opened):
    answer = opened("consolidate", "annual-2025", "--partial")
    assert answer.code == WRONG
    assert "chưa có gì để tổng hợp" in answer.err


def test_tick_warns_of_an_edited_folder_and_goes_by_what_was_applied(opened, own_folder):
    contacts = own_folder / "contacts.csv"
    changed = contacts.read_text(encoding="utf-8").replace("dau-moi@", "moi@")
    contacts.write_text(changed, encoding="utf-8")
    edited = type(opened)(own_folder, opened.var)

    answer = edited.done("tick", at="2024-12-31T08:00")
    assert answer.err == (
        "Lưu ý: thư mục cấu hình đã sửa nhưng chưa áp dụng; chạy `lsplan apply` để có hiệu lực.\n"
    )
    reminders = [n for n in edited.json("outbox") if n["kind"] == "reminder"]
    assert all(n["recipient"].startswith("dau-moi@") for n in reminders)

    assert edited.done("apply").out.endswith("Đã áp dụng cấu hình, phiên bản 2.\n")
    answer = edited.done("tick", at="2025-01-08T08:00")
    assert answer.err == ""
    later = [n for n in edited.json("outbox") if n["rung"] == "before-7d"]
    assert len(later) == 37
    assert all(n["recipient"].startswith("moi@") for n in later)


def test_tick_warns_of_a_folder_that_became_faulty_and_still_works(opened, own_folder):
    (own_folder / "program.toml").write_text("[program", encoding="utf-8")
    answer = type(opened)(own_folder, opened.var)("tick", "--json", at="2024-12-31T08:00")
    assert answer.code == DONE
    assert "lsplan apply" in answer.err
    assert answer.json["sent"] == 37


def test_what_ended_with_its_agency_is_told_from_what_a_successor_took_over(chased, own_folder):
    agencies = own_folder / "agencies.csv"
    text = agencies.read_text(encoding="utf-8")
    ended = re.sub(r"^(SCT,.*?,department),,,", r"\1,,2025-01-20,", text, flags=re.MULTILINE)
    assert ended != text
    agencies.write_text(ended, encoding="utf-8")
    place = Place(own_folder, chased.var)
    place.done("apply", "--yes")
    place.done("tick", at="2025-03-03T08:00")
    found = place.json("status", "plan-2025")
    assert found["lapsed"] == 1 < found["transferred"]
    shown = place.done("status", "plan-2025").out
    assert f"chuyển giao {found['transferred'] - 1}, chấm dứt 1" in shown
    (line,) = [line for line in shown.splitlines() if "SCT" in line.split()]
    assert "đã chấm dứt" in line
