"""What a letter about some notices says, gathered from the store as it stands."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from lsplan_workflow.domain.agencies import Role
from lsplan_workflow.domain.notices import NoticeKind
from lsplan_workflow.domain.obligations import Status
from lsplan_workflow.domain.text import VIETNAMESE
from lsplan_workflow.notify.letter import Item, Letter, Missing
from lsplan_workflow.services.cycles import find_cycle
from lsplan_workflow.store import audit, obligations, submissions

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from sqlmodel import Session

    from lsplan_workflow.configuration.folder import Configuration
    from lsplan_workflow.domain.agencies import Agency, Contact
    from lsplan_workflow.domain.cycles import Cycle
    from lsplan_workflow.domain.notices import Notice
    from lsplan_workflow.domain.obligations import Obligation
    from lsplan_workflow.store.tables import NoticeRow, SubmissionRow

_ONE_DAY: Final = timedelta(days=1)


def focal_point(configuration: Configuration, now: datetime) -> Agency:
    """Return the agency that is the focal point on the local day of an instant."""
    day = configuration.calendar.local_day(now)
    return configuration.directory.follow(configuration.program.focal_point, day)


def letter_language(configuration: Configuration, preferred: str) -> str:
    """Return the language of letters: Vietnamese until all templates are translated.

    Else English names would stand in Vietnamese sentences.
    """
    marks = f".{VIETNAMESE}.", f".{preferred}."
    needed = (n.replace(*marks) for n in configuration.messages if marks[0] in n and n[0] != "_")
    return preferred if all(name in configuration.messages for name in needed) else VIETNAMESE


def write_letter(
    session: Session, configuration: Configuration, rows: Sequence[NoticeRow], now: datetime
) -> Letter:
    """Return the letter that one mail's notices make up, in the language of the first."""
    program, local = configuration.program, configuration.calendar.local(now)
    point = focal_point(configuration, now)
    asked = _whom_to_ask(configuration, point)
    count, digest = audit.head_of(session)
    return Letter(
        language=rows[0].language,
        written_at=local,
        addressee=_addressee(configuration, rows[0]),
        program_number=program.number,
        program_title=program.title_vi,
        program_issuer=program.issuer,
        program_issued_on=program.issued_on,
        place=program.place,
        focal_point=point.form_of_address(rows[0].language),
        submit_to=program.submit_to,
        ask_name=asked.name if asked else point.form_of_address(rows[0].language),
        ask_address=asked.address if asked else program.submit_to,
        items=tuple(_item(session, configuration, row, now) for row in rows),
        audit_count=count,
        audit_hash=digest,
    )


def _whom_to_ask(configuration: Configuration, point: Agency) -> Contact | None:
    """Return the focal point's own focal person, if mail can reach him."""
    found = configuration.directory.contacts_of(point.code, Role.FOCAL)
    return next((contact for contact in found if "://" not in contact.address), None)


def _addressee(configuration: Configuration, row: NoticeRow) -> str:
    """Return who stands after «Kính gửi»: the agency, or the person a digest is for."""
    contact = configuration.directory.contact(row.contact)
    if contact is not None and contact.role in {Role.LEADER, Role.ADMIN}:
        return contact.name
    agency = contact.agency if contact is not None else row.agency
    return configuration.directory[agency].form_of_address(row.language)


def _item(session: Session, configuration: Configuration, row: NoticeRow, now: datetime) -> Item:
    kind = NoticeKind(row.kind)
    if kind is NoticeKind.FAILURE:
        return _failure(configuration, row, now)
    cycle = find_cycle(configuration, row.cycle)
    obligation = obligations.obligation_of(session, row.cycle, row.agency)
    base = _base(configuration, cycle, row, obligation)
    if kind in {NoticeKind.RECEIPT, NoticeKind.RETURNED}:
        return _filed(session, configuration, base, row, obligation)
    if is_digest(configuration, row):
        return _digest(session, configuration, base, cycle, now)
    return _chasing(configuration, base, obligation, now)


def is_digest(configuration: Configuration, notice: Notice | NoticeRow) -> bool:
    """Tell whether a notice is of all missing agencies, not of one obligation."""
    if notice.kind != NoticeKind.ESCALATION.value:
        return False
    ladder = find_cycle(configuration, notice.cycle).regime.ladder
    return any(str(step.rung) == notice.rung and step.to.is_digest for step in ladder)


