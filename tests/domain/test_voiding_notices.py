"""That a version counts for nothing is told whatever happens to the obligation meanwhile."""

from dataclasses import replace
from datetime import date

import pytest

from lsplan_workflow.domain.announcements import plan_announcement
from lsplan_workflow.domain.cycles import plan_cycles
from lsplan_workflow.domain.notice_kinds import NoticeKind
from lsplan_workflow.domain.notices import of_voiding, voided_version
from lsplan_workflow.domain.obligations import Obligation, Status, outstanding
from lsplan_workflow.domain.snapshots import Snapshot
from lsplan_workflow.domain.validity import holds
from tests.domain.province import CALENDAR, DIRECTORY, PROGRAM, local

(CYCLE,) = [c for c in plan_cycles(PROGRAM, CALENDAR) if c.code == "annual-2025"]
NOW = local(2025, 10, 8, 20)
OWED = Obligation(CYCLE.code, "SYT", CYCLE.due_at)


def told(number):
    (notice,) = plan_announcement(
        *(OWED, NoticeKind.REOPENING, number), directory=DIRECTORY, calendar=CALENDAR, now=NOW
    )
    return notice


def still_holds(notice, status):
    owed = (replace(OWED, status=Status(status)),)
    snapshot = Snapshot(CALENDAR, DIRECTORY, CYCLE, owed, outstanding(owed), {})
    return holds(notice, snapshot)


def test_a_voiding_has_a_rung_and_a_key_of_its_own_in_working_hours():
    notice = told(of_voiding(12))
    assert (notice.rung, notice.key) == (
        "reopening-void-12",
        "annual-2025/SYT/reopening-void-12/focal",
    )
    assert (notice.send_at, notice.due_on) == (local(2025, 10, 9, 7, 30), date(2025, 10, 20))


@pytest.mark.parametrize(
    ("rung", "version"),
    [
        ("reopening-void-1", 1),
        ("reopening-void-12", 12),
        ("reopening-1", None),
        ("receipt-1", None),
        ("before-14d", None),
    ],
)
def test_the_version_that_is_void_is_in_its_rung_alone(rung, version):
    assert voided_version(rung) == version


@pytest.mark.parametrize("status", Status)
def test_it_holds_whatever_became_of_the_obligation(status):
    assert still_holds(told(of_voiding(1)), status)
    assert still_holds(told(1), status) is (status not in {Status.ACCEPTED, Status.WAIVED})


def test_it_is_not_withdrawn_with_what_asks_for_a_report():
    assert not told(of_voiding(1)).asks
    assert told(1).asks


def test_it_is_told_after_the_closing_too():
    late = replace(told(of_voiding(1)), send_at=CYCLE.closes_at)
    assert still_holds(late, "open")
