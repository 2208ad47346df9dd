"""Reports that had reached the office on paper are entered after their agencies were merged."""

from tests.cli.command import WRONG
from tests.scenarios.stories import FOCAL, letters
from tests.scenarios.test_reorganise_command import MERGED, body, done

NEW = FOCAL.format("sytgd")
PAPER = ("--received-at", "2025-09-30T16:00", "--reason", "Bản giấy, văn thư nhận lúc 16:00")


def enter(town, agency, *more, at="2025-10-01T07:01"):
    report = town.place.var / "bao-cao.docx"
    report.write_bytes(b"PK " + agency.encode())
    return town.place("submit", "annual-2025", agency, str(report), *(more or PAPER), at=at)


def covered(town):
    """Return what the log says last that SYTGD reports for beside itself."""
    events = town.place.json("log", "--agency", "SYTGD")
    return [e["payload"]["covers"] for e in events if "covers" in e["payload"]][-1]


def test_what_came_before_the_merger_counts_for_the_old_one_and_the_new_one_owes_the_rest(town):
    done(town, MERGED)
    town.tick("2025-09-30T17:30", "2025-10-01T00:10")
    assert covered(town) == ["SGDDT", "SYT"]
    entered = enter(town, "SYT")
    assert entered.code == 0, entered.err
    assert "SYTGD không phải báo cáo thay phần này nữa" in entered.out
    assert letters(town, NEW) == [("01/10 07:01", "Xác nhận")]
    assert "lúc 16:00 ngày 30/09/2025" in body(town.mails(NEW)[-1])
    duties = town.duties()
    assert (duties["SYT"]["status"], duties["SYT"]["timeliness"]) == ("submitted", "on_time")
    assert covered(town) == ["SGDDT"]

    town.tick("2025-10-01T07:40")
    taken = body(town.mails(NEW)[-1])
    assert "Sở Giáo dục và Đào tạo" in taken
    assert "Sở Y tế đã" not in taken
    heard = [day for day, _ in letters(town, FOCAL.format("syt"))]
    assert all(not day.startswith("01/10") for day in heard)

    assert enter(town, "SGDDT", at="2025-10-02T09:00").code == 0
    assert "SYTGD" not in town.duties()
    town.tick("2025-10-06T07:40", "2025-10-17T07:40", "2025-10-20T07:40", "2025-10-22T07:40")
    assert letters(town, NEW)[-1] == ("02/10 09:00", "Xác nhận")
    town.place.done("review", "accept", "annual-2025", "SYT", at="2025-10-22T09:00")
    assert letters(town, NEW)[-1] == ("22/10 09:00", "V/v chấp")
    town.place.done("audit", "verify")


def test_a_refusal_names_under_whom_a_report_is_recorded_instead(town):
    done(town, MERGED)
    town.tick("2025-10-01T00:10")
    later = ("--received-at", "2025-10-01T00:00", "--reason", "Bản giấy")
    refused = enter(town, "SYT", *later)
    assert refused.code == WRONG
    assert "đã chuyển giao cho SYTGD trước khi báo cáo đến; hãy ghi dưới tên SYTGD." in refused.err
    refused = enter(town, "SYTGD")
    assert refused.code == WRONG
    assert "hãy ghi dưới tên cơ quan gửi khi đó (SGDDT, SYT)." in refused.err
    assert enter(town, "SYTGD", *later).code == 0
    refused = enter(town, "SYT", at="2025-10-01T07:05")
    assert refused.code == WRONG
    assert "hãy ghi bản này dưới tên đó: `lsplan submit annual-2025 SYTGD TỆP`" in refused.err
