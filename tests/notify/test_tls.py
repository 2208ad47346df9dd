import asyncio
import datetime
import ssl
from contextlib import contextmanager

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from lsplan_workflow.domain.causes import Cause
from lsplan_workflow.notify.outcome import Result
from lsplan_workflow.notify.server import Security, Server
from lsplan_workflow.notify.smtp import Session
from tests.notify.server import LOST, Script, smtp_server

SENDER, A, MESSAGE = "baocao@langson.example", "a@x.example", b"Subject: x\r\n\r\ntext\r\n"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """Return the file of a certificate for `localhost` that only we trust, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC))
        .not_valid_after(datetime.datetime(2120, 1, 1, tzinfo=datetime.UTC))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "server.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    file.write_bytes(private + signed.public_bytes(serialization.Encoding.PEM))
    return file


@pytest.fixture
def server_context(certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


@pytest.fixture
def tls_server(server_context):
    def run(script, **settings):
        return smtp_server(script, tls_context=server_context, require_starttls=True, **settings)

    return run


@pytest.fixture
def trusted(certificate, monkeypatch):
    """Let the certificate of the tests be among those that this machine trusts."""
    make = ssl.create_default_context
    monkeypatch.setattr(ssl, "create_default_context", lambda: make(cafile=certificate))


def deliver(server, *, count=1, verify=True):
    session = Session(Server("localhost", server.port, Security.STARTTLS, verify=verify))
    outcomes = [session.deliver(SENDER, [A], MESSAGE)[A] for _ in range(count)]
    session.close()
    return outcomes


def test_a_certificate_that_nobody_vouches_for_gets_no_mail_and_is_temporary(tls_server):
    script = Script()
    with tls_server(script) as server:
        [outcome] = deliver(server)
    assert outcome.result is Result.TEMPORARY
    assert "CERTIFICATE_VERIFY_FAILED" in outcome.reply
    assert outcome.cause is Cause.UNPROTECTED
    assert script.envelopes == []


def test_verification_is_left_out_only_if_the_url_says_so(tls_server):
    with tls_server(Script()) as server:
        [outcome] = deliver(server, verify=False)
    assert outcome.result is Result.SENT


def test_a_batch_reads_the_trusted_certificates_once(tls_server, certificate, monkeypatch):
    made = []
    make = ssl.create_default_context

    def recorded():
        made.append(make(cafile=certificate))
        return made[-1]

    monkeypatch.setattr(ssl, "create_default_context", recorded)
    with tls_server(Script(data=LOST)) as server:
        deliver(server, count=3)
        assert server.connections == 3
    assert len(made) == 1


@pytest.mark.usefixtures("trusted")
def test_a_certificate_of_another_name_gets_no_mail(tls_server):
    script = Script()
    with tls_server(script) as server:
        session = Session(Server("127.0.0.1", server.port, Security.STARTTLS))
        outcome = session.deliver(SENDER, [A], MESSAGE)[A]
        session.close()
    assert outcome.cause is Cause.UNPROTECTED
    assert "IP address mismatch" in outcome.reply
    assert script.envelopes == []


@contextmanager
def talking_tls_at_once(context):
    """Yield the port of a server that speaks TLS from the first byte, and what it took."""
    script = Script()
    with smtp_server(script) as server:
        loop = server.loop

        async def listen():
            return await loop.create_server(server.factory, "127.0.0.1", 0, ssl=context)

        listening = asyncio.run_coroutine_threadsafe(listen(), loop).result()
        try:
            yield listening.sockets[0].getsockname()[1], script
        finally:
            loop.call_soon_threadsafe(listening.close)


@pytest.mark.usefixtures("trusted")
def test_mail_leaves_over_tls_from_the_first_byte(server_context):
    with talking_tls_at_once(server_context) as (port, script):
        session = Session(Server("localhost", port, Security.SSL))
        outcome = session.deliver(SENDER, [A], MESSAGE)[A]
        session.close()
    assert outcome.result is Result.SENT
    assert len(script.envelopes) == 1


def test_a_certificate_that_nobody_vouches_for_is_refused_there_too(server_context):
    with talking_tls_at_once(server_context) as (port, script):
        session = Session(Server("localhost", port, Security.SSL))
        outcome = session.deliver(SENDER, [A], MESSAGE)[A]
    assert (outcome.result, outcome.cause) == (Result.TEMPORARY, Cause.UNPROTECTED)
    assert script.envelopes == []
