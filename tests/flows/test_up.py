from __future__ import annotations

import os
import re
import shlex
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from flows.server import PrefectServer
from lsplan_workflow import bootstrap
from tests.docs.pages import GUIDE, blocks, statements
from tests.flows.conftest import CONFIG
from tests.flows.prefect_api import PrefectApi, wait_until
from tests.flows.processes import descendants, is_alive


@pytest.fixture(scope="module")
def up(tmp_path_factory):
    """Type what the guide says starts everything, in an empty folder; give process and words."""
    folder = tmp_path_factory.mktemp("up")
    words = folder / "up.log"
    command = [sys.executable, "-m", "lsplan_workflow.cli", "--config", str(CONFIG)]
    environment = os.environ | {"LSPLAN_LANG": "en", "LSPLAN_DATABASE_URL": ""}
    with words.open("wb") as output:
        process = subprocess.Popen(
            [*command, "--var", str(folder / "var"), *_documented()],
            stdout=output,
            stderr=output,
            env=environment,
            start_new_session=True,
        )
    wait_until(lambda: "The schedules are running" in words.read_text(encoding="utf-8"))
    yield process, folder / "var", words
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _documented() -> list[str]:
    """Return the words after `lsplan` that the guide has one type to start everything."""
    (block,) = (block for block in blocks(GUIDE) if block.state == "up")
    (line,) = statements(block.text)
    lsplan, *arguments = shlex.split(line)
    assert lsplan == "lsplan"
    return arguments


def _server(var: Path, words: Path) -> PrefectServer:
    line = next(line for line in words.read_text().splitlines() if line.startswith("UI: "))
    port = int(line.split()[1].rpartition(":")[2])
    return PrefectServer(var / "prefect", port)


def _runs_scheduled(var: Path) -> int:
    with sqlite3.connect(var / "prefect" / "prefect.db") as database:
        query = "SELECT count(*) FROM flow_run WHERE state_type = 'SCHEDULED'"
        (count,) = database.execute(query).fetchone()
    database.close()
    return int(count)


def test_it_sets_up_what_was_never_set_up_and_says_where_to_look(up):
    _process, var, words = up
    assert (var / "lsplan.db").is_file()
    assert f"Set up in {var}." in words.read_text()
    assert str(var / "prefect" / "api.auth") in words.read_text()


def test_its_secrets_are_readable_by_their_owner_only_and_never_printed(up):
    _process, var, words = up
    for name in ("prefect/api.auth", "prefect/profiles.toml", "audit.key"):
        assert (var / name).stat().st_mode & 0o077 == 0
    password = (var / "prefect" / "api.auth").read_text().strip().partition(":")[2]
    assert password not in words.read_text()


def test_the_schedules_of_both_flows_are_there(up):
    _process, var, words = up
    api = PrefectApi(_server(var, words))
    wait_until(lambda: len(api.deployments()) == 3)
    scheduled = [name for name, found in api.deployments().items() if found["schedules"]]
    api.close()
    assert sorted(scheduled) == ["deliver-outbox", "reporting-cycle"]


def test_the_prefect_command_finds_the_server_by_its_folder_alone(up):
    _process, var, _words = up
    found = subprocess.run(
        [sys.executable, "-m", "prefect", "deployment", "ls"],
        env=os.environ | {"PREFECT_HOME": str(var / "prefect"), "DO_NOT_TRACK": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "consolidate/lsplan" in found.stdout


@pytest.mark.parametrize(
    ("state", "flow"), [("prefect", "consolidate"), ("pass", "reporting-cycle")]
)
def test_the_guides_commands_of_prefect_start_a_run(up, tmp_path, state, flow):
    _process, var, words = up
    (tmp_path / "var").symlink_to(var)
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv" / "bin").symlink_to(Path(sys.executable).parent)
    (block,) = (block for block in blocks(GUIDE) if block.state == state)
    (command,) = statements(block.text)
    started = subprocess.run(
        ["bash", "-euc", command],
        cwd=tmp_path,
        env=os.environ | {"DO_NOT_TRACK": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    (run,) = re.findall(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", started.stdout)[:1]
    api = PrefectApi(_server(var, words))
    assert api.finished(run)["state_type"] in {"COMPLETED", "FAILED"}
    assert flow in started.stdout
    api.close()


def test_a_second_one_on_the_same_folder_is_refused(up):
    _process, var, _words = up
    command = [sys.executable, "-m", "flows.up", str(CONFIG), str(var)]
    second = subprocess.run(command, capture_output=True, text=True, check=False)
    assert second.returncode == 2
    assert str(var) in second.stderr


def test_a_served_process_that_dies_is_started_again(up):
    process, _var, words = up
    for number in descendants(process.pid, "flows.serve"):
        os.kill(number, signal.SIGKILL)
    wait_until(lambda: "Flows died; starting it again." in words.read_text())
    wait_until(lambda: descendants(process.pid, "flows.serve"))


def test_a_server_that_dies_is_started_again(up):
    process, var, words = up
    for number in descendants(process.pid, "prefect server start"):
        os.kill(number, signal.SIGKILL)
    wait_until(lambda: "Prefect died; starting it again." in words.read_text())
    wait_until(_server(var, words).is_healthy)


def test_it_stops_cleanly_and_deletes_no_schedule(up):
    process, var, words = up
    wait_until(lambda: _runs_scheduled(var) > 0)
    started = descendants(process.pid, "")
    before = _runs_scheduled(var)
    process.terminate()
    assert process.wait(60) == 0
    assert words.read_text().endswith("Stopped.\n")
    assert _runs_scheduled(var) == before
    wait_until(lambda: not any(is_alive(number) for number in started))


def test_a_rehearsal_whose_clock_stands_still_is_refused(tmp_path):
    bootstrap.initialise(
        bootstrap.Place(CONFIG, tmp_path, "2025-01-02"), rehearsal=True, actor="test"
    )
    command = [sys.executable, "-m", "flows.up", str(CONFIG), str(tmp_path)]
    refused = subprocess.run(command, capture_output=True, text=True, check=False)
    assert refused.returncode == 2
    assert "--var" in refused.stderr


def test_what_it_started_does_not_outlive_it_even_when_it_is_killed(tmp_path):
    code = (
        "import sys, time; from pathlib import Path; from flows.guard import start_guarded;"
        "import os; p = start_guarded([sys.executable, '-c', 'import time; time.sleep(600)'],"
        " os.environ, Path(sys.argv[1])); print(p.pid, flush=True); time.sleep(600)"
    )
    starter = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path / "log")], stdout=subprocess.PIPE, text=True
    )
    assert starter.stdout is not None
    guard = int(starter.stdout.readline())
    guarded = wait_until(lambda: descendants(guard, "time.sleep"))
    starter.kill()
    starter.wait()
    starter.stdout.close()
    wait_until(lambda: not is_alive(guard) and not any(is_alive(n) for n in guarded))
