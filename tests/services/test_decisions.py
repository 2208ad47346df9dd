"""Extending, waiving and reopening obligations, and reports that are entered later."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from lsplan_workflow.domain.compliance import Timeliness
from lsplan_workflow.domain.errors import RequestError
from lsplan_workflow.domain.obligations import Status
from lsplan_workflow.services import decisions
from lsplan_workflow.services.submissions import Arrival
from lsplan_workflow.store import outbox, submissions
from tests.domain.province import local
from tests.services.office import GROUNDS, HOUR, TICK, body

DUE, CLOSES = local(2025, 10, 20), local(2025, 12, 19)
GRANTED = local(2025, 10, 15, 9)
TO, NEW_DUE = date(2025, 11, 3), local(2025, 11, 4)


def keys(office, status, *kinds):
    found = office.notices(agency="SYT", status=status)
    return {key for key, row in found.items() if not kinds or row.kind in kinds}


def line(office, now, agency="SYT"):
    return next(x for x in office.status(now).lines if x.obligation.agency == agency)


def made(office, agency="SYT"):
    with office.workplace.database.reading() as session:
        return submissions.decisions_of(session, "annual-2025", agency)


def test_the_day_of_an_extension_is_still_in_time(opened):
    opened.extend(GRANTED, "SYT", to=TO)
    assert opened.owed()["SYT"].due_at == NEW_DUE
    assert not opened.submit(NEW_DUE - TICK, "SYT").late
    opened.extend(GRANTED, "SCT", to=TO)
    assert opened.submit(NEW_DUE, "SCT").late


def test_one_decision_for_many_agencies_is_recorded_for_each_with_its_grounds(opened):
    opened.extend(GRANTED, "SYT", "SCT", "SYT", to=TO)
    for agency in ("SYT", "SCT"):
        (decision,) = made(opened, agency)
        assert (decision.reason, decision.authority) == (GROUNDS.reason, GROUNDS.authority)
        assert (decision.decided_by, decision.until) == ("an", NEW_DUE)
        (event,) = [e for e in opened.events(agency=agency) if e.event == "extended"]
        assert event.actor == "an"
        assert GROUNDS.authority in event.payload
        assert "2025-11-03T17:00:00+00:00" in event.payload or "2025-11-04T00:00" in event.payload


def test_without_names_all_are_extended_that_have_still_to_file_and_have_less_time(opened):
    opened.submit(GRANTED - HOUR, "SCT")
    opened.extend(GRANTED, "SYT", to=TO + timedelta(days=1))
    opened.extend(GRANTED, to=TO)
    extended = {agency for agency, owed in opened.owed().items() if owed.due_at == NEW_DUE}
    assert extended == opened.owed().keys() - {"SCT", "SYT"}
    with pytest.raises(RequestError, match="no agency is left"):
        opened.extend(GRANTED, to=TO)


def test_without_names_a_correction_takes_all_to_the_day_that_is_meant(opened):
    opened.extend(GRANTED, to=TO)
    opened.extend(GRANTED, to=TO - timedelta(days=1), correct=True)
    dues = {owed.due_at for owed in opened.owed().values()}
    assert dues == {NEW_DUE - timedelta(days=1)}


def test_without_names_all_are_waived_that_have_still_to_file(opened):
    opened.submit(GRANTED - HOUR, "SCT")
    opened.waive(GRANTED)
    statuses = {agency: owed.status for agency, owed in opened.owed().items()}
    assert statuses.pop("SCT") is Status.SUBMITTED
    assert set(statuses.values()) == {Status.WAIVED}
    with pytest.raises(RequestError, match="no agency is left"):
        opened.waive(GRANTED)


def test_a_decision_that_is_impossible_for_one_changes_nothing_for_any(opened):
    opened.submit(GRANTED - HOUR, "SCT")
    before = opened.owed()
    with pytest.raises(RequestError) as refused:
        opened.extend(GRANTED, "SYT", "SCT", "XYZ", to=TO)
    assert opened.owed() == before
    assert made(opened) == []
    said = refused.value.text.en.splitlines()
    assert [words.split(":")[0] for words in said] == ["annual-2025/SCT", "XYZ"]


def test_reminders_follow_the_new_deadline_and_the_agency_is_told(opened):
    opened.run(local(2025, 9, 19, 7, 30))
    opened.extend(GRANTED, "SYT", to=TO)
    opened.run(GRANTED)
    (letter,) = [m for m in opened.mails("focal@syt.example") if "gia hạn" in m["Subject"]]
    assert "trước ngày 04/11/2025 (đến hết thứ Hai, 03/11/2025)" in body(letter)
    assert "theo Công văn số 12/UBND-TH" in body(letter)
    assert "Lý do: Chờ số liệu năm" in body(letter)
    assert line(opened, GRANTED).next_notice == local(2025, 10, 21, 7, 30)
    opened.run_at(*(local(2025, 10, day, 7, 30) for day in range(16, 32)))
    assert keys(opened, "sent", "reminder", "overdue", "escalation") == {
        "annual-2025/SYT/before-30d/focal",
        "annual-2025/SYT/before-14d@2025-11-04/focal",
        "annual-2025/SYT/before-7d@2025-11-04/focal",
        "annual-2025/SYT/before-3wd@2025-11-04/focal",
    }


def test_reminders_already_due_are_cancelled_by_an_extension(opened):
    opened.decide(local(2025, 10, 15, 8))
    assert keys(opened, "pending") == {"annual-2025/SYT/before-3wd/focal"}
    opened.extend(GRANTED, "SYT", to=TO)
    assert keys(opened, "cancelled") == {"annual-2025/SYT/before-3wd/focal"}
    assert keys(opened, "pending") == {"annual-2025/SYT/extension-1/focal"}


def test_a_reminder_being_sent_while_the_deadline_moves_is_void_if_it_fails(opened):
    """A claim leaves it alone; the next look at it finds that another deadline holds."""
    opened.decide(local(2025, 10, 15, 8))
    key = "annual-2025/SYT/before-3wd/focal"
    with opened.workplace.database.writing() as session:
        outbox.claim(session, now=local(2025, 10, 15, 8), limit=100, owner="w1")
    opened.extend(GRANTED, "SYT", to=TO)
    assert opened.notice(key).status == "sending"
    opened.deliver(GRANTED + HOUR)
    assert opened.notice(key).status == "cancelled"


def test_an_extension_after_the_overdue_notice_ends_the_escalation_until_the_new_deadline(opened):
    opened.run_at(local(2025, 10, 20, 7, 30), local(2025, 10, 21, 7, 30))
    assert keys(opened, "sent", "overdue")
    now = local(2025, 10, 21, 10)
    opened.extend(now, "SYT", to=TO)
    assert line(opened, now).timeliness is Timeliness.PENDING
    opened.run_at(*(local(2025, 10, day, 7, 30) for day in range(22, 32)))
    assert keys(opened, "sent", "escalation") == set()
    digest = opened.mails("leader@new.example")[-1]
    assert "Được gia hạn: Sở SYT (thời hạn trước ngày 04/11/2025)" in body(digest)
    assert "4 cơ quan quá hạn chưa gửi; 1 cơ quan được gia hạn" in body(digest)
    opened.run_at(*(local(2025, 11, day, 7, 30) for day in range(3, 8)))
    assert keys(opened, "sent", "overdue", "escalation") == {
        "annual-2025/SYT/overdue-1wd/focal",
        "annual-2025/SYT/overdue-1wd@2025-11-04/focal",
        "annual-2025/SYT/overdue-3wd@2025-11-04/head",
        "annual-2025/SYT/overdue-3wd@2025-11-04/focal-copy",
    }


def test_the_leaders_hear_of_an_extended_deadline_that_was_missed_too(opened):
    for agency in ("NEW", "SCT", "X1", "X2"):
        opened.submit(GRANTED, agency)
    opened.extend(GRANTED, "SYT", to=TO)
    opened.run_at(*(local(2025, 10, day, 7, 30) for day in range(20, 32)))
    assert opened.notices(kind="digest") == {}
    opened.run_at(*(local(2025, 11, day, 7, 30) for day in range(1, 20)))
    assert set(opened.notices(kind="digest", status="sent")) == {
        "annual-2025/NEW/overdue-5wd@2025-11-04/leader",
        "annual-2025/CT/overdue-10wd@2025-11-04/leader",
    }


def test_a_second_extension_holds_and_both_are_recorded(opened):
    opened.extend(GRANTED, "SYT", to=date(2025, 10, 25))
    opened.extend(GRANTED + HOUR, "SYT", to=TO)
    assert opened.owed()["SYT"].due_at == NEW_DUE
    assert len(made(opened)) == 2
    opened.run(GRANTED + HOUR)
    letters = [m for m in opened.mails("focal@syt.example") if "gia hạn" in m["Subject"]]
    assert [str(m["Subject"])[-10:] for m in letters] == ["04/11/2025"]
    assert opened.notice("annual-2025/SYT/extension-1/focal").status == "cancelled"
    # It has never heard of the first one.
    assert "thay cho thời hạn đã thông báo là trước ngày 20/10/2025" in body(letters[0])


@pytest.mark.parametrize(
    ("to", "correct", "subject", "said"),
    [
        (date(2025, 11, 10), False, "V/v gia hạn gửi", "được gia hạn theo"),
        (date(2025, 10, 25), True, "V/v điều chỉnh thời hạn gửi", "được điều chỉnh theo"),
    ],
)
def test_the_letter_of_a_second_deadline_says_which_one_it_replaces(
    opened, to, correct, subject, said
):
    opened.extend(GRANTED, "SYT", to=TO)
    opened.run(GRANTED)
    opened.extend(GRANTED + HOUR, "SYT", to=to, correct=correct)
    opened.run(GRANTED + HOUR)
    letter = opened.mails("focal@syt.example")[-1]
    assert str(letter["Subject"]).startswith(subject)
    assert said in body(letter)
    assert "thay cho thời hạn đã thông báo là trước ngày 04/11/2025" in body(letter)


@pytest.mark.parametrize("to", [date(2025, 10, 18), date(2025, 10, 19), TO])
def test_an_extension_backwards_or_to_the_day_that_holds_is_refused(opened, to):
    if to == TO:
        opened.extend(GRANTED, "SYT", to=TO)
    before = opened.owed()
    with pytest.raises(RequestError, match="not both later"):
        opened.extend(GRANTED + HOUR, "SYT", to=to)
    assert opened.owed() == before


def test_a_correction_takes_a_wrong_day_back_but_never_behind_the_cycles_own_deadline(opened):
    opened.extend(GRANTED, "SYT", to=date(2025, 11, 30))
    opened.extend(GRANTED, "SYT", to=TO, correct=True)
    assert opened.owed()["SYT"].due_at == NEW_DUE
    with pytest.raises(RequestError, match="no correction goes further back"):
        opened.extend(GRANTED, "SYT", to=date(2025, 10, 18), correct=True)
    opened.extend(GRANTED, "SYT", to=date(2025, 10, 19), correct=True)
    assert opened.owed()["SYT"].due_at == DUE


@pytest.mark.parametrize(("day", "allowed"), [(21, False), (22, True)])
def test_an_extension_has_to_end_today_or_later(opened, day, allowed):
    now = local(2025, 10, 22, 9)
    if allowed:
        opened.extend(now, "SYT", to=date(2025, 10, day))
    else:
        with pytest.raises(RequestError, match="22"):
            opened.extend(now, "SYT", to=date(2025, 10, day))


@pytest.mark.parametrize(
    ("to", "allowed"), [(date(2025, 12, 18), True), (date(2025, 12, 19), False)]
)
def test_an_extension_past_closing_is_refused_naming_the_last_day(opened, to, allowed):
    if allowed:
        opened.extend(GRANTED, "SYT", to=to)
        assert opened.owed()["SYT"].due_at == CLOSES
    else:
        with pytest.raises(RequestError, match="18/12/2025"):
            opened.extend(GRANTED, "SYT", to=to)


@pytest.mark.parametrize("decide", ["extend", "waive", "reopen"])
def test_after_closing_nothing_about_deadlines_is_decided(opened, decide):
    opened.waive(GRANTED, "SCT")
    agency = "SCT" if decide == "reopen" else "SYT"
    more = {"to": TO} if decide == "extend" else {}
    with pytest.raises(RequestError, match="has closed"):
        getattr(opened, decide)(CLOSES, agency, **more)
    if decide == "extend":
        more = {"to": date(2025, 12, 18)}
    getattr(opened, decide)(CLOSES - HOUR, agency, **more)


def test_before_the_opening_nothing_can_be_extended(small):
    with pytest.raises(RequestError, match="not open yet"):
        small.extend(local(2025, 8, 31), "SYT", to=TO)


@pytest.mark.parametrize("status", [Status.SUBMITTED, Status.RETURNED, Status.ACCEPTED])
def test_a_report_that_was_filed_cannot_be_extended(opened, status):
    opened.submit(GRANTED, "SYT")
    if status is Status.RETURNED:
        opened.send_back(GRANTED, "SYT", "thiếu")
    if status is Status.ACCEPTED:
        opened.accept(GRANTED, "SYT")
    with pytest.raises(RequestError, match="has not been filed"):
        opened.extend(GRANTED, "SYT", to=TO)


def test_a_duty_that_passed_on_is_decided_about_under_the_successors_name(small):
    small.run_at(local(2025, 1, 10, 8), local(2025, 3, 1))
    with pytest.raises(RequestError, match="passed to NEW"):
        small.waive(local(2025, 3, 1), "OLD", cycle="plan-2025")


@pytest.mark.parametrize(("reason", "authority"), [(" ", "QĐ"), ("vì", "")])
def test_a_decision_needs_a_reason_and_a_document(opened, reason, authority):
    grounds = decisions.Grounds("an", reason, authority)
    with pytest.raises(RequestError, match="--reason"):
        decisions.waive(opened.workplace, "annual-2025", ["SYT"], grounds=grounds)


def test_a_waived_agency_is_told_and_never_chased_again(opened):
    opened.waive(GRANTED, "SYT")
    opened.run_at(*(GRANTED + timedelta(days=n) for n in range(20)))
    assert keys(opened, "sent") == {
        "annual-2025/SYT/opening/focal",
        "annual-2025/SYT/waiver-1/focal",
    }
    assert line(opened, GRANTED).timeliness is Timeliness.WAIVED
    last = opened.mails("focal@syt.example")[-1]
    assert "được miễn gửi báo cáo" in body(last)


def test_a_cycle_is_complete_when_the_last_missing_report_is_waived(opened):
    for agency in ("NEW", "SCT", "X1", "X2"):
        opened.submit(GRANTED, agency)
        opened.accept(GRANTED, agency)
    opened.run(GRANTED)
    assert opened.reports() == []
    opened.waive(GRANTED + HOUR, "SYT")
    opened.run(GRANTED + HOUR)
    assert [(r.reason, r.partial) for r in opened.reports()] == [("complete", False)]


def test_a_waiver_taken_back_is_owed_until_the_day_given(opened):
    opened.waive(GRANTED, "SYT")
    opened.reopen(GRANTED + HOUR, "SYT", to=TO)
    owed = opened.owed()["SYT"]
    assert (owed.status, owed.due_at) == (Status.OPEN, NEW_DUE)
    opened.run(GRANTED + HOUR)
    assert keys(opened, "sent", "waiver") == set()
    last = opened.mails("focal@syt.example")[-1]
    assert "Đề nghị Quý cơ quan gửi báo cáo trước ngày 04/11/2025" in body(last)
    assert line(opened, GRANTED + HOUR).next_notice == local(2025, 10, 21, 7, 30)


def test_a_waiver_taken_back_without_a_day_has_the_deadline_it_had(opened):
    opened.waive(GRANTED, "SYT")
    opened.reopen(local(2025, 10, 24, 9), "SYT")
    assert opened.owed()["SYT"].due_at == DUE
    opened.run(local(2025, 10, 24, 9))
    assert keys(opened, "sent", "overdue", "escalation") == set()


def test_an_acceptance_taken_back_can_be_returned(opened):
    opened.submit(GRANTED, "SYT")
    opened.accept(GRANTED, "SYT")
    opened.reopen(GRANTED + HOUR, "SYT")
    assert opened.owed()["SYT"].status is Status.SUBMITTED
    opened.send_back(GRANTED + HOUR, "SYT", "thiếu phụ lục")
    assert opened.owed()["SYT"].status is Status.RETURNED


def test_time_can_be_given_with_a_reopening_only_where_nothing_has_been_filed(opened):
    opened.submit(GRANTED, "SYT")
    opened.accept(GRANTED, "SYT")
    with pytest.raises(RequestError, match=r"reopened, it is submitted.*leave --to out"):
        opened.reopen(GRANTED + HOUR, "SYT", to=TO)
    assert opened.owed()["SYT"].status is Status.ACCEPTED


def test_what_is_open_cannot_be_reopened(opened):
    with pytest.raises(RequestError, match="cannot reopen"):
        opened.reopen(GRANTED, "SYT")


def test_a_report_that_came_on_time_by_another_way_is_on_time_and_its_overdue_notice_is_withdrawn(
    opened,
):
    opened.run(local(2025, 10, 17, 7, 30))
    opened.decide(local(2025, 10, 20, 8))
    arrival = Arrival(local(2025, 10, 17, 16, 30), "Bản giấy, văn thư nhận lúc 16:30")
    filed = opened.submit(local(2025, 10, 20, 9), "SYT", arrival=arrival)
    assert (filed.late, filed.received_at) == (False, arrival.received_at)
    assert keys(opened, "cancelled") == {"annual-2025/SYT/overdue-1wd/focal"}
    opened.run(local(2025, 10, 20, 9))
    receipt = opened.mails("focal@syt.example")[-1]
    assert "lúc 16:30 ngày 17/10/2025" in body(receipt)
    assert "gửi đúng hạn" in body(receipt)
    (event,) = [e for e in opened.events(agency="SYT") if e.event == "submitted"]
    assert event.at == local(2025, 10, 20, 9)
    assert "văn thư nhận" in event.payload
    with opened.workplace.database.reading() as session:
        row = submissions.latest_submission(session, "annual-2025", "SYT")
    assert (row.received_at, row.recorded_at) == (arrival.received_at, local(2025, 10, 20, 9))


@pytest.mark.parametrize("arrived", [local(2025, 9, 1) - TICK, local(2025, 10, 20, 9) + TICK])
def test_a_report_arrives_neither_before_the_opening_nor_in_the_future(opened, arrived):
    with pytest.raises(RequestError, match="cycle's opening"):
        opened.submit(local(2025, 10, 20, 9), "SYT", arrival=Arrival(arrived, "vì"))
    edge = local(2025, 9, 1) if arrived < DUE else local(2025, 10, 20, 9)
    opened.submit(local(2025, 10, 20, 9), "SYT", arrival=Arrival(edge, "vì"))


def test_an_arrival_needs_a_reason(opened):
    with pytest.raises(RequestError, match="--reason"):
        opened.submit(DUE, "SYT", arrival=Arrival(GRANTED, " "))


def test_an_earlier_arrival_found_later_counts_for_timeliness(opened):
    opened.submit(DUE + HOUR, "SYT")
    assert line(opened, DUE + HOUR).timeliness is Timeliness.LATE
    opened.submit(DUE + 2 * HOUR, "SYT", arrival=Arrival(DUE - TICK, "qua trục liên thông"))
    assert line(opened, DUE + 2 * HOUR).timeliness is Timeliness.ON_TIME


def test_a_notice_of_a_former_version_that_names_no_deadline_is_still_sent(opened):
    """Rows of the first version hold no `due_on`."""
    opened.decide(local(2025, 10, 15, 8))
    key = "annual-2025/SYT/before-3wd/focal"
    with opened.workplace.database.writing() as session:
        outbox.notice(session, key).due_on = None
    opened.deliver(local(2025, 10, 15, 8))
    assert opened.notice(key).status == "sent"


def test_the_heir_of_an_extended_duty_has_until_the_later_deadline(small):
    small.run(local(2025, 1, 10, 8))
    small.extend(local(2025, 1, 10, 9), "OLD", to=date(2025, 3, 9), cycle="plan-2025")
    small.run(local(2025, 3, 3, 8))
    heir = small.owed("plan-2025")["NEW"]
    assert heir.covers == ("FIN", "OLD")
    assert heir.due_at == local(2025, 3, 10)
    assert replace(heir, status=Status.OPEN) == heir


def test_a_reopening_after_the_deadline_says_that_it_has_passed_and_that_late_reports_are_taken(
    opened,
):
    opened.waive(GRANTED, "SYT")
    opened.reopen(local(2025, 10, 24, 9), "SYT")
    opened.run(local(2025, 10, 24, 9))
    (mail,) = [m for m in opened.mails("focal@syt.example") if "mở lại" in m["Subject"]]
    assert mail["Subject"].endswith("năm 2025, đề nghị gửi sớm")
    said = body(mail)
    assert "Thời hạn đã qua từ ngày 20/10/2025; đề nghị Quý cơ quan gửi báo cáo sớm nhất" in said
    assert "Báo cáo gửi chậm vẫn được tiếp nhận" in said
    assert "gửi báo cáo trước ngày" not in said


def test_a_reopening_before_the_deadline_asks_for_the_report_by_then(opened):
    opened.waive(GRANTED, "SYT")
    opened.reopen(GRANTED + HOUR, "SYT")
    opened.run(GRANTED + HOUR)
    (mail,) = [m for m in opened.mails("focal@syt.example") if "mở lại" in m["Subject"]]
    assert mail["Subject"].endswith("gửi trước ngày 20/10/2025")
    assert "đã qua" not in body(mail)


@pytest.mark.parametrize("decide", ["extend", "waive"])
@pytest.mark.parametrize(("agency", "heirs"), [("OLD", "NEW"), ("D1", "X1, X2")])
def test_who_has_ended_before_the_cycle_is_refused_naming_who_is_there_instead(
    opened, decide, agency, heirs
):
    day = {"to": TO} if decide == "extend" else {}
    with pytest.raises(RequestError, match=f"{agency} owes no report .*now: {heirs}") as found:
        getattr(opened, decide)(GRANTED, agency, **day)
    assert f"thay cho cơ quan này nay là {heirs}." in found.value.text.vi


SATURDAY, MONDAY = local(2025, 9, 20, 8), local(2025, 9, 22, 8)
OWN, WRONG = date(2025, 10, 19), date(2025, 10, 25)


def extensions(office, status="sent"):
    return sorted(office.notices(agency="SYT", kind="extension", status=status))


def test_a_mistake_of_which_no_letter_has_left_is_taken_back_without_a_word(opened):
    opened.extend(SATURDAY, "SYT", to=WRONG)
    (made_back,) = opened.extend(SATURDAY + HOUR, "SYT", to=OWN, correct=True)
    assert made_back.known
    opened.run(MONDAY)
    assert extensions(opened, "cancelled") == ["annual-2025/SYT/extension-1/focal"]
    assert list(opened.notices(agency="SYT", kind="extension")) == extensions(opened, "cancelled")
    assert len(made(opened)) == 2


def test_a_mistake_of_which_the_letter_has_left_is_corrected_by_another(opened):
    opened.extend(MONDAY, "SYT", to=WRONG)
    opened.run(MONDAY)
    (corrected,) = opened.extend(MONDAY + HOUR, "SYT", to=OWN, correct=True)
    assert not corrected.known
    opened.run(MONDAY + HOUR)
    letter = opened.mails("focal@syt.example")[-1]
    assert str(letter["Subject"]).startswith("V/v điều chỉnh thời hạn gửi")
    assert "thay cho thời hạn đã thông báo là trước ngày 26/10/2025" in body(letter)
    assert "đã qua" not in body(letter)


def test_a_correction_to_the_day_of_the_last_letter_that_left_is_known(opened):
    opened.extend(MONDAY, "SYT", to=WRONG)
    opened.run(MONDAY)
    opened.extend(MONDAY + 10 * HOUR, "SYT", to=TO)
    (corrected,) = opened.extend(MONDAY + 11 * HOUR, "SYT", to=WRONG, correct=True)
    assert corrected.known
    opened.run(MONDAY + 24 * HOUR)
    assert extensions(opened) == ["annual-2025/SYT/extension-1/focal"]


def test_a_correction_of_an_unheard_mistake_to_a_later_day_still_is_an_extension(opened):
    opened.extend(SATURDAY, "SYT", to=TO)
    (corrected,) = opened.extend(SATURDAY + HOUR, "SYT", to=WRONG, correct=True)
    assert not corrected.known
    opened.run(MONDAY)
    letter = opened.mails("focal@syt.example")[-1]
    assert str(letter["Subject"]).startswith("V/v gia hạn gửi")
    assert "thay cho thời hạn đã thông báo là trước ngày 20/10/2025" in body(letter)


def test_who_was_last_told_that_nothing_is_owed_hears_of_a_correction(opened):
    opened.waive(MONDAY, "SYT")
    opened.run(MONDAY)
    opened.reopen(MONDAY + 10 * HOUR, "SYT")
    opened.extend(MONDAY + 10 * HOUR, "SYT", to=WRONG)
    (corrected,) = opened.extend(MONDAY + 11 * HOUR, "SYT", to=OWN, correct=True)
    assert not corrected.known
    opened.run(MONDAY + 24 * HOUR)
    assert extensions(opened) == ["annual-2025/SYT/extension-2/focal"]


def test_a_mistake_before_any_letter_has_left_leaves_the_opening_as_it_was(small):
    small.decide(local(2025, 9, 3, 7, 30))
    small.extend(local(2025, 9, 3, 7, 31), "SYT", to=WRONG)
    assert small.notice("annual-2025/SYT/opening/focal").status == "cancelled"
    (corrected,) = small.extend(local(2025, 9, 3, 7, 32), "SYT", to=OWN, correct=True)
    assert corrected.known
    small.run(local(2025, 9, 3, 7, 33))
    sent = small.notices(agency="SYT", status="sent")
    assert set(sent) == {"annual-2025/SYT/opening/focal"}
    assert [e.event for e in small.events(agency="SYT")].count("notices_revived") == 1


def test_what_stood_during_an_unheard_mistake_is_sent_once_after_it(opened):
    opened.run_at(local(2025, 9, 19, 7, 30), local(2025, 10, 6, 7, 30))
    opened.extend(local(2025, 10, 10, 18), "SYT", to=TO)
    opened.extend(local(2025, 10, 13, 7, 29), "SYT", to=TO + timedelta(days=1))
    opened.decide(local(2025, 10, 15, 7, 29))
    opened.extend(local(2025, 10, 15, 8), "SYT", to=OWN, correct=True)
    opened.run_at(*(local(2025, 10, day, 8) for day in (15, 16, 17)))
    assert keys(opened, "sent", "reminder") == {
        f"annual-2025/SYT/before-{rung}/focal" for rung in ("30d", "14d", "3wd", "1wd")
    }
    assert keys(opened, "superseded") == {"annual-2025/SYT/before-7d/focal"}


PAST = local(2025, 10, 20, 10, 5)


def test_a_mistake_after_the_deadline_is_taken_back_to_the_cycles_own_though_that_is_past(opened):
    opened.run(local(2025, 10, 20, 7, 30))
    opened.extend(PAST, "SYT", to=date(2025, 10, 20))
    opened.extend(PAST + HOUR, "SYT", to=OWN, correct=True)
    assert opened.owed()["SYT"].due_at == DUE
    assert line(opened, PAST + HOUR).timeliness is Timeliness.MISSING
    opened.run_at(*(local(2025, 10, day, 8) for day in (21, 22, 23)))
    assert extensions(opened) == []
    assert keys(opened, "sent", "overdue", "escalation") == {
        "annual-2025/SYT/overdue-1wd/focal",
        "annual-2025/SYT/overdue-3wd/head",
        "annual-2025/SYT/overdue-3wd/focal-copy",
    }
    assert opened.submit(local(2025, 10, 23, 9), "SYT").late


def test_a_late_letter_that_a_mistake_withdrew_leaves_after_all(opened):
    opened.decide(local(2025, 10, 20, 8))
    opened.extend(PAST, "SYT", to=date(2025, 10, 20))
    assert keys(opened, "cancelled") == {"annual-2025/SYT/overdue-1wd/focal"}
    opened.extend(PAST, "SYT", to=OWN, correct=True)
    assert keys(opened, "pending") == {"annual-2025/SYT/overdue-1wd/focal"}
    opened.run(PAST + HOUR)
    assert keys(opened, "sent", "overdue") == {"annual-2025/SYT/overdue-1wd/focal"}


def test_who_had_heard_of_more_time_is_told_that_it_has_passed_and_heads_hear_what_stood(opened):
    opened.run(local(2025, 10, 17, 7, 30))
    opened.extend(local(2025, 10, 17, 9), "SYT", to=TO)
    opened.run_at(*(local(2025, 10, day, 8) for day in (17, 20, 21, 22)))
    assert keys(opened, "sent", "overdue", "escalation") == set()
    opened.extend(local(2025, 10, 22, 9), "SYT", to=OWN, correct=True)
    opened.run_at(local(2025, 10, 22, 9), local(2025, 10, 22, 10))
    letter = next(m for m in opened.mails("focal@syt.example") if "điều chỉnh" in m["Subject"])
    assert "Thời hạn này đã qua; đề nghị Quý cơ quan gửi báo cáo sớm nhất" in body(letter)
    assert "được ghi là gửi chậm" in body(letter)
    assert keys(opened, "sent", "overdue", "escalation") == {
        "annual-2025/SYT/overdue-3wd/head",
        "annual-2025/SYT/overdue-3wd/focal-copy",
    }
    assert opened.notice("annual-2025/SYT/overdue-1wd/focal").status == "superseded"


@pytest.mark.parametrize(
    ("to", "said"),
    [
        (OWN, None),
        (date(2025, 10, 18), "no correction goes further back"),
        (date(2025, 10, 20), "20/10/2025 has passed; .* on, or .*--to 19/10/2025"),
        (WRONG, "exactly that deadline"),
        (date(2025, 10, 21), None),
        (TO, None),
        (date(2025, 12, 19), "18/12/2025"),
    ],
)
def test_each_refusal_of_a_correction_says_why(opened, to, said):
    opened.extend(local(2025, 10, 20, 9), "SYT", to=WRONG)
    now = local(2025, 10, 21, 9)
    if said is None:
        opened.extend(now, "SYT", to=to, correct=True)
        return
    with pytest.raises(RequestError, match=said):
        opened.extend(now, "SYT", to=to, correct=True)


def test_going_back_to_the_cycles_own_deadline_uncorrected_names_the_command_that_can(opened):
    opened.extend(PAST, "SYT", to=WRONG)
    with pytest.raises(RequestError, match="Only `lsplan extend --correct`"):
        opened.extend(PAST, "SYT", to=OWN)
