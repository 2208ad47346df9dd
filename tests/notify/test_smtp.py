import base64
import socket
import warnings
from time import monotonic

import pytest
from aiosmtpd.smtp import AuthResult

from lsplan_workflow.domain.causes import Cause
from lsplan_workflow.notify.outcome import Result
from lsplan_workflow.notify.server import Security, Server
from lsplan_workflow.notify.smtp import Session
from tests.notify.server import (
    HELD_BACK,
    LOST,
    SILENT,
    Script,
    cut_within_the_mail,
    drips,
    free_port,
    greets_with,
    smtp_server,
    takes_at_once,
)

SENDER = "baocao@langson.example"
A, B, C = "a@x.example", "b@x.example", "c@x.example"
MESSAGE = b"Subject: x\r\n\r\n.text\r\n"


SHORT = 0.4


def session_with(server, *, timeout=20.0, **given):
    reached = Server("127.0.0.1", server.port, Security.INSECURE, **given)
    return Session(reached, timeout=timeout)


def to_be_sure(at_once):
    """Return how many connections more it takes to find at which of the commands one breaks."""
    return 1 if at_once else 0


def results(outcomes):
    return {address: outcome.result for address, outcome in outcomes.items()}


def causes(outcomes):
    return {address: outcome.cause for address, outcome in outcomes.items()}


@pytest.fixture(params=[True, False], ids=["at once", "one by one"])
def at_once(request):
    """Whether the server takes the commands of a mail at once."""
    return request.param


@pytest.fixture
def deliver_all(at_once):
    """Run several mails, each to its recipients, over one session."""

    def run(script, *mails, timeout=20.0, **settings):
        script.pipelining = at_once
        with smtp_server(script, **settings) as server:
            session = session_with(server, timeout=timeout)
            outcomes = [session.deliver(SENDER, list(to), MESSAGE) for to in mails]
            session.close()
            return outcomes, server.connections

    return run


def test_a_batch_uses_one_connection_and_keeps_the_reply_of_each_mail(deliver_all):
    script = Script()
    outcomes, connections = deliver_all(script, [A, B], [C])
    assert connections == 1
    assert outcomes[0][A].reply == outcomes[0][B].reply == "250 2.0.0 queued as 1"
    assert outcomes[1][C].reply == "250 2.0.0 queued as 2"
    assert [to for to, _ in script.envelopes] == [[A, B], [C]]


def test_a_line_that_begins_with_a_dot_arrives_with_its_dot(deliver_all):
    script = Script()
    deliver_all(script, [A])
    assert b"\r\n.text" in script.envelopes[0][1]


def test_each_refused_recipient_gets_its_own_answer_and_the_others_get_the_mail(deliver_all):
    script = Script(rcpt={A: "450 4.2.1 mailbox busy", B: "550 5.1.1 no such user"})
    [outcomes], _ = deliver_all(script, [A, B, C])
    assert results(outcomes) == {A: Result.TEMPORARY, B: Result.PERMANENT, C: Result.SENT}
    assert causes(outcomes) == {A: Cause.BUSY, B: Cause.RECIPIENT, C: None}
    assert outcomes[A].reply == "450 4.2.1 mailbox busy"
    assert outcomes[B].reply == "550 5.1.1 no such user"
    assert [to for to, _ in script.envelopes] == [[C]]


def test_a_mail_refused_by_all_is_reset_and_the_next_one_goes_over_the_same_connection(deliver_all):
    script = Script(rcpt={A: "550 5.1.1 no such user"})
    outcomes, connections = deliver_all(script, [A], [C])
    assert results(outcomes[0]) == {A: Result.PERMANENT}
    assert results(outcomes[1]) == {C: Result.SENT}
    assert connections == script.resets == 1


@pytest.mark.parametrize(
    ("answer", "result"),
    [
        ("452 4.3.1 out of space", Result.TEMPORARY),
        ("554 5.7.1 looks like spam", Result.PERMANENT),
        ("552 5.3.4 too large", Result.PERMANENT),
    ],
)
def test_a_refusal_of_the_text_concerns_all_who_were_accepted(deliver_all, answer, result):
    script = Script(rcpt={A: "550 5.1.1 no such user"}, data=answer)
    [outcomes], _ = deliver_all(script, [A, B, C])
    assert results(outcomes) == {A: Result.PERMANENT, B: result, C: result}
    assert outcomes[B].reply == outcomes[C].reply == answer
    assert outcomes[B].cause is (Cause.REFUSED if result is Result.PERMANENT else Cause.BUSY)