def _base(
    configuration: Configuration, cycle: Cycle, row: NoticeRow, obligation: Obligation | None
) -> Item:
    """Return what every matter of a cycle states: the report, its basis and its deadline."""
    calendar, directory, regime = configuration.calendar, configuration.directory, cycle.regime
    before = calendar.local_day(obligation.due_at if obligation else cycle.due_at)
    covers = obligation.covers if obligation else ()
    cutoff = regime.data_cutoff
    return Item(
        kind=NoticeKind(row.kind),
        rung=row.rung,
        cycle=cycle.code,
        report=regime.name(row.language),
        year=cycle.year,
        agency_code=row.agency,
        agency=directory[row.agency].form_of_address(row.language),
        legal_basis=regime.legal_basis,
        before=before,
        last_full_day=before - _ONE_DAY,
        last_working_day=calendar.working_day_on_or_before(before - _ONE_DAY),
        estimated=calendar.is_estimated(before),
        # The cycle is closed from the first instant of a day on; people are told the day before.
        closes_on=calendar.local_day(cycle.closes_at) - _ONE_DAY,
        data_cutoff=cutoff.in_year(cycle.year) if cutoff else None,
        covers=tuple(directory[code].name(row.language) for code in covers),
    )


def _chasing(
    configuration: Configuration, base: Item, obligation: Obligation | None, now: datetime
) -> Item:
    """Add how many days remain (the last full day included), or how many it is late."""
    day = configuration.calendar.local_day(now)
    if obligation is not None and now >= obligation.due_at:
        return base.evolve(days=days_late(base.before, day))
    return base.evolve(days=(base.last_full_day - day).days)


def days_late(due_on: date, day: date) -> int:
    """Return how many local days late a day is, D being the first; 0 before D."""
    return max((day - due_on).days + 1, 0)


def _filed(
    session: Session,
    configuration: Configuration,
    base: Item,
    row: NoticeRow,
    obligation: Obligation | None,
) -> Item:
    """Add the submission that a receipt or a return is about; its version is in the rung."""
    version = int(row.rung.rpartition("-")[2])
    found = submissions.submissions_of(session, row.cycle, row.agency)
    submission = next(s for s in found if s.version == version)
    documents = submissions.documents_of(session, submission)
    reason = _reason(session, submission) if row.kind == NoticeKind.RETURNED.value else ""
    return base.evolve(
        received_at=configuration.calendar.local(submission.received_at),
        version=version,
        late=obligation is not None and submission.received_at >= obligation.due_at,
        documents=tuple(document.name for document in documents),
        reason=reason,
    )


def _reason(session: Session, submission: SubmissionRow) -> str:
    reviews = submissions.reviews_of(session, submission)
    returned = submissions.ReviewDecision.RETURNED.value
    return next((r.reason for r in reversed(reviews) if r.decision == returned), "")


def _digest(
    session: Session, configuration: Configuration, base: Item, cycle: Cycle, now: datetime
) -> Item:
    """Add the agencies that are missing out of those that are expected."""
    calendar, directory = configuration.calendar, configuration.directory
    owed = obligations.obligations_of(session, cycle.code)
    expected = [o for o in owed if o.status is not Status.TRANSFERRED]
    day = calendar.local_day(now)
    missing = tuple(
        Missing(
            code=o.agency,
            name=directory[o.agency].form_of_address(VIETNAMESE),
            covers=tuple(directory[code].name_vi for code in o.covers),
            due_on=calendar.local_day(o.due_at),
            days_late=days_late(calendar.local_day(o.due_at), day),
        )
        for o in expected
        if o.is_chased
    )
    filed = sum(o.first_complete_at is not None for o in expected)
    late = days_late(base.before, day)
    return base.evolve(missing=missing, expected=len(expected), filed=filed, days=late)


def _failure(configuration: Configuration, row: NoticeRow, now: datetime) -> Item:
    """Return what an administrator is told; the reason lies in the notice's rung."""
    day = configuration.calendar.local_day(now)
    return Item(
        kind=NoticeKind.FAILURE,
        rung=row.rung,
        cycle="",
        report="",
        year=day.year,
        agency_code=row.agency,
        agency=configuration.directory[row.agency].form_of_address(row.language),
        legal_basis="",
        before=day,
        last_full_day=day,
        last_working_day=day,
        detail=row.rung,
    )
