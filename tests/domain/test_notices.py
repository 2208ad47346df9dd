from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsplan_workflow.domain.agencies import Directory, Role
from lsplan_workflow.domain.cycles import plan_cycles
from lsplan_workflow.domain.forecast import forecast
from lsplan_workflow.domain.notice_kinds import NoticeKind, NoticeStatus
from lsplan_workflow.domain.notices import Notice, stands_in_for
from lsplan_workflow.domain.obligations import (
    Event,
    Obligation,
    Status,
    outstanding,
    plan_obligations,
    plan_succession,
)
from lsplan_workflow.domain.planning import plan_notices, plan_passed_steps
from lsplan_workflow.domain.program import Audience, Rung, Step
from lsplan_workflow.domain.schedules import Schedule
from lsplan_workflow.domain.snapshots import Snapshot
from tests.domain.province import CALENDAR, DIRECTORY, PROGRAM, local

CYCLES = {cycle.code: cycle for cycle in plan_cycles(PROGRAM, CALENDAR)}
ANNUAL_2025 = CYCLES["annual-2025"]
PLAN_2025 = CYCLES["plan-2025"]
TICK = timedelta(microseconds=1)


def snapshot(cycle=ANNUAL_2025, obligations=None, decided=(), directory=DIRECTORY) -> Snapshot:
    owed = tuple(plan_obligations(cycle, directory) if obligations is None else obligations)
    return Snapshot(
        calendar=CALENDAR,
        directory=directory,
        cycle=cycle,
        obligations=owed,
        outstanding=outstanding(owed),
        decided={n.key: n for n in decided},
    )


def passes(instants, cycle=ANNUAL_2025, deliver=NoticeStatus.SENT):
    """Run one pass at each instant, sending what is pending; return the decided notices."""
    decided: dict[str, Notice] = {}
    for now in instants:
        planned = plan_notices(snapshot(cycle, decided=decided.values()), now=now)
        decided |= {n.key: n for n in planned}
        for key, notice in decided.items():
            if notice.status is NoticeStatus.PENDING:
                decided[key] = replace(notice, status=deliver)
    return decided


def keys(notices, status=NoticeStatus.PENDING):
    return sorted(n.key for n in notices if n.status is status)


SYT = (Obligation("annual-2025", "SYT", ANNUAL_2025.due_at),)


def test_nothing_happens_before_a_cycle_opens_or_after_it_closes():
    for now in (ANNUAL_2025.opens_at - TICK, ANNUAL_2025.closes_at):
        assert plan_notices(snapshot(), now=now) == []
    assert plan_notices(snapshot(), now=ANNUAL_2025.closes_at - TICK) != []


def test_the_opening_goes_to_every_focal_person_when_work_begins():
    stands_at = local(2025, 9, 3, 7, 30)
    assert plan_notices(snapshot(), now=stands_at - TICK) == []
    opened = plan_notices(snapshot(), now=stands_at)
    assert {n.kind for n in opened} == {NoticeKind.OPENING}
    assert keys(opened)[0] == "annual-2025/NEW/opening/focal"
    assert len(opened) == 5


def test_after_downtime_the_newest_rung_is_sent_and_earlier_ones_are_superseded():
    planned = plan_notices(snapshot(obligations=SYT), now=local(2025, 10, 14, 9))
    assert keys(planned) == ["annual-2025/SYT/before-7d/focal"]
    assert keys(planned, NoticeStatus.SUPERSEDED) == [
        "annual-2025/SYT/before-14d/focal",
        "annual-2025/SYT/before-30d/focal",
        "annual-2025/SYT/opening/focal",
    ]


def test_a_newer_rung_supersedes_an_earlier_one_that_still_waits():
    waiting = plan_notices(snapshot(obligations=SYT), now=local(2025, 9, 3, 7, 30))
    later = plan_notices(snapshot(obligations=SYT, decided=waiting), now=local(2025, 9, 19, 7, 30))
    assert keys(later) == ["annual-2025/SYT/before-30d/focal"]
    assert keys(later, NoticeStatus.SUPERSEDED) == ["annual-2025/SYT/opening/focal"]


