"""The calendar files of agencies, read again as a subscriber's program would."""

import unicodedata
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from icalendar import Calendar

from lsplan_workflow.domain.agencies import Directory
from lsplan_workflow.domain.errors import RequestError
from lsplan_workflow.services.calendars import write_calendars
from tests.domain.province import local
from tests.services.office import OPENING

GRANTED = local(2025, 10, 1, 9)


def written(office, now=OPENING):
    """Write the calendars; return them by agency."""
    folder = office.folder / "calendars"
    write_calendars(office.at(now).workplace, folder)
    return {file.stem: Calendar.from_ical(file.read_bytes()) for file in folder.glob("*.ics")}


def events(calendar):
    return {str(event["uid"]).split("@")[0]: event for event in calendar.walk("VEVENT")}


def test_every_agency_that_owes_or_owed_has_a_calendar(opened):
    found = written(opened)
    assert set(found) == {"OLD", "FIN", "NEW", "SYT", "SCT", "D1", "X1", "X2"}


def test_a_calendar_says_what_it_is_and_how_often_it_is_renewed(opened):
    calendar = written(opened)["SYT"]
    assert calendar["x-wr-calname"] == calendar["name"] == "Hạn báo cáo – Sở SYT"
    assert calendar["method"] == "PUBLISH"
    assert calendar["refresh-interval"].dt == timedelta(hours=12)
    assert calendar["refresh-interval"].params["VALUE"] == "DURATION"
    assert calendar["x-published-ttl"] == "PT12H"
    (zone,) = calendar.walk("VTIMEZONE")
    assert zone["tzid"] == "Asia/Ho_Chi_Minh"
    (standard,) = zone.walk("STANDARD")
    assert standard["tzoffsetto"].td == timedelta(hours=7)


def test_the_deadlines_of_all_years_stand_in_it(opened):
    found = events(written(opened)["SYT"])
    due = found["annual-2025.SYT.due"]
    assert due["dtstart"].dt == date(2025, 10, 19)
    assert due["dtend"].dt == date(2025, 10, 20)
    assert due["summary"] == "Hạn gửi: Báo cáo annual năm 2025"
    assert "Gửi trước ngày 20/10/2025; ngày làm việc cuối 17/10/2025." in due["description"]
    assert found["annual-2026.SYT.due"]["dtstart"].dt == date(2026, 10, 19)


def test_reminders_ring_in_local_time(opened):
    reminder = events(written(opened)["SYT"])["annual-2025.SYT.before-14d"]
    start = reminder["dtstart"]
    assert start.params["TZID"] == "Asia/Ho_Chi_Minh"
    assert start.dt == local(2025, 10, 6, 7, 30)
    (alarm,) = reminder.walk("VALARM")
    assert (alarm["action"], alarm["trigger"].dt) == ("DISPLAY", timedelta())


def test_a_moved_deadline_keeps_its_uid_and_raises_its_sequence(opened):
    before = events(written(opened)["SYT"])
    opened.extend(GRANTED, "SYT", to=date(2025, 11, 3))
    after = events(written(opened, GRANTED)["SYT"])
    name = "annual-2025.SYT.due"
    assert after[name]["uid"] == before[name]["uid"]
    assert after[name]["sequence"] > before[name]["sequence"]
    assert after[name]["dtstart"].dt == date(2025, 11, 3)
    assert after[name]["dtstamp"].dt == GRANTED
    untouched = "annual-2026.SYT.due"
    assert after[untouched] == before[untouched]


def test_the_same_state_is_the_same_bytes_and_is_left_alone(opened):
    folder = opened.folder / "calendars"
    assert all(file.changed for file in write_calendars(opened.workplace, folder))
    before = {file: file.read_bytes() for file in folder.iterdir()}
    again = write_calendars(opened.at(GRANTED).workplace, folder)
    assert not any(file.changed for file in again)
    assert {file: file.read_bytes() for file in folder.iterdir()} == before
    opened.waive(GRANTED, "SCT")
    changed = [f.agency for f in write_calendars(opened.workplace, folder) if f.changed]
    assert changed == ["SCT"]


