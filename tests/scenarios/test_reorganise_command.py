"""Decisions about agencies carried out by `lsplan reorganise` while a cycle is open.

Everything is done by commands; what came of it is read in the mailboxes of those concerned.
"""

import pytest

from tests.cli.command import WRONG
from tests.scenarios.stories import FOCAL, HEAD, letters
from tests.services import office

SYT, SGDDT, SCT = FOCAL.format("syt"), FOCAL.format("sgddt"), FOCAL.format("sct")
NEW, OTHER = FOCAL.format("sytgd"), FOCAL.format("smoi")
MERGED = """\
[[new]]
code = "SYTGD"
name_vi = "Sở Y tế và Giáo dục"
name_en = "Department of Health and Education"
kind = "department"

[[contact]]
agency = "SYTGD"
role = "focal"
name = "Đầu mối"
address = "dau-moi@sytgd.example"

[[merge]]
agencies = ["SYT", "SGDDT"]
into = "SYTGD"
"""
INTO_SCT = '[[merge]]\nagencies = ["{}"]\ninto = "SCT"\n'
SPLIT = (
    MERGED.partition("[[merge]]")[0]
    + MERGED.partition("[[merge]]")[0].replace("SYTGD", "SMOI").replace("sytgd", "smoi")
    + '[[split]]\nagency = "SYT"\ninto = ["SYTGD", "SMOI"]\n'
)
DECIDED = "2025-09-10T09:00"


def body(mail):
    """Return the text of a mail, line by line."""
    return office.body(mail).replace("\r\n", "\n")


def done(town, text, *, begins="2025-10-01", at=DECIDED):
    """Carry a decision out, and return the lines that say what it brings about."""
    answer = town.reorganise(text, begins=begins, at=at)
    assert answer.code == 0, answer.err
    return answer.out.splitlines()


def test_what_a_merger_passes_to_whom_is_shown_before_anything_is_done(town):
    before = town.place.json("log")
    foreseen = town.foresee(MERGED, begins="2025-10-01", at=DECIDED)
    for line in (
        "- annual-2025, SYT (chưa báo cáo, hạn trước 20/10/2025): chuyển cho SYTGD",
        "- annual-2025, SGDDT (chưa báo cáo, hạn trước 20/10/2025): chuyển cho SYTGD",
        "- annual-2026, SYTGD: phải báo cáo",
    ):
        assert line in foreseen
    told = foreseen.index("Được báo theo thứ tự:")
    assert [line[2:] for line in foreseen[told + 1 : told + 4]] == [
        *("SYTGD: SYTGD/focal", "SGDDT: SGDDT/focal", "SYT: SYT/focal"),
    ]
    assert town.place.json("log") == before
    assert done(town, MERGED)[:-1] == foreseen[:-1]


def test_merged_in_mid_cycle_and_again_in_the_same_one_the_last_of_the_line_files_for_all(town):
    done(town, MERGED)
    town.tick("2025-09-19T07:30", "2025-09-30T17:00", "2025-10-01T07:30", "2025-10-06T07:30")
    done(town, INTO_SCT.format("SYTGD"), begins="2025-10-13", at="2025-10-08T09:00")
    town.tick("2025-10-13T07:30", "2025-10-15T07:30")
    town.file("SCT", at="2025-10-16T09:00")
    town.tick("2025-10-17T07:30", "2025-10-20T07:30")

    ended = [
        ("03/09 07:30", "V/v gửi"),
        ("19/09 07:30", "Nhắc thời"),
        ("01/10 07:30", "V/v chuyển"),
    ]
    assert letters(town, SYT) == letters(town, SGDDT) == ended
    assert letters(town, NEW) == [
        ("01/10 07:30", "Thông báo"),
        ("06/10 07:30", "Nhắc thời"),
        ("13/10 07:30", "V/v chuyển"),
    ]
    assert letters(town, SCT)[3:] == [
        ("13/10 07:30", "Thông báo"),
        ("15/10 07:30", "Nhắc thời"),
        ("16/10 09:00", "Xác nhận"),
        ("16/10 09:00", "V/v chấp"),
    ]
    assert "Tiếp nhận từ Sở Giáo dục và Đào tạo; Sở Y tế\n" in body(town.mails(NEW)[0])
    assert "đã chuyển cho Sở Y tế và Giáo dục" in body(town.mails(SYT)[-1])
    assert "đã chuyển cho Sở Công Thương" in body(town.mails(NEW)[-1])
    whole_line = "Tiếp nhận từ Sở Y tế và Giáo dục; Sở Giáo dục và Đào tạo; Sở Y tế\n"
    assert whole_line in body(town.mails(SCT)[3])

    shown = town.place.json("status", "annual-2025")
    assert (shown["expected_originally"], shown["expected"], shown["transferred"]) == (20, 18, 3)
    duties = town.duties()
    assert {duties[code]["status"] for code in ("SYT", "SGDDT", "SYTGD")} == {"transferred"}
    assert (duties["SCT"]["status"], duties["SCT"]["timeliness"]) == ("accepted", "on_time")


