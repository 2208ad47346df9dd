import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, select, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import SQLModel

from lsplan_workflow.domain.channels import channel_of
from lsplan_workflow.domain.errors import RequestError
from lsplan_workflow.store.database import Database
from lsplan_workflow.store.migrations import HEAD, is_current, migrate, revisions, upgrade
from tests.store import old_rows, postgres


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


def at_revision(database, revision):
    with database.engine.begin() as connection:
        upgrade(connection, revision)


def filled_at(database, revision):
    """Make the tables of a revision, fill them, and return their rows."""
    with database.engine.begin() as connection:
        upgrade(connection, revision)
        old_rows.fill(connection)
        return old_rows.rows(connection)


def rows_now(database):
    with database.engine.begin() as connection:
        return old_rows.rows(connection)


def test_the_newest_revision_is_the_one_that_the_product_asks_for():
    assert revisions()[-1] == HEAD
    assert revisions()[0] == "0001"


# What each revision takes away again, because other rows tell it.
DROPPED = {"0001": {("cycle", "expected_originally")}}


@pytest.mark.parametrize("revision", revisions())
def test_from_every_revision_all_rows_come_forward_with_all_that_they_held(empty, revision):
    before = filled_at(empty, revision)
    assert {name: len(rows) for name, rows in before.items()} == dict.fromkeys(before, 3)
    migrate(empty.engine)
    assert is_current(empty.engine)
    assert differences(empty) == []
    after = rows_now(empty)
    for name, rows in before.items():
        for old, new in zip(rows, after[name], strict=True):
            lost = {(name, column) for column in old.keys() - new.keys()}
            assert lost <= DROPPED.get(revision, set())
            assert {column: new[column] for column in old.keys() & new.keys()} == {
                column: value for column, value in old.items() if (name, column) not in lost
            }


# What follows from other rows.
_BROUGHT_ALONG = {"channel", "way", "revise_by_at", "granted_at"}


def test_tables_of_a_later_version_are_refused_in_words_and_stay_as_they_are(empty):
    migrate(empty.engine)
    with empty.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(RequestError, match=r"later version .* \(9999; here it is"):
        migrate(empty.engine)
    assert differences(empty) == []


@pytest.mark.parametrize("revision", revisions())
def test_what_a_later_revision_adds_has_no_value_in_the_rows_of_before(empty, revision):
    """Not the word null of JSON either, which another question would not find."""
    before = filled_at(empty, revision)
    migrate(empty.engine)
    after = rows_now(empty)
    with empty.engine.connect() as connection:
        for name in before:
            for column in after[name][0].keys() - before[name][0].keys() - _BROUGHT_ALONG:
                none = text(f'SELECT count(*) FROM "{name}" WHERE {column} IS NULL')
                assert connection.scalar(none) == old_rows.ROWS
    assert all(after[name] == [] for name in after.keys() - before.keys())


@pytest.mark.parametrize(
    ("recipient", "channel"),
    [
        ("an@x.example", "email"),
        ("", "email"),
        ("tgram://1:a/2", "tgram"),
        ("ntfys://x/y", "ntfy"),
        ("mailtos://a@x.example", "mailto"),
    ],
)
def test_the_channel_of_former_notices_follows_from_their_recipient(empty, recipient, channel):
    filled_at(empty, "0003")
    with empty.engine.begin() as connection:
        connection.execute(text("UPDATE notice SET recipient = :to"), {"to": recipient})
    migrate(empty.engine)
    with empty.engine.connect() as connection:
        assert set(connection.scalars(text("SELECT channel FROM notice"))) == {channel}
        assert channel_of(recipient) == channel


def test_a_return_knows_by_when_it_asked_for_the_revision_that_is_still_awaited(empty):
    filled_at(empty, "0004")
    with empty.engine.begin() as connection:
        connection.execute(text("UPDATE obligation SET revise_by_at = NULL"))
        connection.execute(text("UPDATE obligation SET revise_by_at = due_at WHERE id = 1"))
        connection.execute(text("UPDATE review SET decision = 'returned' WHERE id < 3"))
        same = "(SELECT {0} FROM obligation WHERE id = 1)"
        connection.execute(text("UPDATE submission SET agency = 'nobody'"))
        moved = ", ".join(f"{name} = {same.format(name)}" for name in ("cycle", "agency"))
        connection.execute(text(f"UPDATE submission SET {moved} WHERE id = 1"))
    migrate(empty.engine)
    with empty.engine.connect() as connection:
        day = connection.scalar(text("SELECT due_at FROM obligation WHERE id = 1"))
        found = list(connection.scalars(text("SELECT revise_by_at FROM review ORDER BY id")))
    assert found == [day, None, None]


@pytest.mark.parametrize("revision", revisions())
def test_the_models_read_the_rows_of_every_revision(empty, revision):
    before = filled_at(empty, revision)
    migrate(empty.engine)
    with empty.reading() as session:
        for name in before:
            table = SQLModel.metadata.tables[name]
            assert len(session.execute(select(table)).all()) == old_rows.ROWS


@pytest.mark.parametrize("revision", revisions())
def test_rows_are_numbered_on_after_a_migration(empty, revision):
    """The third number is taken; on Postgres only what the product inserted moves the count."""
    at_revision(empty, revision)
    insert = text(
        "INSERT INTO succession (agency, succeeded_on, applied_at) "
        "VALUES (:agency, '2025-03-01', '2025-03-01 00:00:00.000000')"
    )
    for agency in ("A", "B"):
        with empty.writing() as session:
            session.execute(insert, {"agency": agency})
        migrate(empty.engine)
    with empty.reading() as session:
        found = session.execute(text("SELECT id, agency FROM succession ORDER BY id")).all()
    assert [tuple(row) for row in found] == [(1, "A"), (2, "B")]


@pytest.mark.parametrize(
    ("kind", "contact", "becomes"),
    [
        ("escalation", "CT/leader", "digest"),
        ("escalation", "CT/leader-2", "digest"),
        ("escalation", "SYT/head", "escalation"),
        ("overdue", "CT/leader", "overdue"),
        ("reminder", "SYT/focal", "reminder"),
    ],
)
def test_only_what_went_to_leaders_becomes_a_digest(empty, kind, contact, becomes):
    """Before 0002 digests were a kind of escalation."""
    filled_at(empty, "0001")
    notice = text("UPDATE notice SET kind = :kind, contact = :contact WHERE id = 1")
    with empty.writing() as session:
        session.execute(notice, {"kind": kind, "contact": contact})
    migrate(empty.engine)
    with empty.reading() as session:
        kinds = session.execute(text("SELECT kind FROM notice ORDER BY id")).scalars().all()
    assert kinds == [becomes, "kind «2»", "kind «3»"]


def test_a_migration_that_breaks_off_leaves_the_revision_before_with_its_rows(empty):
    before = filled_at(empty, "0001")
    with empty.engine.begin() as connection:
        connection.execute(text("CREATE TABLE obstacle_step (id INTEGER)"))
    with pytest.raises(DBAPIError, match="obstacle_step"):
        migrate(empty.engine)
    with empty.engine.begin() as connection:
        connection.execute(text("DROP TABLE obstacle_step"))
    assert rows_now(empty) == before
    migrate(empty.engine)
    assert is_current(empty.engine)


def test_without_the_postgres_package_the_tests_fail_and_say_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setattr(postgres, "PACKAGES", tmp_path)
    with pytest.raises(RuntimeError, match="apt-get install"), postgres.running_cluster():
        pass