@pytest.mark.parametrize(
    ("answer", "result"),
    [
        ("451 4.7.1 greylisted", Result.TEMPORARY),
        ("550 5.7.1 sender refused", Result.PERMANENT),
        ("552 5.3.4 too large", Result.PERMANENT),
        ("530 5.7.0 authentication required", Result.TEMPORARY),
    ],
)
def test_a_refused_sender_concerns_all_and_a_wanted_login_is_temporary(deliver_all, answer, result):
    [outcomes], _ = deliver_all(Script(mail=answer), [A, B])
    assert results(outcomes) == {A: result, B: result}
    assert outcomes[A].reply == answer


def test_421_at_a_recipient_concerns_him_alone_and_the_others_get_the_mail_anew(deliver_all):
    script = Script(rcpt={B: "421 4.3.2 try later"})
    outcomes, connections = deliver_all(script, [A, B, C], [C])
    assert results(outcomes[0]) == {A: Result.SENT, B: Result.TEMPORARY, C: Result.SENT}
    assert outcomes[0][B].reply == "421 4.3.2 try later"
    assert results(outcomes[1]) == {C: Result.SENT}
    assert connections == 2
    assert [to for to, _ in script.envelopes] == [[A, C], [C]]


def test_too_many_recipients_is_tried_again_though_552_is_final_of_a_mail(deliver_all):
    [outcomes], _ = deliver_all(Script(rcpt={B: "552 5.5.3 too many recipients"}), [A, B])
    assert results(outcomes) == {A: Result.SENT, B: Result.TEMPORARY}


@pytest.mark.parametrize(("mishap", "cause"), [(LOST, Cause.LOST), (SILENT, Cause.SILENT)])
def test_where_the_connection_breaks_at_a_recipient_the_others_get_the_mail(
    deliver_all, mishap, cause, at_once
):
    script = Script(rcpt={A: "550 5.1.1 no such user", B: mishap})
    outcomes, connections = deliver_all(script, [A, B, C], [C], timeout=SHORT)
    assert results(outcomes[0]) == {A: Result.PERMANENT, B: Result.TEMPORARY, C: Result.SENT}
    assert causes(outcomes[0]) == {A: Cause.RECIPIENT, B: cause, C: None}
    assert results(outcomes[1]) == {C: Result.SENT}
    assert connections == 2 + to_be_sure(at_once)
    assert [to for to, _ in script.envelopes] == [[C], [C]]


def test_recipients_whom_the_server_is_silent_about_cost_each_his_own_time_out(
    deliver_all, at_once
):
    script = Script(rcpt={A: SILENT, B: SILENT})
    [outcomes], connections = deliver_all(script, [A, B, C], timeout=SHORT)
    assert causes(outcomes) == {A: Cause.SILENT, B: Cause.SILENT, C: None}
    assert connections == 3 + to_be_sure(at_once)


@pytest.mark.parametrize(("mishap", "cause"), [(LOST, Cause.LOST), (SILENT, Cause.SILENT)])
@pytest.mark.parametrize("mails", [[[to] for to in "abcdef"], [[*"abcd"], [*"ef"]], [[*"abcdef"]]])
def test_three_recipients_in_a_row_unanswered_end_the_batch_and_not_each_mail_waits(
    deliver_all, mails, mishap, cause, at_once
):
    named = [[f"{name}@x.example" for name in mail] for mail in mails]
    outcomes, connections = deliver_all(Script(rcpt=mishap), *named, timeout=0.4)
    assert [set(o) for o in outcomes] == [set(mail) for mail in named]
    assert {outcome.cause for o in outcomes for outcome in o.values()} == {cause}
    assert {outcome.result for o in outcomes for outcome in o.values()} == {Result.TEMPORARY}
    assert connections == 3 + to_be_sure(at_once)


def test_recipients_unanswered_with_an_answer_between_them_never_end_the_batch(deliver_all):
    silent = [f"silent{n}@x.example" for n in range(4)]
    script = Script(rcpt=dict.fromkeys(silent, SILENT) | {B: "550 5.1.1 no such user"})
    mails = [silent[:2], [B], silent[2:], [C]]
    outcomes, _ = deliver_all(script, *mails, timeout=SHORT)
    assert results(outcomes[1]) == {B: Result.PERMANENT}
    assert results(outcomes[3]) == {C: Result.SENT}


def test_one_recipient_unanswered_in_every_mail_is_no_row_of_different_ones(deliver_all):
    outcomes, _ = deliver_all(Script(rcpt={A: SILENT}), *[[A]] * 4, [B], timeout=SHORT)
    assert [set(causes(o).values()) for o in outcomes] == [{Cause.SILENT}] * 4 + [{None}]


