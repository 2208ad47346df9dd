"""What a mail program goes by: threads, the list, and nothing that reports back."""

import re
from dataclasses import replace
from datetime import date

import pytest

from lsplan_workflow.services.failures import report_failure
from tests.domain.province import local
from tests.services.office import HOUR, OPENING, at_address
from tests.services.servers import WatchedChannels, contents, served

SHARED = "mot.nguoi@x.example"
REMINDER, OVERDUE, HEADS = (
    local(2025, 10, 6, 7, 30),
    local(2025, 10, 20, 7, 30),
    local(2025, 10, 22, 7, 30),
)
FOCAL, HEAD = "focal@syt.example", "head@syt.example"
_HEADERS = ("In-Reply-To", "References", "X-Entity-Ref-ID", "List-Id")


def _ok(_mail):
    """Let it happen."""


def roots(mails):
    """Return the root of each mail's thread, in their order."""
    return [mail["References"] for mail in mails]


def test_all_about_one_obligation_is_one_conversation_in_a_mailbox(opened):
    opened.run(REMINDER)
    opened.extend(REMINDER + HOUR, "SYT", to=date(2025, 10, 24))
    opened.run(REMINDER + HOUR)
    opened.submit(REMINDER + 2 * HOUR, "SYT")
    opened.run(REMINDER + 2 * HOUR)
    mails = opened.mails(FOCAL)
    assert len(mails) == 4
    assert len(set(roots(mails))) == 1
    assert len({mail["Message-ID"] for mail in mails}) == 4


def test_whoever_is_in_copy_finds_it_in_his_conversation(opened):
    opened.run(OVERDUE)
    opened.run(HEADS)
    (told,) = opened.mails(HEAD)
    assert told["Message-ID"] in [mail["Message-ID"] for mail in opened.mails(FOCAL)]
    assert set(roots(opened.mails(FOCAL))) == {told["References"]}


def test_two_obligations_are_never_taken_for_one(opened):
    by_agency = {mail["To"]: mail for mail in opened.mails()}
    assert len(by_agency) == len(set(roots(by_agency.values()))) == 5
    assert len({mail["X-Entity-Ref-ID"] for mail in by_agency.values()}) == 5
    assert len({mail["Subject"] for mail in by_agency.values()}) == 1


def test_the_digests_of_a_cycle_are_a_conversation_of_their_own(opened):
    opened.run_at(OVERDUE, HEADS, local(2025, 10, 24, 7, 30), local(2025, 10, 31, 7, 30))
    by_kind = {True: [], False: []}
    for mail in opened.mails():
        by_kind[mail["Subject"].startswith("Tình hình gửi")].append(mail)
    assert len(by_kind[True]) > 1
    assert len(set(roots(by_kind[True]))) == 1
    assert not set(roots(by_kind[True])) & set(roots(by_kind[False]))


def test_a_mail_about_several_matters_joins_none_of_their_conversations(small):
    small.reconfigure(lambda c: at_address(c, SYT_focal=SHARED, SCT_focal=SHARED))
    small.run_at(OPENING, REMINDER)
    first, second = roots(small.mails(SHARED))
    assert first == second
    small.submit(REMINDER + HOUR, "SYT")
    small.run(REMINDER + HOUR)
    receipt = small.mails(SHARED)[-1]
    assert receipt["References"] != first
    assert roots(small.mails()).count(first) == len([first, second])


def test_what_fails_again_is_told_in_the_same_conversation(small):
    for day in (3, 4):
        small.at(local(2025, 9, day, 9))
        report_failure(small.workplace, "reporting-cycle")
        small.deliver(local(2025, 9, day, 9))
    failed = [m for m in small.mails() if m["Subject"].startswith("Hệ thống báo lỗi")]
    assert len(failed) >= len(("once", "again"))
    assert len(set(roots(failed))) == 1


@pytest.fixture
def on_the_wire(small):
    """The mails of an opening, as a real server took them."""
    with served(small) as (script, _):
        small.run(OPENING)
        return contents(script)


def test_what_is_sent_says_the_same_as_what_is_filed(on_the_wire, opened):
    filed = {mail["Message-ID"]: mail for mail in opened.mails()}
    assert len(on_the_wire) == len(filed)
    for mail in on_the_wire:
        same = filed[mail["Message-ID"]]
        assert [mail[name] for name in _HEADERS] == [same[name] for name in _HEADERS]


def test_a_mail_answers_a_root_at_the_senders_domain_that_is_not_itself(on_the_wire):
    for mail in on_the_wire:
        assert mail["In-Reply-To"] == mail["References"]
        assert re.fullmatch(r"<[0-9a-f]{40}@stc\.example>", mail["References"])
        assert mail["References"] != mail["Message-ID"]
        assert mail["X-Entity-Ref-ID"] in mail["References"]


def test_people_can_filter_by_program(on_the_wire):
    for mail in on_the_wire:
        assert re.search(r"<[a-z0-9-]+\.lsplan\.stc\.example>$", mail["List-Id"])
        assert [len(mail.get_all(name)) for name in _HEADERS] == [1, 1, 1, 1]


def test_nothing_in_a_mail_reports_back_that_it_was_read(on_the_wire):
    for mail in on_the_wire:
        assert mail["Disposition-Notification-To"] is mail["Return-Receipt-To"] is None
        html = mail.get_body(("html",)).get_content()
        assert not re.search(r"https?:|<img|<link|<script|url\(|@import", html)


def test_whoever_is_reached_in_chat_is_told_in_short(small):
    short = {}
    watched = WatchedChannels(
        small.workplace.channels, lambda mail: short.update({mail.to[0].address: mail.short}), _ok
    )
    chat = "ntfy://127.0.0.1:1/room"
    small.reconfigure(lambda c: at_address(c, SYT_focal=chat))
    small.workplace = replace(small.workplace, channels=watched)
    small.run(OPENING)
    assert short[chat].startswith("Đề nghị gửi trước ngày 20/10/2025 về nop@stc.example: báo cáo")
    assert {told for address, told in short.items() if address != chat} == {""}
