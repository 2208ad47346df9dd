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
        "550 sorry, no mailbox here by that name (#5.1.1)",
        "550 <relay.spam@policy.example>: user unknown",
        "550 mailbox blocked",
    ],
)
def test_what_a_server_says_about_an_address_or_without_a_code_concerns_the_recipient(reply):
    assert cause_of_refused_recipient(reply) is Cause.RECIPIENT


@pytest.mark.parametrize(
    "reply",
    [
        "550 5.7.1 relaying denied",
        "554 5.3.2 not now",
        "550 5.5.1 bad sequence",
        "554 <an@syt.example>: Relay access denied",
        "554 Relay access denied",
        "550 relaying denied",
        "550 an@syt.example: unable to relay",
        "553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)",
        "553 sorry, that domain isn't in my list of allowed rcpthosts",
        "554 Service unavailable; Client host [192.0.2.1] blocked using list.example",
        "550 Sender verify failed",
        "550 Authentication is required",
    ],
)
def test_rules_systems_and_protocols_are_not_the_recipients_fault(reply):
    assert cause_of_refused_recipient(reply) is Cause.REFUSED
