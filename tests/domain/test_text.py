from datetime import date

import pytest

from lsplan_workflow.domain.errors import ConfigurationError, Fault
from lsplan_workflow.domain.notice_kinds import NoticeKind
from lsplan_workflow.domain.text import Text, english_date
from tests.domain.province import ANNUAL, DIRECTORY

TEXT = Text("Chưa có", "There is none")


@pytest.mark.parametrize(("language", "said"), [("vi", "Chưa có"), ("en", "There is none")])
def test_a_sentence_is_said_in_the_language_asked_for(language, said):
    assert TEXT.in_language(language) == said


def test_a_language_that_is_not_known_is_answered_in_vietnamese():
    assert TEXT.in_language("fr") == "Chưa có"


def test_a_fault_names_file_line_field_and_value():
    fault = Fault("agencies.csv", 7, "valid_to", "2025-02-30", Text("ngày có thật", "a real day"))
    said = fault.in_language("en")
    assert said == "agencies.csv:7: valid_to: 2025-02-30: a real day"
    assert ConfigurationError(TEXT, [fault]).faults == (fault,)
    assert str(ConfigurationError(TEXT, [fault])) == "There is none"


def test_names_of_agencies_and_regimes_follow_the_language():
    assert DIRECTORY["SYT"].name("vi") == "Sở SYT"
    assert DIRECTORY["SYT"].name("en") == "Department SYT"
    assert ANNUAL.name("vi") == "Báo cáo annual"
    assert ANNUAL.name("en") == "annual report"


def test_only_receipts_and_word_of_a_new_obstacle_leave_at_any_hour():
    assert {k for k in NoticeKind if k.is_reply} == {
        NoticeKind.RECEIPT,
        NoticeKind.OBSTACLE_RECEIPT,
        NoticeKind.OBSTACLE,
    }


def test_only_what_asks_for_a_report_or_its_revision_is_void_once_that_has_arrived():
    assert {k for k in NoticeKind if not k.asks} == {
        NoticeKind.DIGEST,
        NoticeKind.RECEIPT,
        NoticeKind.ACCEPTANCE,
        NoticeKind.WAIVER,
        NoticeKind.SUCCESSION,
        NoticeKind.FAILURE,
        *(kind for kind in NoticeKind if kind.startswith("obstacle")),
    }
    assert DIRECTORY["OLD"].valid_to == date(2025, 2, 28)


def test_english_writes_the_month_in_words():
    assert english_date(date(2025, 11, 5)) == "5 November 2025"