def test_whoever_takes_over_hears_of_it_first_and_whoever_ended_last(town):
    done(town, MERGED)
    town.tick("2025-10-01T07:30")
    sent = [e["payload"] for e in town.place.json("log") if e["event"] == "notice_sent"]
    told = [p["contact"] for p in sent if "/succession-" in p["key"]]
    assert told == ["SYTGD/focal", "SGDDT/focal", "SYT/focal"]


def test_on_the_due_day_the_duty_passes_with_the_deadline_that_has_come(town):
    done(town, MERGED, begins="2025-10-20")
    town.tick("2025-10-17T07:30", "2025-10-20T07:30", "2025-10-22T07:30")
    first, escalated = town.mails(NEW)
    assert "Tiếp nhận từ Sở Giáo dục và Đào tạo; Sở Y tế" in body(first)
    assert "ĐÃ QUÁ THỜI HẠN" in body(first)
    assert escalated["Date"].datetime.day == 22
    assert letters(town, SYT)[-1] == ("20/10 07:30", "V/v chuyển")
    assert letters(town, HEAD.format("syt")) == []
    assert town.duties()["SYTGD"]["due_at"] == "2025-10-20T00:00:00+07:00"


def test_before_the_opening_the_new_one_owes_from_the_start_and_the_old_hear_nothing(
    town_in_august,
):
    town = town_in_august
    lines = done(town, MERGED, at="2025-08-25T09:00")
    assert "- annual-2025, SYT: không phải báo cáo nữa" in lines
    assert "- annual-2025, SYTGD: phải báo cáo" in lines
    town.tick("2025-09-03T07:30", "2025-10-01T07:30")
    assert letters(town, NEW)[0] == ("03/09 07:30", "V/v gửi")
    assert town.mails(SYT) == town.mails(SGDDT) == []
    assert not {"SYT", "SGDDT"} & set(town.duties())


@pytest.mark.parametrize(("split", "owing"), [("all", {NEW, OTHER}), ("lead", {NEW})])
def test_after_a_split_all_successors_owe_or_the_lead_alone(town_in_august, split, owing):
    town = town_in_august
    program = town.place.config / "program.toml"
    text = program.read_text(encoding="utf-8")
    program.write_text(text.replace('split = "all"', f'split = "{split}"'), encoding="utf-8")
    town.place.done("apply", at="2025-08-25T09:00")
    town.tick("2025-09-03T07:30")
    begins = {"begins": "2025-10-20", "at": DECIDED}  # After the last full day: nothing is added.
    done(town, SPLIT, **begins)
    town.tick("2025-10-17T07:30", "2025-10-20T07:30")
    assert {a for a in (NEW, OTHER) if town.mails(a)} == owing
    for address in owing:
        (mail,) = town.mails(address)
        assert "Tiếp nhận từ Sở Y tế\n" in body(mail)
    assert letters(town, SYT)[-1] == ("20/10 07:30", "V/v chuyển")


def test_a_renamed_agency_goes_on_in_its_mailboxes_under_its_new_name(town):
    done(
        town,
        '[[rename]]\nagency = "SYT"\ncode = "SSK"\nname_vi = "Sở Sức khỏe"\nname_en = "Health"\n',
    )
    town.tick("2025-10-01T07:30", "2025-10-06T07:30")
    town.file("SSK", at="2025-10-07T09:00")
    town.tick("2025-10-08T07:30", "2025-10-20T07:30")
    assert letters(town, SYT) == [
        ("03/09 07:30", "V/v gửi"),
        ("01/10 07:30", "Thông báo"),
        ("06/10 07:30", "Nhắc thời"),
        ("07/10 09:00", "Xác nhận"),
        ("07/10 09:00", "V/v chấp"),
    ]
    before, *since = [body(mail) for mail in town.mails(SYT)]
    assert before.startswith("Kính gửi: Sở Y tế\n")
    assert {text.partition("\n")[0] for text in since} == {"Kính gửi: Sở Sức khỏe"}
    assert "Tiếp nhận từ Sở Y tế\n" in since[0]
    shown = town.place.json("status", "annual-2025")
    assert (shown["expected_originally"], shown["expected"]) == (20, 20)


def test_an_abolished_agency_is_told_that_it_owes_no_more_and_hears_nothing_again(town):
    lines = done(town, '[[abolish]]\nagency = "SYT"\n')
    duty = "- annual-2025, SYT (chưa báo cáo, hạn trước 20/10/2025): không ai tiếp nhận"
    assert duty in lines
    town.tick("2025-09-19T07:30", "2025-10-01T07:30", "2025-10-06T07:30", "2025-10-20T07:30")
    town.tick("2025-10-22T07:30", "2025-10-24T07:30")
    assert letters(town, SYT) == [
        ("03/09 07:30", "V/v gửi"),
        ("19/09 07:30", "Nhắc thời"),
        ("01/10 07:30", "V/v chấm"),
    ]
    assert letters(town, HEAD.format("syt")) == []
    assert "chấm dứt và không chuyển cho cơ quan nào" in body(town.mails(SYT)[-1])
    digest = town.mails(HEAD.format("stc25"))[-1]
    assert "có 0/19 cơ quan đã gửi" in body(digest)
    assert "Sở Y tế" not in body(digest)
    shown = town.place.json("status", "annual-2025")
    assert (shown["expected_originally"], shown["expected"], shown["lapsed"]) == (20, 19, 1)


