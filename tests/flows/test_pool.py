"""What the guide has one type to run the flows by workers of a work pool."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from flows.server import PrefectServer, free_port
from tests.docs.pages import GUIDE, ROOT, blocks, statements
from tests.flows.prefect_api import running, wait_until


def typed(command: str, environment: dict[str, str]) -> subprocess.Popen[str]:
    """Type a command in the folder with `prefect.yaml`."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return subprocess.Popen(
        ["bash", "-euc", f"exec {command}"],
        cwd=ROOT,
        env=os.environ | environment | {"PATH": path, "DO_NOT_TRACK": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def stop(working: subprocess.Popen[str]) -> None:
    """Stop a worker; one that is told to while it begins does not always listen."""
    working.terminate()
    try:
        working.communicate(timeout=20)
    except subprocess.TimeoutExpired:
        working.kill()
        working.communicate()


def test_a_pool_a_deployment_of_each_flow_and_a_worker_come_of_the_guides_commands(tmp_path):
    (block,) = (block for block in blocks(GUIDE) if block.state == "pool")
    *once, worker = statements(block.text)
    server = PrefectServer(tmp_path / "prefect", free_port(0))
    with running(server) as api:
        for command in once:
            said, _ = (done := typed(command, server.environment())).communicate(timeout=120)
            assert done.returncode == 0, said
        assert set(api.deployments()) == {"reporting-cycle", "deliver-outbox", "consolidate"}
        working = typed(worker, server.environment())
        pools = "/work_pools/lsplan/workers/filter"
        try:
            wait_until(lambda: [w["status"] for w in api.post(pools, {})] == ["ONLINE"])
        finally:
            stop(working)
