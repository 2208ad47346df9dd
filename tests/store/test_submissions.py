from dataclasses import replace

import pytest

from lsplan_workflow.domain.acts import Act
from lsplan_workflow.domain.obligations import Event
from lsplan_workflow.store import submissions
from lsplan_workflow.store.submissions import Decision, DecisionKind, Document, ReviewDecision
from lsplan_workflow.store.tables import SubmissionRow
from tests.domain.province import local
from tests.store.rows import HOUR, NOW, NOW_UTC

CODE = "annual-2025"
REPORT = Document("Báo cáo.docx", "a" * 64, 12_345)
TABLE = Document("Bảng số liệu.xlsx", "b" * 64, 678)
EXTENSION = Decision(
    cycle=CODE,
    agency="SYT",
    kind=DecisionKind.EXTENSION,
    reason="Lũ lụt",
    authority="Công văn 12/STC",
    decided_at=NOW_UTC,
    decided_by="an",
    until=local(2025, 10, 26),
)


def file(database, agency="SYT", *, cycle=CODE, documents=(REPORT,), complete=True):
    with database.writing() as session:
        return submissions.record_submission(
            session,
            submissions.Filing(
                cycle=cycle, agency=agency, received_at=NOW, complete=complete, recorded_by="an"
            ),
            documents=documents,
        )


def review(database, submission, decision, reason=""):
    with database.writing() as session:
        submissions.record_review(
            session,
            submission,
            decision=decision,
            reason=reason,
            decided_at=NOW + HOUR,
            decided_by="binh",
        )


def void(database, submission, reason="Nhầm cơ quan"):
    with database.writing() as session:
        submissions.record_voiding(
            session,
            submission,
            reason=reason,
            authority="Công văn 15/STC",
            decided_at=NOW + 2 * HOUR,
            decided_by="an",
        )


def test_a_submission_is_recorded_as_it_was_filed(database):
    file(database, complete=False)
    with database.reading() as session:
        row = submissions.latest_submission(session, CODE, "SYT")
    assert (row.cycle, row.agency, row.version) == (CODE, "SYT", 1)
    assert (row.received_at, row.complete, row.recorded_by) == (NOW_UTC, False, "an")


def test_each_filing_of_an_agency_in_a_cycle_is_its_next_version(database):
    assert [file(database).version for _ in range(3)] == [1, 2, 3]
    assert file(database, "SCT").version == 1
    assert file(database, cycle="annual-2026").version == 1


def test_the_submissions_of_a_cycle_come_by_agency_and_version(database):
    for agency in ("SYT", "Đ1", "a", "SYT", "B"):
        file(database, agency)
    file(database, cycle="annual-2026")
    with database.reading() as session:
        found = [(s.agency, s.version) for s in submissions.submissions_of(session, CODE)]
        own = [s.version for s in submissions.submissions_of(session, CODE, "SYT")]
    assert found == [("B", 1), ("SYT", 1), ("SYT", 2), ("a", 1), ("Đ1", 1)]
    assert own == [1, 2]


def test_the_latest_submission_is_the_newest_version(database):
    file(database)
    file(database)
    with database.reading() as session:
        assert submissions.latest_submission(session, CODE, "SYT").version == 2
        assert submissions.latest_submission(session, CODE, "SCT") is None


def test_the_documents_of_a_submission_come_in_the_order_of_filing(database):
    filed = file(database, documents=[TABLE, REPORT])
    bare = file(database, documents=[])
    with database.reading() as session:
        assert submissions.documents_of(session, filed) == [TABLE, REPORT]
        assert submissions.documents_of(session, bare) == []


def test_the_documents_of_a_cycle_come_by_agency_and_version(database):
    file(database, "SYT", documents=[TABLE, REPORT])
    file(database, "SCT", documents=[REPORT])
    file(database, "SYT", documents=[TABLE])
    file(database, "SYT", cycle="annual-2026")
    with database.reading() as session:
        found = submissions.documents_of_cycle(session, CODE)
    assert [(filed.agency, filed.version, document) for filed, document in found] == [
        ("SCT", 1, REPORT),
        ("SYT", 1, TABLE),
        ("SYT", 1, REPORT),
        ("SYT", 2, TABLE),
    ]


def test_the_reviews_of_a_submission_come_oldest_first(database):
    first, second = file(database), file(database)
    review(database, first, ReviewDecision.RETURNED, "Thiếu biểu 2")
    review(database, second, ReviewDecision.ACCEPTED)
    review(database, first, ReviewDecision.ACCEPTED)
    with database.reading() as session:
        rows = submissions.reviews_of(session, first)
    assert [(row.decision, row.reason) for row in rows] == [
        ("returned", "Thiếu biểu 2"),
        ("accepted", ""),
    ]
    assert (rows[0].decided_at, rows[0].decided_by) == (NOW_UTC + HOUR, "binh")


def test_it_is_known_when_anything_was_decided_about_the_agencies_of_a_cycle(database):
    first, other = file(database), file(database, "SCT")
    review(database, first, ReviewDecision.RETURNED, "Thiếu biểu 2")
    review(database, other, ReviewDecision.ACCEPTED)
    with database.writing() as session:
        submissions.record_decision(session, EXTENSION)
    expected = {"SYT": {EXTENSION.decided_at, NOW_UTC + HOUR}, "SCT": {NOW_UTC + HOUR}}
    with database.reading() as session:
        found = submissions.decided_at(session, first.cycle)
        assert {agency: set(instants) for agency, instants in found.items()} == expected
        assert submissions.decided_at(session, first.cycle, {"SCT"}) == {"SCT": [NOW_UTC + HOUR]}
        assert submissions.decided_at(session, first.cycle, set()) == {}
        assert submissions.decided_at(session, "none") == {}