@pytest.mark.parametrize("command", ["mail", "data"])
def test_a_server_that_never_answers_is_waited_for_twice_and_not_by_every_mail(
    deliver_all, command, at_once
):
    script = Script(**{command: SILENT})
    outcomes, connections = deliver_all(script, *[[A]] * 5, timeout=SHORT)
    cause = Cause.SILENT if command == "mail" else Cause.UNCERTAIN
    assert [o[A].cause for o in outcomes] == [cause] * 5
    assert connections == 2 + (to_be_sure(at_once) if command == "mail" else 0)


def test_a_server_that_closes_every_connection_is_not_hammered(deliver_all):
    outcomes, connections = deliver_all(Script(mail="421 4.3.2 shutting down"), *[[A]] * 5)
    assert {o[A].reply for o in outcomes} == {"421 4.3.2 shutting down"}
    assert {o[A].cause for o in outcomes} == {Cause.BUSY}
    assert connections == 2


def test_an_answer_between_two_troubles_makes_them_none_in_a_row(deliver_all, at_once):
    # The second of two silences in a row is that of the connection opened anew.
    answers = iter([*[SILENT] * to_be_sure(at_once), SILENT, None, SILENT, SILENT, None])
    script = Script(mail=lambda _: next(answers))
    outcomes, _ = deliver_all(script, *[[A]] * 4, timeout=SHORT)
    assert [o[A].cause for o in outcomes] == [Cause.SILENT, None] * 2


def test_a_connection_cut_within_the_mail_leaves_nothing_and_is_told_from_one_after_it():
    with cut_within_the_mail() as port:
        session = Session(Server("127.0.0.1", port, Security.INSECURE))
        outcomes = session.deliver(SENDER, [A, B], b"x" * 76 + b"\r\n" + b"y" * 30_000_000)
        session.close()
    assert causes(outcomes) == {A: Cause.INTERRUPTED, B: Cause.INTERRUPTED}
    assert results(outcomes) == {A: Result.TEMPORARY, B: Result.TEMPORARY}


def test_a_connection_cut_within_a_mail_that_is_on_its_way_leaves_it_uncertain():
    script = Script(body=lambda _: LOST)
    with smtp_server(script) as server:
        session = session_with(server)
        outcome = session.deliver(SENDER, [A], b"Subject: x\r\n\r\n" + b"text\r\n" * 2000)[A]
        session.close()
    assert (outcome.result, outcome.cause) == (Result.TEMPORARY, Cause.UNCERTAIN)
    assert script.envelopes == []


def test_a_connection_lost_after_the_final_dot_is_temporary_and_says_so(deliver_all):
    [outcomes], _ = deliver_all(Script(data=LOST), [A, B])
    assert results(outcomes) == {A: Result.TEMPORARY, B: Result.TEMPORARY}
    assert "no answer from the server" in outcomes[A].reply
    assert causes(outcomes) == {A: Cause.UNCERTAIN, B: Cause.UNCERTAIN}


@pytest.mark.parametrize("farewell", [LOST, "421 4.4.2 idle for too long"])
def test_a_connection_that_died_while_idle_is_opened_again_for_the_same_mail(deliver_all, farewell):
    """The second MAIL FROM over one connection meets a server that has gone."""

    def answer(server):
        server.mails = getattr(server, "mails", 0) + 1
        return farewell if server.mails > 1 else "250 2.1.0 OK"

    script = Script(mail=answer)
    outcomes, connections = deliver_all(script, [A], [B], [C])
    assert [set(results(o).values()) for o in outcomes] == [{Result.SENT}] * 3
    assert connections == 3


def test_a_new_connection_that_dies_at_the_sender_is_not_opened_again_for_the_same_mail(
    deliver_all, at_once
):
    [outcomes], connections = deliver_all(Script(mail=LOST), [A])
    assert results(outcomes) == {A: Result.TEMPORARY}
    assert connections == 1 + to_be_sure(at_once)


def test_after_two_connects_that_fail_nothing_more_is_tried(monkeypatch):
    tried = []
    connect = socket.create_connection

    def recorded(*args, **kwargs):
        tried.append(args)
        return connect(*args, **kwargs)

    monkeypatch.setattr(socket, "create_connection", recorded)
    session = Session(Server("127.0.0.1", free_port(), Security.INSECURE))
    outcomes = [session.deliver(SENDER, [A], MESSAGE) for _ in range(4)]
    session.close()
    assert len(tried) == 2
    assert {o[A].result for o in outcomes} == {Result.TEMPORARY}
    assert all("refused" in o[A].reply for o in outcomes)
    assert {o[A].cause for o in outcomes} == {Cause.UNREACHABLE}


