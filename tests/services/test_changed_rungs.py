"""Reminders, ladders and days off that change while a cycle is open."""

from datetime import date

from lsplan_workflow.configuration.folder import parse
from lsplan_workflow.services.applying import Outcome
from lsplan_workflow.services.grouping import assign_mails
from lsplan_workflow.store import cycles, outbox
from tests.domain.province import local
from tests.services.office import DAY, HOUR
from tests.services.reconfiguring import applied, edited, with_day_off

OPENING = local(2025, 9, 3, 7, 30)
WEEK_BEFORE = local(2025, 10, 13, 7, 30)
OVERDUE = local(2025, 10, 20, 7, 30)
REMINDERS = '["before-30d", "before-14d", "before-7d", "before-3wd", "before-1wd"]'
FIRST_STEP = 'rung = "overdue-1wd"\nto = "focal"\n\n[[regime.ladder]]\nrung = "overdue-3wd"'
OTHER_STEP = 'rung = "overdue-2wd"\nto = "focal"\n\n[[regime.ladder]]\nrung = "overdue-3wd"'


def with_reminders(office, *rungs):
    listed = ", ".join(f'"{rung}"' for rung in rungs)
    return edited(office.configuration, (REMINDERS, f"[{listed}]"))


def with_ladder(office):
    return edited(office.configuration, (FIRST_STEP, OTHER_STEP))


def rungs(office, agency="SYT", **wanted):
    return [row.rung for row in office.notices(agency=agency, **wanted).values()]


def logged(office, event):
    """Return what the log holds of events of a kind, empty if there are none."""
    return "".join(found.payload for found in office.events() if found.event == event)


def up_to(office, *instants):
    office.run(OPENING)
    for instant in instants:
        office.run(instant)


def test_a_reminder_that_is_set_for_a_time_past_does_not_remind_again(editable):
    up_to(editable, WEEK_BEFORE)
    changed = with_reminders(editable, "before-30d", "before-14d", "before-8d", "before-3wd")
    found = applied(editable, changed, WEEK_BEFORE + HOUR)
    assert [n for n in found.notices.added if n.cycle == "annual-2025"] == []
    editable.run(WEEK_BEFORE + HOUR)
    assert rungs(editable, status="sent") == ["opening", "before-7d"]
    assert editable.notice("annual-2025/SYT/before-8d/focal").status == "superseded"


def test_a_reminder_that_nobody_got_yet_leaves_as_the_one_that_an_edit_puts_in_its_place(editable):
    """Between the instant of a rung and the day's pass a newer rung is set for a time past."""
    up_to(editable)
    changed = with_reminders(editable, "before-30d", "before-14d", "before-7d", "before-6d")
    editable.at(WEEK_BEFORE + DAY + HOUR)
    applied(editable, changed, WEEK_BEFORE + DAY + HOUR)
    editable.run(WEEK_BEFORE + DAY + HOUR)
    assert rungs(editable, status="sent") == ["opening", "before-6d"]


def test_what_was_being_sent_when_the_process_died_leaves_although_a_reminder_stands_for_a_day_past(
    editable,
):
    editable.decide(OPENING)
    with editable.workplace.database.writing() as session:
        assign_mails(session, editable.configuration, now=OPENING, kinds=None)
        outbox.claim(session, now=OPENING, limit=999, owner="killed")
    changed = with_reminders(editable, "before-45d", "before-14d")
    later = local(2025, 9, 8, 9)
    applied(editable, changed, later)
    assert editable.notice("annual-2025/SYT/before-45d/focal").status == "superseded"
    editable.run(later)
    assert rungs(editable, status="sent") == ["opening"]


def test_whoever_is_added_to_the_contacts_gets_the_newest_reminder(editable):
    up_to(editable, WEEK_BEFORE)
    line = "SYT,focal,Người thứ hai,hai@syt.example,vi\n"
    text = editable.configuration.files["contacts.csv"].rstrip("\n") + "\n" + line
    files = {**editable.configuration.files, "contacts.csv": text}
    applied(editable, parse({n: t.encode() for n, t in files.items()}), WEEK_BEFORE + HOUR)
    editable.run(WEEK_BEFORE + HOUR)
    second = [
        r for r in editable.notices(agency="SYT").values() if r.recipient == "hai@syt.example"
    ]
    assert [row.rung for row in second if row.status == "sent"] == ["before-7d"]


