"""What was returned is returned anew with another day or reason, or the return is taken back."""

from datetime import date

import pytest

from lsplan_workflow.domain.errors import IllegalTransition, RequestError
from lsplan_workflow.domain.obligations import Status
from lsplan_workflow.services.calendars import write_calendars
from lsplan_workflow.services.submissions import Arrival
from tests.domain.province import local
from tests.services.office import DAY, HOUR, TICK, body
from tests.services.test_enclosures import event_of, parts
from tests.services.test_revisions import FILED, RETURNED, daily, line, revisions

AGAIN = RETURNED + 18 * HOUR
REASON = "Thiếu phụ lục II."
FOCAL = "focal@syt.example"


@pytest.fixture
def office(opened):
    """SYT's report was returned, to be revised by 15 October; the agency was told."""
    opened.submit(FILED, "SYT")
    opened.send_back(RETURNED, "SYT", REASON, by=date(2025, 10, 15))
    opened.run(RETURNED)
    return opened


def anew(office, by, at=AGAIN, reason=REASON):
    office.send_back(at, "SYT", reason, by=by)
    office.run(at)


def returns(office, status="sent"):
    return list(office.notices(kind="returned", status=status))


@pytest.mark.parametrize("by", [date(2025, 10, 10), date(2025, 10, 22)])
def test_another_day_holds_at_once_and_its_agency_is_told_of_both(office, by):
    anew(office, by)
    owed, until = office.owed()["SYT"], local(2025, 10, by.day + 1)
    assert (owed.status, owed.revise_by_at) == (Status.RETURNED, until)
    assert returns(office)[-1] == "annual-2025/SYT/returned-1-2-2025-10-16/focal"
    mail = office.mails(FOCAL)[-1]
    assert mail["Subject"].startswith("Thay đổi thời hạn gửi lại")
    assert f"gửi lại trước ngày {until.day}/10/2025" in body(mail)
    assert "thay cho thời hạn trước ngày 16/10/2025 đã thông báo" in body(mail)
    assert REASON in body(mail)


def test_reminders_and_the_ladder_follow_the_new_day_and_none_the_old_one(office):
    anew(office, date(2025, 10, 22))
    daily(office, local(2025, 10, 10, 7, 30), local(2025, 10, 31, 7, 30))
    assert revisions(office) == {
        "annual-2025/SYT/revise-before-1wd@2025-10-23/focal",
        "annual-2025/SYT/revise-overdue-1wd@2025-10-23/focal",
        "annual-2025/SYT/revise-overdue-3wd@2025-10-23/head",
        "annual-2025/SYT/revise-overdue-3wd@2025-10-23/focal-copy",
    }


def test_reminders_that_wait_for_the_old_day_are_cancelled(office):
    office.decide(local(2025, 10, 15, 8))
    old = revisions(office, "pending")
    anew(office, date(2025, 10, 22), at=local(2025, 10, 15, 9))
    assert old == {"annual-2025/SYT/revise-before-1wd@2025-10-16/focal"}
    assert revisions(office, "cancelled") == old


def test_a_day_that_comes_back_is_told_and_chased_once(office):
    anew(office, date(2025, 10, 22))
    anew(office, date(2025, 10, 15), at=AGAIN + HOUR)
    daily(office, local(2025, 10, 10, 7, 30), local(2025, 10, 17, 7, 30))
    assert returns(office) == [
        "annual-2025/SYT/returned-1/focal",
        "annual-2025/SYT/returned-1-2-2025-10-16/focal",
        "annual-2025/SYT/returned-1-3-2025-10-23/focal",
    ]
    assert revisions(office) == {
        "annual-2025/SYT/revise-before-1wd@2025-10-16/focal",
        "annual-2025/SYT/revise-overdue-1wd@2025-10-16/focal",
    }


def test_after_the_day_has_passed_another_one_makes_it_overdue_no_more(office):
    passed = local(2025, 10, 17, 9)
    assert line(office, passed).obligation.is_revision_overdue(passed)
    anew(office, date(2025, 10, 24), at=passed)
    assert not line(office, local(2025, 10, 25) - TICK).obligation.is_revision_overdue(
        local(2025, 10, 25) - TICK
    )
    assert line(office, local(2025, 10, 25)).obligation.is_revision_overdue(local(2025, 10, 25))


@pytest.mark.parametrize(("day", "possible"), [(8, False), (9, False), (10, True)])
def test_the_new_day_is_later_than_the_one_on_which_it_is_set(office, day, possible):
    by = date(2025, 10, day)
    if possible:
        anew(office, by)
    else:
        with pytest.raises(RequestError, match="must be due after 09/10/2025"):
            anew(office, by)
    assert (office.owed()["SYT"].revise_by_at == local(2025, 10, 11)) is possible


@pytest.mark.parametrize(("by", "possible"), [(18, True), (19, False)])
def test_the_new_day_lies_before_the_end_of_an_open_cycle(office, by, possible):
    if possible:
        anew(office, date(2025, 12, by))
        assert office.owed()["SYT"].revise_by_at == local(2025, 12, 19)
    else:
        with pytest.raises(RequestError, match="the last day possible is 18/12/2025"):
            anew(office, date(2025, 12, by))
        assert office.owed()["SYT"].revise_by_at == local(2025, 10, 16)


def test_after_closing_another_day_is_told_and_nothing_chases_it(office):
    closed = local(2025, 12, 22, 9)
    anew(office, date(2026, 1, 9), at=closed)
    assert len(returns(office)) == 2
    daily(office, closed, closed + 24 * DAY)
    assert revisions(office) == set()
    assert office.owed()["SYT"].revise_by_at == local(2026, 1, 10)


