"""`apply`: what differs, what it brings about, and what has to be confirmed."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from tests.cli.command import DONE, WRONG, Place


@pytest.fixture
def edited(opened, own_folder):
    """The rehearsal after its opening, with a folder in which the deadline was moved."""
    program = own_folder / "program.toml"
    text = program.read_text(encoding="utf-8")
    program.write_text(text.replace('before = "01-15"', 'before = "01-20"'), encoding="utf-8")
    return Place(own_folder, opened.var)


def test_an_announced_deadline_is_moved_with_yes_alone(edited):
    before = edited.json("log")
    answer = edited("apply")
    assert answer.code == WRONG
    assert "thời hạn trước 15/01/2025 → thời hạn trước 20/01/2025" in answer.out
    assert "(đã thông báo)" in answer.out
    assert "--yes" in answer.err
    assert "plan-2025" in answer.err
    assert edited.json("log") == before
    done = edited.done("apply", "--yes")
    assert done.out.endswith("Đã áp dụng cấu hình, phiên bản 2.\n")
    assert edited.json("status", "plan-2025")["due_at"] == "2025-01-20T00:00:00+07:00"


def test_what_differs_stands_before_what_it_brings_about(edited):
    lines = edited("apply", "--dry-run").out.splitlines()
    assert [line for line in lines if not line.startswith("- ")] == [
        "Thay đổi trong cấu hình:",
        "Kỳ báo cáo:",
        "Thông báo sẽ gửi:",
        "Chỉ xem trước, chưa áp dụng.",
    ]
    assert "- Chế độ plan: thời hạn đổi từ trước ngày 15/01 thành trước ngày 20/01" in lines
    notices = [line for line in lines if line.endswith(", 37 người nhận")]
    assert any(n.startswith("- Thêm: plan-2025 deadline-2-2025-01-15") for n in notices)
    moved = "07/01/2025 07:30"
    assert any(n.startswith("- Dời: plan-2025 before-7d (nhắc hạn), ") for n in notices)
    assert moved not in "\n".join(lines)


def test_a_dry_run_ends_well_and_changes_nothing(edited):
    before = edited.json("log")
    assert edited("apply", "--dry-run").code == DONE
    assert edited.json("log") == before
    assert edited.json("config", "history")[-1]["number"] == 1


def test_what_is_not_confirmed_is_told_to_programs_too(edited):
    answer = edited("apply", "--json")
    assert answer.code == WRONG
    assert answer.json["outcome"] == "unconfirmed"
    (change,) = [c for c in answer.json["cycles"] if c["announced"]]
    assert change["cycle"] == "plan-2025"
    assert change["before"]["due_before"] == "2025-01-15T00:00:00+07:00"
    assert change["after"]["due_before"] == "2025-01-20T00:00:00+07:00"
    rungs = {notice["rung"] for notice in answer.json["notices"]["added"]}
    # The cycle closes later, so that a reorganisation falls into it that came too late before.
    assert rungs == {"deadline-2-2025-01-15", "succession", "overdue-1wd", "overdue-3wd"}


def test_other_addresses_and_cycles_that_come_and_go_are_said(opened, own_folder):
    contacts = own_folder / "contacts.csv"
    text = contacts.read_text(encoding="utf-8")
    contacts.write_text(text.replace("dau-moi@syt.", "moi@syt."), encoding="utf-8")
    program = own_folder / "program.toml"
    text = program.read_text(encoding="utf-8")
    program.write_text(text.replace("2025-2030", "2026-2031"), encoding="utf-8")
    said = Place(own_folder, opened.var).done("apply", "--dry-run").out
    assert "- annual-2025: không còn nữa\n" in said
    assert "- annual-2031: kỳ mới; mở ngày 01/09/2031; thời hạn trước 20/10/2031" in said
    assert (
        "- Đổi nơi nhận: plan-2025 before-7d (nhắc hạn), 08/01/2025 07:30, 1 người nhận (SYT)"
        in said
    )
    assert "syt.example" not in said
    assert "- Các năm sau: " in said


@pytest.mark.parametrize("option", ["--yes", "--dry-run"])
def test_an_open_cycle_is_not_withdrawn_and_waiving_is_advised(opened, own_folder, option):
    program = own_folder / "program.toml"
    text = program.read_text(encoding="utf-8")
    program.write_text(text.replace("years = [2025]", "years = [2031]"), encoding="utf-8")
    place = Place(own_folder, opened.var)
    before = place.json("log")
    answer = place("apply", option)
    assert answer.code == WRONG
    assert answer.out == ""
    assert "plan-2025: kỳ đang mở, các cơ quan đã được báo" in answer.err
    assert "`lsplan waive plan-2025 --all --reason LÝ_DO --authority VĂN_BẢN`" in answer.err
    assert place.json("log") == before


def test_who_goes_on_owing_though_its_kind_was_taken_out_is_said_with_the_way_out(
    opened, own_folder, english
):
    program = own_folder / "program.toml"
    text = program.read_text(encoding="utf-8")
    program.write_text(text.replace('"department", "agency", ', '"department", '), encoding="utf-8")
    place = type(opened)(own_folder, opened.var)
    found = place.json("apply", "--dry-run")["still_owing"]
    said = place.done("apply", "--dry-run").out
    count, first = len(found["plan-2025"]), min(found["plan-2025"])
    assert list(found) == ["plan-2025"]
    assert (
        f"Note: plan-2025 is open; {count} agencies of a kind taken out of owed_by go on owing; "
        f"where the report is not demanded any more, lift the duty with `lsplan waive plan-2025 "
        f"{first} …`.\n"
    ) in said


def test_in_english(edited, english):
    answer = edited("apply")
    assert "Reporting cycles:" in answer.out
    assert "due before 15/01/2025 → due before 20/01/2025" in answer.out
    assert "told of a new deadline" in answer.err


def test_a_configuration_that_only_former_releases_understood_can_be_replaced(opened, own_folder):
    older = """UPDATE configuration_version SET files = '{"program.toml": "old"}', sha256 = 'old'"""
    with closing(sqlite3.connect(opened.var / "lsplan.db")) as database:
        database.execute(older)
        database.commit()
    place = Place(own_folder, opened.var)
    assert place("status").code != DONE
    assert place.done("apply").out.endswith("phiên bản 2.\n")
    assert place.done("status").code == DONE
