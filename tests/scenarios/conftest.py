"""The offices in which the stories play: those in which the services are tested."""

from tests.services.conftest import *  # noqa: F403 - Its `__all__` names the fixtures.