SECOND = replace(DIRECTORY.contact("SYT/focal"), number=2, address="focal-2@syt.example")
TWO_FOCAL = replace(DIRECTORY, contacts=(*DIRECTORY.contacts, SECOND))
REMINDED, ESCALATED = local(2025, 10, 7, 7, 30), local(2025, 10, 22, 7, 30)
BEFORE_14D, BEFORE_30D = "annual-2025/SYT/before-14d/", "annual-2025/SYT/before-30d/"
SENDING, SENT, PENDING = NoticeStatus.SENDING, NoticeStatus.SENT, NoticeStatus.PENDING


def superseded_since(now, *decided):
    """Return what a pass supersedes of notices, given as ends of keys and statuses."""
    first = {
        n.key: n for n in plan_notices(snapshot(obligations=SYT, directory=TWO_FOCAL), now=now)
    }
    known = [replace(first[key], status=status) for key, status in decided]
    later = plan_notices(snapshot(obligations=SYT, decided=known, directory=TWO_FOCAL), now=now)
    changed = {key for key, _ in decided}
    return [key for key in keys(later, NoticeStatus.SUPERSEDED) if key in changed]


@pytest.mark.parametrize("older", [SENDING, PENDING, NoticeStatus.RETRY])
@pytest.mark.parametrize("newer", list(NoticeStatus))
def test_what_is_being_sent_is_superseded_only_by_what_leaves_as_well(older, newer):
    """The newest was put down because the older one would reach its reader; then a pass died."""
    found = superseded_since(REMINDED, (f"{BEFORE_30D}focal", older), (f"{BEFORE_14D}focal", newer))
    withdrawn = newer in {NoticeStatus.SUPERSEDED, NoticeStatus.CANCELLED}
    kept = older is SENDING and withdrawn
    assert (f"{BEFORE_30D}focal" not in found) == kept


def test_what_is_being_sent_is_superseded_by_what_has_still_to_be_decided_on():
    assert superseded_since(REMINDED, (f"{BEFORE_30D}focal", SENDING)) == [f"{BEFORE_30D}focal"]


def test_what_another_reader_does_not_get_makes_no_difference():
    found = superseded_since(
        REMINDED,
        (f"{BEFORE_30D}focal", SENDING),
        (f"{BEFORE_14D}focal", SENT),
        (f"{BEFORE_14D}focal-2", NoticeStatus.SUPERSEDED),
    )
    assert found == [f"{BEFORE_30D}focal"]


def test_what_another_audience_does_not_get_makes_no_difference():
    overdue = "annual-2025/SYT/overdue-1wd/focal"
    found = superseded_since(
        ESCALATED,
        (f"{BEFORE_30D}focal", SENDING),
        (overdue, SENT),
        ("annual-2025/SYT/overdue-3wd/focal-copy", NoticeStatus.SUPERSEDED),
    )
    assert found == [f"{BEFORE_30D}focal"]


def test_an_older_one_that_was_withdrawn_makes_no_difference():
    found = superseded_since(
        REMINDED,
        ("annual-2025/SYT/opening/focal", SENDING),
        (f"{BEFORE_30D}focal", NoticeStatus.SUPERSEDED),
        (f"{BEFORE_14D}focal", SENT),
    )
    assert found == ["annual-2025/SYT/opening/focal"]


EARLIER = (
    Step(Rung.parse("overdue-1wd"), Audience.FOCAL),
    Step(Rung.parse("overdue-2wd"), Audience.HEAD, (Role.FOCAL,)),
    Step(Rung.parse("overdue-6wd"), Audience.HEAD),
)
RESTARTED = replace(ANNUAL_2025, regime=replace(ANNUAL_2025.regime, ladder=EARLIER))
ESCALATION = "annual-2025/SYT/overdue-3wd/"


def passed_steps(*told, now=ESCALATED + timedelta(hours=1), owed=SYT):
    """Return the steps of a ladder begun anew that nobody is told by, after some were told."""
    decided = plan_notices(snapshot(obligations=SYT), now=ESCALATED)
    known = [replace(n, status=dict(told).get(n.key, PENDING)) for n in decided]
    found = plan_passed_steps(snapshot(RESTARTED, owed, known), now=now)
    assert {n.status for n in found} <= {NoticeStatus.SUPERSEDED}
    return [n.key.removeprefix("annual-2025/SYT/") for n in found]


