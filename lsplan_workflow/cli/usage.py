"""Wrong usage of the command line, and its help, in the user's language."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, TypeVar

import typer
from typer.core import TyperCommand, TyperGroup

from lsplan_workflow.terminal.exit_codes import DONE, WRONG
from lsplan_workflow.terminal.language import say
from lsplan_workflow.terminal.output import complain, print_line

if TYPE_CHECKING:
    from collections.abc import Callable

_Function = TypeVar("_Function", bound="Callable[..., Any]")


# The parser speaks English only; these are the sentences that our commands can lead to.
_SENTENCES: Final = (
    (r"Option '?([^' ]+)'? requires an argument\.?", r"Tùy chọn \1 cần một giá trị."),
    (r"Option '?([^' ]+)'? does not take a value\.?", r"Tùy chọn \1 không nhận giá trị."),
    (r"Got unexpected extra arguments?(?:\(s\))? \((.+)\)", r"Thừa tham số: \1."),
    (r"No such command '(.+?)'\. Did you mean (.+)\?", r"Không có lệnh «\1». Có phải là \2?"),
    (r"No such command '(.+)'\.", r"Không có lệnh «\1»."),
    (r"Missing command\.", "Thiếu tên lệnh."),
)
_HELP: Final = (
    ("Usage: ", "Cách dùng: "),
    ("Show this message and exit.", "Xem hướng dẫn này."),
    ("Arguments:\n", "Tham số:\n"),
    ("Options:\n", "Tùy chọn:\n"),
    ("Commands:\n", "Lệnh:\n"),
    ("[OPTIONS]", "[TÙY_CHỌN]"),
    ("COMMAND [ARGS]...", "LỆNH [THAM_SỐ]..."),
    ("[default: ", "[mặc định: "),
    ("[required]", "[bắt buộc]"),
)


class Command(TyperCommand):
    """A command whose help is in the user's language."""

    def get_help(self, ctx: Any) -> str:  # noqa: ANN401 - The parser's own class is private.
        """Return the help text."""
        return _translated(super().get_help(ctx))


class Group(TyperGroup):
    """A group of commands; without one of them it has nothing to do."""

    def get_help(self, ctx: Any) -> str:  # noqa: ANN401
        """Return the help text."""
        return _translated(super().get_help(ctx))

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401
        """Print the help where no command is named: `lsplan` alone asks for nothing else."""
        if args or self.invoke_without_command:
            return super().parse_args(ctx, args)
        if ctx.parent is None:
            print_line(self.get_help(ctx))
            raise typer.Exit(DONE)
        complain(self.get_help(ctx))
        raise typer.Exit(WRONG)


class Application(typer.Typer):
    """A Typer application all of whose commands explain themselves in the user's language."""

    def command(
        self,
        name: str | None = None,
        **settings: Any,  # noqa: ANN401 - What Typer takes.
    ) -> Callable[[_Function], _Function]:
        """Register a command."""
        register: Callable[[_Function], _Function] = super().command(
            name, **({"cls": Command} | settings)
        )
        return register


def _translated(text: str) -> str:
    """Return a help text without the parser's English and its signs for types."""
    for english, vietnamese in _HELP:
        text = text.replace(english, say(vietnamese, english))
    text = re.sub(r"\{(\S+)\}", r"\1", text)
    return re.sub(r" <[\w\[\]]+>", lambda match: " " * len(match[0]), text)


def is_usage(error: Exception) -> bool:
    """Tell whether the command line itself could not be understood."""
    return hasattr(error, "format_message") and getattr(error, "exit_code", None) == WRONG


def explain(error: Any) -> str:  # noqa: ANN401 - The parser's own class is private.
    """Return what was wrong and where help is."""
    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else "lsplan"
    return say(
        f"{_in_vietnamese(error)}\nXem hướng dẫn: {command} --help",
        f"{error.format_message()}\nFor help: {command} --help",
    )


def _in_vietnamese(error: Any) -> str:  # noqa: ANN401
    kind, parameter = type(error).__name__, getattr(error, "param", None)
    if kind == "MissingParameter" and parameter is not None:
        return _missing(parameter)
    if kind == "NoSuchOption":
        near = ", ".join(sorted(error.possibilities or ()))
        hint = f" Có phải là {near}?" if near else ""
        return f"Không có tùy chọn {error.option_name}.{hint}"
    message = str(error.format_message())
    for pattern, vietnamese in _SENTENCES:
        if re.fullmatch(pattern, message):
            return re.sub(pattern, vietnamese, message)
    return f"Lệnh chưa đúng: {message}"


def _missing(parameter: Any) -> str:  # noqa: ANN401
    about = str(getattr(parameter, "help", None) or "").rstrip(".")
    about = f": {about[0].lower()}{about[1:]}" if about else ""
    if parameter.param_type_name == "option":
        return f"Thiếu tùy chọn {' / '.join(parameter.opts)}{about}."
    return f"Thiếu tham số {parameter.metavar or parameter.name}{about}."
