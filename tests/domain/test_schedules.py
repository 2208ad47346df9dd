from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsplan_workflow.domain.agencies import Directory, Role
from lsplan_workflow.domain.cycles import plan_cycles, within_span
from lsplan_workflow.domain.notice_kinds import NoticeKind, NoticeStatus
from lsplan_workflow.domain.notices import Notice
from lsplan_workflow.domain.obligations import Event, Obligation, Status, outstanding
from lsplan_workflow.domain.planning import plan_notices, plan_passed_reminders
from lsplan_workflow.domain.program import Audience, Rung, Span, Step
from lsplan_workflow.domain.schedules import (
    Schedule,
    configured_ladder,
    digest_standings,
    is_escalating,
)
from lsplan_workflow.domain.snapshots import Snapshot
from tests.domain.province import CALENDAR, DIRECTORY, PROGRAM, local

CYCLE = {cycle.code: cycle for cycle in plan_cycles(PROGRAM, CALENDAR)}["annual-2025"]
TICK = timedelta(microseconds=1)
OPEN = Obligation(CYCLE.code, "SYT", CYCLE.due_at)
GRANTED_AT = local(2025, 10, 15, 9)
EXTENDED = OPEN.due(local(2025, 11, 4), since=GRANTED_AT)
RETURNED = OPEN.after(Event.SUBMIT, local(2025, 10, 1)).returned(
    local(2025, 10, 8, 15), revise_by_at=local(2025, 10, 16)
)


def days(obligation, cycle=CYCLE):
    return {s.mark: f"{s.at:%d/%m %H:%M}" for s in Schedule(cycle, CALENDAR).standings(obligation)}


def plan(*owed, now, decided=()):
    snapshot = Snapshot(
        calendar=CALENDAR,
        directory=DIRECTORY,
        cycle=CYCLE,
        obligations=owed,
        outstanding=outstanding(owed),
        decided={notice.key: notice for notice in decided},
    )
    return plan_notices(snapshot, now=now)


def pending(notices):
    return [n.key for n in notices if n.status is NoticeStatus.PENDING]


def test_the_rungs_of_a_deadline_are_reckoned_once_for_all_that_have_it():
    schedule = Schedule(CYCLE, CALENDAR)
    assert schedule.standings(OPEN) is schedule.standings(replace(OPEN, agency="SCT"))


def test_what_has_the_same_due_instant_is_chased_by_its_own_ladder_and_as_what_it_is():
    filed = OPEN.after(Event.SUBMIT, local(2025, 10, 1))
    returned = replace(
        filed.returned(local(2025, 10, 2), revise_by_at=OPEN.due_at), chased_since=None
    )
    owed = (OPEN, returned, replace(OPEN, ladder=LATE_STEP))
    schedule = Schedule(CYCLE, CALENDAR)
    together = [schedule.standings(o) for o in owed]
    assert together == [Schedule(CYCLE, CALENDAR).standings(o) for o in owed]
    assert len(set(together)) == len(owed)


def test_an_extended_obligation_is_chased_by_rungs_of_its_own_deadline_with_keys_of_their_own():
    assert days(EXTENDED) == {
        "before-14d@2025-11-04": "21/10 07:30",
        "before-7d@2025-11-04": "28/10 07:30",
        "before-3wd@2025-11-04": "30/10 07:30",
        "before-1wd@2025-11-04": "03/11 07:30",
        "overdue-1wd@2025-11-04": "04/11 07:30",
        "overdue-3wd@2025-11-04": "06/11 07:30",
    }


@pytest.mark.parametrize(("due", "opens"), [(TICK, True), (timedelta(), False), (-TICK, False)])
def test_no_opening_asks_for_what_was_due_when_it_stands(due, opens):
    stands_at = local(2025, 9, 3, 7, 30)
    found = Schedule(CYCLE, CALENDAR).standings(replace(OPEN, due_at=stands_at + due))
    assert [s.due_on for s in found if s.rung == "opening"] == [date(2025, 9, 3)] * opens


def test_a_deadline_that_was_never_moved_has_keys_without_it():
    assert set(days(OPEN)) >= {"opening", "before-14d", "overdue-3wd"}
    assert all("@" not in mark for mark in days(OPEN))


def test_a_deadline_moved_back_to_the_announced_one_has_its_keys_again():
    assert "before-1wd" in days(EXTENDED.due(CYCLE.due_at, since=GRANTED_AT))


