"""Backing up: everything that must survive the machine, in one archive that proves itself."""

from __future__ import annotations

import re
from contextlib import closing
from dataclasses import dataclass
from importlib.metadata import version
from typing import IO, TYPE_CHECKING, Final

from lsplan_workflow.domain.errors import RequestError, WorkError
from lsplan_workflow.domain.text import Text
from lsplan_workflow.store import archive, audit, dump
from lsplan_workflow.store.manifest import (
    CONFIGURATION,
    FILES,
    FORMAT,
    INDEX,
    TABLES,
    Content,
    Lines,
    LogState,
    Manifest,
    is_plain_path,
)
from lsplan_workflow.store.staging import new_file, visible

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from sqlmodel import Session

    from lsplan_workflow.configuration.folder import Configuration
    from lsplan_workflow.services.progress import Progress
    from lsplan_workflow.services.workplace import Workplace


_BLOCK: Final = 1 << 20
_FILES_AT_A_TIME: Final = 1_000
_VARIABLE: Final = re.compile(r"\$\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class BackedUp:
    """A backup that was written and read back: its SHA-256 (hex), its size in bytes."""

    file: Path
    sha256: str
    size: int
    manifest: Manifest


@dataclass(frozen=True, slots=True)
class Request:
    """What to back up besides the database, and where to: `folder` is the configuration.

    `incomplete` backs up also where stored files are lost; else that is an error.
    """

    file: Path
    folder: Path
    key: bytes
    actor: str
    incomplete: bool = False


def back_up(workplace: Workplace, request: Request, progress: Progress) -> BackedUp:
    """Write an archive of one state of everything, read it back, and record it.

    The product may run meanwhile. Raise RequestError where the file exists or lies within
    what is backed up, WorkError where stored files are lost or the archive cannot be read.
    """
    _refuse_within(request.file, workplace.files.folder, request.folder)
    now = workplace.clock.now()
    with new_file(request.file) as target:
        with archive.Writer(target) as writer:
            manifest = _write(workplace, request, writer, now, progress)
            writer.add_manifest(manifest)
        target.flush()
        progress(Text("Đang đọc lại bản sao lưu…", "Reading the backup back…"))
        digest, size = _read_back(target)
    _record(workplace, request, manifest, digest, now)
    return BackedUp(request.file, digest, size, manifest)


def secrets_named(configuration: Configuration) -> list[str]:
    """Return the environment variables that addresses of contacts are completed by."""
    contacts = configuration.directory.contacts
    return sorted({name for c in contacts for a in c.addresses for name in _VARIABLE.findall(a)})


def _refuse_within(file: Path, *folders: Path) -> None:
    for folder in folders:
        if file.resolve().is_relative_to(folder.resolve()):
            raise RequestError(
                Text(
                    f"{file}: bản sao lưu không được nằm trong {folder}, nơi đang được sao lưu; "
                    "hãy chọn thư mục khác.",
                    f"{file}: a backup cannot lie within {folder}, which is backed up itself; "
                    "choose another folder.",
                )
            )


def _write(
    workplace: Workplace,
    request: Request,
    writer: archive.Writer,
    now: datetime,
    progress: Progress,
) -> Manifest:
    with workplace.database.reading() as session:
        tables = _write_tables(session, writer, progress)
        connection = session.connection()
        revision = dump.revision(connection)
        named = dump.file_digests(connection, dump.tables(connection))
        log = _log_state(session, request.key)
    kept, lost = _sorted_out(workplace, named)
    if lost and not request.incomplete:
        raise _lost(lost)
    return Manifest(
        format=FORMAT,
        version=version("lsplan"),
        revision=revision,
        made_at=workplace.configuration.calendar.local(now),
        tables=tables,
        files=_write_files(workplace, writer, kept, progress),
        lost=tuple(lost),
        configuration=_write_configuration(writer, request.folder),
        log=log,
    ).sealed(request.key)


def _write_tables(session: Session, writer: archive.Writer, progress: Progress) -> dict[str, Lines]:
    """Write every table as it was when the session began to read."""
    connection, found = session.connection(), {}
    for table in dump.tables(connection):
        progress(Text(f"Đang sao lưu bảng {table.name}…", f"Backing up table {table.name}…"))
        with closing(dump.lines(connection, table)) as lines:
            found[table.name] = writer.add(f"{TABLES}{table.name}.jsonl", lines)
    return found


def _log_state(session: Session, key: bytes) -> LogState:
    count, head = audit.head_of(session)
    found = audit.verify(session, key)
    return LogState(events=count, head=head, broken_at=None if found is None else found.number)


def _sorted_out(workplace: Workplace, named: list[str]) -> tuple[list[str], list[str]]:
    """Return which files are what rows say, and which are not there or were changed."""
    whole = {digest for digest in named if _is_whole(workplace, digest)}
    return sorted(whole), [digest for digest in named if digest not in whole]


def _is_whole(workplace: Workplace, digest: str) -> bool:
    try:
        return workplace.files.verify(digest)
    except (ValueError, OSError):
        return False


def _lost(digests: list[str]) -> WorkError:
    names = ", ".join(digests)
    return WorkError(
        Text(
            f"Tệp đã lưu bị mất hoặc bị thay đổi: {names}. Hãy lấy lại từ bản sao lưu trước; nếu "
            "không còn, sao lưu phần còn lại bằng --incomplete.",
            f"Stored files are lost or were changed: {names}. Put them back from an earlier "
            "backup; if there is none, back up the rest with --incomplete.",
        )
    )


def _write_files(
    workplace: Workplace, writer: archive.Writer, digests: list[str], progress: Progress
) -> Lines:
    """Write the stored files, and the index of them; return what the index holds."""
    index = []
    for number, digest in enumerate(digests):
        if number % _FILES_AT_A_TIME == 0:
            done = f"{number}/{len(digests)}"
            progress(Text(f"Đang sao lưu tệp: {done}…", f"Backing up files: {done}…"))
        content = writer.add(FILES + digest, _blocks(workplace.files.path(digest)), packed=False)
        if content.sha256 != digest:
            raise _lost([digest])
        index.append(archive.index_line(digest, content.size))
    return writer.add(INDEX, index)


def _write_configuration(writer: archive.Writer, folder: Path) -> dict[str, Content]:
    """Write the files of the configuration folder, hidden ones left out, if there is one."""
    found: dict[str, Content] = {}
    for path in visible(folder):
        name = path.relative_to(folder).as_posix()
        if not is_plain_path(name) or not path.is_file():
            raise _not_portable(path)
        content = writer.add(CONFIGURATION + name, _blocks(path))
        found[name] = Content(size=content.size, sha256=content.sha256)
    return found


def _not_portable(path: Path) -> RequestError:
    return RequestError(
        Text(
            f"{path}: không sao lưu được vì không phải tệp thường hoặc tên có ký tự lạ; hãy đổi "
            "tên hoặc chuyển khỏi thư mục cấu hình.",
            f"{path}: cannot be backed up, being no file or having an unusual name; rename it or "
            "move it out of the configuration folder.",
        )
    )


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as source:
        while block := source.read(_BLOCK):
            yield block


def _read_back(target: IO[bytes]) -> tuple[str, int]:
    """Return the SHA-256 and the size of what was written, all of which can be read."""
    size = target.tell()
    try:
        archive.verify(target)
    except RequestError as error:
        raise WorkError(
            Text(
                "Bản sao lưu vừa ghi không đọc lại được như đã ghi; hãy kiểm tra đĩa và chạy lại.",
                "The backup that was written does not read back as it was; check the disk and "
                "try again.",
            )
        ) from error
    return archive.digest_of(target), size


def _record(
    workplace: Workplace, request: Request, manifest: Manifest, digest: str, now: datetime
) -> None:
    with workplace.database.writing() as session:
        audit.append(
            session,
            at=now,
            actor=request.actor,
            event="backed_up",
            file=request.file.name,
            sha256=digest,
            events=manifest.log.events,
            head=manifest.log.head,
        )
