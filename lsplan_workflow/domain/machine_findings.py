"""What is said of the machine: disk, clock, mail server, Prefect, secrets, database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lsplan_workflow.domain.causes import Cause
from lsplan_workflow.domain.health import (
    GIBIBYTE,
    Finding,
    Level,
    level_of_clock,
    level_of_disk,
)
from lsplan_workflow.domain.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import timedelta

_DISK_CODES: Final = {
    Level.OK: "disk",
    Level.NOTICE: "disk-low",
    Level.TROUBLE: "disk-full",
}
_CLOCK_CODES: Final = {
    Level.OK: "clock",
    Level.NOTICE: "clock-drifting",
    Level.TROUBLE: "clock-wrong",
}


def disk(folder: str, free: int) -> Finding:
    """Return what is said of so many free bytes on the disk of a folder."""
    level, room = level_of_disk(free), f"{free / GIBIBYTE:.1f}"
    said = Text(
        f"{folder}: đĩa còn trống {room.replace('.', ',')} GiB",
        f"{folder}: {room} GiB of the disk are free",
    )
    remedy = Text(
        "Giải phóng chỗ trống hoặc mở rộng ổ đĩa trước khi các cơ quan gửi báo cáo.",
        "Free some space or enlarge the disk before reports come in.",
    )
    return _finding(_DISK_CODES[level], level, said, remedy)


def clock(offset: timedelta, source: str) -> Finding:
    """Return what is said of a clock that is ahead of a source's by so much, or behind."""
    level, seconds = level_of_clock(offset), round(abs(offset).total_seconds())
    said = Text(
        f"đồng hồ máy lệch {seconds} giây so với {source}",
        f"the machine's clock differs by {seconds} seconds from {source}",
    )
    remedy = Text(
        "Bật đồng bộ giờ (`timedatectl set-ntp true`): đúng hạn hay chậm được xét theo đồng hồ "
        "này.",
        "Switch time synchronisation on (`timedatectl set-ntp true`): on time or late is judged "
        "by this clock.",
    )
    return _finding(_CLOCK_CODES[level], level, said, remedy)


def clock_unknown(why: Text) -> Finding:
    """Return what is said where nothing tells the time to compare with."""
    remedy = Text(
        "Đặt LSPLAN_TIME_SOURCE là địa chỉ một trang web tin cậy để so giờ.",
        "Set LSPLAN_TIME_SOURCE to a web address whose time you trust.",
    )
    said = Text(f"không so được đồng hồ máy: {why.vi}", f"the clock was not compared: {why.en}")
    return Finding("clock-unknown", Level.UNKNOWN, said, remedy)


def mail(server: str) -> Finding:
    """Return what is said of a mail server that greets us and lets us log in."""
    return _ok("mail", f"máy chủ thư {server} trả lời", f"the mail server {server} answers")


def mail_filed(folder: str) -> Finding:
    """Return what is said where mail is filed in a folder and reaches nobody."""
    said = Text(
        f"chưa đặt LSPLAN_SMTP_URL: thư chỉ được lưu trong {folder}, không đến ai cả",
        f"LSPLAN_SMTP_URL is not set: mail is filed in {folder} and reaches nobody",
    )
    remedy = Text(
        "Đặt LSPLAN_SMTP_URL, trừ khi đang dùng thử.", "Set LSPLAN_SMTP_URL, unless you try out."
    )
    return Finding("mail-filed", Level.NOTICE, said, remedy)


def mail_in_clear(server: str) -> Finding:
    """Return what is said of a mail server that is given the password without encryption."""
    said = Text(
        f"mật khẩu gửi đến máy chủ thư {server} không được mã hóa",
        f"the password goes to the mail server {server} without encryption",
    )
    remedy = Text(
        "Đổi LSPLAN_SMTP_URL thành mailtos://…, hoặc bỏ tên và mật khẩu nếu không cần đăng nhập.",
        "Make LSPLAN_SMTP_URL mailtos://…, or leave name and password out where no login is "
        "wanted.",
    )
    return Finding("mail-in-clear", Level.NOTICE, said, remedy)


def mail_unreachable(words: Text, cause: Cause | None = None) -> Finding:
    """Return what is said of a mail server that cannot be used, in its own words, and why."""
    said = Text(f"không dùng được máy chủ thư: {words.vi}", f"no use of mail: {words.en}")
    remedy = _MAIL_REMEDIES.get(cause, _CHECK_MAIL)
    return Finding("mail-unreachable", Level.TROUBLE, said, remedy)