def test_a_reminder_that_is_taken_away_before_it_left_is_withdrawn_and_may_come_back(editable):
    up_to(editable)
    editable.decide(WEEK_BEFORE)
    before, key = editable.configuration, "annual-2025/SYT/before-7d/focal"
    found = applied(editable, with_reminders(editable, "before-30d", "before-14d"), WEEK_BEFORE)
    assert key in {notice.key for notice in found.notices.withdrawn}
    assert editable.notice(key).status == "cancelled"
    found = applied(editable, before, WEEK_BEFORE)
    assert key in {notice.key for notice in found.notices.added}
    assert key in logged(editable, "notices_revived")
    editable.run(WEEK_BEFORE)
    assert editable.notice(key).status == "sent"


def test_what_a_withdrawn_reminder_had_superseded_unsent_leaves_after_all(editable):
    """A week of downtime, then the reminder that stood for all earlier ones is taken away."""
    up_to(editable)
    editable.decide(local(2025, 10, 6, 7, 30))
    editable.decide(WEEK_BEFORE)
    older = "annual-2025/SYT/before-14d/focal"
    assert editable.notice(older).status == "superseded"
    applied(editable, with_reminders(editable, "before-30d", "before-14d"), WEEK_BEFORE)
    assert older in logged(editable, "notices_revived")
    editable.run(WEEK_BEFORE)
    assert rungs(editable, status="sent") == ["opening", "before-14d"]


def test_what_was_superseded_unsent_leaves_after_all_also_where_two_edits_withdrew_the_newer(
    editable,
):
    """The first edit sets another reminder for a time past, which no pass decides on any more."""
    up_to(editable)
    editable.decide(local(2025, 10, 6, 7, 30))
    editable.decide(WEEK_BEFORE)
    first = with_reminders(editable, "before-30d", "before-14d", "before-8d")
    second = with_reminders(editable, "before-30d", "before-14d")
    for configuration in (first, second):
        applied(editable, configuration, WEEK_BEFORE)
    editable.run(WEEK_BEFORE)
    assert rungs(editable, status="sent") == ["opening", "before-14d"]


def test_an_opening_that_was_superseded_unsent_stays_so_where_an_extension_was_told(editable):
    editable.decide(local(2025, 10, 6, 7, 30))
    assert editable.notice("annual-2025/SYT/opening/focal").status == "superseded"
    editable.extend(local(2025, 10, 6, 7, 30), "SYT", to=date(2025, 11, 20))
    applied(editable, with_reminders(editable, "before-14d"), WEEK_BEFORE)
    editable.run(WEEK_BEFORE)
    assert [row.kind for row in editable.notices(agency="SYT", status="sent").values()] == [
        "extension"
    ]


def test_what_a_letter_has_superseded_that_left_does_not_leave(editable):
    up_to(editable, local(2025, 10, 6, 7, 30))
    assert editable.notice("annual-2025/SYT/before-30d/focal").status == "superseded"
    editable.decide(WEEK_BEFORE)
    applied(editable, with_reminders(editable, "before-30d"), WEEK_BEFORE)
    editable.run(WEEK_BEFORE)
    assert rungs(editable, status="sent") == ["opening", "before-14d"]


def test_what_was_sent_is_not_sent_again_when_its_rung_comes_back(editable):
    up_to(editable, WEEK_BEFORE)
    before = editable.configuration
    applied(editable, with_reminders(editable, "before-30d", "before-14d"), WEEK_BEFORE + HOUR)
    applied(editable, before, WEEK_BEFORE + HOUR)
    editable.run(WEEK_BEFORE + HOUR)
    assert rungs(editable, status="sent") == ["opening", "before-7d"]


