"""Brings a database to the tables of this version."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy import inspect, text

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine


HEAD: Final = "0007"
"""The newest revision."""

_FOLDER: Final = Path(__file__).parent


def is_current(engine: Engine) -> bool:
    """Tell whether the tables are those of this version; much faster than to migrate."""
    if not inspect(engine).has_table("alembic_version"):
        return False
    with engine.connect() as connection:
        return list(connection.scalars(text("SELECT version_num FROM alembic_version"))) == [HEAD]


def migrate(engine: Engine) -> None:
    """Make or upgrade the tables, in one transaction; do nothing where they are up to date."""
    with engine.begin() as connection:
        upgrade(connection)


def upgrade(connection: Connection, revision: str = HEAD) -> None:
    """Bring the tables forward to a revision, within the connection's transaction."""
    # Loading Alembic costs what a whole command should; few commands need it.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    # Alembic's configuration takes a percent sign for the start of a placeholder.
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def revisions() -> list[str]:
    """Return every revision that this version knows, oldest first."""
    return sorted(file.name.partition("_")[0] for file in _FOLDER.glob("versions/0*_*.py"))