_CHECK_MAIL: Final = Text(
    "Kiểm tra máy chủ thư và LSPLAN_SMTP_URL; thư chờ sẽ được gửi khi máy chủ trả lời.",
    "Check the mail server and LSPLAN_SMTP_URL; what waits leaves once it answers.",
)
_MAIL_REMEDIES: Final[Mapping[Cause | None, Text]] = {
    Cause.LOGIN: Text(
        "Kiểm tra tên và mật khẩu (hoặc mã truy cập) trong LSPLAN_SMTP_URL; máy chủ có thể đòi mật "
        "khẩu ứng dụng. Thư chờ không mất.",
        "Check name and password (or token) in LSPLAN_SMTP_URL; the server may want an app "
        "password. What waits is not lost.",
    ),
    Cause.REFUSED: Text(
        "Hỏi người quản trị máy chủ thư vì sao máy chủ từ chối máy này, hoặc từ chối địa chỉ "
        "`sender` trong program.toml. Thư chờ không mất.",
        "Ask whoever runs the mail server what it has against this machine, or against the "
        "`sender` in program.toml. What waits is not lost.",
    ),
    Cause.UNPROTECTED: Text(
        "Tên máy chủ trong LSPLAN_SMTP_URL phải đúng như trong chứng thư, và máy này phải tin cậy "
        "nơi cấp; máy chủ không có mã hóa thì không được gửi thư. Thư chờ không mất.",
        "The host in LSPLAN_SMTP_URL has to be that of the certificate, and this machine has to "
        "trust its authority; a server without encryption gets no mail. What waits is not lost.",
    ),
    Cause.UNREACHABLE: Text(
        "Kiểm tra tên máy chủ và cổng trong LSPLAN_SMTP_URL, mạng và tường lửa; thư chờ không mất.",
        "Check host and port in LSPLAN_SMTP_URL, the network and the firewall; what waits is not "
        "lost.",
    ),
}


def prefect_unused() -> Finding:
    """Return what is said where `lsplan up` was never started."""
    return _ok(
        "prefect",
        "không dùng Prefect ở đây; các lượt chạy bằng `lsplan tick`",
        "Prefect is not used here; passes are run by `lsplan tick`",
    )


def prefect(url: str, missing: Sequence[str], late: Sequence[str]) -> Finding:
    """Return what is said of a Prefect that answers: flows without a schedule, or not started."""
    if missing:
        return _schedules_missing(", ".join(missing))
    if late:
        return _runs_late(", ".join(late))
    return _ok(
        "prefect",
        f"Prefect trả lời tại {url}, các lịch đang bật",
        f"Prefect answers at {url}, its schedules are on",
    )


def _schedules_missing(names: str) -> Finding:
    said = Text(f"Prefect không có lịch đang bật cho: {names}", f"no schedule is on for: {names}")
    remedy = Text(
        "Bật lại lịch trong giao diện Prefect, hoặc khởi động lại `lsplan up`.",
        "Switch it on in Prefect's interface, or restart `lsplan up`.",
    )
    return Finding("schedules-missing", Level.TROUBLE, said, remedy)


def _runs_late(names: str) -> Finding:
    said = Text(
        f"Prefect trả lời nhưng không ai bắt đầu các lượt đã đến giờ: {names}",
        f"Prefect answers, but nobody starts the runs that are due: {names}",
    )
    remedy = Text(
        "Khởi động lại `lsplan up` (hoặc worker); xem var/prefect/flows.log.",
        "Restart `lsplan up` (or the worker); see var/prefect/flows.log.",
    )
    return Finding("runs-late", Level.TROUBLE, said, remedy)


def prefect_unreachable(url: str, why: str) -> Finding:
    """Return what is said of a Prefect that does not answer as it should."""
    said = Text(
        f"Prefect không trả lời tại {url} ({why}); không lượt nào tự chạy",
        f"Prefect does not answer at {url} ({why}); no pass runs by itself",
    )
    remedy = Text(
        "Khởi động lại dịch vụ `lsplan up`; xem var/prefect/server.log. Nếu chỉ dùng "
        "`lsplan tick`, xóa thư mục var/prefect.",
        "Restart the service `lsplan up`; see var/prefect/server.log. Where only `lsplan tick` "
        "is used, delete the folder var/prefect.",
    )
    return Finding("prefect-unreachable", Level.TROUBLE, said, remedy)


def secrets() -> Finding:
    """Return what is said where every secret is there and its owner's alone."""
    return _ok("secrets", "các khóa và mật khẩu đầy đủ", "keys and passwords are all there")


def audit_key_missing() -> Finding:
    """Return what is said where nothing can be written to the audit log."""
    said = Text("mất khóa nhật ký", "the audit log's key is missing")
    remedy = Text(
        "Chép lại var/audit.key từ bản cất riêng (tệp của `lsplan backup` không có khóa) hoặc đặt "
        "LSPLAN_AUDIT_KEY; không tạo khóa mới.",
        "Put back the copy of var/audit.key that was kept apart (what `lsplan backup` writes has "
        "no key) or set LSPLAN_AUDIT_KEY; never make a new one.",
    )
    return Finding("audit-key-missing", Level.TROUBLE, said, remedy)


