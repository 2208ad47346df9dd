"""The room that is left where the product writes."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


def free_bytes(folder: Path) -> int:
    """Return the bytes that we may still write in a folder, or where it would be made.

    Raise OSError where that cannot be found out.
    """
    return shutil.disk_usage(_nearest(folder)).free


def one_for_each_disk(folders: Iterable[Path]) -> list[Path]:
    """Return the first of the folders on each disk."""
    found: dict[int, Path] = {}
    for folder in folders:
        found.setdefault(_nearest(folder).stat().st_dev, folder)
    return list(found.values())


def _nearest(folder: Path) -> Path:
    """Return the folder, or the closest one above it that exists."""
    place = folder.absolute()
    while not place.exists():
        place = place.parent
    return place
