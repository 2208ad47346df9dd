"""A mail server in trouble: each notice in its right state, in the server's words.

The second pass finds the server well again: what may still leave leaves, once. A second copy is
there of that mail alone which the server took without saying so.
"""

from __future__ import annotations

import socket
import warnings
from collections import Counter
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email import message_from_bytes
from typing import TYPE_CHECKING, Any

import pytest
from aiosmtpd.smtp import AuthResult

from tests.faults.databases import ON_BOTH_IN_THE_LONG_FORM
from tests.faults.deliveries import notices
from tests.faults.province import OPENING
from tests.notify.server import LOST, SILENT, Script, free_port, greets_with, smtp_server
from tests.notify.test_tls import certificate, server_context

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["certificate", "server_context"]
pytestmark = ON_BOTH_IN_THE_LONG_FORM
BUREAUS, PATIENCE = 4, 0.6
BAD = "b0002@bureaus.example"
START = datetime.fromisoformat(f"{OPENING}+07:00")
LATER = START + timedelta(hours=5)


@dataclass(frozen=True)
class State:
    """What becomes of a notice, and words that stand beside it."""

    status: str
    cause: str
    words: str


SENT = State("sent", "None", "250 2.0.0 queued")


@dataclass(frozen=True)
class Trouble:
    """A server's answers, what becomes of the mail they are about, and of it later."""

    answers: dict[str, Any]
    state: State
    later: str = "sent"
    copies: int = 1


def for_bad(answer: str) -> Callable[[Any], str | None]:
    """Answer so to the mail for the bad recipient, and to the others as usual."""
    return lambda server: answer if BAD in server.envelope.rcpt_tos else None


GREYLISTED, UNKNOWN = "450 4.2.0 greylisted, come again", "550 5.1.1 no such user"
LARGE, SHUTTING = "552 5.3.4 message too large", "421 4.3.2 shutting down"
UNANSWERED = "connection lost after the mail was handed over"

ONE_RECIPIENT = {
    "greylisted": Trouble({"rcpt": {BAD: GREYLISTED}}, State("retry", "busy", GREYLISTED)),
    "refused": Trouble(
        {"rcpt": {BAD: UNKNOWN}}, State("failed", "recipient", UNKNOWN), later="failed", copies=0
    ),
    "too large": Trouble(
        {"data": for_bad(LARGE)}, State("failed", "refused", LARGE), later="failed"
    ),
    "shut down in mid-batch": Trouble(
        {"data": for_bad(SHUTTING)}, State("retry", "busy", SHUTTING), copies=2
    ),
    "lost before DATA": Trouble({"rcpt": {BAD: LOST}}, State("retry", "lost", "")),
    # All of so small a mail is on its way when the server hangs up: nobody knows if it arrived.
    "lost within the body": Trouble(
        {"body": for_bad(LOST)}, State("retry", "uncertain", UNANSWERED)
    ),
    "lost after DATA": Trouble(
        {"data": for_bad(LOST)}, State("retry", "uncertain", UNANSWERED), copies=2
    ),
    "silent to the name": Trouble({"rcpt": {BAD: SILENT}}, State("retry", "silent", "timed out")),
    "silent to the mail": Trouble(
        {"data": for_bad(SILENT)}, State("retry", "uncertain", UNANSWERED), copies=2
    ),
}


def states(installation) -> dict[str, State]:
    """Return what became of the openings, by recipient."""
    return {
        row.recipient: State(row.status, str(row.cause), row.reply or "")
        for row in notices(installation)
        if row.kind == "opening"
    }


def assert_is(found: State, expected: State) -> None:
    assert (found.status, found.cause) == (expected.status, expected.cause)
    assert expected.words in found.words


def good(script: Script) -> Counter[str]:
    """Return how often each opening was handed over, by its recipient."""
    return Counter(address for recipients, _mail in script.envelopes for address in recipients)


@pytest.mark.parametrize("name", ONE_RECIPIENT)
def test_one_recipient_in_trouble_is_told_in_the_servers_words_and_holds_up_nobody(installed, name):
    trouble, script = ONE_RECIPIENT[name], Script(**ONE_RECIPIENT[name].answers)
    with smtp_server(script) as server:
        installation = installed(BUREAUS, smtp_url=f"mailto://127.0.0.1:{server.port}")
        assert installation.lsplan("tick", patience=PATIENCE).wait() == 0
        # No time-out is spent but on one connection, after which the others leave by the next; one
        # more may be opened to find at which command that happens.
        assert len(script.greetings) <= 3
        found = states(installation)
        assert_is(found.pop(BAD), trouble.state)
        for state in found.values():
            assert_is(state, SENT)
        script.answers = {}
        installation.done("tick", at=LATER.isoformat())
    assert states(installation)[BAD].status == trouble.later
    taken = good(script)
    assert taken[BAD] == trouble.copies
    assert {taken[address] for address in found} == {1}
    of_bad = {message_from_bytes(m)["Message-ID"] for r, m in script.envelopes if BAD in r}
    assert len(of_bad) <= 1