def variables_missing(names: Sequence[str]) -> Finding:
    """Return what is said of variables that contacts' addresses name and nobody has set."""
    listed = ", ".join(names)
    said = Text(
        f"liên hệ dùng biến môi trường chưa đặt: {listed}",
        f"contacts name environment variables that are not set: {listed}",
    )
    remedy = Text(
        "Đặt các biến này trong /etc/lsplan.env rồi khởi động lại dịch vụ.",
        "Set them in /etc/lsplan.env and restart the service.",
    )
    return Finding("secrets-missing", Level.TROUBLE, said, remedy)


def secrets_readable(files: Sequence[str]) -> Finding:
    """Return what is said of secret files that other accounts can read."""
    listed = ", ".join(files)
    said = Text(f"người khác đọc được: {listed}", f"others can read: {listed}")
    remedy = Text(f"Chạy `chmod go= {' '.join(files)}`.", f"Run `chmod go= {' '.join(files)}`.")
    return Finding("secrets-readable", Level.NOTICE, said, remedy)


def database(*, migrated: bool) -> Finding:
    """Return what is said of a database that opens, of this version's tables or of others."""
    if migrated:
        return _ok("database", "cơ sở dữ liệu mở được, đúng phiên bản", "the database opens")
    said = Text(
        "các bảng của cơ sở dữ liệu thuộc phiên bản khác của chương trình",
        "the database has the tables of another version of the product",
    )
    remedy = Text(
        "Sao lưu rồi chạy `lsplan status`, lệnh này nâng cấp bảng cũ; nếu vẫn báo, hãy cài lại "
        "phiên bản chương trình mới nhất đã dùng.",
        "Back up, then run `lsplan status`, which upgrades old tables; if this stays, install "
        "the newest version of the product that was used here.",
    )
    return Finding("database-migrations", Level.TROUBLE, said, remedy)


def database_missing() -> Finding:
    """Return what is said where nothing was initialised."""
    said = Text("chưa có dữ liệu ở đây", "there is no installation here")
    remedy = Text(
        "Chạy `lsplan init`, hoặc kiểm tra --var và LSPLAN_DATABASE_URL.",
        "Run `lsplan init`, or check --var and LSPLAN_DATABASE_URL.",
    )
    return Finding("database-missing", Level.TROUBLE, said, remedy)


def database_unreachable(why: Text) -> Finding:
    """Return what is said of a database that cannot be opened."""
    said = Text(f"không mở được cơ sở dữ liệu: {why.vi}", f"no database: {why.en}")
    remedy = Text(
        "Kiểm tra máy chủ cơ sở dữ liệu, --var và LSPLAN_DATABASE_URL; nếu tệp đã hỏng, phục "
        "hồi từ bản sao lưu.",
        "Check the database's server, --var and LSPLAN_DATABASE_URL; if its file is damaged, "
        "restore it from the backup.",
    )
    return Finding("database-unreachable", Level.TROUBLE, said, remedy)


def database_damaged(what: str) -> Finding:
    """Return what is said of a database that opens, but of which something cannot be read."""
    said = Text(f"tệp cơ sở dữ liệu bị hỏng: {what}", f"the database's file is damaged: {what}")
    remedy = Text(
        "Dừng dịch vụ, cất bản sao của các tệp lsplan.db*, rồi phục hồi từ bản sao lưu gần nhất; "
        "kiểm tra đĩa trước.",
        "Stop the service, put copies of the files lsplan.db* away, then restore the newest "
        "backup; see to the disk first.",
    )
    return Finding("database-damaged", Level.TROUBLE, said, remedy)


def heartbeat_unreached(why: str) -> Finding:
    """Return what is said where the address that watches over us cannot be reached."""
    said = Text(
        f"không gọi được LSPLAN_HEARTBEAT_URL ({why})",
        f"LSPLAN_HEARTBEAT_URL could not be called ({why})",
    )
    remedy = Text(
        "Kiểm tra địa chỉ và đường mạng; bên theo dõi sẽ tưởng hệ thống đã dừng.",
        "Check the address and the network; whoever watches will think that we stopped.",
    )
    return Finding("heartbeat-unreached", Level.NOTICE, said, remedy)


def _ok(code: str, vi: str, en: str) -> Finding:
    return Finding(code, Level.OK, Text(vi, en))


def _finding(code: str, level: Level, said: Text, remedy: Text) -> Finding:
    return Finding(code, level, said) if level is Level.OK else Finding(code, level, said, remedy)
