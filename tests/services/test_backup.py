"""What a backup holds, when it is refused, and what is left if it breaks off."""

from __future__ import annotations

import json
import stat
import zipfile
from dataclasses import replace

import pytest

from lsplan_workflow.domain.errors import RequestError, WorkError
from lsplan_workflow.services import backup
from lsplan_workflow.store import archive, audit, staging
from lsplan_workflow.store.dump import FILE_COLUMNS
from lsplan_workflow.store.migrations import HEAD
from tests.services.keeping import (
    BUSY_UNTIL,
    TABLES,
    assert_one_state,
    backed_up,
    files_of,
    rewritten,
    rows_of,
)
from tests.services.office import KEY


def names(file):
    with zipfile.ZipFile(file) as opened:
        return opened.namelist()


def test_the_office_of_these_tests_has_rows_in_every_table(busy):
    assert {name: bool(rows) for name, rows in rows_of(busy.workplace.database).items()} == (
        dict.fromkeys(TABLES, True)
    )


def test_a_backup_holds_every_table_every_stored_file_and_the_configuration(busy, saved):
    stored = {name.rpartition("/")[2] for name in files_of(busy.folder / "files")}
    assert len(stored) == 7
    assert set(names(saved)) == {
        "manifest.json",
        "files.jsonl",
        *(f"tables/{name}.jsonl" for name in TABLES),
        *(f"files/{digest}" for digest in stored),
        "configuration/program.toml",
        "configuration/contacts.local.csv",
        "configuration/messages/opening.vi.txt.j2",
    }


def test_the_manifest_states_what_it_was_made_from(busy, saved):
    count, head = busy.events()[-2].number, busy.events()[-2].hash
    with archive.opened(saved) as opened:
        manifest = opened.manifest
    assert (manifest.revision, manifest.made_at) == (HEAD, BUSY_UNTIL)
    assert str(manifest.made_at.utcoffset()) == "7:00:00"
    assert (manifest.log.events, manifest.log.head) == (count, head)
    assert manifest.log.broken_at is None
    assert manifest.tables["audit_event"].lines == count
    assert manifest.files.lines == 7
    assert manifest.lost == ()


def test_every_column_that_names_a_file_is_looked_at():
    from sqlmodel import SQLModel  # noqa: PLC0415

    found = {
        (table.name, column.name)
        for table in SQLModel.metadata.tables.values()
        for column in table.columns
        if column.name.endswith("sha256")
    }
    listed = {(table, name) for table, columns in FILE_COLUMNS.items() for name in columns}
    # The hash of a configuration is of rows, not of a file.
    assert found == listed | {("configuration_version", "sha256")}


def test_a_backup_is_recorded_with_its_hash_and_the_head_that_it_holds(busy, saved):
    *_, before, event = busy.events()
    assert (event.event, event.actor, event.at) == ("backed_up", "an", BUSY_UNTIL)
    assert json.loads(event.payload) == {
        "file": "saved.zip",
        "sha256": backup_hash(saved),
        "events": before.number,
        "head": before.hash,
    }
    with busy.workplace.database.reading() as session:
        assert audit.verify(session, KEY) is None


def backup_hash(file):
    with file.open("rb") as stream:
        return archive.digest_of(stream)


def test_only_its_owner_can_read_a_backup(saved):
    assert stat.S_IMODE(saved.stat().st_mode) == 0o600


def test_a_file_that_is_there_is_never_overwritten(busy, tmp_path):
    file = tmp_path / "there.zip"
    file.write_bytes(b"older")
    with pytest.raises(RequestError, match="not overwritten"):
        backed_up(busy.workplace, file, busy.folder / "config")
    assert file.read_bytes() == b"older"


@pytest.mark.parametrize("hard_links", [True, False])
def test_a_file_that_appears_meanwhile_is_not_overwritten_either(tmp_path, hard_links, monkeypatch):
    if not hard_links:
        monkeypatch.setattr(type(tmp_path), "hardlink_to", refuse)
    file = tmp_path / "new.zip"
    with pytest.raises(RequestError, match="not overwritten"):
        write_while_another_does(file)
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"another's"]


def write_while_another_does(file):
    with staging.new_file(file) as target:
        target.write(b"mine")
        file.write_bytes(b"another's")


def refuse(*_arguments):
    raise PermissionError("this disk knows no second names")


def test_a_disk_without_second_names_takes_a_backup_too(tmp_path, monkeypatch):
    monkeypatch.setattr(type(tmp_path), "hardlink_to", refuse)
    with staging.new_file(tmp_path / "new.zip") as target:
        target.write(b"mine")
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"mine"]


def test_a_folder_that_is_not_there_is_named(busy, tmp_path):
    with pytest.raises(RequestError, match="no such folder"):
        backed_up(busy.workplace, tmp_path / "no" / "b.zip", busy.folder / "config")


