"""What an agency owes again that has ended: whoever has to file it now is told, and nobody else."""

from __future__ import annotations

from datetime import date

import pytest

from lsplan_workflow.store import cycles
from tests.domain.province import agency, local
from tests.services.office import HOUR, body
from tests.services.test_succession import with_agencies

OPENS, FILED = local(2025, 9, 3, 7, 30), local(2025, 9, 10, 9)
EVENING, FIRST_DAY = local(2025, 9, 30, 18), local(2025, 10, 1, 8)
ENDS = date(2025, 9, 30)


def ending(office, *successors):
    with_agencies(office, agency("SYT", valid_to=ENDS, successors=successors))
    with office.workplace.database.writing() as session:
        cycles.schedule(session, "annual-2025", FILED)  # As `apply` does.


def split(office):
    ending(office, "SCT", "NEW")


def merged(office):
    ending(office, "NEW")


@pytest.fixture
def office(small):
    small.run(OPENS)
    small.submit(FILED, "SCT")
    return small


def told(office, kind="reopening"):
    rows = office.notices(kind=kind).values()
    return {row.contact: row.status for row in rows if row.agency == "SYT"}


def letter_to(office, code, subject):
    mails = office.mails(f"focal@{code.lower()}.example")
    return next(m for m in reversed(mails) if subject in m["Subject"])


def test_in_a_split_only_those_are_asked_who_have_to_file_it(office):
    """SCT, the lead successor, has filed its own: NEW takes over."""
    office.waive(FILED, "SYT")
    split(office)
    office.run(FIRST_DAY)
    office.reopen(FIRST_DAY + HOUR, "SYT")
    office.deliver(FIRST_DAY + HOUR)
    assert told(office) == {"NEW/focal": "sent"}
    said = body(letter_to(office, "NEW", "mở lại"))
    assert "nghĩa vụ gửi báo cáo annual năm 2025 của Sở SYT được mở lại" in said
    assert "Sở NEW nay có trách nhiệm gửi, trong cùng báo cáo của mình." in said
    assert "Đề nghị Quý cơ quan gửi báo cáo trước ngày 20/10/2025." in said


def test_it_is_asked_for_by_the_deadline_of_the_report_that_covers_it(office):
    office.waive(FILED, "SYT")
    office.extend(FILED, "NEW", to=date(2025, 10, 25))
    merged(office)
    office.run(FIRST_DAY)
    office.reopen(FIRST_DAY + HOUR, "SYT")
    office.deliver(FIRST_DAY + HOUR)
    mail = letter_to(office, "NEW", "mở lại")
    assert "gửi báo cáo trước ngày 26/10/2025." in body(mail)
    # The event of its own report stands in the letter of the succession.
    assert [p for p in mail.walk() if p.get_content_type() == "text/calendar"] == []


def test_what_was_never_filed_is_not_called_settled_to_whoever_has_to_file_it(office):
    office.submit(FILED, "SYT")
    merged(office)
    office.run(FIRST_DAY)
    office.void(FIRST_DAY + HOUR, "SYT", 1)
    office.deliver(FIRST_DAY + HOUR)
    said = body(letter_to(office, "NEW", "không tính bản gửi lần 1"))
    assert "không phải gửi" not in said
    assert "gửi báo cáo trước ngày 20/10/2025." in said


def test_the_old_agency_reads_who_has_taken_over_and_nobody_else(office):
    split(office)
    office.run(FIRST_DAY)
    said = body(letter_to(office, "SYT", "chuyển giao"))
    assert "đã chuyển cho Sở NEW." in said


@pytest.mark.parametrize("waived", [False, True])
def test_a_reopening_of_the_last_evening_is_told_to_the_successor(office, waived):
    if waived:
        office.waive(FILED, "SYT")
    else:
        office.submit(FILED, "SYT")
        office.accept(FILED, "SYT")
    merged(office)
    office.run(FILED)
    office.reopen(EVENING, "SYT")
    office.run(EVENING)
    office.run(FIRST_DAY)
    assert told(office) == {"SYT/focal": "cancelled", "NEW/focal": "sent"}


def test_a_voiding_of_the_last_evening_is_told_to_the_successor(office):
    office.submit(FILED, "SYT")
    office.submit(FILED + HOUR, "SYT")
    merged(office)
    office.run(FILED + HOUR)
    office.void(EVENING, "SYT", 2)
    office.run(EVENING)
    office.run(FIRST_DAY)
    assert told(office) == {"SYT/focal": "cancelled", "NEW/focal": "sent"}


def test_a_reopening_of_the_last_evening_is_told_to_no_heir_that_has_filed(office):
    office.waive(FILED, "SYT")
    split(office)
    office.run(FILED)
    office.reopen(EVENING, "SYT")
    office.run(FIRST_DAY)
    assert told(office) == {"SYT/focal": "cancelled", "SCT/focal": "cancelled"}
    assert told(office, "succession")["SYT/focal"] == "sent"
    assert office.notice("annual-2025/NEW/succession-2025-10-01/focal").status == "sent"


def test_a_deadline_that_was_corrected_is_not_called_an_extension_among_others(office):
    office.extend(local(2025, 10, 16, 9), "SYT", to=date(2025, 10, 25))
    office.run(local(2025, 10, 16, 9))
    office.extend(local(2025, 10, 16, 18), "SYT", to=date(2025, 10, 19), correct=True)
    office.run(local(2025, 10, 17, 8))
    said = body(office.mails("focal@syt.example")[-1])
    assert "Được gia hạn" not in said
    assert "Thời hạn được điều chỉnh, thay cho thời hạn trước ngày 26/10/2025 theo" in said