def test_a_server_that_never_greets_is_temporary_after_the_timeout():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        session = Session(Server("127.0.0.1", port, Security.INSECURE), timeout=0.05)
        outcomes = session.deliver(SENDER, [A], MESSAGE)
    assert outcomes[A].result is Result.TEMPORARY
    assert "timed out" in outcomes[A].reply
    assert outcomes[A].cause is Cause.SILENT


@pytest.mark.parametrize(
    ("greeting", "cause", "asked"),
    [("554 no service for you", Cause.REFUSED, 1), ("421 too many", Cause.BUSY, 2)],
)
def test_a_greeting_that_refuses_us_is_told_from_one_that_asks_to_come_again(
    greeting, cause, asked
):
    with greets_with(greeting) as (port, connections):
        session = Session(Server("127.0.0.1", port, Security.INSECURE))
        outcomes = [session.deliver(SENDER, [A], MESSAGE)[A] for _ in range(4)]
    assert {(o.result, o.cause, o.reply) for o in outcomes} == {(Result.TEMPORARY, cause, greeting)}
    assert len(connections) == asked


def test_a_refused_password_is_temporary_tried_once_and_never_shown():
    def refuse(server, session, envelope, mechanism, data):
        words = f"535 5.7.8 wrong: hunter2hunter2 {base64.b64encode(data.password).decode()}"
        return AuthResult(success=False, handled=False, message=words)

    script = Script()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # The server warns that it asks for a password in clear.
        settings = {"authenticator": refuse, "auth_required": True, "auth_require_tls": False}
        with smtp_server(script, **settings, auth_exclude_mechanism=["LOGIN"]) as server:
            session = session_with(server, user="stc", password="hunter2hunter2")
            outcomes = [session.deliver(SENDER, [A], MESSAGE) for _ in range(3)]
            session.close()
    assert {o[A].result for o in outcomes} == {Result.TEMPORARY}
    assert {o[A].reply for o in outcomes} == {"535 5.7.8 wrong: **** ****"}
    assert {o[A].cause for o in outcomes} == {Cause.LOGIN}
    assert server.connections == 1
    assert "hunter2" not in repr(session_with(server, password="hunter2")._server)


def test_a_server_that_offers_no_tls_gets_no_mail_when_tls_is_wanted():
    script = Script()
    with smtp_server(script) as server:
        session = Session(Server("127.0.0.1", server.port, Security.STARTTLS))
        outcomes = session.deliver(SENDER, [A], MESSAGE)
        session.close()
    assert outcomes[A].result is Result.TEMPORARY
    assert "STARTTLS" in outcomes[A].reply
    assert outcomes[A].cause is Cause.UNPROTECTED
    assert script.envelopes == []


def test_no_host_name_but_the_servers_is_looked_up_and_the_greeting_is_an_address(monkeypatch):
    asked = []
    resolve = socket.getaddrinfo

    def recorded(host, *args, **kwargs):
        asked.append(host)
        return resolve(host, *args, **kwargs)

    script = Script()
    with smtp_server(script) as server:
        monkeypatch.setattr(socket, "getaddrinfo", recorded)
        for name in ("getfqdn", "gethostbyname", "gethostbyaddr", "gethostname"):
            monkeypatch.setattr(socket, name, lambda *_, name=name: pytest.fail(name))
        session = Session(Server("localhost", server.port, Security.INSECURE))
        session.deliver(SENDER, [A], MESSAGE)
        session.close()
    assert asked == ["localhost"]
    assert script.greetings == ["[127.0.0.1]"]


def each(line):
    """Answer what a server answers that takes everything."""
    return "354 go ahead" if line == "DATA" else "250 OK"


def delivered_to(answer, *mails, timeout=20.0):
    """Return the outcomes of mails, and what a server that takes commands at once has heard."""
    with takes_at_once(answer) as (port, heard):
        session = Session(Server("127.0.0.1", port, Security.INSECURE), timeout=timeout)
        outcomes = [session.deliver(SENDER, list(to), MESSAGE) for to in mails]
        session.close()
    return outcomes, heard


