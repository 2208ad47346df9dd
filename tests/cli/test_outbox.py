"""`outbox`, and what happens when recipients fail."""

from __future__ import annotations

import socket
import sqlite3
from collections import defaultdict
from datetime import datetime

import pytest

from lsplan_workflow.cli import delivery_words
from lsplan_workflow.domain.causes import Cause
from lsplan_workflow.domain.notice_kinds import NoticeKind
from tests.cli.command import DONE, WRONG, Place

KEYS = [
    *("key", "kind", "rung", "cycle", "agency", "recipient", "status"),
    *("attempts", "sent_at", "next_attempt_at", "message_id", "channel", "cause", "reply"),
]
KINDS = {kind.value for kind in NoticeKind}
STATUSES = {"pending", "sending", "sent", "retry", "failed", "superseded", "cancelled"}
STATUSES |= {"given_up"}


def test_the_outbox_has_the_documented_keys_and_types(chased):
    found = chased.json("outbox")
    assert {tuple(notice) for notice in found} == {tuple(KEYS)}
    assert {notice["kind"] for notice in found} <= KINDS
    assert {notice["status"] for notice in found} <= STATUSES
    first = found[0]
    assert {key: first[key] for key in KEYS[:-4]} == {
        "key": "plan-2025/BCHQS/opening/focal",
        "kind": "opening",
        "rung": "opening",
        "cycle": "plan-2025",
        "agency": "BCHQS",
        "recipient": "dau-moi@bchqs.example",
        "status": "sent",
        "attempts": 1,
        "sent_at": "2024-12-20T08:00:00+07:00",
        "next_attempt_at": None,
    }
    assert first["message_id"].startswith("<")
    assert (first["channel"], first["cause"]) == ("email", None)
    assert first["reply"].startswith("250 ")


def test_what_never_left_has_no_mail_and_no_reply(chased):
    superseded = [n for n in chased.json("outbox") if n["status"] == "superseded"]
    assert superseded
    for notice in superseded:
        assert notice["attempts"] == 0
        assert (notice["sent_at"], notice["message_id"], notice["reply"]) == (None, None, None)


def test_each_copy_is_a_notice_of_its_own_whose_key_ends_in_copy(chased):
    heads = [n for n in chased.json("outbox") if n["rung"] == "overdue-3wd"]
    by_mail = defaultdict(list)
    for notice in heads:
        by_mail[notice["message_id"]].append(notice)
    assert len(by_mail) == 36
    for copy, head in (sorted(mail, key=lambda n: n["key"]) for mail in by_mail.values()):
        assert copy["key"].endswith("/focal-copy")
        assert head["key"].endswith("/head")
        assert copy["recipient"].startswith("dau-moi@")
        assert head["recipient"].startswith("lanh-dao@")


def test_notices_merged_into_one_mail_share_its_id(own_folder, tmp_path):
    contacts = own_folder / "contacts.csv"
    text = contacts.read_text(encoding="utf-8")
    contacts.write_text(text.replace("dau-moi@stp.", "dau-moi@syt."), encoding="utf-8")
    place = Place(own_folder, tmp_path / "var")
    place.done("init", "--rehearsal")
    assert place.json("tick", at="2024-12-20T08:00")["sent"] == 37
    shared = [n for n in place.json("outbox") if n["recipient"] == "dau-moi@syt.example"]
    assert {n["agency"] for n in shared} == {"STP", "SYT"}
    assert len({n["message_id"] for n in shared}) == 1
    assert len(list((place.var / "mail" / "new").iterdir())) == 36


def test_the_agency_of_a_digest_is_that_of_its_recipient(chased):
    chased.done("tick", at="2025-02-04T08:00")
    digests = {
        n["rung"]: n for n in chased.json("outbox") if n["rung"] in {"overdue-5wd", "overdue-10wd"}
    }
    assert digests["overdue-5wd"]["agency"] == "SKHDT"
    assert digests["overdue-5wd"]["recipient"] == "lanh-dao@skhdt.example"
    assert digests["overdue-10wd"]["agency"] == "CT-UBND"
    assert digests["overdue-10wd"]["recipient"] == "chu-tich@ct-ubnd.example"


