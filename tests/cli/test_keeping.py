"""`backup` and `restore`, as an administrator types them and as they are killed."""

from __future__ import annotations

import os
import shutil
import signal
import stat
import subprocess
import sys
import zipfile

import pytest

from tests.cli.command import DONE, FAILED, WRONG, Place, let_a_person_look_on

SAME = ["status", "outbox", "contact list", "obstacle list", "config history"]


@pytest.fixture
def saved(chased, tmp_path):
    """A backup of the office, which SYT has filed with and everybody else was chased in."""
    chased.done("backup", str(tmp_path / "b.zip"))
    return tmp_path / "b.zip"


@pytest.fixture
def other(chased, tmp_path) -> Place:
    """A place where nothing is set up, but to which the key was brought."""
    place = Place(tmp_path / "other" / "config", tmp_path / "other" / "var")
    place.var.mkdir(parents=True)
    shutil.copy(chased.var / "audit.key", place.var)
    return place


def test_a_backup_says_what_it_holds_and_what_it_does_not(chased, tmp_path):
    out = chased.done("backup", str(tmp_path / "b.zip")).out
    assert "sao lưu lúc 21/01/2025 08:00; 18 bảng" in out
    assert "1 tệp đã lưu" in out
    assert "Đã đọc lại và đối chiếu" in out
    assert f"phải cất riêng: {chased.var / 'audit.key'}\n" in out


def test_secrets_of_the_environment_are_named_never_shown(chased, tmp_path, monkeypatch):
    key = (chased.var / "audit.key").read_text().strip()
    monkeypatch.setenv("LSPLAN_AUDIT_KEY", key)
    monkeypatch.setenv("LSPLAN_SMTP_URL", "mailto://user:passw0rd@127.0.0.1")
    answer = chased.done("backup", str(tmp_path / "b.zip"))
    assert "phải cất riêng: LSPLAN_AUDIT_KEY, LSPLAN_SMTP_URL\n" in answer.out
    assert "passw0rd" not in answer.out + answer.err
    assert key not in answer.out
    content = (tmp_path / "b.zip").read_bytes()
    assert key.encode() not in content
    assert b"passw0rd" not in content


def test_a_backup_is_restored_elsewhere_with_everything_in_it(chased, saved, other):
    out = other.done("restore", str(saved)).out
    assert "đối chiếu từng dòng, từng tệp" in out
    assert "Nhật ký nguyên vẹn" in out
    for command in SAME:
        assert other.json(*command.split()) == chased.json(*command.split())
    assert other.done("check").out == chased.done("check").out
    assert stat.S_IMODE((other.var / "lsplan.db").stat().st_mode) == 0o600


def test_what_was_restored_works_and_sends_nothing_twice(chased, saved, other):
    known = {notice["key"] for notice in chased.json("outbox", "--status", "sent")}
    other.done("restore", str(saved))
    other.done("audit", "verify")
    assert other.json("tick")["sent"] == 0
    assert other.json("tick", at="2025-02-05T08:00") == chased.json("tick", at="2025-02-05T08:00")
    mails = len(list((other.var / "mail" / "new").iterdir()))
    assert 0 < mails < len(known)
    assert ids(other) == ids(chased)


def ids(place):
    """Return each notice with its status and Message-ID; Maildir's replies name their files."""
    return [(n["key"], n["status"], n["message_id"]) for n in place.json("outbox")]


def test_backing_up_and_restoring_stand_in_the_log(chased, saved, other):
    other.done("restore", str(saved))
    assert chased.json("log")[-1]["event"] == "backed_up"
    assert other.json("log")[-1]["event"] == "restored"
    assert "tệp: b.zip" in chased.done("log").out
    assert "phục hồi từ bản sao lưu" in other.done("log").out


def test_the_head_that_a_backup_printed_can_be_looked_for_in_the_log(chased, tmp_path, other):
    made = chased.json("backup", str(tmp_path / "b.zip"))
    assert other.json("restore", str(tmp_path / "b.zip"))["head"] == made["head"]
    for place in (chased, other):
        place.done("audit", "verify", "--head", f"{made['events']}:{made['head']}")


def test_a_backup_in_a_rehearsal_is_at_its_instant(chased, tmp_path):
    made = chased.json("backup", str(tmp_path / "b.zip"), at="2025-02-01T09:30")
    assert made["made_at"] == "2025-02-01T09:30:00+07:00"


def test_nothing_is_backed_up_over_a_file(chased, saved):
    before = saved.read_bytes()
    answer = chased("backup", str(saved))
    assert (answer.code, answer.out) == (WRONG, "")
    assert "sẽ không bị ghi đè" in answer.err
    assert saved.read_bytes() == before


def test_nothing_is_restored_over_an_installation(chased, saved):
    before = (chased.var / "lsplan.db").read_bytes()
    answer = chased("restore", str(saved))
    assert (answer.code, answer.out) == (WRONG, "")
    assert "giữ lại audit.key" in answer.err
    assert (chased.var / "lsplan.db").read_bytes() == before


def test_without_the_key_nothing_is_restored_and_nothing_made(saved, tmp_path):
    place = Place(tmp_path / "config", tmp_path / "var2")
    answer = place("restore", str(saved))
    assert (answer.code, answer.out) == (FAILED, "")
    assert str(place.var / "audit.key") in answer.err
    assert not place.var.exists()


def test_under_another_key_it_is_said_which_key_to_check(saved, other, english):
    (other.var / "audit.key").write_text("another\n")
    answer = other("restore", str(saved))
    assert (answer.code, answer.out) == (WRONG, "")
    assert "audit.key or LSPLAN_AUDIT_KEY" in answer.err
    assert other("status").code == WRONG


