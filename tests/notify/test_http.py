"""One question to a web address; whatever goes wrong says why and not where."""

from __future__ import annotations

import pytest

from lsplan_workflow.notify import http
from tests.notify.server import free_port
from tests.notify.web import web_server

DATE = "Wed, 08 Jan 2025 01:00:00 GMT"


def test_an_answer_has_its_date_and_body():
    with web_server(date=DATE, body="OK") as server:
        answer = http.get(f"{server.url}/ping/secret")
    assert (answer.date, answer.body) == (DATE, b"OK")
    assert [asked[:2] for asked in server.asked] == [("GET", "/ping/secret")]


def test_an_answer_without_a_date_has_none():
    with web_server() as server:
        assert http.get(server.url).date == ""


def test_what_is_posted_and_answered_is_json_with_the_password_past_any_proxy(monkeypatch):
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{free_port()}")
    with web_server(body='[{"paused": false}]') as server:
        assert http.post(server.url, {"a": 1}, credentials="u:p") == [{"paused": False}]
        assert http.post(server.url, {}, credentials="") == [{"paused": False}]
    assert [asked[2] for asked in server.asked] == [b'{"a": 1}', b"{}"]
    assert [asked[3]["Authorization"] for asked in server.asked] == ["Basic dTpw", None]


def test_an_answer_that_is_no_json_is_none_at_all():
    with web_server(body="<html>") as server, pytest.raises(http.Unanswered, match="no JSON"):
        http.post(server.url, {}, credentials="")


def test_a_refusal_is_told_by_its_number():
    with web_server(status=503) as server, pytest.raises(http.Unanswered, match="HTTP 503"):
        http.get(server.url)


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:{port}/secret",
        "file:///etc/secret",
        "secret",
        "http://",
        "http://[secret",
        "http://127.0.0.1:secret/",
        "http://127.0.0.1:{port}/sec ret",
        "",
    ],
)
def test_an_address_that_cannot_be_asked_is_never_quoted(address):
    with pytest.raises(http.Unanswered) as raised:
        http.get(address.format(port=free_port()))
    assert str(raised.value)
    assert "secret" not in str(raised.value)
    assert "sec ret" not in str(raised.value)


def test_only_the_host_of_an_address_is_shown():
    assert http.host_of("https://user:pw@watch.example/secret") == "watch.example"
    assert http.host_of("http://[secret") == ""
