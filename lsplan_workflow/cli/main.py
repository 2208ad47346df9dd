"""The `lsplan` command: reads the request, calls the product, prints the answer."""

from __future__ import annotations

import gc
import getpass
import sys
from contextlib import contextmanager
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from lsplan_workflow import bootstrap
from lsplan_workflow.bootstrap import Place
from lsplan_workflow.cli import usage
from lsplan_workflow.cli.index import INDEX, summary
from lsplan_workflow.cli.usage import Application, Group
from lsplan_workflow.domain.errors import RequestError
from lsplan_workflow.domain.text import Text
from lsplan_workflow.terminal import failures
from lsplan_workflow.terminal.exit_codes import DONE, FAILED, WRONG
from lsplan_workflow.terminal.language import say
from lsplan_workflow.terminal.output import complain, speak_utf8

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lsplan_workflow.services.workplace import Workplace


class _Lsplan(Group):
    """The whole command line; whatever fails below is explained here.

    Of commands it knows at first what they do; one is `registered` when its module is loaded.
    """

    def __init__(self, **settings: Any) -> None:  # noqa: ANN401 - What the parser gives.
        super().__init__(**settings)
        self.registered = dict(self.commands)
        self.commands = {name: usage.Command(name, help=summary(name)) for name in INDEX}

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:  # noqa: ANN401
        """Return the command that is named, loaded, and what follows its name."""
        name, known, rest = super().resolve_command(ctx, args)
        return name, known and command_of(known.name or ""), rest

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401 - The parser's own class is private.
        """Run a command; leave by an exit code, never by a traceback."""
        try:
            return super().invoke(ctx)
        except (typer.Exit, typer.Abort):
            raise
        except KeyboardInterrupt:
            raise typer.Abort from None
        except Exception as error:
            if usage.is_usage(error):
                raise
            raise typer.Exit(failures.explain(error, ctx.params["var"])) from error


app = Application(
    cls=_Lsplan,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help=say(
        "Theo dõi, nhắc, thu nhận và tổng hợp báo cáo của tỉnh.",
        "Runs a province's reporting duties: reminds, collects, escalates, consolidates.",
    ),
)
AsJson = Annotated[
    bool, typer.Option("--json", help=say("In dạng JSON cho chương trình.", "Print JSON."))
]
CYCLE = say("KỲ", "CYCLE")
AGENCY = say("CƠ_QUAN", "AGENCY")
DATE = say("NGÀY", "DATE")
ABOUT_CYCLE = say("Mã kỳ báo cáo, ví dụ annual-2025.", "A reporting cycle, as annual-2025.")
ABOUT_AGENCY = say("Mã cơ quan, ví dụ SYT.", "An agency's code, as SYT.")
Cycle = Annotated[str, typer.Argument(metavar=CYCLE, help=ABOUT_CYCLE)]
OptionalCycle = Annotated[
    str | None, typer.Argument(metavar=CYCLE, show_default=False, help=ABOUT_CYCLE)
]
Agency = Annotated[str, typer.Argument(metavar=AGENCY, help=ABOUT_AGENCY)]
ContactId = Annotated[
    str,
    typer.Argument(
        metavar=say("LIÊN_HỆ", "CONTACT"),
        help=say("Mã liên hệ, ví dụ SYT/focal.", "A contact's id, as SYT/focal."),
    ),
]
Reason = Annotated[
    str,
    typer.Option(
        metavar=say("LÝ_DO", "TEXT"),
        help=say("Lý do; cơ quan được báo.", "Why; the agency is told."),
    ),
]
Authority = Annotated[
    str,
    typer.Option(
        metavar=say("VĂN_BẢN", "DOCUMENT"),
        help=say("Văn bản làm căn cứ.", "The document that the decision rests on."),
    ),
]

_EARLIEST, _LATEST = 1900, 2999
_FOLDER = say("THƯ_MỤC", "DIR")


