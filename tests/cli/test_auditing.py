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


def test_the_log_of_an_agency_is_of_it_and_of_what_its_cycle_did_to_it(chased):
    found = chased.json("log", "--agency", "SYT")
    assert {event["agency"] for event in found} == {"SYT", None}
    about_many = [event for event in found if event["agency"] is None]
    assert {event["event"] for event in about_many} == {"cycle_opened"}
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


def _head(place, number=None):
    found = place.json("log")
    event = found[-1 if number is None else number - 1]
    return event["number"], event["hash"]


@pytest.mark.parametrize(
    "form",
    [
        "{0}:{1}",
        "{0}:{1:.12}",
        "{0}:{1:.12}…",
        "{0} sự kiện, mã băm cuối {1}",
        "Nhật ký hệ thống khi lập thư: {0} sự kiện, mã băm cuối {1}.",
        "Bản tổng hợp số 1, lập lúc 08:00; nhật ký: {0} sự kiện, mã băm {1}",
    ],
)
def test_a_log_holds_every_head_that_it_ever_had_as_people_copy_it(opened, form):
    for number in (1, 20, None):
        answer = opened.done("audit", "verify", "--head", form.format(*_head(opened, number)))
        assert "Nhật ký chứa đầu sổ đã in" in answer.out


def test_thousands_are_read_as_reports_print_them(opened):
    answer = opened("audit", "verify", "--head", f"1.234 sự kiện, mã băm {'a' * 64}")
    assert (answer.code, answer.out) == (FAILED, "")
    assert "đầu sổ đã in có 1234" in answer.err


def test_a_head_beyond_the_end_says_that_the_tail_was_cut(opened):
    count, digest = _head(opened)
    answer = opened("audit", "verify", "--head", f"{count + 1}:{digest}", "--json")
    assert answer.code == FAILED
    assert answer.json["intact"] is False
    assert answer.json["broken_at"] == count + 1
    assert "một cơ sở dữ liệu cũ đã được đặt lại" in answer.err


def test_a_head_of_another_hash_says_that_the_log_was_rewritten(opened):
    answer = opened("audit", "verify", "--head", f"5:{'0' * 64}")
    assert answer.code == FAILED
    assert "sự kiện số 5 không có mã băm đã in" in answer.err


@pytest.mark.parametrize(
    "head", ["", "5", "5:abc", "x:" + "0" * 64, "5:" + "0" * 65, "5:" + "g" * 64]
)
def test_what_is_no_head_is_refused(opened, head):
    answer = opened("audit", "verify", "--head", head)
    assert (answer.code, answer.out) == (WRONG, "")
    assert "SỐ_SỰ_KIỆN:MÃ_BĂM" in answer.err


def test_an_export_goes_to_standard_output_too(opened, tmp_path):
    opened.done("audit", "export", str(tmp_path / "log.jsonl"))
    written = (tmp_path / "log.jsonl").read_text(encoding="utf-8")
    assert opened.done("audit", "export", "-").out == written
    assert len(written.splitlines()) == len(opened.json("log")) + 1


def test_an_export_never_writes_over_a_file_and_asks_for_another_name(opened, tmp_path):
    file = tmp_path / "log.jsonl"
    file.write_text("quý", encoding="utf-8")
    answer = opened("audit", "export", str(file))
    assert answer.code == WRONG
    assert answer.err == f"{file}: đã có tệp này và sẽ không bị ghi đè; hãy chọn tên khác.\n"
    assert file.read_text(encoding="utf-8") == "quý"


def test_an_export_that_breaks_off_leaves_no_file(opened, tmp_path):
    tamper(opened, "UPDATE audit_event SET at = 'x' WHERE number = 9")
    folder = tmp_path / "out"
    folder.mkdir()
    answer = opened("audit", "export", str(folder / "log.jsonl"))
    assert (answer.code, answer.out) == (FAILED, "")
    assert "audit verify" in answer.err
    assert list(folder.iterdir()) == []


def test_no_event_names_a_contacts_address_or_name(chased):
    said = "".join(str(event) for event in chased.json("log"))
    for contact in chased.json("contact", "list"):
        assert contact["address"] not in said
        assert contact["name"] not in said
