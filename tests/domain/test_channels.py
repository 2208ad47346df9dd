from datetime import time

import pytest

from lsplan_workflow.domain.agencies import CONTACT_SCHEMES
from lsplan_workflow.domain.channels import CHANNELS, EMAIL, Quiet, channel_of


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


@pytest.mark.parametrize(
    ("hours", "now", "quiet"),
    [
        ("19:00-07:00", time(18, 59, 59), False),
        ("19:00-07:00", time(19), True),
        ("19:00-07:00", time(0), True),
        ("19:00-07:00", time(6, 59, 59), True),
        ("19:00-07:00", time(7), False),
        ("12:00-13:30", time(11, 59), False),
        ("12:00-13:30", time(12), True),
        ("12:00-13:30", time(13, 30), False),
    ],
)
def test_quiet_hours_go_from_their_beginning_up_to_their_end_also_past_midnight(hours, now, quiet):
    assert Quiet.parse(hours).holds_at(now) is quiet
    assert str(Quiet.parse(hours)) == hours


@pytest.mark.parametrize("text", ["", "19:00", "19:00-19:00", "24:00-07:00", "7:00-9:00", "19-07"])
def test_other_hours_are_refused(text):
    with pytest.raises(ValueError):  # noqa: PT011 - The text alone is its message.
        Quiet.parse(text)
