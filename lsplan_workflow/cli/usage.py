"""Wrong usage of the command line, explained in the user's language."""

from __future__ import annotations

from typing import Any

from lsplan_workflow.cli.language import say

_VIETNAMESE = {
    "MissingParameter": "Thiếu tham số",
    "NoSuchOption": "Không có tùy chọn này",
    "BadParameter": "Giá trị không hợp lệ",
    "BadOptionUsage": "Tùy chọn dùng chưa đúng",
    "BadArgumentUsage": "Tham số dùng chưa đúng",
    "UsageError": "Lệnh chưa đúng",
}


def is_usage(error: Exception) -> bool:
    """Tell whether the command line itself could not be understood."""
    return hasattr(error, "format_message") and getattr(error, "exit_code", None) == 2  # noqa: PLR2004


def explain(error: Any) -> str:  # noqa: ANN401 - The parser's own class is private.
    """Return what was wrong and where help is."""
    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else "lsplan"
    name = getattr(error, "param_hint", None) or getattr(error, "option_name", None)
    detail = error.format_message() or str(name or "")
    if type(error).__name__ == "NoArgsIsHelpError":
        return str(error.ctx.get_help())
    reason = _VIETNAMESE.get(type(error).__name__, "Lệnh chưa đúng")
    return say(
        f"{reason}: {detail}\nXem hướng dẫn: {command} --help",
        f"{detail}\nFor help: {command} --help",
    )
