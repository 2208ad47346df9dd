"""A filing that was recorded by mistake counts for nothing once it is taken back."""

from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO

import docx
import pytest

from lsplan_workflow.domain.errors import RequestError
from lsplan_workflow.domain.obligations import Status
from lsplan_workflow.services.outbox import resend_notices
from lsplan_workflow.services.submissions import Arrival, Upload
from lsplan_workflow.store import outbox, submissions
from tests.domain.province import agency, local
from tests.services.office import DAY, GROUNDS, HOUR, body
from tests.services.test_enclosures import event_of
from tests.services.test_succession import with_agencies

FILED, VOIDED = local(2025, 10, 8, 9), local(2025, 10, 9, 9)
DUE, CLOSES = local(2025, 10, 20), local(2025, 12, 19)
FOCAL = "focal@syt.example"


def status(office, agency="SYT"):
    return office.owed()[agency].status


def statuses(office, kind):
    """Return the status of each notice of a kind to SYT, by rung."""
    return {row.rung: row.status for row in office.notices(agency="SYT", kind=kind).values()}


def told(office):
    """Return the mails in which SYT hears that a version does not count."""
    return [mail for mail in office.mails(FOCAL) if "không tính bản gửi" in mail["Subject"]]


def rungs_sent(office, since):
    rows = office.notices(agency="SYT", status="sent").values()
    return [row.rung for row in sorted(rows, key=lambda row: row.sent_at) if row.sent_at >= since]


# The only version.


def test_without_its_only_version_a_report_is_owed_again(opened):
    opened.submit(FILED, "SYT")
    opened.accept(FILED, "SYT")
    made = opened.void(VOIDED, "SYT", 1)
    assert (made.version, made.standing) == (1, None)
    assert made.decided.before.status is Status.ACCEPTED
    assert opened.owed()["SYT"] == made.decided.after
    owed = opened.owed()["SYT"]
    assert (owed.status, owed.first_complete_at, owed.is_chased) == (Status.OPEN, None, True)
    (line,) = [x for x in opened.status(VOIDED).lines if x.obligation.agency == "SYT"]
    assert line.timeliness == "pending"
    assert line.next_notice is not None


def test_reminders_follow_from_then_on_and_those_that_passed_are_not_made_up_for(opened):
    opened.submit(local(2025, 9, 18, 9), "SYT")
    voided = local(2025, 10, 14, 9)
    opened.void(voided, "SYT", 1)
    opened.run(voided)
    opened.run_at(*(voided + n * DAY for n in range(1, 10)))
    assert rungs_sent(opened, voided) == [
        *("reopening-void-1", "before-3wd", "before-1wd"),
        # The heads have the focal persons in copy.
        *("overdue-1wd", "overdue-3wd", "overdue-3wd"),
    ]


def test_what_was_told_before_the_mistake_is_not_told_again(opened):
    opened.run_at(*(DUE + n * DAY + 8 * HOUR for n in range(3)))
    before = opened.notices(agency="SYT")
    opened.submit(DUE + 2 * DAY + 9 * HOUR, "SYT")
    voided = DUE + 2 * DAY + 10 * HOUR
    opened.void(voided, "SYT", 1)
    opened.run_at(voided, *(voided + n * DAY for n in range(1, 10)))
    assert rungs_sent(opened, voided) == ["reopening-void-1"]
    after = opened.notices(agency="SYT")
    assert {k: after[k].sent_at for k in before} == {k: row.sent_at for k, row in before.items()}


def test_after_the_due_day_it_is_overdue_and_its_agency_is_asked_to_file_soon(opened):
    opened.submit(FILED, "SYT")
    opened.run(FILED)
    voided = DUE + 2 * DAY + 10 * HOUR
    opened.void(voided, "SYT", 1)
    opened.run(voided)
    assert opened.owed()["SYT"].is_overdue(voided)
    (mail,) = told(opened)
    assert "đề nghị gửi sớm" in mail["Subject"]
    assert "Báo cáo gửi chậm vẫn được tiếp nhận" in body(mail)
    assert opened.submit(voided + HOUR, "SYT").late


def test_a_report_that_then_arrives_is_the_next_version_and_as_timely_as_it_is(opened):
    wrong = Arrival(FILED, "Bản giấy")
    opened.submit(VOIDED, "SYT", arrival=wrong)
    opened.void(VOIDED, "SYT", 1)
    assert opened.submit(VOIDED + HOUR, "SYT").version == 2
    assert opened.owed()["SYT"].first_complete_at == VOIDED + HOUR