Config = Annotated[
    Path,
    typer.Option(
        metavar=_FOLDER,
        envvar="LSPLAN_CONFIG",
        show_envvar=False,
        help=say("Thư mục cấu hình.", "The configuration folder."),
    ),
]
Var = Annotated[
    Path,
    typer.Option(
        metavar=_FOLDER,
        envvar="LSPLAN_VAR",
        show_envvar=False,
        help=say("Thư mục chứa mọi dữ liệu ghi ra.", "Where everything is written."),
    ),
]
At = Annotated[
    str | None,
    typer.Option(
        metavar=say("THỜI_ĐIỂM", "INSTANT"),
        help=say(
            "Thời điểm giả định khi diễn tập, ví dụ 2025-10-20T08:00.",
            "The instant, in a rehearsal only, as 2025-10-20T08:00.",
        ),
    ),
]


@app.callback()
def _place(
    context: typer.Context, config: Config = Path("config"), var: Var = Path("var"), at: At = None
) -> None:
    if var.exists() and not var.is_dir():
        raise RequestError(
            Text(
                f"{var}: đây không phải thư mục; hãy chọn --var khác.",
                f"{var}: this is no folder; choose another --var.",
            )
        )
    if at is not None:
        _refuse_distant(at)
    context.obj = Place(config, var, at)


def _refuse_distant(at: str) -> None:
    """Raise RequestError for an instant that no zone can be applied to."""
    try:
        year = datetime.fromisoformat(at).year
    except ValueError:
        return  # Whoever needs the instant says what is wrong with it.
    if not _EARLIEST <= year <= _LATEST:
        raise RequestError(
            Text(
                f"--at {at}: năm phải từ {_EARLIEST} đến {_LATEST}.",
                f"--at {at}: the year must be from {_EARLIEST} to {_LATEST}.",
            )
        )


def actor() -> str:
    """Return who is asking: the account that runs the command."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


@contextmanager
def opened(context: typer.Context, *, writes: bool = False) -> Iterator[Workplace]:
    """Give the workplace; nothing is written that could not be logged or told anybody."""
    place: Place = context.obj
    if writes or place.at is not None:
        require_log(place)
    with bootstrap.opened(place, actor=actor()) as workplace:
        if writes:
            workplace.channels.check()
        yield workplace


def require_log(place: Place) -> None:
    """Raise RequestError where an installation lacks the key without which nothing is logged."""
    if bootstrap.audit_key(place) is None and bootstrap.is_initialised(place):
        bootstrap.require_audit_key(place)


def refuse_instant(context: typer.Context) -> None:
    """Raise RequestError for an --at given to a command that goes by no clock of ours."""
    if context.obj.at is not None:
        name = context.command_path
        raise RequestError(
            Text(f"--at không dùng được với `{name}`.", f"--at does not go with `{name}`.")
        )


def command_of(name: str) -> Any:  # noqa: ANN401 - The parser's own class is private.
    """Return a command of the index; its module registers it."""
    import_module(f"lsplan_workflow.cli.{INDEX[name].module}")
    whole = typer.main.get_group(app)
    if not isinstance(whole, _Lsplan):
        raise TypeError(whole)
    return whole.registered[name]


_SELDOM: Final = (50_000, 20, 20)
"""To load libraries makes many objects and no garbage; looking for it took a tenth of the time."""


def run(arguments: Sequence[str] | None = None) -> None:
    """Run the command line: exit code 0 done, 1 the work failed, 2 the request was wrong."""
    gc.set_threshold(*_SELDOM)
    speak_utf8()
    sys.exit(_exit_code(None if arguments is None else list(arguments)))


def _exit_code(arguments: list[str] | None) -> int:
    try:
        code = app(arguments, prog_name="lsplan", standalone_mode=False)
    except (KeyboardInterrupt, typer.Abort):
        complain(say("Đã dừng theo yêu cầu.", "Stopped as told."))
        return FAILED
    except Exception as error:  # noqa: BLE001 - A person is never shown a traceback.
        if not usage.is_usage(error):
            return failures.explain(error)
        complain(usage.explain(error))
        return WRONG
    if code is None:
        return DONE
    return code if code in {DONE, FAILED, WRONG} else FAILED
