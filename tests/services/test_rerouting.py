"""A contact with several addresses: chat first, then e-mail where chat does not do."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest

from lsplan_workflow.domain.causes import Cause
from lsplan_workflow.domain.channels import Channel
from lsplan_workflow.domain.program import Rate
from lsplan_workflow.notify.outcome import Outcome, Result
from lsplan_workflow.services.suspicion import suspicions
from tests.domain.province import local
from tests.services.office import HOUR, with_contacts

OPENING = local(2025, 9, 3, 7, 30)
# The first working hour that is more than 72 hours later.
MONDAY = local(2025, 9, 8, 7, 30)
SYT = "annual-2025/SYT/opening/focal"
HEAD = "annual-2025/SYT/opening/head"
CHAT, MAIL, THIRD = "json://chat.example/syt", "an@syt.example", "vanphong@syt.example"
DOWN = Outcome(Result.TEMPORARY, "no answer", Cause.SERVICE)
GONE = Outcome(Result.PERMANENT, "550 5.1.1 gone", Cause.RECIPIENT)
UNSURE = Outcome(Result.TEMPORARY, "connection lost", Cause.UNCERTAIN)


class Ways:
    """Channels on which some addresses fail; all that was tried is remembered."""

    def __init__(self, **failing):
        self.failing = {}
        self.tried = []

    @contextmanager
    def batch(self):
        yield self

    def send(self, mail):
        found = {}
        for person in (*mail.to, *mail.cc):
            if person.address in mail.envelope:
                self.tried.append((person.address, mail.message_id))
                taken = Outcome(Result.SENT, "250 taken")
                found[person.address] = self.failing.get(person.address, taken)
        return found

    def of(self, *addresses):
        return [address for address, _ in self.tried if address in addresses]


@pytest.fixture
def ways(small):
    """The ways out of an office in which one focal person has three addresses."""

    def several(contact):
        if contact.id != "SYT/focal":
            return contact
        return replace(contact, address=CHAT, fallback=(MAIL, THIRD))

    small.reconfigure(lambda c: with_contacts(c, several))
    found = Ways()
    small.workplace = replace(small.workplace, channels=found)
    return found


def everything(ways):
    return ways.of(CHAT, MAIL, THIRD)


def test_while_the_first_address_does_the_others_are_not_used(small, ways):
    small.run(OPENING)
    assert everything(ways) == [CHAT]
    assert (small.notice(SYT).channel, small.notice(SYT).way) == ("json", 0)


def test_what_fails_for_good_leaves_by_the_next_address_in_the_same_pass(small, ways):
    ways.failing[CHAT] = GONE
    found = small.run(OPENING)
    assert (found.sent, found.failed, found.retrying) == (5, 0, 0)
    assert everything(ways) == [CHAT, MAIL]
    row = small.notice(SYT)
    assert (row.status, row.recipient, row.channel, row.way) == ("sent", MAIL, "email", 1)
    assert len({message_id for address, message_id in ways.tried if address in {CHAT, MAIL}}) == 1
    (event,) = [e for e in small.events() if e.event == "notice_rerouted"]
    said = {"channel": "email", "contact": "SYT/focal", "key": SYT}
    assert json.loads(event.payload) == said


def test_what_fails_at_every_address_has_failed_and_is_raised(small, ways):
    ways.failing |= dict.fromkeys([CHAT, MAIL, THIRD], GONE)
    small.run(OPENING)
    assert everything(ways) == [CHAT, MAIL, THIRD]
    assert small.notice(SYT).status == "failed"
    assert small.notice("annual-2025/SYT/opening/head").status == "sent"


def run_until_rerouted(office, ways):
    """Run a pass at each attempt that is due; return the instants of the attempts by chat."""
    at, tried = OPENING, []
    while office.run(at) and not ways.of(MAIL):
        tried.append(at)
        at = office.notice(SYT).next_attempt_at
    return [*tried, at]


@pytest.mark.parametrize("hours", [1, 2])
def test_an_address_is_tried_for_as_long_as_its_channel_says_then_the_next_one_is(
    small, ways, hours
):
    channel = Channel("json", Rate(9, 9), patience=timedelta(hours=hours))
    small.reconfigure(lambda c: replace(c, channels=(channel,)))
    ways.failing[CHAT] = DOWN
    *before, last = run_until_rerouted(small, ways)
    assert before[-1] - OPENING < hours * HOUR <= last - OPENING
    assert small.notice(SYT).status == "sent"


def chat_alone(office):
    """Leave the focal person the one address that is no e-mail."""
    office.reconfigure(
        lambda c: with_contacts(c, lambda x: replace(x, fallback=()) if x.id == "SYT/focal" else x)
    )


def test_who_has_only_a_chat_that_takes_nothing_for_72_hours_is_suspect_and_the_next_one_hears(
    small, ways
):
    chat_alone(small)
    ways.failing[CHAT] = DOWN
    small.run_at(OPENING, local(2025, 9, 5, 16, 0))
    assert (small.notice(SYT).status, HEAD in small.notices()) == ("retry", False)
    small.run(MONDAY)
    assert (small.notice(SYT).status, small.notice(HEAD).status) == ("failed", "sent")
    with small.workplace.database.reading() as session:
        (found,) = suspicions(session, small.configuration).values()
    assert (found.contact, found.reply) == ("SYT/focal", "no answer")
    assert small.notices(kind="failure") == {}


def test_where_nobody_of_the_agency_is_left_after_72_hours_the_administrators_are_told(small, ways):
    chat_alone(small)
    ways.failing |= {CHAT: DOWN, "head@syt.example": GONE}
    small.run_at(OPENING, MONDAY)
    told = small.notices(kind="failure", contact="NEW/admin").values()
    assert [row.rung for row in told] == ["unreachable/SYT"]


def test_a_chat_that_fails_for_a_fault_of_ours_makes_nobody_suspect(small, ways):
    chat_alone(small)
    ways.failing[CHAT] = Outcome(Result.PERMANENT, "BOT is not set", Cause.LOCAL)
    small.run(OPENING)
    assert (small.notice(SYT).status, HEAD in small.notices()) == ("failed", False)


def test_a_mail_server_that_is_busy_for_72_hours_makes_nobody_suspect(small, ways):
    ways.failing["focal@sct.example"] = Outcome(Result.TEMPORARY, "451 busy", Cause.BUSY)
    small.run_at(OPENING, MONDAY)
    assert small.notice("annual-2025/SCT/opening/focal").status == "failed"
    with small.workplace.database.reading() as session:
        assert suspicions(session, small.configuration) == {}


def test_what_may_have_arrived_is_sent_elsewhere_only_once_it_has_failed(small, ways):
    ways.failing[CHAT] = UNSURE
    run_until_rerouted(small, ways)
    assert everything(ways) == [CHAT] * 3 + [MAIL]


def test_the_next_notice_tries_the_first_address_again(small, ways):
    ways.failing[CHAT] = GONE
    small.run(OPENING)
    ways.failing.clear()
    ways.tried.clear()
    small.run(local(2025, 9, 19, 7, 30))
    assert everything(ways) == [CHAT]


def test_an_address_that_was_refused_makes_the_contact_suspect_until_he_is_reached(small, ways):
    ways.failing[CHAT] = GONE
    small.run(OPENING)
    with small.workplace.database.reading() as session:
        assert suspicions(session, small.configuration) == {}
    events = [e.event for e in small.events(agency="SYT") if e.event.startswith("contact_")]
    assert events == ["contact_suspected", "contact_trusted"]
