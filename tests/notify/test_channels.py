import json
import logging
import mailbox
import socket
import subprocess
import sys
import threading
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from lsplan_workflow.domain.errors import RequestError
from lsplan_workflow.notify.apprise_url import is_allowed_url
from lsplan_workflow.notify.channels import Channels
from lsplan_workflow.notify.mail import Recipient
from lsplan_workflow.notify.outcome import Result
from tests.notify.mails import FOCAL, HEAD, MAIL, mail_to
from tests.notify.server import Script, free_port, smtp_server


@contextmanager
def http_server(status=200):
    """Yield the port of a web server on loopback and what was posted to it."""
    posted = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            length = int(self.headers["Content-Length"])
            posted.append((self.path, self.headers, json.loads(self.rfile.read(length))))
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server.server_address[1], posted
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def send(tmp_path):
    """Send mails in one batch with neither a mail server nor an environment of our own."""

    def run(*mails, smtp_url="", environ=None):
        channels = Channels(smtp_url=smtp_url, maildir=tmp_path / "mail", environ=environ or {})
        with channels.batch() as batch:
            return [batch.send(mail) for mail in mails]

    return run


def test_without_a_server_mail_is_filed_and_to_and_cc_both_have_an_outcome(send, tmp_path):
    [outcomes] = send(MAIL)
    assert set(outcomes) == {FOCAL.address, HEAD.address}
    assert {o.result for o in outcomes.values()} == {Result.SENT}
    assert len(mailbox.Maildir(tmp_path / "mail")) == 1


def test_a_batch_over_smtp_uses_one_connection_and_one_envelope_for_to_and_cc(send):
    script = Script(rcpt={HEAD.address: "550 5.1.1 no such user"})
    with smtp_server(script) as server:
        outcomes = send(MAIL, MAIL, smtp_url=f"mailto://127.0.0.1:{server.port}")
        assert server.connections == 1
    assert [o[FOCAL.address].reply for o in outcomes] == [
        "250 2.0.0 queued as 1",
        "250 2.0.0 queued as 2",
    ]
    assert {o[HEAD.address].result for o in outcomes} == {Result.PERMANENT}
    assert [to for to, _ in script.envelopes] == [[FOCAL.address]] * 2


def test_each_batch_opens_a_connection_of_its_own(tmp_path):
    with smtp_server(Script()) as server:
        url = f"mailto://127.0.0.1:{server.port}"
        channels = Channels(smtp_url=url, maildir=tmp_path, environ={})
        assert server.connections == 0
        for _ in range(2):
            with channels.batch() as batch:
                batch.send(MAIL)
        assert server.connections == 2


def test_an_address_named_twice_gets_the_mail_once(send):
    script = Script()
    with smtp_server(script) as server:
        send(replace(MAIL, cc=(FOCAL,)), smtp_url=f"mailto://127.0.0.1:{server.port}")
    assert [to for to, _ in script.envelopes] == [[FOCAL.address]]


@pytest.mark.parametrize("address", ["", "Đ@x.example", "0912 345 678", "a@b\r\nRCPT TO:<c@d>"])
def test_an_address_that_is_none_fails_for_good_and_the_others_get_the_mail(send, address):
    [outcomes] = send(mail_to(FOCAL.address, address))
    assert outcomes[address].result is Result.PERMANENT
    assert outcomes[FOCAL.address].result is Result.SENT


def test_a_sender_that_cannot_stand_in_a_header_is_temporary_until_it_is_mended(send):
    [outcomes] = send(replace(MAIL, sender=Recipient("x", "none")))
    assert {o.result for o in outcomes.values()} == {Result.TEMPORARY}


def test_a_url_is_notified_on_its_own_with_subject_and_text(send, tmp_path):
    with http_server() as (port, posted):
        url = f"json://127.0.0.1:{port}/hook"
        [outcomes] = send(mail_to(FOCAL.address, url))
    assert {o.result for o in outcomes.values()} == {Result.SENT}
    [(path, _, body)] = posted
    assert path.startswith("/hook")
    assert body["title"] == MAIL.subject
    assert body["message"].strip() == MAIL.text.strip()
    [message] = mailbox.Maildir(tmp_path / "mail")
    assert message.get_all("Delivered-To") == [FOCAL.address]


