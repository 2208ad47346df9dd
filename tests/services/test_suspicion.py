"""Whoever cannot be reached is marked; the next one of the agency hears it, once."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from lsplan_workflow.domain.agencies import Contact, Directory, Role
from lsplan_workflow.domain.errors import RequestError
from lsplan_workflow.services.outbox import resend_notices
from lsplan_workflow.services.suspicion import suspicions, trust_contact
from tests.domain.province import local
from tests.notify.web import web_server
from tests.services.office import HOUR, MINUTE, at_address
from tests.services.servers import recipients, served

OPENING = local(2025, 9, 3, 7, 30)
SYT, HEAD = "annual-2025/SYT/opening/focal", "annual-2025/SYT/opening/head"
FOCAL, CHIEF = "focal@syt.example", "head@syt.example"
GONE = "550 5.1.1 no such user"


def refusing(*addresses, words=GONE):
    return {"rcpt": dict.fromkeys(addresses, words)}


def held(office):
    with office.workplace.database.reading() as session:
        return suspicions(session, office.configuration)


def events(office, *names):
    return [(e.event, e.agency, json.loads(e.payload)) for e in office.events() if e.event in names]


def test_who_is_refused_for_good_is_suspected_in_the_servers_words(small):
    with served(small, **refusing(FOCAL)):
        small.run(OPENING)
    (found,) = held(small).values()
    assert (found.contact, found.since, found.key, found.reply) == ("SYT/focal", OPENING, SYT, GONE)
    assert events(small, "contact_suspected") == [
        ("contact_suspected", "SYT", {"contact": "SYT/focal", "key": SYT})
    ]


def test_the_head_hears_in_the_same_pass_what_the_focal_person_cannot(small):
    with served(small, **refusing(FOCAL)) as (script, _):
        found = small.run(OPENING)
        assert [CHIEF] in recipients(script)
    assert (found.sent, found.failed) == (5, 1)
    assert small.notice(SYT).status == "failed"
    raised = small.notice(HEAD)
    assert (raised.status, raised.contact, raised.kind) == ("sent", "SYT/head", "opening")
    assert raised.due_on == small.notice(SYT).due_on
    assert events(small, "notice_raised") == [
        ("notice_raised", "SYT", {"contact": "SYT/focal", "instead": "SYT/head", "key": SYT})
    ]


def test_at_night_the_head_gets_a_receipt_at_once_that_the_focal_person_cannot_get(small):
    small.run(OPENING)
    night = local(2025, 9, 3, 22)
    with served(small, **refusing(FOCAL)) as (script, _):
        small.submit(night, "SYT")
        small.deliver_replies(night)
        assert recipients(script) == [[CHIEF]]
    assert small.notice("annual-2025/SYT/receipt-1/head").sent_at == night


def test_what_was_raised_is_raised_no_second_time(small):
    with served(small, **refusing(FOCAL)) as (script, _):
        small.run(OPENING)
        resend_notices(small.at(OPENING + HOUR).workplace, [SYT], actor="cli")
        small.run(OPENING + HOUR)
        assert recipients(script).count([CHIEF]) == 1
    assert small.notice(SYT).attempts == 1
    assert len(events(small, "notice_raised", "failure_reported")) == 1
    assert len(events(small, "contact_suspected")) == 1


def second_focal(configuration):
    second = Contact("SYT", Role.FOCAL, 2, "Bà Hai", "hai@syt.example")
    directory = configuration.directory
    return replace(
        configuration, directory=Directory(directory.agencies, (*directory.contacts, second))
    )


def test_nobody_is_raised_where_another_of_the_role_hears_it_anyway(small):
    small.reconfigure(second_focal)
    with served(small, **refusing(FOCAL)):
        assert small.run(OPENING).sent == 5
    assert HEAD not in small.notices()
    assert small.notice(f"{SYT}-2").status == "sent"


def test_where_both_of_the_role_are_refused_the_head_hears_it_once(small):
    small.reconfigure(second_focal)
    with served(small, **refusing(FOCAL, "hai@syt.example")) as (script, _):
        small.run(OPENING)
        assert recipients(script).count([CHIEF]) == 1
    assert set(held(small)) == {"SYT/focal", "SYT/focal-2"}


def test_if_nobody_of_the_agency_is_reached_the_administrators_are_told_in_one_mail(small):
    with served(small, **refusing(FOCAL, CHIEF, "focal@sct.example", "head@sct.example")) as (
        script,
        _,
    ):
        small.run(OPENING)
        assert ["admin@new.example"] not in recipients(script)
        script.envelopes.clear()
        small.run(OPENING + 15 * MINUTE)
        assert recipients(script).count(["admin@new.example"]) == 1
        content = next(c for to, c in script.envelopes if to == ["admin@new.example"])
    assert "Sở SYT" in content.decode() or b"base64" in content.lower()
    told = small.notices(contact="NEW/admin", kind="failure")
    assert sorted(row.rung for row in told.values()) == ["unreachable/SCT", "unreachable/SYT"]
    assert len(events(small, "failure_reported")) == 2


def test_what_is_written_to_administrators_names_the_agency(small):
    with served(small, **refusing(FOCAL, CHIEF)):
        small.run(OPENING)
    small.over("")
    small.run(OPENING + 15 * MINUTE)
    (mail,) = small.mails("admin@new.example")
    assert "không liên hệ được với Sở SYT" in mail["Subject"]
    assert "máy chủ thư từ chối địa chỉ" in mail.get_body(("plain",)).get_content()
    assert "lượt chạy" not in mail.get_body(("html",)).get_content()


@pytest.mark.parametrize(
    "words", ["451 4.3.0 busy", "550 5.7.1 relaying denied", "554 Relay access denied"]
)
def test_nobody_is_suspected_for_what_is_not_his_addresses_fault(small, words):
    with served(small, **refusing(FOCAL, words=words)):
        small.run(OPENING)
    assert held(small) == {}
    assert HEAD not in small.notices()


def by_chat(office, port):
    """Leave the focal person of SYT a service on loopback as his one address."""
    office.reconfigure(lambda c: at_address(c, SYT_focal=f"json://127.0.0.1:{port}"))


@pytest.mark.parametrize(
    ("status", "cause", "suspected"),
    [(404, "recipient", {"SYT/focal"}), (401, "login", set()), (413, "refused", set())],
)
def test_a_chat_service_that_refuses_for_good_is_believed_about_the_recipient_alone(
    small, status, cause, suspected
):
    with web_server(status=status) as server:
        by_chat(small, server.server_port)
        small.run(OPENING)
    assert (small.notice(SYT).status, small.notice(SYT).cause) == ("failed", cause)
    assert set(held(small)) == suspected
    assert (HEAD in small.notices()) == bool(suspected)


def test_a_chat_service_that_is_away_or_busy_for_72_hours_is_held_against_nobody(small):
    with web_server(status=429) as server:
        by_chat(small, server.server_port)
        small.run(OPENING)
        assert (small.notice(SYT).status, small.notice(SYT).cause) == ("retry", "busy")
    small.run(local(2025, 9, 8, 7, 30))
    assert (small.notice(SYT).status, small.notice(SYT).cause) == ("failed", "unreachable")
    assert held(small) == {}
    assert HEAD not in small.notices()


def test_a_copy_that_is_refused_marks_its_contact_and_is_not_raised(opened):
    opened.run(local(2025, 10, 20, 7, 30))
    with served(opened, **refusing(FOCAL)):
        opened.run(local(2025, 10, 22, 7, 30))
    assert set(held(opened)) == {"SYT/focal"}
    assert opened.notice("annual-2025/SYT/overdue-3wd/head").status == "sent"
    assert events(opened, "notice_raised", "failure_reported") == []


def test_whoever_is_reached_after_all_is_trusted_again(small):
    with served(small, **refusing(FOCAL)) as (script, _):
        small.run(OPENING)
        script.answers.clear()
        small.run(local(2025, 9, 19, 7, 30))
    assert small.notice("annual-2025/SYT/before-30d/focal").status == "sent"
    assert held(small) == {}
    assert [agency for _, agency, _ in events(small, "contact_trusted")] == ["SYT"]


def test_whoever_has_another_address_is_trusted_with_the_next_pass(small):
    with served(small, **refusing(FOCAL)):
        small.run(OPENING)
    small.reconfigure(lambda c: at_address(c, SYT_focal="an@syt.example"))
    assert held(small) == {}
    small.over("")
    small.run(OPENING + HOUR)
    assert [said for _, _, said in events(small, "contact_trusted")] == [{"contact": "SYT/focal"}]


def test_an_administrator_trusts_an_address_by_his_word(small):
    with served(small, **refusing(FOCAL)):
        small.run(OPENING)
    trust_contact(small.workplace, "SYT/focal", actor="an")
    assert held(small) == {}
    assert [e.actor for e in small.events() if e.event == "contact_trusted"] == ["an"]
    with pytest.raises(RequestError, match="contact list"):
        trust_contact(small.workplace, "SYT/focal", actor="an")
