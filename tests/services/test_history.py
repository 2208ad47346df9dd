"""Every configuration that was applied is kept, and can be compared with any other."""

from __future__ import annotations

import pytest

from lsplan_workflow.configuration.folder import parse
from lsplan_workflow.domain.errors import ConfigurationError, RequestError
from lsplan_workflow.services import history, installation
from lsplan_workflow.services.applying import apply_configuration
from lsplan_workflow.store import installation as stored
from tests.configuration.folders import FILES, edited, encoded
from tests.domain.province import local
from tests.services.office import hasty_database

FIRST, LATER, LAST = (local(2025, 9, day, 9) for day in (1, 2, 3))
OLDER_FORM = {"program.toml": "[programme]\nold = true\n", "contacts.csv": "agency\nSYT\n"}


@pytest.fixture
def database(tmp_path):
    found = hasty_database(f"sqlite:///{tmp_path / 'lsplan.db'}")
    installation.initialise(found, parse(encoded()), rehearsal=False, now=FIRST, actor="an")
    yield found
    found.dispose()


def apply(database, files, at):
    configuration = parse(encoded(files))
    apply_configuration(database, configuration, now=at, actor="bình")


def record(database, files, at):
    with database.writing() as session:
        stored.apply_configuration(session, files, applied_at=at, applied_by="cũ")


def versions(database):
    with database.reading() as session:
        return history.versions(session)


def test_every_version_is_kept_with_its_number_its_instant_and_who_applied_it(database):
    apply(database, edited("tasks.csv", "Trạm", "Nhà"), LATER)
    found = versions(database)
    assert [(v.number, v.applied_at, v.applied_by) for v in found] == [
        (1, FIRST, "an"),
        (2, LATER, "bình"),
    ]
    assert found[0].files == FILES
    assert "Nhà y tế" in found[1].files["tasks.csv"]


def test_each_version_is_compared_with_the_one_before_it(database):
    first = edited("tasks.csv", "Trạm", "Nhà")
    apply(database, first, LATER)
    second = first | {"agencies.csv": FILES["agencies.csv"].replace("Sở Y tế", "Y tế")}
    apply(database, second, LAST)
    found = history.history(versions(database))
    assert [entry.changed_files for entry in found[1:]] == [["tasks.csv"], ["agencies.csv"]]
    assert [len(entry.differences) for entry in found[1:]] == [1, 1]
    assert (found[0].before, found[0].differences) == (None, None)


def test_a_version_that_is_not_understood_any_more_is_kept_and_compared_as_text(database):
    record(database, OLDER_FORM, LATER)
    record(database, FILES, LAST)
    known = versions(database)
    entries = history.history(known)
    assert [entry.differences for entry in entries] == [None, None, None]
    assert "tasks.csv" in entries[1].changed_files
    assert "-old = true\n" in history.text_difference(known[1], known[2])


def test_a_contacts_file_that_has_lost_rows_is_compared_like_any_other(database):
    rows = FILES["contacts.csv"].splitlines(keepends=True)
    erased = FILES | {"contacts.csv": "".join(r for r in rows if not r.startswith("SYT,focal"))}
    record(database, erased, LATER)
    record(database, FILES, LAST)
    _, gone, back = history.history(versions(database))
    assert [d.text.vi for d in gone.differences] == ["Bỏ liên hệ SYT/focal"]
    assert [d.text.vi for d in back.differences] == ["Thêm liên hệ SYT/focal"]


def test_without_a_number_the_version_in_force_is_meant(database):
    apply(database, edited("tasks.csv", "Trạm", "Nhà"), LATER)
    known = versions(database)
    assert history.version(known, None).number == 2
    assert history.version(known, 1).number == 1


@pytest.mark.parametrize("number", [0, 2])
def test_a_number_that_no_version_has_is_refused(database, number):
    with pytest.raises(RequestError, match=f"no version {number}"):
        history.version(versions(database), number)


def test_before_the_first_version_there_is_no_history(tmp_path):
    database = hasty_database(f"sqlite:///{tmp_path / 'empty.db'}")
    installation.migrate(database.engine)
    with pytest.raises(RequestError, match="lsplan init"):
        versions(database)
    database.dispose()


def test_a_folder_that_would_be_applied_as_it_is_does_not_differ_from_what_is_in_force(database):
    folder = history.version_of(encoded())
    found = history.compare(versions(database)[0], folder)
    assert (found.differences, found.changed_files) == ((), [])
    assert history.text_difference(found.before, folder) == ""


def test_a_file_of_the_folder_that_is_no_text_is_refused_by_its_place():
    with pytest.raises(ConfigurationError) as refused:
        history.version_of(encoded() | {"tasks.csv": b"code\n\xff"})
    (fault,) = refused.value.faults
    assert (fault.file, fault.line, fault.field) == ("tasks.csv", 2, "encoding")


def test_a_text_difference_is_that_of_diff():
    old, new = (
        history.Version(number, FIRST, "an", {"a.csv": text})
        for number, text in ((1, "a\nb\n"), (2, "a\nc"))
    )
    assert history.text_difference(old, new) == (
        "--- 1/a.csv\n+++ 2/a.csv\n@@ -1,2 +1,2 @@\n a\n-b\n+c\n\\ No newline at end of file\n"
    )


def test_instants_are_read_on_the_clock_of_the_newest_version_that_is_understood(database):
    assert history.local_time(versions(database))(FIRST).hour == 9
    record(database, OLDER_FORM, LATER)
    assert history.local_time(versions(database))(FIRST).hour == 9
    assert history.local_time(versions(database)[1:])(FIRST).hour == 2
