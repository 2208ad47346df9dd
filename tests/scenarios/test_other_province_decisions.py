"""What the other province decides and changes under way, in its own words, week and ladder."""

import pytest

from lsplan_workflow.domain.obstacles import Statement
from lsplan_workflow.services.applying import Outcome
from lsplan_workflow.services.decisions import Grounds, extend, waive
from lsplan_workflow.services.obstacles import answer_obstacle, report_obstacle
from tests.scenarios.riverland import VIETNAMESE, riverland_in, there
from tests.scenarios.stories import pass_days
from tests.services.office import body
from tests.services.reconfiguring import applied, edited

CYCLE = "half-year-2026"
REPORT = "half-year report on water and roads for 2026"
GROUNDS = Grounds("a", "The bridge was closed.", "Letter No. 3 of the Governor")
SAID = Statement("The ferry landing is closed.", proposal="Repair it.")


def told(office, mailbox, since):
    """Return when each mail since an instant was written, and its subject."""
    mails = [m for m in office.mails(f"{mailbox}.riverland.example") if m["Date"].datetime >= since]
    return [(f"{m['Date'].datetime:%d/%m %H:%M}", str(m["Subject"])) for m in mails]


def live_through(office):
    """An obstacle in April, decisions in May, a moved deadline in October."""
    pass_days(office, there(4, 15, 8), there(4, 19, 8))
    number = report_obstacle(office.at(there(4, 19, 20)).workplace, "DIR", SAID, actor="a").number
    office.deliver_replies(there(4, 19, 20))
    pass_days(office, there(4, 20, 8), there(4, 28, 8))
    answer_obstacle(office.at(there(4, 29, 9)).workplace, number, "Under repair.", actor="a")
    pass_days(office, there(4, 29, 10), there(5, 1, 10))
    place, last_day = office.at(there(5, 20, 9)).workplace, there(6, 8).date()
    extend(place, CYCLE, ["MSOUTH", "DIR"], last_day, grounds=GROUNDS)
    waive(place, CYCLE, ["MISLE"], grounds=GROUNDS)
    pass_days(office, there(5, 20, 10), there(6, 14, 10))
    pass_days(office, there(10, 1, 8), there(10, 4, 8))
    later = edited(office.configuration, ('before = "11-01"', 'before = "11-08"'))
    unconfirmed = applied(office, later, there(10, 4, 9), confirmed=False)
    assert unconfirmed.outcome is Outcome.UNCONFIRMED
    applied(office, later, there(10, 4, 9))
    office.run(there(10, 4, 10))
    pass_days(office, there(11, 1, 10), there(11, 10, 10))


@pytest.fixture(scope="module")
def lived(tmp_path_factory):
    with riverland_in(tmp_path_factory.mktemp("riverland")) as office:
        live_through(office)
        yield office


def test_an_obstacle_is_answered_within_the_time_and_by_the_ladder_of_that_province(lived):
    april = there(4, 16)
    assert told(lived, "desk@irrigation", april)[:2] == [
        (
            "19/04 20:00",
            "Receipt of difficulty no. 2026-001 reported by "
            "the Directorate of Irrigation and Roads",
        ),
        (
            "29/04 10:00",
            "Answered: difficulty no. 2026-001 of the Directorate of Irrigation and Roads",
        ),
    ]
    assert [day for day, _ in told(lived, "desk@planning", april)[:2]] == [
        "19/04 20:00",
        "26/04 08:00",  # Five working days are over on Sunday the 26th.
    ]
    assert [day for day, _ in told(lived, "head@planning", april)[:1]] == ["28/04 08:00"]


def test_extended_agencies_are_chased_by_that_ladder_and_the_waived_one_is_not(lived):
    may = there(5, 20, 9)
    assert told(lived, "desk@south", may) == [
        ("20/05 10:00", f"Extension for the {REPORT}, before 9 June 2026"),
        ("07/06 10:00", f"Reminder: {REPORT}, before 9 June 2026 (1 day left)"),
        ("10/06 10:00", f"Overdue report of the Municipality of South Bank: {REPORT}"),
    ]
    assert [day for day, _ in told(lived, "mayor@south", may)] == ["10/06 10:00"]
    # What was waived does not pass on to the successors when the municipality ends in June.
    assert told(lived, "desk@isle", may) == [("20/05 10:00", f"Waiver of the {REPORT}")]
    assert told(lived, "mayor@isle", may) == []
    assert lived.owed(CYCLE)["MNORTH"].covers == ()


def test_a_moved_deadline_is_told_of_in_english_and_followed(lived):
    october = there(10, 4, 9)
    found = told(lived, "desk@planning", october)
    assert found[0] == (
        "04/10 10:00",
        "Change of deadline: budget statement for 2026, now before 8 November 2026",
    )
    # The last three working days before Sunday 8 November are the 5th, the 4th and the 3rd.
    assert [day for day, _ in found[1:]] == ["03/11 10:00", "08/11 10:00"]


def test_no_word_of_another_language_stands_in_any_of_these_letters(lived):
    assert len(lived.mails()) > 30
    for mail in lived.mails():
        assert not VIETNAMESE.search(mail["Subject"] + body(mail)), mail["Subject"]
