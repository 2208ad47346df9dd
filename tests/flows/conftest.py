"""A real Prefect server and the served flows, over a rehearsal of the real configuration."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from flows.loopback_mail import mail_server
from flows.server import PrefectServer, free_port
from lsplan_workflow import bootstrap
from lsplan_workflow.bootstrap import Place
from tests.flows.prefect_api import PrefectApi, running, serving

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator

CONFIG = Path(__file__).parents[2] / "config"
OPENING = "2024-12-20T07:30:00+07:00"


@dataclass(frozen=True)
class Office:
    """A rehearsal with its flows served: what an administrator has after `lsplan up`."""

    server: PrefectServer
    api: PrefectApi
    place: Place
    environment: dict[str, str]
    outside: Path
    served: subprocess.Popen[bytes]


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("office")
    place = Place(CONFIG, folder / "var", at=OPENING)
    server = PrefectServer(folder / "prefect", free_port(0))
    outside = folder / "outside.txt"
    with pytest.MonkeyPatch.context() as patch, mail_server(folder / "var" / "mail") as smtp:
        _watch_connections(patch, folder, outside)
        patch.delenv("LSPLAN_DATABASE_URL", raising=False)
        bootstrap.initialise(place, rehearsal=True, actor="test")
        environment = server.environment() | {
            "LSPLAN_CONFIG": str(CONFIG),
            "LSPLAN_VAR": str(place.var),
            "LSPLAN_SMTP_URL": smtp,
        }
        command = [sys.executable, "-m", "flows.serve"]
        with (
            running(server) as api,
            serving(api, environment, command, folder / "flows.log") as served,
        ):
            yield Office(server, api, place, environment, outside, served)


def _watch_connections(patch: pytest.MonkeyPatch, folder: Path, outside: Path) -> None:
    """Let every Python process that is started from now on note whom it connects to."""
    (folder / "watch").mkdir()
    (folder / "watch" / "sitecustomize.py").write_text(_WATCH, encoding="utf-8")
    present = os.environ.get("PYTHONPATH", "")
    patch.setenv("PYTHONPATH", f"{folder / 'watch'}{os.pathsep}{present}")
    patch.setenv("WATCHED_CONNECTIONS", str(outside))
    outside.touch()


_WATCH = """
import os, sys

_LOOPBACK = ("127.", "::1", "localhost", "0.0.0.0")

def _note(event, arguments):
    if event == "socket.connect":
        address = arguments[1]
        host = address[0] if isinstance(address, tuple) else ""
    elif event in {"socket.getaddrinfo", "socket.gethostbyname"}:
        host = arguments[0] or ""
    else:
        return
    host = host.decode() if isinstance(host, bytes) else str(host)
    if host and not host.startswith(_LOOPBACK):
        with open(os.environ["WATCHED_CONNECTIONS"], "a") as file:
            file.write(f"{event} {host} {sys.argv}\\n")

sys.addaudithook(_note)
"""
