"""A deadline that was announced and is moved: confirmed first, told to whom it concerns."""

from dataclasses import replace
from datetime import date

import pytest

from lsplan_workflow.domain.agencies import Role
from lsplan_workflow.domain.errors import RequestError
from lsplan_workflow.domain.notice_kinds import NoticeStatus
from lsplan_workflow.services.applying import Outcome
from lsplan_workflow.store import outbox
from tests.domain.province import local
from tests.services.office import HOUR, body
from tests.services.reconfiguring import applied, edited

OPENING = local(2025, 9, 3, 7, 30)
LATER = local(2025, 9, 10, 9)
DUE, MOVED = local(2025, 10, 20), local(2025, 10, 25)
BEFORE = 'before = "10-20"'
SATURDAY = local(2025, 9, 20, 8)
SECOND = "annual-2025/SYT/deadline-2-2025-10-20/focal-2"


def moved_to(office, day):
    return edited(office.configuration, (BEFORE, f'before = "{day}"'))


def told(office, agency="SYT"):
    return sorted(office.notices(kind="deadline", agency=agency))


def state(office):
    return office.owed(), office.notices(), office.events()


def test_moving_an_announced_deadline_changes_nothing_until_it_is_confirmed(editable):
    editable.run(OPENING)
    before = state(editable)
    found = applied(editable, moved_to(editable, "10-25"), LATER, confirmed=False)
    assert found.outcome is Outcome.UNCONFIRMED
    assert [change.code for change in found.cycles if change.breaks_word] == ["annual-2025"]
    assert state(editable) == before
    assert applied(editable, moved_to(editable, "10-25"), LATER).outcome is Outcome.APPLIED


def test_a_dry_run_shows_the_same_and_changes_nothing_however_confirmed(editable):
    editable.run(OPENING)
    before = state(editable)
    shown = applied(editable, moved_to(editable, "10-25"), LATER, dry=True)
    assert shown.outcome is Outcome.FORESEEN
    assert state(editable) == before
    done = applied(editable, moved_to(editable, "10-25"), LATER)
    assert (shown.cycles, shown.notices, shown.differences, shown.number) == (
        *(done.cycles, done.notices, done.differences),
        done.number,
    )


def test_a_deadline_of_a_cycle_that_has_not_opened_needs_no_confirmation(editable):
    editable.run(local(2025, 8, 25, 8))
    found = applied(editable, moved_to(editable, "10-25"), local(2025, 8, 29, 9), confirmed=False)
    assert found.outcome is Outcome.APPLIED
    assert not editable.notices(kind="deadline")
    editable.run(OPENING)
    assert {o.due_at for o in editable.owed().values()} == {MOVED}


def test_whoever_has_not_filed_is_told_once_and_nobody_else(editable):
    editable.run(OPENING)
    editable.submit(LATER - HOUR, "SCT")
    applied(editable, moved_to(editable, "10-25"), LATER)
    editable.run(LATER)
    assert told(editable) == ["annual-2025/SYT/deadline-2-2025-10-20/focal"]
    assert told(editable, "SCT") == []
    others = len(editable.owed()) - 1
    assert len(editable.notices(kind="deadline", status="sent")) == others
    changes = [mail for mail in editable.mails() if "thay đổi thời hạn" in mail["Subject"]]
    (mail,) = [mail for mail in changes if "syt" in mail["To"]]
    assert "từ trước ngày 20/10/2025 thành trước ngày 25/10/2025" in body(mail)
    editable.run(LATER + HOUR)
    assert len(editable.notices(kind="deadline")) == others


@pytest.mark.parametrize(
    ("given", "day", "due", "letters"),
    [
        (date(2025, 10, 28), "10-25", local(2025, 10, 29), []),
        (date(2025, 10, 24), "10-25", MOVED, []),
        (date(2025, 10, 22), "10-25", MOVED, ["annual-2025/SYT/deadline-2-2025-10-20/focal"]),
        (date(2025, 10, 28), "10-15", local(2025, 10, 29), []),
    ],
)
def test_a_later_day_that_was_granted_is_kept_and_an_earlier_one_moves(
    editable, given, day, due, letters
):
    editable.run(OPENING)
    editable.extend(LATER - HOUR, "SYT", to=given)
    applied(editable, moved_to(editable, day), LATER)
    assert editable.owed()["SYT"].due_at == due
    assert told(editable) == letters


