"""Folders and files that appear whole or not at all."""

from __future__ import annotations

import os
import secrets
import shutil
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final, Self

from lsplan_workflow.domain.errors import RequestError
from lsplan_workflow.domain.text import Text
from lsplan_workflow.store.files import FileStore, sync_folder

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import TracebackType
    from typing import BinaryIO

_STAGE: Final = ".restoring"
_BESIDE: Final = ("-wal", "-shm", "-journal")
"""What SQLite keeps beside a database under the same name."""


class StagedFolder:
    """Files that are made ready in a hidden place within a folder and published together.

    Leaving the context by an error takes away what was published and the folders made for it.
    The place is within the folder because that itself may be a mount, which cannot be renamed.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._stage = folder / _STAGE
        self._published: list[Path] = []
        self._folders: list[Path] = []
        self._made = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        if not self._made:
            return
        shutil.rmtree(self._stage, ignore_errors=True)
        if kind is not None:
            self._withdraw()

    def begin(self) -> FileStore:
        """Make the place, without what a run that was killed left there.

        Return a store within it, for files that are named after their content.
        """
        shutil.rmtree(self._stage, ignore_errors=True)
        self._folders += make_folder(self.folder)
        self._stage.mkdir(mode=0o700)
        self._made = True
        return FileStore(self._stage)

    def write(self, name: str, source: BinaryIO) -> None:
        """Make a file ready under a name below the folder, readable by its owner only."""
        path = self._stage / name
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as target:
            shutil.copyfileobj(source, target)
            target.flush()
            os.fsync(target.fileno())

    def publish(self) -> None:
        """Give every file that is ready its name, so that it outlives a power cut."""
        if not self._made:
            return
        for path in list(_files_in(self._stage)):
            name = path.relative_to(self._stage)
            target = self.folder / name
            self._folders += make_folder(target.parent)
            known = target.exists()
            path.replace(target)
            if not known:
                self._published.append(target)
        for folder in {self.folder, *(path.parent for path in self._published)}:
            sync_folder(folder)

    def _withdraw(self) -> None:
        for path in self._published:
            path.unlink(missing_ok=True)
        remove_empty(self._folders)


def make_folder(folder: Path) -> list[Path]:
    """Make a folder for its owner only, and those above it; return those that were missing."""
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return missing


def remove_empty(folders: Iterable[Path]) -> None:
    """Remove folders that hold nothing, each after those within it."""
    for folder in sorted(folders, reverse=True):
        with suppress(OSError):
            folder.rmdir()


@contextmanager
def founded(folder: Path, database: Path | None) -> Iterator[None]:
    """Make a folder, and in it an empty SQLite database that nobody else can read.

    If what is done then fails, what was not there before is gone again.
    """
    missing, new = make_folder(folder), False
    try:
        if database is not None:
            new = _touched(database)
        yield
    except BaseException:
        if database is not None and new:
            for tail in ("", *_BESIDE):
                database.with_name(database.name + tail).unlink(missing_ok=True)
        remove_empty(missing)
        raise


def _touched(file: Path) -> bool:
    """Make an empty file that nobody else can read; tell whether it was not there before."""
    try:
        file.touch(mode=0o600, exist_ok=False)
    except FileExistsError:
        return False
    return True


def present(folder: Path) -> list[str]:
    """Return the names of the files below a folder, hidden ones left out; none if it is absent."""
    return [path.relative_to(folder).as_posix() for path in visible(folder)]


def visible(folder: Path) -> list[Path]:
    """Return the files below a folder in the order of their names, hidden ones left out."""
    return [
        path
        for path in sorted(_files_in(folder))
        if not any(part.startswith(".") for part in path.relative_to(folder).parts)
    ]


def _files_in(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_symlink() or not path.is_dir())


@contextmanager
def new_file(file: Path) -> Iterator[IO[bytes]]:
    """Give a file to write, which has its name only once it is whole; nobody else can read it.

    Raise RequestError where there is a file of that name, now or at the end.
    """
    _refuse_taken(file)
    part = file.with_name(f".{file.name}.{secrets.token_hex(4)}.part")
    handle = os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w+b") as target:
            yield target
            target.flush()
            os.fsync(target.fileno())
        _publish(part, file)
    finally:
        part.unlink(missing_ok=True)


def _publish(part: Path, file: Path) -> None:
    """Give a whole file its name, but never another file's."""
    try:
        file.hardlink_to(part)
    except FileExistsError:
        _refuse_taken(file)
    except OSError:
        # Removable disks and shares may know no second name for a file.
        _refuse_taken(file)
        part.replace(file)
    sync_folder(file.parent)


def _refuse_taken(file: Path) -> None:
    if not file.parent.is_dir():
        raise RequestError(
            Text(
                f"{file.parent}: không có thư mục này; hãy tạo nó trước.",
                f"{file.parent}: there is no such folder; make it first.",
            )
        )
    if os.path.lexists(file):
        raise RequestError(
            Text(
                f"{file}: đã có tệp này và sẽ không bị ghi đè; hãy chọn tên khác.",
                f"{file}: this exists already and is not overwritten; choose another name.",
            )
        )


def require_room(folder: Path, needed: int) -> None:
    """Raise RequestError where so many bytes do not fit on the disk of a folder, made or not."""
    there = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    if needed > shutil.disk_usage(there).free:
        megabytes = -(-needed // 10**6)
        raise RequestError(
            Text(
                f"{folder}: đĩa không đủ chỗ, cần {megabytes} MB; hãy giải phóng rồi chạy lại.",
                f"{folder}: the disk is too full, {megabytes} MB are needed; make room and try "
                "again.",
            )
        )
