"""Brings a database to the tables of this version."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy import inspect, text

from lsplan_workflow.domain.errors import RequestError
from lsplan_workflow.domain.text import Text

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine


HEAD: Final = "0007"
"""The newest revision."""

_FOLDER: Final = Path(__file__).parent


def is_current(engine: Engine) -> bool:
    """Tell whether the tables are those of this version; much faster than to migrate."""
    with engine.connect() as connection:
        return _revisions_of(connection) == [HEAD]


def migrate(engine: Engine) -> None:
    """Make or upgrade the tables, in one transaction; do nothing where they are up to date.

    Raise RequestError for the tables of a version that this one does not know.
    """
    with engine.begin() as connection:
        for revision in _revisions_of(connection):
            if revision not in revisions():
                raise _unknown(revision)
        upgrade(connection)


def _revisions_of(connection: Connection) -> list[str]:
    """Return the revision of a database's tables, or none where there are none."""
    if not inspect(connection).has_table("alembic_version"):
        return []
    return list(connection.scalars(text("SELECT version_num FROM alembic_version")))


def _unknown(revision: str) -> RequestError:
    return RequestError(
        Text(
            f"Cơ sở dữ liệu đã được một phiên bản mới hơn của chương trình nâng cấp ({revision}; ở "
            f"đây là {HEAD}); hãy cài lại phiên bản đó, hoặc phục hồi bản sao lưu lập trước khi "
            "nâng cấp.",
            f"A later version of the product brought the database up to date ({revision}; here it "
            f"is {HEAD}); install that version again, or restore the backup from before.",
        )
    )


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