def test_what_was_never_recorded_cannot_be_reviewed(database):
    with pytest.raises(ValueError, match="never recorded"):
        review(database, SubmissionRow(), ReviewDecision.ACCEPTED)


def test_the_decisions_of_a_cycle_come_back_oldest_first(database):
    waiver = replace(EXTENSION, kind=DecisionKind.WAIVER, until=None)
    with database.writing() as session:
        submissions.record_decision(session, EXTENSION)
        submissions.record_decision(session, waiver)
        submissions.record_decision(session, replace(waiver, cycle="annual-2026"))
    with database.reading() as session:
        assert submissions.decisions_of(session, CODE) == [EXTENSION, waiver]
        assert submissions.decisions_of(session, "plan-2025") == []


def test_reviews_come_with_their_versions_in_the_order_of_deciding(database):
    first, second = file(database), file(database)
    other = file(database, "SCT")
    review(database, second, ReviewDecision.RETURNED, "Thiếu")
    review(database, first, ReviewDecision.RETURNED, "Thiếu nữa")
    review(database, other, ReviewDecision.RETURNED)
    review(database, second, ReviewDecision.ACCEPTED)
    with database.reading() as session:
        found = submissions.reviewed(session, CODE, "SYT")
        last = submissions.last_return(session, CODE, "SYT")
        never = submissions.last_return(session, "annual-2026", "SYT")
    assert [(s.version, r.decision) for s, r in found] == [
        (2, "returned"),
        (1, "returned"),
        (2, "accepted"),
    ]
    assert last is not None
    assert (last[0].version, last[1].reason) == (1, "Thiếu nữa")
    assert never is None


def test_what_is_void_is_kept_with_who_decided_it_and_why(database):
    first = file(database)
    file(database, "SCT")
    other = file(database, "a")
    void(database, first)
    void(database, other)
    with database.reading() as session:
        found = submissions.voidings(session, CODE)
        own = submissions.voidings(session, CODE, "SYT")
        kept = submissions.documents_of(session, first)
        assert submissions.voidings(session, "annual-2026") == []
    assert [(filed.agency, filed.version) for filed, _review in found] == [("SYT", 1), ("a", 1)]
    ((_filed, review),) = own
    assert (review.decision, review.reason, review.authority, review.decided_by) == (
        *("voided", "Nhầm cơ quan", "Công văn 15/STC", "an"),
    )
    assert review.decided_at == NOW_UTC + 2 * HOUR
    assert kept == [REPORT]


def test_what_is_void_is_neither_the_latest_nor_among_the_documents_of_its_cycle(database):
    file(database, documents=[REPORT])
    second = file(database, documents=[TABLE])
    void(database, second)
    with database.reading() as session:
        assert submissions.latest_submission(session, CODE, "SYT").version == 1
        found = submissions.documents_of_cycle(session, CODE)
        assert [(filed.version, document) for filed, document in found] == [(1, REPORT)]
        assert [s.version for s in submissions.submissions_of(session, CODE, "SYT")] == [1, 2]


def test_where_all_is_void_there_is_no_latest_and_its_number_is_not_used_again(database):
    void(database, file(database))
    with database.reading() as session:
        assert submissions.latest_submission(session, CODE, "SYT") is None
        assert submissions.documents_of_cycle(session, CODE) == []
    assert file(database).version == 2


def test_a_return_of_what_is_void_is_not_the_last_return(database):
    first, second = file(database), file(database)
    review(database, first, ReviewDecision.RETURNED, "Thiếu biểu 2")
    review(database, second, ReviewDecision.RETURNED, "Thiếu biểu 3")
    void(database, second)
    with database.reading() as session:
        last = submissions.last_return(session, CODE, "SYT")
        standing = submissions.standing_reviews(session, CODE, "SYT")
        every = submissions.reviewed(session, CODE, "SYT")
    assert (last[0].version, last[1].reason) == (1, "Thiếu biểu 2")
    assert [(s.version, r.decision) for s, r in standing] == [(1, "returned")]
    assert [r.decision for _filed, r in every] == ["returned", "returned", "voided"]


def test_acts_of_one_instant_keep_the_order_in_which_they_were_recorded(database):
    first = file(database)
    review(database, first, ReviewDecision.RETURNED)
    second = file(database)
    review(database, second, ReviewDecision.ACCEPTED)
    third = file(database)
    void(database, third)
    review(database, second, ReviewDecision.RETURNED)
    decided_at = NOW_UTC + HOUR
    with database.reading() as session:
        assert submissions.acts_on(session, CODE, "SYT") == [
            Act(Event.SUBMIT, 1, NOW_UTC),
            Act(Event.RETURN, 1, decided_at),
            Act(Event.SUBMIT, 2, NOW_UTC),
            Act(Event.ACCEPT, 2, decided_at),
            Act(Event.RETURN, 2, decided_at),
        ]
        assert submissions.acts_on(session, CODE, "SCT") == []