@pytest.mark.parametrize(("since", "chased"), [(-TICK, True), (timedelta(), False), (TICK, False)])
def test_a_rung_that_stood_when_the_deadline_was_decided_is_passed_over(since, chased):
    at = local(2025, 10, 28, 7, 30)
    found = days(OPEN.due(local(2025, 11, 4), since=at + since))
    assert ("before-7d@2025-11-04" in found) is chased


def test_an_extension_leaves_nothing_to_catch_up_with():
    assert plan(EXTENDED, now=GRANTED_AT) == []
    assert pending(plan(EXTENDED, now=local(2025, 10, 21, 7, 30))) == [
        "annual-2025/SYT/before-14d@2025-11-04/focal"
    ]


def test_a_returned_report_is_chased_by_its_revise_by_date_alone():
    assert days(RETURNED) == {
        "revise-before-1wd@2025-10-16": "15/10 07:30",
        "revise-overdue-1wd@2025-10-16": "16/10 07:30",
        "revise-overdue-3wd@2025-10-16": "20/10 07:30",
    }


def test_the_revision_is_asked_of_the_focal_person_and_then_of_the_head():
    found = plan(RETURNED, now=local(2025, 10, 20, 7, 30))
    assert {n.kind for n in found} == {NoticeKind.REVISION}
    assert pending(found) == [
        "annual-2025/SYT/revise-overdue-1wd@2025-10-16/focal",
        "annual-2025/SYT/revise-overdue-3wd@2025-10-16/head",
        "annual-2025/SYT/revise-overdue-3wd@2025-10-16/focal-copy",
    ]
    assert {n.due_on for n in found} == {date(2025, 10, 16)}


def test_a_revision_is_overdue_from_its_due_instant_on():
    due_at = RETURNED.revise_by_at
    assert not RETURNED.is_revision_overdue(due_at - TICK)
    assert RETURNED.is_revision_overdue(due_at)
    assert not RETURNED.is_overdue(due_at)


def test_a_new_version_ends_the_chase_of_the_revision():
    filed = RETURNED.after(Event.SUBMIT, local(2025, 10, 14))
    assert filed.revise_by_at is None
    assert not Schedule(CYCLE, CALENDAR).standings(filed)
    assert filed.first_complete_at == local(2025, 10, 1)


def test_a_report_that_turns_out_to_have_come_earlier_counts_from_then():
    again = RETURNED.after(Event.SUBMIT, local(2025, 9, 20))
    assert again.first_complete_at == local(2025, 9, 20)


def test_what_escalates_by_its_own_ladder_goes_on_by_it():
    own = (Step(Rung.parse("overdue-2wd"), Audience.HEAD),)
    assert list(days(replace(OPEN, ladder=own)))[-1] == "overdue-2wd"
    returned = days(replace(RETURNED, ladder=own))
    assert list(returned)[-1] == "revise-overdue-2wd@2025-10-16"
    assert list(days(replace(OPEN, ladder=())))[-1] == "before-1wd"


def test_a_revision_escalates_by_a_ladder_of_its_own():
    revision = (Step(Rung.parse("overdue-4wd"), Audience.HEAD),)
    cycle = replace(CYCLE, regime=replace(CYCLE.regime, revision_ladder=revision))
    assert list(days(RETURNED, cycle)) == [
        "revise-before-1wd@2025-10-16",
        "revise-overdue-4wd@2025-10-16",
    ]
    assert list(days(OPEN, cycle))[-2:] == ["overdue-1wd", "overdue-3wd"]


def test_a_new_deadline_begins_with_the_ladder_of_the_configuration():
    own = (Step(Rung.parse("overdue-2wd"), Audience.HEAD),)
    assert replace(OPEN, ladder=own).due(local(2025, 11, 4), since=GRANTED_AT).ladder is None
    filed = replace(OPEN, ladder=own).after(Event.SUBMIT, GRANTED_AT)
    assert filed.ladder is None


def test_digests_follow_each_deadline_of_what_is_missing():
    found = digest_standings(CYCLE, {local(2025, 11, 4)}, CALENDAR)
    assert [(s.mark, f"{s.at:%d/%m}") for s in found] == [
        ("overdue-5wd", "24/10"),
        ("overdue-10wd", "31/10"),
        ("overdue-5wd@2025-11-04", "10/11"),
        ("overdue-10wd@2025-11-04", "17/11"),
    ]


