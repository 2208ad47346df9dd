"""Whether the file of an SQLite database is whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lsplan_workflow.store.database import Database


def first_damage(database: Database) -> str | None:
    """Return what SQLite finds wrong first in its file; None if nothing is.

    Of Postgres it is always None: the pages are its server's to look after, not a client's.
    """
    if database.engine.dialect.name != "sqlite":
        return None
    with database.reading() as session:
        connection = session.connection()
        said = str(connection.exec_driver_sql("PRAGMA integrity_check(1)").scalar_one())
    return None if said == "ok" else " ".join(said.split())
