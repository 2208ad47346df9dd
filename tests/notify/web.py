"""A real web server on loopback that answers what a test wants, and remembers what it was asked."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class _Handler(BaseHTTPRequestHandler):
    def _answer(self):
        server = self.server
        length = int(self.headers.get("Content-Length") or 0)
        server.asked.append((self.command, self.path, self.rfile.read(length), self.headers))
        body = server.bodies.get(self.path, server.body).encode()
        self.send_response_only(server.status)
        if server.date is not None:
            self.send_header("Date", server.date)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = _answer  # noqa: N815 - The names that the server calls.

    def log_message(self, *_):
        pass


class _Server(ThreadingHTTPServer):
    asked: list
    status = 200
    body = ""
    bodies: dict
    date = None

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}"


@contextmanager
def web_server(**settings):
    """Yield the running server; `asked` holds method, path, body and headers of each request.

    `bodies` are the answers of single paths, `body` that of all others.
    """
    with _Server(("127.0.0.1", 0), _Handler) as server:
        server.asked, server.bodies = [], {}
        for name, value in settings.items():
            setattr(server, name, value)
        thread = threading.Thread(target=lambda: server.serve_forever(poll_interval=0.01))
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
