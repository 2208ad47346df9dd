"""Installations of several sizes, on SQLite and, marked `system`, on a real Postgres."""

from __future__ import annotations

import os
import shutil
from functools import cache
from typing import TYPE_CHECKING

import pytest

from lsplan_workflow import bootstrap
from tests.faults.processes import Installation
from tests.faults.province import OPENING, write_province
from tests.faults.sink import mail_sink
from tests.store.postgres import Cluster, running_cluster

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.faults.sink import Sink


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    with running_cluster() as cluster:
        yield cluster


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("LSPLAN_")]:
        monkeypatch.delenv(name)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.system)])
def database_of(request: pytest.FixtureRequest) -> Callable[[], str]:
    """Give the URL of a new database, or none where it is a file of the installation."""
    if request.param == "sqlite":
        return str
    cluster: Cluster = request.getfixturevalue("cluster")
    return lambda: cluster.url(cluster.new_database())


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], Path]:
    """Give the folder of a rehearsal on SQLite, of so many bureaus, to be copied."""

    @cache
    def prepare(bureaus: int) -> Path:
        made = Installation(tmp_path_factory.mktemp("prepared") / "installation")
        write_province(made.config, bureaus)
        _initialise(made)
        return made.folder

    return prepare


def _initialise(made: Installation) -> None:
    """Set up a rehearsal at the instant at which the cycle opens."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in made.environment.items():
            patch.setenv(name, value)
        bootstrap.initialise(made.place(OPENING), rehearsal=True, actor="test")


@pytest.fixture
def installed(
    tmp_path: Path, prepared: Callable[[int], Path], database_of: Callable[[], str]
) -> Callable[..., Installation]:
    """Set up a rehearsal of so many bureaus."""

    def install(bureaus: int, *, smtp_url: str = "", name: str = "installation") -> Installation:
        made = Installation(tmp_path / name, database_of(), smtp_url)
        shutil.copytree(prepared(bureaus), made.folder)
        if made.url:
            (made.var / "lsplan.db").unlink()
            _initialise(made)
        return made

    return install


@pytest.fixture
def sink(tmp_path: Path) -> Iterator[tuple[Sink, str]]:
    with mail_sink(tmp_path / "taken.txt") as running:
        yield running


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the figures of the long form below everything else, and what could not be tried."""
    for report in terminalreporter.getreports("passed"):
        for name, value in report.user_properties:
            if name == "figures":
                terminalreporter.write_line(f"{report.nodeid.partition('::')[2]}: {value}")
    for report in terminalreporter.getreports("skipped"):
        if isinstance(report.longrepr, tuple):
            terminalreporter.write_line(f"{report.nodeid.partition('::')[2]}: {report.longrepr[2]}")
