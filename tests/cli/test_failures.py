"""What is said when the work fails: no traceback, no secret, and what to do."""

from __future__ import annotations

import errno
import os
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy.exc import StatementError

from lsplan_workflow.store import database
from lsplan_workflow.terminal import failures
from tests.cli.command import DONE, FAILED, WRONG

PASSWORD = "mật-khẩu-Tuyệt.Mật"
QUOTED, UNQUOTED = "p%40ss-Word", "p@ss-Word"


def said_of(answer):
    return answer.out + answer.err


def test_a_locked_database_is_said_to_be_busy(opened, monkeypatch):
    monkeypatch.setattr(database, "_BUSY_SECONDS", 0)
    holder = sqlite3.connect(opened.var / "lsplan.db", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    answer = opened("tick")
    holder.execute("ROLLBACK")
    holder.close()
    assert answer.code == FAILED
    assert answer.err.startswith("Cơ sở dữ liệu đang bị một tiến trình khác giữ;")
    assert answer.err.count("\n") == 1


def test_a_read_only_database_is_said_to_be(opened, monkeypatch):
    url = f"sqlite:///file:{opened.var}/lsplan.db?mode=ro&uri=true"
    monkeypatch.setenv("LSPLAN_DATABASE_URL", url)
    answer = opened("status", at="2025-01-02T08:00")
    assert answer.code == FAILED
    assert answer.err.startswith("Cơ sở dữ liệu chỉ cho đọc;")


def test_a_file_that_is_no_database_is_said_to_be_damaged(opened):
    (opened.var / "lsplan.db").write_bytes(b"no database at all " * 100)
    answer = opened("status")
    assert answer.code == FAILED
    assert "đã hỏng hoặc không phải cơ sở dữ liệu" in answer.err


def test_a_database_file_in_a_folder_that_is_not_there_cannot_be_opened(empty, monkeypatch):
    monkeypatch.setenv("LSPLAN_DATABASE_URL", "sqlite:////nowhere/at/all/lsplan.db")
    answer = empty("status")
    assert answer.code == FAILED
    assert answer.err.startswith("Không mở được tệp cơ sở dữ liệu;")


def test_a_database_server_out_of_reach_is_named_without_its_password(empty, monkeypatch):
    url = f"postgresql://lsplan:{PASSWORD}@127.0.0.1:1/lsplan?connect_timeout=2"
    monkeypatch.setenv("LSPLAN_DATABASE_URL", url)
    answer = empty("status")
    assert answer.code == FAILED
    assert answer.err.startswith("Không làm việc được với cơ sở dữ liệu; hãy kiểm tra máy chủ")
    assert "127.0.0.1" in answer.err
    assert PASSWORD not in said_of(answer)
    assert not empty.var.exists()


@pytest.mark.parametrize("url", ["lsplan", f"nosuch://a:{PASSWORD}@b/c", f"mysql://a:{PASSWORD}@b"])
def test_a_database_url_that_cannot_be_used_is_refused(empty, monkeypatch, url):
    monkeypatch.setenv("LSPLAN_DATABASE_URL", url)
    answer = empty("status")
    assert answer.code == WRONG
    assert "LSPLAN_DATABASE_URL" in answer.err
    assert "postgresql://" in answer.err
    assert PASSWORD not in said_of(answer)


@pytest.mark.parametrize(
    "url",
    [
        f"https://lsplan:{PASSWORD}@mail.example",
        f"mailto://lsplan:{PASSWORD}@mail.example",
        "mailto://lsplan:p@ss-Very.Secret@mail.example",
        "mailtos://lsplan:p-Very.Secret@:99999",
        "mailtos://",
    ],
)
def test_a_mail_servers_url_that_cannot_be_used_is_refused(opened, monkeypatch, url):
    monkeypatch.setenv("LSPLAN_SMTP_URL", url)
    answer = opened("tick")
    assert answer.code == WRONG
    assert "LSPLAN_SMTP_URL" in answer.err
    assert "cần dạng" in answer.err
    assert PASSWORD not in said_of(answer)
    assert "Very.Secret" not in said_of(answer)


@pytest.fixture
def broken(monkeypatch):
    """A pass that fails as nobody foresaw, saying every secret that it knows."""

    def fail(_workplace, **_):
        raise RuntimeError(f"boom {PASSWORD} {QUOTED} {UNQUOTED} the-audit-key")

    monkeypatch.setattr("lsplan_workflow.services.reporting_pass.run_pass", fail)
    monkeypatch.setenv("LSPLAN_SMTP_URL", f"mailto://lsplan:{QUOTED}@127.0.0.1:25")
    monkeypatch.setenv("LSPLAN_CHAT_TOKEN", PASSWORD)
    monkeypatch.setenv("LSPLAN_AUDIT_KEY", "the-audit-key")


def test_what_nobody_foresaw_is_said_in_a_sentence_and_kept_under_var(empty, broken, tmp_path):
    empty.done("init", "--rehearsal", at="2024-12-20T08:00")
    answer = empty("tick")
    log = empty.var / "lsplan-error.log"
    assert answer.code == FAILED
    assert answer.err == (
        "Công việc không hoàn thành: RuntimeError: boom **** **** **** ****\n"
        f"Chi tiết kỹ thuật: {log}\n"
    )
    text = log.read_text(encoding="utf-8")
    assert "Traceback" in text
    assert "boom **** **** **** ****" in text
    assert log.stat().st_mode & 0o777 == 0o600
    assert not (tmp_path / "lsplan-error.log").exists()


def test_without_the_data_folder_no_log_is_made(empty, monkeypatch, tmp_path):
    def fail(*_arguments, **_options):
        raise RuntimeError("boom")

    monkeypatch.setattr("lsplan_workflow.bootstrap.check", fail)
    before = set(tmp_path.iterdir())
    answer = empty("check")
    assert answer.code == FAILED
    assert answer.err == "Công việc không hoàn thành: RuntimeError: boom\n"
    assert set(tmp_path.iterdir()) == before


def test_an_unforeseen_failure_is_said_in_english(empty, english, monkeypatch):
    def fail(*_arguments, **_options):
        raise PermissionError(13, "Permission denied", "/srv/lsplan")

    monkeypatch.setattr("lsplan_workflow.bootstrap.check", fail)
    assert empty("check").err == "The work failed: /srv/lsplan: Permission denied.\n"


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
def test_a_disk_without_room_is_said_to_be_full_wherever_it_is_noticed(empty, monkeypatch, number):
    def fail(*_arguments, **_options):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr("lsplan_workflow.bootstrap.check", fail)
    answer = empty("check")
    assert answer.code == FAILED
    assert answer.err == "Đĩa đã đầy; hãy giải phóng chỗ trống rồi chạy lại.\n"


def test_a_log_keeps_no_rows_of_a_statement(opened, monkeypatch):
    name = " ".join(["Ông", "A"])  # The traceback quotes this file.

    def fail(_workplace, **_):
        raise StatementError("no", "INSERT …", [{"name": name}], ValueError("no"))

    monkeypatch.setattr("lsplan_workflow.services.reporting_pass.run_pass", fail)
    assert opened("tick").code == FAILED
    assert name not in (opened.var / "lsplan-error.log").read_text(encoding="utf-8")


def test_being_interrupted_is_no_traceback(opened, monkeypatch):
    def stop(_workplace, **_):
        raise KeyboardInterrupt

    monkeypatch.setattr("lsplan_workflow.services.reporting_pass.run_pass", stop)
    answer = opened("tick")
    assert (answer.code, answer.err) == (FAILED, "Đã dừng theo yêu cầu.\n")


def test_no_secret_is_ever_printed(opened, monkeypatch):
    key = (opened.var / "audit.key").read_text().strip()
    monkeypatch.setenv("LSPLAN_SMTP_URL", "mailto://lsplan:Very.Secret-1@127.0.0.1:1")
    commands = [
        *(("tick",), ("outbox",), ("outbox", "--json"), ("log",), ("log", "--json"), ("check",)),
        *(("status",), ("audit", "verify"), ("audit",), ("--help",)),
    ]
    for command in commands:
        answer = opened(*command, at="2024-12-31T08:00")
        assert "Very.Secret-1" not in said_of(answer)
        assert key not in said_of(answer)
    (opened.var / "audit.key").unlink()
    monkeypatch.setenv("LSPLAN_AUDIT_KEY", key)
    answer = opened("audit", "verify")
    assert answer.code == DONE
    assert key not in said_of(answer)


def test_masking_leaves_short_values_and_harmless_ones(monkeypatch):
    monkeypatch.setenv("SOME_TOKEN", "abc")
    monkeypatch.setenv("LSPLAN_LANG", "tiếng Việt")
    assert failures.masked("abc tiếng Việt") == "abc tiếng Việt"


def test_the_log_goes_nowhere_if_the_folder_cannot_be_written(tmp_path):
    folder = tmp_path / "var"
    (folder / "lsplan-error.log").mkdir(parents=True)
    assert failures.explain(RuntimeError("boom"), Path(folder)) == FAILED
