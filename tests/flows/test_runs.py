from __future__ import annotations

import asyncio
import itertools
import json
import mailbox
import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from datetime import UTC, datetime
from email.header import decode_header, make_header

import httpx
import pytest

from flows.loopback_mail import _Filing
from lsplan_workflow import bootstrap
from lsplan_workflow.clock import StandingClock
from lsplan_workflow.services import doctor_machine as machine
from lsplan_workflow.services.outbox import list_notices
from tests.flows.conftest import CONFIG, OPENING, Office
from tests.flows.prefect_api import wait_until
from tests.flows.processes import children


def _notices(office: Office):
    place = bootstrap.Place(CONFIG, office.place.var)
    with bootstrap.opened(place) as workplace:
        return list_notices(workplace)


@pytest.fixture(scope="session")
def first_run(office: Office):
    return office.api.run("reporting-cycle", {"at": OPENING})


def test_a_pass_started_through_the_api_opens_the_cycle_and_writes_to_every_agency(
    office, first_run
):
    assert first_run["state_type"] == "COMPLETED"
    sent = [n for n in _notices(office) if n.rung == "opening"]
    assert len(sent) == 37
    assert {n.status for n in sent} == {"sent"}
    assert all(n.reply.startswith("250") for n in sent)


def test_a_run_is_named_after_what_it_did(first_run):
    assert first_run["name"] == "plan-2025 · 1 cycle opened · 37 openings · 0 failed"


def test_a_run_is_tagged_with_its_cycle_and_regime(first_run):
    assert {"plan-2025", "plan"} <= set(first_run["tags"])


def test_a_run_leaves_a_table_that_an_administrator_can_read(office, first_run):
    (artifact,) = office.api.artifacts(first_run["id"])
    assert artifact["type"] == "table"
    assert '"what": "plan-2025: opening", "count": 37' in artifact["data"]


def test_run_names_and_tables_hold_no_address(office, first_run):
    (artifact,) = office.api.artifacts(first_run["id"])
    assert "@" not in first_run["name"] + artifact["data"]


def test_a_pass_has_one_task_for_each_step(office, first_run):
    found = office.api.post("task_runs/filter", {"flow_runs": {"id": {"any_": [first_run["id"]]}}})
    names = sorted(run["name"].rpartition("-")[0] for run in found)
    assert names == ["consolidate", "decide", "deliver"]


def test_a_run_with_nothing_to_do_is_tagged_idle(office, first_run):
    run = office.api.run("deliver-outbox")
    assert (run["name"], run["state_type"]) == ("idle", "COMPLETED")
    assert "idle" in run["tags"]


@pytest.fixture(scope="session")
def daily_run(office: Office, first_run):
    """A pass without an instant of its own, as the schedule starts it."""
    return office.api.run("reporting-cycle")


def test_the_daily_run_shows_what_the_doctor_found(office, daily_run):
    assert daily_run["state_type"] == "COMPLETED"
    (table,) = [a for a in office.api.artifacts(daily_run["id"]) if a["key"] == "doctor"]
    found = {row["code"]: row["level"] for row in json.loads(table["data"])}
    assert found["prefect"] == found["mail"] == found["database"] == found["audit"] == "ok"
    # The shipped calendar begins with 2025, and this rehearsal stands in December 2024.
    assert found["calendar-estimated"] == "trouble"
    assert table["description"] == "1 trouble · told: STC25/admin"
    assert "@" not in table["data"]


def test_the_doctor_is_a_task_of_its_own_in_the_daily_run_alone(office, daily_run, first_run):
    names = [
        run["name"].rpartition("-")[0]
        for started in (daily_run, first_run)
        for run in office.api.post(
            "task_runs/filter", {"flow_runs": {"id": {"any_": [started["id"]]}}}
        )
    ]
    assert names.count("doctor") == 1


