"""A backup as a zip archive: written in one go, and read as something that may be hostile."""

from __future__ import annotations

import io
import json
import stat
import zlib
from contextlib import contextmanager
from hashlib import sha256
from typing import IO, TYPE_CHECKING, Final, Self
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from lsplan_workflow.domain.errors import RequestError
from lsplan_workflow.domain.text import Text
from lsplan_workflow.store.manifest import (
    CONFIGURATION,
    FILES,
    INDEX,
    MANIFEST,
    TABLES,
    Content,
    Lines,
    Manifest,
    damaged,
    read_manifest,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from _typeshed import WriteableBuffer

_LARGEST_MANIFEST: Final = 8 << 20
_LONGEST_LINE: Final = 64 << 20
_BLOCK: Final = 1 << 20
_ENCRYPTED: Final = 0x1
_PRIVATE_FILE: Final = (stat.S_IFREG | 0o600) << 16
_UNREADABLE: Final = (BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)


class Writer:
    """Writes the members of an archive one after the other; its end comes with the context's."""

    def __init__(self, target: IO[bytes]) -> None:
        self._zip = ZipFile(target, "w", ZIP_DEFLATED)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._zip.close()

    def add(self, name: str, blocks: Iterable[bytes], *, packed: bool = True) -> Lines:
        """Write a member out of blocks, or of lines; return what it holds."""
        # Without the time of day, which only the manifest tells.
        member = ZipInfo(name)
        member.compress_type = ZIP_DEFLATED if packed else ZIP_STORED
        member.external_attr = _PRIVATE_FILE
        seen, size, count = sha256(), 0, 0
        with self._zip.open(member, "w", force_zip64=True) as target:
            for block in blocks:
                target.write(block)
                seen.update(block)
                size, count = size + len(block), count + 1
        return Lines(size=size, sha256=seen.hexdigest(), lines=count)

    def add_manifest(self, manifest: Manifest) -> None:
        """Write the manifest."""
        self.add(MANIFEST, [manifest.model_dump_json(indent=2).encode()])


class Archive:
    """An archive that was found to have the members that its manifest names, and no others."""

    def __init__(self, source: ZipFile) -> None:
        self._zip = source
        self._members = {member.filename: member for member in source.infolist()}
        self._require_plain_members()
        self.manifest = read_manifest(self._manifest())
        self.files = dict(self._index())
        self._require_members_as_stated()

    def table(self, name: str) -> Iterator[bytes]:
        """Yield a table's lines; raise RequestError at the end if they are not those stated."""
        return self._lines(f"{TABLES}{name}.jsonl", self.manifest.tables[name])

    def file(self, digest: str) -> io.BufferedReader:
        """Return a stored file to read; its end raises RequestError if it is another content."""
        content = Content(size=self.files[digest], sha256=digest)
        return self._open(FILES + digest, content)

    def configuration(self, name: str) -> io.BufferedReader:
        """Return a file of the configuration to read, as `file` does."""
        return self._open(CONFIGURATION + name, self.manifest.configuration[name])

    def verify(self) -> None:
        """Read everything; raise RequestError for the first thing that is not as stated."""
        for name in self.manifest.tables:
            for _line in self.table(name):
                pass
        for digest in self.files:
            _exhaust(self.file(digest))
        for name in self.manifest.configuration:
            _exhaust(self.configuration(name))

    def _require_plain_members(self) -> None:
        if len(self._members) != len(self._zip.infolist()):
            raise damaged(Text("có thành phần trùng tên", "two members have the same name"))
        for member in self._members.values():
            if not _is_plain(member):
                raise damaged(_unexpected(member.filename))
            if member.header_offset < 0:
                raise damaged(_broken(member.filename))

    def _manifest(self) -> bytes:
        member = self._members.get(MANIFEST)
        if member is None or member.file_size > _LARGEST_MANIFEST:
            raise damaged(Text(f"không có {MANIFEST}", f"there is no {MANIFEST}"))
        try:
            with self._zip.open(member) as stream:
                return stream.read(_LARGEST_MANIFEST)
        except _UNREADABLE as error:
            raise damaged(_broken(MANIFEST)) from error

    def _index(self) -> Iterator[tuple[str, int]]:
        """Yield the hash and the size of every stored file, in the order of the hashes."""
        last = ""
        for line in self._lines(INDEX, self.manifest.files):
            try:
                held = Content.model_validate_json(line)
            except ValueError as error:
                raise damaged(_broken(INDEX)) from error
            if held.sha256 <= last:
                raise damaged(_broken(INDEX))
            last = held.sha256
            yield held.sha256, held.size

    def _require_members_as_stated(self) -> None:
        stated = {MANIFEST, INDEX}
        stated.update(f"{TABLES}{name}.jsonl" for name in self.manifest.tables)
        stated.update(FILES + digest for digest in self.files)
        stated.update(CONFIGURATION + name for name in self.manifest.configuration)
        for name in sorted(stated ^ self._members.keys()):
            raise damaged(_unexpected(name) if name in self._members else _broken(name))

    def _lines(self, name: str, stated: Lines) -> Iterator[bytes]:
        count = 0
        with self._open(name, stated) as stream:
            while line := stream.readline(_LONGEST_LINE):
                count += 1
                if count > stated.lines or not line.endswith(b"\n"):
                    raise damaged(_broken(name))
                yield line
        if count != stated.lines:
            raise damaged(_broken(name))

    def _open(self, name: str, stated: Content) -> io.BufferedReader:
        try:
            return io.BufferedReader(_Checked(self._zip.open(name), name, stated), _BLOCK)
        except (KeyError, *_UNREADABLE) as error:
            raise damaged(_broken(name)) from error


class _Checked(io.RawIOBase):
    """A member's bytes, never more of them than stated; the end is reached only if all fit."""

    def __init__(self, source: IO[bytes], name: str, stated: Content) -> None:
        self._source, self._name, self._stated = source, name, stated
        self._seen, self._size = sha256(), 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        target = memoryview(buffer).cast("B")
        try:
            block = self._source.read(len(target))
        except _UNREADABLE as error:
            raise damaged(_broken(self._name)) from error
        self._seen.update(block)
        self._size += len(block)
        at_end = not block and len(target) > 0
        whole = self._size == self._stated.size and self._seen.hexdigest() == self._stated.sha256
        if self._size > self._stated.size or (at_end and not whole):
            raise damaged(_broken(self._name))
        target[: len(block)] = block
        return len(block)

    def close(self) -> None:
        self._source.close()
        super().close()


def _exhaust(stream: io.BufferedReader) -> None:
    with stream:
        while stream.read(_BLOCK):
            pass


def _is_plain(member: ZipInfo) -> bool:
    """Tell whether a member is a file that we can read: no folder, link, device or secret."""
    kind = stat.S_IFMT(member.external_attr >> 16)
    plain = kind in {0, stat.S_IFREG} and not member.is_dir()
    readable = member.compress_type in {ZIP_STORED, ZIP_DEFLATED}
    return plain and readable and not member.flag_bits & _ENCRYPTED


def _unexpected(name: str) -> Text:
    return Text(f"có thành phần lạ {name}", f"it has a member {name} that no backup has")


def _broken(name: str) -> Text:
    return Text(
        f"{name} bị thiếu, bị cắt hoặc bị thay đổi", f"{name} is missing, cut short or changed"
    )


@contextmanager
def opened(file: Path) -> Iterator[Archive]:
    """Give a backup to read; raise RequestError where it is none, or was not left whole."""
    try:
        stream = file.open("rb")
    except OSError as error:
        raise RequestError(
            Text(
                f"{file}: không đọc được tệp sao lưu; hãy kiểm tra tên tệp và quyền đọc.",
                f"{file}: the backup cannot be read; check its name and who may read it.",
            )
        ) from error
    with stream, _unpacked(stream) as source:
        yield Archive(source)


def verify(stream: IO[bytes]) -> None:
    """Read a whole backup; raise RequestError for the first thing that is not as stated."""
    with _unpacked(stream) as source:
        Archive(source).verify()


def _unpacked(stream: IO[bytes]) -> ZipFile:
    try:
        return ZipFile(stream)
    except (ValueError, OSError, *_UNREADABLE) as error:
        raise damaged(
            Text("đây không phải tệp zip trọn vẹn", "this is no complete zip file")
        ) from error


def digest_of(stream: IO[bytes]) -> str:
    """Return the SHA-256 (hex) of a whole file."""
    stream.seek(0)
    seen = sha256()
    while block := stream.read(_BLOCK):
        seen.update(block)
    return seen.hexdigest()


def index_line(digest: str, size: int) -> bytes:
    """Return the line of the index for a stored file of so many bytes."""
    return json.dumps({"size": size, "sha256": digest}).encode() + b"\n"