def test_no_digest_names_what_has_longer_and_is_not_overdue_yet():
    def digests(now):
        return [n.key for n in plan(EXTENDED, now=now) if n.kind is NoticeKind.DIGEST]

    assert digests(local(2025, 10, 31, 7, 30)) == []
    assert digests(local(2025, 11, 10, 7, 30) - TICK) == []
    assert digests(local(2025, 11, 10, 7, 30)) == ["annual-2025/NEW/overdue-5wd@2025-11-04/leader"]
    assert digests(local(2025, 11, 17, 7, 30))[1:] == [
        "annual-2025/CT/overdue-10wd@2025-11-04/leader"
    ]


def test_an_overdue_revision_alone_is_reason_for_a_digest():
    overdue = plan(RETURNED, now=local(2025, 10, 24, 7, 30))
    assert any(n.kind is NoticeKind.DIGEST for n in overdue)


@pytest.mark.parametrize("status", [Status.SUBMITTED, Status.ACCEPTED, Status.WAIVED])
def test_nothing_is_awaited_of_what_was_filed_accepted_or_waived(status):
    owed = replace(RETURNED, status=status)
    assert owed.awaited_at is None
    assert Schedule(CYCLE, CALENDAR).next_standing(owed, local(2025, 9, 1)) is None


def test_an_obligation_that_passed_on_asks_for_no_attention():
    passed_on = OPEN.after(Event.TRANSFER, local(2025, 9, 15))
    assert Schedule(CYCLE, CALENDAR).next_standing(passed_on, local(2025, 9, 1)) is None


def test_a_waiver_taken_back_is_owed_again_and_what_was_filed_is_to_be_revised():
    at = local(2025, 10, 9)
    owed = OPEN.after(Event.WAIVE, at).after(Event.REOPEN, at)
    assert owed == replace(OPEN, chased_since=at)
    again = RETURNED.after(Event.WAIVE, at).after(Event.REOPEN, at)
    assert (again.status, again.revise_by_at) == (Status.RETURNED, RETURNED.revise_by_at)
    assert again.chased_since == at


def test_an_acceptance_taken_back_waits_for_a_review():
    accepted = OPEN.after(Event.SUBMIT, GRANTED_AT).after(Event.ACCEPT, GRANTED_AT)
    assert accepted.after(Event.REOPEN, GRANTED_AT).status is Status.SUBMITTED


@pytest.mark.parametrize(
    ("span", "now", "before"),
    [
        ("5wd", local(2025, 10, 8, 15), date(2025, 10, 16)),
        ("1wd", local(2025, 10, 17, 23, 59), date(2025, 10, 21)),
        ("3d", local(2025, 10, 14, 0), date(2025, 10, 18)),
        # The third day is a Saturday; Civil Code 2015, art. 148.
        ("3d", local(2025, 10, 15, 9), date(2025, 10, 21)),
        ("1d", local(2025, 8, 31, 9), date(2025, 9, 4)),
    ],
)
def test_a_period_does_not_count_its_first_day_and_ends_with_a_working_day(span, now, before):
    assert within_span(now, Span.parse(span), CALENDAR) == CALENDAR.midnight(before)


@given(st.integers(0, 90), st.integers(0, 90))
def test_planning_at_any_later_time_keeps_the_keys_of_an_extension(first, more):
    since = local(2025, 9, 20, 10)
    owed = OPEN.due(local(2025, 11, 4), since=since)
    early = plan(owed, now=since + timedelta(days=first))
    late = plan(owed, now=since + timedelta(days=first + more))
    cut_off = CYCLE.state(since + timedelta(days=first + more)) is not CYCLE.state(since)
    assert {n.key for n in early} <= {n.key for n in late} or cut_off
    assert all(n.key.split("/")[2].endswith("@2025-11-04") for n in early if n.agency == "SYT")


def test_the_copy_of_a_revision_goes_to_the_roles_of_its_ladder():
    heads = [
        s for s in Schedule(CYCLE, CALENDAR).standings(RETURNED) if s.audience is Audience.HEAD
    ]
    assert [s.copy for s in heads] == [(Role.FOCAL,)]


FIRST_STEP = local(2025, 10, 20, 7, 30)


