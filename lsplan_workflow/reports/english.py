"""The words of the reports in English, with the same facts as in Vietnamese."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lsplan_workflow.domain.compliance import Timeliness
from lsplan_workflow.domain.obligations import Status
from lsplan_workflow.domain.obstacles import State
from lsplan_workflow.domain.text import english_date
from lsplan_workflow.reports import typography
from lsplan_workflow.reports.model import Decided
from lsplan_workflow.reports.words import (
    Annexes,
    Body,
    Formats,
    Head,
    Obstacles,
    Outcomes,
    Sheets,
    Words,
)

if TYPE_CHECKING:
    from datetime import datetime


def _moment(value: datetime) -> str:
    return f"{value:%H:%M} on {english_date(value)}"


def _days(count: int, number: str) -> str:
    return f"{number} day" if count == 1 else f"{number} days"


def _agencies(count: int, number: str) -> str:
    return f"{number} agency" if count == 1 else f"{number} agencies"


_FORMATS: Final = Formats(
    locale="en-GB",
    thousands=",",
    decimal=".",
    list_separator=",",
    byte="bytes",
    in_text=english_date,
    spoken_day=english_date,
    moment=_moment,
    days=_days,
    agencies=_agencies,
)

_OUTCOMES: Final = Outcomes(
    status={
        Status.OPEN: "not submitted",
        Status.SUBMITTED: "submitted, awaiting review",
        Status.ACCEPTED: "accepted",
        Status.RETURNED: "returned",
        Status.WAIVED: "waived",
        Status.TRANSFERRED: "transferred",
    },
    lapsed="lapsed",
    timeliness={
        Timeliness.ON_TIME: "on time",
        Timeliness.LATE: "late",
        Timeliness.MISSING: "not submitted",
        Timeliness.PENDING: "not yet due",
        Timeliness.WAIVED: "waived",
    },
    late="{word} by {days}",
    missing="{word} ({days} overdue)",
    decided={
        Decided.EXTENDED: "Extended to the end of {day}",
        Decided.CORRECTED: "Extension corrected: to the end of {day}",
        Decided.WAIVED: "Report waived",
        Decided.WAIVER_TAKEN_BACK: "Waiver taken back",
        Decided.ACCEPTANCE_TAKEN_BACK: "Acceptance taken back",
    },
    with_time="{word}, due by the end of {day}",
)

_HEAD: Final = Head(
    country=None,
    number="No.:",
    symbol="      /{symbol}",
    kind="CONSOLIDATED REPORT",
    subject="State of submission of the {regime}",
    addressee="To: {recipient}",
    recipients="Copies:",
    recipient_items=("- As above;", "- Files."),
    signatory="DIRECTOR",
    name="Consolidated report {cycle} no. {number}",
    provenance="Consolidation no. {number}, made at {moment}; audit log: {count} events, "
    "hash {hash}",
    program="{kind} No. {number} of {day} ({issuer})",
    matter=", “{title}”",
    report="",
    year="for {year}",
    styles={
        typography.BODY: "Body",
        typography.CENTRED: "Centred",
        typography.CELL: "Cell",
        typography.CELL_CENTRED: "Cell centred",
        typography.RECIPIENTS: "Recipients",
        typography.SMALL_PRINT: "Small print",
        typography.RULE: "Rule",
        typography.BREAK: "Page break",
    },
)

_BODY: Final = Body(
    opening="In accordance with {program}, the {agency} reports the state of submission of the "
    "{regime} as follows:",
    closing="This is the state of submission of the {regime}, which the {agency} respectfully "
    "reports to the {recipient}.",
    compliance="I. COMPLIANCE",
    defaulters="II. AGENCIES THAT HAVE NOT SUBMITTED OR WERE LATE",
    missing="1. Overdue, report not submitted",
    missing_headings=("No.", "Agency", "Due (before)", "Days overdue", "Remarks"),
    late="2. Report submitted late",
    late_headings=("No.", "Agency", "Due (before)", "Submitted at", "Days late"),
    decisions="IV. EXTENSIONS AND WAIVERS",
    decision_headings=("No.", "Agency", "Decision", "Reason", "Authority", "Decided on"),
    nothing="None.",
    deadline="Deadline: before {due_on} (until the end of {last_full_day}{working}). The "
    "reporting cycle closes at the beginning of {closes_on}.",
    last_working_day="; the last working day is {day}",
    state="As of {moment}, the report was expected from {expected}{excepting}, as follows:",
    excepting=" (apart from {waived} with a waiver)",
    share="- {label}: {count} ({percent}).",
    outcomes=(
        "Submitted on time",
        "Submitted late",
        "Overdue, not submitted",
        "Not yet due, not submitted",
    ),
    review="Review: {accepted} accepted, {submitted} awaiting review, {returned} returned for "
    "revision.",
    successions="At first the report was expected from {originally_agencies}, after "
    "reorganisations from {expected_agencies}{excepting}; {transferred_agencies} passed the duty "
    "on to successors or ended. The shares above are of the present number.",
    partial="This consolidation is partial: at the time of making it, {unsettled} of the "
    "reports had not been submitted or not been accepted.",
    annexes="Annex I states the result of each agency, Annex II lists the documents submitted, "
    "and Annex III what has not been verified.",
    covers="Includes: {agencies}",
)

_OBSTACLES: Final = Obstacles(
    section="III. DIFFICULTIES AND THEIR CAUSES",
    entry="{place}. {agency} (no. {number}, received on {day})",
    labels=(
        "Content",
        "Cause",
        "Measures taken",
        "Proposal",
        "Competent authority",
        "State",
        "Answer",
    ),
    states={
        State.RECEIVED: "{answerer} answers before {day}",
        State.ASSIGNED: "assigned to {answerer}, to be answered before {day}",
        State.ANSWERED: "answered",
        State.CLOSED: "closed",
    },
    overdue="{state} (overdue)",
)

_ANNEXES: Final = Annexes(
    number="Annex {numeral}",
    enclosed="(Annexed to Report No.{symbol} of {day}, {agency})",
    titles=(
        "STATE OF SUBMISSION OF EACH AGENCY",
        "DOCUMENTS SUBMITTED",
        "WHAT HAS NOT BEEN VERIFIED",
    ),
    obligation_headings=("No.", "Agency", "Due (before)", "Submitted at", "Result", "Status"),
    document_headings=(
        "No.",
        "Agency",
        "Document",
        "Ver.",
        "Received at",
        "Size",
        "SHA-256",
    ),
    covers="(includes: {agencies})",
    successors="(transferred to: {agencies})",
    calendar="The working calendar of {year} is only an estimate.",
    agency="Agency {code} ({name}): {source}",
    indicator="Indicator {code} ({name}): {source}",
    task="Task {code} ({name}): {source}",
)

_SHEETS: Final = Sheets(
    names=(
        "Summary",
        "Compliance",
        "Difficulties",
        "Extensions, waivers",
        "Documents",
        "Not verified",
    ),
    figure_headings=("Item", "Value", "Share"),
    figures=(
        "Report",
        "Reporting cycle",
        "Consolidation no.",
        "Made at",
        "Completeness",
        "Due (before)",
        "Expected (at present)",
        "Expected (originally)",
        "Transferred",
        "Lapsed",
        "Submitted on time",
        "Submitted late",
        "Overdue, not submitted",
        "Not yet due, not submitted",
        "Waived",
        "Reports accepted",
        "Reports awaiting review",
        "Reports returned",
        "Audit log: events",
        "Audit log: hash",
    ),
    partial="partial",
    complete="complete",
    obligation_headings=(
        "No.",
        "Code",
        "Agency",
        "Status",
        "Result",
        "Due (before)",
        "Submitted at",
        "Days late",
        "Includes",
        "Transferred to",
    ),
    obstacle_headings=("No.", "Number", "Agency", "Received on", *_OBSTACLES.labels),
    decision_headings=(
        "No.",
        "Agency",
        "Decision",
        "Extended to the end of",
        "Reason",
        "Authority",
        "Decided on",
    ),
    document_headings=(
        "No.",
        "Agency",
        "Version",
        "Document",
        "Size (bytes)",
        "Received at",
        "SHA-256",
    ),
    unverified_headings=("No.", "What has not been verified"),
)

WORDS: Final = Words(_FORMATS, _OUTCOMES, _HEAD, _BODY, _OBSTACLES, _ANNEXES, _SHEETS)
