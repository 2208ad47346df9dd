"""The installed province, of which every world is a copy."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from itertools import count
from typing import TYPE_CHECKING

import pytest

from tests.machine.offices import installed, world_on
from tests.services.office import hasty_database

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from tests.machine.world import World


@pytest.fixture(scope="session")
def machine_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("machine") / "lsplan.db"
    database = hasty_database(f"sqlite:///{file}")
    installed(database)
    database.dispose()
    return file


@pytest.fixture
def new_world(
    machine_template: Path, tmp_path: Path
) -> Callable[[], AbstractContextManager[World]]:
    """Return what opens one world after another, each in a folder of its own."""
    numbers = count(1)

    @contextmanager
    def opened() -> Iterator[World]:
        folder = tmp_path / f"world-{next(numbers)}"
        folder.mkdir()
        shutil.copy(machine_template, folder / "lsplan.db")
        with world_on(hasty_database(f"sqlite:///{folder / 'lsplan.db'}"), folder) as world:
            yield world
        shutil.rmtree(folder)

    return opened
