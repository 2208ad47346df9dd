"""Recording what an agency files, and answering with a receipt."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING

from lsplan_workflow.domain.compliance import Timeliness, timeliness
from lsplan_workflow.domain.decisions import require_begun, require_owed, require_unsettled
from lsplan_workflow.domain.errors import RequestError
from lsplan_workflow.domain.notice_kinds import NoticeKind
from lsplan_workflow.domain.obligations import Obligation, Status, holding
from lsplan_workflow.domain.text import Text
from lsplan_workflow.services.announcements import announce, withdraw_asking
from lsplan_workflow.services.cycles import bring_up_to_date, find_cycle
from lsplan_workflow.services.recalling import recalled
from lsplan_workflow.store import audit, cycles, obligations, submissions

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlmodel import Session

    from lsplan_workflow.configuration.folder import Configuration
    from lsplan_workflow.services.workplace import Workplace


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as somebody handed it in."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Arrival:
    """When a report reached the office by another way, and why it is entered only now."""

    received_at: datetime
    reason: str

    def checked(self, configuration: Configuration, cycle: str, now: datetime) -> datetime:
        """Return the instant of arrival; raise RequestError for one that cannot be."""
        opens_at = find_cycle(configuration, cycle).opens_at
        if not self.reason.strip():
            raise RequestError(
                Text(
                    "--received-at phải kèm --reason: vì sao báo cáo nay mới được ghi nhận.",
                    "--received-at needs a --reason: why the report is entered only now.",
                )
            )
        if not opens_at <= self.received_at <= now:
            local = configuration.calendar.local
            since, until = f"{local(opens_at):%d/%m/%Y %H:%M}", f"{local(now):%d/%m/%Y %H:%M}"
            raise RequestError(
                Text(
                    f"--received-at: cần thời điểm từ khi mở kỳ ({since}) đến nay ({until}).",
                    f"--received-at: expected an instant from the cycle's opening ({since}) "
                    f"until now ({until}).",
                )
            )
        return self.received_at


@dataclass(frozen=True, slots=True)
class Filed:
    """What was recorded: the version of the submission, and when it was received.

    `late` is the report, which the first complete filing decides, not the single version.
    `revise_by_at` is set where it is no answer to the report's return: the due instant of
    the revision that is still awaited. `relieved` are the codes of those that had taken over
    what is reported, and need not report it after all.
    """

    version: int
    received_at: datetime
    late: bool
    revise_by_at: datetime | None = None
    relieved: tuple[str, ...] = ()


def submit(
    workplace: Workplace,
    cycle: str,
    agency: str,
    uploads: Sequence[Upload],
    *,
    actor: str,
    arrival: Arrival | None = None,
) -> Filed:
    """Record a complete filing; raise RequestError where none is owed or can be taken.

    What still waits to remind of this report is cancelled, and a receipt is due at once.
    What was received before the report was returned answers no return: that stands. What was
    received before the agency ended has not passed on.
    """
    if not uploads:
        raise RequestError(Text("Không có tệp nào để nộp.", "There is no file to submit."))
    now, configuration = workplace.clock.now(), workplace.configuration
    documents = [kept(workplace, upload) for upload in uploads]
    with workplace.database.writing() as session:
        bring_up_to_date(session, configuration, now)
        owed = _known_obligation(session, configuration, cycle, agency, now)
        received_at = now if arrival is None else arrival.checked(configuration, cycle, now)
        relieved: tuple[str, ...] = ()
        if owed is not None and arrival is not None:
            owed, relieved = recalled(
                session, configuration, owed, received_at, now=now, actor=actor
            )
        owed = _require_owed(session, configuration, owed, cycle, agency, now)
        require_unsettled(owed, find_cycle(configuration, cycle), now)
        returned = submissions.last_return(session, cycle, agency)
        filed = owed.filed(received_at, returned_at=returned[1].decided_at if returned else None)
        obligations.save(session, [filed])
        version = _record(session, filed, documents, received_at, now, actor, arrival)
        if filed.status is not Status.RETURNED:
            # Nothing more is asked of it, but what it took over may still be to be told.
            obligations.schedule(session, cycle, {agency: now if filed.covers else None})
            withdraw_asking(session, filed, now)
        whom = (agency, *relieved)
        announce(session, configuration, filed, NoticeKind.RECEIPT, version, now, whom)
    late = timeliness(filed, now) is Timeliness.LATE
    return Filed(version, received_at, late, filed.revise_by_at, relieved)


def kept(workplace: Workplace, upload: Upload) -> submissions.Document:
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
    obligation = _known_obligation(session, configuration, cycle, agency, now)
    return _require_owed(session, configuration, obligation, cycle, agency, now)


def _require_owed(
    session: Session,
    configuration: Configuration,
    owed: Obligation | None,
    cycle: str,
    agency: str,
    now: datetime,
) -> Obligation:
    directory, today = configuration.directory, configuration.calendar.local_day(now)
    passed_on = owed is not None and owed.status is Status.TRANSFERRED
    among = obligations.obligations_of(session, cycle) if passed_on else []
    return require_owed(
        owed,
        cycle=cycle,
        agency=agency,
        directory=directory,
        on=today,
        holders=holding(agency, among, now),
    )


def _known_obligation(
    session: Session, configuration: Configuration, cycle: str, agency: str, now: datetime
) -> Obligation | None:
    """Return an agency's obligation, if any; raise RequestError for what is not there at all."""
    found = find_cycle(configuration, cycle)
    require_agency(configuration, agency)
    row = cycles.cycle_of(session, cycle)
    require_begun(found, configuration.calendar, now)
    if row is not None and row.untracked:
        raise RequestError(untracked(cycle))
    return obligations.obligation_of(session, cycle, agency)


def untracked(cycle: str) -> Text:
    """Return why nothing can be done in a cycle that is only known to have been."""
    return Text(
        f"{cycle}: kỳ báo cáo đã kết thúc trước khi hệ thống hoạt động.",
        f"{cycle}: this cycle had closed before the product first ran.",
    )


def require_agency(configuration: Configuration, agency: str) -> None:
    """Raise RequestError for an agency that the configuration does not know."""
    if agency not in configuration.directory:
        raise RequestError(
            Text(
                f"{agency}: không có cơ quan này; xem `lsplan agencies`.",
                f"{agency}: there is no such agency; see `lsplan agencies`.",
            )
        )


def _record(
    session: Session,
    filed: Obligation,
    documents: Sequence[submissions.Document],
    received_at: datetime,
    now: datetime,
    actor: str,
    arrival: Arrival | None,
) -> int:
    filing = submissions.Filing(
        cycle=filed.cycle,
        agency=filed.agency,
        received_at=received_at,
        complete=True,
        recorded_by=actor,
        recorded_at=None if arrival is None else now,
        reason=None if arrival is None else arrival.reason,
    )
    submission = submissions.record_submission(session, filing, documents=documents)
    entered = {"received_at": received_at.isoformat(), "reason": arrival.reason} if arrival else {}
    unanswered = {"answers_return": False} if filed.status is Status.RETURNED else {}
    audit.append(
        session,
        at=now,
        actor=actor,
        event="submitted",
        cycle=filed.cycle,
        agency=filed.agency,
        version=submission.version,
        documents=[{"name": d.name, "sha256": d.sha256} for d in documents],
        **entered,
        **unanswered,
    )
    return submission.version
