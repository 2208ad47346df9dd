"""Processes that work on an installation, watched and ended from outside."""

from __future__ import annotations

import multiprocessing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from lsplan_workflow.bootstrap import Place
from tests.faults import acts

if TYPE_CHECKING:
    from collections.abc import Callable

_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["tests.faults.acts", "tests.faults.heavy"])
_ENDING_SECONDS = 300


@dataclass
class Worker:
    """A process; `folder` is where it writes, and what it said is kept there."""

    process: multiprocessing.process.BaseProcess
    folder: Path

    @property
    def pid(self) -> int:
        assert self.process.pid is not None
        return self.process.pid

    def kill(self) -> None:
        """Send SIGKILL, unless the process has ended."""
        self.process.kill()

    def wait(self) -> int:
        """Return the exit code, or minus the signal that ended it; there is never a traceback."""
        self.process.join(_ENDING_SECONDS)
        code = self.process.exitcode
        assert code is not None, "the process goes on and on"
        assert "Traceback" not in self.said, self.said
        return code

    @property
    def said(self) -> str:
        """What it printed; nothing where it was killed before it could print."""
        file = self.folder / "said.txt"
        return file.read_text(encoding="utf-8") if file.exists() else ""

    @property
    def steps(self) -> int:
        return int((self.folder / "steps.txt").read_text())


@dataclass(frozen=True)
class Installation:
    """An installation in a folder: configuration, data, and a database there or on a server."""

    folder: Path
    url: str = ""
    smtp_url: str = ""
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def config(self) -> Path:
        return self.folder / "config"

    @property
    def var(self) -> Path:
        return self.folder / "var"

    @property
    def database_url(self) -> str:
        return self.url or f"sqlite:///{self.var / 'lsplan.db'}"

    @property
    def environment(self) -> dict[str, str]:
        named = {"LSPLAN_DATABASE_URL": self.url, "LSPLAN_SMTP_URL": self.smtp_url}
        return {name: value for name, value in named.items() if value} | self.settings

    def place(self, at: str | None = None) -> Place:
        return Place(self.config, self.var, at)

    def start(
        self, work: Callable[..., None], *arguments: object, name: str = "work", **faults: float
    ) -> Worker:
        """Let a process do some work, with a fault."""
        report = self.folder / name
        report.mkdir(exist_ok=True)
        (report / "said.txt").unlink(missing_ok=True)
        happens = acts.Faults(**faults)
        given = (work, arguments, self.environment, happens, self.folder, report)
        process = _CONTEXT.Process(target=acts.perform, args=given)
        process.start()
        return Worker(process, report)

    def lsplan(
        self, *arguments: str, at: str | None = None, name: str = "work", **faults: float
    ) -> Worker:
        """Start a command."""
        return self.start(acts.lsplan, self.place(at), *arguments, name=name, **faults)

    def done(self, *arguments: str, at: str | None = None) -> str:
        """Run a command that must succeed; return what it printed."""
        worker = self.lsplan(*arguments, at=at)
        assert worker.wait() == 0, worker.said
        return worker.said
