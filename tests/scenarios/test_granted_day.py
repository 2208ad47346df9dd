"""A day that was granted outlives all that happens to the cycle; what is decided last is told."""

import pytest

from tests.domain.province import local
from tests.scenarios.stories import FOCAL, letters, only, pass_days, status_row
from tests.services.office import HOUR, body
from tests.services.reconfiguring import applied, edited

GRANTED, OTHER = FOCAL.format("syt"), FOCAL.format("sct")
BEYOND, BACK = local(2025, 9, 10, 9), local(2025, 9, 15, 9)
LAST_EVENING = local(2025, 12, 18, 17, 30)


@pytest.fixture
def office(editable):
    """The annual report is open; two departments have mailboxes."""
    only(editable, "SYT", "SCT")
    editable.run(local(2025, 9, 3, 7, 30))
    return editable


def test_a_deadline_that_is_moved_beyond_a_granted_day_and_back_gives_that_day_back(office):
    office.extend(local(2025, 9, 4, 9), "SYT", to=local(2025, 10, 25).date())
    pass_days(office, local(2025, 9, 4, 10), local(2025, 9, 9, 10))
    before = office.configuration
    applied(office, edited(before, ('before = "10-20"', 'before = "10-31"')), BEYOND)
    pass_days(office, BEYOND + HOUR, local(2025, 9, 14, 10))
    assert status_row(office, BEYOND + HOUR, "SYT")[1] == "31/10/2025"
    applied(office, before, BACK)
    pass_days(office, BACK + HOUR, local(2025, 9, 17, 10))

    assert status_row(office, BACK + HOUR, "SYT")[1] == "26/10/2025 (hạn riêng)"
    assert status_row(office, BACK + HOUR, "SCT")[1] == "20/10/2025"
    assert letters(office, GRANTED) == [
        ("03/09 07:30", "V/v gửi"),
        ("04/09 10:00", "V/v gia"),
        ("10/09 10:00", "V/v thay"),
        ("15/09 10:00", "V/v thay"),
    ]
    told = body(office.mails(GRANTED)[-1])
    assert "từ trước ngày 31/10/2025 thành trước ngày 26/10/2025" in told


def test_what_is_decided_on_the_last_evening_of_a_cycle_reaches_the_agencies_next_morning(office):
    office.waive(LAST_EVENING, "SYT")
    office.extend(LAST_EVENING, "SCT", to=local(2025, 12, 18).date())
    office.run(LAST_EVENING + HOUR)
    office.run(local(2025, 12, 19, 7, 40))
    assert letters(office, GRANTED)[-1] == ("19/12 07:40", "V/v miễn")
    assert letters(office, OTHER)[-1] == ("19/12 07:40", "V/v gia")
    pass_days(office, local(2025, 12, 20, 8), local(2025, 12, 24, 8))
    assert letters(office, OTHER)[-1] == ("19/12 07:40", "V/v gia")
