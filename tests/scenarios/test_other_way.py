"""A report reached the office in time on paper, and is entered when it was overdue already."""

import pytest

from lsplan_workflow.services.submissions import Arrival
from tests.domain.province import local
from tests.scenarios.stories import (
    FOCAL,
    HEAD,
    all_filed_but,
    assert_proper,
    last_report,
    letters,
    only,
    pass_days,
    status_row,
)
from tests.services.office import body

MAILBOX = FOCAL.format("syt")
ON_PAPER = Arrival(local(2025, 10, 17, 16, 30), "Bản giấy, văn thư nhận lúc 16:30 ngày 17/10.")
ENTERED = local(2025, 10, 21, 9)


@pytest.fixture
def office(editable):
    """On 20 October two agencies have not reported, as far as anybody knows."""
    only(editable, "SYT", "SCT", "STC25")
    editable.run(local(2025, 9, 3, 7, 30))
    all_filed_but(editable, local(2025, 9, 4, 9), "SYT", "SCT")
    pass_days(editable, local(2025, 10, 17, 7, 30), local(2025, 10, 20, 7, 30))
    return editable


def enter(office):
    assert not office.submit(ENTERED, "SYT", arrival=ON_PAPER).late
    office.deliver_replies(ENTERED)
    pass_days(office, local(2025, 10, 21, 10), local(2025, 10, 31, 10))
    office.run(local(2025, 10, 31, 17))


def test_the_chase_ends_and_the_receipt_states_when_it_arrived(office):
    enter(office)
    assert letters(office, MAILBOX) == [
        ("03/09 07:30", "V/v gửi"),
        ("17/10 07:30", "Nhắc thời"),
        ("20/10 07:30", "V/v đôn"),
        ("21/10 09:00", "Xác nhận"),
    ]
    assert letters(office, HEAD.format("syt")) == []
    assert letters(office, HEAD.format("sct")) == [("22/10 10:00", "V/v đôn")]
    receipt = office.mails(MAILBOX)[-1]
    assert_proper(receipt)
    assert "lúc 16:30 ngày 17/10/2025" in body(receipt)
    assert "gửi đúng hạn" in body(receipt)


def test_it_is_on_time_wherever_that_shows(office):
    enter(office)
    assert status_row(office, local(2025, 10, 31, 17), "SYT") == (
        *("đã gửi, chờ duyệt", "20/10/2025", "đúng hạn", "17/10/2025 16:30", ""),
    )
    (digest,) = office.mails(HEAD.format("stc25"))
    assert digest["Subject"].endswith("19/20 cơ quan đã gửi")
    assert "Sở Y tế" not in body(digest)
    said = last_report(office)
    assert "- Gửi đúng hạn: 19 cơ quan, đơn vị (95,0%)." in said
    assert "- Gửi chậm: 0 cơ quan, đơn vị (0,0%)." in said


def test_the_log_holds_when_it_was_entered_by_whom_and_why_only_then(office):
    enter(office)
    (event,) = [e for e in office.events(agency="SYT") if e.event == "submitted"]
    assert (event.at, event.actor) == (ENTERED, "cli")
    assert "2025-10-17T16:30:00+07:00" in event.payload
    assert "văn thư nhận lúc 16:30 ngày 17/10" in event.payload


def test_whoever_filed_late_as_well_becomes_on_time_when_the_paper_is_found(office):
    office.submit(local(2025, 10, 21, 8), "SYT")
    office.run(local(2025, 10, 21, 8))
    assert "gửi chậm" in body(office.mails(MAILBOX)[-1])
    assert status_row(office, local(2025, 10, 21, 8), "SYT")[2] == "chậm 2 ngày"
    enter(office)
    assert status_row(office, local(2025, 10, 31, 17), "SYT")[2:4] == (
        *("đúng hạn", "17/10/2025 16:30"),
    )
    assert "gửi đúng hạn" in body(office.mails(MAILBOX)[-1])


def test_what_arrived_on_the_due_day_stays_late_however_it_came(office):
    arrival = Arrival(local(2025, 10, 20), "Bản giấy.")
    assert office.submit(ENTERED, "SYT", arrival=arrival).late