@pytest.mark.parametrize("within", ["files", "config", "config/messages"])
def test_a_backup_does_not_lie_within_what_it_backs_up(busy, within):
    with pytest.raises(RequestError, match="backed up itself"):
        backed_up(busy.workplace, busy.folder / within / "b.zip", busy.folder / "config")


def test_a_backup_that_breaks_off_leaves_no_file_and_no_event(busy, tmp_path, monkeypatch):
    def break_off(_self, _manifest):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(archive.Writer, "add_manifest", break_off)
    before = rows_of(busy.workplace.database)
    (tmp_path / "out").mkdir()
    with pytest.raises(OSError, match="No space"):
        backed_up(busy.workplace, tmp_path / "out" / "b.zip", busy.folder / "config")
    assert list((tmp_path / "out").iterdir()) == []
    assert rows_of(busy.workplace.database) == before


def test_a_backup_that_does_not_read_back_is_no_backup(busy, tmp_path, monkeypatch):
    def damage(stream):
        stream.seek(200)
        stream.write(b"\0" * 64)
        stream.seek(0)
        return real(stream)

    real = archive.verify
    monkeypatch.setattr(archive, "verify", damage)
    (tmp_path / "out").mkdir()
    with pytest.raises(WorkError, match="does not read back"):
        backed_up(busy.workplace, tmp_path / "out" / "b.zip", busy.folder / "config")
    assert list((tmp_path / "out").iterdir()) == []
    assert busy.events()[-1].event != "backed_up"


def lose(busy, *, changed=False):
    name = min(files_of(busy.folder / "files"))
    path = busy.folder / "files" / name
    if changed:
        path.write_bytes(b"something else")
    else:
        path.unlink()
    return path.name


@pytest.mark.parametrize("changed", [False, True])
def test_a_stored_file_that_is_lost_is_named_and_needs_a_word(busy, tmp_path, target, changed):
    digest = lose(busy, changed=changed)
    file = tmp_path / "b.zip"
    with pytest.raises(WorkError, match=digest):
        backed_up(busy.workplace, file, busy.folder / "config")
    assert not file.exists()

    made = backed_up(busy.workplace, file, busy.folder / "config", incomplete=True)
    assert made.manifest.lost == (digest,)
    assert target.restore(file).manifest.lost == (digest,)


def test_a_stored_file_that_changes_while_it_is_copied_is_lost_too(busy, tmp_path, monkeypatch):
    digest = lose(busy, changed=True)
    monkeypatch.setattr(type(busy.workplace.files), "verify", lambda _self, _digest: True)
    with pytest.raises(WorkError, match=digest):
        backed_up(busy.workplace, tmp_path / "b.zip", busy.folder / "config", incomplete=True)
    assert not (tmp_path / "b.zip").exists()


def test_a_row_that_names_no_file_at_all_is_lost_too(busy, tmp_path):
    with busy.workplace.database.writing() as session:
        session.connection().exec_driver_sql("UPDATE document SET sha256 = '../../x' WHERE id = 1")
    with pytest.raises(WorkError, match=r"\.\./\.\./x"):
        backed_up(busy.workplace, tmp_path / "b.zip", busy.folder / "config")


def test_a_row_that_cannot_be_read_stops_the_backup_and_its_table_is_named(busy, tmp_path):
    with busy.workplace.database.writing() as session:
        session.connection().exec_driver_sql("UPDATE review SET decided_at = 'once'")
    with pytest.raises(WorkError, match="table review"):
        backed_up(busy.workplace, tmp_path / "b.zip", busy.folder / "config")


def test_what_cannot_be_put_back_is_no_part_of_the_configuration(busy, tmp_path):
    (busy.folder / "config" / "elsewhere").symlink_to(tmp_path)
    with pytest.raises(RequestError, match="elsewhere"):
        backed_up(busy.workplace, tmp_path / "b.zip", busy.folder / "config")


def test_without_a_configuration_folder_the_rest_is_backed_up(busy, tmp_path, target):
    made = backed_up(busy.workplace, tmp_path / "b.zip", busy.folder / "none")
    assert made.manifest.configuration == {}
    target.restore(tmp_path / "b.zip")
    assert not (target.folder / "config").exists()


def test_secrets_that_addresses_are_completed_by_are_named_not_held(small_configuration):
    contact = small_configuration.directory.contacts[0]
    secret = replace(contact, address="tgram://${SYT_BOT}/${ROOM}")
    directory = replace(small_configuration.directory, contacts=(secret, contact))
    changed = replace(small_configuration, directory=directory)
    assert backup.secrets_named(changed) == ["ROOM", "SYT_BOT"]


def test_a_backup_is_of_one_state_while_others_write(busy, tmp_path, target):
    assert_one_state(busy, tmp_path / "b.zip", target)


def test_an_archive_says_the_same_whoever_writes_it_again(saved):
    """The helper of these tests, which makes hostile archives, keeps a good one good."""
    with archive.opened(rewritten(saved, dict)) as opened:
        opened.verify()
