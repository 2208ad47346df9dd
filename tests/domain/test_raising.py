from dataclasses import replace
from datetime import date

import pytest

from lsplan_workflow.domain.agencies import Contact, Directory, Role
from lsplan_workflow.domain.notice_kinds import NoticeKind, NoticeStatus
from lsplan_workflow.domain.notices import Notice
from lsplan_workflow.domain.raising import can_be_raised, is_heard, plan_instead
from tests.domain.province import DIRECTORY, local

LATER = local(2025, 10, 6, 9)
FAILED = Notice(
    key="annual-2025/SYT/before-14d/focal",
    kind=NoticeKind.REMINDER,
    rung="before-14d",
    cycle="annual-2025",
    agency="SYT",
    contact="SYT/focal",
    recipient="focal@syt.example",
    language="vi",
    send_at=local(2025, 10, 6, 7, 30),
    status=NoticeStatus.FAILED,
    due_on=date(2025, 10, 20),
)


def another(contact, status=NoticeStatus.SENT, **changed):
    slug = contact.partition("/")[2]
    key = f"annual-2025/SYT/before-14d/{slug}"
    given = {"recipient": f"{slug}@syt.example", "key": key} | changed
    return replace(FAILED, contact=contact, status=status, **given)


def with_more(*contacts):
    return Directory(DIRECTORY.agencies, (*DIRECTORY.contacts, *contacts))


SECOND = Contact("SYT", Role.FOCAL, 2, "Bà Hai", "hai@syt.example", "en")


def instead(*others, directory=DIRECTORY, suspects=()):
    return plan_instead(FAILED, others, directory, suspects, send_at=LATER)


def test_another_contact_of_the_role_comes_before_whoever_stands_in():
    found = instead(directory=with_more(SECOND))
    assert (found.contact, found.recipient, found.language) == ("SYT/focal-2", SECOND.address, "en")


def test_where_the_role_has_nobody_else_the_one_who_stands_in_hears_it():
    found = instead()
    assert found == replace(
        FAILED,
        key="annual-2025/SYT/before-14d/head",
        contact="SYT/head",
        recipient="head@syt.example",
        send_at=LATER,
        status=NoticeStatus.PENDING,
    )


def test_whoever_has_been_tried_or_cannot_be_reached_is_passed_over():
    tried = another("SYT/focal-2", NoticeStatus.FAILED, recipient="hai@syt.example")
    assert instead(tried, directory=with_more(SECOND)).contact == "SYT/head"
    suspects = {"SYT/focal-2"}
    assert instead(directory=with_more(SECOND), suspects=suspects).contact == "SYT/head"


def test_another_contact_at_the_address_that_was_refused_is_no_help():
    twin = replace(SECOND, address="focal@syt.example")
    assert instead(directory=with_more(twin)).contact == "SYT/head"


def test_in_the_end_nobody_is_left():
    assert instead(another("SYT/head", NoticeStatus.FAILED)) is None
    assert instead(suspects={"SYT/head"}) is None


def test_for_a_contact_that_the_configuration_has_no_more_the_next_one_hears_it():
    key, contact = "annual-2025/SYT/before-14d/focal-9", "SYT/focal-9"
    gone = replace(FAILED, key=key, contact=contact, recipient="cu@syt.example")
    found = plan_instead(gone, (), DIRECTORY, (), send_at=LATER)
    assert (found.key, found.contact) == ("annual-2025/SYT/before-14d/focal", "SYT/focal")


def test_whoever_is_a_contact_by_another_number_now_hears_it_at_the_same_address():
    key, contact = "annual-2025/SYT/before-14d/focal-9", "SYT/focal-9"
    gone = replace(FAILED, key=key, contact=contact, recipient="focal@syt.example")
    found = plan_instead(gone, (), DIRECTORY, (), send_at=LATER)
    assert (found.contact, found.recipient) == ("SYT/focal", "focal@syt.example")


def test_the_key_names_the_other_agency_of_a_contact_that_took_over():
    taken = replace(
        FAILED,
        key="annual-2025/D1/before-14d/X1-focal",
        agency="D1",
        contact="X1/focal",
        recipient="focal@x1.example",
    )
    found = plan_instead(taken, (), DIRECTORY, (), send_at=LATER)
    assert (found.key, found.contact) == ("annual-2025/D1/before-14d/X1-head", "X1/head")


@pytest.mark.parametrize("status", list(NoticeStatus))
def test_the_agency_hears_it_if_it_was_sent_to_another_or_waits_for_him(status):
    heard = {NoticeStatus.PENDING, NoticeStatus.SENDING, NoticeStatus.RETRY, NoticeStatus.SENT}
    assert is_heard(FAILED, [another("SYT/focal-2", status)]) == (status in heard)


def test_what_another_agency_hears_is_not_what_this_one_hears():
    assert not is_heard(FAILED, [another("SCT/focal")])
    assert not is_heard(FAILED, [])


def test_copies_and_what_every_administrator_is_told_are_not_raised():
    assert can_be_raised(FAILED)
    assert not can_be_raised(replace(FAILED, copy_of="annual-2025/SYT/overdue-3wd/head"))
    assert not can_be_raised(replace(FAILED, kind=NoticeKind.FAILURE))
