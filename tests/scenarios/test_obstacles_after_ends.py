"""An agency that had to answer an obstacle is merged into another one: that one is asked."""

import pytest

from tests.scenarios.stories import FOCAL, HEAD, letters

MERGED = """\
[[new]]
code = "SCTMOI"
name_vi = "Sở Công Thương mới"
name_en = "New Department of Industry and Trade"
kind = "department"

[[contact]]
agency = "SCTMOI"
role = "focal"
name = "Đầu mối"
address = "dau-moi@sctmoi.example"

[[contact]]
agency = "SCTMOI"
role = "head"
name = "Lãnh đạo"
address = "lanh-dao@sctmoi.example"

[[merge]]
agencies = ["SCT"]
into = "SCTMOI"
"""
NUMBER = "2025-001"


def test_what_was_decided_in_the_evening_before_a_merger_reaches_the_successor_alone(town):
    town.place.done("obstacle", "add", "SYT", "--content", "Thiếu.", at="2025-09-15T09:00")
    assigned = ("obstacle", "assign", NUMBER, "SCT", "--by", "2025-09-30")
    town.place.done(*assigned, at="2025-09-15T09:30")
    town.tick("2025-09-15T10:00", "2025-09-26T07:40", "2025-10-01T07:40")
    answer = town.reorganise(MERGED, begins="2025-10-04", at="2025-10-01T09:00")
    assert answer.code == 0, answer.err
    # The head's rung stands at 07:30 of this day; the machine was off until the evening.
    town.tick("2025-10-03T18:00")
    before = {part: letters(town, part.format("sct")) for part in (FOCAL, HEAD)}
    town.tick("2025-10-04T00:10", "2025-10-06T07:40")

    assert letters(town, HEAD.format("sct")) == before[HEAD]
    obstacles = ("V/v trả", "V/v đôn", "Nhắc trả")
    since = [day for day, _ in letters(town, FOCAL.format("sct"))[len(before[FOCAL]) :]]
    assert all(day.startswith("06/10") for day in since)
    heads = [letter for letter in letters(town, HEAD.format("sctmoi")) if letter[1] in obstacles]
    assert heads == [("06/10 07:40", "V/v đôn")]
    assert "06/10 07:40" in [day for day, _ in letters(town, FOCAL.format("sctmoi"))]
    waited = [n for n in town.place.json("outbox") if "/SCT/overdue-3wd" in n["key"]]
    assert [notice["status"] for notice in waited] == ["superseded"]


REPORTED = ("obstacle", "add", "SYT", "--content", "Thiếu.")
ASSIGNED = ("obstacle", "assign", NUMBER, "SCT", "--by", "2025-10-03")
MORNINGS = ("2025-10-01T07:40", "2025-10-06T07:40", "2025-10-08T07:40")


@pytest.mark.parametrize(
    "decision",
    ['[[abolish]]\nagency = "SCT"\n', '[[merge]]\nagencies = ["SCT"]\ninto = "SYT"\n'],
)
def test_where_nobody_else_can_answer_the_focal_point_hears_and_is_chased(town, decision):
    town.place.done(*REPORTED, at="2025-09-15T09:00")
    town.place.done(*ASSIGNED, at="2025-09-15T09:30")
    foreseen = town.foresee(decision, begins="2025-10-01", at="2025-09-15T10:00")
    assert "- 2025-001: cơ quan đầu mối STC25 phải trả lời thay SCT" in foreseen
    assert "- STC25: STC25/focal" in foreseen
    assert town.reorganise(decision, begins="2025-10-01", at="2025-09-15T10:00").code == 0
    town.tick(*MORNINGS)

    (listed,) = town.place.json("obstacle", "list", at=MORNINGS[-1])
    assert listed["answering"] == "STC25"
    sent = [n for n in town.place.json("outbox") if "obstacle/" in n["key"] and n["sent_at"]]
    since = [(n["key"].split("/", 2)[2], n["sent_at"][:10]) for n in sent[3:]]
    assert since == [
        ("STC25/succession-2025-10-01@2025-10-04/focal", "2025-10-01"),
        ("STC25/overdue-1wd@2025-10-04/focal", "2025-10-06"),
        ("STC25/overdue-3wd@2025-10-04/head", "2025-10-08"),
    ]


def test_an_answer_is_told_to_nobody_of_an_agency_that_was_abolished(town):
    abolished = '[[abolish]]\nagency = "SYT"\n'
    town.place.done(*REPORTED, at="2025-09-15T09:00")
    foreseen = town.foresee(abolished, begins="2025-10-01", at="2025-09-15T10:00")
    assert "- 2025-001: SYT kết thúc và không ai nhận trả lời" in foreseen
    town.reorganise(abolished, begins="2025-10-01", at="2025-09-15T10:00")
    town.tick(MORNINGS[0])
    before = letters(town, FOCAL.format("syt"))
    answer = ("obstacle", "answer", NUMBER, "--text", "Đã bố trí.")
    said = town.place.done(*answer, at="2025-10-01T08:00").out
    assert said.splitlines()[1:] == [
        "SYT đã kết thúc và không có cơ quan kế thừa nên không báo cho ai ở đó."
    ]
    closed = ("obstacle", "close", NUMBER, "--reason", "Xong")
    assert "Thông báo đã gửi" not in town.place.done(*closed, at="2025-10-01T08:10").out
    town.tick("2025-10-02T07:40")
    assert letters(town, FOCAL.format("syt")) == before
