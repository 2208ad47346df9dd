"""An agency that had to answer an obstacle is merged into another one: that one is asked."""

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
