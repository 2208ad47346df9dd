from datetime import UTC

import pytest
from sqlalchemy.exc import IntegrityError, NoResultFound

from lsplan_workflow.store import installation
from tests.store.rows import HOUR, NOW, NOW_UTC

FILES = {"program.toml": "số = '268/KH-UBND'", "agencies.csv": "code\nSYT\n"}


def install(database, *, rehearsal=True):
    with database.writing() as session:
        installation.install(session, rehearsal=rehearsal)


def read(database):
    with database.reading() as session:
        return installation.installation(session)


def apply(database, files, at=NOW):
    with database.writing() as session:
        return installation.apply_configuration(session, files, applied_at=at, applied_by="an")


def in_force(database):
    with database.reading() as session:
        return installation.configuration_in_force(session)


def test_a_database_that_was_never_initialised_has_no_installation(database):
    assert read(database) is None


@pytest.mark.parametrize("rehearsal", [True, False])
def test_a_new_installation_has_neither_a_clock_nor_run(database, rehearsal):
    install(database, rehearsal=rehearsal)
    row = read(database)
    assert (row.rehearsal, row.clock_at, row.first_ran_at) == (rehearsal, None, None)


def test_there_is_one_installation_per_database(database):
    install(database)
    with pytest.raises(IntegrityError):
        install(database)


def test_a_clock_stands_where_it_was_set(database):
    install(database)
    for instant in (NOW, NOW + HOUR):
        with database.writing() as session:
            installation.set_clock(session, instant)
        assert read(database).clock_at == instant
    assert read(database).clock_at.tzinfo is UTC


def test_only_an_installation_has_a_clock(database):
    with pytest.raises(NoResultFound), database.writing() as session:
        installation.set_clock(session, NOW)


def test_the_first_run_is_recorded_once(database):
    install(database)
    for instant in (NOW, NOW + HOUR):
        with database.writing() as session:
            assert installation.record_first_run(session, instant) == NOW_UTC
    assert read(database).first_ran_at == NOW_UTC


def test_before_the_first_configuration_none_is_in_force(database):
    assert in_force(database) is None


def test_the_configuration_in_force_is_the_one_last_applied(database):
    assert apply(database, {"program.toml": "old"}).number == 1
    assert apply(database, FILES, NOW + HOUR).number == 2
    row = in_force(database)
    assert (row.number, row.files, row.applied_by) == (2, FILES, "an")
    assert row.applied_at == NOW_UTC + HOUR
    assert row.sha256 == installation.fingerprint(FILES)


def test_a_rehearsals_first_configuration_has_no_instant(database):
    apply(database, FILES, None)
    assert in_force(database).applied_at is None


def test_a_fingerprint_depends_on_names_and_text_and_not_on_the_order():
    backwards = dict(reversed(FILES.items()))
    assert installation.fingerprint(backwards) == installation.fingerprint(FILES)
    for other in ({}, {**FILES, "more.csv": ""}, {**FILES, "agencies.csv": "code\nSCT\n"}):
        assert installation.fingerprint(other) != installation.fingerprint(FILES)


def test_every_configuration_is_kept_in_the_order_of_applying(database):
    for number in (1, 2, 3):
        apply(database, {"program.toml": str(number)})
    with database.reading() as session:
        rows = installation.configurations(session)
    assert [(row.number, row.files) for row in rows] == [
        (number, {"program.toml": str(number)}) for number in (1, 2, 3)
    ]