# A version beside others.


def test_an_earlier_version_stands_for_what_it_was(opened):
    opened.submit(FILED, "SYT")
    opened.submit(FILED + HOUR, "SYT")
    opened.accept(FILED + 2 * HOUR, "SYT")
    made = opened.void(VOIDED, "SYT", 2)
    assert (made.standing, status(opened)) == (1, Status.SUBMITTED)
    assert opened.owed()["SYT"].first_complete_at == FILED
    opened.run(VOIDED)
    (mail,) = told(opened)
    assert "bản gửi lần 2 của" in body(mail)
    assert "Bản gửi lần 1 vẫn có giá trị và sẽ được rà soát" in body(mail)
    opened.accept(VOIDED + HOUR, "SYT")
    assert status(opened) is Status.ACCEPTED


def test_a_later_version_stands_and_alone_decides_how_timely_the_report_is(opened):
    opened.submit(FILED, "SYT")
    opened.submit(DUE + HOUR, "SYT")
    opened.accept(DUE + 2 * HOUR, "SYT")
    opened.run(DUE + 9 * HOUR)
    made = opened.void(DUE + 10 * HOUR, "SYT", 1)
    assert (made.standing, status(opened)) == (2, Status.ACCEPTED)
    assert opened.owed()["SYT"].first_complete_at == DUE + HOUR
    opened.run(DUE + 10 * HOUR)
    (mail,) = told(opened)
    assert "Bản gửi lần 2 vẫn có giá trị. Quý cơ quan không phải gửi gì thêm." in body(mail)
    assert "Cách gửi" not in body(mail)


@pytest.fixture
def revised(opened):
    """SYT's report was returned to be revised by the end of 14 October, and was."""
    opened.submit(FILED, "SYT")
    opened.send_back(FILED + HOUR, "SYT", "Thiếu biểu số 3", by=date(2025, 10, 14))
    opened.run(FILED + 2 * HOUR)
    opened.submit(VOIDED - HOUR, "SYT")
    opened.deliver_replies(VOIDED - HOUR)
    return opened


def test_without_its_revision_a_report_is_returned_again_by_the_day_that_was_set(revised):
    revised.void(VOIDED, "SYT", 2)
    owed = revised.owed()["SYT"]
    assert (owed.status, owed.revise_by_at) == (Status.RETURNED, local(2025, 10, 15))
    revised.run_at(*(VOIDED + n * DAY for n in range(8)))
    (mail,) = told(revised)
    assert "gửi lại báo cáo trước ngày 15/10/2025" in body(mail)
    assert rungs_sent(revised, VOIDED) == [
        *("reopening-void-2", "revise-before-1wd", "revise-overdue-1wd"),
    ]


def test_a_day_of_revision_that_has_passed_meanwhile_is_overdue(revised):
    voided = local(2025, 10, 16, 9)
    revised.void(voided, "SYT", 2)
    revised.run(voided)
    (mail,) = told(revised)
    assert "Hạn gửi lại là trước ngày 15/10/2025, đã qua" in body(mail)
    assert revised.owed()["SYT"].is_revision_overdue(voided)


def test_without_the_version_that_was_returned_nothing_is_to_be_revised(opened):
    opened.submit(FILED, "SYT")
    opened.send_back(FILED, "SYT", "Thiếu biểu số 3", by=date(2025, 10, 14))
    opened.decide(local(2025, 10, 10, 6))
    opened.void(local(2025, 10, 10, 6), "SYT", 1)
    opened.run_at(*(local(2025, 10, day, 9) for day in range(10, 19)))
    assert status(opened) is Status.OPEN
    assert {row.status for row in opened.notices(agency="SYT", kind="returned").values()} == {
        "cancelled"
    }
    assert "sent" not in statuses(opened, "revision").values()


def test_the_entry_of_a_revision_that_is_awaited_no_more_is_cancelled_in_calendars(opened):
    opened.submit(FILED, "SYT")
    opened.send_back(FILED, "SYT", "Thiếu biểu số 3", by=date(2025, 10, 14))
    opened.run(FILED)
    opened.void(VOIDED, "SYT", 1)
    opened.run(VOIDED)
    (mail,) = told(opened)
    names = [part.get_filename() for part in mail.iter_attachments()]
    assert sorted(names) == ["annual-2025-SYT-revise.ics", "annual-2025-SYT.ics"]
    (part,) = [p for p in mail.iter_attachments() if "revise" in p.get_filename()]
    assert part.get_param("method") == "CANCEL"


