"""Another province is another folder: its year beside that of Lạng Sơn, in its own words."""

from io import BytesIO

import docx
import openpyxl
import pytest

from lsplan_workflow.domain.compliance import Timeliness
from tests.domain.province import local
from tests.scenarios.riverland import VIETNAMESE, riverland_in, there
from tests.scenarios.stories import FOCAL, letters, only, pass_days, words_of
from tests.services.office import TICK, Upload, addressed, body, reached

CYCLE = "half-year-2026"
REPORT = Upload("report.pdf", b"%PDF")


def at(mails):
    """Return when each mail was written, on the wall clock of that province, and its subject."""
    return [(f"{mail['Date'].datetime:%d/%m %H:%M}", str(mail["Subject"])) for mail in mails]


def live_through_2026(office):
    """One agency is punctual to the last microsecond, one late by as much, one sent back."""
    pass_days(office, there(1, 1, 8), there(5, 20, 8))
    office.submit(there(5, 20, 10), "DPB", REPORT, cycle=CYCLE)
    office.deliver_replies(there(5, 20, 10))
    pass_days(office, there(5, 21, 8), there(5, 31, 8))
    due_at = office.cycle(CYCLE).due_at
    for instant, agency in ((due_at - TICK, "DIR"), (due_at, "MSOUTH")):
        office.submit(instant, agency, REPORT, cycle=CYCLE)
        office.deliver_replies(instant)
    pass_days(office, there(6, 1, 8), there(6, 2, 8))
    for agency in ("DPB", "DIR"):
        office.accept(there(6, 2, 9), agency, cycle=CYCLE)
    office.send_back(there(6, 2, 9), "MSOUTH", "Annex 2 is missing.", cycle=CYCLE)
    pass_days(office, there(6, 2, 10), there(6, 10, 10))
    office.submit(there(6, 11, 9), "MSOUTH", REPORT, cycle=CYCLE)
    office.submit(there(6, 11, 9), "MNORTH", REPORT, cycle=CYCLE)
    for agency in ("MSOUTH", "MNORTH"):
        office.accept(there(6, 11, 9, 30), agency, cycle=CYCLE)
    pass_days(office, there(6, 11, 10), there(12, 31, 10))


@pytest.fixture(scope="module")
def lived(tmp_path_factory):
    with riverland_in(tmp_path_factory.mktemp("riverland")) as office:
        live_through_2026(office)
        yield office


def test_two_provinces_live_through_a_year_each_in_its_own_words_and_time(lived, real):
    only(real, "SYT", "STC25", "CT-UBND")
    pass_days(real, local(2026, 1, 1, 7, 30), local(2026, 12, 31, 7, 30))

    here = letters(real, FOCAL.format("syt"))
    assert here[0] == ("03/09 07:30", "V/v gửi")
    assert len(here) == 8
    assert not any("Riverland" in body(mail) for mail in real.mails())
    assert {mail["From"].addresses[0].domain for mail in real.mails()} == {"stc.example"}

    report = "half-year report on water and roads for 2026"
    assert at(lived.mails("desk@north.riverland.example")) == [
        ("15/04 08:00", f"Request for the {report}, before 1 June 2026"),
        ("12/05 08:00", f"Reminder: {report}, before 1 June 2026 (19 days left)"),
        ("25/05 08:00", f"Reminder: {report}, before 1 June 2026 (6 days left)"),
        ("02/06 08:00", f"Overdue report of the Municipality of North Bank: {report}"),
        ("07/06 10:00", f"Duty taken over: {report} (overdue)"),
        ("11/06 10:00", f"Acceptance of the {report} of the Municipality of North Bank"),
        ("11/06 10:00", f"Receipt of the {report} of the Municipality of North Bank"),
    ]
    assert at(lived.mails("desk@south.riverland.example"))[3:] == [
        ("01/06 00:00", f"Receipt of the {report} of the Municipality of South Bank"),
        ("02/06 10:00", f"Please revise the {report}, before 9 June 2026"),
        ("08/06 10:00", f"Reminder: revision of the {report}, before 9 June 2026"),
        ("11/06 10:00", f"Receipt of the {report} of the Municipality of South Bank"),
        ("11/06 10:00", f"Acceptance of the {report} of the Municipality of South Bank"),
    ]
    assert at(lived.mails("mayor@south.riverland.example")) == [
        ("10/06 10:00", f"Overdue revision: {report}")
    ]
    assert at(lived.mails("governor@riverland.example")) == [
        ("07/06 10:00", f"State of submission: {report}: 3 of 4 submitted")
    ]
    assert at(lived.mails("head@planning.riverland.example")) == [
        ("03/11 10:00", "State of submission: budget statement for 2026: 0 of 2 submitted")
    ]
    assert lived.mails("desk@east.riverland.example") == []