@pytest.mark.parametrize("status", [SENT, SENDING])
def test_a_ladder_begun_anew_tells_nobody_by_an_older_step_what_a_newer_one_has_told(status):
    head, copy = (f"{ESCALATION}head", status), (f"{ESCALATION}focal-copy", status)
    assert passed_steps(head) == ["overdue-2wd/head"]
    assert passed_steps(head, copy) == ["overdue-2wd/head", "overdue-2wd/focal-copy"]
    later = local(2025, 10, 27, 7, 30)
    assert "overdue-6wd/head" not in passed_steps(head, now=later)


@pytest.mark.parametrize("status", [s for s in NoticeStatus if s not in {SENT, SENDING}])
def test_a_ladder_begun_anew_tells_whoever_has_not_heard(status):
    assert passed_steps((f"{ESCALATION}head", status)) == []


def test_who_stands_in_for_another_is_told_by_a_ladder_begun_anew_what_that_one_was_to_hear():
    """The head heard for himself; the step of the day before is for the focal person who left."""
    alone = tuple(c for c in DIRECTORY.contacts if c.id != "SYT/focal")
    directory = replace(DIRECTORY, contacts=alone)
    ladder = (Step(Rung.parse("overdue-2wd"), Audience.FOCAL), *EARLIER[2:])
    changed = replace(ANNUAL_2025, regime=replace(ANNUAL_2025.regime, ladder=ladder))
    decided = plan_notices(snapshot(obligations=SYT, directory=directory), now=ESCALATED)
    known = [replace(n, status=SENT) for n in decided if n.kind is NoticeKind.ESCALATION]
    assert [n.contact for n in known] == ["SYT/head"]
    owed = snapshot(changed, SYT, known, directory)
    found = plan_passed_steps(owed, now=ESCALATED + timedelta(hours=1))
    assert "overdue-2wd" not in [n.rung for n in found]


def test_a_ladder_begun_anew_tells_what_stands_after_what_was_told():
    assert passed_steps(("annual-2025/SYT/overdue-1wd/focal", SENT)) == []


def test_a_ladder_begun_anew_says_nothing_of_what_has_passed_on_or_is_due_by_another_day():
    head = (f"{ESCALATION}head", SENT)
    gone = [SYT[0].after(Event.TRANSFER, ESCALATED)]
    assert passed_steps(head, owed=gone) == []
    granted = [SYT[0].due(local(2025, 10, 21), since=local(2025, 10, 1))]
    assert passed_steps(head, owed=granted, now=local(2025, 10, 28, 8)) == []


def test_a_revision_s_ladder_begun_anew_goes_by_the_day_of_the_revision():
    returned = SYT[0].after(Event.SUBMIT, local(2025, 10, 1))
    owed = [returned.returned(local(2025, 10, 1), revise_by_at=ANNUAL_2025.due_at)]
    decided = plan_notices(snapshot(obligations=owed), now=ESCALATED)
    known = [replace(n, status=SENT) if n.status is PENDING else n for n in decided]
    regime = replace(ANNUAL_2025.regime, revision_ladder=EARLIER)
    changed = replace(ANNUAL_2025, regime=regime)
    later = ESCALATED + timedelta(hours=1)
    found = plan_passed_steps(snapshot(changed, owed, known), now=later)
    assert [n.rung for n in found] == ["revise-overdue-2wd"] * 2


def test_the_head_hears_with_the_focal_person_in_copy_and_each_keeps_its_own_notice():
    planned = plan_notices(snapshot(obligations=SYT), now=local(2025, 10, 22, 7, 30))
    escalations = [n for n in planned if n.kind is NoticeKind.ESCALATION]
    assert [(n.key, n.copy_of) for n in escalations] == [
        ("annual-2025/SYT/overdue-3wd/head", None),
        ("annual-2025/SYT/overdue-3wd/focal-copy", "annual-2025/SYT/overdue-3wd/head"),
    ]
    assert "annual-2025/SYT/overdue-1wd/focal" in keys(planned)


