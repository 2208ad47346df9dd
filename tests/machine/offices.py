"""Worlds to live in: on SQLite by copying a file, on Postgres by copying a database."""

from __future__ import annotations

from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING

from lsplan_workflow.notify.messages import Messages
from lsplan_workflow.services import installation
from lsplan_workflow.services.workplace import Workplace
from lsplan_workflow.store.files import FileStore
from tests.domain.province import local
from tests.machine.post import Post
from tests.machine.province import Province
from tests.machine.world import World
from tests.services.office import SetClock

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from lsplan_workflow.store.database import Database


INSTALLED_AT = local(2025, 8, 25, 9)


@lru_cache
def _messages() -> Messages:
    """Compile the templates once for all worlds."""
    configuration = Province().configuration()
    return Messages(dict(configuration.messages), configuration.program.language)


def installed(database: Database) -> None:
    """Set the province up in an empty database, before any of its cycles opens."""
    configuration = Province().configuration()
    installation.initialise(
        database, configuration, rehearsal=False, now=INSTALLED_AT, actor="test"
    )


@contextmanager
def world_on(database: Database, folder: Path) -> Iterator[World]:
    """Open a world on a database in which the province is installed."""
    province, clock, post = Province(), SetClock(), Post()
    configuration = province.configuration()
    workplace = Workplace(
        database=database,
        configuration=configuration,
        messages=_messages(),
        files=FileStore(folder / "files"),
        channels=post,
        clock=clock,
        reports=folder / "reports",
    )
    try:
        yield World(workplace, clock, province, post)
    finally:
        database.dispose()
