"""`submit` and `review`."""

from __future__ import annotations

import pytest

from tests.cli.command import WRONG


def test_submitting_records_a_complete_filing_and_a_receipt_leaves_at_once(opened, report):
    answer = opened.done("submit", "plan-2025", "SYT", report, at="2024-12-21T22:00")
    assert answer.out == (
        "Đã ghi nhận plan-2025/SYT, lần 1, lúc 21/12/2024 22:00; 1 phiếu tiếp nhận đã gửi.\n"
    )
    (receipt,) = [n for n in opened.json("outbox") if n["kind"] == "receipt"]
    assert receipt["key"] == "plan-2025/SYT/receipt-1/focal"
    assert receipt["sent_at"] == "2024-12-21T22:00:00+07:00"


def test_a_filing_at_the_due_instant_is_late_and_said_to_be(opened, report):
    answer = opened.done("submit", "plan-2025", "SYT", report, at="2025-01-15T00:00")
    assert "lúc 15/01/2025 00:00 (chậm);" in answer.out
    on_time = opened.done("submit", "plan-2025", "STP", report, at="2025-01-14T23:59:59")
    assert "chậm" not in on_time.out


def test_several_files_are_one_version(opened, report, tmp_path):
    appendix = tmp_path / "phụ lục.xlsx"
    appendix.write_bytes(b"PK")
    opened.done("submit", "plan-2025", "SYT", report, str(appendix))
    (event,) = [e for e in opened.json("log", "--agency", "SYT") if e["event"] == "submitted"]
    assert event["payload"]["version"] == 1
    names = [document["name"] for document in event["payload"]["documents"]]
    assert names == ["Báo cáo Sở Y tế.docx", "phụ lục.xlsx"]


def test_where_an_agency_has_no_contact_it_is_said_that_nobody_could_be_told(alone, report):
    said = "SYT không có liên hệ nào nên không báo được cho ai"
    filed = alone.done("submit", "plan-2025", "SYT", report, at="2024-12-23T08:00").out
    assert "phiếu tiếp nhận" not in filed
    assert filed.startswith("Đã ghi nhận plan-2025/SYT, lần 1, lúc 23/12/2024 08:00.\n")
    assert said in filed
    assert "contacts.local.csv" in filed
    asked = ("review", "return", "plan-2025", "SYT", "--reason", "Thiếu phụ lục")
    returned = alone.done(*asked, at="2024-12-24T08:00").out
    assert said in returned
    assert "sẽ báo" not in returned
    told = alone.done("obstacle", "add", "SYT", "--content", "Thiếu vốn", at="2024-12-25T08:00").out
    assert said in told
    assert "Thông báo đã gửi: 1." in told


def test_where_there_is_a_contact_nothing_is_said_of_it(opened, report):
    assert "không có liên hệ" not in opened.done("submit", "plan-2025", "SYT", report).out


def test_submitting_in_english(opened, report, english):
    answer = opened.done("submit", "plan-2025", "SYT", report)
    assert answer.out == (
        "Recorded plan-2025/SYT, version 1, at 20/12/2024 08:00; receipts sent: 1.\n"
    )


def test_a_file_that_is_not_there_is_refused_before_anything_is_recorded(opened, report):
    answer = opened("submit", "plan-2025", "SYT", report, "/nowhere/a.docx")
    assert answer.code == WRONG
    assert answer.err == ("/nowhere/a.docx: không đọc được tệp (không có tệp hoặc thư mục này).\n")
    assert opened.json("status", "plan-2025")["submitted"] == 0


def test_a_folder_is_no_file(opened, tmp_path):
    answer = opened("submit", "plan-2025", "SYT", str(tmp_path))
    assert answer.code == WRONG
    assert "đây là thư mục" in answer.err


def test_an_empty_file_is_refused(opened, tmp_path):
    hollow = tmp_path / "rỗng.docx"
    hollow.touch()
    answer = opened("submit", "plan-2025", "SYT", str(hollow))
    assert answer.code == WRONG
    assert answer.err == f"{hollow}: tệp rỗng; hãy chọn tệp báo cáo có nội dung.\n"


@pytest.mark.parametrize(
    ("cycle", "agency", "said"),
    [
        ("plan-2026", "SYT", "plan-2026: không có kỳ báo cáo này"),
        ("plan-2025", "XXX", "XXX: không có cơ quan này; xem `lsplan agencies`."),
        ("plan-2025", "syt", "syt: không có cơ quan này"),
        ("plan-2025", "CT-UBND", "CT-UBND không phải gửi báo cáo trong kỳ này."),
        ("annual-2025", "SYT", "annual-2025: kỳ báo cáo chưa mở; sẽ mở ngày 01/09/2025"),
    ],
)
def test_what_cannot_be_filed_is_refused_saying_why(opened, report, cycle, agency, said):
    for command in (
        ("submit", cycle, agency, report),
        ("review", "accept", cycle, agency),
        ("review", "return", cycle, agency, "--reason", "thiếu số liệu"),
    ):
        answer = opened(*command)
        assert (answer.code, answer.out) == (WRONG, "")
        assert said in answer.err


def test_accepting_settles_the_obligation(opened, report):
    opened.done("submit", "plan-2025", "SYT", report)
    answer = opened.done("review", "accept", "plan-2025", "SYT", "--reason", "đủ số liệu")
    assert answer.out == "Đã chấp nhận plan-2025/SYT; đã báo cho cơ quan.\n"
    assert opened.json("status", "plan-2025")["accepted"] == 1


