"""What a decision or an act would change, under the rules of the real ones."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from lsplan_workflow.domain.cycles import plan_cycles
from lsplan_workflow.domain.errors import IllegalTransition, RequestError
from lsplan_workflow.domain.forecast import forecast
from lsplan_workflow.domain.notice_kinds import NoticeKind, NoticeStatus
from lsplan_workflow.domain.notices import Notice
from lsplan_workflow.domain.obligations import Event, Status, outstanding, plan_obligations
from lsplan_workflow.domain.plan_change import compare_forecasts
from lsplan_workflow.domain.planning import plan_notices
from lsplan_workflow.domain.snapshots import Snapshot
from lsplan_workflow.domain.suppositions import (
    Supposed,
    Supposition,
    instant_of,
    moved_cycle,
    suppose,
    suppose_moved,
)
from tests.domain.province import CALENDAR, DIRECTORY, PROGRAM, local

CYCLES = {cycle.code: cycle for cycle in plan_cycles(PROGRAM, CALENDAR)}
ANNUAL = CYCLES["annual-2025"]
NOW = local(2025, 10, 1, 9)
TICK = timedelta(microseconds=1)


def snapshot(cycle=ANNUAL, decided=()) -> Snapshot:
    owed = tuple(plan_obligations(cycle, DIRECTORY))
    return Snapshot(
        calendar=CALENDAR,
        directory=DIRECTORY,
        cycle=cycle,
        obligations=owed,
        outstanding=outstanding(owed),
        decided={n.key: n for n in decided},
    )


def reached(now, status=NoticeStatus.SENT, cycle=ANNUAL) -> Snapshot:
    """Return the cycle with all that was decided up to an instant, sent or not."""
    planned = plan_notices(snapshot(cycle), now=now)
    pending = NoticeStatus.PENDING
    sent = [replace(n, status=status) if n.status is pending else n for n in planned]
    return snapshot(cycle, sent)


def supposing(*given, now=NOW, start=None):
    """Return the forecast under some suppositions, and what differs from the one without."""
    begun = start or reached(now)
    acts = [suppose(s, CALENDAR, now) for s in given]
    until = ANNUAL.closes_at + timedelta(days=400)
    plain = forecast(begun, now=now, until=until)
    supposed = forecast(begun, now=now, until=until, acts=acts)
    return supposed, compare_forecasts(plain.notices, supposed.notices)


def extend(day, agency="SYT"):
    return Supposition(Supposed.EXTEND, agency, day)


def own(notices: tuple[Notice, ...], agency="SYT"):
    return [n.rung for n in notices if n.key.split("/")[1] == agency]


def duty(supposed, agency="SYT"):
    return next(o for o in supposed.end.obligations if o.agency == agency)


def test_nothing_supposed_changes_nothing():
    _, change = supposing()
    assert len(change) == 0


def test_an_extension_is_told_and_moves_every_rung_to_come():
    supposed, change = supposing(extend(date(2025, 10, 25)))
    assert duty(supposed).due_at == local(2025, 10, 26)
    assert own(change.added) == ["extension-1"]
    moved = {m.after.rung: (m.before.send_at, m.after.send_at) for m in change.moved}
    assert moved["before-7d"] == (local(2025, 10, 13, 7, 30), local(2025, 10, 17, 7, 30))
    assert moved["overdue-1wd"] == (local(2025, 10, 20, 7, 30), local(2025, 10, 27, 7, 30))
    assert {m.after.agency for m in change.moved if m.after.kind is not NoticeKind.DIGEST} == {
        "SYT"
    }


@pytest.mark.parametrize(
    ("day", "refused"),
    [
        (date(2025, 10, 18), "annual-2025/SYT"),
        (date(2025, 10, 19), "annual-2025/SYT"),
        (date(2025, 10, 20), None),
        (date(2025, 12, 18), None),
        (date(2025, 12, 19), "after the cycle's end; the last day possible is 18/12/2025"),
    ],
)
def test_an_extension_is_refused_where_the_real_one_would_be(day, refused):
    if refused is None:
        assert duty(supposing(extend(day))[0]).due_at == CALENDAR.midnight(day + timedelta(1))
        return
    with pytest.raises(RequestError) as said:
        supposing(extend(day))
    assert refused in said.value.text.en


@pytest.mark.parametrize(
    ("now", "said"),
    [
        (ANNUAL.opens_at - TICK, "is not open yet"),
        (ANNUAL.opens_at, None),
        (ANNUAL.closes_at - TICK, None),
        (ANNUAL.closes_at, "has closed"),
    ],
)
def test_a_waiver_is_possible_from_the_opening_to_the_closing(now, said):
    waiver = Supposition(Supposed.WAIVE, "SYT")
    if said is None:
        assert duty(supposing(waiver, now=now)[0]).status is Status.WAIVED
        return
    with pytest.raises(RequestError, match=said):
        supposing(waiver, now=now)


def test_a_waiver_withdraws_all_that_would_have_asked():
    _, change = supposing(Supposition(Supposed.WAIVE, "SYT"))
    assert own(change.added) == ["waiver-1"]
    plain, _ = supposing()
    assert own(change.withdrawn) == own(plain.notices)


def test_what_waits_unsent_is_withdrawn_as_well():
    start = reached(NOW, NoticeStatus.PENDING)
    supposed, change = supposing(Supposition(Supposed.WAIVE, "SYT"), start=start)
    assert "before-30d" in own(change.withdrawn)
    assert own(supposed.notices) == ["waiver-1"]


@pytest.mark.parametrize(
    ("day", "gone"),
    [
        # The reminder of 13 October leaves in the morning, before the office receives the report.
        (date(2025, 10, 10), ["before-7d", "before-3wd"]),
        (date(2025, 10, 13), ["before-3wd"]),
        (date(2025, 10, 14), ["before-3wd"]),
        (date(2025, 10, 15), []),
    ],
)
def test_a_filing_withdraws_what_is_due_after_its_day(day, gone):
    supposed, change = supposing(Supposition(Supposed.SUBMIT, "SYT", day))
    withdrawn = own(change.withdrawn)
    assert [rung for rung in withdrawn if rung in {"before-7d", "before-3wd"}] == gone
    assert "overdue-1wd" in withdrawn
    (receipt,) = [n for n in supposed.notices if n.kind is NoticeKind.RECEIPT]
    assert receipt.send_at == CALENDAR.end_of_work(day)
    assert duty(supposed).status is Status.SUBMITTED


def test_the_last_filing_leaves_no_digest_to_send():
    everyone = {o.agency for o in snapshot().obligations}
    filed = [Supposition(Supposed.SUBMIT, agency, date(2025, 10, 21)) for agency in everyone]
    _, change = supposing(*filed)
    assert [n for n in change.withdrawn if n.kind is NoticeKind.DIGEST]
    late, _ = supposing(*filed[1:])
    assert [n for n in late.notices if n.kind is NoticeKind.DIGEST]


def digests(notices):
    return [n for n in notices if n.kind is NoticeKind.DIGEST]


def test_a_digest_that_waits_for_the_morning_does_not_leave_once_nobody_is_late():
    night = local(2025, 10, 24, 20)
    start = reached(night, NoticeStatus.PENDING)
    filed = [Supposition(Supposed.SUBMIT, o.agency, night.date()) for o in start.obligations]
    supposed, change = supposing(*filed, now=night, start=start)
    assert digests(change.withdrawn)
    assert not digests(supposed.notices)
    assert digests(supposing(*filed[1:], now=night, start=start)[0].notices)


def test_what_waits_is_not_foreseen_if_it_will_not_hold_when_it_leaves():
    night = local(2025, 10, 24, 20)
    waiting = reached(night, NoticeStatus.PENDING)
    filed = tuple(o.after(Event.SUBMIT, night) for o in waiting.obligations)
    start = replace(waiting, obligations=filed, outstanding=outstanding(filed))
    assert forecast(start, now=night, until=ANNUAL.closes_at).notices == ()


def test_only_what_was_filed_can_be_accepted():
    accept = Supposition(Supposed.ACCEPT, "SYT", date(2025, 10, 14))
    with pytest.raises(IllegalTransition):
        supposing(accept)
    submit = Supposition(Supposed.SUBMIT, "SYT", date(2025, 10, 14))
    found, _ = supposing(submit, accept)
    assert duty(found).status is Status.ACCEPTED
    told = [n for n in found.notices if n.kind is NoticeKind.ACCEPTANCE]
    assert [n.key for n in told] == ["annual-2025/SYT/acceptance-1/focal"]
    with pytest.raises(IllegalTransition):
        supposing(replace(submit, day=date(2025, 10, 15)), accept)


@pytest.mark.parametrize(
    ("now", "day", "at"),
    [
        (NOW, date(2025, 10, 2), local(2025, 10, 2, 17)),
        (NOW, date(2025, 10, 1), local(2025, 10, 1, 17)),
        (local(2025, 10, 1, 20), date(2025, 10, 1), local(2025, 10, 1, 20)),
        (NOW, date(2025, 9, 30), None),
    ],
)
def test_a_filing_is_supposed_at_the_end_of_a_day_that_has_not_passed(now, day, at):
    filing = Supposition(Supposed.SUBMIT, "SYT", day)
    if at is None:
        with pytest.raises(RequestError, match="from today"):
            instant_of(filing, CALENDAR, now)
    else:
        assert instant_of(filing, CALENDAR, now) == at


@pytest.mark.parametrize(
    ("agency", "said"),
    [
        ("D1", "owes no report .*; in its place now: X1, X2"),
        ("CT", "owes no report"),
        ("SYT", None),
    ],
)
def test_only_what_is_owed_can_be_changed(agency, said):
    if said is None:
        supposing(extend(date(2025, 10, 25), agency))
    else:
        with pytest.raises(RequestError, match=said):
            supposing(extend(date(2025, 10, 25), agency))


def move(last, now=NOW, start=None, before=()):
    moved = moved_cycle(ANNUAL, last, CALENDAR)
    begun = start or reached(now)
    acts = [*(suppose(s, CALENDAR, now) for s in before), suppose_moved(moved, 2, now)]
    until = local(2026, 12, 31)
    plain = forecast(begun, now=now, until=until)
    supposed = forecast(begun, now=now, until=until, acts=acts)
    return supposed, compare_forecasts(plain.notices, supposed.notices)


def test_a_moved_deadline_is_told_to_everyone_who_heard_of_the_former():
    supposed, change = move(date(2025, 10, 31))
    told = [n for n in change.added if n.kind is NoticeKind.DEADLINE]
    assert {n.agency for n in told} == {o.agency for o in snapshot().obligations}
    assert {n.rung for n in told} == {"deadline-2-2025-10-20"}
    assert {o.due_at for o in supposed.end.obligations} == {local(2025, 11, 1)}
    assert supposed.end.cycle.announced_on == date(2025, 10, 20)


def test_a_later_deadline_of_its_own_outlasts_a_move():
    supposed, _ = move(date(2025, 10, 31), before=[extend(date(2025, 11, 20))])
    assert duty(supposed).due_at == local(2025, 11, 21)
    assert duty(supposed, "SCT").due_at == local(2025, 11, 1)


def test_who_has_heard_of_no_deadline_is_only_told_of_the_new_one():
    now = local(2025, 9, 3, 7, 30)
    start = reached(now, NoticeStatus.PENDING)
    supposed, change = move(date(2025, 10, 31), now=now, start=start)
    assert not [n for n in change.added if n.kind is NoticeKind.DEADLINE]
    openings = [n for n in supposed.notices if n.kind is NoticeKind.OPENING]
    assert {n.due_on for n in openings} == {date(2025, 11, 1)}


@pytest.mark.parametrize(
    ("last", "possible"), [(date(2025, 9, 30), False), (date(2025, 10, 1), True)]
)
def test_an_open_cycle_is_only_moved_to_a_day_that_has_not_passed(last, possible):
    if possible:
        assert {o.due_at for o in move(last)[0].end.obligations} == {local(2025, 10, 2)}
    else:
        with pytest.raises(RequestError, match="has passed"):
            move(last)


def test_a_cycle_to_come_is_announced_with_the_moved_deadline():
    supposed, change = move(date(2025, 10, 31), now=local(2025, 8, 1), start=snapshot())
    assert not change.added
    assert not change.withdrawn
    assert "opening" in {m.after.rung for m in change.moved} | {n.rung for n in supposed.notices}
    assert {n.due_on for n in supposed.notices if n.rung == "opening"} == {date(2025, 11, 1)}


def test_a_day_that_the_year_lacks_is_no_deadline():
    with pytest.raises(ValueError, match="2023"):
        moved_cycle(replace(ANNUAL, year=2023), date(2023, 10, 1), CALENDAR)


def test_a_supposition_is_written_as_it_was_asked_for():
    assert str(extend(date(2025, 10, 25))) == "extend:SYT:2025-10-25"
    assert str(Supposition(Supposed.WAIVE, "SYT")) == "waive:SYT"
