"""Restoring a backup into an empty installation: everything that it holds, or nothing."""

from __future__ import annotations

from contextlib import closing, contextmanager
from dataclasses import dataclass
from hashlib import sha256
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Final

from lsplan_workflow.domain.errors import RequestError
from lsplan_workflow.domain.text import Text
from lsplan_workflow.store import audit, consolidations, cycles, dump, installation
from lsplan_workflow.store.archive import digest_of
from lsplan_workflow.store.files import FileStore
from lsplan_workflow.store.manifest import damaged
from lsplan_workflow.store.migrations import revisions, upgrade
from lsplan_workflow.store.shelf import lay
from lsplan_workflow.store.staging import StagedFolder, present, require_room

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sqlalchemy import Connection, Table
    from sqlmodel import Session

    from lsplan_workflow.services.progress import Progress
    from lsplan_workflow.store.archive import Archive
    from lsplan_workflow.store.database import Database
    from lsplan_workflow.store.manifest import Manifest
    from lsplan_workflow.store.shelf import Laid


_FILES_AT_A_TIME: Final = 1_000


@dataclass(frozen=True, slots=True)
class Folders:
    """Where the stored files, the reports and the configuration go."""

    files: Path
    reports: Path
    configuration: Path


@dataclass(frozen=True, slots=True)
class Request:
    """What is restored, by whom and when (UTC); a rehearsal goes by its own clock."""

    file: Path
    key: bytes
    actor: str
    now: datetime


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored; `sha256` (hex) is the archive's own."""

    file: Path
    sha256: str
    manifest: Manifest


def restore(
    database: Database, archive: Archive, folders: Folders, request: Request, progress: Progress
) -> Restored:
    """Put back what a backup holds, and compare it with the backup.

    A backup of an earlier version is put back as it was and then brought up to date. Raise
    RequestError, with nothing changed, where there is something already, where the backup is
    damaged or of a later version, or where its log does not verify under the key.
    """
    _refuse_unknown(archive.manifest)
    if not archive.manifest.is_sealed(request.key):
        raise RequestError(_NOT_OURS)
    with request.file.open("rb") as stream:
        restored = Restored(request.file, digest_of(stream), archive.manifest)
    with (
        _shown_at_the_end() as reports,
        StagedFolder(folders.files) as files,
        StagedFolder(folders.configuration) as configuration,
        database.writing() as session,
    ):
        _require_empty(session.connection(), archive, folders)
        _stage(archive, files, configuration, progress)
        _load(session.connection(), archive, progress)
        _verify_log(session, archive.manifest, request.key)
        _record(session, restored, request)
        # Before the transaction ends: rows are never there without the files they speak of.
        files.publish()
        configuration.publish()
        reports.extend(_lay_reports(session, folders))
    return restored


@contextmanager
def _shown_at_the_end() -> Iterator[list[Laid]]:
    """Give a list; the reports in it are shown at the end, and after an error taken away."""
    reports: list[Laid] = []
    try:
        yield reports
    except BaseException:
        for laid in reports:
            laid.remove()
        raise
    for laid in reports:
        laid.show()


_NOT_OURS: Final = Text(
    "Niêm phong của bản sao lưu không khớp: tệp đã bị sửa, hoặc khóa ở đây không phải khóa của hệ "
    "thống đã sao lưu (audit.key hoặc LSPLAN_AUDIT_KEY). Chưa có gì được phục hồi.",
    "The seal of the backup does not fit: it was changed, or the key here is not that of the "
    "installation that was backed up (audit.key or LSPLAN_AUDIT_KEY). Nothing was restored.",
)


def _refuse_unknown(manifest: Manifest) -> None:
    known = revisions()
    if manifest.revision > known[-1]:
        raise RequestError(
            Text(
                f"Bản sao lưu do phiên bản mới hơn tạo ra ({manifest.version}, cơ sở dữ liệu "
                f"{manifest.revision}; ở đây là {known[-1]}); hãy nâng cấp chương trình trước.",
                f"The backup was made by a later version ({manifest.version}, database "
                f"{manifest.revision}; here it is {known[-1]}); upgrade the product first.",
            )
        )
    if manifest.revision not in known:
        raise damaged(Text("không rõ phiên bản cơ sở dữ liệu", "its revision is unknown"))


def _require_empty(connection: Connection, archive: Archive, folders: Folders) -> None:
    """Raise RequestError where restoring would mix with, or replace, what is there.

    What is there already exactly as in the backup stands in nobody's way: a run that was
    killed at its very end leaves that.
    """
    if not dump.is_empty(connection):
        raise RequestError(OCCUPIED)
    files = {f"{digest[:2]}/{digest}" for digest in archive.files}
    _refuse_others(folders.files, [n for n in present(folders.files) if n not in files])
    stated = archive.manifest.configuration
    others = [
        name
        for name in present(folders.configuration)
        if name not in stated or _hash(folders.configuration / name) != stated[name].sha256
    ]
    _refuse_others(folders.configuration, others)


OCCUPIED: Final = Text(
    "Chỉ phục hồi được vào nơi chưa có dữ liệu; cơ sở dữ liệu này đã có bảng. Hãy chuyển thư mục "
    "dữ liệu đi chỗ khác (giữ lại audit.key), hoặc chọn --var khác, hoặc dùng cơ sở dữ liệu "
    "Postgres mới.",
    "Restoring needs a place without data, and this database has tables. Move the folder of data "
    "away (but keep audit.key), choose another --var, or use a new Postgres database.",
)


