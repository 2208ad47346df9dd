"""A database is whole, or it is said what is damaged."""

from __future__ import annotations

from pathlib import Path

from lsplan_workflow.store.database import Database
from lsplan_workflow.store.soundness import first_damage
from tests.store.damaging import damage


def test_a_database_as_it_was_written_has_no_damage(database):
    assert first_damage(database) is None


def test_a_page_that_was_overwritten_is_found(sqlite_url):
    file = sqlite_url.removeprefix("sqlite:///")
    damage(Path(file), "delivery")
    database = Database(sqlite_url)
    try:
        found = first_damage(database)
    finally:
        database.dispose()
    assert found is not None
    assert "\n" not in found
