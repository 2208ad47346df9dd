"""`backup` and `restore`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from lsplan_workflow import bootstrap
from lsplan_workflow.cli import words
from lsplan_workflow.cli.index import summary
from lsplan_workflow.cli.main import AsJson, actor, app, opened, refuse_instant
from lsplan_workflow.domain.errors import RequestError
from lsplan_workflow.terminal.language import counted, say
from lsplan_workflow.terminal.output import complain, print_json, print_line, show_progress

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lsplan_workflow.bootstrap import Place
    from lsplan_workflow.services.backup import BackedUp
    from lsplan_workflow.services.restoring import Restored
    from lsplan_workflow.store.manifest import Manifest

_HASH_SHOWN: Final = 12

File = Annotated[
    Path,
    typer.Argument(
        metavar=say("TỆP", "FILE"),
        help=say("Tệp sao lưu, ví dụ lsplan.zip.", "The backup, as lsplan.zip."),
    ),
]


@app.command(help=summary("backup"))
def backup(
    context: typer.Context,
    file: File,
    *,
    incomplete: Annotated[
        bool,
        typer.Option(
            "--incomplete",
            help=say("Sao lưu cả khi có tệp bị mất.", "Back up even if stored files are lost."),
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Write an archive of one state of everything, also while the product runs."""
    from lsplan_workflow.services import backup as service

    with opened(context) as workplace:
        key = bootstrap.require_audit_key(context.obj)
        request = service.Request(file, context.obj.config, key, actor(), incomplete)
        made = service.back_up(workplace, request, show_progress)
        apart = service.secrets_named(workplace.configuration)
    apart = bootstrap.secrets_in_use(context.obj) + apart
    _warn(made.manifest)
    more = {"bytes": made.size, "keep_apart": apart}
    if as_json:
        print_json(_held(made.file, made.sha256, made.manifest) | more)
    else:
        _tell_backed_up(made, apart)


def _tell_backed_up(made: BackedUp, apart: Iterable[str]) -> None:
    print_line(_in_words(made.file, made.manifest))
    print_line(
        say(
            f"Đã đọc lại và đối chiếu; {made.size} byte, mã băm {made.sha256}",
            f"Read back and compared; {counted(made.size, 'byte')}, SHA-256 {made.sha256}",
        )
    )
    print_line(
        say(
            f"Không có trong tệp này, phải cất riêng: {', '.join(apart)}",
            f"Not in this file, to be kept apart from it: {', '.join(apart)}",
        )
    )


@app.command(help=summary("restore"))
def restore(context: typer.Context, file: File, *, as_json: AsJson = False) -> None:
    """Put back all that a backup holds, or nothing."""
    refuse_instant(context)
    done = _restored(context.obj, file)
    _warn(done.manifest)
    if as_json:
        print_json(_held(done.file, done.sha256, done.manifest))
    else:
        _tell_restored(done)


def _restored(place: Place, file: Path) -> Restored:
    """Restore a backup that can be read into a place where nothing is set up."""
    from lsplan_workflow.clock import SystemClock
    from lsplan_workflow.services import restoring
    from lsplan_workflow.store import archive

    with archive.opened(file) as read:
        if bootstrap.is_initialised(place):
            raise RequestError(restoring.OCCUPIED)
        key = bootstrap.require_audit_key(place)
        folders = restoring.Folders(place.var / "files", place.var / "reports", place.config)
        request = restoring.Request(file, key, actor(), SystemClock().now())
        with bootstrap.new_database(place) as database:
            return restoring.restore(database, read, folders, request, show_progress)


def _tell_restored(done: Restored) -> None:
    print_line(_in_words(done.file, done.manifest))
    print_line(
        say(
            "Đã phục hồi và đối chiếu từng dòng, từng tệp với bản sao lưu.",
            "Everything was restored and compared with the backup row by row and file by file.",
        )
    )
    if done.manifest.log.broken_at is None:
        print_line(
            say(
                f"Nhật ký nguyên vẹn: {done.manifest.log.events} sự kiện khi sao lưu.",
                f"The log is intact: {counted(done.manifest.log.events, 'event')} when backed up.",
            )
        )


def _in_words(file: Path, manifest: Manifest) -> str:
    """Return what a backup holds in one line."""
    made_at, log = words.instant(manifest.made_at), manifest.log
    return say(
        f"{file}: sao lưu lúc {made_at}; {len(manifest.tables)} bảng, {manifest.rows} dòng, "
        f"{manifest.files.lines} tệp đã lưu, {len(manifest.configuration)} tệp cấu hình; nhật ký "
        f"{log.events} sự kiện, mã băm cuối {log.head[:_HASH_SHOWN]}…",
        f"{file}: backed up at {made_at}; {counted(len(manifest.tables), 'table')}, "
        f"{counted(manifest.rows, 'row')}, {counted(manifest.files.lines, 'stored file')}, "
        f"{counted(len(manifest.configuration), 'file')} of the configuration; log of "
        f"{counted(log.events, 'event')}, last hash {log.head[:_HASH_SHOWN]}…",
    )


def _held(file: Path, sha256: str, manifest: Manifest) -> dict[str, object]:
    """Return what a backup holds, as docs/json.md describes it."""
    return {
        "file": str(file),
        "sha256": sha256,
        "made_at": manifest.made_at.isoformat(),
        "version": manifest.version,
        "revision": manifest.revision,
        "rows": manifest.rows,
        "files": manifest.files.lines,
        "lost": list(manifest.lost),
        "configuration": len(manifest.configuration),
        "events": manifest.log.events,
        "head": manifest.log.head,
        "broken_at": manifest.log.broken_at,
    }


def _warn(manifest: Manifest) -> None:
    """Say what was wrong already when the backup was made."""
    if manifest.log.broken_at is not None:
        complain(
            say(
                f"Lưu ý: khi sao lưu, nhật ký không còn nguyên vẹn từ sự kiện số "
                f"{manifest.log.broken_at}.",
                f"Note: when backed up, the log was not intact from event "
                f"{manifest.log.broken_at} on.",
            )
        )
    if manifest.lost:
        names = ", ".join(manifest.lost)
        complain(
            say(
                f"Lưu ý: bản sao lưu thiếu các tệp đã mất: {names}.",
                f"Note: the backup lacks files that were lost: {names}.",
            )
        )