HEADLESS = replace(DIRECTORY, contacts=tuple(c for c in DIRECTORY.contacts if c.id != "SYT/head"))
ESCALATES = local(2025, 10, 22, 7, 30)


@pytest.mark.parametrize(
    ("before", "after", "told", "new"),
    [
        (DIRECTORY, HEADLESS, "focal-copy", {"focal": NoticeStatus.SUPERSEDED}),
        (
            HEADLESS,
            DIRECTORY,
            "focal",
            {"head": NoticeStatus.PENDING, "focal-copy": NoticeStatus.SUPERSEDED},
        ),
    ],
)
@pytest.mark.parametrize("status", [NoticeStatus.SENT, NoticeStatus.RETRY, NoticeStatus.FAILED])
def test_nobody_hears_a_rung_twice_where_a_head_leaves_or_comes(before, after, told, new, status):
    rung = "annual-2025/SYT/overdue-3wd/"
    first = plan_notices(snapshot(obligations=SYT, directory=before), now=ESCALATES)
    decided = [replace(n, status=status) if n.key == rung + told else n for n in first]
    later = plan_notices(
        snapshot(obligations=SYT, directory=after, decided=decided), now=ESCALATES + TICK
    )
    found = {n.key.removeprefix(rung): n.status for n in later}
    if status is NoticeStatus.FAILED:  # Who was never told is told now.
        new = dict.fromkeys(new, NoticeStatus.PENDING)
    assert found == new


def test_each_rung_sends_what_its_place_before_or_after_the_deadline_demands():
    planned = plan_notices(snapshot(obligations=SYT), now=local(2025, 10, 31, 7, 30))
    assert {n.rung: n.kind.value for n in planned} == {
        "opening": "opening",
        **dict.fromkeys(map(str, ANNUAL_2025.regime.reminders), "reminder"),
        "overdue-1wd": "overdue",
        "overdue-3wd": "escalation",
        "overdue-5wd": "digest",
        "overdue-10wd": "digest",
    }


def test_a_copy_speaks_of_the_same_as_the_notice_that_it_copies_in_its_readers_language():
    focal, head = (DIRECTORY.contacts_of("SYT", role)[0] for role in (Role.FOCAL, Role.HEAD))
    directory = Directory(DIRECTORY.agencies, (replace(focal, language="en"), head))
    now = local(2025, 10, 22, 7, 30)
    planned = plan_notices(snapshot(obligations=SYT, directory=directory), now=now)
    assert [n for n in planned if n.copy_of] == [
        Notice(
            key="annual-2025/SYT/overdue-3wd/focal-copy",
            kind=NoticeKind.ESCALATION,
            rung="overdue-3wd",
            cycle="annual-2025",
            agency="SYT",
            contact="SYT/focal",
            recipient="focal@syt.example",
            language="en",
            send_at=now,
            status=NoticeStatus.PENDING,
            copy_of="annual-2025/SYT/overdue-3wd/head",
            due_on=date(2025, 10, 20),
        )
    ]


def test_nobody_is_in_copy_of_what_nobody_is_sent():
    ladder = (Step(Rung.parse("overdue-1wd"), Audience.HEAD, (Role.LEADER,)),)
    only_leader = Directory(DIRECTORY.agencies, DIRECTORY.contacts_of("SYT", Role.LEADER))
    owed = (replace(SYT[0], ladder=ladder),)
    now = local(2025, 10, 20, 7, 30)
    assert plan_notices(snapshot(obligations=owed, directory=only_leader), now=now) == []


def test_a_notice_waits_and_speaks_of_no_deadline_unless_it_says_so():
    words = dict.fromkeys(("rung", "cycle", "agency", "contact", "recipient", "language"), "")
    plain = Notice(key="k", kind=NoticeKind.FAILURE, send_at=local(2025, 1, 2), **words)
    assert plain.status is NoticeStatus.PENDING
    assert (plain.copy_of, plain.due_on, plain.obstacle) == (None, None, None)


