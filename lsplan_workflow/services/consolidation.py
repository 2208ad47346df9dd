"""Writing consolidated reports: on completion, at the end of grace, and on demand."""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from lsplan_workflow.domain.errors import RequestError
from lsplan_workflow.domain.text import Text, counted
from lsplan_workflow.reports.document import write_document
from lsplan_workflow.reports.wording import file_name
from lsplan_workflow.reports.workbook import write_workbook
from lsplan_workflow.services.cycles import bring_up_to_date, find_cycle, known_cycle
from lsplan_workflow.services.cycles import next_action_at as cycle_next_action_at
from lsplan_workflow.services.report import gather_report
from lsplan_workflow.services.shelving import clear_up
from lsplan_workflow.store import audit, consolidations, cycles, obligations, obstacles, submissions
from lsplan_workflow.store.audit import ENGINE
from lsplan_workflow.store.consolidations import ConsolidationReason, Making
from lsplan_workflow.store.shelf import Laid, lay

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from sqlmodel import Session

    from lsplan_workflow.domain.cycles import Cycle
    from lsplan_workflow.domain.obligations import Obligation
    from lsplan_workflow.domain.obstacles import Obstacle
    from lsplan_workflow.reports.model import Report
    from lsplan_workflow.services.workplace import Workplace


@dataclass(frozen=True, slots=True)
class Consolidated:
    """A report that was written: its number, and where its two files lie."""

    cycle: str
    number: int
    partial: bool
    docx: Path
    xlsx: Path

    def show(self) -> None:
        """Let people find the files, which lie there hidden until the report is recorded."""
        for place in (self.docx, self.xlsx):
            Laid(place).show()


def consolidate(workplace: Workplace, code: str, *, partial: bool, actor: str) -> Consolidated:
    """Write a cycle's next report on demand.

    Raise RequestError while an obligation is unsettled, unless a partial one is asked for.
    """
    now, configuration = workplace.clock.now(), workplace.configuration
    with workplace.database.writing() as session:
        clear_up(session, workplace.reports)
        bring_up_to_date(session, configuration, now)
        cycle = find_cycle(configuration, code)
        owed = _owed(session, cycle)
        unsettled = [o.agency for o in owed if not o.is_settled]
        if unsettled and not partial:
            raise RequestError(_unsettled(code, unsettled))
        made = _write(session, workplace, cycle, ConsolidationReason.DEMAND, now, actor)
    made.show()
    return made


def _owed(session: Session, cycle: Cycle) -> list[Obligation]:
    """Return what is expected in a cycle; raise RequestError where it has no obligations."""
    row = cycles.cycle_of(session, cycle.code)
    if row is None or row.untracked:
        raise RequestError(
            Text(
                f"{cycle.code}: kỳ báo cáo chưa mở hoặc không được theo dõi, chưa có gì để "
                "tổng hợp.",
                f"{cycle.code}: this cycle is not open or not tracked; there is nothing to "
                "consolidate.",
            )
        )
    return [o for o in obligations.obligations_of(session, cycle.code) if o.ended_at is None]


_MOST_NAMED = 12


def _unsettled(code: str, agencies: list[str]) -> Text:
    named = ", ".join(agencies[:_MOST_NAMED]) + (", …" if len(agencies) > _MOST_NAMED else "")
    count = len(agencies)
    return Text(
        f"{code}: còn {count} cơ quan chưa hoàn thành: {named}. Dùng --partial để tổng hợp "
        "từng phần.",
        f"{code}: {counted(count, 'agency')} not settled: {named}. Use --partial for a partial "
        "report.",
    )


def consolidate_due(workplace: Workplace) -> list[Consolidated]:
    """Write the reports that are due by themselves; say when each cycle next needs action.

    A cycle is consolidated once all is settled, and once at the end of grace unless it was
    complete by then.
    """
    now, configuration = workplace.clock.now(), workplace.configuration
    written = []
    with workplace.database.writing() as session:
        clear_up(session, workplace.reports)
        for row in cycles.due_for_action(session, now):
            known = known_cycle(configuration, row.code)
            if known is None or row.untracked:
                cycles.schedule(session, row.code, None)
                continue
            cycle = cycles.as_recorded(row, known, configuration.calendar)
            reason = _reason_due(session, cycle, now)
            if reason is not None:
                written.append(_write(session, workplace, cycle, reason, now, ENGINE))
            # After what planning has seen: what came due since then is the next pass's to do.
            seen_at = row.next_action_at or now
            coming = cycle_next_action_at(session, configuration, cycle, seen_at)
            cycles.schedule(session, row.code, coming)
    for made in written:
        made.show()
    return written


