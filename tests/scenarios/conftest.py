"""The offices in which the stories play, and a town in which people type commands."""

import shutil

import pytest

from tests.cli.command import Place
from tests.cli.conftest import _clean  # noqa: F401 - It applies by being here.
from tests.scenarios.town import Town, lay_out
from tests.services.conftest import *  # noqa: F403 - Its `__all__` names the fixtures.


@pytest.fixture(scope="session")
def _towns(editable_configuration, tmp_path_factory):
    """The town as it was set up in August, and after the opening of the annual report."""
    folder = tmp_path_factory.mktemp("towns")
    return lay_out(folder, editable_configuration)


@pytest.fixture
def town_in_august(_towns, tmp_path):
    """The town before the annual report opens."""
    return _copied(_towns / "august", tmp_path / "town")


@pytest.fixture
def town(_towns, tmp_path):
    """The town after the opening left on 3 September."""
    return _copied(_towns / "september", tmp_path / "town")


def _copied(state, folder):
    shutil.copytree(state, folder)
    return Town(Place(folder / "config", folder / "var"))
