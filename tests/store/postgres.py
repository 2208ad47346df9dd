"""A throw-away PostgreSQL cluster from Debian's package, reachable from this machine alone."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
from psycopg import sql

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGES = Path("/usr/lib/postgresql")
ADVICE = (
    f"PostgreSQL is not installed (no {PACKAGES}/*/bin/initdb). Tests marked `system` never "
    "skip: apt-get install -y --no-install-recommends postgresql"
)


class Cluster:
    """A running cluster; every database it gives is a new one."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._numbers = count(1)

    def new_database(self, template: str = "template0") -> str:
        """Return the name of a new database that is a copy of the template."""
        name = f"test_{next(self._numbers)}"
        create = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        with psycopg.connect(self._address("postgres"), autocommit=True) as connection:
            connection.execute(create.format(sql.Identifier(name), sql.Identifier(template)))
        return name

    def drop_database(self, name: str) -> None:
        """Drop a database to which nobody is connected any more."""
        drop = sql.SQL("DROP DATABASE {}").format(sql.Identifier(name))
        with psycopg.connect(self._address("postgres"), autocommit=True) as connection:
            connection.execute(drop)

    def url(self, name: str) -> str:
        """Return a database's address, as a user would write it: without our driver."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/{name}"

    def _address(self, name: str) -> str:
        return f"host=127.0.0.1 port={self.port} user=postgres dbname={name}"


@contextmanager
def running_cluster(*, durable: bool = False) -> Iterator[Cluster]:
    """Make a cluster, start it, and stop and remove it at the end.

    One that is not `durable` does not wait for the disk, and is faster than a real one.
    """
    programs = _programs()
    folder = Path(tempfile.mkdtemp(prefix="lsplan-pg-"))
    port = _free_port()
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres")
        _make(programs, folder)
        _run(programs / "pg_ctl", "start", *_start_options(folder, port, durable=durable))
        try:
            yield Cluster(port)
        finally:
            _run(programs / "pg_ctl", "stop", "-w", "-m", "immediate", "-D", folder / "data")
    finally:
        shutil.rmtree(folder)


def newest_version() -> str | None:
    """Return the newest version that is installed, as 15; None where there is none."""
    found = [initdb.parents[1].name for initdb in PACKAGES.glob("*/bin/initdb")]
    return max(found, key=float, default=None)


def _programs() -> Path:
    """Return the folder of the newest version's programs; fail where there is none."""
    version = newest_version()
    if version is None:
        raise RuntimeError(ADVICE)
    return PACKAGES / version / "bin"


def _make(programs: Path, folder: Path) -> None:
    # A Vietnamese collation, which sorts otherwise than SQLite: no order may rest on it.
    words = ["--encoding=UTF8", "--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=vi"]
    access = ["--username=postgres", "--auth=trust", "--no-sync"]
    _run(programs / "initdb", "-D", folder / "data", *words, *access)


def _start_options(folder: Path, port: int, *, durable: bool) -> list[str | Path]:
    fsync = "on" if durable else "off"
    server = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync={fsync}"
    return ["-w", "-D", folder / "data", "-l", folder / "log", "-o", server]


def _run(*command: str | Path) -> None:
    """Run one of the programs, as the user postgres where we are root: it refuses root."""
    as_whom = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    done = subprocess.run(
        [*as_whom, *command],
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed: {done.stdout}")


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])