@pytest.mark.parametrize("correct", [False, True])
def test_a_day_that_was_granted_outlives_a_deadline_beyond_it_that_is_taken_back(editable, correct):
    editable.run(OPENING)
    editable.extend(OPENING + HOUR, "SYT", to=date(2025, 10, 28))
    if correct:
        editable.extend(OPENING + HOUR, "SYT", to=date(2025, 10, 26), correct=True)
    granted = local(2025, 10, 27 if correct else 29)
    before = editable.configuration
    applied(editable, moved_to(editable, "10-31"), LATER)
    assert editable.owed()["SYT"].due_at == local(2025, 10, 31)
    editable.run(LATER + HOUR)
    found = applied(editable, before, LATER + 2 * HOUR)
    assert found.outcome is Outcome.APPLIED
    editable.run(LATER + 3 * HOUR)
    assert editable.owed()["SYT"].due_at == granted
    assert editable.owed()["SCT"].due_at == DUE
    mail = editable.mails("dau-moi@syt.example")[-1]
    assert f"từ trước ngày 31/10/2025 thành trước ngày {granted:%d/%m/%Y}" in body(mail)


def test_a_change_is_told_from_the_day_last_told_and_not_from_one_that_was_granted_untold(editable):
    editable.run(OPENING)
    editable.extend(SATURDAY, "SYT", to=date(2025, 10, 25))
    applied(editable, moved_to(editable, "10-30"), SATURDAY + 48 * HOUR)
    editable.run(SATURDAY + 48 * HOUR)
    (mail,) = [m for m in editable.mails("dau-moi@syt.example") if "thay đổi" in m["Subject"]]
    assert "từ trước ngày 20/10/2025 thành trước ngày 30/10/2025" in body(mail)
    assert "26/10/2025" not in body(mail)
    assert "gia hạn riêng" not in body(mail)


def test_a_change_is_told_from_a_granted_day_of_which_the_letter_had_left(editable):
    editable.run(OPENING)
    editable.extend(SATURDAY, "SYT", to=date(2025, 10, 25))
    editable.run(SATURDAY + 48 * HOUR)
    applied(editable, moved_to(editable, "10-30"), SATURDAY + 49 * HOUR)
    editable.run(SATURDAY + 49 * HOUR)
    mail = editable.mails("dau-moi@syt.example")[-1]
    assert "từ trước ngày 26/10/2025 thành trước ngày 30/10/2025" in body(mail)


@pytest.mark.parametrize(("heard", "former"), [(False, "20/10/2025"), (True, "30/10/2025")])
def test_a_granted_day_that_holds_again_is_told_with_its_reason_and_its_document(
    editable, heard, former
):
    editable.run(OPENING)
    before = editable.configuration
    editable.extend(SATURDAY, "SYT", to=date(2025, 10, 25))
    applied(editable, moved_to(editable, "10-30"), SATURDAY + 48 * HOUR)
    if heard:
        editable.run(SATURDAY + 48 * HOUR)
    applied(editable, before, SATURDAY + 49 * HOUR)
    editable.run(SATURDAY + 49 * HOUR)
    assert editable.owed()["SYT"].due_at == local(2025, 10, 26)
    mail = editable.mails("dau-moi@syt.example")[-1]
    assert f"từ trước ngày {former} thành trước ngày 26/10/2025" in body(mail)
    assert "gia hạn riêng cho Sở Y tế theo Công văn số 12/UBND-TH" in body(mail)
    assert "Lý do: Chờ số liệu năm." in body(mail)
    assert told(editable, "SCT") == sorted(
        editable.notices(kind="deadline", agency="SCT", status="sent" if heard else "cancelled")
    )


