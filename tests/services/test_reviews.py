"""The focal point accepts a submission, or returns it with a reason."""

import pytest

from lsplan_workflow.domain.errors import IllegalTransition, RequestError
from lsplan_workflow.domain.obligations import Event, Status
from lsplan_workflow.store import obligations, submissions
from tests.domain.province import local
from tests.services.office import DAY, HOUR, TICK, body

OPENING, DUE = local(2025, 9, 3, 7, 30), local(2025, 10, 20)
REASON = "Thiếu số liệu thực hiện <chỉ tiêu> KT01"


@pytest.fixture
def office(opened):
    """An office in which SYT filed a moment before the deadline."""
    opened.submit(DUE - TICK, "SYT")
    return opened


def reviews(office, version=1):
    with office.workplace.database.reading() as session:
        found = submissions.submissions_of(session, "annual-2025", "SYT")
        return submissions.reviews_of(session, found[version - 1])


def line(office, instant):
    return next(x for x in office.status(instant).lines if x.obligation.agency == "SYT")


def test_what_is_accepted_is_settled(office):
    office.accept(DUE + HOUR, "SYT")
    assert office.owed()["SYT"].is_settled
    (review,) = reviews(office)
    assert (review.decision, review.decided_by, review.decided_at) == (
        "accepted",
        "cli",
        DUE + HOUR,
    )


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_a_return_needs_a_reason(office, reason):
    with pytest.raises(RequestError, match="needs a --reason"):
        office.send_back(DUE, "SYT", reason)
    assert office.owed()["SYT"].status is Status.SUBMITTED


def test_the_reason_is_told_to_the_agency(office):
    office.send_back(DUE + 8 * HOUR, "SYT", REASON)
    office.run(DUE + 8 * HOUR)
    (mail,) = [m for m in office.mails("focal@syt.example") if "bổ sung" in m["Subject"]]
    assert REASON in body(mail)
    assert "&lt;chỉ tiêu&gt;" in mail.get_body(("html",)).get_content()


def test_the_newest_reason_is_told_where_a_version_was_returned_before(office):
    office.send_back(DUE + 8 * HOUR, "SYT", "Lý do thứ nhất")
    office.submit(DUE + 9 * HOUR, "SYT")
    office.send_back(DUE + 10 * HOUR, "SYT", "Lý do thứ hai")
    office.run(DUE + 10 * HOUR)
    found = [body(m) for m in office.mails("focal@syt.example") if "bổ sung" in m["Subject"]]
    assert len(found) == 1
    assert "Lý do thứ hai" in found[0]
    assert office.notice("annual-2025/SYT/returned-1/focal").status == "cancelled"


def test_timeliness_stays_that_of_the_first_complete_filing_after_a_return(office):
    office.send_back(DUE + HOUR, "SYT", REASON)
    assert line(office, DUE + HOUR).timeliness == "on_time"
    office.submit(DUE + 10 * DAY, "SYT")
    assert line(office, DUE + 10 * DAY).timeliness == "on_time"


def test_a_returned_obligation_is_chased_by_the_rungs_of_its_revision_alone(office):
    office.send_back(DUE + HOUR, "SYT", REASON)
    office.run_at(*(DUE + n * DAY + 8 * HOUR for n in range(14)))
    kinds = {row.kind for row in office.notices(agency="SYT").values() if row.status == "sent"}
    assert kinds == {"opening", "receipt", "returned", "revision"}
    assert {r.kind for r in office.notices(agency="SCT", status="sent").values()} >= {"overdue"}
    assert line(office, DUE + 14 * DAY).next_notice is None


def test_a_resubmission_is_reviewed_as_the_next_version(office):
    office.send_back(DUE + HOUR, "SYT", REASON)
    assert office.submit(DUE + DAY, "SYT").version == 2
    office.accept(DUE + 2 * DAY, "SYT")
    assert [r.decision for r in reviews(office, 1)] == ["returned"]
    assert [r.decision for r in reviews(office, 2)] == ["accepted"]
    assert office.owed()["SYT"].status is Status.ACCEPTED


def told_of_acceptance(office, agency="SYT"):
    """Return the status of each notice of an acceptance by key."""
    return {k: n.status for k, n in office.notices(kind="acceptance", agency=agency).items()}


def test_an_acceptance_is_told_once_in_working_hours_to_the_focal_persons(office):
    office.accept(DUE + HOUR, "SYT")
    assert told_of_acceptance(office) == {"annual-2025/SYT/acceptance-1/focal": "pending"}
    office.run_at(DUE + 2 * HOUR, DUE + 8 * HOUR, DUE + 9 * HOUR)
    (mail,) = [m for m in office.mails("focal@syt.example") if "chấp nhận" in m["Subject"]]
    assert mail["Date"].datetime == DUE + 8 * HOUR
    assert "đã được rà soát và chấp nhận" in body(mail)
    assert "gửi đúng hạn" in body(mail)


def test_an_acceptance_after_the_closing_is_told_as_well(office):
    closed = local(2026, 3, 2, 9)
    office.run(closed)
    office.accept(closed, "SYT")
    office.run(closed)
    assert set(told_of_acceptance(office).values()) == {"sent"}


def test_what_was_accepted_anew_after_a_reopening_is_told_anew(office):
    morning = DUE + 8 * HOUR
    office.accept(morning, "SYT")
    office.run(morning)
    office.reopen(morning + HOUR, "SYT")
    office.accept(morning + 2 * HOUR, "SYT")
    office.run(morning + 2 * HOUR)
    assert told_of_acceptance(office) == {
        "annual-2025/SYT/acceptance-1/focal": "sent",
        "annual-2025/SYT/acceptance-2/focal": "sent",
    }


def test_an_acceptance_that_was_taken_back_before_it_was_told_is_not_told(office):
    office.accept(DUE + HOUR, "SYT")
    office.reopen(DUE + 2 * HOUR, "SYT")
    office.run(DUE + 8 * HOUR)
    assert set(told_of_acceptance(office).values()) == {"cancelled"}


def test_only_what_was_submitted_can_be_reviewed(office):
    with pytest.raises(IllegalTransition, match="cannot accept what is open"):
        office.accept(DUE, "SCT")
    office.accept(DUE, "SYT")
    with pytest.raises(IllegalTransition, match="cannot return what is accepted"):
        office.send_back(DUE, "SYT", REASON)


@pytest.mark.parametrize(
    ("cycle", "agency"), [("annual-2031", "SYT"), ("annual-2025", "NOBODY"), ("plan-2025", "SYT")]
)
def test_what_there_is_not_cannot_be_reviewed(office, cycle, agency):
    with pytest.raises(RequestError):
        office.accept(DUE, agency, cycle=cycle)


def test_decisions_are_written_in_the_audit_log(office):
    office.send_back(DUE, "SYT", REASON)
    office.submit(DUE + HOUR, "SYT")
    office.accept(DUE + 2 * HOUR, "SYT")
    found = [e for e in office.events(agency="SYT") if e.event in {"accepted", "returned"}]
    assert [e.event for e in found] == ["returned", "accepted"]
    assert REASON in found[0].payload


def test_a_state_that_contradicts_its_history_is_not_papered_over(office):
    """Nobody can submit without a submission; if it says so, something is badly wrong."""
    with office.workplace.database.writing() as session:
        obligations.save(session, [office.owed()["SCT"].after(Event.SUBMIT, DUE)])
    with pytest.raises(AssertionError, match="without a submission"):
        office.accept(DUE, "SCT")