def test_the_outbox_shows_one_status_if_told(chased):
    statuses = {n["status"] for n in chased.json("outbox", "--status", "superseded")}
    assert statuses == {"superseded"}
    assert chased.json("outbox", "--status", "failed") == []


def test_an_unknown_status_is_refused_naming_those_there_are(opened):
    answer = opened("outbox", "--status", "gửi")
    assert answer.code == WRONG
    assert all(status in answer.err for status in STATUSES)


def test_people_see_the_outbox_as_a_table(opened):
    lines = opened.done("outbox").out.splitlines()
    assert lines[0] == "37 thông báo"
    assert lines[1].split("  ")[0] == "Khóa"
    assert "dau-moi@bchqs.example" in lines[3]
    assert "đã gửi" in lines[3]
    assert "20/12/2024 08:00" in lines[3]


def test_what_a_server_replies_cannot_steer_the_terminal(opened):
    with sqlite3.connect(opened.var / "lsplan.db") as connection:
        connection.execute("UPDATE notice SET reply = '550 \x1b[2J[bold]no[/bold] :smile:'")
    connection.close()
    out = opened.done("outbox").out
    assert "\x1b" not in out
    assert "[bold]no[/bold] :smile:" in " ".join(out.split())


@pytest.mark.parametrize("command", [("resend",), ("give-up",), ("give-up", "--reason", "x")])
def test_resending_and_giving_up_take_a_key_at_least(opened, command):
    assert opened("outbox", *command).code == WRONG


def test_an_unknown_key_is_refused(opened):
    answer = opened("outbox", "resend", "plan-2025/XXX/opening/focal")
    assert answer.code == WRONG
    assert "không có thông báo này" in answer.err


def test_what_was_sent_is_not_sent_again(opened):
    answer = opened("outbox", "resend", "plan-2025/SYT/opening/focal")
    assert answer.code == WRONG
    assert "chỉ gửi lại được" in answer.err
    assert "(hiện là «đã gửi»)" in answer.err


@pytest.fixture
def failing(empty, own_folder, tmp_path) -> Place:
    """A place where the notices of one agency go to a service whose secret is not set."""
    contacts = own_folder / "contacts.csv"
    text = contacts.read_text(encoding="utf-8")
    url = "json://localhost/${LSPLAN_NOWHERE}"
    contacts.write_text(text.replace("dau-moi@syt.example", url), encoding="utf-8")
    place = Place(own_folder, tmp_path / "var")
    place.done("init", "--rehearsal")
    return place


def test_tick_succeeds_when_recipients_fail_and_the_outbox_says_why(failing):
    answer = failing("tick", "--json", at="2024-12-20T08:00")
    assert answer.code == DONE
    assert answer.json["failed"] == 1
    assert answer.json["sent"] == 36
    (notice,) = failing.json("outbox", "--status", "failed")
    assert notice["key"] == "plan-2025/SYT/opening/focal"
    assert "LSPLAN_NOWHERE" in notice["reply"]
    assert "không gửi được" in failing.done("outbox", "--status", "failed").out


def test_what_failed_leaves_with_the_pass_after_resending(failing):
    failing.done("tick", at="2024-12-20T08:00")
    answer = failing.done("outbox", "resend", "plan-2025/SYT/opening/focal")
    assert answer.out == "plan-2025/SYT/opening/focal: sẽ gửi ở lượt tới.\n"
    (notice,) = failing.json("outbox", "--status", "pending")
    assert notice["key"] == "plan-2025/SYT/opening/focal"
    assert failing.json("tick")["failed"] == 1


