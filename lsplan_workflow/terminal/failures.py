"""What a person is told of a failure: no traceback, no secret, and what to do about it."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING, Final

from lsplan_workflow.domain.errors import ConfigurationError, LsplanError, RequestError
from lsplan_workflow.domain.text import Text
from lsplan_workflow.terminal.exit_codes import FAILED, WRONG
from lsplan_workflow.terminal.language import language, say
from lsplan_workflow.terminal.output import complain

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_LOG: Final = "lsplan-error.log"
_SHORTEST_SECRET: Final = 4
_SECRET_NAMES: Final = ("KEY", "PASS", "SECRET", "TOKEN", "_URL")

_FULL_DISK: Final = Text(
    "Đĩa đã đầy; hãy giải phóng chỗ trống rồi chạy lại.",
    "The disk is full; free some space and try again.",
)
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})

# Pieces of what SQLite and the drivers of Postgres say, and what that means to a person.
_DATABASE: Final = (
    (
        ("database is locked", "database table is locked", "lock timeout"),
        Text(
            "Cơ sở dữ liệu đang bị một tiến trình khác giữ; hãy chờ lượt đang chạy kết thúc "
            "rồi chạy lại.",
            "The database is held by another process; wait until its run ends and try again.",
        ),
    ),
    (
        ("readonly", "read-only"),
        Text(
            "Cơ sở dữ liệu chỉ cho đọc; hãy kiểm tra quyền ghi vào thư mục --var và các tệp "
            "trong đó.",
            "The database is read-only; check the right to write to the folder --var and its "
            "files.",
        ),
    ),
    (
        ("unable to open database file",),
        Text(
            "Không mở được tệp cơ sở dữ liệu; hãy kiểm tra --var, LSPLAN_DATABASE_URL và quyền "
            "đọc, ghi.",
            "The database file cannot be opened; check --var, LSPLAN_DATABASE_URL and the "
            "rights to read and write.",
        ),
    ),
    (
        ("not a database", "malformed"),
        Text(
            "Tệp cơ sở dữ liệu đã hỏng hoặc không phải cơ sở dữ liệu; hãy phục hồi từ bản sao lưu.",
            "The database file is damaged or no database; restore it from the backup.",
        ),
    ),
    (("disk is full", "No space left", "disk I/O error"), _FULL_DISK),
)
_SYSTEM_VI: Final = {
    errno.EACCES: "không đủ quyền",
    errno.EPERM: "không được phép",
    errno.ENOENT: "không có tệp hoặc thư mục này",
    errno.EISDIR: "đây là thư mục, không phải tệp",
    errno.ENOTDIR: "đây là tệp, không phải thư mục",
    errno.EEXIST: "đã có sẵn",
    errno.EROFS: "ổ đĩa chỉ cho đọc",
    errno.ENOSPC: "đĩa đã đầy",
    errno.EDQUOT: "đã dùng hết hạn mức đĩa",
    errno.EFBIG: "tệp lớn quá mức cho phép",
}


def explain(error: Exception, var: Path | None = None) -> int:
    """Print what went wrong in the user's language and return the exit code.

    What nobody foresaw leaves its traceback in the folder of the product's data.
    """
    if isinstance(error, LsplanError):
        return _explain_known(error)
    if isinstance(error, OSError) and error.errno in _FULL:
        complain(_FULL_DISK.in_language(language()))
        return FAILED
    found = _explain_database(error)
    if found is not None:
        return found
    complain(masked(_unforeseen(error)))
    log = None if var is None else _keep_traceback(error, var)
    if log is not None:
        complain(say(f"Chi tiết kỹ thuật: {log}", f"Technical details: {log}"))
    return FAILED


def _explain_known(error: LsplanError) -> int:
    if isinstance(error, ConfigurationError):
        for fault in error.faults:
            complain(masked(fault.in_language(language())))
    complain(masked(error.text.in_language(language())))
    return WRONG if isinstance(error, RequestError) else FAILED


def system_reason(error: OSError) -> str:
    """Return why the system refused, in the user's language."""
    english = error.strerror or str(error)
    return say(_SYSTEM_VI.get(error.errno or 0, english), english)


