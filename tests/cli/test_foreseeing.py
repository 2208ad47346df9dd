"""`preview --what-if`, `--by` and `--ics`, and `calendars`."""

from __future__ import annotations

import pytest
from icalendar import Calendar

from tests.cli.command import WRONG

NOTICE = ["key", "kind", "rung", "cycle", "agency", "recipient", "send_at"]


def test_what_if_says_in_words_what_an_extension_moves(opened):
    said = opened.done("preview", "plan-2025", "--what-if", "extend:SYT:25/01/2025").out
    lines = said.splitlines()
    assert lines[0] == (
        "Nghĩa vụ plan-2025, SYT: chưa báo cáo, trước ngày 15/01/2025 → "
        "chưa báo cáo, trước ngày 26/01/2025"
    )
    assert "Thêm: plan-2025 extension-1 (gia hạn), 20/12/2024 08:00, 1 người nhận (SYT)" in lines
    assert (
        "Dời: plan-2025 before-7d (nhắc hạn), 08/01/2025 07:30 → 17/01/2025 07:30, "
        "1 người nhận (SYT)" in lines
    )


def test_what_if_prints_the_differences_for_programs(opened):
    found = opened.json("preview", "--what-if", "extend:SYT:2025-01-25", "--what-if", "waive:SCT")
    assert list(found) == ["added", "moved", "withdrawn", "obligations"]
    assert {tuple(n) for n in (*found["added"], *found["withdrawn"])} == {tuple(NOTICE)}
    assert {tuple(move) for move in found["moved"]} == {("before", "after")}
    assert found["obligations"] == [
        {
            "cycle": "plan-2025",
            "agency": agency,
            "status": status,
            "due_at": due_at,
            "status_before": "open",
            "due_at_before": "2025-01-15T00:00:00+07:00",
        }
        for agency, status, due_at in (
            ("SCT", "waived", "2025-01-15T00:00:00+07:00"),
            ("SYT", "open", "2025-01-26T00:00:00+07:00"),
        )
    ]


def test_many_agencies_are_counted_and_not_named(opened):
    said = opened.done("preview", "--what-if", "move:plan:2025-01-20").out
    # Others pass their duty on in the meantime.
    assert said.startswith("Nghĩa vụ plan-2025, 31 cơ quan: ")
    assert " cơ quan: đã chuyển giao, trước ngày 15/01/2025 → " in said
    assert "\nĐổi nội dung: plan-2025 overdue-1wd (đôn đốc quá hạn), 03/03/2025 07:30, " in said
    assert "(đổi thời hạn), 20/12/2024 08:00, 37 người nhận\n" in said


def test_what_changes_nothing_is_said(chased):
    said = chased.done("preview", "plan-2025", "--what-if", "move:annual-2026:2026-10-19").out
    assert said == "Không có gì thay đổi so với kế hoạch.\n"


def test_a_supposition_is_refused_in_the_words_of_the_decision_and_writes_nothing(chased):
    before = (chased.var / "lsplan.db").read_bytes()
    reason = ("--reason", "Thiếu số liệu", "--authority", "Công văn 1")
    real = chased("extend", "plan-2025", "SYT", "--to", "2025-02-01", *reason)
    supposed = chased("preview", "plan-2025", "--what-if", "extend:SYT:2025-02-01")
    assert (supposed.code, supposed.err) == (WRONG, real.err)
    chased.done("preview", "plan-2025", "--what-if", "extend:SCT:2025-02-01")
    assert (chased.var / "lsplan.db").read_bytes() == before


@pytest.mark.parametrize(
    "text",
    ["", "extend", "extend:SYT", "waive", "waive:", "waive:SYT:2025-01-20", "grant:SYT:2025-01-20"],
)
def test_what_is_no_supposition_is_answered_with_the_forms_there_are(opened, text):
    answer = opened("preview", "--what-if", text)
    assert answer.code == WRONG
    assert answer.err.startswith(f"--what-if {text}: cần một trong các dạng extend:CƠ_QUAN:NGÀY,")


def test_a_supposition_needs_a_day_that_exists(opened):
    answer = opened("preview", "--what-if", "submit:SYT:2025-02-30")
    assert (answer.code, answer.err.split(":")[0]) == (WRONG, "2025-02-30")