def test_without_a_day_what_is_returned_stays_as_it_is(office):
    with pytest.raises(RequestError, match=r"returned already.*the end of 15/10/2025.*--by"):
        office.send_back(AGAIN, "SYT", "Thiếu cả phụ lục III.")


def test_to_say_the_same_again_is_refused_and_another_reason_is_told(office):
    with pytest.raises(RequestError, match="with this day and this reason"):
        anew(office, date(2025, 10, 15))
    anew(office, date(2025, 10, 15), reason="Thiếu phụ lục III.")
    assert returns(office)[-1] == "annual-2025/SYT/returned-1-2/focal"
    told = body(office.mails(FOCAL)[-1])
    assert "Thiếu phụ lục III." in told
    assert "thay cho" not in told
    daily(office, local(2025, 10, 10, 7, 30), local(2025, 10, 15, 7, 30))
    assert "Thiếu phụ lục III." in body(office.mails(FOCAL)[-1])


def test_a_mistake_that_is_mended_before_the_letter_left_is_never_told(opened):
    night = local(2025, 10, 8, 20)
    opened.submit(FILED, "SYT")
    opened.send_back(night, "SYT", REASON, by=date(2025, 11, 15))
    opened.send_back(night + HOUR, "SYT", REASON, by=date(2025, 10, 15))
    opened.run(local(2025, 10, 9, 7, 30))
    assert returns(opened, "cancelled") == ["annual-2025/SYT/returned-1/focal"]
    assert returns(opened) == ["annual-2025/SYT/returned-1-2/focal"]
    told = body(opened.mails(FOCAL)[-1])
    assert "trước ngày 16/10/2025" in told
    assert "thay cho" not in told


def test_of_two_changes_in_one_night_the_agency_hears_the_last_against_what_it_knew(office):
    night = local(2025, 10, 9, 20)
    office.send_back(night, "SYT", REASON, by=date(2025, 10, 29))
    office.send_back(night + HOUR, "SYT", REASON, by=date(2025, 10, 22))
    office.run(local(2025, 10, 10, 7, 30))
    assert "thay cho thời hạn trước ngày 16/10/2025" in body(office.mails(FOCAL)[-1])
    assert len(returns(office)) == 2


def revisions_in(mail):
    return [p for p in parts(mail) if p.get_filename() == "annual-2025-SYT-revise.ics"]


def test_the_entry_of_the_revision_moves_with_a_higher_sequence(office):
    method, first = event_of(office.mails(FOCAL)[-1])
    anew(office, date(2025, 10, 22))
    again, second = event_of(office.mails(FOCAL)[-1])
    assert (method, again) == ("PUBLISH", "PUBLISH")
    assert first["uid"] == second["uid"]
    assert (first["dtstart"].dt, second["dtstart"].dt) == (date(2025, 10, 15), date(2025, 10, 22))
    assert second["sequence"] == first["sequence"] + 1
    folder = office.folder / "calendars"
    write_calendars(office.workplace, folder)
    assert b"20251022" in (folder / "SYT.ics").read_bytes()


def test_to_accept_what_was_returned_takes_the_return_back(office):
    office.decide(local(2025, 10, 15, 8))
    accepted = local(2025, 10, 15, 9)
    office.accept(accepted, "SYT")
    office.run(accepted)
    owed = office.owed()["SYT"]
    assert (owed.status, owed.revise_by_at) == (Status.ACCEPTED, None)
    assert len(revisions(office, "cancelled")) == 1
    mail = office.mails(FOCAL)[-1]
    assert "Đề nghị bổ sung, hoàn thiện đã gửi trước đây" in body(mail)
    assert "được rút lại" in body(mail)
    (part,) = revisions_in(mail)
    assert part.get_param("method") == "CANCEL"
    daily(office, accepted, local(2025, 10, 24, 9))
    assert revisions(office) == set()


def test_an_ordinary_acceptance_takes_nothing_back(office):
    office.submit(AGAIN, "SYT")
    office.accept(AGAIN + HOUR, "SYT")
    office.run(AGAIN + HOUR)
    assert "rút lại" not in body(office.mails(FOCAL)[-1])


def test_a_version_that_answers_no_return_can_be_accepted_all_the_same(office):
    office.submit(AGAIN, "SYT", arrival=Arrival(RETURNED - TICK, "Bản giấy"))
    office.accept(AGAIN + HOUR, "SYT")
    office.run(AGAIN + HOUR)
    told = body(office.mails(FOCAL)[-1])
    assert "Bản được chấp nhận: lần thứ 2" in told
    assert "được rút lại" in told


def test_what_was_taken_back_can_be_reopened_and_returned_under_a_name_of_its_own(office):
    office.accept(AGAIN, "SYT")
    office.reopen(AGAIN + HOUR, "SYT")
    assert office.owed()["SYT"].status is Status.SUBMITTED
    anew(office, date(2025, 10, 22), at=AGAIN + 2 * HOUR)
    assert returns(office)[-1] == "annual-2025/SYT/returned-1-2/focal"
    assert "thay cho" not in body(office.mails(FOCAL)[-1])


def test_what_was_waived_or_accepted_is_not_returned_anew(office):
    office.waive(AGAIN, "SYT")
    with pytest.raises(IllegalTransition, match="cannot return what is waived"):
        anew(office, date(2025, 10, 22), at=AGAIN + HOUR)


def test_every_return_is_in_the_log(office):
    anew(office, date(2025, 10, 22))
    found = [e for e in office.events(agency="SYT") if e.event == "returned"]
    days = ("2025-10-16T00:00:00+07:00", "2025-10-23T00:00:00+07:00")
    assert [day in e.payload for e, day in zip(found, days, strict=True)] == [True, True]