def test_a_contact_that_is_taken_away_gets_nothing_that_had_not_left(editable):
    up_to(editable)
    editable.decide(WEEK_BEFORE)
    lines = editable.configuration.files["contacts.csv"].splitlines(keepends=True)
    fewer = "".join(line for line in lines if not line.startswith("SYT,focal"))
    files = {**editable.configuration.files, "contacts.csv": fewer}
    applied(editable, parse({n: t.encode() for n, t in files.items()}), WEEK_BEFORE)
    assert editable.notice("annual-2025/SYT/before-7d/focal").status == "cancelled"
    editable.run(WEEK_BEFORE)
    assert editable.notice("annual-2025/SYT/before-7d/head").status == "sent"


def test_what_escalates_already_stays_on_the_ladder_that_it_began_with(editable):
    up_to(editable, WEEK_BEFORE, OVERDUE)
    applied(editable, with_ladder(editable), OVERDUE + HOUR)
    editable.run(local(2025, 10, 21, 7, 30))
    assert rungs(editable, kind="overdue") == ["overdue-1wd"]
    assert [step.rung.span.count for step in editable.owed()["SYT"].ladder] == [1, 3, 5, 10]
    assert "SYT" in logged(editable, "ladder_kept")


def test_one_instant_before_the_first_step_the_new_ladder_holds(editable):
    up_to(editable, WEEK_BEFORE)
    applied(editable, with_ladder(editable), local(2025, 10, 20, 7, 29))
    editable.run(OVERDUE)
    assert rungs(editable, kind="overdue") == []
    editable.run(local(2025, 10, 21, 7, 30))
    assert rungs(editable, kind="overdue") == ["overdue-2wd"]


def test_restarting_puts_what_escalates_on_the_new_ladder(editable):
    up_to(editable, WEEK_BEFORE, OVERDUE)
    applied(editable, with_ladder(editable), OVERDUE + HOUR, restart_ladder=True)
    assert editable.owed()["SYT"].ladder is None
    assert logged(editable, "ladder_restarted") == ""
    editable.run(local(2025, 10, 21, 7, 30))
    assert rungs(editable, kind="overdue") == ["overdue-1wd", "overdue-2wd"]


def test_restarting_tells_nobody_by_an_older_step_what_a_newer_one_has_told(editable):
    """The new ladder writes to heads on the second day; they were written to on the third."""
    step = '[[regime.ladder]]\nrung = "{}"\nto = "head"'
    change = (step.format("overdue-3wd"), step.format("overdue-2wd"))
    earlier = edited(editable.configuration, change)
    up_to(editable, WEEK_BEFORE, OVERDUE)
    applied(editable, earlier, OVERDUE + HOUR)
    third_day = local(2025, 10, 22, 8)
    editable.run(third_day)
    applied(editable, earlier, third_day + HOUR, restart_ladder=True)
    editable.run_at(third_day + HOUR, local(2025, 10, 24, 9))
    assert rungs(editable, kind="escalation", status="sent") == ["overdue-3wd"] * 2
    assert rungs(editable, kind="escalation", status="superseded") == ["overdue-2wd"] * 2


def test_restarting_alone_needs_no_other_change(editable):
    up_to(editable, WEEK_BEFORE, OVERDUE)
    number = applied(editable, with_ladder(editable), OVERDUE + HOUR).number
    again = applied(editable, editable.configuration, OVERDUE + 2 * HOUR, restart_ladder=True)
    assert (again.outcome, again.number) == (Outcome.APPLIED, number)
    assert "SYT" in logged(editable, "ladder_restarted")
    assert editable.owed()["SYT"].ladder is None


def test_an_extension_takes_the_new_ladder_and_others_keep_theirs(editable):
    up_to(editable, WEEK_BEFORE)
    editable.extend(WEEK_BEFORE, "SYT", to=local(2025, 11, 4).date())
    editable.run(OVERDUE)
    applied(editable, with_ladder(editable), OVERDUE + HOUR)
    assert editable.owed()["SYT"].ladder is None
    assert editable.owed()["SCT"].ladder is not None