def test_several_are_resent_at_once_or_none_of_them(failing):
    failing.done("tick", at="2024-12-20T08:00")
    failed, sent = "plan-2025/SYT/opening/focal", "plan-2025/STP/opening/focal"
    assert failing("outbox", "resend", failed, sent).code == WRONG
    assert len(failing.json("outbox", "--status", "failed")) == 1
    found = failing.json("outbox", "resend", failed, failed)
    assert [(n["key"], n["status"]) for n in found] == [(failed, "pending")]


@pytest.fixture
def many_failed(opened) -> Place:
    """A rehearsal in which a fault that concerned everybody made all openings fail."""
    with sqlite3.connect(opened.var / "lsplan.db") as connection:
        connection.execute("UPDATE notice SET status = 'failed', sent_at = NULL")
    connection.close()
    return opened


def test_all_that_failed_is_resent_by_one_command_which_says_how_much(many_failed):
    many = len(many_failed.json("outbox", "--status", "failed"))
    assert many > 30
    answer = many_failed.done("outbox", "resend", "--failed")
    assert answer.out == f"Sẽ gửi lại ở lượt tới: {many} thông báo.\n"
    assert len(many_failed.json("outbox", "--status", "pending")) == many
    resent = [e for e in many_failed.json("log") if e["event"] == "notice_resent"]
    assert len(resent) == many


def test_all_that_failed_of_one_cycle_is_printed_as_what_is_resent_by_key(many_failed):
    assert many_failed("outbox", "resend", "--failed", "--cycle", "plan-1999").code == WRONG
    assert many_failed.json("outbox", "resend", "--failed", "--cycle", "annual-2025") == []
    found = many_failed.json("outbox", "resend", "--failed", "--cycle", "plan-2025")
    assert {tuple(notice) for notice in found} == {tuple(KEYS)}
    assert {(n["cycle"], n["status"]) for n in found} == {("plan-2025", "pending")}


def test_what_is_no_longer_so_is_not_resent_and_counted(many_failed):
    many = len(many_failed.json("outbox", "--status", "failed"))
    grounds = ("--reason", "Không thuộc đối tượng", "--authority", "12/QĐ-UBND")
    many_failed.done("waive", "plan-2025", "SYT", *grounds)
    with sqlite3.connect(many_failed.var / "lsplan.db") as connection:
        connection.execute("DELETE FROM notice WHERE kind = 'waiver'")
    connection.close()
    answer = many_failed.done("outbox", "resend", "--failed")
    assert f"Sẽ gửi lại ở lượt tới: {many - 1} thông báo.\n" in answer.out
    assert "Không gửi lại 1 thông báo có nội dung không còn đúng" in answer.out
    assert [n["agency"] for n in many_failed.json("outbox", "--status", "failed")] == ["SYT"]


def test_where_nothing_failed_it_says_so(opened):
    answer = opened.done("outbox", "resend", "--failed")
    assert answer.out == "Không có thông báo nào không gửi được.\n"
    assert opened.json("outbox", "resend", "--failed") == []


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("plan-2025/SYT/opening/focal", "--failed"),
        ("plan-2025/SYT/opening/focal", "--cycle", "plan-2025"),
    ],
)
def test_keys_or_all_that_failed_are_resent_and_never_neither_or_both(many_failed, arguments):
    answer = many_failed("outbox", "resend", *arguments)
    assert answer.code == WRONG
    assert "--failed" in answer.err
    assert many_failed.json("outbox", "--status", "pending") == []


def test_what_is_given_up_is_tried_no_more_and_the_log_says_why(failing):
    failing.done("tick", at="2024-12-20T08:00")
    key, why = "plan-2025/SYT/opening/focal", "Đã báo qua điện thoại"
    answer = failing.done("outbox", "give-up", key, "--reason", why)
    assert answer.out == f"{key}: thôi gửi.\n"
    (notice,) = failing.json("outbox", "--status", "given_up")
    assert (notice["key"], notice["cause"]) == (key, "local")
    assert failing.json("outbox", "--status", "failed") == []
    (event,) = [e for e in failing.json("log") if e["event"] == "notice_given_up"]
    assert event["payload"] == {"key": key, "reason": why}
    assert "thôi gửi" in failing.done("outbox").out
    assert failing.json("tick")["failed"] == 0


