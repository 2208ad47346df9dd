"""A deadline in people's calendars: it comes with the opening, moves, and goes when all is done."""

from datetime import date

import pytest
from icalendar import Calendar

from tests.domain.province import local
from tests.scenarios.stories import FOCAL, only
from tests.services.office import office_of
from tests.services.reconfiguring import applied, edited

OPENED, GRANTED = local(2025, 9, 3, 7, 30), local(2025, 9, 10, 9)
MOVED, ACCEPTED = local(2025, 9, 30, 9), local(2025, 10, 7, 9)


@pytest.fixture(scope="module")
def mails(tmp_path_factory, editable_template, editable_configuration):
    """What SYT was told: of the opening, an extension, a change of deadline, an acceptance."""
    folder = tmp_path_factory.mktemp("calendars")
    with office_of(folder, editable_template, editable_configuration) as office:
        only(office, "SYT", "STC25")
        office.run(OPENED)
        office.extend(GRANTED, "SYT", to=date(2025, 10, 23))
        office.run(GRANTED)
        later = edited(office.configuration, ('before = "10-20"', 'before = "11-03"'))
        applied(office, later, MOVED)
        office.run(MOVED)
        office.submit(ACCEPTED, "SYT")
        office.accept(ACCEPTED, "SYT")
        office.run(ACCEPTED)
        yield office.mails(FOCAL.format("syt"))


def in_calendar(mails):
    """Return what a calendar that takes every file holds after each of them."""
    parts = [part for mail in mails for part in mail.walk()]
    files = [p for p in parts if p.get_content_type() == "text/calendar"]
    calendars = [Calendar.from_ical(file.get_payload(decode=True)) for file in files]
    return [(str(found["method"]), found.walk("VEVENT")[0]) for found in calendars]


def test_the_deadline_comes_moves_twice_and_goes(mails):
    told = in_calendar(mails)
    assert [(method, event["dtstart"].dt, str(event["status"])) for method, event in told] == [
        ("PUBLISH", date(2025, 10, 19), "CONFIRMED"),
        ("PUBLISH", date(2025, 10, 23), "CONFIRMED"),
        ("PUBLISH", date(2025, 11, 2), "CONFIRMED"),
        ("CANCEL", date(2025, 11, 2), "CANCELLED"),
    ]


def test_it_is_one_event_whose_sequence_grows(mails):
    told = [event for _, event in in_calendar(mails)]
    assert len({str(event["uid"]) for event in told}) == 1
    assert [event["sequence"] for event in told] == [0, 1, 2, 3]
    stamps = [event["dtstamp"].dt for event in told]
    assert stamps == sorted(set(stamps))


def test_all_of_it_is_one_conversation(mails):
    assert len({mail["References"] for mail in mails}) == 1
