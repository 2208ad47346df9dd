"""`init`, and what --at means."""

from __future__ import annotations

import sqlite3

import pytest

from tests.cli.command import DONE, WRONG, Place, lsplan

COMMANDS = [
    ("tick",),
    ("status",),
    ("status", "plan-2025"),
    ("preview",),
    ("outbox",),
    ("outbox", "resend", "KEY"),
    ("log",),
    ("audit", "verify"),
    ("apply",),
    ("review", "accept", "plan-2025", "SYT"),
    ("review", "return", "plan-2025", "SYT", "--reason", "thiếu"),
    ("consolidate", "plan-2025"),
]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_command_before_init_is_refused_and_creates_nothing(empty, tmp_path, command):
    before = set(tmp_path.iterdir())
    answer = empty(*command)
    assert answer.code == WRONG
    assert answer.err == "Chưa khởi tạo dữ liệu; hãy chạy `lsplan init` trước.\n"
    assert answer.out == ""
    assert set(tmp_path.iterdir()) == before


def test_submitting_before_init_is_refused_and_keeps_no_file(empty, report):
    assert empty("submit", "plan-2025", "SYT", report).code == WRONG
    assert not empty.var.exists()


def test_init_says_where_it_has_set_up(empty):
    answer = empty("init")
    assert (answer.code, answer.err) == (DONE, "")
    assert answer.out == f"Đã khởi tạo trong {empty.var}.\n"
    assert (empty.var / "audit.key").stat().st_mode & 0o777 == 0o600
    assert empty.var.stat().st_mode & 0o777 == 0o700


def test_init_twice_is_refused_and_changes_nothing(opened):
    before = (opened.var / "lsplan.db").read_bytes()
    for arguments in (("init",), ("init", "--rehearsal")):
        answer = opened(*arguments)
        assert answer.code == WRONG
        assert "đã được khởi tạo" in answer.err
        assert "lsplan apply" in answer.err
    assert (opened.var / "lsplan.db").read_bytes() == before


def test_init_on_a_faulty_folder_sets_nothing_up(own_folder, tmp_path):
    (own_folder / "program.toml").write_text("[program", encoding="utf-8")
    place = Place(own_folder, tmp_path / "var")
    assert place("init").code == WRONG
    assert not place.var.exists()


def test_init_where_the_data_folder_is_a_file_is_refused(folder, tmp_path):
    (tmp_path / "var").write_text("")
    answer = Place(folder, tmp_path / "var")("init")
    assert answer.code == WRONG
    assert answer.err.endswith("đây không phải thư mục; hãy chọn --var khác.\n")


def test_init_for_a_rehearsal_says_how_to_go_on(empty):
    assert "lsplan --at 2024-12-20T08:00 tick" in empty.done("init", "--rehearsal").out


def test_init_for_a_rehearsal_stamps_nothing_of_its_own_time(fresh):
    with sqlite3.connect(fresh.var / "lsplan.db") as connection:
        dump = list(connection.iterdump())
        stamps = connection.execute(
            "SELECT applied_at FROM configuration_version UNION ALL "
            "SELECT clock_at FROM installation UNION ALL SELECT first_ran_at FROM installation"
        ).fetchall()
        counts = [
            connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            for table in ("cycle", "obligation", "notice", "audit_event")
        ]
    connection.close()
    assert dump
    assert set(stamps) == {(None,)}
    assert counts == [0, 0, 0, 0]


@pytest.mark.parametrize(
    "command",
    [("tick",), ("status",), ("status", "plan-2025"), ("preview",), ("agencies",)],
    ids=" ".join,
)
def test_a_rehearsal_that_was_never_told_an_instant_says_so(fresh, command):
    answer = fresh(*command)
    assert answer.code == WRONG
    assert "chưa có thời điểm" in answer.err
    assert "--at" in answer.err


def test_what_needs_no_clock_answers_in_a_rehearsal_without_an_instant(fresh):
    assert fresh("outbox").out == "0 thông báo\n"
    assert fresh("log").out == "0 sự kiện\n"
    assert fresh("audit", "verify").code == DONE


def test_the_first_instant_starts_the_clock(fresh):
    assert fresh.json("status", "plan-2025", at="2024-12-20T08:00")["as_of"] == (
        "2024-12-20T08:00:00+07:00"
    )
    events = fresh.json("log")
    assert [event["event"] for event in events] == ["initialised", "configuration_applied"]
    assert {event["at"] for event in events} == {"2024-12-20T08:00:00+07:00"}


def test_init_may_be_told_the_first_instant(empty):
    empty.done("init", "--rehearsal", at="2025-09-03T07:30")
    assert empty.json("status", "annual-2025")["as_of"] == "2025-09-03T07:30:00+07:00"


def test_a_command_without_an_instant_stands_at_the_last_one_given(opened):
    opened.done("status", at="2025-01-02T09:15")
    assert opened.json("status", "plan-2025")["as_of"] == "2025-01-02T09:15:00+07:00"


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("2025-01-02T09:15:00Z", "2025-01-02T16:15:00+07:00"),
        ("2025-01-02T09:15+07:00", "2025-01-02T09:15:00+07:00"),
        ("2025-01-02", "2025-01-02T00:00:00+07:00"),
        ("02/01/2025", "2025-01-02T00:00:00+07:00"),
        ("02/01/2025T09:15", "2025-01-02T09:15:00+07:00"),
    ],
)
def test_an_instant_has_an_offset_or_is_local(opened, given, told):
    assert opened.json("status", "plan-2025", at=given)["as_of"] == told


@pytest.mark.parametrize("given", ["hôm nay", "2025-02-30T08:00", "31/02/2024", ""])
def test_an_instant_that_is_none_is_refused_with_an_example(opened, given):
    answer = opened("status", at=given)
    assert answer.code == WRONG
    assert "2025-10-20T08:00+07:00" in answer.err


@pytest.mark.parametrize("given", ["0001-01-01", "9999-12-31T23:59"])
def test_an_instant_out_of_every_calendar_is_refused(opened, given):
    answer = opened("tick", at=given)
    assert answer.code == WRONG
    assert "năm phải từ 1900 đến 2999" in answer.err


@pytest.mark.parametrize("command", [("tick",), ("status",), ("agencies",), ("log",)], ids=" ".join)
def test_an_instant_is_refused_unless_it_is_a_rehearsal(empty, command):
    empty.done("init")
    answer = empty(*command, at="2025-01-02T08:00")
    assert answer.code == WRONG
    assert "lsplan init --rehearsal" in answer.err


def test_init_that_is_no_rehearsal_takes_no_instant(empty):
    answer = empty("init", at="2025-01-02T08:00")
    assert answer.code == WRONG
    assert not empty.var.exists()


@pytest.mark.parametrize("command", ["check", "up", "demo"])
def test_an_instant_is_refused_where_no_clock_is_read(opened, command):
    answer = opened(command, at="2025-01-02T08:00")
    assert answer.code == WRONG
    assert answer.err == f"--at không dùng được với `lsplan {command}`.\n"


def test_the_folders_may_come_from_the_environment(opened, monkeypatch):
    monkeypatch.setenv("LSPLAN_CONFIG", str(opened.config))
    monkeypatch.setenv("LSPLAN_VAR", str(opened.var))
    assert lsplan("status", "plan-2025", "--json").json["open"] == 37