def test_a_waiver_and_a_return_are_told(opened):
    opened.submit(GRANTED, "SYT")
    opened.send_back(GRANTED, "SYT", "Thiếu số liệu", by=date(2025, 10, 10))
    opened.waive(GRANTED, "SCT")
    found = written(opened, GRANTED)
    revise = events(found["SYT"])["annual-2025.SYT.revise"]
    assert revise["dtstart"].dt == date(2025, 10, 10)
    assert revise["summary"].startswith("Hạn gửi lại: ")
    waived = events(found["SCT"])["annual-2025.SCT.due"]
    assert (waived["status"], waived["description"]) == ("CANCELLED", "Được miễn báo cáo.")


def test_the_calendar_of_an_agency_that_ends_says_so_and_cancels(small):
    small.run(local(2025, 1, 2, 8))
    before = events(written(small, local(2025, 1, 2, 8))["OLD"])["plan-2025.OLD.due"]
    assert before["status"] == "CONFIRMED"
    small.run(local(2025, 3, 3, 8))
    calendar = written(small, local(2025, 3, 3, 8))["OLD"]
    assert "Cơ quan kết thúc ngày 28/02/2025; kế thừa: Sở NEW." in calendar["x-wr-caldesc"]
    found = events(calendar)
    assert {event["status"] for event in found.values()} == {"CANCELLED"}
    passed = found["plan-2025.OLD.due"]
    assert passed["sequence"] > before["sequence"]
    assert passed["description"] == "Cơ quan kết thúc ngày 28/02/2025; kế thừa: Sở NEW."
    assert "annual-2026.OLD.due" in found


def test_an_end_without_successors_names_none(opened):
    agencies = opened.configuration.directory.agencies
    alone = tuple(replace(a, successors=()) if a.code == "D1" else a for a in agencies)
    opened.reconfigure(lambda c: replace(c, directory=Directory(alone, c.directory.contacts)))
    about = written(opened)["D1"]["x-wr-caldesc"]
    assert about.endswith("Cơ quan kết thúc ngày 30/06/2025.")


def test_an_english_programme_has_english_calendars(opened):
    (program,) = opened.configuration.programs
    opened.reconfigure(lambda c: replace(c, programs=(replace(program, language="en"),)))
    found = written(opened)
    due = events(found["SYT"])["annual-2025.SYT.due"]
    assert due["summary"] == "Due: annual report for 2025"
    assert due["description"].startswith("Due before 20 October 2025; the last working day is 17 ")
    assert "The agency ends on 30 June 2025; succeeded by: Department X1" in str(
        found["D1"]["x-wr-caldesc"]
    )


def test_names_are_composed_whatever_the_configuration_holds(opened):
    agencies = opened.configuration.directory.agencies
    apart = tuple(replace(a, name_vi=unicodedata.normalize("NFD", "Sở Y tế")) for a in agencies)
    opened.reconfigure(lambda c: replace(c, directory=Directory(apart, c.directory.contacts)))
    assert written(opened)["SYT"]["name"] == "Hạn báo cáo – Sở Y tế"


def test_a_folder_that_cannot_be_made_leaves_the_files_as_they_were(opened):
    (opened.folder / "file").write_text("")
    with pytest.raises(RequestError, match="this is no folder"):
        write_calendars(opened.workplace, opened.folder / "file")


def test_every_line_is_at_most_75_octets_and_ends_as_the_standard_has_it(opened):
    folder = opened.folder / "calendars"
    write_calendars(opened.workplace, folder)
    for file in folder.iterdir():
        lines = file.read_bytes().split(b"\r\n")
        assert lines[-1] == b""
        assert all(len(line) <= 75 and b"\n" not in line for line in lines)


def test_dates_are_read_back_as_dates(opened):
    for calendar in written(opened).values():
        for event in calendar.walk("VEVENT"):
            whole_day = not isinstance(event["dtstart"].dt, datetime)
            assert whole_day is not bool(event.walk("VALARM"))
            assert event["dtend"].dt > event["dtstart"].dt
