import pytest

from lsplan_workflow.domain.agencies import CONTACT_SCHEMES
from lsplan_workflow.domain.channels import CHANNELS, EMAIL, channel_of


@pytest.mark.parametrize(
    ("address", "channel"),
    [
        ("an@x.example", EMAIL),
        ("", EMAIL),
        ("tgram://1:a/2", "tgram"),
        ("ntfy://x/y", "ntfy"),
        ("NTFYS://x/y", "ntfy"),
        ("mailtos://a:b@x.example", "mailto"),
        ("discord://1/2", "discord"),
    ],
)
def test_the_channel_is_e_mail_or_the_service_with_or_without_tls(address, channel):
    assert channel_of(address) == channel


def test_every_address_that_a_contact_may_have_is_of_a_channel_that_there_is():
    found = {channel_of(f"{scheme}://x") for scheme in CONTACT_SCHEMES}
    assert {EMAIL, *found} == set(CHANNELS)
    assert len(CHANNELS) == len(set(CHANNELS))
