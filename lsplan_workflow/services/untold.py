"""What no administrator could be told, kept in a file until somebody was or it has passed."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

UNTOLD: Final = "untold.txt"


def notes(var: Path) -> Path:
    """Return the folder in which is kept what was told, and what nobody could be told."""
    return var / "doctor"


def clear(folder: Path) -> None:
    """Take away what nobody could be told: it was told since, or has passed."""
    with suppress(OSError):
        (folder / UNTOLD).unlink(missing_ok=True)


def untold(folder: Path) -> Path | None:
    """Return the file with what nobody could be told, if there is one."""
    file = folder / UNTOLD
    return file if file.is_file() else None
