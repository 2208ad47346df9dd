"""Recording what an agency files, and answering with a receipt."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, Final

from lsplan_workflow.domain.agencies import Role
from lsplan_workflow.domain.cycles import CycleState
from lsplan_workflow.domain.errors import RequestError
from lsplan_workflow.domain.notices import WAITING, Notice, NoticeKind, NoticeStatus
from lsplan_workflow.domain.obligations import Event, Obligation, Status
from lsplan_workflow.domain.text import Text
from lsplan_workflow.services.cycles import bring_up_to_date, find_cycle
from lsplan_workflow.services.letters import is_digest
from lsplan_workflow.store import audit, cycles, obligations, outbox, submissions

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlmodel import Session

    from lsplan_workflow.configuration.folder import Configuration
    from lsplan_workflow.services.workplace import Workplace


_UNCLAIMED: Final = WAITING - {NoticeStatus.SENDING}


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as somebody handed it in."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Filed:
    """What was recorded: the version of the submission, and when it was received."""

    version: int
    received_at: datetime
    late: bool


def submit(
    workplace: Workplace, cycle: str, agency: str, uploads: Sequence[Upload], *, actor: str
) -> Filed:
    """Record a complete filing; raise RequestError where none is owed or can be taken.

    What still waits to remind of this report is cancelled, and a receipt is due at once.
    """
    if not uploads:
        raise RequestError(Text("Không có tệp nào để nộp.", "There is no file to submit."))
    now, configuration = workplace.clock.now(), workplace.configuration
    documents = [_kept(workplace, upload) for upload in uploads]
    with workplace.database.writing() as session:
        bring_up_to_date(session, configuration, now)
        owed = owed_obligation(session, configuration, cycle, agency, now)
        filed = owed.after(Event.SUBMIT, now)
        obligations.save(session, [filed])
        obligations.schedule(session, cycle, {agency: None})
        version = _record(session, filed, documents, now, actor)
        _withdraw_waiting(session, configuration, filed, now)
        reply(session, configuration, filed, NoticeKind.RECEIPT, version, now)
    return Filed(version, now, late=now >= owed.due_at)


def _kept(workplace: Workplace, upload: Upload) -> submissions.Document:
    """Keep a file's content, and of its name only the last part, in NFC."""
    name = unicodedata.normalize("NFC", PurePath(upload.name.replace("\\", "/")).name)
    printable = "".join(letter for letter in name if letter.isprintable())
    digest = workplace.files.put(upload.content)
    kept = printable if printable.strip(".") else "tệp"
    return submissions.Document(kept, digest, len(upload.content))


def owed_obligation(
    session: Session, configuration: Configuration, cycle: str, agency: str, now: datetime
) -> Obligation:
    """Return an obligation that can be acted on; raise RequestError, saying what is wrong."""
    found = find_cycle(configuration, cycle)
    require_agency(configuration, agency)
    row = cycles.cycle_of(session, cycle)
    if found.state(now) is CycleState.UPCOMING or row is None:
        opens = configuration.calendar.local_day(found.opens_at)
        raise RequestError(
            Text(
                f"{cycle}: kỳ báo cáo chưa mở; sẽ mở ngày {opens:%d/%m/%Y}.",
                f"{cycle}: this cycle is not open yet; it opens on {opens}.",
            )
        )
    if row.untracked:
        raise RequestError(
            Text(
                f"{cycle}: kỳ báo cáo đã kết thúc trước khi hệ thống hoạt động.",
                f"{cycle}: this cycle had closed before the product first ran.",
            )
        )
    obligation = obligations.obligation_of(session, cycle, agency)
    if obligation is None:
        raise RequestError(
            Text(
                f"{cycle}: {agency} không phải gửi báo cáo trong kỳ này.",
                f"{cycle}: {agency} owes no report in this cycle.",
            )
        )
    return _not_passed_on(obligation, configuration)


def require_agency(configuration: Configuration, agency: str) -> None:
    """Raise RequestError for an agency that the configuration does not know."""
    if agency not in configuration.directory:
        raise RequestError(
            Text(
                f"{agency}: không có cơ quan này; xem `lsplan agencies`.",
                f"{agency}: there is no such agency; see `lsplan agencies`.",
            )
        )


def _not_passed_on(obligation: Obligation, configuration: Configuration) -> Obligation:
    if obligation.status is not Status.TRANSFERRED:
        return obligation
    heirs = ", ".join(configuration.directory[obligation.agency].successors)
    where = f"{obligation.cycle}/{obligation.agency}"
    raise RequestError(
        Text(
            f"{where}: nghĩa vụ đã chuyển giao cho {heirs}.",
            f"{where}: this obligation has passed to {heirs}.",
        )
    )


def _record(
    session: Session,
    filed: Obligation,
    documents: Sequence[submissions.Document],
    now: datetime,
    actor: str,
) -> int:
    submission = submissions.record_submission(
        session,
        cycle=filed.cycle,
        agency=filed.agency,
        received_at=now,
        complete=True,
        recorded_by=actor,
        documents=documents,
    )
    audit.append(
        session,
        at=now,
        actor=actor,
        event="submitted",
        cycle=filed.cycle,
        agency=filed.agency,
        version=submission.version,
        documents=[{"name": d.name, "sha256": d.sha256} for d in documents],
    )
    return submission.version


def _withdraw_waiting(
    session: Session, configuration: Configuration, filed: Obligation, now: datetime
) -> None:
    """Cancel what still waits to ask for the report that has arrived.

    What is being sent at this moment is left alone; it is looked at again if it fails.
    """
    decided = outbox.notices_of(session, filed.cycle, [filed.agency])
    void = [
        notice.key
        for notice in decided.values()
        if notice.status in _UNCLAIMED and _asks(configuration, notice, filed)
    ]
    for key in outbox.mark(session, void, NoticeStatus.CANCELLED):
        audit.append(
            session,
            at=now,
            actor="engine",
            event="notice_cancelled",
            cycle=filed.cycle,
            agency=filed.agency,
            key=key,
        )


def _asks(configuration: Configuration, notice: Notice, filed: Obligation) -> bool:
    """Tell whether a notice asks for this report.

    A digest asks for many, although its key may name this agency, being its recipient's.
    """
    own = notice.key.startswith(f"{filed.cycle}/{filed.agency}/")
    asks = notice.kind.chases or notice.kind is NoticeKind.RETURNED
    return own and asks and not is_digest(configuration, notice)


def reply(
    session: Session,
    configuration: Configuration,
    obligation: Obligation,
    kind: NoticeKind,
    version: int,
    now: datetime,
) -> None:
    """Decide on a reply to the agency's focal persons, or to its successor's."""
    calendar, directory = configuration.calendar, configuration.directory
    present = directory.follow(obligation.agency, calendar.local_day(now))
    role = Role.FOCAL if directory.contacts_of(present.code, Role.FOCAL) else Role.HEAD
    rung = f"{kind.value}-{version}"
    notices = [
        Notice(
            key=f"{obligation.cycle}/{obligation.agency}/{rung}/{contact.slug}",
            kind=kind,
            rung=rung,
            cycle=obligation.cycle,
            agency=obligation.agency,
            contact=contact.id,
            recipient=contact.address,
            language=contact.language,
            send_at=now if kind.is_reply else calendar.next_working_time(now),
        )
        for contact in directory.contacts_of(present.code, role)
    ]
    outbox.insert_notices(session, notices, decided_at=now)
