"""Every configuration of a year is kept: listed, shown, compared, and held by the log."""

import json

import pytest

from lsplan_workflow.domain.text import VIETNAMESE
from lsplan_workflow.services import history
from lsplan_workflow.services.applying import Outcome
from tests.domain.province import local
from tests.scenarios.stories import only, pass_days
from tests.services.office import office_of
from tests.services.reconfiguring import applied, edited, with_day_off

MOVED, DAY_OFF, GIVEN_UP = local(2025, 9, 30, 9), local(2025, 10, 13, 16), local(2025, 10, 21, 9)


@pytest.fixture(scope="module")
def lived(tmp_path_factory, editable_template, editable_configuration):
    """A deadline was moved, a day off announced, and given up again."""
    folder = tmp_path_factory.mktemp("versions")
    with office_of(folder, editable_template, editable_configuration) as office:
        office.run(local(2025, 9, 3, 7, 30))
        applied(only(office), edited(office.configuration, ('"10-20"', '"10-25"')), MOVED)
        second = office.configuration
        pass_days(office, local(2025, 10, 10, 10), local(2025, 10, 12, 10))
        applied(office, with_day_off(second, "2025-10-24"), DAY_OFF)
        pass_days(office, local(2025, 10, 17, 10), local(2025, 10, 20, 10))
        assert applied(office, second, GIVEN_UP).number == 4
        yield office


def versions(office):
    with office.workplace.database.reading() as session:
        return history.versions(session)


def test_the_history_tells_who_applied_what_when_in_words(lived):
    found = history.history(versions(lived))
    assert [(c.after.number, c.after.applied_at, c.after.applied_by) for c in found] == [
        (1, None, "test"),  # The first of a rehearsal has no instant.
        (2, MOVED, "cli"),
        (3, DAY_OFF, "cli"),
        (4, GIVEN_UP, "cli"),
    ]
    said = [[d.text.in_language(VIETNAMESE) for d in c.differences] for c in found[1:]]
    assert said == [
        ["Chế độ annual: thời hạn đổi từ trước ngày 20/10 thành trước ngày 25/10"],
        ["Lịch năm 2025: nay nghỉ 24/10/2025"],
        ["Lịch năm 2025: nay làm việc 24/10/2025"],
    ]


def test_any_version_can_be_shown_as_it_was_and_compared_with_any_other(lived):
    known = versions(lived)
    first, second, third, fourth = known
    assert history.version(known, None).files == fourth.files == second.files
    assert 'before = "10-20"' in history.version(known, 1).files["program.toml"]
    both = history.compare(first, third)
    assert both.changed_files == ["calendar.csv", "program.toml"]
    assert len(both.differences) == 2
    assert history.compare(second, fourth).differences == ()
    text = history.text_difference(first, third)
    assert '-before = "10-20"\n+before = "10-25"\n' in text
    assert "+2025-10-24,off,Nghỉ đột xuất,announced,công điện\n" in text


def test_what_is_in_force_already_makes_no_version(lived):
    found = applied(lived, lived.configuration, local(2025, 11, 1, 9))
    assert (found.outcome, found.number) == (Outcome.IN_FORCE_ALREADY, 4)
    assert len(versions(lived)) == 4


def test_the_log_holds_each_version_with_its_hash_by_which_equal_ones_are_known(lived):
    events = [e for e in lived.events() if e.event == "configuration_applied"]
    held = [json.loads(e.payload) for e in events]
    # A rehearsal's log begins with its first pass.
    assert [payload["number"] for payload in held] == [2, 3, 4]
    moved, day_off, given_up = (payload["sha256"] for payload in held)
    assert moved == given_up
    assert moved != day_off