def everything_in(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


@pytest.mark.parametrize("fault", ["another key", "other files", "a damaged file"])
def test_a_refused_restore_leaves_the_place_as_it_was(saved, other, fault):
    if fault == "another key":
        (other.var / "audit.key").write_text("another\n")
    elif fault == "other files":
        (other.var / "files").mkdir()
        (other.var / "files" / "x").touch()
    else:
        other.config.mkdir()
        _exchange(saved, "files/", b"x")
    before = everything_in(other.var.parent)
    assert other("restore", str(saved)).code == WRONG
    assert everything_in(other.var.parent) == before


def test_a_refused_restore_leaves_an_empty_database_that_was_there(saved, other):
    (other.var / "audit.key").write_text("another\n")
    (other.var / "lsplan.db").touch()
    assert other("restore", str(saved)).code == WRONG
    assert (other.var / "lsplan.db").exists()


def _exchange(archive, prefix, content):
    """Write an archive anew with another content in the first of its files below a prefix."""
    with zipfile.ZipFile(archive) as old:
        held = {name: old.read(name) for name in old.namelist()}
    changed = next(name for name in held if name.startswith(prefix))
    with zipfile.ZipFile(archive, "w") as new:
        for name, data in (held | {changed: content}).items():
            new.writestr(name, data)


def test_what_is_no_backup_is_refused_before_anything_is_made(tmp_path, chased):
    (tmp_path / "x.zip").write_bytes(b"x")
    place = Place(tmp_path / "config", tmp_path / "var2")
    for file in ("x.zip", "none.zip"):
        answer = place("restore", str(tmp_path / file))
        assert (answer.code, answer.out) == (WRONG, "")
    assert not place.var.exists()


def test_a_clock_is_not_given_to_a_restore(saved, other):
    answer = other("restore", str(saved), at="2025-01-01T08:00")
    assert answer.code == WRONG
    assert "--at" in answer.err


def test_what_was_wrong_already_is_said_on_standard_error(chased, tmp_path, other):
    (stored,) = (path for path in (chased.var / "files").rglob("*") if path.is_file())
    stored.unlink()
    file = str(tmp_path / "b.zip")
    answer = chased("backup", file)
    assert answer.code == FAILED
    assert stored.name in answer.err
    assert "--incomplete" in answer.err
    assert not (tmp_path / "b.zip").exists()
    for answer in (chased.done("backup", file, "--incomplete"), other.done("restore", file)):
        assert f"thiếu các tệp đã mất: {stored.name}" in answer.err


def test_a_log_that_was_broken_before_is_restored_with_a_warning(chased, tmp_path, other, english):
    chased_log = chased.var / "lsplan.db"
    subprocess.run(
        [sys.executable, "-c", _TAMPER, str(chased_log)], check=True, capture_output=True
    )
    file = str(tmp_path / "b.zip")
    for answer in (chased.done("backup", file), other.done("restore", file)):
        assert "not intact from event 5" in answer.err
        assert "The log is intact" not in answer.out


_TAMPER = """
import sqlite3, sys
with sqlite3.connect(sys.argv[1]) as connection:
    connection.execute("UPDATE audit_event SET actor = 'x' WHERE number = 5")
connection.close()
"""


def test_progress_is_told_at_a_terminal_only(chased, tmp_path, monkeypatch, english):
    assert chased.done("backup", str(tmp_path / "a.zip")).err == ""
    let_a_person_look_on(monkeypatch)
    told = chased.done("backup", str(tmp_path / "b.zip")).err.splitlines()
    assert told[0] == "Backing up table audit_event…"
    assert told[-2:] == ["Backing up files: 0/1…", "Reading the backup back…"]


# It kills itself when the number of the step is reached, as nobody could from outside.
_KILLED = """
import os, signal, sys
from lsplan_workflow.cli import keeping, main
left = int(sys.argv[1])
def progress(_text):
    global left
    left -= 1
    if left < 0:
        os.kill(os.getpid(), signal.SIGKILL)
keeping.show_progress = progress
main.run(sys.argv[2:])
"""


def killed(place, step, *arguments):
    environment = {n: v for n, v in os.environ.items() if not n.startswith("LSPLAN_")}
    folders = ["--config", str(place.config), "--var", str(place.var)]
    command = [sys.executable, "-c", _KILLED, str(step), *folders, *arguments]
    done = subprocess.run(command, check=False, env=environment, capture_output=True, timeout=60)
    assert done.returncode == -signal.SIGKILL, done.stderr


@pytest.mark.parametrize("step", [0, 9, 17, 18])
def test_a_backup_that_is_killed_leaves_no_file(chased, tmp_path, step):
    (tmp_path / "out").mkdir()
    killed(chased, step, "backup", str(tmp_path / "out" / "b.zip"))
    assert not (tmp_path / "out" / "b.zip").exists()
    (part,) = (tmp_path / "out").iterdir()
    assert part.name.startswith(".b.zip.")
    assert stat.S_IMODE(part.stat().st_mode) == 0o600
    chased.done("backup", str(tmp_path / "out" / "b.zip"))


@pytest.mark.parametrize("step", [0, 1, 9, 17])
def test_a_restore_that_is_killed_leaves_an_empty_installation(saved, other, step):
    killed(other, step, "restore", str(saved))
    answer = other("status")
    assert answer.code == WRONG
    assert "lsplan init" in answer.err
    assert [p for p in (other.var / "files").rglob("*") if p.is_file() and _is_seen(p)] == []
    assert [p for p in other.config.rglob("*") if p.is_file() and _is_seen(p)] == []
    other.done("restore", str(saved))
    assert other.done("audit", "verify").code == DONE


def _is_seen(path):
    return ".restoring" not in path.parts