def test_a_change_over_a_resent_notice_falls_back_to_the_day_that_it_was_decided_with(editable):
    """Whoever it failed to reach gets it when all others have been told of its deadline since."""
    editable.reconfigure(_with_another_focal_person)
    editable.run(OPENING)
    applied(editable, _with_another_focal_person(moved_to(editable, "10-25")), LATER)
    with editable.workplace.database.writing() as session:
        outbox.mark(session, [SECOND], NoticeStatus.FAILED)
    editable.run(LATER)
    with editable.workplace.database.writing() as session:
        first = outbox.notice(session, SECOND.replace("focal-2", "focal"))
        first.rung = "deadline-9-2025-10-28"
        outbox.notice(session, SECOND).status = "pending"
    editable.run(LATER + HOUR)
    mail = editable.mails("second@syt.example")[-1]
    assert "từ trước ngày 20/10/2025 thành trước ngày 25/10/2025" in body(mail)


def _with_another_focal_person(configuration):
    directory = configuration.directory
    (first,) = directory.contacts_of("SYT", Role.FOCAL)
    second = replace(first, number=2, address="second@syt.example")
    return replace(
        configuration, directory=replace(directory, contacts=(*directory.contacts, second))
    )


def test_whoever_heard_of_the_deadline_is_told_of_another_though_an_opening_still_waits(editable):
    editable.run(OPENING)
    editable.reconfigure(_with_another_focal_person)
    editable.decide(LATER - HOUR)
    applied(editable, moved_to(editable, "10-25"), LATER)
    assert "annual-2025/SYT/deadline-2-2025-10-20/focal" in told(editable)


@pytest.mark.parametrize(("day", "possible"), [("09-09", False), ("09-10", False), ("09-11", True)])
def test_an_open_cycle_can_only_be_moved_to_a_day_to_come(editable, day, possible):
    editable.run(OPENING)
    before = state(editable)
    if possible:
        assert applied(editable, moved_to(editable, day), LATER).outcome is Outcome.APPLIED
        return
    with pytest.raises(RequestError, match="annual-2025"):
        applied(editable, moved_to(editable, day), LATER)
    assert state(editable) == before


def test_after_the_deadline_a_later_one_makes_in_time_what_came_in_between(editable):
    editable.run(OPENING)
    filed_at = local(2025, 10, 21, 9)
    editable.submit(filed_at, "SYT")
    applied(editable, moved_to(editable, "10-25"), local(2025, 10, 22, 9))
    line = next(x for x in editable.status(filed_at).lines if x.obligation.agency == "SYT")
    assert line.timeliness == "on_time"


def test_an_opening_that_has_not_left_states_the_new_deadline_and_no_change_is_told(editable):
    editable.decide(OPENING)
    applied(editable, moved_to(editable, "10-25"), OPENING)
    editable.run(OPENING + HOUR)
    assert told(editable) == []
    (sent,) = editable.notices(agency="SYT", status="sent").values()
    assert (sent.kind, sent.due_on) == ("opening", date(2025, 10, 25))


def test_a_change_of_which_nobody_has_heard_is_undone_without_a_word(editable):
    editable.run(OPENING)
    before = editable.configuration
    applied(editable, moved_to(editable, "10-25"), LATER)
    applied(editable, before, LATER + HOUR)
    editable.run(LATER + HOUR)
    assert {row.status for row in editable.notices(kind="deadline").values()} == {"cancelled"}


def test_a_change_is_told_from_the_deadline_that_was_told_last(editable):
    editable.run(OPENING)
    applied(editable, moved_to(editable, "10-25"), LATER)
    applied(editable, edited(editable.configuration, ("10-25", "10-28")), LATER + HOUR)
    editable.run(LATER + HOUR)
    assert [row.rung for row in editable.notices(agency="SYT", status="sent").values()] == [
        *("opening", "deadline-3-2025-10-20")
    ]
    applied(editable, edited(editable.configuration, ("10-28", "10-25")), LATER + 2 * HOUR)
    applied(editable, edited(editable.configuration, ("10-25", "10-28")), LATER + 3 * HOUR)
    applied(editable, edited(editable.configuration, ("10-28", "10-25")), LATER + 4 * HOUR)
    editable.run(LATER + 4 * HOUR)
    sent = [row.rung for row in editable.notices(agency="SYT", status="sent").values()]
    assert sent[2:] == ["deadline-6-2025-10-28"]


