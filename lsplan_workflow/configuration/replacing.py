"""Files of the configuration folder replaced together: all of them, or none."""

from __future__ import annotations

import os
import secrets
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path


@contextmanager
def replaced(folder: Path, files: Mapping[str, bytes]) -> Iterator[None]:
    """Give files of a folder other contents; put the former back if what follows fails.

    Each is written whole beside the old one first, so that nobody reads half a file.
    Raise OSError where they cannot be written.
    """
    # A link is followed: what it names is what the folder holds.
    paths = {name: (folder / name).resolve() for name in files}
    former = {name: path.read_bytes() for name, path in paths.items()}
    try:
        _replace(paths, files)
        yield
    except BaseException:
        present = {name: path.read_bytes() for name, path in paths.items()}
        changed = {name: data for name, data in former.items() if present[name] != data}
        _replace({name: paths[name] for name in changed}, changed)
        raise


def _replace(paths: Mapping[str, Path], files: Mapping[str, bytes]) -> None:
    written: dict[Path, Path] = {}
    try:
        for name, path in paths.items():
            new = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
            written[new] = path
            _write(new, files[name], like=path)
        for new, path in written.items():
            new.replace(path)
    finally:
        for new in written:
            new.unlink(missing_ok=True)


def _write(new: Path, content: bytes, *, like: Path) -> None:
    """Write a file to the disk that whoever may read another one may read, and nobody else."""
    handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    shutil.copymode(like, new)