def _refuse_others(folder: Path, others: list[str]) -> None:
    if others:
        raise RequestError(
            Text(
                f"{folder}: thư mục đang có tệp khác với bản sao lưu ({others[0]}); hãy chuyển thư "
                "mục này đi chỗ khác rồi chạy lại.",
                f"{folder}: the folder has files that are not as in the backup ({others[0]}); "
                "move it away and try again.",
            )
        )


def _hash(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()


def _stage(
    archive: Archive, files: StagedFolder, configuration: StagedFolder, progress: Progress
) -> None:
    """Make all files ready beside their places; raise RequestError for one that is damaged."""
    require_room(files.folder, sum(archive.files.values()))
    store = files.begin()
    for number, digest in enumerate(archive.files):
        if number % _FILES_AT_A_TIME == 0:
            done = f"{number}/{len(archive.files)}"
            progress(Text(f"Đang phục hồi tệp: {done}…", f"Restoring files: {done}…"))
        with archive.file(digest) as source:
            store.put(source)
    if archive.manifest.configuration:
        require_room(
            configuration.folder, sum(c.size for c in archive.manifest.configuration.values())
        )
        configuration.begin()
    for name in archive.manifest.configuration:
        with archive.configuration(name) as source:
            configuration.write(name, source)


def _load(connection: Connection, archive: Archive, progress: Progress) -> None:
    """Make the tables as they were, fill them, compare them, and bring them up to date."""
    upgrade(connection, archive.manifest.revision)
    tables = dump.tables(connection)
    if {table.name for table in tables} != archive.manifest.tables.keys():
        raise damaged(Text("thiếu hoặc thừa bảng", "it lacks tables, or has others"))
    for table in tables:
        progress(Text(f"Đang phục hồi bảng {table.name}…", f"Restoring table {table.name}…"))
        dump.load(connection, table, archive.table(table.name))
        _compare(connection, table, archive)
    _require_files(connection, tables, archive)
    dump.set_sequences(connection, tables)
    upgrade(connection)


def _compare(connection: Connection, table: Table, archive: Archive) -> None:
    """Raise RequestError at the first row that is not what the backup holds."""
    with closing(dump.lines(connection, table)) as restored:
        pairs = zip_longest(restored, archive.table(table.name))
        for number, (found, wanted) in enumerate(pairs, 1):
            if found != wanted:
                raise _differs(table.name, number)


def _differs(table: str, line: int) -> RequestError:
    return damaged(
        Text(
            f"dòng {line} của bảng {table} không phục hồi được nguyên vẹn",
            f"line {line} of the table {table} does not come back as it is",
        )
    )


def _require_files(connection: Connection, tables: list[Table], archive: Archive) -> None:
    """Raise RequestError where a row speaks of a file that the backup does not hold."""
    named = set(dump.file_digests(connection, tables))
    held = archive.files.keys() | set(archive.manifest.lost)
    if named != held:
        raise damaged(Text("các tệp không khớp với dữ liệu", "its files are not those of its rows"))


def _verify_log(session: Session, manifest: Manifest, key: bytes) -> None:
    """Raise RequestError where the log is another one than the backup was made of.

    A log that was broken already comes back as it was: its backup may be all that is left.
    """
    found = audit.verify(session, key)
    broken_at = None if found is None else found.number
    if broken_at != manifest.log.broken_at:
        raise damaged(
            Text(
                f"nhật ký không còn nguyên vẹn từ sự kiện số {broken_at} theo khóa hiện có; hãy "
                "kiểm tra audit.key hoặc LSPLAN_AUDIT_KEY có đúng là khóa của hệ thống này",
                f"the log is not intact from event {broken_at} on under the present key; check "
                "whether audit.key or LSPLAN_AUDIT_KEY is the key of that installation",
            )
        )
    if audit.head_of(session) != (manifest.log.events, manifest.log.head):
        raise damaged(Text("đầu sổ nhật ký không khớp", "its log has another head"))


def _record(session: Session, restored: Restored, request: Request) -> None:
    installed = installation.installation(session)
    if installed is None:
        raise damaged(Text("không có dữ liệu đã khởi tạo", "it holds no installation"))
    audit.append(
        session,
        at=installed.clock_at or request.now,
        actor=request.actor,
        event="restored",
        file=restored.file.name,
        sha256=restored.sha256,
        events=restored.manifest.log.events,
        head=restored.manifest.log.head,
    )


def _lay_reports(session: Session, folders: Folders) -> Iterator[Laid]:
    """Lay the consolidated reports, hidden still, where people will find them, as far as kept."""
    store = FileStore(folders.files)
    for cycle, name, digest in _reports(session):
        # The names come out of an archive; they must not lead anywhere else.
        if Path(cycle).name == cycle and Path(name).name == name and store.verify(digest):
            yield lay(folders.reports / cycle / name, store.get(digest))


def _reports(session: Session) -> Iterator[tuple[str, str, str]]:
    """Return the cycle, name and hash of each file of the consolidated reports."""
    for cycle in cycles.cycles(session):
        for row in consolidations.consolidations_of(session, cycle.code):
            yield row.cycle, row.docx_name, row.docx_sha256
            yield row.cycle, row.xlsx_name, row.xlsx_sha256