def test_an_end_that_is_revoked_on_its_last_day_was_never_heard_of(town):
    done(town, INTO_SCT.format("SYT"))
    lines = done(town, '[[reopen]]\nagency = "SYT"\n', at="2025-09-30T16:00")
    assert "- SYT: bỏ ngày kết thúc 30/09/2025" in lines
    town.tick("2025-10-01T07:30", "2025-10-06T07:30")
    chased = [
        ("03/09 07:30", "V/v gửi"),
        ("01/10 07:30", "Nhắc thời"),
        ("06/10 07:30", "Nhắc thời"),
    ]
    assert letters(town, SYT) == letters(town, SCT) == chased
    assert town.duties()["SYT"]["status"] == "open"


def test_an_agency_that_comes_back_owes_anew_in_its_old_mailboxes_and_its_heir_as_before(town):
    done(town, INTO_SCT.format("SYT"))
    town.tick("2025-10-01T07:30")
    back, begins = '[[reopen]]\nagency = "SYT"\n', {"begins": "2025-10-08"}
    refused = town.reorganise(back, at="2025-10-02T09:00", **begins)
    assert refused.code == WRONG
    assert "cơ quan đã kết thúc thì lập lại với mã mới (code)" in refused.err
    lines = done(town, back + 'code = "SYT26"\n', at="2025-10-02T09:00", **begins)
    assert "- annual-2025, SYT26: phải báo cáo" in lines
    town.tick("2025-10-06T07:30", "2025-10-13T07:30")
    town.file("SYT26", at="2025-10-14T09:00")
    town.tick("2025-10-20T07:30")

    assert letters(town, SYT)[1:] == [
        ("01/10 07:30", "V/v chuyển"),
        ("06/10 07:30", "Nhắc thời"),
        ("13/10 07:30", "Nhắc thời"),
        ("14/10 09:00", "Xác nhận"),
        ("14/10 09:00", "V/v chấp"),
    ]
    assert letters(town, SCT)[-1] == ("20/10 07:30", "V/v đôn")
    assert "phần nhiệm vụ của Sở Y tế" in body(town.mails(SCT)[-1])
    found = {code: town.duties()[code]["status"] for code in ("SYT", "SYT26", "SCT")}
    assert found == {"SYT": "transferred", "SYT26": "accepted", "SCT": "open"}


def test_whoever_is_to_take_over_cannot_be_abolished_before_and_the_refusal_says_what_to_do(town):
    done(town, INTO_SCT.format("SYT"))
    abolished, before = '[[abolish]]\nagency = "SCT"\n', {"begins": "2025-09-20", "at": DECIDED}
    refused = town.reorganise(abolished, **before)
    assert refused.code == WRONG
    assert "quyết định.toml:5: abolish[1].agency: SCT: " in refused.err
    assert "kế thừa SYT từ ngày 01/10/2025: thêm [[reopen]]" in refused.err
    done(town, abolished + '[[reopen]]\nagency = "SYT"\n', **before)


@pytest.mark.parametrize("ticked", [False, True])
def test_a_chain_is_shown_with_what_it_passes_on_and_whom_it_tells(town, ticked):
    town.file("SCT", at="2025-09-04T09:00")
    done(town, INTO_SCT.format("SYT"), begins="2025-09-10", at="2025-09-05T09:00")
    if ticked:
        town.tick("2025-09-10T07:40")
    into = INTO_SCT.format("SCT").replace('into = "SCT"', 'into = "STC25"')
    at = "2025-09-10T09:00" if ticked else "2025-09-05T10:00"
    foreseen = town.foresee(into, begins="2025-09-22", at=at)
    kept = (
        "- annual-2025, SYT (chưa báo cáo, hạn trước 20/10/2025): giữ dưới tên cũ, từ đó STC25 gửi"
    )
    assert kept in foreseen
    told = foreseen.index("Được báo theo thứ tự:")
    assert foreseen[told + 1 : told + 3] == ["- STC25: STC25/focal", "- SCT: SCT/focal"]
    done(town, into, begins="2025-09-22", at=at)
    town.tick("2025-09-10T09:30")
    before = {n["key"] for n in town.place.json("outbox")}
    town.tick("2025-09-22T07:40")
    new = [n for n in town.place.json("outbox") if n["key"] not in before]
    left = [n["key"].split("/")[-1] for n in new if "/SYT/succession-" in n["key"]]
    assert left == ["STC25-focal", "SCT-focal"]
