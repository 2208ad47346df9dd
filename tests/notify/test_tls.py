import datetime
import ssl

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from lsplan_workflow.notify.outcome import Result
from lsplan_workflow.notify.smtp import Security, Server, Session
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
def tls_server(certificate):
    def run(script):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        return smtp_server(script, tls_context=context, require_starttls=True)

    return run


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
