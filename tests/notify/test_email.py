import pytest

from lsplan_workflow.notify.email import HeldEmail
from lsplan_workflow.notify.server import Security, Server


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("mailto://10.0.0.5", Server("10.0.0.5", 25, Security.INSECURE)),
        ("mailto://localhost:2525/", Server("localhost", 2525, Security.INSECURE)),
        (
            "mailtos://us%40er:p%40ss%2F@smtp.x.example",
            Server("smtp.x.example", 587, Security.STARTTLS, "us@er", "p@ss/"),
        ),
        (
            "mailtos://u:p@x.example?smtp=mail.x.example&mode=ssl",
            Server("mail.x.example", 465, Security.SSL, "u", "p"),
        ),
        ("mailtos://u:p@x.example:465", Server("x.example", 465, Security.SSL, "u", "p")),
        (
            "mailtos://u:p@x.example:25?verify=no",
            Server("x.example", 25, Security.STARTTLS, "u", "p", verify=False),
        ),
    ],
)
def test_the_server_is_what_the_apprise_url_says(url, server):
    assert HeldEmail.from_url(url).server == server


def test_the_defaults_of_a_well_known_provider_are_apprises():
    server = HeldEmail.from_url("mailtos://user:secret@gmail.com").server
    assert (server.host, server.port, server.user) == ("smtp.gmail.com", 587, "user@gmail.com")


def test_our_plugin_does_not_throttle():
    assert HeldEmail.request_rate_per_sec == 0
