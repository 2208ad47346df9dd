"""`config history`, `config show` and `config diff`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from lsplan_workflow import bootstrap
from lsplan_workflow.cli import shapes, words
from lsplan_workflow.cli.index import summary
from lsplan_workflow.cli.main import AsJson, app, refuse_instant
from lsplan_workflow.cli.usage import Application, Group
from lsplan_workflow.domain.errors import RequestError
from lsplan_workflow.domain.text import Text
from lsplan_workflow.terminal.language import counted, language, say
from lsplan_workflow.terminal.output import (
    complain,
    print_json,
    print_line,
    print_table,
    print_text,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from lsplan_workflow.services.history import Comparison, Version

group = Application(cls=Group, help=summary("config"))
app.add_typer(group, name="config")

_NUMBER = say("SỐ", "NUMBER")
_ABOUT_NUMBER = say("Số trong `lsplan config history`.", "As in `lsplan config history`.")
_Number = Annotated[
    str | None, typer.Argument(metavar=_NUMBER, show_default=False, help=_ABOUT_NUMBER)
]


def _versions(context: typer.Context) -> list[Version]:
    from lsplan_workflow.services import history

    refuse_instant(context)
    with bootstrap.recorded(context.obj) as database, database.reading() as session:
        return history.versions(session)


def _number(text: str | None) -> int | None:
    if text is None:
        return None
    if not (text.isascii() and text.isdigit()):
        raise RequestError(
            Text(
                f"{text}: không phải số của một phiên bản; xem `lsplan config history`.",
                f"{text}: not the number of a version; see `lsplan config history`.",
            )
        )
    return int(text)


@group.command("history", help=say("Liệt kê các lần áp dụng.", "List what was applied and when."))
def list_versions(context: typer.Context, *, as_json: AsJson = False) -> None:
    """Print every version, oldest first, with how much it differs from the one before."""
    from lsplan_workflow.services import history

    known = _versions(context)
    local, found = history.local_time(known), history.history(known)
    if as_json:
        print_json([_entry(entry, local) for entry in found])
        return
    print_table(
        say(f"{len(known)} phiên bản cấu hình", counted(len(known), "configuration version")),
        [say("Số", "Number"), say("Áp dụng lúc", "Applied at"), say("Bởi", "By"),
         say("Khác lần trước", "Differences")],
        [_row(entry, local) for entry in found],
    )  # fmt: skip


def _entry(entry: Comparison, local: Callable[[datetime], datetime]) -> dict[str, Any]:
    return _applied(entry.after, local) | {
        "differences": None if entry.differences is None else len(entry.differences),
        "files": entry.changed_files,
    }


def _applied(version: Version, local: Callable[[datetime], datetime]) -> dict[str, Any]:
    at = version.applied_at
    return {
        "number": version.number,
        "applied_at": shapes.instant(local(at) if at else None),
        "applied_by": version.applied_by,
    }


def _row(entry: Comparison, local: Callable[[datetime], datetime]) -> tuple[str, ...]:
    version = entry.after
    at = words.instant(local(version.applied_at)) if version.applied_at else ""
    return str(version.number), at, version.applied_by, _amount(entry)


def _amount(entry: Comparison) -> str:
    if entry.before is None:
        return ""
    if entry.differences is not None:
        return str(len(entry.differences))
    count = len(entry.changed_files)
    return say(f"chỉ so được văn bản: {count} tệp", f"as text only: {counted(count, 'file')}")


@group.command(help=say("Xem một cấu hình đã áp dụng.", "Show a configuration as it was."))
def show(
    context: typer.Context,
    number: _Number = None,
    file: Annotated[
        str | None,
        typer.Argument(
            metavar=say("TỆP", "FILE"),
            show_default=False,
            help=say("Một tệp, ví dụ agencies.csv.", "One file, as agencies.csv."),
        ),
    ] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Print the files of a version, or the text of one; the version in force if none is named."""
    from lsplan_workflow.services import history

    if number is not None and file is None and not number.isdigit():
        number, file = None, number
    known = _versions(context)
    version, local = history.version(known, _number(number)), history.local_time(known)
    if file is not None:
        _require_file(version, file)
    if as_json:
        names = version.files if file is None else [file]
        files = [{"name": name, "text": version.files[name]} for name in sorted(names)]
        print_json(_applied(version, local) | {"files": files})
    elif file is not None:
        print_text(version.files[file])
    else:
        _print_files(version, local)


def _require_file(version: Version, file: str) -> None:
    if file not in version.files:
        command = f"`lsplan config show {version.number}`"
        raise RequestError(
            Text(
                f"{file}: phiên bản {version.number} không có tệp này; xem các tệp bằng {command}.",
                f"{file}: version {version.number} has no such file; {command} lists them.",
            )
        )


def _print_files(version: Version, local: Callable[[datetime], datetime]) -> None:
    at = words.instant(local(version.applied_at)) if version.applied_at else "–"
    rows = [(name, str(len(text.splitlines()))) for name, text in sorted(version.files.items())]
    print_table(
        say(
            f"Phiên bản {version.number}, áp dụng {at}, bởi {version.applied_by}",
            f"Version {version.number}, applied {at} by {version.applied_by}",
        ),
        [say("Tệp", "File"), say("Số dòng", "Lines")],
        rows,
    )


@group.command(help=say("So sánh hai cấu hình.", "Compare two configurations."))
def diff(
    context: typer.Context,
    before: _Number = None,
    after: _Number = None,
    *,
    text: Annotated[
        bool,
        typer.Option("--text", help=say("So từng dòng của các tệp.", "Compare the files' lines.")),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Print what differs: in force against the folder, one against that in force, or two."""
    from lsplan_workflow.services import history

    known = _versions(context)
    old = history.version(known, _number(before))
    if before is None:
        new = bootstrap.folder_version(context.obj.config, checked=not text)
    else:
        new = history.version(known, _number(after))
    if as_json:
        print_json(_comparison(history.compare(old, new)))
    elif text:
        print_text(history.text_difference(old, new))
    else:
        _print_comparison(history.compare(old, new))


def _comparison(found: Comparison) -> dict[str, Any]:
    told = found.differences
    return {
        "before": found.before.number if found.before else None,
        "after": found.after.number,
        "differences": None if told is None else [shapes.difference(d) for d in told],
        "files": found.changed_files,
    }


def _print_comparison(found: Comparison) -> None:
    from lsplan_workflow.services.history import text_difference

    if found.before is not None and found.differences is None:
        complain(
            say(
                "Chương trình hiện nay không còn hiểu một trong hai phiên bản; chỉ so văn bản.",
                "One of the two is not understood any more; they are compared as text.",
            )
        )
        print_text(text_difference(found.before, found.after))
        return
    told = found.differences or ()
    print_line(
        say(
            f"{_name(found.before)} → {_name(found.after)}: {len(told)} điểm khác",
            f"{_name(found.before)} → {_name(found.after)}: differences: {len(told)}",
        )
    )
    for difference in told:
        print_line(f"- {difference.text.in_language(language())}")


def _name(version: Version | None) -> str:
    if version is None or version.number is None:
        return say("Thư mục cấu hình", "Configuration folder")
    return say(f"Phiên bản {version.number}", f"Version {version.number}")
