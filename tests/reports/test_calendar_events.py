from dataclasses import replace
from datetime import date

import pytest
from icalendar import Calendar

from lsplan_workflow.reports.calendar_events import CalendarEvent, Organizer, write_message
from tests.domain.province import local

EVENT = CalendarEvent(
    uid="annual-2025-SYT@KH268.lsplan",
    summary="Hạn gửi: Báo cáo năm 2025",
    description="Gửi về bao-cao@stc.example.\nUID:any@lsplan",
    start=date(2025, 10, 19),
    sequence=1,
    changed_at=local(2025, 9, 3, 8),
)
OFFICE = Organizer("Sở Tài chính", "bao-cao@stc.example")


def written(event):
    return write_message(event, OFFICE, "Asia/Ho_Chi_Minh", "vi")


@pytest.mark.parametrize("uid", ["SYT@KH268.lsplan", "a,b;c\\d@lsplan", "Đ" * 100, "any@lsplan"])
def test_each_file_has_the_uid_of_its_own_event_whatever_was_written_before(uid):
    for event in (EVENT, replace(EVENT, uid=uid)):
        (found,) = Calendar.from_ical(written(event)).events
        assert found["uid"] == event.uid
        assert found["description"] == event.description


def test_files_of_events_that_differ_in_their_uid_alone_differ_in_one_line():
    one, other = (written(replace(EVENT, uid=uid)).split(b"\r\n") for uid in ("a@x", "b@x"))
    assert [pair for pair in zip(one, other, strict=True) if pair[0] != pair[1]] == [
        (b"UID:a@x", b"UID:b@x")
    ]


def test_no_line_of_a_file_is_longer_than_75_octets():
    assert max(map(len, written(replace(EVENT, uid="Đ" * 100)).split(b"\r\n"))) <= 75
