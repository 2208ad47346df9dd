import pytest

from lsplan_workflow.domain.causes import Cause, cause_of_refused_recipient


@pytest.mark.parametrize(
    "reply",
    [
        "550 5.1.1 no such user",
        "550 5.2.1 mailbox disabled",
        "550 5.4.1 access denied",
        "553 5.0.0 no",
        "550 no such user here",
        "550",
        "550-5.1.1 no such user",
    ],
)
def test_what_a_server_says_about_an_address_or_without_a_code_concerns_the_recipient(reply):
    assert cause_of_refused_recipient(reply) is Cause.RECIPIENT


@pytest.mark.parametrize(
    "reply", ["550 5.7.1 relaying denied", "554 5.3.2 not now", "550 5.5.1 bad sequence"]
)
def test_rules_systems_and_protocols_are_not_the_recipients_fault(reply):
    assert cause_of_refused_recipient(reply) is Cause.REFUSED
