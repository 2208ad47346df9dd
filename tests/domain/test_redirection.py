"""News that has not left when an agency ends is told to whoever stands for it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from lsplan_workflow.domain.agencies import Directory, Role
from lsplan_workflow.domain.notice_kinds import NoticeKind, NoticeStatus
from lsplan_workflow.domain.notices import Notice
from lsplan_workflow.domain.redirection import redirected
from tests.domain.province import (
    AGENCIES,
    DIRECTORY,
    FEBRUARY_ENDS,
    MARCH_BEGINS,
    agency,
    contacts,
    local,
)

NEWS = Notice(
    key="plan-2025/FIN/acceptance-1/focal",
    kind=NoticeKind.ACCEPTANCE,
    rung="acceptance-1",
    cycle="plan-2025",
    agency="FIN",
    contact="FIN/focal",
    recipient="focal@fin.example",
    language="vi",
    send_at=local(2025, 3, 3, 7, 30),
    status=NoticeStatus.RETRY,
)
ANSWER = replace(
    NEWS,
    key="obstacle/2025-001/FIN/answered-3/focal",
    kind=NoticeKind.OBSTACLE_ANSWER,
    rung="answered-3",
    cycle="",
    obstacle="2025-001",
)


@pytest.mark.parametrize(
    ("day", "told"),
    [
        (FEBRUARY_ENDS, "plan-2025/FIN/acceptance-1/focal"),
        (MARCH_BEGINS, "plan-2025/FIN/acceptance-1/NEW-focal"),
        (MARCH_BEGINS + timedelta(days=1), "plan-2025/FIN/acceptance-1/NEW-focal"),
    ],
)
def test_the_successor_is_told_from_its_first_day_on(day, told):
    assert [n.key for n in redirected(NEWS, DIRECTORY, day)] == [told]


def test_it_is_the_same_news_about_the_same_agency_and_has_never_been_tried():
    (instead,) = redirected(NEWS, DIRECTORY, MARCH_BEGINS)
    assert instead == replace(
        NEWS,
        key="plan-2025/FIN/acceptance-1/NEW-focal",
        contact="NEW/focal",
        recipient="focal@new.example",
        status=NoticeStatus.PENDING,
    )


def test_it_is_told_in_the_language_of_whoever_reads_it():
    english = tuple(replace(c, language="en") for c in DIRECTORY.contacts)
    (instead,) = redirected(NEWS, Directory(AGENCIES, english), MARCH_BEGINS)
    assert instead.language == "en"


def test_an_answer_belongs_to_whoever_hears_it():
    (instead,) = redirected(ANSWER, DIRECTORY, MARCH_BEGINS)
    assert (instead.key, instead.agency) == ("obstacle/2025-001/FIN/answered-3/NEW-focal", "NEW")


@pytest.mark.parametrize("kind", list(NoticeKind))
def test_only_what_became_of_a_matter_under_the_old_name_is_news(kind):
    found = redirected(replace(NEWS, kind=kind), DIRECTORY, MARCH_BEGINS)
    news = {
        *(NoticeKind.ACCEPTANCE, NoticeKind.WAIVER),
        *(NoticeKind.REOPENING, NoticeKind.OBSTACLE_ANSWER),
    }
    assert (found != (replace(NEWS, kind=kind),)) == (kind in news)


def test_what_is_being_sent_at_this_moment_is_left_alone():
    sending = replace(NEWS, status=NoticeStatus.SENDING)
    assert redirected(sending, DIRECTORY, MARCH_BEGINS) == (sending,)


def test_that_it_has_not_to_answer_any_more_is_no_news_for_a_successor():
    relieved = replace(ANSWER, rung="relieved-3")
    assert redirected(relieved, DIRECTORY, MARCH_BEGINS) == (relieved,)


def test_of_a_chain_the_last_is_told_and_of_a_split_the_lead():
    chain = [
        agency("FIN", valid_to=FEBRUARY_ENDS, successors=("NEW", "SCT")),
        agency("NEW", valid_to=date(2025, 3, 9), successors=("SYT",)),
        agency("SYT"),
        agency("SCT"),
    ]
    directory = Directory(tuple(chain), contacts(*chain))
    (split,) = redirected(NEWS, directory, date(2025, 3, 9))
    assert split.contact == "NEW/focal"
    (last,) = redirected(split, directory, date(2025, 3, 10))
    assert (last.key, last.contact) == ("plan-2025/FIN/acceptance-1/SYT-focal", "SYT/focal")


def test_every_focal_person_is_told_or_else_whoever_stands_in_for_them():
    many = [c for c in DIRECTORY.contacts if c.role is not Role.FOCAL or c.agency != "NEW"]
    (head,) = redirected(NEWS, Directory(AGENCIES, tuple(many)), MARCH_BEGINS)
    assert head.contact == "NEW/head"
    focal = next(c for c in DIRECTORY.contacts_of("NEW", Role.FOCAL))
    both = (*many, focal, replace(focal, number=2))
    found = redirected(NEWS, Directory(AGENCIES, both), MARCH_BEGINS)
    assert [n.contact for n in found] == ["NEW/focal", "NEW/focal-2"]


@pytest.mark.parametrize("successors", [(), ("NEW",)])
def test_where_nobody_could_be_told_it_stays_as_it_is(successors):
    ended = agency("FIN", valid_to=FEBRUARY_ENDS, successors=successors)
    directory = Directory((ended, agency("NEW")), contacts(ended))
    assert redirected(NEWS, directory, MARCH_BEGINS) == (NEWS,)


def test_of_an_agency_that_the_configuration_has_no_more_nothing_is_known():
    assert redirected(NEWS, Directory((agency("SYT"),)), MARCH_BEGINS) == (NEWS,)
