"""`check`, `apply`, `agencies`."""

from __future__ import annotations

import re

import pytest

from tests.cli.command import DONE, WRONG, Place, let_a_person_look_on

FAULT = re.compile(r"[\w./-]+:\d+: [^:]+: .+: .+")


def test_check_says_that_the_shipped_folder_is_valid_and_what_to_note(empty):
    answer = empty("check")
    assert answer.code == DONE
    warnings = answer.err.splitlines()
    assert answer.out == f"Cấu hình hợp lệ; {len(warnings)} điểm cần lưu ý.\n"
    assert any("chưa được xác minh" in warning for warning in warnings)
    assert not empty.var.exists()


def test_a_person_who_waits_for_check_sees_what_it_is_about(empty, monkeypatch):
    let_a_person_look_on(monkeypatch)
    reading, trying = empty.done("check").err.splitlines()[:2]
    assert reading == "Đang đọc các tệp và kiểm tra các mẫu thư…"
    assert re.fullmatch(r"Đang soạn thử mọi loại thư cho \d+ cơ quan…", trying)


def test_check_prints_every_fault_with_its_place_and_exits_2(own_folder, tmp_path):
    program = own_folder / "program.toml"
    text = program.read_text(encoding="utf-8").replace('before = "01-15"', 'before = "02-30"')
    program.write_text(text.replace("grace =", "grase =", 1), encoding="utf-8")
    agencies = own_folder / "agencies.csv"
    rows = agencies.read_text(encoding="utf-8").splitlines()
    rows.append(rows[-1])
    agencies.write_text("\n".join(rows) + "\n", encoding="utf-8")
    (own_folder / "messages" / "opening.vi.txt.j2").write_text("{{ nothing_of_this_name }}")

    answer = Place(own_folder, tmp_path / "var")("check")
    assert (answer.code, answer.out) == (WRONG, "")
    *faults, last = answer.err.splitlines()
    assert all(FAULT.fullmatch(fault) for fault in faults)
    assert last == f"Cấu hình có {len(faults)} lỗi; hãy sửa rồi chạy lại `lsplan check`."
    together = "\n".join(faults)
    assert re.search(r"^program\.toml:\d+: regime\[1\]\.before: 02-30: ", together, re.MULTILINE)
    assert re.search(r"^program\.toml:\d+: regime\[1\]\.grase: ", together, re.MULTILINE)
    assert re.search(rf"^agencies\.csv:{len(rows)}: code: ", together, re.MULTILINE)
    assert re.search(r"^messages/\S+:1: \S+: nothing_of_this_name: ", together, re.MULTILINE)


def test_faults_are_in_english_for_english_people(own_folder, tmp_path, english):
    (own_folder / "tasks.csv").unlink()
    answer = Place(own_folder, tmp_path / "var")("check")
    assert answer.code == WRONG
    assert answer.err.splitlines() == [
        "tasks.csv:1: file: -: this file in the folder",
        "The configuration has 1 fault; mend what is wrong and run `lsplan check` again.",
    ]


@pytest.mark.parametrize("command", ["check", "init", "agencies"])
def test_a_folder_that_is_not_there_is_refused(tmp_path, command):
    answer = Place(tmp_path / "nowhere", tmp_path / "var")(command)
    assert answer.code == WRONG
    assert "không có thư mục cấu hình này" in answer.err
    assert "--config" in answer.err
    assert list(tmp_path.iterdir()) == []


def test_applying_what_is_in_force_changes_nothing(opened):
    before = opened.json("log")
    assert opened.done("apply").out == "Cấu hình này đang có hiệu lực.\n"
    assert opened.json("log") == before


def test_a_faulty_folder_is_not_applied(opened, own_folder):
    (own_folder / "calendar.csv").write_text("date;type\n31/02/2025;off\n", encoding="utf-8")
    before = opened.json("log")
    answer = Place(own_folder, opened.var)("apply")
    assert answer.code == WRONG
    assert "calendar.csv:" in answer.err
    assert opened.json("log") == before


def test_agencies_have_the_documented_keys(empty):
    found = {a["code"]: a for a in empty.json("agencies", "--on", "2025-02-28")}
    assert found["STC24"] == {
        "code": "STC24",
        "name_vi": "Sở Tài chính (trước 01/03/2025)",
        "name_en": found["STC24"]["name_en"],
        "kind": "department",
        "valid_from": None,
        "valid_to": "2025-02-28",
        "successors": ["STC25"],
        "verified": True,
    }
    assert "STC25" not in found


def test_agencies_are_those_that_exist_on_the_day(empty):
    before = {a["code"] for a in empty.json("agencies", "--on", "28/02/2025")}
    after = {a["code"] for a in empty.json("agencies", "--on", "2025-03-01")}
    assert {"SKHDT", "STC24"} <= before
    assert "STC25" in after - before
    assert not {"SKHDT", "STC24"} & after


def test_agencies_exist_today_in_the_rehearsals_time(opened):
    assert "STC24" in {a["code"] for a in opened.json("agencies")}
    assert "STC25" in {a["code"] for a in opened.json("agencies", at="2025-03-01")}


def test_people_see_agencies_by_name_in_vietnamese_order(opened):
    lines = opened.done("agencies").out.splitlines()
    assert lines[0] == "46 cơ quan, ngày 20/12/2024"
    codes = [line.split()[0] for line in lines[3:]]
    assert codes[:4] == ["BDT", "BQLKKTCK", "BDBP", "BCHQS"]
    assert codes[-1] == "VPUBND"
    assert len(codes) == 46


def test_agencies_are_those_in_force_not_those_of_an_edited_folder(opened, own_folder):
    agencies = own_folder / "agencies.csv"
    text = agencies.read_text(encoding="utf-8")
    agencies.write_text(text.replace("Sở Y tế", "Sở Sức khỏe"), encoding="utf-8")
    edited = Place(own_folder, opened.var)
    assert "Sở Sức khỏe" not in edited.done("agencies").out
    edited.done("apply")
    assert "Sở Sức khỏe" in edited.done("agencies").out