def test_trouble_is_told_to_the_administrators_and_does_not_stop_the_pass(office, first_run):
    key = office.place.var / "audit.key"
    hidden = key.rename(office.place.var / "audit.key.away")
    try:
        run = office.api.run("reporting-cycle")
    finally:
        hidden.rename(key)
    assert run["state_type"] == "COMPLETED"
    (table,) = [a for a in office.api.artifacts(run["id"]) if a["key"] == "doctor"]
    assert "audit-key-missing" in {row["code"] for row in json.loads(table["data"])}
    assert table["description"].endswith("told: STC25/admin")
    subjects = [m["Subject"] for m in mailbox.Maildir(office.place.var / "mail")]
    assert any("audit-key-missing" in str(make_header(decode_header(s))) for s in subjects)
    assert not [n for n in _notices(office) if "audit-key" in n.key]


def test_a_daily_pass_that_fails_is_told_straight_and_stays_failed(office, first_run):
    files = sorted(office.place.var.glob("lsplan.db*"))
    away = office.place.var / "away"
    away.mkdir()
    moved = [file.rename(away / file.name) for file in files]
    try:
        run = office.api.run("reporting-cycle")
    finally:
        for file in moved:
            file.rename(office.place.var / file.name)
    assert (run["state_type"], run["name"]) == ("FAILED", "failed · RequestError")
    (table,) = [a for a in office.api.artifacts(run["id"]) if a["key"] == "doctor"]
    assert {"database-missing", "pass-failed"} <= {row["code"] for row in json.loads(table["data"])}
    assert table["description"].endswith("told: STC25/admin")


def test_a_doctor_that_falls_ill_does_not_fail_the_pass(office, first_run):
    code = (
        "import asyncio; from lsplan_workflow import checkup; checkup.look = None;"
        "from flows.reporting_cycle import reporting_cycle; print(asyncio.run(reporting_cycle()))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=office.environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "'opened': 0" in done.stdout
    assert "The doctor could not look: TypeError" in done.stdout + done.stderr


def test_a_run_that_nobody_starts_is_found_on_a_real_server(office):
    api = office.api
    where = machine.Conductor(office.server.api_url, office.server.credentials())
    flow = api.post("flows/", {"name": "reporting-cycle"})["id"]
    due = StandingClock(datetime(2025, 1, 8, 1, 0, tzinfo=UTC))
    late = {
        "type": "SCHEDULED",
        "name": "Late",
        "state_details": {"scheduled_time": "2025-01-07T22:59:59Z"},
    }
    assert [f.code for f in machine.look_at_prefect(where, due)] == ["prefect"]
    run = api.post("flow_runs/", {"flow_id": flow, "state": late})["id"]
    found = [f.code for f in machine.look_at_prefect(where, due)]
    api.delete(run)
    assert found == ["runs-late"]


def test_a_partial_report_can_be_ordered_through_the_api(office, first_run):
    run = office.api.run("consolidate", {"request": {"cycle": "plan-2025", "partial": True}})
    assert run["name"] == "plan-2025 · report 1 · partial"
    reports = sorted(path.suffix for path in (office.place.var / "reports" / "plan-2025").iterdir())
    assert reports == [".docx", ".xlsx"]


def test_the_request_for_a_report_is_a_form_that_the_server_checks(office, first_run):
    schema = office.api.deployments()["consolidate"]["parameter_openapi_schema"]
    form = schema["definitions"]["ConsolidationRequest"]["properties"]
    assert set(form) == {"cycle", "partial"}
    with pytest.raises(Exception, match=r"409|422"):
        office.api.start("consolidate", {"request": {"partial": True}})


def test_a_report_that_cannot_be_written_fails_and_tells_the_administrators(office, first_run):
    run = office.api.run("consolidate", {"request": {"cycle": "annual-1999", "partial": True}})
    assert run["state_type"] == "FAILED"
    assert run["name"] == "failed · RequestError"
    assert "failed" in run["tags"]
    tables = [a for a in office.api.artifacts(run["id"]) if a["type"] == "table"]
    assert ["annual-1999" in table["data"] for table in tables] == [True]
    # The run that failed for want of its database may tell that by now, too.
    key = "failure/consolidate-failed/2024-12-20/"
    (told,) = wait_until(lambda: [n.key for n in _notices(office) if n.key.startswith(key)])
    wait_until(lambda: [n.status for n in _notices(office) if n.key == told] == ["sent"])


def test_all_schedules_are_in_the_time_of_the_province_and_one_run_at_a_time(office):
    found = office.api.deployments()
    crons = {
        name: {(s["schedule"]["cron"], s["schedule"]["timezone"]) for s in found[name]["schedules"]}
        for name in ("reporting-cycle", "deliver-outbox")
    }
    assert crons == {
        "reporting-cycle": {("30 7 * * *", "Asia/Ho_Chi_Minh")},
        "deliver-outbox": {
            ("*/15 8-17 * * *", "Asia/Ho_Chi_Minh"),
            ("0 0-7,18-23 * * *", "Asia/Ho_Chi_Minh"),
        },
    }
    assert {d["global_concurrency_limit"]["limit"] for d in found.values()} == {1}


def test_scheduled_runs_wait_for_their_time(office):
    found = office.api.post(
        "flow_runs/filter", {"flow_runs": {"state": {"type": {"any_": ["SCHEDULED"]}}}}
    )
    assert {run["auto_scheduled"] for run in found} == {True}


@contextmanager
def _server_silent_after(count: int):
    """Let the mail server answer so many mails, and the one after those never."""
    original, taken = _Filing.handle_DATA, itertools.count(1)

    async def handle_data(self, *mail):
        if next(taken) > count:
            await asyncio.Event().wait()
        return await original(self, *mail)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_Filing, "handle_DATA", handle_data)
        yield