def test_the_commands_of_a_mail_are_said_in_one_go_where_the_server_takes_them_so():
    outcomes, heard = delivered_to(lambda said: [each(line) for line in lines_of(said)], [A, B])
    assert results(outcomes[0]) == {A: Result.SENT, B: Result.SENT}
    commands = ("MAIL FROM:<baocao@langson.example>", f"RCPT TO:<{A}>", f"RCPT TO:<{B}>", "DATA")
    assert lines_of(heard[0]) == list(commands)
    assert heard[1] == "Subject: x\r\n\r\n..text\r\n.\r\n"


def lines_of(said):
    """Return the commands in what came in one go; a mail's text is one line of its own."""
    return said.splitlines() if not said.endswith("\r\n.\r\n") else ["text"]


def test_no_text_is_sent_to_a_server_that_waits_for_it_though_it_refused_everyone():
    def answer(said):
        return [f"550 5.1.1 {A}" if A in line else each(line) for line in lines_of(said)]

    outcomes, heard = delivered_to(answer, [A], [C])
    assert results(outcomes[0]) == {A: Result.PERMANENT}
    assert results(outcomes[1]) == {C: Result.SENT}
    assert [lines_of(said)[0] for said in heard] == [*[f"MAIL FROM:<{SENDER}>"] * 2, "text", "quit"]


def test_what_was_said_with_a_refused_sender_is_heard_out_before_the_next_mail():
    refusals = iter(["550 5.7.1 no", "503 no sender", "503 no sender", "250 OK"])

    def answer(said):
        return [next(refusals, None) or each(line) for line in lines_of(said)]

    outcomes, heard = delivered_to(answer, [A], [C])
    assert outcomes[0][A].reply == "550 5.7.1 no"
    assert results(outcomes[1]) == {C: Result.SENT}
    assert lines_of(heard[1]) == ["rset"]


def test_answers_that_a_reset_destroyed_are_asked_for_one_by_one():
    """Nobody but B is to blame, though the first time no answer about A arrived either."""

    def answer(said):
        lines = lines_of(said)
        return [] if any(B in line for line in lines) else [each(line) for line in lines]

    [outcomes], heard = delivered_to(answer, [A, B, C])
    assert causes(outcomes) == {A: None, B: Cause.LOST, C: None}
    assert len(lines_of(heard[0])) == 5
    assert {len(lines_of(said)) for said in heard[1:]} == {1}


def test_a_server_that_is_silent_while_all_is_said_at_once_is_spoken_to_one_by_one():
    """It drops what comes with the first command, as some do that say they take all at once."""

    def answer(said):
        return [each(lines_of(said)[0])]

    outcomes, heard = delivered_to(answer, [A, B], [C], timeout=SHORT)
    assert [set(results(o).values()) for o in outcomes] == [{Result.SENT}] * 2
    assert len(lines_of(heard[0])) == 4
    assert {len(lines_of(said)) for said in heard[1:]} == {1}


def test_answers_that_wait_for_a_silent_recipient_say_nothing_of_the_others():
    """The server answers all at once too (RFC 2920, 3.2), and nothing where B is named."""
    timeout, began = SHORT, monotonic()

    def answer(said):
        lines = lines_of(said)
        return HELD_BACK if any(B in line for line in lines) else [each(line) for line in lines]

    [outcomes], _ = delivered_to(answer, [A, B, C], timeout=timeout)
    assert causes(outcomes) == {A: None, B: Cause.SILENT, C: None}
    assert monotonic() - began < 2 * timeout


def test_agreement_to_data_is_no_request_for_the_text_and_nothing_is_taken_for_sent(at_once):
    def answer(said):
        return ["250 OK"] * len(lines_of(said))

    with takes_at_once(answer) as (port, heard):
        session = Session(Server("127.0.0.1", port, Security.INSECURE))
        session._at_once = at_once
        outcomes = session.deliver(SENDER, [A], MESSAGE)
        session.close()
    assert (outcomes[A].result, outcomes[A].reply) == (Result.TEMPORARY, "250 OK")
    assert "text" not in [line for said in heard for line in lines_of(said)]


@pytest.mark.parametrize("at_the_end", [False, True])
def test_a_server_that_never_comes_to_the_end_of_its_answer_is_not_waited_for(at_the_end):
    with drips(0.02, at_the_end=at_the_end) as port:
        session = Session(Server("127.0.0.1", port, Security.INSECURE), timeout=0.2)
        outcome = session.deliver(SENDER, [A], MESSAGE)[A]
        session.close()
    assert outcome.cause is (Cause.UNCERTAIN if at_the_end else Cause.SILENT)
    assert "timed out" in outcome.reply
