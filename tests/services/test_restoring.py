"""What comes back from a backup, and that nothing does where something stands in the way."""

from __future__ import annotations

import json
import shutil
from types import SimpleNamespace

import pytest
from sqlalchemy import select, text

from lsplan_workflow.domain.errors import RequestError
from lsplan_workflow.services import restoring
from lsplan_workflow.services.shelving import show_recorded
from lsplan_workflow.store import archive, audit, dump, shelf, staging
from lsplan_workflow.store.tables import ObligationRow
from tests.domain.province import local
from tests.services.keeping import (
    BUSY_UNTIL,
    LATER,
    Target,
    backed_up,
    files_of,
    rewritten,
    rows_of,
    without_last_event,
)
from tests.services.office import DAY, KEY


def test_everything_comes_back_row_by_row_and_file_by_file(busy, saved, target):
    target.restore(saved)
    assert without_last_event(rows_of(target.database)) == without_last_event(
        rows_of(busy.workplace.database)
    )
    for name in ("files", "reports", "config"):
        found = files_of(target.folder / name)
        assert found == files_of(busy.folder / name)
        assert found
    assert not list(target.folder.rglob(".restoring"))


def test_restoring_is_recorded_and_the_log_goes_on_from_the_backups_head(saved, target, busy):
    restored = target.restore(saved)
    *_, last, event = target.office(busy).events()
    assert (event.event, event.actor) == ("restored", "an")
    assert json.loads(event.payload) == {
        "file": "saved.zip",
        "sha256": restored.sha256,
        "events": last.number,
        "head": last.hash,
    }
    with target.database.reading() as session:
        assert audit.verify(session, KEY) is None


def test_a_rehearsal_is_restored_at_its_own_instant_a_real_installation_now(busy, tmp_path, target):
    with busy.workplace.database.writing() as session:
        session.connection().exec_driver_sql(
            "UPDATE installation SET clock_at = '2025-09-10 02:00:00.000000'"
        )
    backed_up(busy.workplace, tmp_path / "b.zip", busy.folder / "config")
    target.restore(tmp_path / "b.zip")
    assert target.office(busy).events()[-1].at == BUSY_UNTIL

    with busy.workplace.database.writing() as session:
        session.connection().exec_driver_sql(
            "UPDATE installation SET clock_at = NULL, rehearsal = 0"
        )
    backed_up(busy.workplace, tmp_path / "c.zip", busy.folder / "config")
    real = Target.on_sqlite(tmp_path / "real")
    real.restore(tmp_path / "c.zip")
    assert real.office(busy).events()[-1].at == LATER
    real.database.dispose()


def test_what_was_restored_goes_on_and_sends_nothing_twice(busy, saved, target):
    known = busy.notices(status="sent")
    restored_sent = set(known)
    target.restore(saved)
    restored = target.office(busy)
    result = restored.run(BUSY_UNTIL)
    twin = busy.run(BUSY_UNTIL)
    assert result == twin
    assert {n.key for n in restored.notices(status="sent").values()} >= restored_sent
    again = {mail["Message-ID"] for mail in restored.mails()}
    before = {row.message_id for row in known.values()}
    assert again
    assert again.isdisjoint(before)
    assert restored.run(BUSY_UNTIL + DAY) == busy.run(BUSY_UNTIL + DAY)


def test_a_backup_of_what_was_restored_holds_the_same(busy, saved, target, tmp_path):
    target.restore(saved)
    place = target.office(busy).at(local(2025, 9, 11, 9)).workplace
    backed_up(place, tmp_path / "again.zip", target.folder / "config")
    with archive.opened(saved) as first, archive.opened(tmp_path / "again.zip") as second:
        changed = {"audit_event", "audit_head"}
        for name, lines in first.manifest.tables.items():
            assert (second.manifest.tables[name] == lines) == (name not in changed)
        assert second.manifest.files == first.manifest.files
        assert second.manifest.configuration == first.manifest.configuration


def test_an_installation_is_never_restored_over(busy, saved):
    before = rows_of(busy.workplace.database)
    with pytest.raises(RequestError, match="place without data"):
        Target(busy.workplace.database, busy.folder).restore(saved)
    assert rows_of(busy.workplace.database) == before


def test_a_database_with_other_tables_is_not_empty(saved, target):
    with target.database.writing() as session:
        session.connection().exec_driver_sql("CREATE TABLE another (id INTEGER)")
    with pytest.raises(RequestError, match="this database has tables"):
        target.restore(saved)
    assert not (target.folder / "files").exists()


@pytest.mark.parametrize("folder", ["files", "config"])
def test_folders_with_other_files_are_named_and_left_alone(saved, target, folder):
    other = target.folder / folder / "other.txt"
    other.parent.mkdir()
    other.write_text("x")
    with pytest.raises(RequestError, match=r"other\.txt"):
        target.restore(saved)
    other.unlink()
    assert target.is_untouched()


def test_a_configuration_that_was_edited_is_not_replaced(busy, saved, target):
    shutil.copytree(busy.folder / "config", target.folder / "config")
    target.folder.joinpath("config", "program.toml").write_text("# edited")
    with pytest.raises(RequestError, match=r"program\.toml"):
        target.restore(saved)
    assert target.folder.joinpath("config", "program.toml").read_text() == "# edited"


def test_what_is_there_exactly_as_in_the_backup_is_in_nobodys_way(busy, saved, target):
    for name in ("files", "config"):
        shutil.copytree(busy.folder / name, target.folder / name)
    target.restore(saved)
    assert files_of(target.folder / "config") == files_of(busy.folder / "config")


def test_an_empty_folder_is_restored_into(saved, target):
    for name in ("files", "config"):
        (target.folder / name).mkdir()
    target.restore(saved)
    assert len(files_of(target.folder / "files")) == 7


