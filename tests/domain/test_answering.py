"""Who has to answer: whoever stands for the one that was asked, else the focal point."""

from dataclasses import replace
from datetime import date

import pytest

from lsplan_workflow.domain.agencies import Directory
from lsplan_workflow.domain.answering import answering_in_turn, answering_on
from tests.domain.province import agency
from tests.domain.test_obstacles import OBSTACLE

BEGINS, LAST = date(2025, 10, 1), date(2025, 9, 30)
ASKED = date(2025, 9, 5)
SCT_ASKS = replace(OBSTACLE, agency="SCT", assigned_to="SYT")


def province(**ends):
    """Return agencies of which some end on 30 September, each with its successors."""
    codes = ("FP", "SYT", "SCT", "STP", "FP2")
    return Directory(
        tuple(
            agency(code, valid_to=LAST, successors=ends[code]) if code in ends else agency(code)
            for code in codes
        )
    )


def answering(directory, day=BEGINS, obstacle=SCT_ASKS):
    return answering_on(obstacle, focal_point="FP", directory=directory, day=day).code


def in_turn(directory, obstacle=SCT_ASKS, since=ASKED):
    found = answering_in_turn(obstacle, focal_point="FP", directory=directory, since=since)
    return [(one.agency.code, one.since) for one in found]


@pytest.mark.parametrize(
    ("ends", "answers"),
    [
        ({}, "SYT"),
        ({"SYT": ("STP",)}, "STP"),
        ({"SYT": ()}, "FP"),
        ({"SYT": (), "FP": ("FP2",)}, "FP2"),
        ({"SYT": ("SCT",)}, "FP"),
        ({"SCT": ("SYT",)}, "FP"),
        ({"SYT": ("STP",), "SCT": ("STP",)}, "FP"),
        ({"SYT": ("FP",)}, "FP"),
        ({"SCT": ()}, "SYT"),
    ],
)
def test_whoever_is_no_more_or_would_answer_itself_leaves_it_to_the_focal_point(ends, answers):
    assert answering(province(**ends)) == answers
    assert answering(province(**ends), LAST) == "SYT"
    assert in_turn(province(**ends))[-1][0] == answers


def test_what_the_focal_point_reported_itself_it_answers_where_nobody_else_does():
    own = replace(SCT_ASKS, agency="FP")
    for ends in ({"SYT": ()}, {"SYT": ("FP",)}):
        assert answering(province(**ends), obstacle=own) == "FP"
    unasked = replace(own, assigned_to=None)
    assert in_turn(province(), unasked) == [("FP", ASKED)]


def test_everyone_who_has_to_answer_does_so_from_the_day_after_the_end():
    assert in_turn(province(SYT=())) == [("SYT", ASKED), ("FP", BEGINS)]
    assert in_turn(province(SCT=("SYT",))) == [("SYT", ASKED), ("FP", BEGINS)]
    assert in_turn(province(SCT=())) == [("SYT", ASKED)]


def test_an_end_of_the_focal_point_passes_on_what_came_to_it():
    directory = Directory(
        (
            agency("SYT", valid_to=LAST),
            agency("SCT"),
            agency("FP", valid_to=date(2025, 12, 31), successors=("FP2",)),
            agency("FP2"),
        )
    )
    turns = [("SYT", ASKED), ("FP", BEGINS), ("FP2", date(2026, 1, 1))]
    assert in_turn(directory) == turns


def test_an_agency_that_comes_back_has_to_answer_again():
    back = date(2025, 10, 15)
    directory = Directory((agency("SYT", valid_from=back), agency("SCT"), agency("FP")))
    assert in_turn(directory) == [("FP", ASKED), ("SYT", back)]


def test_turns_before_it_was_asked_for_do_not_count():
    assert in_turn(province(SYT=()), since=date(2025, 10, 2)) == [("FP", date(2025, 10, 2))]
