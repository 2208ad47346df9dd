import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import SQLModel

from lsplan_workflow.store.database import Database
from lsplan_workflow.store.migrations import migrate
from tests.store import postgres


@pytest.fixture
def empty(empty_url):
    database = Database(empty_url)
    yield database
    database.dispose()


def tables(database):
    return set(inspect(database.engine).get_table_names())


def differences(database):
    with database.engine.connect() as connection:
        options = {"compare_type": True, "compare_server_default": True}
        context = MigrationContext.configure(connection, opts=options)
        return compare_metadata(context, SQLModel.metadata)


def test_the_migrations_bring_an_empty_database_to_exactly_the_models_tables(empty):
    assert tables(empty) == set()
    migrate(empty.engine)
    assert tables(empty) == {*SQLModel.metadata.tables, "alembic_version"}
    assert differences(empty) == []


def test_migrating_again_changes_nothing(empty):
    migrate(empty.engine)
    with empty.writing() as session:
        session.execute(
            text("INSERT INTO succession VALUES (1, 'OLD', '2025-03-01', :at)"),
            {"at": "2025-03-01 00:00:00.000000"},
        )
    migrate(empty.engine)
    assert differences(empty) == []
    with empty.reading() as session:
        assert session.execute(text("SELECT agency FROM succession")).scalars().all() == ["OLD"]


def test_a_migration_that_fails_leaves_nothing_behind(empty):
    with empty.engine.begin() as connection:
        connection.execute(text("CREATE TABLE submission (id INTEGER)"))
    with pytest.raises(DBAPIError, match="submission"):
        migrate(empty.engine)
    assert tables(empty) == {"submission"}


def test_without_the_postgres_package_the_tests_fail_and_say_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setattr(postgres, "PACKAGES", tmp_path)
    with pytest.raises(RuntimeError, match="apt-get install"), postgres.running_cluster():
        pass
