"""A small client of Prefect's API, so that the tests need no Prefect of their own."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import httpx

from flows.guard import start_guarded, stop_guarded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from flows.server import PrefectServer

_FINAL = {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"}


def wait_until(condition: Callable[[], Any], *, seconds: float = 90) -> Any:
    """Return what the condition returns once it is true; fail after so many seconds.

    It waits for another process, which has no event of ours to set.
    """
    pause = threading.Event()
    for _ in range(int(seconds * 10)):
        if found := condition():
            return found
        pause.wait(0.1)
    raise AssertionError(f"{condition} did not become true in {seconds} s")


class PrefectApi:
    """Asks one Prefect server."""

    def __init__(self, server: PrefectServer) -> None:
        user, _, password = server.credentials().partition(":")
        self._client = httpx.Client(
            base_url=server.api_url + "/", auth=(user, password), timeout=30
        )

    def close(self) -> None:
        self._client.close()

    def post(self, path: str, body: Mapping[str, Any] | None = None) -> Any:
        return self._answer(lambda: self._client.post(path, json=body or {})).json()

    def _answer(self, ask: Callable[[], httpx.Response]) -> httpx.Response:
        """Return an answer; Prefect says 503 while its database is held, as on a busy machine."""
        (given,) = wait_until(lambda: _unless_busy(ask()))
        given.raise_for_status()
        return given

    def deployments(self) -> dict[str, dict[str, Any]]:
        """Return our deployments by their flows' names."""
        flows = {flow["id"]: flow["name"] for flow in self.post("flows/filter")}
        return {flows[d["flow_id"]]: d for d in self.post("deployments/filter")}

    def run(self, flow: str, parameters: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Run a deployment now and return the finished run."""
        return self.finished(self.start(flow, parameters))

    def start(self, flow: str, parameters: Mapping[str, Any] | None = None) -> str:
        deployment = self.deployments()[flow]["id"]
        body = {"parameters": dict(parameters or {}), "state": {"type": "SCHEDULED"}}
        return self.post(f"deployments/{deployment}/create_flow_run", body)["id"]

    def finished(self, run_id: str) -> dict[str, Any]:
        return wait_until(lambda: self._if_finished(run_id))

    def flow_run(self, run_id: str) -> dict[str, Any]:
        return self._answer(lambda: self._client.get(f"flow_runs/{run_id}")).json()

    def delete(self, run_id: str) -> None:
        self._answer(lambda: self._client.delete(f"flow_runs/{run_id}"))

    def artifacts(self, run_id: str) -> list[dict[str, Any]]:
        found = {"flow_runs": {"id": {"any_": [run_id]}}}
        return self.post("artifacts/filter", found)

    def _if_finished(self, run_id: str) -> dict[str, Any] | None:
        run = self.flow_run(run_id)
        return run if run["state_type"] in _FINAL else None


def _unless_busy(answer: httpx.Response) -> list[httpx.Response]:
    """Return an answer in a list, which is empty for 503; httpx has no truth value of its own."""
    return [] if answer.status_code == httpx.codes.SERVICE_UNAVAILABLE else [answer]


@contextmanager
def running(server: PrefectServer) -> Iterator[PrefectApi]:
    """Run a server while in the block."""
    process = server.start()
    api = PrefectApi(server)
    try:
        wait_until(server.is_healthy)
        yield api
    finally:
        api.close()
        stop_guarded(process)


@contextmanager
def serving(
    api: PrefectApi, environment: Mapping[str, str], command: list[str], log: Path
) -> Iterator[Any]:
    """Serve the flows while in the block, from when all three have a deployment."""
    process = start_guarded(command, environment, log)
    try:
        wait_until(lambda: len(api.deployments()) == 3)
        yield process
    finally:
        stop_guarded(process)