def test_what_was_given_up_can_still_be_resent(failing):
    failing.done("tick", at="2024-12-20T08:00")
    key = "plan-2025/SYT/opening/focal"
    found = failing.json("outbox", "give-up", key, "--reason", "Thử")
    assert [n["status"] for n in found] == ["given_up"]
    failing.done("outbox", "resend", key)
    assert failing.json("tick")["failed"] == 1


@pytest.mark.parametrize("reason", [(), ("--reason", " ")])
def test_giving_up_needs_a_reason(failing, reason):
    failing.done("tick", at="2024-12-20T08:00")
    answer = failing("outbox", "give-up", "plan-2025/SYT/opening/focal", *reason)
    assert answer.code == WRONG
    assert "--reason" in answer.err
    assert len(failing.json("outbox", "--status", "failed")) == 1


@pytest.mark.parametrize("key", ["plan-2025/SYT/opening/focal", "plan-2025/XXX/opening/focal"])
def test_what_left_and_what_never_was_cannot_be_given_up(opened, key):
    answer = opened("outbox", "give-up", key, "--reason", "Thử")
    assert answer.code == WRONG
    assert key in answer.err


def test_what_may_have_arrived_is_listed_by_itself(opened):
    with sqlite3.connect(opened.var / "lsplan.db") as connection:
        change = "UPDATE notice SET status = 'retry', cause = 'uncertain' WHERE agency = 'SYT'"
        connection.execute(change)
    connection.close()
    assert [n["agency"] for n in opened.json("outbox", "--status", "uncertain")] == ["SYT"]
    assert "không rõ đã đến hay chưa" in " ".join(opened.done("outbox").out.split())


def test_every_cause_has_words_in_both_languages():
    every = {cause.value for cause in Cause}
    assert set(delivery_words._CAUSE_VI) == set(delivery_words._CAUSE_EN) == every


def test_tick_succeeds_when_the_mail_server_cannot_be_reached(fresh, monkeypatch, unused_port):
    monkeypatch.setenv("LSPLAN_SMTP_URL", f"mailto://127.0.0.1:{unused_port}")
    answer = fresh("tick", "--json", at="2024-12-20T08:00")
    assert answer.code == DONE
    assert answer.json["retrying"] == 37
    assert {n["status"] for n in fresh.json("outbox")} == {"retry"}
    assert "chờ thử lại" in fresh.done("outbox").out


def test_the_outbox_shows_from_when_on_what_waits_is_tried_next(fresh, monkeypatch, unused_port):
    monkeypatch.setenv("LSPLAN_SMTP_URL", f"mailto://127.0.0.1:{unused_port}")
    fresh.done("tick", at="2024-12-20T08:00")
    again = [datetime.fromisoformat(n["next_attempt_at"]) for n in fresh.json("outbox")]
    early, late = (f"2024-12-20T08:{minute}:00+07:00" for minute in (12, 18))
    assert datetime.fromisoformat(early) <= min(again) < max(again)
    assert max(again) <= datetime.fromisoformat(late)
    table = " ".join(fresh.done("outbox").out.split())
    assert f"từ 20/12/2024 {again[0]:%H:%M}" in table
    key = fresh.json("outbox")[0]["key"]
    (resent,) = fresh.json("outbox", "resend", key)
    assert resent["next_attempt_at"] == "2024-12-20T08:00:00+07:00"
    (given_up,) = fresh.json("outbox", "give-up", key, "--reason", "Thử")
    assert given_up["next_attempt_at"] is None


@pytest.fixture
def unused_port() -> int:
    """A port of this machine on which nobody listens."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])
