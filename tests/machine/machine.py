"""The state machine: whatever people, passes and mishaps may do next."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import count
from typing import TYPE_CHECKING, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from tests.domain.province import local
from tests.machine.post import Weather
from tests.machine.province import DAY, LADDERS, REMINDER_SETS, Person, Unit

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from tests.machine.province import Province
    from tests.machine.world import World

# Each begins where the rules meet: before the opening, about the due day, at grace, at closing.
_BEGINNINGS = (
    local(2025, 8, 29, 8),
    local(2025, 9, 3, 7, 30),
    local(2025, 10, 12, 10),
    local(2025, 10, 17, 16, 59),
    local(2025, 10, 24, 9),
    local(2025, 11, 12, 9),
)
_LEAPS = st.one_of(
    st.sampled_from(
        [
            timedelta(microseconds=1),
            timedelta(minutes=7),
            timedelta(minutes=10),
            timedelta(hours=5, minutes=31),
            timedelta(days=1),
            timedelta(days=2, hours=3),
            timedelta(days=5),
            timedelta(days=31, minutes=1),
        ]
    ),
    st.integers(1, 14 * 24 * 60).map(lambda minutes: timedelta(minutes=minutes)),
)
_CYCLES = st.sampled_from(["annual-2025", "annual-2025", "plan-2025", "annual-2026"])
_PLACES = st.integers(0, 99)
_DAYS_AHEAD = st.integers(-3, 40)
_WEATHER = st.lists(st.sampled_from(Weather), min_size=1, max_size=4)
_BEFORE = st.sampled_from(["10-20", "10-25", "11-05"])


class Machine(RuleBasedStateMachine):
    """Each step is checked by the world itself; `open_world` gives a new one."""

    open_world: ClassVar[Callable[[], AbstractContextManager[World]]]

    def __init__(self) -> None:
        super().__init__()
        self.newcomers = count(1)
        self._opening = type(self).open_world()
        self.world = self._opening.__enter__()

    def teardown(self) -> None:
        self._opening.__exit__(None, None, None)

    @initialize(at=st.sampled_from(_BEGINNINGS))
    def first_pass(self, at):
        self.world.run(at)

    # Passes, and time.

    @rule(leap=_LEAPS)
    def time_passes(self, leap):
        self.world.go_to(self.world.now + leap)

    @rule(leap=_LEAPS)
    def a_pass(self, leap):
        self.world.run(self.world.now + leap)

    @rule(days=st.integers(1, 20), hour=st.sampled_from([7, 8, 12, 17]))
    def a_pass_in_the_morning_some_days_on(self, days, hour):
        day = self.world.today + days * DAY
        self.world.run(local(day.year, day.month, day.day, hour, 30))

    @rule()
    def a_pass_at_the_next_due_instant(self):
        seen = self.world.seen
        coming = [row.next_action_at for row in (*seen.obligations, *seen.cycles)]
        later = [at for at in coming if at is not None and at > self.world.now]
        self.world.run(min(later, default=self.world.now + DAY))

    @rule()
    def two_passes_at_one_instant(self):
        self.world.run(self.world.now)
        self.world.run_again()

    @rule(leap=_LEAPS)
    def a_pass_that_only_decides(self, leap):
        self.world.decide_only(self.world.now + leap)

    @rule(leap=_LEAPS, weather=_WEATHER)
    def a_pass_in_bad_weather(self, leap, weather):
        self.world.run_cut_short(self.world.now + leap, *weather)

    @rule(weather=st.sampled_from([Weather.FAIR, Weather.FAIR, Weather.BUSY, Weather.BROKEN]))
    def the_server_changes(self, weather):
        self.world.post.lasting = weather

    @rule()
    def replies_leave(self):
        self.world.reply()

    @rule(place=_PLACES)
    def a_failed_notice_is_sent_again(self, place):
        failed = [row.key for row in self.world.seen.notices if row.status == "failed"]
        if failed:
            self.world.resend(failed[place % len(failed)])

    @rule(place=_PLACES)
    def a_notice_is_given_up(self, place):
        chosen = [r.key for r in self.world.seen.notices if r.status in {"failed", "retry"}]
        if chosen:
            self.world.give_up(chosen[place % len(chosen)])

    # Filing and deciding.

    def _agency(self, cycle: str, place: int, *wanted: str) -> str:
        """Return an agency that owes in a cycle, of some statuses if there is one."""
        owed = [o for o in self.world.seen.owed if o.cycle == cycle]
        of_status = [o.agency for o in owed if not wanted or o.status.value in wanted]
        agencies = of_status or [o.agency for o in owed] or ["A"]
        return agencies[place % len(agencies)]

    @rule(cycle=_CYCLES, place=_PLACES, back=st.none() | st.integers(0, 20 * 24))
    def a_report_is_filed(self, cycle, place, back):
        late = () if back is None else ("transferred",)
        agency = self._agency(cycle, place, "open", "returned", "submitted", *late)
        arrived = None if back is None else timedelta(hours=back)
        self.world.file(cycle, agency, arrived=arrived, content=str(place))

    @rule(cycle=_CYCLES, place=_PLACES)
    def a_report_is_accepted(self, cycle, place):
        self.world.accept(cycle, self._agency(cycle, place, "submitted"))

    @rule(cycle=_CYCLES, place=_PLACES, ahead=st.none() | st.integers(0, 15))
    def a_report_is_returned(self, cycle, place, ahead):
        by = None if ahead is None else self.world.today + ahead * DAY
        self.world.send_back(cycle, self._agency(cycle, place, "submitted"), by)

    @rule(cycle=_CYCLES, place=_PLACES, ahead=st.none() | st.integers(0, 15))
    def a_return_is_given_anew(self, cycle, place, ahead):
        by = None if ahead is None else self.world.today + ahead * DAY
        self.world.send_back(cycle, self._agency(cycle, place, "returned"), by)

    @rule(cycle=_CYCLES, place=_PLACES)
    def a_return_is_taken_back(self, cycle, place):
        self.world.accept(cycle, self._agency(cycle, place, "returned"))

    @precondition(lambda self: self.world.seen.submissions)
    @rule(place=_PLACES)
    def a_filing_was_a_mistake(self, place):
        filed = self.world.seen.submissions
        chosen = filed[place % len(filed)]
        self.world.void(chosen.cycle, chosen.agency, chosen.version)

    @rule(
        cycle=_CYCLES,
        places=st.lists(_PLACES, min_size=1, max_size=3),
        ahead=_DAYS_AHEAD,
        correct=st.booleans(),
    )
    def deadlines_are_extended(self, cycle, places, ahead, correct):
        agencies = [self._agency(cycle, place, "open") for place in places]
        to = self.world.today + ahead * DAY
        self.world.extend(cycle, *agencies, to=to, correct=correct)

    @rule(cycle=_CYCLES, places=st.lists(_PLACES, min_size=1, max_size=2))
    def duties_are_waived(self, cycle, places):
        agencies = [self._agency(cycle, place, "open", "returned") for place in places]
        self.world.waive(cycle, *agencies)

    @rule(cycle=_CYCLES, place=_PLACES, ahead=st.none() | _DAYS_AHEAD)
    def a_duty_is_reopened(self, cycle, place, ahead):
        to = None if ahead is None else self.world.today + ahead * DAY
        self.world.reopen(cycle, self._agency(cycle, place, "accepted", "waived"), to=to)

    @rule(cycle=_CYCLES)
    def everything_is_settled(self, cycle):
        for duty in (o for o in self.world.seen.owed if o.cycle == cycle):
            if duty.status.value in {"open", "returned"}:
                self.world.waive(cycle, duty.agency)
            if duty.status.value == "submitted":
                self.world.accept(cycle, duty.agency)

    @rule(cycle=_CYCLES)
    def a_report_is_asked_for(self, cycle):
        self.world.consolidate(cycle)

    # Obstacles.

    @rule(place=_PLACES, back=st.none() | st.integers(0, 20))
    def an_obstacle_is_reported(self, place, back):
        arrived = None if back is None else timedelta(days=back)
        self.world.report_obstacle(self._anybody(place), arrived=arrived)

    @precondition(lambda self: self.world.seen.obstacles)
    @rule(number=_PLACES, place=_PLACES, ahead=st.none() | st.integers(0, 15))
    def an_obstacle_is_assigned(self, number, place, ahead):
        by = None if ahead is None else self.world.today + ahead * DAY
        self.world.assign(self._obstacle(number), self._anybody(place), by)

    @precondition(lambda self: self.world.seen.obstacles)
    @rule(number=_PLACES)
    def an_obstacle_is_answered(self, number):
        self.world.answer(self._obstacle(number))

    @precondition(lambda self: self.world.seen.obstacles)
    @rule(number=_PLACES)
    def an_obstacle_is_closed(self, number):
        self.world.close(self._obstacle(number))

    def _anybody(self, place: int) -> str:
        units = self.world.province.existing(self.world.today)
        return units[place % len(units)].code if units else "A"

    def _obstacle(self, place: int) -> str:
        known = self.world.seen.obstacles
        return known[place % len(known)].number

    # Reorganisations and edits.

    @rule(
        place=_PLACES,
        other=_PLACES,
        ahead=st.integers(-15, 25),
        how=st.sampled_from(["merge", "join", "split", "rename", "abolish"]),
    )
    def an_agency_ends(self, place, other, ahead, how):
        until = self.world.today + ahead * DAY
        before = self.world.province
        ending = [u for u in before.existing(until) if u.until is None]
        if not ending:
            return
        unit = ending[place % len(ending)]
        others = [u for u in before.existing(until + DAY) if u.code != unit.code]
        if how == "abolish" and unit.code == "FP":
            return
        after = _reorganised(before, unit, others, other, until, how)
        self.world.apply(after)

    @rule(place=_PLACES)
    def an_end_is_revoked(self, place):
        today = self.world.today
        coming = [u.code for u in self.world.province.units if u.until and u.until >= today]
        if coming:
            self.world.apply(self.world.province.revoking(coming[place % len(coming)]))

    @rule(place=_PLACES, ahead=st.integers(-5, 25))
    def an_agency_comes_back(self, place, ahead):
        since, before = self.world.today + ahead * DAY, self.world.province
        ended = [u.code for u in before.units if u.until and u.until < min(since, self.world.today)]
        if ended:
            self.world.apply(before.coming_back(ended[place % len(ended)], since))

    # Contacts.

    @rule(place=_PLACES, role=st.sampled_from(["focal", "focal", "head", "leader", "admin"]))
    def a_contact_comes(self, place, role):
        unit = self._unit(place)
        people = (*unit.people, Person(role, self._new_address(unit)))
        self.world.apply(self.world.province.with_people(unit.code, people))

    @rule(place=_PLACES, who=_PLACES)
    def a_contact_is_replaced(self, place, who):
        unit = self._unit(place)
        people = list(unit.people)
        if people:
            chosen = who % len(people)
            people[chosen] = replace(people[chosen], address=self._new_address(unit))
            self.world.apply(self.world.province.with_people(unit.code, tuple(people)))

    @rule(place=_PLACES, who=_PLACES)
    def a_contact_leaves(self, place, who):
        unit = self._unit(place)
        people = list(unit.people)
        if people:
            del people[who % len(people)]
            self.world.apply(self.world.province.with_people(unit.code, tuple(people)))

    @rule(place=_PLACES)
    def a_former_contact_is_forgotten(self, place):
        present = self.world.province.contacts()
        former = [c for c, held in self.world.held.items() if held != {present.get(c)}]
        if former:
            self.world.forget(former[place % len(former)])

    def _unit(self, place: int) -> Unit:
        units = self.world.province.units
        return units[place % len(units)]

    def _new_address(self, unit: Unit) -> str:
        return f"moi{next(self.newcomers)}@{unit.code.lower()}.example"

    @rule(before=_BEFORE, which=st.sampled_from(["annual_before", "plan_before"]))
    def a_deadline_is_moved(self, before, which):
        if which == "plan_before" and before == "10-20":
            before = "11-15"
        self._edit(**{which: before})

    @rule(reminders=st.sampled_from(REMINDER_SETS))
    def reminders_are_changed(self, reminders):
        self._edit(reminders=reminders)

    @rule(ladder=st.sampled_from(LADDERS), restart=st.booleans())
    def the_ladder_is_changed(self, ladder, restart):
        self._edit(restart, ladder=ladder)

    @rule(per_minute=st.sampled_from([2, 600, 600]))
    def the_rate_is_changed(self, per_minute):
        self._edit(per_minute=per_minute)

    @rule(ahead=st.integers(-5, 30))
    def a_day_off_comes_or_goes(self, ahead):
        self.world.apply(self.world.province.with_day(self.world.today + ahead * DAY))

    @rule(split=st.sampled_from(["all", "lead"]))
    def splits_are_judged_otherwise(self, split):
        self._edit(split=split)

    def _edit(self, restart: bool = False, **changes: object) -> None:
        self.world.apply(replace(self.world.province, **changes), restart_ladder=restart)


def _reorganised(
    before: Province, unit: Unit, others: list[Unit], other: int, until: date, how: str
) -> Province:
    """Return the province after an end: into another, into new ones, or into nothing."""
    number = len(before.units)
    since = until + DAY
    if how == "abolish" or (how in {"merge", "join"} and not others):
        return before.ending(unit.code, until, ())
    if how == "merge":
        return before.ending(unit.code, until, (others[other % len(others)].code,))
    if how == "split":
        pair = [Unit(f"N{number + n}", "commune", since) for n in (0, 1)]
        return before.ending(unit.code, until, (pair[0].code, pair[1].code), *pair)
    new = Unit(f"N{number}", unit.kind, since)
    after = before.ending(unit.code, until, (new.code,), new)
    partner = others[other % len(others)] if how == "join" else None
    if partner is None or partner.until is not None:
        return after
    return after.ending(partner.code, until, (new.code,))
