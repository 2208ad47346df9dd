from datetime import date

import pytest

from lsplan_workflow.domain.agencies import Agency, Contact, Directory, Role
from tests.domain.province import AGENCIES, DIRECTORY, FEBRUARY_ENDS, MARCH_BEGINS, agency


def test_an_agency_exists_from_its_first_to_its_last_day():
    commune = agency("X", valid_from=date(2025, 7, 1), valid_to=date(2025, 7, 31))
    days = [date(2025, 6, 30), date(2025, 7, 1), date(2025, 7, 31), date(2025, 8, 1)]
    assert [commune.exists_on(day) for day in days] == [False, True, True, False]
    assert commune.succeeded_on == date(2025, 8, 1)
    assert agency("Y").succeeded_on is None


def test_the_focal_point_is_followed_through_its_succession():
    assert DIRECTORY.follow("OLD", date(2025, 2, 28)).code == "OLD"
    assert DIRECTORY.follow("OLD", date(2025, 3, 1)).code == "NEW"
    ended = Directory((agency("E", valid_to=date(2025, 1, 1)),))
    assert ended.follow("E", date(2026, 1, 1)).code == "E"


def test_agencies_end_in_the_order_of_their_dates():
    assert [a.code for a in DIRECTORY.endings()] == ["FIN", "OLD", "D1"]
    assert "SYT" in DIRECTORY
    assert "??" not in DIRECTORY


def test_the_second_contact_of_a_role_has_a_key_of_its_own():
    one = Contact("SYT", Role.FOCAL, 1, "A", "a@syt.example")
    two = Contact("SYT", Role.FOCAL, 2, "B", "b@syt.example")
    directory = Directory(AGENCIES, (one, two, Contact("NEW", Role.ADMIN, 1, "C", "c@new.example")))
    assert [c.id for c in directory.contacts_of("SYT", Role.FOCAL)] == ["SYT/focal", "SYT/focal-2"]
    assert directory.contact("SYT/focal-2") is two
    assert directory.contact("SYT/head") is None
    assert [c.agency for c in directory.administrators()] == ["NEW"]


def test_administrators_of_an_agency_that_has_ended_are_told_but_do_not_count_as_left():
    old, new = (Contact(c, Role.ADMIN, 1, c, f"{c}@x.example") for c in ("OLD", "NEW"))
    directory = Directory(AGENCIES, (old, new))
    assert directory.administrators() == (old, new)
    # NEW has yet to begin on the last day of OLD.
    assert directory.administrators_after(FEBRUARY_ENDS) == (old, new)
    assert directory.administrators_after(MARCH_BEGINS) == (new,)


@pytest.mark.parametrize(
    ("name", "addressed"),
    [
        ("Sở Xây dựng (trước 01/03/2025)", "Sở Xây dựng"),
        ("Sở Xây dựng", "Sở Xây dựng"),
        ("Ban (A) và B", "Ban (A) và B"),
    ],
)
def test_brackets_that_tell_namesakes_apart_are_no_part_of_the_address(name, addressed):
    found = Agency("X", name, name, "department")
    assert found.form_of_address("vi") == addressed
    assert found.name("vi") == name
