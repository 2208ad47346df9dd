"""What is done in a process of its own, which may be killed at any moment or have little room.

A process is forked from one that has loaded everything, so that hundreds of them take no
minutes; it is a process like any other, and `kill -9` is what ends it.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import struct
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import event
from sqlalchemy.engine import Engine

from lsplan_workflow import bootstrap
from lsplan_workflow.bootstrap import Place
from lsplan_workflow.cli.main import run
from lsplan_workflow.notify import smtp
from lsplan_workflow.services import consolidation, delivery, reporting_pass, submissions
from lsplan_workflow.store import database
from lsplan_workflow.store.migrations import migrate

CYCLE = "annual-2025"
_FILED = {"os.rename", "os.remove", "os.link", "os.mkdir", "os.rmdir"}


class Steps:
    """Counts statements, commits and changes of files; ends the process at one of them."""

    def __init__(self, folder: Path, kill_at: int | None) -> None:
        self.taken, self._folder, self._kill_at = 0, str(folder), kill_at
        sys.addaudithook(self._look)
        for name in ("before_cursor_execute", "commit"):
            event.listen(Engine, name, self._take)

    def _look(self, name: str, arguments: tuple[object, ...]) -> None:
        writes = name == "open" and bool(int(str(arguments[2])) & (os.O_WRONLY | os.O_RDWR))
        if (writes or name in _FILED) and self._folder in str(arguments[0]):
            self._take()

    def _take(self, *_about: object) -> None:
        self.taken += 1
        if self.taken == self._kill_at:
            os.kill(os.getpid(), signal.SIGKILL)


def lsplan(place: Place, *arguments: str) -> None:
    """Run a command, and end by its exit code."""
    at = () if place.at is None else ("--at", place.at)
    run(["--config", str(place.config), "--var", str(place.var), *at, *arguments])


def plan(place: Place) -> None:
    """Open cycles and decide on notices."""
    with bootstrap.opened(place) as workplace:
        reporting_pass.decide(workplace)


@dataclass(frozen=True)
class WatchedClock:
    """A clock that others set, by writing an instant into a file."""

    file: Path

    def now(self) -> datetime:
        return datetime.fromisoformat(self.file.read_text(encoding="ascii")).astimezone(UTC)


def deliver(place: Place, clock: Path) -> None:
    """Send what is due, by a clock that others set meanwhile."""
    with bootstrap.opened(place) as workplace:
        delivery.deliver(replace(workplace, clock=WatchedClock(clock)))


def submit(place: Place, agency: str) -> None:
    """File an agency's report."""
    files = [submissions.Upload("Báo cáo.docx", b"report"), submissions.Upload("Bảng.xlsx", b"x")]
    with bootstrap.opened(place) as workplace:
        submissions.submit(workplace, CYCLE, agency, files, actor="test")


def consolidate(place: Place) -> None:
    """Write the next partial report."""
    with bootstrap.opened(place) as workplace:
        consolidation.consolidate(workplace, CYCLE, partial=True, actor="test")


def upgrade(url: str) -> None:
    """Bring a database forward, as the first command of a new version does."""
    database_there = database.Database(url)
    migrate(database_there.engine)
    database_there.dispose()


@dataclass(frozen=True)
class Faults:
    """What happens to a process: its end at a step, a full disk, impatience, few rights."""

    kill_at: int | None = None
    largest_file: int | None = None
    busy_seconds: int | None = None
    powerless: bool = False
    patience: float | None = None


def _give_up_powers() -> None:
    """Let root be bound by the rights of files, as everybody else is (capset(2), version 3)."""
    if ctypes.CDLL(None).capset(struct.pack("Ii", 0x20080522, 0), bytes(24)):
        raise RuntimeError("the kernel does not let root give up its powers")


def perform(
    work: Callable[..., None],
    arguments: tuple[object, ...],
    environment: dict[str, str],
    faults: Faults,
    folder: Path,
    report: Path,
) -> None:
    """Do the work in a folder; leave what it said, and its number of steps, in `report`."""
    for name in [name for name in os.environ if name.startswith("LSPLAN_")]:
        del os.environ[name]
    os.environ |= environment
    handle = os.open(report / "said.txt", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.dup2(handle, 1)
    os.dup2(handle, 2)
    if faults.busy_seconds is not None:
        database._BUSY_SECONDS = faults.busy_seconds
    if faults.patience is not None:
        smtp.Session.__init__.__kwdefaults__["timeout"] = faults.patience
    if faults.powerless and os.geteuid() == 0:
        _give_up_powers()
    steps = Steps(folder, faults.kill_at)
    if faults.largest_file is not None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (faults.largest_file,) * 2)
    note = (report / "steps.txt").open("w", encoding="ascii")
    try:
        work(*arguments)
    finally:
        note.write(str(steps.taken))
        note.close()
