"""How a mail server greets us: what it says of itself, or why it does not let us in."""

from __future__ import annotations

import warnings

import pytest
from aiosmtpd.smtp import AuthResult

from lsplan_workflow.domain.causes import Cause
from lsplan_workflow.domain.errors import RequestError
from lsplan_workflow.notify.channels import Channels
from tests.notify.server import LOST, Script, free_port, smtp_server

IDENT = "ESMTP Sendmail 8.17.1; Wed, 8 Jan 2025 08:00:00 +0700"


def channels(tmp_path, smtp_url):
    return Channels(smtp_url=smtp_url, maildir=tmp_path / "mail", environ={"SET": "x", "BARE": ""})


def test_a_server_is_greeted_without_sending_anything(tmp_path):
    script = Script()
    with smtp_server(script, ident=IDENT) as server:
        host, greeting = channels(tmp_path, f"mailto://127.0.0.1:{server.port}").greet()
    assert (host, greeting.reached) == ("127.0.0.1", True)
    assert greeting.words == f"mail.example {IDENT}"
    assert (server.connections, script.envelopes) == (1, [])


def test_a_server_that_is_not_there_says_why(tmp_path):
    _, greeting = channels(tmp_path, f"mailto://127.0.0.1:{free_port()}").greet()
    assert not greeting.reached
    assert "refused" in greeting.words


@pytest.mark.parametrize(("login", "in_clear"), [("", False), ("u:secret@", True)])
def test_a_password_over_a_connection_that_others_can_read_is_noted(tmp_path, login, in_clear):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # The server warns that it takes a password in clear.
        settings = {"authenticator": lambda *_: AuthResult(success=True), "auth_require_tls": False}
        with smtp_server(Script(), **settings) as server:
            url = f"mailto://{login}127.0.0.1:{server.port}"
            _, greeting = channels(tmp_path, url).greet()
    assert (greeting.reached, greeting.in_clear) == (True, in_clear)


SENDER = "lsplan@stc25.example"


@pytest.mark.parametrize(
    ("answer", "cause"),
    [
        ("250 2.1.0 OK", None),
        ("451 4.3.0 later", None),
        ("530 5.7.0 Authentication required", Cause.LOGIN),
        ("553 5.7.1 not owned by the user", Cause.REFUSED),
    ],
)
def test_a_server_that_takes_no_mail_of_the_sender_does_not_let_us_in(tmp_path, answer, cause):
    script = Script(mail={SENDER: answer})
    with smtp_server(script) as server:
        _, greeting = channels(tmp_path, f"mailto://127.0.0.1:{server.port}").greet(SENDER)
    assert (greeting.reached, greeting.cause) == (cause is None, cause)
    assert script.envelopes == []
    if cause is not None:
        assert greeting.words == answer


def test_a_server_that_hangs_up_at_the_sender_does_not_let_us_in(tmp_path):
    with smtp_server(Script(mail=LOST)) as server:
        _, greeting = channels(tmp_path, f"mailto://127.0.0.1:{server.port}").greet(SENDER)
    assert (greeting.reached, greeting.cause) == (False, Cause.LOST)


def test_a_folder_greets_nobody(tmp_path):
    assert channels(tmp_path, "").greet() is None


def test_a_url_that_cannot_be_used_is_refused(tmp_path):
    with pytest.raises(RequestError, match="LSPLAN_SMTP_URL"):
        channels(tmp_path, "smtp://mail.example").greet()


def test_variables_that_addresses_name_and_nobody_set_are_listed_once(tmp_path):
    addresses = ["a@x.example", "tgram://${BOT}/1", "tgram://${BOT}/${SET}", "json://${BARE}"]
    assert channels(tmp_path, "").missing_variables(addresses) == ["BARE", "BOT"]