def test_returning_tells_the_agency_why(opened, report):
    opened.done("submit", "plan-2025", "SYT", report)
    answer = opened.done("review", "return", "plan-2025", "SYT", "--reason", "thiếu phụ lục")
    assert (
        answer.out
        == "Đã trả lại plan-2025/SYT, hạn gửi lại trước ngày 28/12/2024; đã báo cho cơ quan.\n"
    )
    (notice,) = [n for n in opened.json("outbox") if n["kind"] == "returned"]
    assert notice["status"] == "sent"


def test_a_return_at_night_is_told_in_working_hours(opened, report):
    opened.done("submit", "plan-2025", "SYT", report)
    answer = opened.done(
        "review", "return", "plan-2025", "SYT", "--reason", "thiếu", at="2024-12-20T22:00"
    )
    assert answer.out == (
        "Đã trả lại plan-2025/SYT, hạn gửi lại trước ngày 28/12/2024; "
        "sẽ báo cho cơ quan trong giờ làm việc.\n"
    )


@pytest.mark.parametrize(
    ("at", "day"), [("2025-03-12T09:00", "16/03/2025"), ("2025-03-15T09:00", "22/03/2025")]
)
def test_a_return_that_nobody_is_reminded_of_any_more_says_so(opened, report, at, day):
    opened.done("submit", "plan-2025", "SYT", report)
    said = opened.done("review", "return", "plan-2025", "SYT", "--reason", "thiếu", at=at).out
    first, second = said.splitlines()
    assert f"hạn gửi lại trước ngày {day}" in first
    assert second == (
        "Kỳ báo cáo kết thúc hết ngày 15/03/2025; sau ngày đó không có nhắc hay đôn đốc nữa."
    )


def test_a_version_that_came_before_the_return_is_said_to_answer_nothing(opened, report):
    opened.done("submit", "plan-2025", "SYT", report)
    asked = ("review", "return", "plan-2025", "SYT", "--reason", "thiếu", "--by", "26/12/2024")
    opened.done(*asked, at="2024-12-20T15:00")
    came = ("--received-at", "2024-12-20T14:59", "--reason", "Bản giấy")
    early = opened.done("submit", "plan-2025", "SYT", report, *came, at="2024-12-21T08:00").out
    assert "Đã ghi nhận plan-2025/SYT, lần 2, lúc 20/12/2024 14:59;" in early
    assert "bản bổ sung vẫn phải gửi trước ngày 27/12/2024" in early
    assert opened.json("status", "plan-2025")["returned"] == 1
    revised = opened.done("submit", "plan-2025", "SYT", report, at="2024-12-21T09:00").out
    assert "bản bổ sung" not in revised
    assert opened.json("status", "plan-2025")["submitted"] == 1


def test_the_day_of_a_revision_is_mended_and_the_return_taken_back(opened, report):
    opened.done("submit", "plan-2025", "SYT", report)
    asked = ("review", "return", "plan-2025", "SYT", "--reason", "thiếu phụ lục")
    opened.done(*asked, "--by", "31/12/2024")
    again = opened("review", "return", "plan-2025", "SYT", "--reason", "thiếu phụ lục II")
    assert again.code == WRONG
    assert "đã được trả lại, hạn gửi lại đến hết ngày 31/12/2024" in again.err
    assert "hãy nêu --by" in again.err
    mended = opened.done(*asked, "--by", "27/12/2024").out
    assert mended.startswith("Đã trả lại plan-2025/SYT, hạn gửi lại trước ngày 28/12/2024; đã báo")
    same = opened(*asked, "--by", "27/12/2024")
    assert same.err == "plan-2025/SYT: báo cáo đã được trả lại với đúng hạn và lý do này.\n"
    told = [n["rung"] for n in opened.json("outbox") if n["kind"] == "returned"]
    assert told == ["returned-1", "returned-1-2-2025-01-01"]
    taken_back = opened.done("review", "accept", "plan-2025", "SYT").out
    assert taken_back == "Đã chấp nhận plan-2025/SYT; đã báo cho cơ quan.\n"
    assert opened.json("status", "plan-2025")["accepted"] == 1


def test_a_return_needs_a_reason(opened, report):
    opened.done("submit", "plan-2025", "SYT", report)
    missing = opened("review", "return", "plan-2025", "SYT")
    blank = opened("review", "return", "plan-2025", "SYT", "--reason", "  ")
    assert (missing.code, blank.code) == (WRONG, WRONG)
    assert missing.err.startswith("Thiếu tùy chọn --reason: lý do trả lại.\n")
    assert "--reason" in blank.err
    assert opened.json("status", "plan-2025")["submitted"] == 1


def test_what_was_not_filed_cannot_be_reviewed(opened):
    answer = opened("review", "accept", "plan-2025", "SYT")
    assert answer.code == WRONG
    assert answer.err == (
        "plan-2025/SYT: không thể «chấp nhận» khi trạng thái là «chưa báo cáo»; còn chờ báo cáo, "
        "ghi nhận bằng `lsplan submit`.\n"
    )


def test_a_review_that_is_no_step_is_refused_in_english_too(opened, english):
    answer = opened("review", "accept", "plan-2025", "SYT")
    assert answer.err == (
        "plan-2025/SYT: cannot accept what is open; it waits for a report, which `lsplan submit` "
        "records.\n"
    )