def test_a_deadline_that_was_met_stands_in_calendars_again(opened):
    opened.submit(FILED, "SYT")
    opened.accept(FILED, "SYT")
    opened.run(FILED)
    opened.void(VOIDED, "SYT", 1)
    opened.run(VOIDED)
    _, before = event_of(opened.mails(FOCAL)[0])
    method, event = event_of(told(opened)[0])
    assert (method, event["status"]) == ("PUBLISH", "CONFIRMED")
    assert event["uid"] == before["uid"]
    assert event["sequence"] > before["sequence"]


def test_what_answers_no_return_can_be_taken_back_without_a_word_of_another_day(opened):
    opened.submit(FILED, "SYT")
    opened.send_back(FILED + HOUR, "SYT", "Thiếu biểu số 3", by=date(2025, 10, 14))
    opened.submit(FILED + 2 * HOUR, "SYT", arrival=Arrival(FILED, "Bản giấy"))
    before = opened.owed()["SYT"]
    opened.void(FILED + 3 * HOUR, "SYT", 2)
    assert opened.owed()["SYT"] == before
    # The return was decided in working hours and still waits for a pass.
    assert statuses(opened, "returned") == {"returned-1": "pending"}


# What waits, and what is told.


def test_what_waits_to_tell_of_the_version_is_withdrawn(opened):
    night = local(2025, 10, 8, 20)
    opened.submit(night, "SYT")
    opened.accept(night, "SYT")
    opened.void(night + HOUR, "SYT", 1)
    assert statuses(opened, "receipt") == {"receipt-1": "cancelled"}
    assert statuses(opened, "acceptance") == {"acceptance-1": "cancelled"}
    opened.run(VOIDED)
    assert len(told(opened)) == 1
    assert not [mail for mail in opened.mails(FOCAL) if "chấp nhận" in mail["Subject"]]


def test_a_receipt_that_failed_is_not_sent_again_for_what_is_void(opened):
    opened.submit(FILED, "SYT")
    with opened.workplace.database.writing() as session:
        outbox.notice(session, "annual-2025/SYT/receipt-1/focal").status = "failed"
    opened.void(VOIDED, "SYT", 1)
    with pytest.raises(RequestError, match="no longer so"):
        resend_notices(opened.workplace, ["annual-2025/SYT/receipt-1/focal"], actor="cli")


def test_a_receipt_that_a_killed_pass_held_does_not_leave_for_what_is_void(opened):
    opened.submit(FILED, "SYT")
    with opened.workplace.database.writing() as session:
        row = outbox.notice(session, "annual-2025/SYT/receipt-1/focal")
        row.status, row.lease_by, row.lease_until = "sending", "killed", VOIDED
    opened.void(VOIDED - HOUR, "SYT", 1)
    assert statuses(opened, "receipt") == {"receipt-1": "sending"}
    opened.run(VOIDED + HOUR)
    assert statuses(opened, "receipt") == {"receipt-1": "cancelled"}


def test_what_waits_to_tell_of_another_version_is_sent(opened):
    night = local(2025, 10, 8, 20)
    opened.submit(night, "SYT")
    opened.submit(night, "SYT")
    opened.accept(night, "SYT")
    opened.void(night, "SYT", 1)
    assert statuses(opened, "receipt") == {"receipt-1": "cancelled", "receipt-2": "pending"}
    opened.run(VOIDED)
    assert statuses(opened, "acceptance") == {"acceptance-1": "sent"}


def test_an_acceptance_after_a_voiding_is_told_under_a_number_of_its_own(opened):
    opened.submit(FILED, "SYT")
    opened.accept(FILED, "SYT")
    opened.run(FILED)
    opened.void(VOIDED, "SYT", 1)
    opened.submit(VOIDED, "SYT", Upload("thật.docx", b"2"))
    opened.accept(VOIDED, "SYT")
    opened.run(VOIDED)
    assert statuses(opened, "acceptance") == {"acceptance-1": "sent", "acceptance-2": "sent"}
    assert "lần thứ 2" in " ".join(body(mail) for mail in opened.mails(FOCAL)[-2:])