def test_under_another_key_nothing_is_restored(saved, target):
    with pytest.raises(RequestError, match=r"audit\.key"):
        target.restore(saved, key=b"another")
    assert target.is_untouched()


def test_a_log_that_was_broken_before_comes_back_as_it_was_and_is_told(busy, tmp_path, target):
    with busy.workplace.database.writing() as session:
        session.connection().exec_driver_sql("UPDATE audit_event SET actor = 'x' WHERE number = 3")
    made = backed_up(busy.workplace, tmp_path / "b.zip", busy.folder / "config")
    assert made.manifest.log.broken_at == 3
    assert target.restore(tmp_path / "b.zip").manifest.log.broken_at == 3


def test_a_disk_that_is_too_small_is_found_out_before_anything_is_written(
    saved, target, monkeypatch
):
    monkeypatch.setattr(staging.shutil, "disk_usage", _full)
    with pytest.raises(RequestError, match="too full"):
        target.restore(saved)
    assert target.is_untouched()


def _full(_path):
    return SimpleNamespace(free=0)


STEPS = {
    "the tables are made": (restoring, "upgrade"),
    "files are made ready": (staging.StagedFolder, "write"),
    "rows are loaded": (dump, "load"),
    "rows are compared": (restoring, "_compare"),
    "the log is verified": (restoring, "_verify_log"),
    "it is recorded": (restoring, "_record"),
}


class BrokenOff(Exception):  # noqa: N818 - What happens to the process, not an error of ours.
    """The work ended here."""


def break_off(*_arguments, **_named):
    raise BrokenOff


@pytest.mark.parametrize("step", STEPS)
def test_wherever_it_breaks_off_nothing_is_left(saved, target, monkeypatch, step):
    with monkeypatch.context() as patch:
        patch.setattr(*STEPS[step], break_off)
        with pytest.raises(BrokenOff):
            target.restore(saved)
    assert target.is_untouched()
    target.restore(saved)


def test_a_report_for_which_there_is_no_room_leaves_nothing(saved, target, monkeypatch):
    laid = []

    def lay_one_and_break_off(place, content):
        if laid:
            raise BrokenOff
        laid.append(shelf.lay(place, content))
        return laid[0]

    with monkeypatch.context() as patch:
        patch.setattr(restoring, "lay", lay_one_and_break_off)
        with pytest.raises(BrokenOff):
            target.restore(saved)
    assert laid
    assert target.is_untouched()


def test_reports_of_a_run_that_was_killed_at_the_very_end_are_shown_by_who_looks_next(
    saved, target, monkeypatch, busy
):
    with monkeypatch.context() as patch:
        patch.setattr(shelf.Laid, "show", lambda _laid: None)
        target.restore(saved)
    assert files_of(target.folder / "reports") == {}
    show_recorded(target.database, target.folder / "reports")
    assert files_of(target.folder / "reports") == files_of(busy.folder / "reports")


def test_if_the_database_refuses_at_the_very_end_the_files_are_taken_away_again(
    saved, target, monkeypatch
):
    publish, seen = staging.StagedFolder.publish, []

    def publish_and_break_off(self):
        publish(self)
        seen.append(files_of(self.folder))
        if len(seen) == 2:
            raise BrokenOff

    with monkeypatch.context() as patch:
        patch.setattr(staging.StagedFolder, "publish", publish_and_break_off)
        with pytest.raises(BrokenOff):
            target.restore(saved)
    assert all(seen)
    assert target.is_untouched()
    target.restore(saved)


def test_a_run_that_was_killed_at_the_very_end_is_made_good_by_the_next(saved, target, busy):
    """The files had their names, the transaction had not ended."""
    shutil.copytree(busy.folder / "files", target.folder / "files")
    left = target.folder / "files" / ".restoring" / "ab"
    left.mkdir(parents=True)
    (left / "half").write_bytes(b"half a file")
    target.restore(saved)
    assert not (target.folder / "files" / ".restoring").exists()
    assert files_of(target.folder / "files") == files_of(busy.folder / "files")


def test_new_rows_get_the_numbers_after_the_restored_ones(saved, target):
    target.restore(saved)
    with target.database.writing() as session:
        highest = max(session.scalars(select(ObligationRow.id)))
        found = session.scalars(select(ObligationRow)).first()
        facts = {c: getattr(found, c) for c in ObligationRow.model_fields if c != "id"}
        added = ObligationRow(**facts | {"agency": "SNEW"})
        session.add(added)
        session.flush()
        assert added.id == highest + 1


def test_reports_are_laid_only_below_their_folder(busy, tmp_path, target):
    with busy.workplace.database.writing() as session:
        session.execute(text("UPDATE consolidation SET docx_name = '../../../evil.docx'"))
    backed_up(busy.workplace, tmp_path / "b.zip", busy.folder / "config")
    target.restore(tmp_path / "b.zip")
    assert not list(tmp_path.rglob("evil.docx"))
    assert {name.rpartition(".")[2] for name in files_of(target.folder / "reports")} == {"xlsx"}


def test_two_restores_at_once_are_one(saved, target):
    """The second waits for the first's transaction and then finds an installation."""
    target.restore(saved)
    with pytest.raises(RequestError, match="place without data"):
        target.restore(saved)


def test_progress_is_told_in_both_languages(saved, target):
    told = []
    target.restore(saved, progress=told.append)
    assert any("Đang phục hồi tệp: 0/7" in text.vi for text in told)
    assert any(text.en == "Restoring table notice…" for text in told)


def test_the_helper_that_rewrites_archives_keeps_a_good_one_good(saved, target):
    target.restore(rewritten(saved, dict))