@pytest.mark.parametrize(("ended", "recorded"), [(-TICK, 1), (timedelta(), 1), (TICK, 2)])
def test_of_what_passed_on_only_the_rungs_that_stood_before_are_recorded(ended, recorded):
    ended_at = local(2025, 9, 19, 7, 30) + ended
    passed_on = SYT[0].after(Event.TRANSFER, ended_at)
    planned = plan_notices(snapshot(obligations=(passed_on,)), now=local(2025, 10, 14, 9))
    assert len([n for n in planned if n.agency == "SYT"]) == recorded


def test_of_several_digests_for_the_same_leaders_only_the_newest_is_sent():
    longer = Obligation("annual-2025", "SCT", ANNUAL_2025.due_at)
    longer = longer.due(local(2025, 11, 4), since=local(2025, 10, 15))
    planned = plan_notices(snapshot(obligations=(*SYT, longer)), now=local(2025, 11, 10, 7, 30))
    digests = {n.key: n.status.value for n in planned if n.kind is NoticeKind.DIGEST}
    assert digests == {
        "annual-2025/NEW/overdue-5wd/leader": "superseded",
        "annual-2025/CT/overdue-10wd/leader": "pending",
        "annual-2025/NEW/overdue-5wd@2025-11-04/leader": "pending",
    }


def test_digests_go_to_the_leaders_once_for_all_missing_agencies():
    planned = plan_notices(snapshot(), now=local(2025, 10, 31, 7, 30))
    digests = [n for n in planned if n.contact.endswith("/leader")]
    assert [(n.key, n.agency) for n in digests] == [
        ("annual-2025/NEW/overdue-5wd/leader", "NEW"),
        ("annual-2025/CT/overdue-10wd/leader", "CT"),
    ]
    assert all(n.status is NoticeStatus.PENDING for n in digests)


def test_no_digest_is_decided_while_nothing_is_missing():
    filed = [o.after(Event.SUBMIT, local(2025, 10, 1)) for o in snapshot().obligations]
    assert plan_notices(snapshot(obligations=filed), now=local(2025, 11, 1)) == []


def test_a_late_digest_goes_to_whoever_stands_for_the_focal_point_today():
    late = plan_notices(snapshot(PLAN_2025), now=local(2025, 3, 10, 9))
    digest = next(n for n in late if "overdue-5wd" in n.key)
    assert (digest.key, digest.agency) == ("plan-2025/OLD/overdue-5wd/leader", "NEW")
    assert digest.recipient == "leader@new.example"


def test_a_transferred_obligation_is_never_chased_but_its_rungs_are_recorded():
    owed = {o.agency: o for o in plan_obligations(PLAN_2025, DIRECTORY)}
    moved = plan_succession(
        DIRECTORY["FIN"],
        owed,
        cycle=PLAN_2025,
        directory=DIRECTORY,
        at=local(2025, 3, 1),
    )
    planned = plan_notices(snapshot(PLAN_2025, moved), now=local(2025, 3, 10, 9))
    old = [n for n in planned if n.agency == "FIN"]
    chasing = [n for n in old if n.kind is not NoticeKind.SUCCESSION]
    assert {n.status for n in chasing} == {NoticeStatus.SUPERSEDED}
    assert {n.rung for n in chasing} >= {"opening", "before-1wd", "overdue-1wd", "overdue-3wd"}
    assert keys(n for n in planned if n.agency == "NEW" and n.kind is NoticeKind.OVERDUE) == [
        "plan-2025/NEW/overdue-1wd/focal"
    ]


@pytest.mark.parametrize("role", [Role.FOCAL, Role.HEAD])
def test_where_a_role_has_no_contact_another_of_the_agency_stands_in(role):
    only_one = Directory(DIRECTORY.agencies, DIRECTORY.contacts_of("SYT", role))
    planned = plan_notices(
        snapshot(obligations=SYT, directory=only_one), now=local(2025, 10, 22, 7, 30)
    )
    assert keys(planned) == [
        f"annual-2025/SYT/overdue-1wd/{role.value}",
        f"annual-2025/SYT/overdue-3wd/{role.value}",
    ]


@pytest.mark.parametrize(
    ("role", "other"),
    [(Role.FOCAL, Role.HEAD), (Role.HEAD, Role.FOCAL), (Role.LEADER, Role.LEADER)],
)
def test_a_head_and_a_focal_person_stand_in_for_each_other_and_nobody_for_a_leader(role, other):
    assert stands_in_for(role) is other


