"""A Prefect server of our own: on 127.0.0.1, with a password, its data in one folder."""

from __future__ import annotations

import os
import secrets
import socket
import sys
from base64 import b64encode
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final
from urllib.error import URLError
from urllib.request import ProxyHandler, Request, build_opener

from flows.guard import start_guarded
from lsplan_workflow.store.files import make_secret

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

HOST: Final = "127.0.0.1"
DEFAULT_PORT: Final = 4200
_PASSWORD_BYTES: Final = 24
_ASK_SECONDS: Final = 3.0

RETENTION: Final = timedelta(days=90)
"""How long Prefect keeps finished runs; what was done stands in our own audit log."""


@dataclass(frozen=True, slots=True)
class PrefectServer:
    """Where a server listens and keeps its data."""

    folder: Path
    port: int

    @property
    def ui_url(self) -> str:
        """The address of the UI."""
        return f"http://{HOST}:{self.port}"

    @property
    def api_url(self) -> str:
        """The address of the API."""
        return f"{self.ui_url}/api"

    @property
    def password_file(self) -> Path:
        """The file with `user:password`, readable by its owner only."""
        return self.folder / "api.auth"

    def credentials(self) -> str:
        """Return `user:password`, made at the first call."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not (self.password_file.is_file() and self.password_file.read_text().strip()):
            make_secret(self.password_file, f"lsplan:{secrets.token_urlsafe(_PASSWORD_BYTES)}")
        return self.password_file.read_text().strip()

    def environment(self) -> dict[str, str]:
        """Return the environment of the server and of everything that talks to it.

        Nothing leaves the machine: no telemetry, no look for updates.
        """
        credentials = self.credentials()
        # Prefect's runner works in a folder below this, whose fixed name under /tmp can belong
        # to another account.
        scratch = self.folder / "tmp"
        scratch.mkdir(mode=0o700, exist_ok=True)
        return (
            os.environ
            | _without_proxy()
            | {
                "PREFECT_HOME": str(self.folder),
                "TMPDIR": str(scratch),
                "PREFECT_API_URL": self.api_url,
                "PREFECT_API_AUTH_STRING": credentials,
                "PREFECT_SERVER_API_AUTH_STRING": credentials,
                "PREFECT_SERVER_API_HOST": HOST,
                "PREFECT_SERVER_API_PORT": str(self.port),
                "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
                "DO_NOT_TRACK": "1",
                "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
                "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs",
                "PREFECT_SERVER_SERVICES_DB_VACUUM_RETENTION_PERIOD": str(
                    int(RETENTION.total_seconds())
                ),
                "PREFECT_SERVER_EVENTS_RETENTION_PERIOD": f"P{RETENTION.days}D",
                "PREFECT_LOGGING_LEVEL": "WARNING",
                "PREFECT_SERVER_LOGGING_LEVEL": "WARNING",
                "PREFECT_CLI_PROMPT": "false",
            }
        )

    def write_profile(self) -> None:
        """Let `PREFECT_HOME=<folder> prefect …` find this server, its password included."""
        profile = (
            'active = "lsplan"\n\n[profiles.lsplan]\n'
            f'PREFECT_API_URL = "{self.api_url}"\n'
            f'PREFECT_API_AUTH_STRING = "{self.credentials()}"'
        )
        make_secret(self.folder / "profiles.toml", profile)

    def start(self) -> subprocess.Popen[bytes]:
        """Start the server; it answers some seconds later, see `is_healthy`."""
        command = [sys.executable, "-m", "prefect", "server", "start"]
        where = ["--host", HOST, "--port", str(self.port)]
        return start_guarded([*command, *where], self.environment(), self.folder / "server.log")

    def is_healthy(self) -> bool:
        """Tell whether the API answers us, password and all."""
        token = b64encode(self.credentials().encode()).decode()
        request = Request(  # noqa: S310 - Our own address.
            f"{self.api_url}/admin/version", headers={"Authorization": f"Basic {token}"}
        )
        try:
            with _DIRECT.open(request, timeout=_ASK_SECONDS) as answer:
                return bool(answer.status == 200)  # noqa: PLR2004 - OK.
        except (URLError, OSError):
            return False


_DIRECT: Final = build_opener(ProxyHandler({}))
"""Asks without the proxy that the environment may name: it must not see the password."""


def _without_proxy() -> dict[str, str]:
    """Return the variables that keep what is for this machine away from a proxy."""
    named = os.environ.get("no_proxy") or os.environ.get("NO_PROXY") or ""
    hosts = ",".join(filter(None, [named, HOST, "localhost"]))
    return {"no_proxy": hosts, "NO_PROXY": hosts}


def free_port(preferred: int = DEFAULT_PORT) -> int:
    """Return the preferred port if it is free on the loopback, else any that is."""
    for port in (preferred, 0):
        with socket.socket() as probe:
            # A server that has just stopped leaves its port waiting, which is free for us.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise OSError("no port is free on the loopback")
