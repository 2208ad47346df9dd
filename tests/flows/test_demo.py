from __future__ import annotations

import json
import mailbox
import os
import subprocess
import sys
from email.header import decode_header, make_header
from pathlib import Path

import pytest

from tests.flows.conftest import CONFIG

CLI = [sys.executable, "-m", "lsplan_workflow.cli", "--config", str(CONFIG)]


@pytest.fixture(scope="module")
def year(tmp_path_factory):
    """Rehearse the year once; give its folder and what it printed."""
    folder = tmp_path_factory.mktemp("demo")
    environment = os.environ | {"LSPLAN_LANG": "en", "LSPLAN_DATABASE_URL": "", "COLUMNS": "120"}
    done = subprocess.run(
        [*CLI, "--var", str(folder / "var"), "demo"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return folder / "var", done.stdout


def _ask(var: Path, *request: str):
    command = [*CLI, "--var", str(var / "demo"), *request, "--json"]
    environment = os.environ | {"LSPLAN_DATABASE_URL": "", "LSPLAN_SMTP_URL": ""}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def test_everything_that_is_written_lies_under_var(year):
    var, _printed = year
    assert [path.name for path in var.iterdir()] == ["demo"]
    assert {"lsplan.db", "mail", "reports", "prefect", "files"} <= {
        path.name for path in (var / "demo").iterdir()
    }


def test_both_cycles_of_the_year_have_the_facts_of_the_plan(year):
    var, _printed = year
    plan, annual = _ask(var, "status", "plan-2025"), _ask(var, "status", "annual-2025")
    assert (plan["expected_originally"], annual["expected_originally"]) == (37, 85)
    assert plan["due_at"] == "2025-01-15T00:00:00+07:00"
    assert annual["due_at"] == "2025-10-20T00:00:00+07:00"
    assert annual["last_working_day"] == "2025-10-17"


def test_the_cast_holds_punctual_late_silent_and_returned(year):
    var, _printed = year
    annual = _ask(var, "status", "annual-2025")
    assert all(annual[count] > 0 for count in ("on_time", "late", "missing", "accepted"))
    assert any(n["kind"] == "returned" for n in _ask(var, "outbox"))


def test_the_mergers_of_march_pass_a_duty_on_within_the_open_plan(year):
    var, _printed = year
    plan = _ask(var, "status", "plan-2025")
    assert plan["transferred"] > 0
    codes = {o["agency"] for o in plan["obligations"]}
    assert any(code.endswith("25") for code in codes)


def test_every_rung_of_the_annual_report_is_sent_on_its_day(year):
    var, _printed = year
    first: dict[str, str] = {}
    for notice in _ask(var, "outbox"):
        if notice["cycle"] == "annual-2025" and notice["sent_at"]:
            first.setdefault(notice["rung"], notice["sent_at"][:16])
    days = {
        "opening": "03",
        "before-30d": "19",
        "before-14d": "06",
        "before-7d": "13",
        "before-3wd": "15",
        "before-1wd": "17",
        "overdue-1wd": "20",
        "overdue-3wd": "22",
        "overdue-5wd": "24",
        "overdue-10wd": "31",
    }
    months = {"opening": "09", "before-30d": "09"}
    expected = {r: f"2025-{months.get(r, '10')}-{day}T07:30" for r, day in days.items()}
    assert {rung: first[rung] for rung in days} == expected


def test_nothing_failed_and_nothing_waits(year):
    var, _printed = year
    assert {n["status"] for n in _ask(var, "outbox")} <= {"sent", "superseded", "cancelled"}


def test_the_mail_server_filed_every_mail_that_left_exactly_once(year):
    var, _printed = year
    left = {n["message_id"] for n in _ask(var, "outbox") if n["status"] == "sent"}
    mails = mailbox.Maildir(var / "demo" / "mail", create=False)
    ids = [mail["Message-ID"] for mail in mails]
    assert len(ids) == len(set(ids))
    assert set(ids) == left


def test_the_subjects_are_vietnamese(year):
    var, _printed = year
    mails = mailbox.Maildir(var / "demo" / "mail", create=False)
    subjects = {str(make_header(decode_header(mail["Subject"]))) for mail in mails}
    assert any("Báo cáo kết quả" in s or "báo cáo kết quả" in s for s in subjects)


def test_each_cycle_has_a_report_in_both_forms(year):
    var, _printed = year
    for cycle in ("plan-2025", "annual-2025"):
        found = {p.suffix for p in (var / "demo" / "reports" / cycle).iterdir()}
        assert found == {".docx", ".xlsx"}


def test_what_it_prints_is_a_year_that_one_can_read(year):
    _var, printed = year
    for words in ("Notices of annual-2025", "Compliance", "Escalations", "Reports", "mails in"):
        assert words in printed


def test_a_folder_that_no_rehearsal_made_is_never_cleared_away(tmp_path):
    kept = tmp_path / "var" / "demo" / "precious.txt"
    kept.parent.mkdir(parents=True)
    kept.write_text("x")
    command = [*CLI, "--var", str(tmp_path / "var"), "demo"]
    refused = subprocess.run(command, capture_output=True, text=True, check=False)
    assert refused.returncode == 2
    assert kept.read_text() == "x"