def test_by_day_is_a_calendar_of_months(opened, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    said = opened.done("preview", "plan-2025", "--by", "day").out.splitlines()
    assert said[2] == "Tháng 12/2024"
    assert said[3].split() == ["T2", "T3", "T4", "T5", "T6", "T7", "CN"]
    (last_week,) = [line for line in said if line.startswith("30 ")]
    assert last_week.split() == ["30", "31", "37", "tin"]
    assert "  T3 31/12/2024  plan-2025 before-14d (nhắc hạn): 37 người nhận" in said
    january = said[said.index("Tháng 01/2025") :]
    # New Year's Day and the weekend are off.
    assert january[3].split() == ["(01)", "02", "03", "(04)", "(05)"]
    assert all(len(line) <= 80 for line in january[:10])


def test_by_person_is_what_each_contact_gets(opened):
    said = opened.done("preview", "plan-2025", "--by", "person", "--until", "2025-01-17").out
    lines = said.splitlines()
    start = lines.index("SYT/focal  Sở Y tế  dau-moi@syt.example")
    own = lines[start + 1 : start + 7]
    assert own[0] == "  31/12/2024 07:30  plan-2025 before-14d (nhắc hạn) – SYT"
    assert (
        own[-1] == "  17/01/2025 07:30  plan-2025 overdue-3wd (báo người đứng đầu) – SYT, bản sao"
    )
    assert "SYT/head  Sở Y tế  lanh-dao@syt.example" in lines


def test_arrangements_for_programs(opened):
    until = ("--until", "2025-01-17")
    days = opened.json("preview", "plan-2025", "--by", "day", *until)
    plain = opened.json("preview", "plan-2025", *until)
    assert [n for day in days for n in day["notices"]] == plain
    assert days[0]["day"] == "2024-12-31"
    people = opened.json("preview", "plan-2025", "--by", "person", *until)
    assert [list(person) for person in people[:1]] == [["contact", "recipient", "notices"]]
    assert sorted(n["key"] for p in people for n in p["notices"]) == sorted(n["key"] for n in plain)


def test_the_plan_under_a_supposition_can_be_arranged_for_people_only(opened):
    supposing = ("preview", "plan-2025", "--what-if", "waive:SYT", "--by")
    said = opened.done(*supposing, "day").out
    assert "plan-2025 before-14d (nhắc hạn): 36 người nhận" in said
    assert opened(*supposing, "day", "--json").code == WRONG
    answer = opened(*supposing, "week")
    assert (answer.code, answer.err) == (WRONG, "--by week: cần day hoặc person.\n")


def test_in_english(opened, english):
    said = opened.done("preview", "--what-if", "waive:SYT", "--by", "day").out
    assert "Withdrawn: plan-2025 before-14d (reminder), 31/12/2024 07:30, 1 recipient (SYT)" in said
    assert "Mon  Tue" in said


def test_the_preview_as_a_calendar_has_an_event_for_each_rung_of_a_day(opened, tmp_path):
    file = tmp_path / "xem trước.ics"
    answer = opened.done("preview", "plan-2025", "--until", "2025-01-14", "--ics", str(file))
    assert answer.err == f"Đã ghi 4 sự kiện vào {file}.\n"
    assert answer.out.startswith("148 thông báo sẽ gửi\n")
    found = Calendar.from_ical(file.read_bytes()).walk("VEVENT")
    assert next(str(event["summary"]) for event in found) == (
        "plan-2025 before-14d (nhắc hạn): 37 người nhận"
    )
    assert found[0]["dtstart"].dt.isoformat() == "2024-12-31T07:30:00+07:00"
    assert "SYT/focal" in found[0]["description"]
    assert "syt.example" not in file.read_text(encoding="utf-8")
    assert len({event["uid"] for event in found}) == len(found)
    before = file.read_bytes()
    opened.done("preview", "plan-2025", "--until", "2025-01-14", "--ics", str(file), "--json")
    assert file.read_bytes() == before
    assert list(tmp_path.glob(".*")) == []


def test_a_calendar_for_standard_output_is_all_that_is_printed(opened, tmp_path):
    asked = ("preview", "plan-2025", "--until", "2025-01-14", "--ics")
    opened.done(*asked, str(tmp_path / "p.ics"))
    answer = opened.done(*asked, "-")
    assert answer.out.encode() == (tmp_path / "p.ics").read_bytes()
    assert answer.err == ""
    assert not (tmp_path / "-").exists()


def test_a_calendar_and_json_do_not_share_standard_output(opened):
    answer = opened("preview", "--ics", "-", "--json")
    assert (answer.code, answer.out) == (WRONG, "")
    assert answer.err.startswith("--ics - và --json cùng in ra đầu ra chuẩn")


def test_a_calendar_that_cannot_be_written_says_where(opened, tmp_path):
    answer = opened("preview", "--ics", str(tmp_path / "nowhere" / "p.ics"))
    assert answer.code == WRONG
    assert "nowhere" in answer.err


@pytest.mark.parametrize("place", ["note.txt", "note.txt/calendars"])
def test_a_file_in_the_place_of_the_calendars_folder_is_refused_in_words(opened, tmp_path, place):
    (tmp_path / "note.txt").touch()
    answer = opened("calendars", str(tmp_path / place))
    assert answer.code == WRONG
    assert answer.err == f"{tmp_path / place}: đây không phải thư mục; hãy nêu một thư mục.\n"


def test_calendars_lie_under_var_or_where_they_are_told_to(opened, tmp_path):
    said = opened.done("calendars").out
    folder = opened.var / "calendars"
    count = len(list(folder.glob("*.ics")))
    assert said == f"{count} tệp lịch trong {folder}, {count} tệp mới hoặc thay đổi.\n"
    assert opened.done("calendars").out.endswith(", 0 tệp mới hoặc thay đổi.\n")
    elsewhere = tmp_path / "công bố" / "lịch"
    found = opened.json("calendars", str(elsewhere))
    assert {file["file"] for file in found} == {str(file) for file in elsewhere.iterdir()}
    assert (elsewhere / "SYT.ics").read_bytes() == (folder / "SYT.ics").read_bytes()
