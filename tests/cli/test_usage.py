"""What is said of a command line that cannot be understood, and the help."""

from __future__ import annotations

import pytest

from tests.cli.command import DONE, WRONG, lsplan

COMMANDS = [
    *("init", "check", "apply", "config", "tick", "up", "demo", "rehearse"),
    *("status", "preview", "agencies", "calendars", "messages"),
    *("submit", "review", "extend", "waive", "reopen", "reorganise"),
    *("obstacle", "consolidate"),
    *("outbox", "notify", "contact", "audit", "log", "doctor", "backup", "restore"),
]


def test_the_command_alone_prints_its_help():
    answer = lsplan()
    assert (answer.code, answer.err) == (DONE, "")
    assert answer.out.startswith("Cách dùng: lsplan [TÙY_CHỌN] LỆNH [THAM_SỐ]...\n")
    assert answer.out == lsplan("--help").out


def test_the_help_lists_every_command_in_the_order_of_use():
    listed = lsplan("--help").out.partition("\nLệnh:\n")[2].splitlines()
    assert [line.split()[0] for line in listed if line] == COMMANDS


@pytest.mark.parametrize("group", ["audit", "config", "review"])
def test_a_group_alone_does_nothing_and_says_so_with_its_help(group):
    answer = lsplan(group)
    assert (answer.code, answer.out) == (WRONG, "")
    assert answer.err.startswith(f"Cách dùng: lsplan {group} ")


@pytest.mark.parametrize("command", COMMANDS)
def test_the_help_of_every_command_is_vietnamese(command):
    answer = lsplan(command, "--help")
    assert answer.code == DONE
    for english in ("Usage", "Options", "Arguments", "Commands", "Show this", "default", "<", "{"):
        assert english not in answer.out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["frob"], "Không có lệnh «frob».\nXem hướng dẫn: lsplan --help\n"),
        (["stats"], "Không có lệnh «stats». Có phải là 'status'?\n"),
        (["--frob"], "Không có tùy chọn --frob.\nXem hướng dẫn: lsplan --help\n"),
        (["status", "--jsn"], "Không có tùy chọn --jsn. Có phải là --json?\n"),
        (["status", "a", "b"], "Thừa tham số: b.\nXem hướng dẫn: lsplan status --help\n"),
        (["--at"], "Tùy chọn --at cần một giá trị.\n"),
        (["status", "--json=1"], "Tùy chọn --json không nhận giá trị.\n"),
        (["submit"], "Thiếu tham số KỲ: mã kỳ báo cáo, ví dụ annual-2025.\n"),
        (["submit", "plan-2025"], "Thiếu tham số CƠ_QUAN: mã cơ quan, ví dụ SYT.\n"),
        (["submit", "plan-2025", "SYT"], "Thiếu tham số TỆP: các tệp của báo cáo.\n"),
        (["review", "return", "plan-2025", "SYT"], "Thiếu tùy chọn --reason: lý do trả lại.\n"),
        (["consolidate"], "Thiếu tham số KỲ: mã kỳ báo cáo, ví dụ annual-2025.\n"),
        (["outbox", "give-up"], "Thiếu tham số KHÓA: khóa trong `lsplan outbox`.\n"),
        (["--var", "v"], "Thiếu tên lệnh.\n"),
    ],
    ids=" ".join,
)
def test_a_wrong_command_line_is_explained_in_vietnamese(arguments, said):
    answer = lsplan(*arguments)
    assert (answer.code, answer.out) == (WRONG, "")
    assert answer.err.startswith(said)
    assert "--help" in answer.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["frob"], "No such command 'frob'.\nFor help: lsplan --help\n"),
        (["--frob"], "No such option: --frob"),
        (["status", "a", "b"], "Got unexpected extra argument"),
    ],
    ids=str,
)
def test_a_wrong_command_line_is_explained_in_english(arguments, said, english):
    answer = lsplan(*arguments)
    assert answer.code == WRONG
    assert answer.err.startswith(said)
