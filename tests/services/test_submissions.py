"""What an agency files is recorded as it came, and the first complete filing decides."""

from dataclasses import replace
from datetime import date
from hashlib import sha256
from unicodedata import normalize

import pytest

from lsplan_workflow.domain.errors import IllegalTransition, RequestError
from lsplan_workflow.domain.obligations import Status
from lsplan_workflow.services.submissions import Upload, submit
from lsplan_workflow.store import submissions
from tests.domain.province import agency, local
from tests.services.office import DAY, HOUR, TICK, body, with_contacts, without
from tests.services.test_succession import with_agencies

OPENS, OPENING = local(2025, 9, 1), local(2025, 9, 3, 7, 30)
DUE, CLOSES = local(2025, 10, 20), local(2025, 12, 19)
RECEIPT = "annual-2025/SYT/receipt-1/focal"


def filed(office, agency="SYT", cycle="annual-2025"):
    """Return each version's documents."""
    with office.workplace.database.reading() as session:
        found = submissions.submissions_of(session, cycle, agency)
        return [submissions.documents_of(session, submission) for submission in found]


def timeliness(office, instant, agency="SYT"):
    (line,) = [x for x in office.status(instant).lines if x.obligation.agency == agency]
    return line.timeliness


@pytest.mark.parametrize(("at", "found"), [(DUE - TICK, "on_time"), (DUE, "late")])
def test_at_the_due_instant_a_filing_is_late_and_a_microsecond_earlier_on_time(opened, at, found):
    assert opened.submit(at, "SYT").late is (found == "late")
    assert timeliness(opened, at) == found


def test_the_first_complete_filing_decides_whatever_is_filed_later(opened):
    opened.submit(DUE - TICK, "SYT")
    opened.submit(DUE + DAY, "SYT")
    assert opened.owed()["SYT"].first_complete_at == DUE - TICK
    assert timeliness(opened, DUE + DAY) == "on_time"


def test_a_late_filing_is_taken_even_after_closing_and_recorded_as_late(opened):
    assert opened.submit(CLOSES + 30 * DAY, "SYT").late
    assert timeliness(opened, CLOSES + 30 * DAY) == "late"
    assert opened.owed()["SYT"].status is Status.SUBMITTED


def test_each_filing_is_a_version_of_its_own_and_none_is_replaced(opened):
    versions = [
        opened.submit(OPENING + n * HOUR, "SYT", Upload(f"{n}.docx", b"%d" % n)).version
        for n in range(1, 4)
    ]
    assert versions == [1, 2, 3]
    assert [[d.name for d in documents] for documents in filed(opened)] == [
        ["1.docx"],
        ["2.docx"],
        ["3.docx"],
    ]


def test_files_are_kept_under_their_hash(opened):
    content = "Báo cáo".encode()
    opened.submit(OPENING, "SYT", Upload("a.docx", content), Upload("b.xlsx", b"PK"))
    ((first, second),) = filed(opened)
    assert first.sha256 == sha256(content).hexdigest()
    assert (first.size, second.name) == (len(content), "b.xlsx")
    assert opened.workplace.files.get(first.sha256) == content


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (normalize("NFD", "Báo cáo.docx"), "Báo cáo.docx"),  # As macOS names files.
        ("../../etc/passwd", "passwd"),
        (r"C:\Users\Hoa\báo cáo.docx", "báo cáo.docx"),
        ("a\r\nb\x00\u202ec.docx", "abc.docx"),
        ("", "tệp"),
        ("..", "tệp"),
        (".", "tệp"),
        ("\x07", "tệp"),
        ("thư mục/", "thư mục"),
    ],
)
def test_of_a_files_name_only_the_last_part_is_kept_clean_and_in_nfc(opened, given, kept):
    opened.submit(OPENING, "SYT", Upload(given, b"x"))
    ((document,),) = filed(opened)
    assert document.name == kept


def test_a_filing_without_a_file_is_refused(opened):
    with pytest.raises(RequestError, match="no file"):
        submit(opened.at(OPENING).workplace, "annual-2025", "SYT", [], actor="cli")


def test_a_cycle_opens_by_the_first_filing_if_no_pass_has_opened_it(small):
    with pytest.raises(RequestError, match="not open yet; it opens on 01/09/2025"):
        small.submit(OPENS - TICK, "SYT")
    assert small.submit(OPENS, "SYT").version == 1
    assert len(small.owed()) == 5


@pytest.mark.parametrize(
    ("cycle", "agency", "why"),
    [
        ("annual-2031", "SYT", "no such reporting cycle"),
        ("annual-2026", "SYT", "not open yet; it opens on 01/09/2026"),
        ("plan-2025", "SYT", "closed before the product first ran"),
        ("annual-2025", "NOBODY", "no such agency"),
        ("annual-2025", "D1", r"owes no report in this cycle; in its place now: X1, X2\.$"),
        ("annual-2025", "OLD", r"owes no report in this cycle; in its place now: NEW\.$"),
        ("annual-2025", "CT", r"owes no report in this cycle\.$"),
    ],
)
def test_what_is_not_owed_is_refused_with_the_reason_and_changes_nothing(
    opened, cycle, agency, why
):
    events = len(opened.events())
    with pytest.raises(RequestError, match=why):
        opened.submit(OPENING, agency, cycle=cycle)
    assert len(opened.events()) == events
    assert opened.notices(kind="receipt") == {}


