from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from flows.server import PrefectServer, free_port


@pytest.fixture
def proxy():
    """A proxy on the loopback that notes what it is asked."""
    asked: list[str] = []

    class Noting(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *arguments: object) -> None:
            return

    with HTTPServer(("127.0.0.1", 0), Noting) as server, ThreadPoolExecutor(1) as pool:
        pool.submit(server.serve_forever)
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()


def test_no_proxy_of_the_environment_sees_what_is_for_this_machine(tmp_path, monkeypatch, proxy):
    address, asked = proxy
    monkeypatch.setenv("http_proxy", address)
    monkeypatch.setenv("no_proxy", "intranet.example")
    server = PrefectServer(tmp_path, free_port(0))
    assert not server.is_healthy()
    assert asked == []
    for name in ("no_proxy", "NO_PROXY"):
        assert server.environment()[name] == "intranet.example,127.0.0.1,localhost"


def test_the_password_is_made_once_and_an_empty_file_is_none(tmp_path):
    server = PrefectServer(tmp_path, 1)
    server.password_file.touch()
    made = server.credentials()
    assert made.startswith("lsplan:")
    assert len(made) > 30
    assert server.credentials() == made
    assert server.password_file.stat().st_mode & 0o077 == 0


def test_what_prefect_writes_in_passing_lies_in_its_own_folder_too(tmp_path):
    environment = PrefectServer(tmp_path, 1).environment()
    assert environment["TMPDIR"] == str(tmp_path / "tmp")
    assert (tmp_path / "tmp").stat().st_mode & 0o077 == 0