def test_variables_of_the_environment_are_filled_in_quoted_and_never_shown(send, caplog):
    caplog.set_level(logging.DEBUG)
    secret = "s3cret/with@signs"
    with http_server(status=401) as (port, posted):
        url = "json://stc:${HOOK_PASSWORD}@127.0.0.1:" + f"{port}/hook/${{HOOK_PASSWORD}}"
        [outcomes] = send(mail_to(url), environ={"HOOK_PASSWORD": secret})
    assert outcomes[url].result is Result.PERMANENT
    assert posted[0][1]["Authorization"].startswith("Basic ")
    assert "s3cret" not in outcomes[url].reply
    assert "s3cret" not in caplog.text


def test_a_missing_variable_fails_for_good_and_is_named(send):
    [outcomes] = send(mail_to("tgram://${BOT_TOKEN}/12"))
    [outcome] = outcomes.values()
    assert outcome.result is Result.PERMANENT
    assert "BOT_TOKEN" in outcome.reply


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "syslog://x", "exec://x", "http://x.example"]
)
def test_a_scheme_that_is_not_allowed_fails_for_good_untried(send, url, monkeypatch):
    monkeypatch.setattr(socket, "create_connection", lambda *_: pytest.fail("tried"))
    [outcomes] = send(mail_to(url))
    assert outcomes[url].result is Result.PERMANENT


def test_a_url_that_matches_no_service_fails_for_good(send):
    [outcomes] = send(mail_to("tgram://"))
    assert outcomes["tgram://"].result is Result.PERMANENT


def test_a_fault_inside_a_service_is_an_outcome_and_the_batch_goes_on(send, monkeypatch):
    def broken(url, **_):
        raise KeyError("token-0123456789")

    monkeypatch.setattr("lsplan_workflow.notify.email.notify_url", broken)
    [outcomes] = send(mail_to("tgram://token-0123456789/1", FOCAL.address))
    assert outcomes["tgram://token-0123456789/1"].result is Result.TEMPORARY
    assert outcomes["tgram://token-0123456789/1"].reply == "KeyError: '****'"
    assert outcomes[FOCAL.address].result is Result.SENT


def test_a_mail_url_as_contact_goes_through_apprise_itself(send):
    script = Script()
    with smtp_server(script) as server:
        url = f"mailto://127.0.0.1:{server.port}/?from=stc@x.example&to=bot@y.example"
        [outcomes] = send(mail_to(url))
    assert outcomes[url].result is Result.SENT
    assert [to for to, _ in script.envelopes] == [["bot@y.example"]]


@pytest.mark.parametrize("address", ["TGRAM://t/1", "jsons://h/x", "ntfys://h/topic"])
def test_urls_of_the_listed_services_are_allowed(address):
    assert is_allowed_url(address)


@pytest.mark.parametrize(
    "url",
    [
        "smtp://mail.example",
        "mailtos://user:hunter2",
        "mailtos://user:hunter2 x@mail example",
        "mailtos://user:hunter2@half@mail.example",
        "mailtos://user:hunter2/half@mail.example",
        "mailtos://user:hunter2@mail.example?mode=none",
        "mailtos://user:hunter2@mail.example:99999",
        "mailtos://user:hunter2ấ@mail.example",
        "mailto://",
    ],
)
def test_a_bad_server_url_is_refused_at_once_without_showing_the_password(url, tmp_path, caplog):
    with pytest.raises(RequestError) as caught:
        Channels(smtp_url=url, maildir=tmp_path, environ={}).check()
    said = f"{caught.value.text} {caught.value} {caplog.text}"
    assert "LSPLAN_SMTP_URL" in caught.value.text.vi
    assert "hunter2" not in said


def test_rendering_and_filing_mail_does_not_load_apprise():
    code = (
        "import sys; import lsplan_workflow.notify.channels, lsplan_workflow.notify.messages;"
        "sys.exit('apprise' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_an_unreachable_server_is_temporary_for_every_mail_of_the_batch(send):
    outcomes = send(MAIL, MAIL, MAIL, smtp_url=f"mailto://127.0.0.1:{free_port()}")
    assert {o.result for each in outcomes for o in each.values()} == {Result.TEMPORARY}
