"""Damage to a database that nobody meets who does not read just there."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def damage(file: Path, name: str) -> None:
    """Overwrite the first page of a table or an index, after all that waits is in the file."""
    connection = sqlite3.connect(file)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    (size,) = connection.execute("PRAGMA page_size").fetchone()
    found = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (name,))
    (page,) = found.fetchone()
    connection.close()
    with file.open("r+b") as stream:
        stream.seek((page - 1) * size)
        stream.write(b"\xff" * size)
