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


def test_a_folder_with_other_changes_is_refused(decided):
    place, path = decided
    tasks = place.config / "tasks.csv"
    tasks.write_text(tasks.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    answer = place("reorganise", "apply", str(path))
    assert answer.code == WRONG
    assert "lsplan apply" in answer.err


def test_in_english(decided, english):
    place, path = decided
    said = place.done("reorganise", "preview", str(path)).out
    assert "plan-2025, SYT (open, due before 15/01/2025): passes to SCT" in said
    assert "Told in this order:" in said
