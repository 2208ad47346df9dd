"""`reorganise preview` and `reorganise apply`."""

from __future__ import annotations

import pytest

from tests.cli.command import WRONG, Place

DECISION = """\
document = "Nghị quyết số 99/NQ-HĐND"
begins_on = 2025-02-01

[[merge]]
agencies = ["SYT"]
into = "SCT"
"""


@pytest.fixture
def decided(opened, own_folder, tmp_path):
    """The rehearsal after its opening, its own folder, and a decision."""
    path = tmp_path / "nghị quyết.toml"
    path.write_text(DECISION, encoding="utf-8")
    return Place(own_folder, opened.var), path


def test_the_preview_says_what_passes_to_whom_and_who_is_told_in_which_order(decided):
    place, path = decided
    before = place.json("log")
    lines = place.done("reorganise", "preview", str(path)).out.splitlines()
    assert lines[0] == "Nghị quyết số 99/NQ-HĐND; từ ngày 01/02/2025"
    assert "- SYT kết thúc ngày 31/01/2025, kế thừa bởi SCT" in lines
    assert "- plan-2025, SYT (chưa báo cáo, hạn trước 15/01/2025): chuyển cho SCT" in lines
    assert "- annual-2025, SYT: không phải báo cáo nữa" in lines
    told = lines.index("Được báo theo thứ tự:")
    assert lines[told + 1 : told + 3] == ["- SCT: SCT/focal", "- SYT: SYT/focal"]
    assert lines[-1] == "Chỉ xem trước, chưa thay đổi gì."
    assert place.json("log") == before


def test_applying_writes_the_folder_and_takes_it_into_effect(decided):
    place, path = decided
    answer = place.done("reorganise", "apply", str(path))
    assert answer.out.endswith("Đã ghi vào thư mục cấu hình và áp dụng, phiên bản 2.\n")
    text = (place.config / "agencies.csv").read_text(encoding="utf-8")
    assert "department,,2025-01-31,SCT," in text
    assert place.done("apply").out == "Cấu hình này đang có hiệu lực.\n"
    assert place.json("config", "history")[-1]["number"] == 2
    place.done("tick", at="2025-02-03T08:00")
    lines = {x["agency"]: x for x in place.json("status", "plan-2025")["obligations"]}
    assert lines["SYT"]["status"] == "transferred"


def test_each_fault_of_the_file_is_said_with_its_line(decided):
    place, path = decided
    path.write_text(DECISION.replace('"SCT"', '"XYZ"') + "extra = 1\n", encoding="utf-8")
    answer = place("reorganise", "apply", str(path))
    assert answer.code == WRONG
    assert f"{path.name}:6: merge[1].into: XYZ: " in answer.err
    assert f"{path.name}:7: merge[1].extra: 1: " in answer.err
    assert place.done("apply").out == "Cấu hình này đang có hiệu lực.\n"


@pytest.mark.parametrize("content", [None, b"\xff\xfe"])
def test_a_file_that_cannot_be_read_is_said_to_be(decided, content):
    place, path = decided
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    answer = place("reorganise", "preview", str(path))
    assert answer.code == WRONG
    assert path.name in answer.err


def test_a_document_is_no_decision_file_and_no_csv_is_spoken_of(decided, english):
    place, path = decided
    path.write_bytes(b"PK\x03\x04\xd0\xcf")
    answer = place("reorganise", "preview", str(path))
    assert answer.code == WRONG
    assert "a plain text file encoded as UTF-8, no document of Word, Excel or PDF" in answer.err
    assert "CSV" not in answer.err
    assert answer.err.endswith(f"{path.name} has 1 fault.\n")


