"""A Prefect server that is away, and two runs at once: the truth is in our own database."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from flows.guard import stop_guarded
from flows.server import PrefectServer, free_port
from tests.faults.databases import ON_SQLITE
from tests.faults.deliveries import log_is_sound, unsent
from tests.faults.province import OPENING
from tests.flows.prefect_api import running, wait_until

if TYPE_CHECKING:
    from tests.faults.processes import Installation

BUREAUS = 12
RUN = (
    "import asyncio; from flows.reporting_cycle import reporting_cycle;"
    f"asyncio.run(reporting_cycle(at='{OPENING}'))"
)
pytestmark = ON_SQLITE


@dataclass
class Run:
    """A run of the daily flow, in a process of its own."""

    process: subprocess.Popen[bytes]

    def wait(self) -> int:
        try:
            return self.process.wait(180)
        finally:
            self.process.kill()
            self.process.wait()


def run_flow(installation: Installation, server: PrefectServer) -> Run:
    folders = {"LSPLAN_CONFIG": str(installation.config), "LSPLAN_VAR": str(installation.var)}
    return Run(
        subprocess.Popen(
            [sys.executable, "-c", RUN],
            env=server.environment() | folders | installation.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
    )


def assert_all_left_once(installation, taken):
    sent, waiting = unsent(installation)
    assert (len(sent), waiting) == (BUREAUS, set())
    assert set(Counter(mail.recipients for mail in taken).values()) == {1}
    assert log_is_sound(installation)


def test_a_run_that_finds_no_prefect_server_does_nothing_and_a_plain_pass_does_it_all(
    installed, sink, tmp_path
):
    taken, url = sink
    installation = installed(BUREAUS, smtp_url=url)
    assert run_flow(installation, PrefectServer(tmp_path / "prefect", free_port(0))).wait() != 0
    assert unsent(installation) == (set(), set())
    installation.done("tick")
    assert_all_left_once(installation, taken.taken)


@pytest.mark.long
@pytest.mark.parametrize("mail", [1, BUREAUS], ids=["in the middle", "at the end"])
def test_a_run_whose_prefect_server_dies_sends_everything_once(installed, sink, tmp_path, mail):
    taken, url = sink
    installation = installed(BUREAUS, smtp_url=url)
    server = PrefectServer(tmp_path / "prefect", free_port(0))
    process = server.start()

    def die(moment):
        if moment == "taken" and len(taken.taken) == mail:
            stop_guarded(process)

    wait_until(server.is_healthy)
    taken.watching = die
    run_flow(installation, server).wait()
    assert_all_left_once(installation, taken.taken)


@pytest.mark.long
def test_a_late_run_and_one_on_demand_at_once_send_everything_once(installed, sink, tmp_path):
    taken, url = sink
    installation = installed(BUREAUS, smtp_url=url)
    server = PrefectServer(tmp_path / "prefect", free_port(0))
    with running(server):
        runs = [run_flow(installation, server) for _ in range(2)]
        assert [run.wait() for run in runs] == [0, 0]
    assert_all_left_once(installation, taken.taken)
