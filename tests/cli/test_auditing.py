"""`audit verify` and `log`."""

from __future__ import annotations

import sqlite3

import pytest

from tests.cli.command import FAILED, WRONG

KEYS = ["number", "at", "actor", "event", "cycle", "agency", "payload", "hash"]


def tamper(place, statement):
    with sqlite3.connect(place.var / "lsplan.db") as connection:
        connection.execute(statement)
    connection.close()


def test_an_untouched_log_is_intact(opened):
    count = len(opened.json("log"))
    assert opened.done("audit", "verify").out == f"Nhật ký nguyên vẹn: {count} sự kiện.\n"


@pytest.mark.parametrize(
    ("statement", "number", "said"),
    [
        ("UPDATE audit_event SET actor = 'ai đó' WHERE number = 5", 5, "Sự kiện số 5 đã bị thay"),
        ("DELETE FROM audit_event WHERE number = 7", 7, "Thiếu sự kiện số 7."),
        ("DELETE FROM audit_event WHERE number > 70", 71, "Nhật ký bị cắt từ sự kiện số 71;"),
        ("UPDATE audit_event SET payload = 'x' WHERE number = 1", 1, "Sự kiện số 1 đã bị thay"),
    ],
)
def test_a_log_that_was_tampered_with_fails_naming_the_first_bad_event(
    opened, statement, number, said
):
    tamper(opened, statement)
    answer = opened("audit", "verify")
    assert (answer.code, answer.out) == (FAILED, "")
    start = f"Nhật ký không còn nguyên vẹn, từ sự kiện số {number}: "
    assert answer.err.startswith(start + said)


def test_tampering_is_told_in_english(opened, english):
    tamper(opened, "DELETE FROM audit_event WHERE number = 7")
    assert opened("audit", "verify").err == (
        "The log is not intact, from event 7 on: Event 7 was removed.\n"
    )


def test_without_its_key_the_log_cannot_be_verified(opened):
    (opened.var / "audit.key").unlink()
    answer = opened("audit", "verify")
    assert answer.code == FAILED
    assert "LSPLAN_AUDIT_KEY" in answer.err
    assert str(opened.var / "audit.key") in answer.err


@pytest.mark.parametrize(
    "command",
    [("tick",), ("apply",), ("review", "accept", "plan-2025", "SYT"), ("outbox", "resend", "K")],
    ids=" ".join,
)
def test_without_its_key_nothing_is_written_but_everything_can_be_read(opened, command):
    (opened.var / "audit.key").unlink()
    answer = opened(*command)
    assert answer.code == FAILED
    assert "LSPLAN_AUDIT_KEY" in answer.err
    assert opened.json("status", "plan-2025")["expected"] == 37
    assert not (opened.var / "audit.key").exists()


def test_the_log_has_the_documented_keys(chased):
    found = chased.json("log")
    assert {tuple(event) for event in found} == {tuple(KEYS)}
    assert [event["number"] for event in found] == list(range(1, len(found) + 1))
    assert found[0]["event"] == "initialised"
    assert found[0]["payload"] == {}
    assert len(found[0]["hash"]) == 64


def test_the_log_holds_contacts_not_addresses(chased):
    assert "@" not in "".join(
        str(event["payload"]) for event in chased.json("log") if event["event"] == "notice_planned"
    )


def test_the_log_of_an_agency_is_of_it_alone(chased):
    found = chased.json("log", "--agency", "SYT")
    assert {event["agency"] for event in found} == {"SYT"}
    assert "submitted" in {event["event"] for event in found}


@pytest.mark.parametrize("agency", ["XXX", ""])
def test_the_log_of_an_unknown_agency_is_refused(chased, agency):
    answer = chased("log", "--agency", agency)
    assert answer.code == WRONG
    assert "không có cơ quan này" in answer.err


def test_people_read_the_log_in_words(chased):
    out = chased.done("log", "--agency", "SYT").out
    assert "quyết định gửi" in out
    assert "hệ thống" in out
    assert "nộp báo cáo" in out
    assert "tệp: Báo cáo.docx" in out
    assert "{" not in out


def test_the_log_can_be_read_after_tampering(opened):
    tamper(opened, "UPDATE audit_event SET payload = 'không phải JSON' WHERE number = 2")
    assert opened.json("log")[1]["payload"] == "không phải JSON"
    assert "không phải JSON" in opened.done("log").out
