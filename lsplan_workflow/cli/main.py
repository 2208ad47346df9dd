"""The `lsplan` command: reads the request, calls the product, prints the answer."""

from __future__ import annotations

import getpass
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lsplan_workflow.bootstrap import Place
from lsplan_workflow.cli import usage
from lsplan_workflow.cli.language import language, say
from lsplan_workflow.cli.output import complain
from lsplan_workflow.domain.errors import ConfigurationError, LsplanError, RequestError

if TYPE_CHECKING:
    from collections.abc import Sequence

DONE, FAILED, WRONG = 0, 1, 2

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help=say(
        "Theo dõi, nhắc, thu nhận và tổng hợp báo cáo của tỉnh.",
        "Runs a province's reporting duties: reminds, collects, escalates, consolidates.",
    ),
)


@app.callback()
def _place(
    context: typer.Context,
    config: Annotated[
        Path, typer.Option(help=say("Thư mục cấu hình.", "The configuration folder."))
    ] = Path("config"),
    var: Annotated[
        Path,
        typer.Option(help=say("Thư mục chứa mọi dữ liệu ghi ra.", "Where everything is written.")),
    ] = Path("var"),
    at: Annotated[
        str | None,
        typer.Option(
            help=say(
                "Thời điểm giả định, chỉ dùng khi diễn tập.", "The instant, in a rehearsal only."
            )
        ),
    ] = None,
) -> None:
    context.obj = Place(config, var, at)


def actor() -> str:
    """Return who is asking: the account that runs the command."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


def run(arguments: Sequence[str] | None = None) -> None:
    """Run the command line: exit code 0 done, 1 the work failed, 2 the request was wrong."""
    from lsplan_workflow.cli import (  # noqa: F401 - They register the commands.
        auditing,
        configuring,
        filing,
        following,
        outbox,
        running,
    )

    try:
        code = app(list(arguments) if arguments is not None else None, standalone_mode=False)
    except LsplanError as error:
        code = _explain(error)
    except Exception as error:  # noqa: BLE001 - A person is never shown a traceback.
        code = _explain_other(error)
    sys.exit(code if isinstance(code, int) else DONE)


def _explain(error: LsplanError) -> int:
    """Print an error in the user's language and return its exit code."""
    if isinstance(error, ConfigurationError):
        for fault in error.faults:
            complain(fault.in_language(language()))
    complain(error.text.in_language(language()))
    return WRONG if isinstance(error, RequestError) else FAILED


def _explain_other(error: Exception) -> int:
    """Explain a wrong usage, a database out of reach, or what nobody foresaw."""
    if usage.is_usage(error):
        complain(usage.explain(error))
        return WRONG
    if isinstance(error, BrokenPipeError):
        return FAILED
    complain(
        say(
            f"Công việc không hoàn thành: {type(error).__name__}: {_first_line(error)}",
            f"The work failed: {type(error).__name__}: {_first_line(error)}",
        )
    )
    _keep_traceback(error)
    return FAILED


def _first_line(error: Exception) -> str:
    return next(iter(str(error).splitlines()), "")


def _keep_traceback(error: Exception) -> None:
    """Keep what a programmer needs, where an administrator can find it."""
    log = Path("lsplan-error.log")
    try:
        log.write_text("".join(traceback.format_exception(error)), encoding="utf-8")
    except OSError:
        return
    complain(say(f"Chi tiết kỹ thuật: {log.resolve()}", f"Details: {log.resolve()}"))
