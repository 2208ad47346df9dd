"""Chat and SMS services over real HTTP: what passes, what never will, and what nobody answered."""

from __future__ import annotations

import logging
import socket
import threading
from contextlib import contextmanager, suppress

import pytest

from lsplan_workflow.domain.causes import Cause
from lsplan_workflow.notify import apprise_url
from lsplan_workflow.notify.apprise_answers import Told, meaning_of, reason_shown
from lsplan_workflow.notify.outcome import Result
from tests.notify.mails import mail_to
from tests.notify.server import free_port
from tests.notify.web import web_server

TEMPORARY, PERMANENT = Result.TEMPORARY, Result.PERMANENT


def sent_to(port, query=""):
    url = f"json://127.0.0.1:{port}/{query}"
    return apprise_url.notify(url, mail_to(url), {})


@pytest.mark.parametrize(
    ("status", "result", "cause"),
    [
        (400, PERMANENT, Cause.RECIPIENT),
        (403, PERMANENT, Cause.RECIPIENT),
        (404, PERMANENT, Cause.RECIPIENT),
        (410, PERMANENT, Cause.RECIPIENT),
        (401, PERMANENT, Cause.LOGIN),
        (413, PERMANENT, Cause.REFUSED),
        (408, TEMPORARY, Cause.BUSY),
        (429, TEMPORARY, Cause.BUSY),
        (500, TEMPORARY, Cause.BUSY),
        (503, TEMPORARY, Cause.BUSY),
    ],
)
def test_a_services_status_tells_what_may_pass_and_whom_it_concerns(status, result, cause):
    with web_server(status=status) as server:
        outcome = sent_to(server.server_port)
    assert (outcome.result, outcome.cause) == (result, cause)
    assert f"error={status}" in outcome.reply


def test_a_service_that_is_not_there_is_unreachable_and_the_reply_says_how():
    outcome = sent_to(free_port())
    assert (outcome.result, outcome.cause) == (TEMPORARY, Cause.UNREACHABLE)
    assert outcome.reply.endswith("([Errno 111] Connection refused)")


@contextmanager
def taking_connections(then):
    """Yield the port of a server that does something with each connection, and answers none."""

    def serve():
        with suppress(OSError):
            while True:
                connection, _ = listening.accept()
                connection.recv(65536)
                then(connection)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=serve, daemon=True).start()
        yield listening.getsockname()[1]


def test_a_service_that_never_answers_or_hangs_up_may_have_taken_the_message():
    kept = []
    with taking_connections(kept.append) as port:
        silent = sent_to(port, "?rto=0.1")
    with taking_connections(lambda connection: connection.close()) as port:
        gone = sent_to(port)
    kept[0].close()
    assert [(o.result, o.cause) for o in (silent, gone)] == [(TEMPORARY, Cause.UNCERTAIN)] * 2
    assert silent.reply.endswith("(Read timed out)")


@pytest.mark.parametrize(
    ("query", "waits"), [("", (20.0, 10.0)), ("?rto=5", (5.0, 10.0)), ("?cto=3", (20.0, 3.0))]
)
def test_a_service_is_given_as_long_as_a_mail_server_unless_its_url_says_otherwise(
    monkeypatch, query, waits
):
    """What is answered too late would be told again, and chat knows no copies."""
    waited = []

    def notify(self, **_said):
        waited.append((self[0].socket_read_timeout, self[0].socket_connect_timeout))
        return True

    monkeypatch.setattr("apprise.Apprise.notify", notify)
    assert sent_to(9, query).result is Result.SENT
    assert waited == [waits]


def test_what_is_logged_to_tell_breaks_apart_reaches_no_log_and_the_level_is_as_before(caplog):
    caplog.set_level(logging.DEBUG)
    before = logging.getLogger("apprise").level
    sent_to(free_port(), "token-0123456789")
    assert logging.getLogger("apprise").level == before
    assert "token-0123456789" not in caplog.text


@pytest.mark.parametrize(
    ("scheme", "words", "broken", "meaning"),
    [
        ("twilio", "Failed: , error=400.", "", (PERMANENT, Cause.RECIPIENT)),
        ("twilio", "Failed: , error=403.", "", (PERMANENT, Cause.REFUSED)),
        ("tgram", "Failed: chat not found, error=400.", "", (PERMANENT, Cause.RECIPIENT)),
        ("tgram", "error=403. error=429.", "", (TEMPORARY, Cause.BUSY)),
        ("slack", "Failed to send to Slack: error=200.", "", (TEMPORARY, Cause.SERVICE)),
        ("slack", "", "", (TEMPORARY, Cause.SERVICE)),
        ("tgram", "A connection error occurred", "", (TEMPORARY, Cause.UNREACHABLE)),
        ("tgram", "", "Connection to x timed out. (connect timeout=4)", (TEMPORARY, Cause.SILENT)),
        ("jsons", "", "[SSL: CERTIFICATE_VERIFY_FAILED]", (TEMPORARY, Cause.UNPROTECTED)),
        ("mailto", "Connection error", "(535, b'no')", (TEMPORARY, Cause.SERVICE)),
    ],
)
def test_what_apprise_logs_of_a_service_has_a_meaning(scheme, words, broken, meaning):
    told = Told(answer=False, words=words, broken=broken)
    assert meaning_of(scheme, told) == meaning


def test_the_reason_shown_never_holds_the_address():
    broken = "HTTPConnectionPool(host='h', port=1): /bot-secret (connect) timed out. (timeout=4)"
    assert reason_shown(Told(answer=False, words="", broken=broken)) == "timed out"
    assert reason_shown(Told(answer=False, words="", broken="/bot-secret")) == ""
