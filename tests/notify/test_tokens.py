import base64

import pytest
from aiosmtpd.smtp import AuthResult

from lsplan_workflow.domain.causes import Cause
from lsplan_workflow.domain.errors import RequestError
from lsplan_workflow.notify.email import SmtpCarrier
from lsplan_workflow.notify.outcome import Result
from lsplan_workflow.notify.server import Security, Server
from lsplan_workflow.notify.smtp import Session
from lsplan_workflow.notify.tokens import with_token
from tests.notify.server import Script
from tests.notify.test_tls import MESSAGE, SENDER, A, certificate, server_context, tls_server

__all__ = ["certificate", "server_context", "tls_server"]

TOKEN = "ya29.a0AfH6SMBx-a_token"
PROTECTED = Server("mail.example", 587, Security.STARTTLS, "stc@x.example")


class Bearer(Script):
    """A server that takes one token, and refuses another as Google and Microsoft do."""

    async def auth_XOAUTH2(self, server, arguments):  # noqa: N802
        self.said = base64.b64decode(arguments[1]).decode()
        if f"auth=Bearer {TOKEN}\1\1" in self.said:
            return AuthResult(success=True, auth_data="stc")
        await server.push("334 " + base64.b64encode(b'{"status":"401"}').decode())
        self.after_refusal = await server._reader.readline()
        await server.push(f"535 5.7.8 not accepted: {self.said} {arguments[1]}")
        return AuthResult(success=False, handled=True)


def deliver(server, token):
    reached = Server(
        "localhost", server.port, Security.STARTTLS, "stc@x.example", verify=False, token=token
    )
    session = Session(reached)
    outcomes = [session.deliver(SENDER, [A], MESSAGE)[A] for _ in range(2)]
    session.close()
    return outcomes


def test_a_token_logs_in_by_xoauth2(tls_server):
    script = Bearer()
    with tls_server(script, auth_required=True) as server:
        outcomes = deliver(server, TOKEN)
    assert [o.result for o in outcomes] == [Result.SENT] * 2
    assert script.said == f"user=stc@x.example\1auth=Bearer {TOKEN}\1\1"


def test_a_token_that_is_refused_is_temporary_tried_once_and_never_shown(tls_server):
    script = Bearer()
    with tls_server(script, auth_required=True) as server:
        outcomes = deliver(server, "ya29.expired")
        assert server.connections == 1
    assert script.after_refusal == b"\r\n"
    assert {(o.result, o.cause) for o in outcomes} == {(Result.TEMPORARY, Cause.LOGIN)}
    assert outcomes[0].reply.startswith("535 5.7.8 not accepted: ")
    assert "expired" not in outcomes[0].reply
    assert base64.b64encode(script.said.encode()).decode() not in outcomes[0].reply


def test_a_server_that_does_not_offer_xoauth2_is_not_given_the_token(tls_server):
    script = Script()
    with tls_server(script) as server:
        outcomes = deliver(server, TOKEN)
    assert {o.cause for o in outcomes} == {Cause.LOGIN}
    assert "XOAUTH2 is not offered" in outcomes[0].reply


def test_the_token_comes_from_the_variable_that_the_url_names():
    assert with_token(PROTECTED, "MAIL_TOKEN", {"MAIL_TOKEN": f" {TOKEN}\n"}).token == TOKEN
    assert with_token(PROTECTED, "", {}) == PROTECTED
    assert TOKEN not in repr(with_token(PROTECTED, "MAIL_TOKEN", {"MAIL_TOKEN": TOKEN}))


def test_a_variable_that_ends_in_file_names_the_file_that_holds_it(tmp_path):
    file = tmp_path / "token"
    file.write_text(f"{TOKEN}\n")
    environ = {"MAIL_TOKEN_FILE": str(file)}
    assert with_token(PROTECTED, "MAIL_TOKEN_FILE", environ).token == TOKEN
    file.write_text("renewed")
    assert with_token(PROTECTED, "MAIL_TOKEN_FILE", environ).token == "renewed"


@pytest.mark.parametrize(
    "environ", [{}, {"MAIL_TOKEN_FILE": ""}, {"MAIL_TOKEN_FILE": "/no/such/file"}]
)
def test_without_a_token_nothing_is_begun_and_the_variable_is_named(environ):
    with pytest.raises(RequestError, match="MAIL_TOKEN_FILE"):
        with_token(PROTECTED, "MAIL_TOKEN_FILE", environ)


@pytest.mark.parametrize("token", [TOKEN, "abcdefghijklmnop", "Mail_Token"])
def test_a_token_in_the_place_of_the_variables_name_is_refused_and_not_repeated(token):
    with pytest.raises(RequestError) as caught:
        SmtpCarrier(f"mailtos://u%40x.example@x.example:587?token={token}", {})
    assert token not in f"{caught.value.text.vi} {caught.value.text.en}"
    assert "in capitals" in caught.value.text.en


def test_a_user_without_password_and_token_is_refused():
    with pytest.raises(RequestError, match=r"no password|không có mật khẩu"):
        SmtpCarrier("mailtos://u@x.example:587", {})


@pytest.mark.parametrize(
    "url", ["mailto://u@x.example:25?token=T", "mailtos://x.example:587?token=T"]
)
def test_a_token_needs_encryption_and_a_user(url):
    with pytest.raises(RequestError, match=r"encrypted|mã hóa"):
        SmtpCarrier(url, {"T": TOKEN})


def test_the_carrier_hands_the_token_to_the_server():
    carrier = SmtpCarrier("mailtos://u@x.example:587?token=T", {"T": TOKEN})
    assert carrier._session._server.token == TOKEN
