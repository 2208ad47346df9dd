import pytest

from lsplan_workflow.domain.notice_kinds import (
    CHASING,
    DATED,
    NOTICE_STATUS_VI,
    UNREACHABLE,
    WAITING,
    WITHDRAWN,
    NoticeKind,
    NoticeStatus,
)

ASKING = {
    "opening",
    "reminder",
    "overdue",
    "escalation",
    "returned",
    "revision",
    "extension",
    "deadline",
    "reopening",
}
ANSWERING = {"receipt", "obstacle_receipt", "obstacle"}
TELLING = {
    "digest",
    "acceptance",
    "waiver",
    "succession",
    "failure",
    "obstacle_assigned",
    "obstacle_reminder",
    "obstacle_answer",
}


CHASES = {"opening", "reminder", "overdue", "escalation"}
SAYS_UNTIL_WHEN = {*CHASES, "extension", "deadline", "reopening", "succession"}


@pytest.mark.parametrize("kind", NoticeKind)
def test_it_is_known_what_chases_a_report_and_what_says_until_when_it_is_due(kind):
    assert (kind in CHASING) == (kind.value in CHASES)
    assert (kind in DATED) == (kind.value in SAYS_UNTIL_WHEN)


@pytest.mark.parametrize("status", NoticeStatus)
def test_what_was_superseded_or_cancelled_never_leaves(status):
    assert (status in WITHDRAWN) == (status.value in {"superseded", "cancelled"})


def test_the_words_that_the_database_holds_for_kinds_do_not_change():
    assert set(map(str, NoticeKind)) == ASKING | ANSWERING | TELLING
    assert all(kind.name == kind.value.upper() for kind in NoticeKind)


def test_the_word_that_the_database_holds_for_an_agency_out_of_reach_does_not_change():
    assert UNREACHABLE == "unreachable/"


@pytest.mark.parametrize("kind", NoticeKind)
def test_what_asks_an_agency_for_something_may_be_void_when_it_leaves(kind):
    assert kind.asks is (kind.value in ASKING)


@pytest.mark.parametrize("kind", NoticeKind)
def test_what_follows_a_persons_act_at_once_leaves_at_any_hour(kind):
    assert kind.is_reply is (kind.value in ANSWERING)


@pytest.mark.parametrize(
    ("status", "waits"),
    [
        ("pending", True),
        ("sending", True),
        ("sent", False),
        ("retry", True),
        ("failed", False),
        ("superseded", False),
        ("cancelled", False),
        ("given_up", False),
    ],
)
def test_a_notice_waits_until_it_has_left_or_never_will(status, waits):
    found = NoticeStatus(status)
    assert (found in WAITING) is waits
    assert found.name == status.upper()


def test_there_are_no_other_states_of_a_notice():
    assert len(NoticeStatus) == 8


def test_every_state_has_the_word_that_people_know_it_by():
    assert {status.value: word for status, word in NOTICE_STATUS_VI.items()} == {
        "pending": "chờ gửi",
        "sending": "đang gửi",
        "sent": "đã gửi",
        "retry": "chờ thử lại",
        "failed": "không gửi được",
        "superseded": "đã thay bằng mốc sau",
        "cancelled": "không còn cần",
        "given_up": "thôi gửi",
    }
