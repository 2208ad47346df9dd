"""The same tests on a SQLite file and, marked `system`, on a real Postgres."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from lsplan_workflow.store.database import Database
from lsplan_workflow.store.migrations import migrate
from tests.store.postgres import Cluster, running_cluster
from tests.store.rows import KEY, record_cycle

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BOTH = ["sqlite", pytest.param("postgres", marks=pytest.mark.system)]


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    with running_cluster() as cluster:
        yield cluster


@pytest.fixture(scope="session")
def postgres_template(cluster: Cluster) -> str:
    name = cluster.new_database()
    _migrate(cluster.url(name))
    return name


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("template") / "lsplan.db"
    _migrate(f"sqlite:///{file}")
    return file


@pytest.fixture(params=BOTH)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database without tables."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'lsplan.db'}"
        return
    cluster: Cluster = request.getfixturevalue("cluster")
    name = cluster.new_database()
    yield cluster.url(name)
    cluster.drop_database(name)


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """The address of a SQLite file with all tables."""
    return f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'lsplan.db')}"


@pytest.fixture(params=BOTH)
def url(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a database with all tables, and nothing in them."""
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite_url")
        return
    cluster: Cluster = request.getfixturevalue("cluster")
    name = cluster.new_database(request.getfixturevalue("postgres_template"))
    yield cluster.url(name)
    cluster.drop_database(name)


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    """A database with all tables, in which three cycles are recorded."""
    database = Database(url, audit_key=KEY)
    with database.writing() as session:
        for code in ("plan-2025", "annual-2025", "annual-2026"):
            record_cycle(session, code)
    yield database
    database.dispose()


def _migrate(url: str) -> None:
    database = Database(url)
    migrate(database.engine)
    database.dispose()