def _unforeseen(error: Exception) -> str:
    if isinstance(error, OSError) and error.filename is not None:
        reason = f"{error.filename}: {system_reason(error)}"
        return say(f"Công việc không hoàn thành: {reason}.", f"The work failed: {reason}.")
    first = next(iter(str(error).splitlines()), "")
    reason = f"{type(error).__name__}: {first}"
    return say(f"Công việc không hoàn thành: {reason}", f"The work failed: {reason}")


def _explain_database(error: Exception) -> int | None:
    """Explain what the database refused; return None if it was none of that."""
    # Only a failure pays for this import.
    from sqlalchemy import exc

    if isinstance(error, exc.ArgumentError | exc.NoSuchModuleError | ModuleNotFoundError):
        complain(_unusable_url(error))
        return WRONG
    if not isinstance(error, exc.OperationalError | exc.DatabaseError) or isinstance(
        error, exc.IntegrityError | exc.DataError | exc.ProgrammingError
    ):
        return None
    said = str(error.orig)
    for pieces, text in _DATABASE:
        if any(piece in said for piece in pieces):
            complain(text.in_language(language()))
            return FAILED
    if isinstance(error, exc.OperationalError):
        complain(masked(_out_of_reach(said)))
        return FAILED
    return None


def _unusable_url(error: Exception) -> str:
    missing = getattr(error, "name", None)
    if isinstance(error, ModuleNotFoundError):
        return say(
            f"Thiếu thư viện «{missing}»; hãy cài đặt lại chương trình, và nếu đặt "
            "LSPLAN_DATABASE_URL thì dùng dạng postgresql://… hoặc sqlite:///….",
            f"The library {missing} is missing; install the product again, and give "
            "LSPLAN_DATABASE_URL, if set, the form postgresql://… or sqlite:///….",
        )
    form = "postgresql://user:password@host:5432/lsplan"
    return say(
        f"LSPLAN_DATABASE_URL không dùng được; cần dạng {form} hoặc sqlite:////thư-mục/tệp.db.",
        f"LSPLAN_DATABASE_URL cannot be used; expected {form} or sqlite:////folder/file.db.",
    )


def _out_of_reach(said: str) -> str:
    first = next(iter(said.splitlines()), "")
    return say(
        "Không làm việc được với cơ sở dữ liệu; hãy kiểm tra máy chủ và LSPLAN_DATABASE_URL "
        f"({first}).",
        f"The database cannot be reached; check its server and LSPLAN_DATABASE_URL ({first}).",
    )


def _keep_traceback(error: Exception, var: Path) -> Path | None:
    """Keep what a programmer needs where an administrator finds it, if there is a place."""
    import traceback

    if not var.is_dir():
        return None
    _hide_rows(error)
    log = var / _LOG
    try:
        handle = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(masked("".join(traceback.format_exception(error))))
    except OSError:
        return None
    return log.resolve()


def _hide_rows(error: BaseException | None) -> None:
    """Keep people's names and addresses out of what SQLAlchemy says of its statements."""
    while error is not None:
        if hasattr(error, "hide_parameters"):
            error.hide_parameters = True
        error = error.__cause__ or error.__context__


def masked(text: str) -> str:
    """Return the text with every secret of the environment replaced, the longest first."""
    for secret in sorted(_secrets(), key=len, reverse=True):
        if len(secret) >= _SHORTEST_SECRET:
            text = text.replace(secret, "****")
    return text


def _secrets() -> Iterator[str]:
    """Yield the values that only their owner may see, and the passwords within URLs."""
    from urllib.parse import unquote

    for name, value in os.environ.items():
        if not any(part in name.upper() for part in _SECRET_NAMES):
            continue
        yield value
        user_part, at, _ = value.partition("://")[2].rpartition("@")
        password = user_part.partition(":")[2] if at else ""
        yield from (password, unquote(password))