def _reason_due(session: Session, cycle: Cycle, now: datetime) -> ConsolidationReason | None:
    owed = _owed(session, cycle)
    before = consolidations.consolidations_of(session, cycle.code)
    complete = [c for c in before if c.reason == ConsolidationReason.COMPLETE.value]
    if owed and all(o.is_settled for o in owed):
        known = any(c.fingerprint == _fingerprint(session, cycle) for c in complete)
        return None if known else ConsolidationReason.COMPLETE
    at_grace = any(c.reason == ConsolidationReason.GRACE.value for c in before)
    if now < cycle.grace_ends_at or at_grace or complete or not owed:
        return None
    return ConsolidationReason.GRACE


def _fingerprint(session: Session, cycle: Cycle) -> str:
    """Return a digest of all that a report is made from."""
    owed = obligations.obligations_of(session, cycle.code)
    filed = submissions.documents_of_cycle(session, cycle.code)
    decided = submissions.decisions_of(session, cycle.code)
    reported = obstacles.reported_on(session, cycle.program.code, cycle.opens_at)
    facts = [
        [(o.agency, o.status, str(o.first_complete_at), o.covers) for o in owed],
        [(s.agency, s.version, document.sha256) for s, document in filed],
        [(d.agency, d.kind, str(d.until)) for d in decided],
        [(o.number, o.assigned_to, _history(session, o)) for o in reported],
    ]
    return sha256(json.dumps(facts).encode()).hexdigest()


def _history(session: Session, obstacle: Obstacle) -> list[tuple[str, str, str]]:
    steps = obstacles.steps_of(session, obstacle.number)
    return [(step.state, step.text, str(step.answer_by_at)) for step in steps]


def _write(
    session: Session,
    workplace: Workplace,
    cycle: Cycle,
    reason: ConsolidationReason,
    now: datetime,
    actor: str,
) -> Consolidated:
    """Write the next report into the store; its number holds until the transaction ends."""
    number = consolidations.next_number(session, cycle.code)
    report = gather_report(session, workplace.configuration, cycle, number=number, now=now)
    docx, xlsx = write_document(report), write_workbook(report)
    row = consolidations.record_consolidation(
        session,
        Making(
            cycle=cycle.code,
            number=number,
            made_at=now,
            reason=reason,
            partial=report.partial,
            fingerprint=_fingerprint(session, cycle),
        ),
        docx=_kept(workplace, report, ".docx", docx),
        xlsx=_kept(workplace, report, ".xlsx", xlsx),
    )
    audit.append(
        session,
        at=now,
        actor=actor,
        event="consolidated",
        cycle=cycle.code,
        number=number,
        reason=reason.value,
        partial=report.partial,
        docx=row.docx_sha256,
        xlsx=row.xlsx_sha256,
    )
    # On the disk before the transaction ends, shown after it: whoever kills this process in
    # between leaves something to be shown, and nothing to be seen that is not recorded.
    return _lay_out(workplace, report, docx, xlsx)


def _kept(
    workplace: Workplace, report: Report, suffix: str, content: bytes
) -> submissions.Document:
    digest = workplace.files.put(content)
    return submissions.Document(file_name(report, suffix), digest, len(content))


def _lay_out(workplace: Workplace, report: Report, docx: bytes, xlsx: bytes) -> Consolidated:
    """Lay a report's files hidden where people will find them; they are kept elsewhere too."""
    folder = workplace.reports / report.cycle
    paths = [folder / file_name(report, suffix) for suffix in (".docx", ".xlsx")]
    for path, content in zip(paths, (docx, xlsx), strict=True):
        lay(path, content)
    return Consolidated(report.cycle, report.number, report.partial, *paths)
