"""How commands answer: tables for people, JSON for programs, sentences for errors."""

from __future__ import annotations

import os
import re
import sys
from contextlib import contextmanager, suppress
from io import StringIO
from typing import IO, TYPE_CHECKING, AnyStr, Final

from lsplan_workflow.domain.errors import RequestError
from lsplan_workflow.domain.text import Text
from lsplan_workflow.terminal.language import language

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

_WITHOUT_TERMINAL: Final = (160, 24)
# Codes and days stay on one line.
_NEVER_BROKEN: Final = 12
_NARROW: Final = 8
_GAP: Final = 2
# What others wrote, a mail server for one, must not steer the terminal.
_CONTROL: Final = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")


def print_line(text: str) -> None:
    """Print a sentence on standard output."""
    _write(sys.stdout, _CONTROL.sub("�", text) + "\n")


def complain(text: str) -> None:
    """Print a sentence on standard error."""
    _write(sys.stderr, _CONTROL.sub("�", text) + "\n")


def show_progress(text: Text) -> None:
    """Tell a person at a terminal what goes on; cron would mail it."""
    if sys.stderr is not None and sys.stderr.isatty():
        complain(text.in_language(language()))


def print_text(text: str) -> None:
    """Print a file's text as it is; on a terminal, without what would steer it."""
    if sys.stdout is not None and sys.stdout.isatty():
        text = _CONTROL.sub("�", text.replace("\r\n", "\n").expandtabs())
    _write(sys.stdout, text)


def print_json(value: object) -> None:
    """Print a value as JSON, Vietnamese letters as they are."""
    import json

    _write(sys.stdout, json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def print_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table for people as wide as the terminal, or only its title if it is empty."""
    print_line(title)
    if not rows:
        return
    # Rich is loaded by whoever prints a table, not by `--json` and `--help`.
    # It loads the compression libraries, which a help text does without.
    import shutil

    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    width = shutil.get_terminal_size(_WITHOUT_TERMINAL).columns
    table = Table(box=SIMPLE_HEAD, show_edge=False, padding=(0, 1, 0, 0))
    for column, room in zip(columns, _widths([columns, *rows], width), strict=True):
        table.add_column(column, overflow="fold", width=room)
    for row in rows:
        table.add_row(*(Text(_CONTROL.sub("�", cell)) for cell in row))
    page = StringIO()
    Console(file=page, width=width).print(table)
    lines = page.getvalue().strip("\n").splitlines()
    print_line("\n".join(line.rstrip() for line in lines))


def _widths(lines: Sequence[Sequence[str]], room: int) -> list[int]:
    """Return how wide the columns are: those with the longest texts give way, codes last.

    Where that is not enough, addresses and the like are broken, then what the first column
    holds, which people copy, and then the rest.
    """
    columns = list(zip(*lines, strict=True))
    widths = [max(len(cell) for cell in column) for column in columns]
    words = [_longest_word(column) for column in columns]
    least = [words[0], *(min(word, _NEVER_BROKEN) for word in words[1:])]
    last = [words[0], *(_NARROW if word > _NEVER_BROKEN else word for word in words[1:])]
    excess = sum(widths) + _GAP * (len(widths) - 1) - room
    for spared in (least, last, [_NARROW, *last[1:]], [1] * len(widths)):
        excess = _narrow(widths, spared, excess)
    return widths


def _narrow(widths: list[int], least: Sequence[int], excess: int) -> int:
    """Take from the columns with most to spare; return what is still too much."""
    while excess > 0:
        slack = [have - need for have, need in zip(widths, least, strict=True)]
        if max(slack) <= 0:
            break
        widths[slack.index(max(slack))] -= 1
        excess -= 1
    return excess


def _longest_word(cells: Sequence[str]) -> int:
    return max((len(word) for cell in cells for word in cell.split()), default=1)


def print_bytes(content: bytes) -> None:
    """Print what is no text, as a picture, for another program or a file."""
    if sys.stdout is not None:
        sys.stdout.flush()
        _write(sys.stdout.buffer, content)


def write_whole(file: Path, lines: Iterable[str]) -> int:
    """Write lines into a new file, whole or not at all; return how many there were.

    Raise RequestError where there is such a file already, or cannot be one.
    """
    _require_absent(file)
    count = 0
    with _new_file(file) as new, new.open("x", encoding="utf-8", newline="\n") as stream:
        for line in lines:
            stream.write(line)
            count += 1
    return count


def write_bytes_whole(file: Path, content: bytes) -> None:
    """Write a file, whole or not at all; raise RequestError where there cannot be one."""
    with _new_file(file) as new, new.open("xb") as stream:
        stream.write(content)


@contextmanager
def _new_file(file: Path) -> Iterator[Path]:
    """Give the place of a new file, which becomes `file` unless writing it fails."""
    _require_place(file)
    new = file.with_name(f".{file.name}.new-{os.getpid()}")
    try:
        yield new
        new.replace(file)
    except BaseException as error:
        with suppress(OSError):
            new.unlink(missing_ok=True)
        if isinstance(error, PermissionError):
            raise RequestError(_closed(file)) from error
        raise


def _require_absent(file: Path) -> None:
    if os.path.lexists(file) and not file.is_dir():
        raise RequestError(
            Text(
                f"{file}: đã có tệp này và sẽ không bị ghi đè; hãy chọn tên khác.",
                f"{file}: this exists already and is not overwritten; choose another name.",
            )
        )


def _require_place(file: Path) -> None:
    if file.is_dir():
        raise RequestError(
            Text(
                f"{file}: đây là thư mục; hãy nêu tên một tệp.",
                f"{file}: this is a folder; name a file.",
            )
        )
    if not file.parent.is_dir():
        raise RequestError(
            Text(
                f"{file}: không có thư mục {file.parent}; hãy tạo thư mục hoặc chọn nơi khác.",
                f"{file}: there is no folder {file.parent}; make it, or choose another place.",
            )
        )


def _closed(file: Path) -> Text:
    return Text(
        f"{file}: không được phép ghi ở đây; hãy chọn nơi khác.",
        f"{file}: writing here is not allowed; choose another place.",
    )


def speak_utf8() -> None:
    """Let both streams carry Vietnamese, whatever the terminal's character set is."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="backslashreplace")


def _write(stream: IO[AnyStr] | None, content: AnyStr) -> None:
    """Write at once; a reader that has gone away, as `head` does, is no failure."""
    if stream is None:
        return
    try:
        stream.write(content)
        stream.flush()
    except BrokenPipeError:
        # The interpreter flushes once more at its end, which must not complain either.
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