def test_every_mail_of_that_province_is_in_english_and_in_its_own_name(lived):
    assert len(lived.mails()) > 30
    for mail in lived.mails():
        assert not VIETNAMESE.search(mail["Subject"] + body(mail)), mail["Subject"]
        (sender,), (reply_to,) = mail["From"].addresses, mail["Reply-To"].addresses
        assert sender.addr_spec == "reports@planning.riverland.example"
        assert reply_to.addr_spec == "inbox@planning.riverland.example"
        assert str(mail["Message-ID"]).endswith("@planning.riverland.example>")
        assert "DIRECTORATE OF PLANNING AND BUDGET" in body(mail)
        assert "Rivertown, " in body(mail)
    (escalation,) = lived.mails("mayor@north.riverland.example")
    assert addressed(escalation, "Cc") == ["desk@north.riverland.example"]
    assert reached(escalation) == [*addressed(escalation), *addressed(escalation, "Cc")]
    opening = body(lived.mails("desk@isle.riverland.example")[0])
    assert "Order No. 7 of 2025 of 3 November 2025 (Governor of the Riverland)" in opening
    assert "article 4 of Order No. 7 of 2025" in opening
    assert "Sunday, 31 May 2026 (until midnight)" in opening


def test_deadlines_stand_in_the_time_zone_and_the_working_week_of_that_province(lived):
    cycle, budget = lived.cycle(CYCLE), lived.cycle("budget-2026")
    # By Saturday 30 May, which is no working day there: Sunday is.
    assert (cycle.due_at, str(cycle.last_working_day)) == (there(6, 1), "2026-05-31")
    assert cycle.due_at.utcoffset() != budget.due_at.utcoffset()
    assert (budget.due_at, str(budget.last_working_day)) == (there(11, 1), "2026-10-29")
    lines = {x.obligation.agency: x for x in lived.status(there(7, 1), CYCLE).lines}
    assert lines["DIR"].timeliness is Timeliness.ON_TIME
    assert (lines["MSOUTH"].timeliness, lines["MSOUTH"].days_late) == (Timeliness.LATE, 1)
    assert lines["MNORTH"].name == "Municipality of North Bank"


def test_after_a_split_only_the_lead_successor_owes_and_is_named(lived):
    assert lived.owed(CYCLE)["MNORTH"].covers == ("MISLE",)
    assert "MEAST" not in lived.owed(CYCLE)
    last = lived.mails("desk@isle.riverland.example")[-1]
    assert "has passed to the Municipality of North Bank. You need not" in body(last)


def test_the_consolidated_reports_of_that_province_are_in_english(lived):
    grace, complete = lived.reports(CYCLE)
    assert (grace.reason, grace.partial, grace.docx_name) == (
        "grace",
        True,
        "Consolidated report half-year-2026 no. 1.docx",
    )
    assert (complete.reason, complete.partial) == ("complete", False)
    said = words_of(docx.Document(BytesIO(lived.workplace.files.get(grace.docx_sha256))))
    assert not VIETNAMESE.search(said)
    for sentence in (
        "GOVERNOR OF THE RIVERLAND",
        "DIRECTORATE OF PLANNING AND BUDGET",
        "Rivertown, 10 June 2026",
        "DIRECTOR GENERAL",
        "Deadline: before 1 June 2026 (until the end of 31 May 2026). The reporting cycle closes "
        "at the beginning of 16 July 2026.",
        "- Submitted on time: 2 agencies (50.0%).",
        "- Overdue, not submitted: 1 agency (25.0%).",
        "expected from 5 agencies, after reorganisations from 4 agencies; 1 agency passed",
        "Municipality of the Isle (transferred to: Municipality of North Bank)",
        "- new municipalities report from their first day",
        "- Agency MSOUTH (Municipality of South Bank): letter of the municipality",
        "- Task T1 (Bridge between the Isle and North Bank): estimate of the directorate",
        "en-GB",
    ):
        assert sentence in said, sentence


def test_the_workbook_of_that_province_is_in_english(lived):
    row = lived.reports(CYCLE)[0]
    book = openpyxl.load_workbook(BytesIO(lived.workplace.files.get(row.xlsx_sha256)))
    assert book.sheetnames == [
        "Summary",
        "Compliance",
        "Difficulties",
        "Extensions, waivers",
        "Documents",
        "Not verified",
    ]
    cells = [c.value for sheet in book for line in sheet.iter_rows() for c in line]
    assert not VIETNAMESE.search("\n".join(cell for cell in cells if isinstance(cell, str)))
    assert {"not submitted", "returned", "on time", "Municipality of the Isle"} <= set(cells)
