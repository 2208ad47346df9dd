"""The commands in the order in which an administrator meets them: where each is, what it does.

It is all that the help text needs: a module with commands is loaded when one of them is used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from lsplan_workflow.domain.text import Text
from lsplan_workflow.terminal.language import language

if TYPE_CHECKING:
    from collections.abc import Mapping


class _Entry(NamedTuple):
    """The module that registers a command, and what the command does."""

    module: str
    summary: Text


INDEX: Final[Mapping[str, _Entry]] = {
    "init": _Entry(
        "running", Text("Khởi tạo dữ liệu theo cấu hình.", "Set up by the configuration.")
    ),
    "check": _Entry(
        "configuring", Text("Kiểm tra toàn bộ cấu hình.", "Check the whole configuration.")
    ),
    "apply": _Entry(
        "applying", Text("Áp dụng cấu hình đã sửa.", "Take the edited configuration into effect.")
    ),
    "config": _Entry(
        "history", Text("Các cấu hình đã áp dụng.", "The configurations that were applied.")
    ),
    "tick": _Entry(
        "following", Text("Chạy trọn một lượt: mở kỳ, nhắc, gửi, tổng hợp.", "Run one whole pass.")
    ),
    "up": _Entry(
        "running", Text("Chạy thường trực: máy chủ, giao diện, lịch.", "Run server, UI, schedules.")
    ),
    "demo": _Entry(
        "running", Text("Diễn tập cả năm 2025 trong một phút.", "Rehearse a whole year.")
    ),
    "rehearse": _Entry(
        "rehearsing",
        Text(
            "Diễn tập một thời gian theo cấu hình đang có hiệu lực.",
            "Rehearse a period by the configuration in effect.",
        ),
    ),
    "status": _Entry(
        "following", Text("Xem tình hình một kỳ, hoặc mọi kỳ.", "Show how a cycle stands, or all.")
    ),
    "preview": _Entry(
        "foreseeing",
        Text(
            "Xem trước ai sẽ nhận gì, khi nào; và điều gì sẽ khác nếu….",
            "Show who will get what, when, if nobody acts, or what would differ.",
        ),
    ),
    "agencies": _Entry(
        "configuring",
        Text("Liệt kê các cơ quan tồn tại vào một ngày.", "List the agencies existing on a day."),
    ),
    "calendars": _Entry(
        "calendars",
        Text(
            "Ghi cho mỗi cơ quan một tệp lịch để đăng ký theo dõi.",
            "Write a calendar for each agency to subscribe to.",
        ),
    ),
    "messages": _Entry("messages", Text("Các thư của hệ thống.", "The letters.")),
    "submit": _Entry(
        "filing", Text("Ghi nhận báo cáo của một cơ quan.", "Record an agency's report.")
    ),
    "review": _Entry("filing", Text("Duyệt báo cáo đã nộp.", "Review what was filed.")),
    "extend": _Entry(
        "deciding", Text("Gia hạn cho một hay nhiều cơ quan.", "Give agencies more time.")
    ),
    "waive": _Entry(
        "deciding", Text("Miễn báo cáo cho một hay nhiều cơ quan.", "Lift agencies' obligations.")
    ),
    "reopen": _Entry(
        "deciding",
        Text("Mở lại nghĩa vụ đã miễn hoặc đã chấp nhận.", "Take back waivers and acceptances."),
    ),
    "reorganise": _Entry(
        "reorganising",
        Text(
            "Sắp xếp tổ chức: sáp nhập, chia tách, chấm dứt, đổi tên, lập lại.",
            "Agencies merged, split, abolished, renamed, reopened.",
        ),
    ),
    "obstacle": _Entry(
        "obstacles",
        Text("Khó khăn, vướng mắc do cơ quan báo cáo.", "Obstacles that agencies report."),
    ),
    "consolidate": _Entry(
        "following", Text("Lập báo cáo tổng hợp.", "Write the consolidated report.")
    ),
    "outbox": _Entry(
        "outbox",
        Text("Xem các thông báo và kết quả gửi.", "Show the notices and what became of them."),
    ),
    "notify": _Entry("notifying", Text("Thử đường gửi tin.", "Try the ways of sending.")),
    "contact": _Entry("contacts", Text("Các liên hệ.", "The contacts.")),
    "audit": _Entry("auditing", Text("Sổ nhật ký có chuỗi mã băm.", "The chained audit log.")),
    "log": _Entry("auditing", Text("Xem nhật ký.", "Show the audit log.")),
    "doctor": _Entry(
        "doctoring", Text("Tự kiểm tra: có ổn không, phải làm gì.", "Is all well, and what to do.")
    ),
    "backup": _Entry(
        "keeping", Text("Sao lưu toàn bộ vào một tệp.", "Back up everything into one file.")
    ),
    "restore": _Entry(
        "keeping",
        Text("Phục hồi bản sao lưu vào nơi chưa có dữ liệu.", "Restore into an empty place."),
    ),
}


def summary(name: str) -> str:
    """Return what a command does, in the language of the command line."""
    return INDEX[name].summary.in_language(language())