def test_what_has_passed_on_is_refused_with_the_name_of_the_successor(small):
    with_agencies(small, agency("SYT", valid_to=date(2025, 10, 31), successors=("SCT",)))
    small.run(OPENING)
    with pytest.raises(RequestError, match="has passed to SCT"):
        small.submit(local(2025, 11, 1), "SYT")
    assert small.submit(local(2025, 11, 1), "SCT").version == 1


def settled(office, how):
    if how == "accepted":
        office.submit(OPENING, "SYT")
        office.accept(OPENING + HOUR, "SYT")
    else:
        office.waive(OPENING + HOUR, "SYT")


@pytest.mark.parametrize("how", ["accepted", "waived"])
def test_what_was_settled_takes_no_other_version_before_it_is_reopened(opened, how):
    settled(opened, how)
    before = filed(opened)
    reopen = "by `lsplan reopen annual-2025 SYT --reason TEXT --authority DOCUMENT` first"
    with pytest.raises(IllegalTransition, match=f"cannot submit what is {how}; .* {reopen}"):
        opened.submit(OPENING + 2 * HOUR, "SYT")
    assert filed(opened) == before
    opened.reopen(OPENING + 2 * HOUR, "SYT")
    assert opened.submit(OPENING + 3 * HOUR, "SYT").version == len(before) + 1


@pytest.mark.parametrize("how", ["accepted", "waived"])
@pytest.mark.parametrize(
    ("at", "said"), [(CLOSES - TICK, "lsplan reopen"), (CLOSES, "cannot be taken back any more")]
)
def test_once_the_cycle_has_closed_the_refusal_names_no_way_that_there_is_not(
    opened, how, at, said
):
    settled(opened, how)
    with pytest.raises(IllegalTransition, match=said):
        opened.submit(at, "SYT")


def test_a_receipt_is_due_at_once_and_says_what_was_received(opened):
    night = local(2025, 9, 3, 23, 15)
    opened.submit(night, "SYT", Upload("báo cáo năm.docx", b"x"))
    assert opened.notice(RECEIPT).send_at == night
    opened.deliver_replies(night)
    (mail,) = [m for m in opened.mails("focal@syt.example") if m["Date"].datetime == night]
    assert mail["Subject"].startswith("Xác nhận tiếp nhận")
    assert "báo cáo năm.docx" in body(mail)
    assert "23:15 ngày 03/09/2025" in body(mail)


@pytest.mark.parametrize(
    ("at", "vi", "en"),
    [
        (DUE - TICK, "Ghi nhận:  gửi đúng hạn\r\n", "Recorded:  on time\r\n"),
        (DUE, "gửi chậm 1 ngày so với thời hạn\r\n", "received 1 day after the deadline\r\n"),
        (DUE + DAY - TICK, "gửi chậm 1 ngày so", "received 1 day after the deadline\r\n"),
        (DUE + DAY, "gửi chậm 2 ngày so", "received 2 days after the deadline\r\n"),
    ],
)
def test_a_receipt_says_how_many_days_late_a_report_is(small, at, vi, en):
    def speaks(contact):
        return replace(contact, language="en") if contact.agency == "SCT" else contact

    small.reconfigure(lambda c: with_contacts(c, speaks))
    small.run(OPENING)
    for code, said in (("SYT", vi), ("SCT", en)):
        small.submit(at, code)
        small.deliver_replies(at)
        assert said in body(small.mails(f"focal@{code.lower()}.example")[-1])


def test_the_receipt_of_a_later_version_counts_from_the_one_received_first(opened):
    opened.submit(DUE + DAY, "SYT")
    opened.submit(DUE + 9 * DAY, "SYT")
    opened.deliver_replies(DUE + 9 * DAY)
    said = "gửi chậm 2 ngày so với thời hạn (tính theo bản tiếp nhận sớm nhất)"
    assert said in body(opened.mails("focal@syt.example")[-1])


def test_the_receipt_of_an_agency_without_a_focal_person_goes_to_its_head(small):
    small.reconfigure(lambda c: without(c, "SYT/focal"))
    small.run(OPENING)
    small.submit(OPENING, "SYT")
    assert list(small.notices(kind="receipt")) == ["annual-2025/SYT/receipt-1/head"]


def test_without_any_contact_a_filing_is_taken_all_the_same(small):
    small.reconfigure(lambda c: without(c, "SYT/focal", "SYT/head"))
    small.run(OPENING)
    assert small.submit(OPENING, "SYT").version == 1
    assert small.notices(kind="receipt") == {}


def test_a_filing_is_written_in_the_audit_log_with_the_hashes(opened):
    opened.submit(OPENING, "SYT", Upload("a.docx", b"x"))
    (event,) = [e for e in opened.events(agency="SYT") if e.event == "submitted"]
    assert event.actor == "cli"
    assert sha256(b"x").hexdigest() in event.payload
