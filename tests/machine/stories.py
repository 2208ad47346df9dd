"""Short walks through the world, each of which meets some of the rules on its way."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from tests.domain.province import local
from tests.machine.post import Weather
from tests.machine.province import LADDERS, REMINDER_SETS, Person, Unit

if TYPE_CHECKING:
    from tests.machine.world import World

ANNUAL, PLAN = "annual-2025", "plan-2025"
OPENING = local(2025, 9, 3, 7, 30)
LAST_REMINDER = local(2025, 10, 17, 8)
OVERDUE = local(2025, 10, 20, 8)
HEADS = local(2025, 10, 22, 8)
GRACE_ENDS = local(2025, 10, 31, 17)
CLOSING = local(2025, 12, 19)
A_DAY = timedelta(days=1)


def the_cycle_opens(world: World) -> None:
    world.decide_only(OPENING)
    world.run(OPENING)
    world.run_again()


def a_cycle_with_nobody_filing(world: World) -> None:
    the_cycle_opens(world)
    world.run(LAST_REMINDER)
    world.run(OVERDUE - timedelta(hours=2))
    for day in (20, 21, 22, 24, 27, 31):
        world.run(local(2025, 10, day, 8))
    world.run(GRACE_ENDS)
    world.run(CLOSING + timedelta(hours=9))


def a_month_of_downtime(world: World) -> None:
    the_cycle_opens(world)
    world.run(HEADS)
    world.run(local(2025, 11, 12, 8))


def a_night(world: World) -> None:
    the_cycle_opens(world)
    world.run(OVERDUE - timedelta(hours=5))
    world.file(ANNUAL, "A")
    world.reply()
    world.run(OVERDUE - timedelta(hours=4))
    world.run(OVERDUE)


def a_late_reminder(world: World) -> None:
    world.run(OPENING)
    world.apply(replace(world.province, ladder=LADDERS[1]))
    world.decide_only(LAST_REMINDER)
    world.run(OVERDUE)


def a_report_comes_while_a_mail_is_held(world: World) -> None:
    world.run(OPENING)
    world.run_cut_short(LAST_REMINDER, Weather.KILLED_BEFORE)
    world.file(ANNUAL, "A")
    world.run(LAST_REMINDER + timedelta(minutes=11))


def reports_come_in(world: World) -> None:
    the_cycle_opens(world)
    world.decide_only(LAST_REMINDER)
    world.file(ANNUAL, "A")
    world.file(ANNUAL, "B", content="zwei")
    world.waive(ANNUAL, "D")
    world.run(LAST_REMINDER)
    world.file(ANNUAL, "B", content="drei")
    world.accept(ANNUAL, "A")
    world.accept(ANNUAL, "A")
    world.send_back(ANNUAL, "B", date(2025, 10, 22))
    for day in (20, 22, 23, 27):
        world.run(local(2025, 10, day, 8))
    world.file(ANNUAL, "B", arrived=timedelta(days=1), content="vier")
    world.accept(ANNUAL, "B")
    world.reopen(ANNUAL, "A")
    world.reopen(ANNUAL, "D")
    for agency in ("C", "E", "FP"):
        world.file(ANNUAL, agency)
        world.accept(ANNUAL, agency)
    world.run(local(2025, 10, 28, 8))
    world.accept(ANNUAL, "A")
    world.waive(ANNUAL, "D")
    world.run(local(2025, 10, 28, 9))


def returns_are_mended(world: World) -> None:
    world.run(OPENING)
    world.file(ANNUAL, "B")
    world.go_to(local(2025, 10, 8, 9))
    world.send_back(ANNUAL, "B", date(2025, 10, 14))
    world.run(local(2025, 10, 8, 9))
    world.file(ANNUAL, "B", arrived=timedelta(hours=1), content="zwei")
    world.send_back(ANNUAL, "B", date(2025, 10, 16))
    world.send_back(ANNUAL, "B")
    world.run(local(2025, 10, 9, 9))
    world.send_back(ANNUAL, "B", date(2025, 10, 15))
    for day in (14, 15, 16):
        world.run(local(2025, 10, day, 8))
    world.accept(ANNUAL, "B")
    world.run(local(2025, 10, 17, 8))


def filings_are_mistaken(world: World) -> None:
    the_cycle_opens(world)
    world.file(ANNUAL, "A")
    world.accept(ANNUAL, "A")
    world.void(ANNUAL, "A", 1)
    world.void(ANNUAL, "A", 1)
    world.void(ANNUAL, "A", 2)
    world.run(OPENING)
    world.file(ANNUAL, "B")
    world.void(ANNUAL, "B", 1)
    world.run(LAST_REMINDER)
    world.file(ANNUAL, "C")
    world.send_back(ANNUAL, "C", date(2025, 10, 22))
    world.file(ANNUAL, "C", content="zwei")
    world.accept(ANNUAL, "C")
    world.run(LAST_REMINDER)
    world.void(ANNUAL, "C", 2)
    world.file(ANNUAL, "A", content="zwei")
    world.file(ANNUAL, "A", content="drei")
    world.void(ANNUAL, "A", 3)
    world.run(OVERDUE)
    world.file(ANNUAL, "B", content="zwei")
    world.waive(ANNUAL, "D")
    for day in (21, 22, 23):
        world.run(local(2025, 10, day, 8))
    world.void(ANNUAL, "C", 1)
    world.void(ANNUAL, "B", 2)
    for day in (24, 27):
        world.run(local(2025, 10, day, 8))
    world.run(CLOSING + timedelta(hours=9))
    world.void(ANNUAL, "A", 2)


def deadlines_move(world: World) -> None:
    the_cycle_opens(world)
    world.decide_only(LAST_REMINDER)
    world.extend(ANNUAL, "A", "B", to=date(2025, 10, 24))
    world.run(LAST_REMINDER)
    world.extend(ANNUAL, "A", "C", to=date(2025, 10, 20))
    world.extend(ANNUAL, "D", to=date(2026, 2, 1))
    world.run(OVERDUE)
    world.extend(ANNUAL, "A", to=date(2025, 10, 22), correct=True)
    world.run(local(2025, 10, 24, 8))
    world.run(local(2025, 10, 29, 8))


def extensions_are_mistakes(world: World) -> None:
    the_cycle_opens(world)
    own, wrong = date(2025, 10, 19), date(2025, 10, 24)
    world.decide_only(LAST_REMINDER)
    world.extend(ANNUAL, "A", "B", to=wrong)
    world.extend(ANNUAL, "A", to=own, correct=True)
    world.run(LAST_REMINDER)
    world.decide_only(OVERDUE)
    world.extend(ANNUAL, "A", "C", to=wrong)
    world.extend(ANNUAL, "A", to=own, correct=True)
    world.run(OVERDUE + timedelta(hours=1))
    world.run(HEADS)
    world.extend(ANNUAL, "B", "C", to=own, correct=True)
    world.run(HEADS)
    world.run(local(2025, 10, 24, 8))


def a_cycle_ends_with_decisions(world: World) -> None:
    the_cycle_opens(world)
    world.run(CLOSING - timedelta(hours=8))
    world.go_to(CLOSING - timedelta(hours=6))
    world.waive(ANNUAL, "A")
    world.extend(ANNUAL, "B", to=date(2025, 12, 18))
    world.run(CLOSING + timedelta(hours=9))


def a_deadline_moves_over_a_day_that_was_granted(world: World) -> None:
    the_cycle_opens(world)
    world.extend(ANNUAL, "A", to=date(2025, 10, 24))
    world.apply(replace(world.province, annual_before="10-31"))
    world.run(local(2025, 9, 4, 8))
    world.apply(replace(world.province, annual_before="10-20"))
    world.run(local(2025, 9, 5, 8))


def the_configuration_changes(world: World) -> None:
    the_cycle_opens(world)
    world.decide_only(LAST_REMINDER)
    world.apply(replace(world.province, annual_before="10-25"))
    world.run(LAST_REMINDER)
    world.run(local(2025, 10, 24, 8))
    world.run(local(2025, 10, 28, 8))
    world.apply(replace(world.province, ladder=LADDERS[1], reminders=()))
    world.run(local(2025, 10, 30, 8))
    world.apply(world.province.with_day(date(2025, 11, 3)))
    world.run(local(2025, 11, 5, 8))


def agencies_end(world: World) -> None:
    the_cycle_opens(world)
    world.file(ANNUAL, "B")
    new = Unit("N1", since=date(2025, 10, 16))
    merged = world.province.ending("A", date(2025, 10, 15), ("N1",), new)
    world.apply(merged.ending("B", date(2025, 10, 15), ("N1",)))
    world.run(local(2025, 10, 15, 8))
    world.run(local(2025, 10, 16, 8))
    parts = [Unit(f"N{n}", "commune", date(2025, 10, 21)) for n in (2, 3)]
    world.apply(world.province.ending("D", date(2025, 10, 20), ("N2", "N3"), *parts))
    world.run(local(2025, 10, 21, 8))
    world.run(local(2025, 10, 27, 8))


def successors_end_in_turn(world: World) -> None:
    """C has filed, so what D owes stays under its name: for C to file, then for N1."""
    the_cycle_opens(world)
    world.file(ANNUAL, "C")
    new = Unit("N1", since=date(2025, 9, 17))
    first = world.province.ending("D", date(2025, 9, 9), ("C",))
    world.apply(first.ending("C", date(2025, 9, 16), ("N1",), new))
    for day in (10, 11, 17):
        world.run(local(2025, 9, day, 8))


def the_ladder_changes_before_an_end(world: World) -> None:
    the_cycle_opens(world)
    world.run(OVERDUE)
    world.apply(replace(world.province, ladder=LADDERS[1]))
    new = Unit("N1", since=date(2025, 10, 22))
    world.apply(world.province.ending("A", date(2025, 10, 21), ("N1",), new))
    world.run(local(2025, 10, 22, 8))


def what_had_arrived_before_an_end_is_entered_later(world: World) -> None:
    the_cycle_opens(world)
    new = Unit("N1", since=date(2025, 10, 16))
    merged = world.province.ending("A", date(2025, 10, 15), ("N1",), new)
    world.apply(merged.ending("D", date(2025, 10, 15), ("C",)))
    world.decide_only(local(2025, 10, 15, 20))
    world.decide_only(local(2025, 10, 16, 0))
    world.file(ANNUAL, "A", arrived=timedelta(0), content="muộn")
    world.file(ANNUAL, "N1", arrived=timedelta(hours=1))
    world.file(ANNUAL, "A", arrived=timedelta(hours=1), content="giấy")
    world.run(local(2025, 10, 16, 8))
    world.file(ANNUAL, "D", arrived=timedelta(hours=9))
    world.send_back(ANNUAL, "D", date(2025, 10, 22))
    for day in (17, 20, 22, 23):
        world.run(local(2025, 10, day, 8))


def obstacles_are_met(world: World) -> None:
    the_cycle_opens(world)
    world.report_obstacle("A")
    world.report_obstacle("B", arrived=timedelta(hours=1))
    world.reply()
    world.assign("2025-001", "C")
    world.assign("2025-002", "D", date(2025, 9, 12))
    world.run(local(2025, 9, 4, 8))
    world.apply(world.province.ending("D", date(2025, 9, 8), ("C",)))
    world.run(local(2025, 9, 9, 8))
    world.run(local(2025, 9, 11, 8))
    world.decide_only(local(2025, 9, 15, 8))
    world.answer("2025-002")
    world.run(local(2025, 9, 15, 8))
    world.close("2025-002")
    for day in (17, 18, 22):
        world.run(local(2025, 9, day, 8))


def whoever_has_to_answer_merges_while_a_reminder_waits(world: World) -> None:
    the_cycle_opens(world)
    world.report_obstacle("A")
    world.report_obstacle("B")
    world.reply()
    world.assign("2025-001", "D", date(2025, 9, 12))
    world.run(local(2025, 9, 4, 8))
    world.apply(world.province.ending("D", date(2025, 9, 17), ("C",)))
    world.run(local(2025, 9, 15, 8))
    world.run_cut_short(local(2025, 9, 17, 8), Weather.BUSY)
    world.go_to(local(2025, 9, 17, 18))
    world.assign("2025-002", "D")
    world.run(local(2025, 9, 18, 8))


def whoever_has_to_answer_ends_for_good(world: World) -> None:
    the_cycle_opens(world)
    world.report_obstacle("A")
    world.reply()
    world.assign("2025-001", "D", date(2025, 9, 12))
    world.run(local(2025, 9, 4, 8))
    world.apply(world.province.ending("D", date(2025, 9, 8), ()))
    for day in (8, 9, 11, 15, 17):
        world.run(local(2025, 9, day, 8))


def whoever_has_to_answer_joins_who_reported(world: World) -> None:
    the_cycle_opens(world)
    world.report_obstacle("C")
    world.reply()
    world.assign("2025-001", "D", date(2025, 9, 12))
    world.run(local(2025, 9, 4, 8))
    world.apply(world.province.ending("D", date(2025, 9, 8), ("C",)))
    for day in (8, 9, 11, 15, 17):
        world.run(local(2025, 9, day, 8))


def whoever_reported_ends_for_good(world: World) -> None:
    the_cycle_opens(world)
    for _number in range(2):
        world.report_obstacle("D")
    world.reply()
    world.apply(world.province.ending("D", date(2025, 9, 8), ()))
    world.run(local(2025, 9, 9, 8))
    world.answer("2025-001")
    world.close("2025-002")
    world.run(local(2025, 9, 10, 8))


def mails_go_astray(world: World) -> None:
    world.run_cut_short(OPENING, Weather.FAIR, Weather.BUSY, Weather.REFUSED, Weather.BROKEN)
    for minutes in (20, 40):
        world.run(OPENING + timedelta(minutes=minutes))
    world.run_cut_short(LAST_REMINDER, Weather.FAIR, Weather.KILLED_AFTER)
    world.run(LAST_REMINDER + timedelta(minutes=11))
    world.run_cut_short(OVERDUE, Weather.KILLED_BEFORE)
    world.run(OVERDUE + timedelta(minutes=11))
    for key in sorted(row.key for row in world.seen.notices if row.status == "failed"):
        world.resend(key)
    world.run(OVERDUE + timedelta(minutes=12))


def nobody_can_be_reached(world: World) -> None:
    world.run_cut_short(OPENING, *[Weather.REFUSED] * 9)
    world.run(OPENING + timedelta(hours=1))
    world.run_cut_short(LAST_REMINDER, *[Weather.REFUSED] * 40)
    for key in sorted(row.key for row in world.seen.notices if row.status == "failed"):
        world.give_up(key)
    world.run(LAST_REMINDER + timedelta(hours=1))


def few_mails_may_leave(world: World) -> None:
    the_cycle_opens(world)
    world.apply(replace(world.province, per_minute=2))
    for minute in (0, 0, 2):
        world.run(OVERDUE + timedelta(minutes=minute))


def contacts_change(world: World) -> None:
    the_cycle_opens(world)
    world.report_obstacle("A")
    world.reply()
    world.decide_only(LAST_REMINDER)
    new = Person("focal", "moi@b.example")
    world.apply(world.province.with_people("B", (*world.province.unit("B").people, new)))
    world.run(LAST_REMINDER)
    old_focal, head = world.province.unit("A").people
    successor = replace(old_focal, address="moi@a.example")
    world.apply(world.province.with_people("A", (successor, head)))
    world.decide_only(OVERDUE)
    first, *others = world.province.unit("B").people
    other = replace(first, address="khac@b.example")
    world.apply(world.province.with_people("B", (other, *others)))
    world.apply(world.province.with_people("C", ()))
    world.forget("A/focal")
    world.forget("C/focal")
    world.run(OVERDUE)
    world.forget("C/head")
    world.forget("C/head")
    world.forget("D/focal")
    world.run(HEADS)
    world.apply(world.province.with_people("C", (Person("focal", "tro-lai@c.example"),)))
    world.run(HEADS + timedelta(hours=1))


def agencies_come_back(world: World) -> None:
    the_cycle_opens(world)
    world.apply(world.province.ending("A", date(2025, 10, 8), ("C",)))
    world.apply(world.province.ending("D", date(2025, 10, 8), ()))
    world.run(local(2025, 10, 6, 8))
    world.apply(world.province.revoking("A"))
    for day in (9, 13):
        world.run(local(2025, 10, day, 8))
    world.apply(world.province.coming_back("D", date(2025, 10, 15)))
    world.run(local(2025, 10, 15, 8))
    world.run(LAST_REMINDER)
    world.file(ANNUAL, "A")
    world.run(OVERDUE)


def a_killed_pass_holds_all_that_the_rate_allows(world: World) -> None:
    world.run(OPENING)
    world.run_cut_short(LAST_REMINDER, Weather.KILLED_BEFORE)
    world.apply(replace(world.province, per_minute=2))
    world.waive(ANNUAL, "A")
    world.run(LAST_REMINDER)
    world.run(LAST_REMINDER + timedelta(minutes=11))


def a_reminder_is_added_for_a_day_past_after_a_killed_pass(world: World) -> None:
    """What was being sent when the pass was killed stands for the reminder, and leaves."""
    world.run_cut_short(OPENING, Weather.KILLED_BEFORE)
    world.go_to(local(2025, 9, 22, 8))
    world.apply(replace(world.province, reminders=REMINDER_SETS[2]))
    world.run(local(2025, 9, 22, 8))
    world.run(local(2025, 9, 22, 9))


def an_agency_ends_before_its_news_has_left(world: World) -> None:
    the_cycle_opens(world)
    for _number in range(2):
        world.report_obstacle("A")
    world.file(ANNUAL, "A")
    world.reply()
    world.apply(world.province.ending("A", date(2025, 9, 9), ("C",)))
    world.apply(world.province.ending("B", date(2025, 9, 9), ("C",)))
    world.run(local(2025, 9, 8, 8))
    world.go_to(local(2025, 9, 9, 18))
    world.accept(ANNUAL, "A")
    world.waive(ANNUAL, "B")
    world.answer("2025-001")
    world.close("2025-002")
    world.run(local(2025, 9, 10, 8))
    world.run_again()


def the_deadline_of_later_years_moves_after_a_closing(world: World) -> None:
    a_cycle_with_nobody_filing(world)
    world.apply(replace(world.province, annual_before="11-05"))
    world.extend(ANNUAL, "A", to=date(2025, 12, 30))
    world.run(local(2025, 12, 22, 8))


def a_merger_takes_effect_with_another_change(world: World) -> None:
    """C takes over from A, which was given more time, when something else is applied."""
    the_cycle_opens(world)
    world.extend(ANNUAL, "A", to=date(2025, 11, 5))
    world.run(local(2025, 10, 6, 8))
    world.apply(world.province.ending("A", date(2025, 10, 1), ("C",)))
    world.apply(replace(world.province, per_minute=2))
    world.run(local(2025, 10, 6, 9))


def contacts_come_after_an_end(world: World) -> None:
    world.run(OPENING)
    world.apply(world.province.ending("A", date(2025, 9, 9), ("C",)))
    world.run(local(2025, 9, 10, 8))
    world.waive(ANNUAL, "C")
    world.run(local(2025, 9, 10, 9))
    for code in ("A", "C"):
        new = Person("focal", f"moi@{code.lower()}.example")
        world.apply(world.province.with_people(code, (*world.province.unit(code).people, new)))
    world.run(local(2025, 9, 10, 10))


STORIES = (
    a_reminder_is_added_for_a_day_past_after_a_killed_pass,
    contacts_come_after_an_end,
    a_merger_takes_effect_with_another_change,
    the_deadline_of_later_years_moves_after_a_closing,
    an_agency_ends_before_its_news_has_left,
    a_killed_pass_holds_all_that_the_rate_allows,
    a_cycle_ends_with_decisions,
    a_deadline_moves_over_a_day_that_was_granted,
    contacts_change,
    agencies_come_back,
    nobody_can_be_reached,
    a_cycle_with_nobody_filing,
    a_month_of_downtime,
    a_night,
    a_late_reminder,
    a_report_comes_while_a_mail_is_held,
    reports_come_in,
    returns_are_mended,
    filings_are_mistaken,
    deadlines_move,
    extensions_are_mistakes,
    the_configuration_changes,
    agencies_end,
    successors_end_in_turn,
    the_ladder_changes_before_an_end,
    what_had_arrived_before_an_end_is_entered_later,
    obstacles_are_met,
    whoever_has_to_answer_merges_while_a_reminder_waits,
    whoever_has_to_answer_ends_for_good,
    whoever_has_to_answer_joins_who_reported,
    whoever_reported_ends_for_good,
    mails_go_astray,
    few_mails_may_leave,
)
