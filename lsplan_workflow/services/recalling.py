"""Recording under the old name what had reached the office before the agency ended."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from lsplan_workflow.domain.cycles import CycleState
from lsplan_workflow.domain.errors import RequestError
from lsplan_workflow.domain.notice_kinds import NoticeKind
from lsplan_workflow.domain.obligations import Status, holding
from lsplan_workflow.domain.recall import plan_recall
from lsplan_workflow.domain.text import Text
from lsplan_workflow.services.announcements import withdraw
from lsplan_workflow.services.cycles import find_cycle
from lsplan_workflow.store import audit, cycles, obligations

if TYPE_CHECKING:
    from datetime import datetime

    from sqlmodel import Session

    from lsplan_workflow.configuration.folder import Configuration
    from lsplan_workflow.domain.agencies import Directory
    from lsplan_workflow.domain.notices import Notice
    from lsplan_workflow.domain.obligations import Obligation
    from lsplan_workflow.domain.recall import Recall


def recalled(
    session: Session,
    configuration: Configuration,
    owed: Obligation,
    received_at: datetime,
    *,
    now: datetime,
    actor: str,
) -> tuple[Obligation, tuple[str, ...]]:
    """Return the duty under which a report counts that arrived at an instant, and who is relieved.

    What passed on only after that is taken back, with the notices that become untrue. Raise
    RequestError where the agency was not there yet, or where nothing can be taken back.
    """
    _require_begun(configuration, owed, received_at)
    if owed.status is not Status.TRANSFERRED or owed.ended_at is None:
        return owed, ()
    if received_at >= owed.ended_at:
        _refuse_after_the_end(session, owed, received_at)
        return owed, ()
    _require_open(session, configuration, owed, now)
    others = {o.agency: o for o in obligations.obligations_of(session, owed.cycle)}
    recall = plan_recall(owed, others, received_at=received_at)
    _carry_out(session, configuration, recall, now=now, actor=actor)
    return recall.own, recall.relieved


def _carry_out(
    session: Session, configuration: Configuration, recall: Recall, *, now: datetime, actor: str
) -> None:
    """Save what a recall makes of the others, log it, and withdraw what is untrue by now."""
    own, cycle = recall.own, recall.own.cycle
    former = obligations.obligations_among(session, cycle, recall.removed)
    obligations.save(session, recall.reduced)
    obligations.schedule(session, cycle, {o.agency: now for o in recall.reduced})
    obligations.remove(session, cycle, recall.removed)
    cycles.schedule(session, cycle, now)
    withdraw(session, own, now, which=lambda n: n.kind is NoticeKind.SUCCESSION)
    for owed in former.values():
        withdraw(session, owed, now, which=lambda notice: not notice.kind.is_reply)
        _log(session, "obligation_removed", owed, now, actor)
    for owed in recall.reduced:
        days = _taken_over_on(configuration.directory, owed)
        withdraw(session, owed, now, which=partial(_tells_of_none, days))
        _log(session, "obligation_reduced", owed, now, actor, covers=list(owed.covers))
    _log(session, "transfer_recalled", own, now, actor, relieved=list(recall.relieved))


def _taken_over_on(directory: Directory, owed: Obligation) -> frozenset[str]:
    """Return the days on which it took over what it still covers."""
    return frozenset(str(directory[code].succeeded_on) for code in owed.covers)


def _tells_of_none(days: frozenset[str], notice: Notice) -> bool:
    """Tell whether a notice is of a succession on a day on which nothing was taken over."""
    mark = notice.key.split("/")[2]
    return notice.kind is NoticeKind.SUCCESSION and mark.partition("-")[2] not in days


def _log(
    session: Session, event: str, owed: Obligation, now: datetime, actor: str, **more: list[str]
) -> None:
    audit.append(
        session, at=now, actor=actor, event=event, cycle=owed.cycle, agency=owed.agency, **more
    )


def _require_begun(configuration: Configuration, owed: Obligation, received_at: datetime) -> None:
    """Raise RequestError for a report that arrived before its agency existed."""
    since = configuration.directory[owed.agency].valid_from
    if since is None or received_at >= configuration.calendar.midnight(since):
        return
    before = ", ".join(owed.covers)
    hint_vi = f"; hãy ghi dưới tên cơ quan gửi khi đó ({before})" if before else ""
    hint_en = f"; record it under the agency that sent it ({before})" if before else ""
    raise RequestError(
        Text(
            f"--received-at: {owed.agency} hoạt động từ ngày {since:%d/%m/%Y}{hint_vi}.",
            f"--received-at: {owed.agency} exists since {since:%d/%m/%Y} only{hint_en}.",
        )
    )


def _refuse_after_the_end(session: Session, owed: Obligation, received_at: datetime) -> None:
    """Raise RequestError, naming under whom a report is recorded that came after the end."""
    among = obligations.obligations_of(session, owed.cycle)
    heirs = ", ".join(holding(owed.agency, among, received_at))
    if heirs:
        where = f"{owed.cycle}/{owed.agency}"
        raise RequestError(
            Text(
                f"{where}: nghĩa vụ đã chuyển giao cho {heirs} trước khi báo cáo đến; hãy ghi "
                f"dưới tên {heirs}.",
                f"{where}: this obligation had passed to {heirs} when the report arrived; record "
                f"it under {heirs}.",
            )
        )


def _require_open(
    session: Session, configuration: Configuration, owed: Obligation, now: datetime
) -> None:
    """Raise RequestError once the cycle has closed: what passed on in it stays so."""
    cycle = find_cycle(configuration, owed.cycle)
    if cycle.state(now) is CycleState.CLOSED:
        where = f"{owed.cycle}/{owed.agency}"
        among = obligations.obligations_of(session, owed.cycle)
        under = ", ".join(holding(owed.agency, among, now))
        vi = f"; hãy ghi dưới tên {under}, không kèm --received-at" if under else ""
        en = f"; record it under {under}, without --received-at" if under else ""
        raise RequestError(
            Text(
                f"{where}: kỳ đã kết thúc, việc chuyển giao không thu hồi được nữa{vi}.",
                f"{where}: this cycle has closed, what passed on in it stays so{en}.",
            )
        )
