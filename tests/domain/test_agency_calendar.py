"""What stands in an agency's calendar."""

from dataclasses import replace
from datetime import date

import pytest

from lsplan_workflow.domain.agency_calendar import (
    EntryKind,
    Revisions,
    plan_cancelled,
    plan_enclosed,
    plan_entries,
)
from lsplan_workflow.domain.cycles import plan_cycles
from lsplan_workflow.domain.obligations import Event, Obligation, Status
from tests.domain.province import CALENDAR, PROGRAM, agency, local

CYCLES = {cycle.code: cycle for cycle in plan_cycles(PROGRAM, CALENDAR)}
ANNUAL = CYCLES["annual-2025"]
CHANGED = local(2025, 9, 1)
REVISIONS = Revisions(2, CHANGED)
OWED = Obligation("annual-2025", "SYT", ANNUAL.due_at)


def entries(owed=OWED, revisions=REVISIONS):
    return {e.name: e for e in plan_entries(owed, ANNUAL, CALENDAR, revisions=revisions)}


def test_the_deadline_stands_on_the_last_day_in_time():
    deadline = entries()["annual-2025.SYT.due"]
    assert (deadline.last_day, deadline.due_on) == (date(2025, 10, 19), date(2025, 10, 20))
    assert (deadline.kind, deadline.at, deadline.cancelled) == (EntryKind.DEADLINE, None, False)
    assert (deadline.sequence, deadline.changed_at) == (2, CHANGED)


def test_every_reminder_stands_when_it_is_sent_and_what_chases_does_not_stand():
    reminders = {e.name: e.at for e in entries().values() if e.kind is EntryKind.REMINDER}
    assert reminders == {
        "annual-2025.SYT.before-30d": local(2025, 9, 19, 7, 30),
        "annual-2025.SYT.before-14d": local(2025, 10, 6, 7, 30),
        "annual-2025.SYT.before-7d": local(2025, 10, 13, 7, 30),
        "annual-2025.SYT.before-3wd": local(2025, 10, 15, 7, 30),
        "annual-2025.SYT.before-1wd": local(2025, 10, 17, 7, 30),
    }


def test_an_extension_moves_entries_of_the_same_names():
    since = local(2025, 10, 1)
    moved = entries(OWED.due(local(2025, 11, 4), since=since), Revisions(3, since))
    assert moved["annual-2025.SYT.due"].last_day == date(2025, 11, 3)
    assert moved["annual-2025.SYT.before-7d"].at == local(2025, 10, 28, 7, 30)
    assert {e.sequence for e in moved.values()} == {3}
    assert moved.keys() <= entries().keys()


def test_a_returned_report_has_a_day_of_its_own_with_a_reminder():
    filed = OWED.after(Event.SUBMIT, local(2025, 10, 1))
    returned = filed.returned(local(2025, 10, 3), revise_by_at=local(2025, 10, 11))
    found = entries(returned)
    assert found["annual-2025.SYT.revise"].last_day == date(2025, 10, 10)
    assert found["annual-2025.SYT.revise-before-1wd"].at == local(2025, 10, 10, 7, 30)
    assert found["annual-2025.SYT.revise-before-1wd"].last_day == date(2025, 10, 10)


@pytest.mark.parametrize(
    ("status", "cancelled"),
    [
        (Status.SUBMITTED, False),
        (Status.ACCEPTED, False),
        (Status.WAIVED, True),
        (Status.TRANSFERRED, True),
    ],
)
def test_what_is_owed_no_more_is_cancelled_and_what_was_filed_only_rests(status, cancelled):
    (deadline,) = entries(replace(OWED, status=status)).values()
    assert deadline.cancelled is cancelled
    assert deadline.sequence == 2 + (status is Status.TRANSFERRED)


@pytest.mark.parametrize("status", Status)
def test_a_mail_cancels_what_was_accepted_too_and_says_otherwise_what_the_calendar_says(status):
    owed = replace(OWED, status=status)
    enclosed = plan_enclosed(owed, ANNUAL, CALENDAR, revisions=REVISIONS)
    published = entries(owed)["annual-2025.SYT.due"]
    settled = status in {Status.ACCEPTED, Status.WAIVED, Status.TRANSFERRED}
    assert enclosed == replace(published, cancelled=settled)


def test_taking_a_duty_over_is_a_change():
    assert entries(replace(OWED, covers=("FIN",)))["annual-2025.SYT.due"].sequence == 3


@pytest.mark.parametrize(
    ("ends", "kind", "cancelled"),
    [
        (date(2025, 10, 18), "department", True),
        (date(2025, 10, 19), "department", False),
        (date(2025, 10, 18), "leadership", False),
        (None, "department", False),
    ],
)
def test_a_cycle_is_cancelled_for_whom_ends_before_its_last_day(ends, kind, cancelled):
    ended = agency("END", kind, valid_to=ends)
    entry = plan_cancelled(ended, ANNUAL, revisions=REVISIONS)
    assert (entry is not None) is cancelled
    if entry is not None:
        assert (entry.name, entry.cancelled, entry.sequence) == ("annual-2025.END.due", True, 3)
