"""`config history`, `config show`, `config diff`."""

from __future__ import annotations

from io import StringIO

import pytest
from sqlalchemy import create_engine, text

from lsplan_workflow.terminal.output import print_text
from tests.cli.command import DONE, WRONG, Place, Terminal


def edit(folder, name, old, new):
    path = folder / name
    content = path.read_text(encoding="utf-8")
    assert old in content
    path.write_text(content.replace(old, new, 1), encoding="utf-8")


@pytest.fixture
def edited(opened, own_folder) -> Place:
    """A rehearsal whose folder has another deadline, which is not applied."""
    edit(own_folder, "program.toml", 'before = "10-20"', 'before = "10-25"')
    return Place(own_folder, opened.var)


@pytest.fixture
def applied(edited) -> Place:
    """The same, applied."""
    edited.done("apply", at="2024-12-21T08:00")
    return edited


def test_the_history_says_when_by_whom_and_how_much(applied):
    lines = applied.done("config", "history").out.splitlines()
    assert lines[0] == "2 phiên bản cấu hình"
    assert lines[3].split()[0] == "1"
    number, day, hour, _who, count = lines[4].split()
    assert (number, day, hour, count) == ("2", "21/12/2024", "08:00", "1")


def test_what_the_folder_would_change_is_said_in_words(edited):
    assert edited.done("config", "diff").out == (
        "Phiên bản 1 → Thư mục cấu hình: 1 điểm khác\n"
        "- Chế độ annual: thời hạn đổi từ trước ngày 20/10 thành trước ngày 25/10\n"
    )


def test_english_people_read_the_difference_in_english(edited, english):
    assert edited.done("config", "diff").out == (
        "Version 1 → Configuration folder: differences: 1\n"
        "- Regime annual: deadline changed from before 20/10 to before 25/10\n"
    )


def test_one_number_is_compared_with_what_is_in_force_and_two_with_each_other(applied):
    forwards = applied.done("config", "diff", "1").out.splitlines()
    assert forwards[0] == "Phiên bản 1 → Phiên bản 2: 1 điểm khác"
    assert applied.done("config", "diff", "1", "2").out.splitlines() == forwards
    backwards = applied.done("config", "diff", "2", "1").out.splitlines()
    assert backwards[1].endswith("từ trước ngày 25/10 thành trước ngày 20/10")
    assert applied.done("config", "diff").out == "Phiên bản 2 → Thư mục cấu hình: 0 điểm khác\n"


def test_files_are_compared_line_by_line_when_asked(edited):
    lines = edited.done("config", "diff", "--text").out.splitlines()
    assert lines[:2] == ["--- 1/program.toml", "+++ program.toml"]
    assert '-before = "10-20"' in lines
    assert '+before = "10-25"' in lines


def test_a_faulty_folder_is_compared_by_its_text_only(edited):
    (edited.config / "tasks.csv").write_text("a;b\n", encoding="utf-8")
    answer = edited("config", "diff")
    assert (answer.code, answer.out) == (WRONG, "")
    assert answer.err.startswith("tasks.csv:1: ")
    assert "+a;b" in edited.done("config", "diff", "--text").out.splitlines()


def test_a_file_is_printed_as_it_was(applied, folder):
    text_then = (folder / "program.toml").read_text(encoding="utf-8")
    text_now = (applied.config / "program.toml").read_text(encoding="utf-8")
    assert applied.done("config", "show", "1", "program.toml").out == text_then
    assert applied.done("config", "show", "program.toml").out == text_now


def test_the_files_of_a_version_are_listed_with_their_lines(applied):
    lines = applied.done("config", "show").out.splitlines()
    assert lines[0].startswith("Phiên bản 2, áp dụng 21/12/2024 08:00, bởi ")
    count = len((applied.config / "tasks.csv").read_text(encoding="utf-8").splitlines())
    assert ["tasks.csv", str(count)] in [line.split() for line in lines]
    assert applied.done("config", "show", "1").out.startswith("Phiên bản 1, áp dụng –, bởi ")


