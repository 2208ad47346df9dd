"""Brings a database to the tables of this version."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config

from lsplan_workflow.store.database import lock

if TYPE_CHECKING:
    from sqlalchemy import Engine


def migrate(engine: Engine) -> None:
    """Make or upgrade the tables, in one transaction; do nothing where they are up to date."""
    config = Config()
    # Alembic's configuration takes a percent sign for the start of a placeholder.
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    with engine.begin() as connection:
        lock(connection)
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