def test_the_focal_persons_are_told_once_which_version_why_and_by_which_document(opened):
    opened.submit(FILED, "SYT")
    opened.void(VOIDED, "SYT", 1)
    opened.run_at(VOIDED, VOIDED + HOUR, VOIDED + DAY)
    (mail,) = told(opened)
    assert mail["Subject"].startswith("V/v không tính bản gửi lần 1 của ")
    for said in ("ghi nhận nhầm", GROUNDS.reason, GROUNDS.authority, "trước ngày 20/10/2025"):
        assert said in body(mail)
    assert statuses(opened, "reopening") == {"reopening-void-1": "sent"}


def test_a_report_that_comes_before_the_letter_left_takes_nothing_from_it(opened):
    """The agency got a receipt of what it never filed, and has to know what became of it."""
    opened.submit(FILED, "SYT")
    night = local(2025, 10, 8, 20)
    opened.void(night, "SYT", 1)
    opened.submit(night + HOUR, "SYT")
    opened.accept(night + 2 * HOUR, "SYT")
    opened.run(VOIDED)
    assert statuses(opened, "reopening") == {"reopening-void-1": "sent"}
    said = " ".join(body(mail) for mail in opened.mails(FOCAL))
    grounds = f"(theo {GROUNDS.authority}: {GROUNDS.reason})"
    assert f"Bản gửi lần 1 không còn giá trị {grounds}; bản gửi lần 2 vẫn có giá trị" in said


def test_a_waiver_stays_and_nothing_is_asked_for(opened):
    opened.submit(FILED, "SYT")
    opened.send_back(FILED, "SYT", "Thiếu biểu số 3")
    opened.waive(FILED + HOUR, "SYT")
    opened.void(VOIDED, "SYT", 1)
    opened.run(VOIDED)
    assert status(opened) is Status.WAIVED
    said = " ".join(body(mail) for mail in opened.mails(FOCAL))
    assert "); không phải gửi gì thêm" in said
    opened.reopen(VOIDED + HOUR, "SYT")
    assert status(opened) is Status.OPEN


def test_what_was_waived_over_a_void_revision_waits_for_its_review_when_it_is_reopened(opened):
    opened.submit(FILED, "SYT")
    opened.submit(FILED, "SYT")
    opened.send_back(FILED, "SYT", "Thiếu biểu số 3")
    opened.waive(FILED, "SYT")
    opened.void(VOIDED, "SYT", 2)
    opened.reopen(VOIDED, "SYT")
    assert status(opened) is Status.SUBMITTED
    opened.accept(VOIDED, "SYT")


@pytest.mark.parametrize("successors", [("SCT",), ()])
def test_what_an_ended_agency_never_filed_passes_on_or_lapses(opened, successors):
    """SYT ends on 9 October; its filing of the 8th had kept the duty under its own name."""
    opened.submit(FILED, "SYT")
    with_agencies(opened, agency("SYT", valid_to=date(2025, 10, 9), successors=successors))
    opened.run(local(2025, 10, 10, 9))
    assert status(opened) is Status.SUBMITTED
    evening = local(2025, 10, 10, 18)
    opened.void(evening, "SYT", 1)
    opened.run(local(2025, 10, 13, 9))
    assert status(opened) is Status.TRANSFERRED
    said = " ".join(body(mail) for mail in opened.mails())
    if successors:
        assert opened.owed()["SCT"].covers == ("SYT",)
        assert "); nay do Sở SCT gửi" in said
    else:
        assert "); không phải gửi gì thêm" in said


# Records.


def test_the_voiding_is_in_the_log_and_the_file_stays_as_evidence(opened):
    opened.submit(FILED, "SYT", Upload("nhầm.docx", b"wrong"))
    opened.void(VOIDED, "SYT", 1)
    (event,) = [e for e in opened.events(agency="SYT") if e.event == "voided"]
    assert event.actor == "an"
    for said in ('"version": 1', GROUNDS.reason, GROUNDS.authority):
        assert said in event.payload or said.replace(": ", ":") in event.payload
    with opened.workplace.database.reading() as session:
        (filed,) = submissions.submissions_of(session, "annual-2025", "SYT")
        (document,) = submissions.documents_of(session, filed)
    assert opened.workplace.files.get(document.sha256) == b"wrong"