@pytest.mark.parametrize(
    ("owed", "at", "escalating"),
    [
        (OPEN, FIRST_STEP - TICK, False),
        (OPEN, FIRST_STEP, True),
        (EXTENDED, FIRST_STEP, False),
        (EXTENDED, local(2025, 11, 4, 7, 30), True),
        (replace(OPEN, chased_since=FIRST_STEP - TICK), FIRST_STEP, True),
        (replace(OPEN, chased_since=FIRST_STEP), FIRST_STEP, False),
        (replace(OPEN, chased_since=FIRST_STEP), local(2025, 10, 22, 7, 30), True),
        (OPEN.after(Event.SUBMIT, FIRST_STEP), FIRST_STEP, False),
        (RETURNED, local(2025, 10, 15, 17), False),
        (RETURNED, local(2025, 12, 18), True),
    ],
)
def test_an_obligation_escalates_from_the_first_step_of_its_ladder_on(owed, at, escalating):
    assert is_escalating(owed, CYCLE, CALENDAR, at) is escalating


LATE_STEP = (Step(Rung.parse("overdue-2wd"), Audience.HEAD),)


@pytest.mark.parametrize(("past", "escalating"), [(-TICK, False), (timedelta(), True)])
@pytest.mark.parametrize("owed", [OPEN, RETURNED])
def test_what_keeps_a_ladder_escalates_from_the_first_step_of_that_one_on(owed, past, escalating):
    first = next(
        s.at
        for s in Schedule(CYCLE, CALENDAR).standings(replace(owed, ladder=LATE_STEP))
        if s.audience is Audience.HEAD
    )
    kept = replace(owed, ladder=LATE_STEP)
    assert is_escalating(kept, CYCLE, CALENDAR, first + past) is escalating
    assert is_escalating(owed, CYCLE, CALENDAR, first - TICK) is True
    assert is_escalating(replace(owed, ladder=()), CYCLE, CALENDAR, first) is False


def test_the_configuration_has_one_ladder_for_a_report_and_one_for_its_revision():
    regime = replace(CYCLE.regime, revision_ladder=LATE_STEP)
    cycle = replace(CYCLE, regime=regime)
    assert configured_ladder(OPEN, cycle) == CYCLE.regime.ladder
    assert configured_ladder(replace(OPEN, ladder=()), cycle) == CYCLE.regime.ladder
    assert configured_ladder(RETURNED, cycle) == LATE_STEP


def with_reminders(*rungs):
    reminders = tuple(Rung.parse(rung) for rung in rungs)
    return replace(CYCLE, regime=replace(CYCLE.regime, reminders=reminders))


def passed_over(
    *owed, now, after, before=CYCLE, directory=DIRECTORY, decided=(), became=NoticeStatus.SENT
):
    """Return what is passed over after all that stood before has become something."""
    snapshot = Snapshot(
        calendar=CALENDAR,
        directory=directory,
        cycle=before,
        obligations=owed,
        outstanding=outstanding(owed),
        decided={},
    )
    known = {n.key: replace(n, status=became) for n in plan_notices(snapshot, now=now)}
    snapshot = replace(snapshot, decided={**known, **{n.key: n for n in decided}})
    changed = replace(snapshot, cycle=after, directory=DIRECTORY)
    found = plan_passed_reminders(snapshot, changed, now=now)
    assert all(notice.status is NoticeStatus.SUPERSEDED for notice in found)
    return [notice.key for notice in found]


EIGHT = with_reminders("before-8d")
EIGHT_DAYS_BEFORE = local(2025, 10, 10, 7, 30)  # The twelfth is a Sunday.
KEY = "annual-2025/SYT/before-8d/focal"


def test_a_new_reminder_is_passed_over_from_the_instant_at_which_it_stands():
    assert passed_over(OPEN, now=EIGHT_DAYS_BEFORE - TICK, after=EIGHT) == []
    assert passed_over(OPEN, now=EIGHT_DAYS_BEFORE, after=EIGHT) == [KEY]


@pytest.mark.parametrize(
    ("became", "passed"),
    [(NoticeStatus.PENDING, 0), (NoticeStatus.RETRY, 0), (NoticeStatus.SENDING, 1)],
)
def test_a_new_reminder_is_passed_over_unless_the_newest_former_one_waits_to_be_withdrawn(
    became, passed
):
    keys = passed_over(OPEN, now=EIGHT_DAYS_BEFORE, after=EIGHT, became=became)
    assert keys == [KEY] * passed