def test_what_waits_to_speak_of_the_old_deadline_is_withdrawn_and_the_new_one_chased(editable):
    editable.run(OPENING)
    for instant in (local(2025, 9, 19, 7, 30), local(2025, 10, 6, 7, 30)):
        editable.run(instant)
    rung = local(2025, 10, 13, 7, 30)
    editable.decide(rung)
    applied(editable, moved_to(editable, "10-25"), rung)
    assert editable.notice("annual-2025/SYT/before-7d/focal").status == "cancelled"
    editable.run(rung)
    editable.run(local(2025, 10, 17, 7, 30))
    assert editable.notice("annual-2025/SYT/before-7d@2025-10-25/focal").status == "sent"


def test_a_cycle_cannot_end_before_a_day_that_was_granted(editable):
    editable.run(OPENING)
    editable.extend(LATER - HOUR, "SYT", to=date(2025, 12, 10))
    for closes, possible in (("51d", False), ("52d", True)):
        changed = edited(editable.configuration, ('closes = "60d"', f'closes = "{closes}"'))
        if possible:
            applied(editable, changed, LATER)
        else:
            with pytest.raises(RequestError, match="SYT"):
                applied(editable, changed, LATER)


FEWER = ('years = "2025-2026"', 'years = "2026-2026"')


@pytest.mark.parametrize("dry", [False, True])
def test_a_cycle_that_agencies_were_told_of_is_never_dropped_however_confirmed(editable, dry):
    editable.run(OPENING)
    before = state(editable)
    with pytest.raises(RequestError, match=r"annual-2025: .*lsplan waive annual-2025"):
        applied(editable, edited(editable.configuration, FEWER), LATER, dry=dry)
    assert state(editable) == before


def test_a_cycle_that_has_not_opened_or_has_closed_may_be_dropped(editable):
    fewer = edited(editable.configuration, FEWER)
    shown = applied(editable, fewer, OPENING - HOUR, confirmed=False, dry=True)
    assert [(c.code, c.after, c.announced) for c in shown.cycles] == [("annual-2025", None, False)]
    editable.run(OPENING)
    closing = local(2025, 12, 19)
    with pytest.raises(RequestError):
        applied(editable, fewer, closing - HOUR)
    assert applied(editable, fewer, closing).outcome is Outcome.APPLIED


def test_the_change_is_in_the_log_with_both_deadlines(editable):
    editable.run(OPENING)
    applied(editable, moved_to(editable, "10-25"), LATER)
    (event,) = [e for e in editable.events() if e.event == "deadline_moved"]
    assert event.cycle == "annual-2025"
    assert DUE.isoformat()[:10] in event.payload or "2025-10-19T17:00" in event.payload
    assert "2025-10-24T17:00" in event.payload or MOVED.isoformat()[:10] in event.payload


def test_a_day_off_that_makes_a_deadline_roll_on_moves_it_too(editable):
    rolls = ('closes = "60d"', 'closes = "60d"\nroll = "next-working-day"')
    changed = edited(editable.configuration, rolls, (BEFORE, 'by = "10-21"'))
    applied(editable, changed, local(2025, 8, 20, 9))
    editable.run(OPENING)
    assert editable.owed()["SYT"].due_at == local(2025, 10, 22)
    off, day = "2025-09-02,off,", "2025-10-21,off,Nghỉ đột xuất,announced,công điện\n"
    later = edited(editable.configuration, (off, day + off), name="calendar.csv")
    assert applied(editable, later, LATER, confirmed=False).outcome is Outcome.UNCONFIRMED
    applied(editable, later, LATER)
    assert editable.owed()["SYT"].due_at == local(2025, 10, 23)
    assert told(editable) == ["annual-2025/SYT/deadline-3-2025-10-22/focal"]