def test_a_run_that_is_killed_in_the_middle_is_made_up_for_by_the_next(office, first_run):
    rung = "2025-01-14T07:30:00+07:00"
    with _server_silent_after(5):
        run_id = office.api.start("reporting-cycle", {"at": rung})
        wait_until(lambda: sum(_is_sent(n) for n in _notices(office)) == 5)
        for number in _grandchildren(office.served.pid):
            os.kill(number, signal.SIGKILL)
        assert office.api.finished(run_id)["state_type"] == "CRASHED"
    half = [n for n in _notices(office) if n.rung == "before-1wd"]
    assert sum(n.status == "sent" for n in half) == 5

    # What the killed run had claimed is free again when its lease has run out.
    office.api.run("reporting-cycle", {"at": "2025-01-14T07:41:00+07:00"})
    whole = [n for n in _notices(office) if n.rung == "before-1wd"]
    assert {n.status for n in whole} == {"sent"}
    assert len(whole) == 37


def _grandchildren(guard: int) -> list[int]:
    """Return the processes that run flows: children of what the guard serves."""
    return [number for served in children(guard) for number in children(served)]


def _is_sent(notice) -> bool:
    return notice.rung == "before-1wd" and notice.status == "sent"


def test_what_a_crash_left_running_is_swept_before_anything_is_served(office, first_run):
    deployment = office.api.deployments()["consolidate"]["id"]
    body = {"parameters": {"request": {"cycle": "plan-2025"}}, "state": {"type": "RUNNING"}}
    left = office.api.post(f"deployments/{deployment}/create_flow_run", body)["id"]
    code = "import asyncio; from flows.sweep import sweep; print(asyncio.run(sweep()))"
    swept = subprocess.run(
        [sys.executable, "-c", code],
        env=office.environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert swept.stdout.strip() == "1"
    assert office.api.flow_run(left)["state_type"] == "CRASHED"


def test_the_api_answers_nobody_without_the_password(office):
    assert httpx.post(f"{office.server.api_url}/deployments/count", json={}).status_code == 401
    assert office.server.password_file.stat().st_mode & 0o077 == 0


def test_nothing_has_connected_to_anywhere_but_the_loopback(office, first_run):
    assert office.outside.read_text() == ""


def test_the_watch_over_connections_sees_one_that_leaves(office, tmp_path):
    seen = tmp_path / "seen.txt"
    code = (
        "import socket; s = socket.socket(); s.setblocking(False); s.connect_ex(('192.0.2.1', 9))"
    )
    environment = office.environment | {"WATCHED_CONNECTIONS": str(seen)}
    subprocess.run([sys.executable, "-c", code], env=environment, check=True)
    assert "192.0.2.1" in seen.read_text()
