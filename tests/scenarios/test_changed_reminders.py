"""Reminders are added and taken away, and a year is ordered, while a cycle is open."""

import pytest

from tests.domain.province import local
from tests.scenarios.stories import FOCAL, letters, only, pass_days
from tests.services.reconfiguring import applied, edited

CHANGED = local(2025, 9, 24, 9)
OLD = 'reminders = ["before-30d", "before-14d", "before-7d", "before-3wd", "before-1wd"]'
NEW = 'reminders = ["before-40d", "before-10d", "before-3wd"]'


@pytest.fixture
def office(editable):
    """By 24 September the first reminder has left, by the rung of 30 days."""
    only(editable, "SYT")
    pass_days(editable, local(2025, 9, 3, 7, 30), local(2025, 9, 24, 7, 30))
    return editable


def change(office):
    years = ('years = "2025-2026"', 'years = "2025-2027"')
    return applied(office, edited(office.configuration, (OLD, NEW), years), CHANGED)


def of_syt(notices):
    """Return the rungs of this year's notices to one agency, and when they leave."""
    found = (n for n in notices if n.key.startswith("annual-2025/SYT/"))
    return [(notice.rung, notice.send_at) for notice in found]


def test_it_shows_which_notices_come_and_which_are_withdrawn_and_what_year_is_new(office):
    found = change(office)
    assert of_syt(found.notices.added) == [("before-10d", local(2025, 10, 10, 7, 30))]
    assert of_syt(found.notices.withdrawn) == [
        ("before-14d", local(2025, 10, 6, 7, 30)),
        ("before-7d", local(2025, 10, 13, 7, 30)),
        ("before-1wd", local(2025, 10, 17, 7, 30)),
    ]
    assert of_syt([move.after for move in found.notices.moved]) == []
    (cycle,) = found.cycles
    assert (cycle.code, cycle.before, cycle.breaks_word) == ("annual-2027", None, False)
    assert (cycle.after.opens_at, cycle.after.due_at) == (local(2027, 9, 1), local(2027, 10, 20))


def test_what_was_shown_is_what_people_get_and_nobody_is_reminded_twice(office):
    change(office)
    pass_days(office, local(2025, 9, 24, 9), local(2025, 10, 19, 9))
    assert letters(office, FOCAL.format("syt")) == [
        ("03/09 07:30", "V/v gửi"),
        ("19/09 07:30", "Nhắc thời"),
        ("10/10 09:00", "Nhắc thời"),  # The rung of 40 days was past when it was set.
        ("15/10 09:00", "Nhắc thời"),
    ]
