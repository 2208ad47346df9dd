"""Files kept under the SHA-256 of their content, written whole or not at all."""

from __future__ import annotations

import os
import re
import secrets
import tempfile
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import IO, TYPE_CHECKING, BinaryIO, Final

from lsplan_workflow.domain.errors import WorkError
from lsplan_workflow.domain.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_BLOCK: Final = 1 << 20


class FileStore:
    """A folder of immutable files, each named after its content: `ab/abcdef…`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, content: bytes | BinaryIO) -> str:
        """Keep a content and return its SHA-256 (hex); keeping it again changes nothing."""
        source = BytesIO(content) if isinstance(content, bytes) else content
        self.folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=self.folder, prefix=".new-", delete=False) as new:
            try:
                digest = _copy(source, new)
                self._publish(Path(new.name), digest)
            except BaseException:
                Path(new.name).unlink(missing_ok=True)
                raise
        return digest

    def get(self, digest: str) -> bytes:
        """Return a content; raise WorkError if it is not there or is not what was kept."""
        if not self.path(digest).is_file():
            raise WorkError(
                Text(f"Không tìm thấy tệp {digest}.", f"The file {digest} is not there.")
            )
        content = self.path(digest).read_bytes()
        if sha256(content).hexdigest() != digest:
            raise WorkError(
                Text(f"Tệp {digest} đã bị thay đổi.", f"The file {digest} was changed.")
            )
        return content

    def verify(self, digest: str) -> bool:
        """Tell whether a content is there and is what was kept."""
        try:
            with self.path(digest).open("rb") as kept:
                return _digest(kept) == digest
        except FileNotFoundError:
            return False

    def path(self, digest: str) -> Path:
        """Return where a content stands; raise ValueError for what is no SHA-256."""
        if _SHA256.fullmatch(digest) is None:
            raise ValueError(f"{digest!r} is no SHA-256")
        return self.folder / digest[:2] / digest

    def _publish(self, new: Path, digest: str) -> None:
        """Give a complete file its name, so that it outlives a power cut."""
        place = self.path(digest)
        place.parent.mkdir(exist_ok=True)
        new.replace(place)
        sync_folder(place.parent)
        sync_folder(self.folder)


def replace_file(path: Path, content: bytes) -> None:
    """Write a file that people look for by its name, whole or not at all."""
    new = path.with_name(f".{path.name}.new")
    new.write_bytes(content)
    new.replace(path)


def make_secret(file: Path, secret: str) -> None:
    """Write a secret that only its owner can read, whole or not at all."""
    new = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w") as opened_file:
            opened_file.write(secret + "\n")
        new.replace(file)
    except OSError:
        new.unlink(missing_ok=True)
        raise


def _copy(source: BinaryIO, new: IO[bytes]) -> str:
    seen = sha256()
    for block in _blocks(source):
        seen.update(block)
        new.write(block)
    new.flush()
    os.fsync(new.fileno())
    return seen.hexdigest()


def _digest(source: BinaryIO) -> str:
    seen = sha256()
    for block in _blocks(source):
        seen.update(block)
    return seen.hexdigest()


def _blocks(source: BinaryIO) -> Iterator[bytes]:
    while block := source.read(_BLOCK):
        yield block


def sync_folder(folder: Path) -> None:
    """Let the names within a folder outlive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