def test_status_shows_which_version_is_void_since_when_by_whom_and_why(opened):
    opened.submit(FILED, "SYT")
    opened.void(VOIDED, "SYT", 1)
    lines = {line.obligation.agency: line for line in opened.status(VOIDED).lines}
    (void,) = lines["SYT"].void
    assert (void.version, void.at, void.by) == (1, VOIDED, "an")
    assert (void.reason, void.authority) == (GROUNDS.reason, GROUNDS.authority)
    assert lines["SCT"].void == ()


def said_in(report, office):
    content = office.workplace.files.get(report.docx_sha256)
    document = docx.Document(BytesIO(content))
    cells = (c.text for table in document.tables for row in table.rows for c in row.cells)
    return "\n".join([*(p.text for p in document.paragraphs), *cells])


def test_reports_are_consolidated_anew_without_what_is_void(opened):
    for code in opened.owed():
        opened.submit(FILED, code, Upload(f"{code}.docx", code.encode()))
        opened.accept(FILED, code)
    opened.reopen(FILED, "SYT")
    opened.submit(FILED, "SYT", Upload("nhầm.docx", b"wrong"))
    opened.accept(FILED, "SYT")
    opened.run(FILED)
    opened.void(VOIDED, "SYT", 2)
    opened.run(VOIDED)
    assert len(opened.reports()) == 1
    opened.accept(VOIDED + HOUR, "SYT")
    opened.run(VOIDED + HOUR)
    first, second = opened.reports()
    assert "nhầm.docx" in said_in(first, opened)
    assert "nhầm.docx" not in said_in(second, opened)
    assert (second.reason, second.partial) == ("complete", False)


def test_what_stays_settled_by_another_version_is_consolidated_anew_at_once(opened):
    for code in opened.owed():
        opened.submit(FILED, code, Upload("nhầm.docx", code.encode()))
        if code == "SYT":
            opened.submit(FILED, code, Upload("thật.docx", b"2"))
        opened.accept(FILED, code)
    opened.run(FILED)
    opened.void(VOIDED, "SYT", 1)
    opened.run(VOIDED)
    assert [(r.number, r.reason) for r in opened.reports()] == [(1, "complete"), (2, "complete")]


# What is refused.


@pytest.mark.parametrize("lacking", ["reason", "authority"])
def test_a_voiding_needs_a_reason_and_a_document(opened, lacking):
    opened.submit(FILED, "SYT")
    with pytest.raises(RequestError, match="needs a --reason and the document"):
        opened.void(VOIDED, "SYT", 1, grounds=replace(GROUNDS, **{lacking: " \n"}))
    assert status(opened) is Status.SUBMITTED


def test_what_is_void_is_not_taken_back_again(opened):
    opened.submit(FILED, "SYT")
    opened.void(VOIDED, "SYT", 1)
    before = len(opened.events())
    with pytest.raises(RequestError, match="version 1 is void already"):
        opened.void(VOIDED + HOUR, "SYT", 1)
    assert len(opened.events()) == before


def test_there_must_be_such_a_version(opened):
    with pytest.raises(RequestError, match="no version 1; there is none that counts"):
        opened.void(VOIDED, "SYT", 1)
    for _ in range(3):
        opened.submit(FILED, "SYT")
    opened.void(VOIDED, "SYT", 2)
    with pytest.raises(RequestError, match="no version 4; those that count: 1, 3"):
        opened.void(VOIDED, "SYT", 4)


@pytest.mark.parametrize(
    ("cycle", "agency"), [("annual-2031", "SYT"), ("annual-2025", "NOBODY"), ("plan-2025", "SYT")]
)
def test_what_there_is_not_cannot_be_taken_back(opened, cycle, agency):
    with pytest.raises(RequestError):
        opened.void(VOIDED, agency, 1, cycle=cycle)


@pytest.mark.parametrize(
    ("at", "possible"), [(CLOSES - timedelta(microseconds=1), True), (CLOSES, False)]
)
def test_nothing_is_taken_back_once_the_cycle_has_closed(opened, at, possible):
    opened.submit(FILED, "SYT")
    if possible:
        opened.void(at, "SYT", 1)
        opened.run(CLOSES + 9 * HOUR)
        assert statuses(opened, "reopening") == {"reopening-void-1": "sent"}
        return
    with pytest.raises(RequestError, match="has closed"):
        opened.void(at, "SYT", 1)
    assert status(opened) is Status.SUBMITTED
