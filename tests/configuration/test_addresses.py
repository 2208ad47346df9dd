import pytest

from lsplan_workflow.configuration.addresses import fault_of_address
from lsplan_workflow.configuration.folder import survey
from tests.configuration.folders import FILES, encoded, faults_of

GOOD = [
    "a@b.vn",
    "so.y-te+bao_cao@syt.langson.gov.vn",
    "A1@xn--bcher-kva.example",
    "tgram://${BOT_TOKEN}/${CHAT}",
    "mailtos://user:${PASSWORD}@smtp.gmail.com:587?to=a@b.vn",
    "mailtos://smtp.host?user=me&pass=${PASSWORD}",
    "slack://tokenA/tokenB/tokenC/#channel",
    "json://host:8080/path?to=a@b.vn",
    "jsons://user@host",
    "ntfys://topic",
]
BAD = [
    ("", "e-mail"),
    ("a", "e-mail"),
    ("a@b", "e-mail"),
    ("a@b.1", "e-mail"),
    ("a@@b.vn", "e-mail"),
    ("a@b.vn,c@d.vn", "e-mail"),
    ("A <a@b.vn>", "e-mail"),
    ("a..b@c.vn", "e-mail"),
    (".a@c.vn", "e-mail"),
    ("a@-c.vn", "e-mail"),
    ("a@c-.vn", "e-mail"),
    ("a b@c.vn", "e-mail"),
    ("đầu-mối@syt.vn", "e-mail"),
    ("a@tỉnh.vn", "e-mail"),
    ("a@b.vn\nBcc: x@y.vn", "e-mail"),
    ("a@b.vn\r\n", "e-mail"),
    ("a\t@b.vn", "e-mail"),
    ("a@b.vn\x7f", "e-mail"),
    ("${USER}@b.vn", "e-mail"),
    ("a" * 65 + "@b.vn", "e-mail"),
    ("a@" + "b" * 64 + ".vn", "e-mail"),
    ("a@" + ".".join(["b" * 50] * 5) + ".vn", "e-mail"),
    ("mailto:a@b.vn", "e-mail"),
    ("văn.phòng@syt.example", "in plain letters"),
    ("a@sở-y-tế.example", "in plain letters"),
    ("Slack://token", "lower case"),
    ("slack://", "lower case"),
    ("slack://a b", "lower case"),
    ("slack://a\nb", "lower case"),
    ("discord://mật/khẩu", "lower case"),
    ("file:///etc/passwd", "allowed scheme"),
    ("exec://rm", "allowed scheme"),
    ("tgram://${BOT-TOKEN}/1", "${ENV_NAME}"),
    ("tgram://${BOT", "${ENV_NAME}"),
    ("mailtos://user:secret@host", "the password"),
    ("mailtos://user:x${P}@host", "the password"),
    ("mailtos://user:p@ss@host", "the password"),
    ("mailtos://host?pass=secret", "the password"),
    ("mailtos://host?%70assword=secret", "the password"),
]


@pytest.mark.parametrize("address", GOOD)
def test_one_plain_address_or_a_url_of_an_allowed_scheme_is_in_order(address):
    assert fault_of_address(address) is None


@pytest.mark.parametrize(("address", "expected"), BAD)
def test_whatever_could_reach_somebody_else_or_gives_a_secret_away_is_not(address, expected):
    fault = fault_of_address(address)
    assert fault is not None
    assert expected in fault.en


@pytest.mark.parametrize("address", [address for address, _ in BAD if address.isprintable()])
def test_a_bad_address_is_a_fault_of_its_line_in_the_contacts(address):
    quoted = f'"{address}"'
    (fault,) = faults_of("contacts.csv", "dm@syt.vn", quoted)
    assert (fault.line, fault.field) == (11, "address")


def test_a_line_break_in_an_address_is_a_fault():
    (fault,) = faults_of("contacts.csv", "dm@syt.vn", '"dm@syt.vn\nBcc: x@y.vn"')
    assert (fault.line, fault.field) == (11, "address")
    assert fault.value == r"dm@syt.vn\x0aBcc: x@y.vn"


def test_a_fault_never_prints_what_a_url_holds():
    url = "mailtos://me:secret@host"
    files = {**FILES, "contacts.csv": FILES["contacts.csv"].replace("dm@syt.vn", url)}
    (fault,) = survey(encoded(files)).faults
    assert fault.value == "mailtos://…"
    assert "secret" not in fault.in_language("vi")