def test_an_obligation_asks_for_attention_when_its_next_rung_stands():
    def standing(now):
        return Schedule(ANNUAL_2025, CALENDAR).next_standing(SYT[0], now)

    assert standing(local(2025, 9, 3, 7, 30) - TICK) == local(2025, 9, 3, 7, 30)
    assert standing(local(2025, 9, 3, 7, 30)) == local(2025, 9, 19, 7, 30)
    assert standing(local(2025, 10, 31, 7, 30)) is None
    filed = SYT[0].after(Event.SUBMIT, local(2025, 9, 1))
    assert Schedule(ANNUAL_2025, CALENDAR).next_standing(filed, local(2025, 9, 3)) is None


OPEN_TIME = st.timedeltas(timedelta(0), ANNUAL_2025.closes_at - ANNUAL_2025.opens_at - TICK)
INSTANTS = st.lists(OPEN_TIME.map(lambda d: ANNUAL_2025.opens_at + d), min_size=1, max_size=6)


@given(INSTANTS)
def test_passes_at_any_instants_decide_the_keys_of_one_pass_at_the_last(instants):
    instants.sort()
    many, one = passes(instants), passes(instants[-1:])
    assert many.keys() == one.keys()


@given(INSTANTS, st.sampled_from([NoticeStatus.SENT, NoticeStatus.PENDING, NoticeStatus.RETRY]))
def test_planning_again_adds_nothing(instants, state):
    instants.sort()
    decided = passes(instants, deliver=state)
    again = plan_notices(snapshot(decided=decided.values()), now=instants[-1])
    assert again == []


@given(INSTANTS, st.sampled_from(sorted(set(Status) - {Status.OPEN})))
def test_only_what_is_still_owed_is_chased(instants, status):
    owed = [replace(o, status=status, ended_at=None) for o in snapshot().obligations]
    if status is Status.TRANSFERRED:
        owed = [replace(o, ended_at=instants[0]) for o in owed]
    for now in instants:
        assert keys(plan_notices(snapshot(obligations=owed), now=now)) == []


@given(INSTANTS)
def test_a_notice_never_is_to_leave_outside_working_hours(instants):
    for now in instants:
        for notice in plan_notices(snapshot(), now=now):
            assert CALENDAR.is_working_time(notice.send_at)
            assert notice.send_at >= now


def test_the_forecast_is_what_daily_passes_would_send():
    empty = replace(snapshot(), obligations=(), outstanding=outstanding(()))
    coming = forecast(empty, now=local(2025, 8, 1), until=local(2025, 12, 31)).notices
    days = sorted({n.send_at for n in coming})
    daily = [local(2025, 9, 1, 7, 30) + timedelta(days=n) for n in range(100)]
    assert {n.key for n in coming} == passes(daily).keys()
    assert days[0] == local(2025, 9, 3, 7, 30)
    assert days[-1] == local(2025, 10, 31, 7, 30)
    assert len(days) == 10


def test_the_forecast_foresees_what_passes_to_a_successor():
    empty = replace(snapshot(PLAN_2025), obligations=(), outstanding=outstanding(()))
    coming = forecast(empty, now=local(2025, 2, 20), until=local(2025, 3, 10)).notices
    successor = [n for n in coming if n.agency == "NEW"]
    assert {n.send_at for n in successor} == {local(2025, 3, 3, 7, 30)}


def test_the_forecast_holds_what_waits_and_drops_what_will_be_superseded():
    waiting = plan_notices(snapshot(obligations=SYT), now=local(2025, 9, 3, 7, 30))
    held = snapshot(obligations=SYT, decided=waiting)
    soon = forecast(held, now=local(2025, 9, 3, 18, 0), until=local(2025, 9, 18)).notices
    assert [n.send_at for n in soon] == [local(2025, 9, 4, 7, 30)]
    night = forecast(held, now=local(2025, 9, 18, 18, 0), until=local(2025, 9, 20)).notices
    assert [n.rung for n in night] == ["before-30d"]
