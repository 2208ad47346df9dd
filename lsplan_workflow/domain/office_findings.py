"""What is said of the work: configuration, calendar, actions, messages, backups, audit log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lsplan_workflow.domain.health import (
    Finding,
    Level,
    is_overlooked,
    level_of_backup,
    level_of_calendar,
    level_of_failure,
    level_of_waiting,
)
from lsplan_workflow.domain.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date, datetime, timedelta

_CHECKED: Final = {
    "configuration": Text("cấu hình", "configuration"),
    "database": Text("cơ sở dữ liệu", "database"),
    "disk": Text("đĩa", "disk"),
    "mail": Text("máy chủ thư", "mail server"),
    "clock": Text("đồng hồ", "clock"),
    "prefect": Text("Prefect", "Prefect"),
    "secrets": Text("khóa và mật khẩu", "secrets"),
    "calendar": Text("lịch nghỉ", "calendar"),
    "actions": Text("việc đến hạn xử lý", "actions due"),
    "waiting": Text("thông báo đang chờ", "waiting messages"),
    "failed": Text("thông báo hỏng", "failed messages"),
    "contacts": Text("địa chỉ liên hệ", "contacts' addresses"),
    "backup": Text("sao lưu", "backup"),
    "audit": Text("nhật ký", "audit log"),
}


def unknown(check: str) -> Finding:
    """Return what is said of a check that needs the database while that cannot be opened."""
    name = _CHECKED[check]
    said = Text(
        f"{name.vi}: chưa kiểm tra được, vì không có cơ sở dữ liệu",
        f"{name.en}: not looked at, because there is no database",
    )
    remedy = Text("Khắc phục cơ sở dữ liệu trước.", "Mend the database first.")
    return Finding(f"{check}-unknown", Level.UNKNOWN, said, remedy)


def unchecked(check: str, why: Text) -> Finding:
    """Return what is said of a check that itself failed."""
    name = _CHECKED[check]
    said = Text(
        f"{name.vi}: phép kiểm tra bị lỗi: {why.vi}", f"{name.en}: the check failed: {why.en}"
    )
    remedy = Text(
        "Xem lỗi đã nêu; nếu không rõ, báo người phát triển chương trình kèm nguyên văn.",
        "See to what it says; if that is not clear, pass the sentence on to the developers.",
    )
    return Finding(f"{check}-unchecked", Level.TROUBLE, said, remedy)


def configuration_faulty(why: Text) -> Finding:
    """Return what is said of a folder that could not be applied."""
    remedy = Text(
        "Chạy `lsplan check` và sửa mọi lỗi; cấu hình đã áp dụng vẫn có hiệu lực.",
        "Run `lsplan check` and mend every fault; what was applied stays in force.",
    )
    said = Text(f"thư mục cấu hình có lỗi: {why.vi}", f"the folder has faults: {why.en}")
    return Finding("configuration-faulty", Level.TROUBLE, said, remedy)


def configuration_outdated() -> Finding:
    """Return what is said of a configuration in force that only a former release understood."""
    said = Text(
        "phiên bản chương trình này không đọc được cấu hình đang có hiệu lực",
        "this release does not understand the configuration in force",
    )
    remedy = Text(
        "Sửa thư mục cấu hình theo `lsplan check`, rồi chạy `lsplan apply`.",
        "Bring the folder to the present form with `lsplan check`, then run `lsplan apply`.",
    )
    return Finding("configuration-outdated", Level.TROUBLE, said, remedy)


def configuration(*, edited: bool) -> Finding:
    """Return what is said of a valid folder, in force or edited since."""
    if not edited:
        said = Text("cấu hình hợp lệ", "the configuration is valid")
        return Finding("configuration", Level.OK, said)
    said = Text(
        "thư mục cấu hình đã sửa nhưng chưa áp dụng", "the folder was edited and not applied"
    )
    remedy = Text(
        "Xem `lsplan config diff`, rồi chạy `lsplan apply`.",
        "See `lsplan config diff`, then run `lsplan apply`.",
    )
    return Finding("configuration-edited", Level.NOTICE, said, remedy)


def calendar(estimated: Iterable[int], today: date) -> Iterator[Finding]:
    """Yield what is said of the needed years whose working days are not announced."""
    years = list(estimated)
    if not years:
        said = Text("lịch nghỉ năm nay và năm tới đã rõ", "this and next year's days off are known")
        yield Finding("calendar", Level.OK, said)
    for year in years:
        said = Text(
            f"lịch nghỉ năm {year} mới là ước tính",
            f"the days off of {year} are only estimated",
        )
        remedy = Text(
            f"Ghi ngày nghỉ năm {year} đã công bố vào config/calendar.csv, rồi `lsplan apply`.",
            f"Put the announced days of {year} into config/calendar.csv, then run `lsplan apply`.",
        )
        yield Finding("calendar-estimated", level_of_calendar(year, today), said, remedy)


def actions(oldest: datetime | None, now: datetime, local: str) -> Finding:
    """Return what is said of the action that is longest due, given also as local time."""
    if oldest is None or not is_overlooked(oldest, now):
        said = Text("không có việc nào bị bỏ sót", "no action was overlooked")
        return Finding("actions", Level.OK, said)
    said = Text(
        f"có việc phải xử lý từ {local} mà chưa lượt nào làm",
        f"something is due since {local} and no pass has done it",
    )
    remedy = Text(
        "Chạy `lsplan tick` và đọc lỗi nếu có; kiểm tra dịch vụ `lsplan up` hoặc cron.",
        "Run `lsplan tick` and read what it says; see that `lsplan up` or cron runs.",
    )
    return Finding("actions-overlooked", Level.TROUBLE, said, remedy)


def pass_failed() -> Finding:
    """Return what is said where the daily pass has just failed."""
    said = Text("lượt chạy hằng ngày vừa thất bại", "the daily pass has just failed")
    remedy = Text(
        "Đọc lỗi của lượt chạy trong giao diện Prefect hoặc var/prefect/flows.log, rồi chạy "
        "`lsplan tick`.",
        "Read the run's error in Prefect's interface or var/prefect/flows.log, then run "
        "`lsplan tick`.",
    )
    return Finding("pass-failed", Level.TROUBLE, said, remedy)


def waiting(count: int, mornings: int, local: str) -> Finding:
    """Return what is said of messages that are due; the oldest has waited some mornings."""
    level = level_of_waiting(mornings)
    if level is Level.OK:
        said = Text(
            f"{count} thông báo đang chờ, không có thông báo nào chờ lâu",
            f"messages that wait: {count}, none for long",
        )
        return Finding("waiting", level, said)
    said = Text(
        f"{count} thông báo đến lúc gửi mà chưa gửi được, lâu nhất từ {local}",
        f"messages due and not sent: {count}, the oldest since {local}",
    )
    remedy = Text(
        "Đọc lời máy chủ thư trong `lsplan outbox --status retry`; xem giới hạn [rate] trong "
        "config/program.toml.",
        "Read the mail server's words in `lsplan outbox --status retry`; see [rate] in "
        "config/program.toml.",
    )
    code = "waiting-stuck" if level is Level.TROUBLE else "waiting-long"
    return Finding(code, level, said, remedy)


def failed(count: int, youngest: timedelta) -> Finding:
    """Return what is said of messages that failed for good in cycles that still run."""
    if not count:
        said = Text("không có thông báo nào hỏng", "no message has failed")
        return Finding("failed", Level.OK, said)
    level = level_of_failure(youngest)
    said = Text(f"{count} thông báo không gửi được", f"messages that failed for good: {count}")
    remedy = Text(
        "Xem `lsplan outbox --status failed`, sửa địa chỉ, `lsplan apply`, rồi "
        "`lsplan outbox resend`.",
        "See `lsplan outbox --status failed`, correct the address, `lsplan apply`, then "
        "`lsplan outbox resend`.",
    )
    code = "failed-messages" if level is Level.TROUBLE else "failed-earlier"
    return Finding(code, level, said, remedy)


def uncertain(count: int) -> Finding:
    """Return what is said of messages of which the server did not say whether it took them."""
    said = Text(
        f"{count} thông báo không rõ đã đến hay chưa: mất kết nối sau khi giao thư",
        f"messages that may have arrived: {count}; the connection broke after handing over",
    )
    remedy = Text(
        "Không cần làm gì: thư được gửi lại với cùng Message-ID. Nếu lặp lại, kiểm tra đường mạng "
        "đến máy chủ thư.",
        "Nothing: they are sent again under the same Message-ID. If it goes on, check the way "
        "to the mail server.",
    )
    return Finding("uncertain-messages", Level.NOTICE, said, remedy)


def contacts(suspects: Sequence[str]) -> Finding:
    """Return what is said of contacts (ids) whom a server refused, or a chat service never took."""
    if not suspects:
        said = Text("không liên hệ nào bị nghi ngờ", "no contact is suspect")
        return Finding("contacts", Level.OK, said)
    named = ", ".join(suspects[:_NAMED]) + (", …" if len(suspects) > _NAMED else "")
    said = Text(
        f"{len(suspects)} liên hệ có địa chỉ bị từ chối hoặc không nhận tin: {named}",
        f"contacts whose address was refused, or takes nothing: {len(suspects)} ({named})",
    )
    remedy = Text(
        "Xem `lsplan contact list`, hỏi lại cơ quan, sửa tệp liên hệ rồi `lsplan apply`; nếu địa "
        "chỉ đúng, chạy `lsplan contact trust`.",
        "See `lsplan contact list`, ask the agency, correct the contacts file and run `lsplan "
        "apply`; if the address is right, run `lsplan contact trust`.",
    )
    return Finding("contacts-suspect", Level.NOTICE, said, remedy)


_NAMED: Final = 5


def backup(age: timedelta | None, running: timedelta) -> Finding:
    """Return what is said of the last backup, or of none since the product first ran."""
    level = level_of_backup(running if age is None else age)
    remedy = Text(
        "Chạy `lsplan backup`, và đặt lịch chạy hằng ngày.",
        "Run `lsplan backup`, and have it run every day.",
    )
    if age is None:
        said = Text("chưa sao lưu lần nào", "never backed up")
        late = Level.TROUBLE if level is Level.TROUBLE else Level.NOTICE
        return Finding("backup-never", late, said, remedy)
    said = Text(
        f"lần sao lưu gần nhất cách đây {age.days} ngày", f"the last backup is {age.days} days old"
    )
    if level is Level.OK:
        return Finding("backup", level, said)
    return Finding("backup-old", level, said, remedy)


def no_backup_needed() -> Finding:
    """Return what is said of a rehearsal, which nobody misses."""
    said = Text("dữ liệu diễn tập, không cần sao lưu", "a rehearsal needs no backup")
    return Finding("backup", Level.OK, said)


def audit(count: int) -> Finding:
    """Return what is said of an intact log of so many events."""
    said = Text(f"nhật ký nguyên vẹn, {count} sự kiện", f"the audit log is intact: {count} events")
    return Finding("audit", Level.OK, said)


def audit_broken(number: int, why: Text) -> Finding:
    """Return what is said of a log that is not what was written, from an event on."""
    said = Text(
        f"nhật ký không còn nguyên vẹn từ sự kiện số {number}: {why.vi}",
        f"the audit log is not intact from event {number} on: {why.en}",
    )
    remedy = Text(
        "Giữ nguyên hiện trạng, báo lãnh đạo; so với đầu sổ đã in trong bản tin và báo cáo tổng "
        "hợp, đối chiếu bản sao lưu.",
        "Leave everything as it is and tell your superiors; compare with the heads that digests "
        "and reports printed, and with the backups.",
    )
    return Finding("audit-broken", Level.TROUBLE, said, remedy)


def administrators_missing(ended: Sequence[str] = ()) -> Finding:
    """Return what is said where nobody could be told of trouble, or only the `ended` contacts.

    Those are the ids of administrators whose agencies have ended.
    """
    said = Text("không có liên hệ vai trò admin", "no contact has the role admin")
    if ended:
        listed = ", ".join(ended)
        said = Text(
            f"liên hệ vai trò admin chỉ còn ở cơ quan đã kết thúc: {listed}",
            f"the role admin is left to contacts of agencies that have ended: {listed}",
        )
    remedy = Text(
        "Thêm người quản trị vào tệp liên hệ, rồi chạy `lsplan apply`.",
        "Add an administrator to the contacts file, then run `lsplan apply`.",
    )
    return Finding("administrators-missing", Level.NOTICE, said, remedy)