@pytest.mark.parametrize("code", ['code = "SYT"\n', ""])
def test_a_rename_that_keeps_its_code_is_told_how_a_name_is_changed(decided, code):
    place, path = decided
    name = 'name_vi = "Sở Y tế mới"\nname_en = "New"\n'
    head = 'document = "NQ"\nbegins_on = 2025-02-01\n'
    path.write_text(f'{head}[[rename]]\nagency = "SYT"\n{code}{name}', encoding="utf-8")
    answer = place("reorganise", "preview", str(path))
    assert answer.code == WRONG
    (fault, last) = answer.err.splitlines()
    assert f"{path.name}:" in fault
    assert "rename[1].code: " in fault
    assert "hãy sửa name_vi, name_en trong agencies.csv rồi chạy `lsplan apply`" in fault
    assert last == f"{path.name} có 1 lỗi."


def test_a_folder_with_other_changes_is_refused(decided):
    place, path = decided
    tasks = place.config / "tasks.csv"
    tasks.write_text(tasks.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    answer = place("reorganise", "apply", str(path))
    assert answer.code == WRONG
    assert "lsplan apply" in answer.err


GROUNDS = ("--reason", "Chờ số liệu", "--authority", "Công văn số 12/UBND-TH")
INTO_NEW = """\
document = "Nghị quyết số 99/NQ-HĐND"
begins_on = 2025-01-02

[[new]]
code = "SMOI"
name_vi = "Sở Mới"
name_en = "New Department"
kind = "department"

[[merge]]
agencies = ["SYT", "SCT"]
into = "SMOI"
"""


def test_the_later_deadline_of_an_heir_holds_for_what_it_takes_over(decided):
    place, path = decided
    path.write_text(DECISION.replace("2025-02-01", "2025-01-02"), encoding="utf-8")
    place.done("extend", "plan-2025", "SCT", "--to", "25/01/2025", *GROUNDS)
    said = place.done("reorganise", "preview", str(path)).out
    assert (
        "- plan-2025, SYT (chưa báo cáo, hạn trước 15/01/2025): chuyển cho SCT; báo cáo chung của "
        "SCT khi đó có hạn muộn hơn, trước 26/01/2025\n"
    ) in said
    place.done("reorganise", "apply", str(path))
    place.done("tick", at="2025-01-02T08:00")
    assert due(place, "SCT") == "2025-01-26T00:00:00+07:00"


def test_the_extension_of_an_agency_that_ends_holds_for_the_whole_report_of_its_heir(decided):
    place, path = decided
    path.write_text(DECISION.replace("2025-02-01", "2025-01-02"), encoding="utf-8")
    place.done("extend", "plan-2025", "SYT", "--to", "25/01/2025", *GROUNDS)
    said = place.done("reorganise", "preview", str(path)).out
    assert (
        "- plan-2025, SYT (chưa báo cáo, hạn trước 26/01/2025): chuyển cho SCT; hạn này khi đó là "
        "của cả báo cáo chung của SCT (hiện: trước 15/01/2025)\n"
    ) in said
    (passing,) = [
        p for p in place.json("reorganise", "preview", str(path))["passings"] if p["to"] == ["SCT"]
    ]
    assert passing["deadlines"] == [
        {
            "agency": "SCT",
            "due_before": "2025-01-26T00:00:00+07:00",
            "due_before_at_present": "2025-01-15T00:00:00+07:00",
        }
    ]
    place.done("reorganise", "apply", str(path))
    place.done("tick", at="2025-01-02T08:00")
    assert due(place, "SCT") == "2025-01-26T00:00:00+07:00"


def due(place, agency):
    lines = {x["agency"]: x for x in place.json("status", "plan-2025")["obligations"]}
    return lines[agency]["due_at"]


def test_of_several_that_an_heir_takes_over_the_latest_deadline_is_said(decided):
    place, path = decided
    path.write_text(INTO_NEW, encoding="utf-8")
    place.done("extend", "plan-2025", "SYT", "--to", "25/01/2025", *GROUNDS)
    found = place.json("reorganise", "preview", str(path))
    plan = {p["agency"]: p for p in found["passings"] if p["cycle"] == "plan-2025"}
    expected = {
        "agency": "SMOI",
        "due_before": "2025-01-26T00:00:00+07:00",
        "due_before_at_present": None,
    }
    assert plan["SYT"]["deadlines"] == plan["SCT"]["deadlines"] == [expected]


def test_the_preview_says_which_obstacles_pass_to_whom(decided):
    place, path = decided
    for reporter in ("STP", "SYT", "STP", "STP"):
        place.done("obstacle", "add", reporter, "--content", "Thiếu mặt bằng")
    place.done("obstacle", "assign", "2024-001", "SYT")
    place.done("obstacle", "assign", "2024-003", "SYT")
    place.done("obstacle", "close", "2024-003", "--reason", "Xong")
    said = place.done("reorganise", "preview", str(path)).out
    begin = said.index("Khó khăn, vướng mắc:\n")
    assert said[begin : said.index("Được báo theo thứ tự:")].splitlines()[1:] == [
        "- 2024-001: SCT trả lời thay SYT",
        "- 2024-002: SCT nhận trả lời thay SYT",
    ]
    assert place.json("reorganise", "preview", str(path))["obstacles"] == [
        {"number": "2024-001", "part": "answers", "agency": "SYT", "to": "SCT"},
        {"number": "2024-002", "part": "reported", "agency": "SYT", "to": "SCT"},
    ]


def test_what_an_abolished_agency_had_to_answer_is_said_to_be_left_to_the_focal_point(decided):
    place, path = decided
    abolished = DECISION.partition("[[merge]]")[0] + '[[abolish]]\nagency = "SYT"\n'
    path.write_text(abolished, encoding="utf-8")
    place.done("obstacle", "add", "SCT", "--content", "Thiếu mặt bằng")
    place.done("obstacle", "assign", "2024-001", "SYT")
    place.done("obstacle", "add", "SYT", "--content", "Thiếu kinh phí")
    said = place.done("reorganise", "preview", str(path)).out
    assert (
        "- 2024-001: cơ quan đầu mối SKHDT phải trả lời thay SYT\n"
        "- 2024-002: SYT kết thúc và không ai nhận trả lời\n"
    ) in said
    assert "- SKHDT: SKHDT/focal\n" in said[said.index("Được báo theo thứ tự:") :]
    assert place.json("reorganise", "preview", str(path))["obstacles"] == [
        {"number": "2024-001", "part": "answers", "agency": "SYT", "to": "SKHDT"},
        {"number": "2024-002", "part": "reported", "agency": "SYT", "to": None},
    ]


@pytest.mark.parametrize(("reporter", "answerer"), [("SCT", "SYT"), ("SYT", "SCT")])
def test_a_merger_that_would_make_an_agency_answer_itself_leaves_that_to_the_focal_point(
    decided, reporter, answerer
):
    place, path = decided
    place.done("obstacle", "add", reporter, "--content", "Thiếu mặt bằng")
    place.done("obstacle", "assign", "2024-001", answerer)
    said = place.done("reorganise", "preview", str(path)).out
    assert f"- 2024-001: cơ quan đầu mối SKHDT phải trả lời thay {answerer}\n" in said


def test_in_english_the_focal_point_is_said_to_answer_as_such(decided, english):
    place, path = decided
    place.done("obstacle", "add", "SCT", "--content", "Thiếu mặt bằng")
    place.done("obstacle", "assign", "2024-001", "SYT")
    said = place.done("reorganise", "preview", str(path)).out
    assert "- 2024-001: SKHDT has to answer as the focal point instead of SYT\n" in said


def test_a_successor_with_nobody_to_tell_is_warned_of_at_the_end(decided):
    place, path = decided
    path.write_text(INTO_NEW, encoding="utf-8")
    assert place.json("reorganise", "preview", str(path))["untold"] == ["SMOI"]
    last = place.done("reorganise", "preview", str(path)).out.splitlines()[-1]
    assert last.startswith(
        "CẢNH BÁO: SMOI có nhiệm vụ từ ngày 02/01/2025 nhưng chưa có liên hệ nào"
    )
    assert last.endswith("[[contact]] vai trò focal của SMOI vào tệp này trước khi áp dụng.")
    last = place.done("reorganise", "apply", str(path)).out.splitlines()[-1]
    assert last.endswith(
        "hãy thêm liên hệ focal của SMOI vào contacts.csv rồi chạy `lsplan apply`."
    )


FOCAL_POINT = """\
document = "NQ"
begins_on = 2025-06-01

[[merge]]
agencies = ["STC25"]
into = "SCT"
"""
PERSON = """
[[contact]]
agency = "SCT"
role = "{}"
name = "Người mới"
address = "{}@sct.example"
"""


def warnings(place, verb, path):
    said = place.done("reorganise", verb, str(path)).out.splitlines()
    return [line for line in said if line.startswith(("CẢNH BÁO", "WARNING"))]


def test_a_focal_point_without_leader_and_the_last_administrator_s_end_are_warned_of(decided):
    place, path = decided
    path.write_text(FOCAL_POINT, encoding="utf-8")
    leader, admin = warnings(place, "preview", path)
    assert leader.startswith(
        "CẢNH BÁO: từ ngày 01/06/2025 bản tổng hợp cho lãnh đạo gửi đến SCT nhưng SCT chưa có "
        "liên hệ vai trò leader nên sẽ không ai nhận; hãy thêm [[contact]] vai trò leader của SCT "
    )
    assert admin.startswith(
        "CẢNH BÁO: từ ngày 01/06/2025 không cơ quan nào còn hoạt động có liên hệ vai trò admin"
    )
    said = place.json("reorganise", "preview", str(path))
    assert (said["leaderless"], said["without_administrators"]) == (["SCT"], True)
    leader, admin = warnings(place, "apply", path)
    assert leader.endswith(
        "hãy thêm liên hệ leader của SCT vào contacts.csv rồi chạy `lsplan apply`."
    )
    assert admin.endswith("hãy thêm liên hệ admin vào contacts.csv rồi chạy `lsplan apply`.")


def test_whoever_is_named_in_the_decision_itself_is_not_warned_of(decided, english):
    place, path = decided
    path.write_text(FOCAL_POINT + PERSON.format("leader", "ld"), encoding="utf-8")
    (admin,) = warnings(place, "preview", path)
    assert admin.startswith("WARNING: from 01/06/2025 on no agency that still exists has ")
    path.write_text(FOCAL_POINT + PERSON.format("admin", "qt"), encoding="utf-8")
    (leader,) = warnings(place, "preview", path)
    assert leader.startswith("WARNING: from 01/06/2025 on the digests for leaders go to SCT, ")


def test_a_focal_point_that_goes_on_under_another_name_keeps_its_leader_and_administrator(decided):
    place, path = decided
    renamed = (
        'document = "NQ"\nbegins_on = 2025-06-01\n\n[[rename]]\nagency = "STC25"\n'
        'code = "STC26"\nname_vi = "Sở Tài chính mới"\nname_en = "New"\n'
    )
    path.write_text(renamed, encoding="utf-8")
    assert warnings(place, "preview", path) == []


BACK = """\
document = "NQ"
begins_on = 2025-06-01

[[reopen]]
agency = "{}"
code = "{}"
"""


def test_what_a_successor_keeps_of_an_agency_that_comes_back_is_said_with_the_way_out(decided):
    """SKHDT, the focal point, has become part of STC25 on 1 March."""
    place, path = decided
    path.write_text(BACK.format("SKHDT", "SKHDT26"), encoding="utf-8")
    (said,) = warnings(place, "preview", path)
    assert said == (
        "CẢNH BÁO: SKHDT từng là cơ quan đầu mối của 268/KH-UBND, vai trò này vẫn do STC25 giữ; "
        "nếu văn bản giao lại cho SKHDT26, hãy ghi SKHDT26 vào focal_point trong tệp của kế hoạch "
        "đó rồi chạy `lsplan apply`, không sớm hơn ngày 01/06/2025."
    )
    assert place.json("reorganise", "preview", str(path))["retained"] == [
        {
            "program": "268/KH-UBND",
            "duty": "focal_point",
            "former": "SKHDT",
            "agency": "SKHDT26",
            "holder": "STC25",
        }
    ]
    assert warnings(place, "apply", path) == [said]
    program = place.config / "program.toml"
    given = program.read_text(encoding="utf-8").replace('"SKHDT"', '"SKHDT26"')
    program.write_text(given, encoding="utf-8")
    place.done("apply", "--yes")


def test_whoever_comes_back_and_takes_over_from_the_successor_has_its_part_again(decided):
    place, path = decided
    merged = '[[merge]]\nagencies = ["STC25"]\ninto = "SKHDT26"\n'
    path.write_text(BACK.format("SKHDT", "SKHDT26") + merged, encoding="utf-8")
    assert place.json("reorganise", "preview", str(path))["retained"] == []


def test_an_agency_that_comes_back_and_was_nothing_to_a_program_is_not_spoken_of(decided, english):
    place, path = decided
    path.write_text(BACK.format("STNMT", "STNMT26"), encoding="utf-8")
    assert warnings(place, "preview", path) == []
    path.write_text(BACK.format("SKHDT", "SKHDT26"), encoding="utf-8")
    (said,) = warnings(place, "preview", path)
    assert said.startswith("WARNING: SKHDT was the focal point of 268/KH-UBND, which stays with ")


FOUNDED = """\
document = "NQ"
begins_on = {}

[[new]]
code = "SMOI"
name_vi = "Sở Mới"
name_en = "New"
kind = "{}"
"""


def test_a_decision_that_changes_nothing_but_the_table_says_so_under_no_empty_heading(decided):
    place, path = decided
    path.write_text(FOUNDED.format("2025-02-01", "leadership"), encoding="utf-8")
    said = place.done("reorganise", "preview", str(path)).out.splitlines()
    assert said[3:] == [
        "Không nghĩa vụ, vướng mắc hay thông báo nào thay đổi.",
        "Chỉ xem trước, chưa thay đổi gì.",
    ]


def test_whoever_comes_too_late_to_owe_in_an_open_cycle_is_said_to_owe_nothing(decided, english):
    place, path = decided
    late = "- plan-2025, SMOI: owes nothing, as it does not exist yet on 14/01/2025"
    for begins, kind, expected in (
        ("2025-01-15", "department", True),
        ("2025-01-14", "department", False),
        ("2025-01-15", "leadership", False),
        ("2025-06-01", "department", False),  # The cycle has closed by then.
    ):
        path.write_text(FOUNDED.format(begins, kind), encoding="utf-8")
        said = place.done("reorganise", "preview", str(path)).out.splitlines()
        assert (late in said) is expected, (begins, kind)


def test_a_successor_s_duty_is_said_where_it_comes_from_alone(decided):
    place, path = decided
    path.write_text(INTO_NEW.replace("2025-01-02", "2025-02-01"), encoding="utf-8")
    found = place.json("reorganise", "preview", str(path))["passings"]
    assert {p["agency"] for p in found if p["cycle"] == "plan-2025"} == {"SYT", "SCT"}


def test_an_agency_that_only_loses_something_needs_nobody_to_be_told(decided):
    place, path = decided
    said = place.json("reorganise", "preview", str(path))
    assert said["untold"] == []
    assert "CẢNH BÁO" not in place.done("reorganise", "preview", str(path)).out


def test_in_english(decided, english):
    place, path = decided
    said = place.done("reorganise", "preview", str(path)).out
    assert "plan-2025, SYT (open, due before 15/01/2025): passes to SCT" in said
    assert "Told in this order:" in said