@contextmanager
def nobody_there(_context) -> Iterator[str]:
    yield f"mailto://127.0.0.1:{free_port()}"


@contextmanager
def never_greets(_context) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"mailto://127.0.0.1:{listening.getsockname()[1]}"


@contextmanager
def offers_no_tls(_context) -> Iterator[str]:
    with smtp_server(Script()) as server:
        yield f"mailtos://127.0.0.1:{server.port}?mode=starttls"


@contextmanager
def has_a_wrong_certificate(context) -> Iterator[str]:
    with smtp_server(Script(), tls_context=context, require_starttls=True) as server:
        yield f"mailtos://localhost:{server.port}?mode=starttls"


@contextmanager
def refuses_the_password(_context) -> Iterator[str]:
    def refuse(*_about: object) -> AuthResult:
        return AuthResult(success=False, handled=False, message="535 5.7.8 wrong password")

    with ExitStack() as stack:
        stack.enter_context(warnings.catch_warnings())
        warnings.simplefilter("ignore")  # The server warns that it asks for it in clear.
        settings = {"authenticator": refuse, "auth_required": True, "auth_require_tls": False}
        server = stack.enter_context(smtp_server(Script(), **settings))
        yield f"mailto://lsplan:secret-word@127.0.0.1:{server.port}?mode=insecure"


@dataclass(frozen=True)
class Away:
    """A server that takes no mail at all, and what is said of every notice."""

    server: Callable[..., Any]
    cause: str
    words: str
    status: str = field(default="retry")


@contextmanager
def refuses_us(_context) -> Iterator[str]:
    with greets_with("554 no service for you") as (port, _come):
        yield f"mailto://127.0.0.1:{port}"


AWAY = {
    "refuses us": Away(refuses_us, "refused", "554 no service for you"),
    "nobody there": Away(nobody_there, "unreachable", "Connection refused"),
    "never greets": Away(never_greets, "silent", "timed out"),
    "offers no TLS": Away(offers_no_tls, "unprotected", "STARTTLS"),
    "wrong certificate": Away(has_a_wrong_certificate, "unprotected", "certificate verify failed"),
    "wrong password": Away(refuses_the_password, "login", "535 5.7.8 wrong password"),
}


@pytest.mark.parametrize("name", AWAY)
def test_where_no_mail_is_taken_every_notice_waits_and_leaves_once_later(
    installed, sink, server_context, name
):
    (server, url), away = sink, AWAY[name]
    with away.server(server_context) as broken:
        installation = installed(BUREAUS, smtp_url=broken)
        worker = installation.lsplan("tick", patience=PATIENCE)
        assert worker.wait() == 0, worker.said
        for state in states(installation).values():
            assert_is(state, State(away.status, away.cause, away.words))
        said = installation.done("outbox", "--json")
        assert away.words.split()[0] in said
        assert "secret-word" not in said
    replace(installation, smtp_url=url).done("tick", at=LATER.isoformat())
    assert {state.status for state in states(installation).values()} == {"sent"}
    assert len({mail.recipients for mail in server.taken}) == len(server.taken) == BUREAUS


def every_four_hours(days: int) -> list[datetime]:
    """Return instants from the beginning on, of working hours and others."""
    return [START + timedelta(hours=4 * n) for n in range(6 * days)]


def test_a_server_that_is_away_for_72_hours_loses_nothing(installed, sink):
    server, url = sink
    installation = installed(BUREAUS, smtp_url=f"mailto://127.0.0.1:{free_port()}")
    for instant in every_four_hours(3)[::5]:
        installation.done("tick", at=instant.isoformat())
    assert {state.status for state in states(installation).values()} == {"retry"}
    # The 72 hours end on a Saturday; the first attempt after them is on Monday.
    back = datetime.fromisoformat("2025-09-08T07:30+07:00")
    replace(installation, smtp_url=url).done("tick", at=back.isoformat())
    assert {state.status for state in states(installation).values()} == {"sent"}
    assert len(server.taken) == BUREAUS


def test_a_server_that_stays_away_fails_every_notice_and_a_word_sends_it_after_all(installed, sink):
    server, url = sink
    installation = installed(BUREAUS, smtp_url=f"mailto://127.0.0.1:{free_port()}")
    later = "2025-09-08T07:30+07:00"
    for instant in (START.isoformat(), later):
        installation.done("tick", at=instant)
    found = states(installation)
    assert {(state.status, state.cause) for state in found.values()} == {("failed", "unreachable")}
    failed = [row.key for row in notices(installation) if row.kind == "opening"]
    there = replace(installation, smtp_url=url)
    there.done("outbox", "resend", *failed)
    there.done("tick")
    assert {state.status for state in states(installation).values()} == {"sent"}
    openings = Counter(m.recipients for m in server.taken if m.recipients[0] in found)
    assert set(openings.values()) == {1}
