"""By what the returns of one report are told apart, and the day that its agency knew of."""

from datetime import date, timedelta

import pytest

from lsplan_workflow.domain.announcements import (
    filed_version,
    former_revise_on,
    known_revise_on,
    of_return,
    plan_announcement,
)
from lsplan_workflow.domain.notice_kinds import NoticeKind
from lsplan_workflow.domain.obligations import Event
from tests.domain.province import CALENDAR, DIRECTORY, local
from tests.domain.test_obligations import DUE, OPEN

RETURNED = OPEN.after(Event.SUBMIT, DUE).returned(DUE, revise_by_at=local(2025, 1, 25))
FORMER = date(2025, 1, 22)


@pytest.mark.parametrize(
    ("version", "times", "former", "told"),
    [
        (1, 1, None, "1"),
        (12, 1, FORMER, "12-1-2025-01-22"),
        (1, 2, None, "1-2"),
        (3, 2, FORMER, "3-2-2025-01-22"),
    ],
)
def test_a_return_is_told_apart_by_its_version_its_turn_and_the_day_it_replaces(
    version, times, former, told
):
    assert of_return(version, times, former) == told
    rung = f"returned-{told}"
    assert (filed_version(rung), former_revise_on(rung)) == (version, former)


def unsent(kind, number):
    at = DUE + timedelta(hours=8)
    return plan_announcement(RETURNED, kind, number, directory=DIRECTORY, calendar=CALENDAR, now=at)


@pytest.mark.parametrize(
    ("waiting", "known"),
    [
        ([], date(2025, 1, 25)),
        (unsent(NoticeKind.REOPENING, 1), date(2025, 1, 25)),
        (unsent(NoticeKind.RETURNED, "1"), None),
        (unsent(NoticeKind.RETURNED, "1-2-2025-01-22"), FORMER),
    ],
)
def test_of_a_day_whose_letter_has_not_left_an_agency_does_not_know(waiting, known):
    assert known_revise_on(RETURNED, waiting, CALENDAR) == known
    assert known_revise_on(OPEN, [], CALENDAR) is None