@pytest.mark.parametrize(
    ("stream", "printed"), [(StringIO(), "a\tb\r\n\x1b[2J"), (Terminal(), "a       b\n�[2J")]
)
def test_a_text_is_printed_as_it_is_but_does_not_steer_a_terminal(monkeypatch, stream, printed):
    monkeypatch.setattr("sys.stdout", stream)
    print_text("a\tb\r\n\x1b[2J")
    assert stream.getvalue() == printed


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["show", "7"], "Không có phiên bản cấu hình số 7; các phiên bản là từ 1 đến 1"),
        (
            ["show", "1", "no.csv"],
            "no.csv: phiên bản 1 không có tệp này; xem các tệp bằng `lsplan config show 1`.",
        ),
        (
            ["show", "no.csv"],
            "no.csv: phiên bản 1 không có tệp này; xem các tệp bằng `lsplan config show 1`.",
        ),
        (["diff", "x"], "x: không phải số của một phiên bản; xem `lsplan config history`."),
        (["diff", "1", "2"], "Không có phiên bản cấu hình số 2; các phiên bản là từ 1 đến 1"),
    ],
    ids=" ".join,
)
def test_what_is_not_there_is_refused(opened, arguments, said):
    answer = opened("config", *arguments)
    assert (answer.code, answer.out) == (WRONG, "")
    assert answer.err.startswith(said)


@pytest.mark.parametrize("command", ["history", "show", "diff"])
def test_the_history_goes_by_no_clock(opened, command):
    answer = opened("config", command, at="2025-01-01")
    assert answer.code == WRONG
    assert answer.err == f"--at không dùng được với `lsplan config {command}`.\n"


@pytest.mark.parametrize("command", ["history", "show", "diff"])
def test_there_is_no_history_before_the_installation(empty, command):
    answer = empty("config", command)
    assert answer.code == WRONG
    assert "lsplan init" in answer.err
    assert not empty.var.exists()


@pytest.fixture
def of_older_form(applied) -> Place:
    """An installation whose first version is of a form that nobody reads any more."""
    engine = create_engine(f"sqlite:///{applied.var / 'lsplan.db'}")
    statement = "UPDATE configuration_version SET files = :files WHERE number = 1"
    with engine.begin() as connection:
        connection.execute(text(statement), {"files": '{"program.toml": "old = true\\n"}'})
    engine.dispose()
    return applied


def test_a_version_that_is_not_understood_any_more_is_listed_shown_and_compared(of_older_form):
    last = of_older_form.done("config", "history").out.splitlines()[-1]
    assert "chỉ so được văn bản: " in last
    assert of_older_form.done("config", "show", "1", "program.toml").out == "old = true\n"
    answer = of_older_form("config", "diff", "1")
    assert answer.code == DONE
    assert answer.err.startswith("Chương trình hiện nay không còn hiểu một trong hai phiên bản")
    assert "-old = true" in answer.out.splitlines()
    assert of_older_form.json("config", "diff", "1")["differences"] is None


def test_programs_read_the_difference_in_both_languages(applied):
    found = applied.json("config", "diff", "1", "2")
    assert found == {
        "before": 1,
        "after": 2,
        "differences": [
            {
                "part": "regime",
                "subject": "annual",
                "text_vi": "Chế độ annual: thời hạn đổi từ trước ngày 20/10 thành trước ngày 25/10",
                "text_en": "Regime annual: deadline changed from before 20/10 to before 25/10",
            }
        ],
        "files": ["program.toml"],
    }


def test_programs_read_one_file_or_all(opened):
    every = opened.json("config", "show")
    only = opened.json("config", "show", "1", "tasks.csv")
    assert only["files"] == [file for file in every["files"] if file["name"] == "tasks.csv"]
    # Not as text: the file's own ends of lines are kept.
    assert only["files"][0]["text"] == (opened.config / "tasks.csv").read_bytes().decode()
