"""A database that another process holds: it is waited for, for thirty seconds and no longer."""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

import psycopg
import pytest

from lsplan_workflow.store import database
from tests.faults.test_surroundings import BUREAUS, FAILED, assert_all_taken

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.faults.processes import Installation


@contextmanager
def held(installation: Installation) -> Iterator[None]:
    """Hold the database for writing, as another process that is at work does."""
    if installation.url:
        with psycopg.connect(installation.url) as holder:
            holder.execute(database._LOCK)
            yield
        return
    file = installation.var / "lsplan.db"
    with closing(sqlite3.connect(file, isolation_level=None)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        yield


def test_a_database_that_is_held_for_too_long_is_said_to_be(installed, sink):
    server, url = sink
    installation = installed(BUREAUS, smtp_url=url)
    with held(installation):
        worker = installation.lsplan("tick", busy_seconds=1)
        assert worker.wait() == FAILED
    assert worker.said.startswith("Cơ sở dữ liệu đang bị một tiến trình khác giữ;"), worker.said
    assert worker.said.count("\n") == 1
    assert server.taken == []
    installation.done("tick")
    assert_all_taken(installation, server)


def test_a_database_that_is_held_for_a_while_is_waited_for(installed, sink):
    server, url = sink
    installation = installed(BUREAUS, smtp_url=url)
    with held(installation):
        worker = installation.lsplan("tick")
        worker.process.join(0.5)
        assert worker.process.is_alive()
    assert worker.wait() == 0
    assert_all_taken(installation, server)


@pytest.mark.long
@pytest.mark.parametrize(("seconds", "code"), [(25, 0), (30, 0), (45, FAILED)])
def test_a_database_is_waited_for_for_thirty_seconds(
    installed, sink, seconds, code, record_property
):
    server, url = sink
    installation = installed(BUREAUS, smtp_url=url)
    with held(installation):
        worker = installation.lsplan("tick")
        worker.process.join(seconds)
    assert worker.wait() == code
    installation.done("tick")
    assert_all_taken(installation, server)
    record_property("figures", f"held for up to {seconds} seconds: exit code {code}")