def test_digests_that_have_begun_stay_as_they_were_and_steps_to_agencies_do_not(editable):
    up_to(editable, WEEK_BEFORE, OVERDUE, local(2025, 10, 24, 7, 30))
    later = edited(editable.configuration, ('rung = "overdue-10wd"', 'rung = "overdue-11wd"'))
    applied(editable, later, local(2025, 10, 24, 9))
    with editable.workplace.database.reading() as session:
        row = cycles.cycle_of(session, "annual-2025")
        found = cycles.as_recorded(
            row, editable.cycle("annual-2025"), editable.configuration.calendar
        )
    digests = [str(step.rung) for step in found.regime.ladder if step.to.is_digest]
    assert digests == ["overdue-5wd", "overdue-10wd"]
    editable.run(local(2025, 10, 31, 7, 30))
    assert "overdue-10wd" in {r.rung for r in editable.notices(kind="digest").values()}


def test_what_waits_for_a_day_that_becomes_a_day_off_waits_for_the_next_one(editable):
    up_to(editable)
    friday = local(2025, 9, 19, 17, 30)
    editable.decide(friday)
    key = "annual-2025/SYT/before-30d/focal"
    assert editable.notice(key).send_at == local(2025, 9, 22, 7, 30)
    found = applied(editable, with_day_off(editable.configuration, "2025-09-22"), friday)
    assert editable.notice(key).send_at == local(2025, 9, 23, 7, 30)
    assert key in logged(editable, "notices_moved")
    assert key in {move.after.key for move in found.notices.moved}
    assert editable.run(local(2025, 9, 22, 9)).sent == 0
    editable.run(local(2025, 9, 23, 7, 30))
    assert editable.notice(key).status == "sent"


def test_a_rung_that_a_day_off_moves_on_stands_then_and_not_twice(editable):
    up_to(editable, WEEK_BEFORE)
    applied(editable, with_day_off(editable.configuration, "2025-10-20"), WEEK_BEFORE + HOUR)
    editable.run(OVERDUE)
    assert rungs(editable, kind="overdue") == []
    editable.run(local(2025, 10, 21, 7, 30))
    assert rungs(editable, kind="overdue") == ["overdue-1wd"]


def test_a_rung_decided_on_before_its_day_became_a_day_off_waits_for_its_new_day(editable):
    up_to(editable, WEEK_BEFORE)
    early = local(2025, 10, 20, 7, 30)
    editable.decide(early)
    key = "annual-2025/SYT/overdue-1wd/focal"
    applied(editable, with_day_off(editable.configuration, "2025-10-20"), early)
    assert editable.notice(key).status == "pending"
    assert editable.notice(key).send_at == local(2025, 10, 21, 7, 30)
    editable.run(local(2025, 10, 21, 7, 30))
    assert editable.notice(key).status == "sent"


def test_what_is_foreseen_on_applying_is_what_is_sent(editable):
    up_to(editable, WEEK_BEFORE)
    found = applied(editable, with_ladder(editable), WEEK_BEFORE + HOUR)
    (overdue,) = {n.send_at for n in found.notices.added if n.cycle == "annual-2025"}
    assert overdue == local(2025, 10, 21, 7, 30)
    editable.run_at(OVERDUE, overdue)
    sent = editable.notices(kind="overdue", status="sent")
    assert sorted(sent) == [n.key for n in found.notices.added if n.cycle == "annual-2025"]


def test_digests_go_on_by_the_old_ladder_once_anybody_escalates(editable):
    up_to(editable, WEEK_BEFORE, OVERDUE)
    sooner = edited(editable.configuration, ('rung = "overdue-5wd"', 'rung = "overdue-4wd"'))
    applied(editable, sooner, OVERDUE + HOUR)
    editable.run(local(2025, 10, 23, 7, 30))
    assert editable.notices(kind="digest") == {}
    editable.run(local(2025, 10, 24, 7, 30))
    assert {row.rung for row in editable.notices(kind="digest").values()} == {"overdue-5wd"}
