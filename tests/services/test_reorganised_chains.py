"""What stays under the name of an agency that has ended passes on when its successor ends."""

from __future__ import annotations

from datetime import date

import pytest

from lsplan_workflow.domain.obstacles import Statement
from lsplan_workflow.domain.reorganisation import Fate
from lsplan_workflow.services.obstacles import assign_obstacle, report_obstacle
from tests.domain.province import local
from tests.services.office import HOUR, body
from tests.services.test_reorganising import (
    DECIDED,
    FIRST_MORNING,
    INTO_EXISTING,
    NEW,
    OPENING,
    Desk,
    fates,
)

FIRST, SECOND = local(2025, 9, 15), local(2025, 9, 22, 7, 30)
ONWARDS = '[[merge]]\nagencies = ["SCT"]\ninto = "SNV25"\n'
ABOLISHED = '[[abolish]]\nagency = "SCT"\n'


@pytest.fixture
def desk(editable, tmp_path):
    return Desk(editable, tmp_path / "config")


@pytest.fixture
def kept(desk):
    """SYT is to be merged into SCT, which has filed: SYT's duty stays, for SCT to file."""
    desk.office.run(OPENING)
    desk.office.submit(DECIDED - HOUR, "SCT")
    desk.office.deliver_replies(DECIDED - HOUR)
    desk.reorganise(INTO_EXISTING, begins="2025-09-15")
    return desk


def tellings(made):
    return [(told.agency, [contact.id for contact in told.contacts]) for told in made.tellings]


@pytest.mark.parametrize("passed", [False, True])
def test_what_was_kept_for_a_successor_is_shown_to_pass_to_the_next_and_told_in_that_order(
    kept, passed
):
    at = DECIDED + HOUR
    if passed:
        at = local(2025, 9, 15, 9)
        kept.office.run(at)
    made = kept.foresee(ONWARDS, at=at, begins="2025-09-22")
    assert fates(made) == {
        "SCT": (Fate.FOLLOWED_UP, ("SNV25",)),
        "SYT": (Fate.HANDED_ON, ("SNV25",)),
    }
    assert tellings(made) == [("SNV25", ["SNV25/focal"]), ("SCT", ["SCT/focal"])]
    assert made.untold == ()
    kept.reorganise(ONWARDS, at=at, begins="2025-09-22")
    kept.office.run(local(2025, 9, 15, 10))
    before = kept.office.notices(kind="succession")
    kept.office.run(SECOND)
    after = kept.office.notices(kind="succession", status="sent")
    told = [row.contact for key, row in after.items() if key not in before]
    assert told == ["SNV25/focal", "SCT/focal"]


def test_a_returned_report_of_who_has_ended_is_shown_to_be_followed_up_by_the_next(kept):
    office = kept.office
    office.submit(DECIDED + HOUR, "SYT")
    office.run(FIRST)
    office.send_back(local(2025, 9, 16, 9), "SYT", "Thiếu biểu 2", by=date(2025, 9, 26))
    office.run(local(2025, 9, 16, 10))
    made = kept.foresee(ONWARDS, at=local(2025, 9, 16, 11), begins="2025-09-22")
    assert fates(made)["SYT"] == (Fate.FOLLOWED_UP, ("SNV25",))
    assert [code for code, _ in tellings(made)] == ["SNV25", "SCT"]


def test_what_was_settled_under_an_old_name_is_not_shown_to_pass(kept):
    kept.office.submit(DECIDED + HOUR, "SYT")
    kept.office.accept(DECIDED + HOUR, "SYT")
    made = kept.foresee(ONWARDS, at=DECIDED + HOUR, begins="2025-09-22")
    assert list(fates(made)) == ["SCT"]
    assert tellings(made) == []


def test_what_passes_to_nobody_is_not_shown_to_pass_to_another(kept):
    made = kept.foresee(ABOLISHED, at=DECIDED + HOUR, begins="2025-09-22")
    assert "SYT" not in fates(made)


def test_whoever_takes_over_and_has_no_contact_stands_first_all_the_same(kept):
    founded = NEW.partition("[[contact]]")[0]
    into = founded + ONWARDS.replace("SNV25", "SYM")
    made = kept.foresee(into, at=DECIDED + HOUR, begins="2025-09-22")
    assert tellings(made) == [("SYM", []), ("SCT", ["SCT/focal"])]
    assert made.untold == ("SYM",)


@pytest.mark.parametrize("contact", [False, True])
def test_whoever_is_founded_for_a_coming_cycle_and_has_no_contact_is_warned_of(desk, contact):
    """Nothing passes to it: whoever owes in that cycle is decided when it opens."""
    founded = NEW if contact else NEW.partition("[[contact]]")[0]
    into = founded + '[[merge]]\nagencies = ["SYT"]\ninto = "SYM"\n'
    made = desk.foresee(into, at=local(2025, 7, 10, 9), begins="2025-08-01")
    assert fates(made)["SYM"] == (Fate.ADDED, ())
    assert made.untold == (() if contact else ("SYM",))
    assert tellings(made) == []


def test_what_another_decision_passes_on_as_of_the_same_day_is_told_to_the_successor_too(desk):
    office = desk.office
    office.run(OPENING)
    desk.reorganise(INTO_EXISTING)
    office.run(FIRST_MORNING)
    further = INTO_EXISTING.replace("SYT", "SGDDT")
    made = desk.foresee(further, at=FIRST_MORNING + HOUR)
    assert tellings(made) == [("SCT", ["SCT/focal"]), ("SGDDT", ["SGDDT/focal"])]
    desk.reorganise(further, at=FIRST_MORNING + HOUR)
    office.run(FIRST_MORNING + HOUR)
    sent = office.notices(kind="succession", status="sent").values()
    assert [row.key.partition("/")[2] for row in sorted(sent, key=lambda row: row.id)] == [
        "SCT/succession-2025-10-01/focal",
        "SYT/succession-2025-10-01/focal",
        "SCT/succession-2025-10-01.SGDDT/focal",
        "SGDDT/succession-2025-10-01/focal",
    ]
    last = body(office.mails("dau-moi@sct.example")[-1])
    assert "Sở Giáo dục và Đào tạo" in last


def test_whoever_has_to_answer_an_obstacle_from_then_on_is_among_those_told(kept):
    place = kept.office.at(DECIDED + HOUR).workplace
    number = report_obstacle(place, "SGDDT", Statement("Thiếu mặt bằng."), actor="an").number
    assign_obstacle(place, number, "SXD25", by=date(2025, 10, 30), actor="an")
    into = ONWARDS.replace("SCT", "SXD25")
    made = kept.foresee(into, at=DECIDED + HOUR, begins="2025-09-22")
    assert tellings(made)[0] == ("SNV25", ["SNV25/focal"])
    kept.reorganise(into, at=DECIDED + HOUR, begins="2025-09-22")
    kept.office.run(SECOND)
    rung = "succession-2025-09-22"
    (told,) = kept.office.notices(obstacle=number, rung=rung, status="sent").values()
    assert told.contact == "SNV25/focal"


def test_whoever_was_asked_for_a_revision_after_an_end_that_was_decided_on_later_is_not_told(desk):
    office = desk.office
    office.run(OPENING)
    office.submit(DECIDED - HOUR, "SYT")
    office.send_back(local(2025, 9, 16, 9), "SYT", "Thiếu biểu 2", by=date(2025, 9, 26))
    made = desk.foresee(INTO_EXISTING, at=local(2025, 9, 17, 9), begins="2025-09-15")
    assert fates(made)["SYT"] == (Fate.FOLLOWED_UP, ("SCT",))
    assert tellings(made) == []