@pytest.mark.parametrize(("became", "passed"), [(NoticeStatus.SENT, 1), (NoticeStatus.RETRY, 0)])
def test_the_newest_former_rung_counts_from_the_instant_at_which_it_stands(became, passed):
    opening = local(2025, 9, 3, 7, 30)
    after = with_reminders("before-47d")
    keys = passed_over(OPEN, now=opening, after=after, became=became)
    assert keys == ["annual-2025/SYT/before-47d/focal"] * passed


def of_syt(rung, *, contact="SYT/focal", status=NoticeStatus.SENT, due_on=date(2025, 11, 4)):
    return Notice(
        key=f"annual-2025/SYT/{rung}/focal",
        kind=NoticeKind.EXTENSION,
        rung=rung,
        cycle="annual-2025",
        agency="SYT",
        contact=contact,
        recipient="focal@syt.example",
        language="vi",
        send_at=local(2025, 10, 17, 9),
        status=status,
        due_on=due_on,
    )


@pytest.mark.parametrize(
    ("told", "passed"),
    [
        ({}, 1),
        ({"status": NoticeStatus.RETRY}, 1),
        ({"status": NoticeStatus.FAILED}, 1),
        ({"status": NoticeStatus.SUPERSEDED}, 0),
        ({"status": NoticeStatus.CANCELLED}, 0),
        ({"contact": "SYT/focal-2"}, 0),
        ({"due_on": date(2025, 10, 19)}, 0),
    ],
)
def test_while_no_former_rung_has_stood_a_new_reminder_passes_over_who_is_told_of_the_deadline(
    told, passed
):
    now, after = local(2025, 10, 20, 9), with_reminders("before-18d")
    keys = passed_over(EXTENDED, now=now, after=after, decided=[of_syt("extension-1", **told)])
    assert keys == ["annual-2025/SYT/before-18d@2025-11-04/focal"] * passed


def test_what_only_a_head_was_told_meanwhile_is_no_reminder_of_the_focal_person():
    ladder = (Step(Rung.parse("overdue-3wd"), Audience.HEAD),)
    before = replace(CYCLE, regime=replace(CYCLE.regime, ladder=ladder))
    after = replace(EIGHT, regime=replace(EIGHT.regime, ladder=ladder))
    late = local(2025, 10, 22, 9)
    assert passed_over(OPEN, now=late, before=before, after=after) == [KEY]


def test_what_is_passed_over_is_a_new_reminder_only():
    late = local(2025, 10, 22, 9)
    assert passed_over(OPEN, now=late, after=CYCLE) == []
    ladder = (Step(Rung.parse("overdue-2wd"), Audience.FOCAL),)
    harder = replace(CYCLE, regime=replace(CYCLE.regime, ladder=ladder))
    assert passed_over(OPEN, now=late, after=harder) == []
    assert passed_over(OPEN, now=late, after=EIGHT, decided=[of_syt("before-8d")]) == []
    gone = OPEN.after(Event.TRANSFER, local(2025, 10, 1))
    assert passed_over(gone, now=late, after=EIGHT) == []


def test_a_new_reminder_of_a_revision_is_passed_over_too():
    regime = replace(CYCLE.regime, revision_reminders=(Rung.parse("before-4d"),))
    keys = passed_over(RETURNED, now=local(2025, 10, 15, 9), after=replace(CYCLE, regime=regime))
    assert keys == ["annual-2025/SYT/revise-before-4d@2025-10-16/focal"]


def test_whoever_only_the_new_configuration_knows_is_not_passed_over():
    nobody = replace(DIRECTORY, contacts=tuple(c for c in DIRECTORY.contacts if c.agency != "SYT"))
    late = local(2025, 10, 15, 9)
    assert passed_over(OPEN, now=late, after=EIGHT, directory=nobody) == []


def test_an_agency_that_only_the_new_configuration_knows_is_not_passed_over():
    fewer = tuple(agency for agency in DIRECTORY.agencies if agency.code != "SYT")
    known = Snapshot(CALENDAR, DIRECTORY, EIGHT, (OPEN,), outstanding([OPEN]), {})
    before = replace(known, directory=Directory(fewer, DIRECTORY.contacts), cycle=CYCLE)
    assert plan_passed_reminders(before, known, now=EIGHT_DAYS_BEFORE) == []
