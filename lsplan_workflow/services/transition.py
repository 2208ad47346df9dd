"""What a new configuration makes of a cycle that is open."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from lsplan_workflow.domain.announcements import of_change, with_deadline
from lsplan_workflow.domain.decisions import require_ahead
from lsplan_workflow.domain.errors import RequestError
from lsplan_workflow.domain.notice_kinds import NoticeKind
from lsplan_workflow.domain.obligations import Status
from lsplan_workflow.domain.planning import plan_passed_reminders, plan_passed_steps
from lsplan_workflow.domain.reorganisation import newly_owed
from lsplan_workflow.domain.schedules import configured_ladder, digest_standings, is_escalating
from lsplan_workflow.domain.text import Text
from lsplan_workflow.services.announcements import announce, withdraw_asking
from lsplan_workflow.services.planning import snapshot_of
from lsplan_workflow.services.reprojection import project_again
from lsplan_workflow.store import audit, cycles, obligations, outbox
from lsplan_workflow.store.audit import ENGINE

if TYPE_CHECKING:
    from collections.abc import Collection

    from lsplan_workflow.domain.obligations import Obligation
    from lsplan_workflow.services.open_cycles import Transition


def take_over(transition: Transition) -> None:
    """Bring an open cycle to the new configuration, and make it due for action."""
    _require_possible(transition)
    _keep_ladders(transition)
    if transition.is_moved:
        _move(transition)
    cycles.move_cycle(transition.session, transition.cycle)
    _add(transition)
    _pass_over(transition)
    project_again(transition)
    owed = transition.owed()
    code, now = transition.cycle.code, transition.now
    open_ones = (o for o in owed if o.status is not Status.TRANSFERRED)
    chased = {o.agency: now for o in open_ones if o.awaited_at is not None}
    obligations.schedule(transition.session, code, chased)
    cycles.schedule(transition.session, code, now)


def _require_possible(transition: Transition) -> None:
    """Raise RequestError where a change would make late what is not, or cut off a promise."""
    cycle, calendar = transition.cycle, transition.calendar
    if cycle.opens_at > transition.now:
        raise RequestError(_closed_again(transition))
    if transition.is_moved:
        require_ahead(cycle, transition.now)
    if cycle.closes_at <= transition.now:
        raise RequestError(_closed_at_once(transition))
    beyond = sorted(o.agency for o in transition.owed() if _outlasts(o, transition))
    if beyond:
        listed, closing = ", ".join(beyond), calendar.local_day(cycle.closes_at)
        raise RequestError(
            Text(
                f"{cycle.code}: kỳ sẽ kết thúc ngày {closing:%d/%m/%Y}, trước thời hạn đã gia hạn "
                f"cho {listed}; hãy để ngày kết thúc (closes) muộn hơn.",
                f"{cycle.code}: the cycle would end on {closing:%d/%m/%Y}, before the deadline "
                f"that was extended for {listed}; let it end (closes) later.",
            )
        )


def _closed_again(transition: Transition) -> Text:
    """Return why an open cycle cannot open only later: until then nothing could be filed."""
    code, local_day = transition.cycle.code, transition.calendar.local_day
    opened, opening = local_day(transition.former.opens_at), local_day(transition.cycle.opens_at)
    return Text(
        f"{code}: kỳ đã mở từ ngày {opened:%d/%m/%Y}, nhưng theo cấu hình này đến ngày "
        f"{opening:%d/%m/%Y} mới mở và cho đến ngày đó không ai gửi báo cáo được; hãy sửa ngày mở "
        "(opens) để kỳ này mở không muộn hơn hôm nay.",
        f"{code}: the cycle opened on {opened:%d/%m/%Y}, but by this configuration it opens on "
        f"{opening:%d/%m/%Y}, until when nobody could file; set its opening (opens) so that this "
        "cycle opens no later than today.",
    )


def _closed_at_once(transition: Transition) -> Text:
    """Return why an open cycle cannot have ended already: what is owed would be chased no more."""
    code, closing = transition.cycle.code, transition.calendar.local_day(transition.cycle.closes_at)
    return Text(
        f"{code}: theo cấu hình này kỳ đã kết thúc từ ngày {closing:%d/%m/%Y} và sẽ không mở lại "
        "được nữa; hãy để ngày kết thúc (closes) sau hôm nay.",
        f"{code}: by this configuration the cycle has ended on {closing:%d/%m/%Y} and could not "
        "be opened again; let it end (closes) after today.",
    )


def _outlasts(owed: Obligation, transition: Transition) -> bool:
    granted = owed.granted_at
    return owed.is_chased and granted is not None and granted > transition.cycle.closes_at


def _keep_ladders(transition: Transition) -> None:
    """Let what escalates already go on by the ladder that it began with, unless restarted."""
    session, former, now = transition.session, transition.former, transition.now
    code, ladder = former.code, former.regime.ladder
    if transition.restart_ladder:
        _restart_ladders(transition)
        return
    calendar = transition.before.calendar
    escalating = [o for o in transition.owed() if is_escalating(o, former, calendar, now)]
    kept = [
        replace(owed, ladder=configured_ladder(owed, former))
        for owed in escalating
        if owed.ladder is None
        and configured_ladder(owed, former) != configured_ladder(owed, transition.cycle)
    ]
    obligations.save(session, kept)
    dues = obligations.outstanding(session, code).missing
    stood = (s.at <= now for s in digest_standings(former, dues, calendar))
    # Digests are steps of the same ladder: what escalates to heads goes on to leaders by it.
    began = bool(escalating) or any(stood)
    digests = began and ladder != transition.cycle.regime.ladder
    if digests:
        cycles.keep_ladder(session, code, ladder)
    if kept or digests:
        _record(transition, "ladder_kept", kept)


def _restart_ladders(transition: Transition) -> None:
    session, code = transition.session, transition.cycle.code
    kept = [owed for owed in transition.owed() if owed.ladder is not None]
    row = cycles.cycle_of(session, code)
    if not kept and (row is None or row.ladder is None):
        return
    obligations.save(session, [replace(owed, ladder=None) for owed in kept])
    cycles.keep_ladder(session, code, None)
    _record(transition, "ladder_restarted", kept)


def _record(
    transition: Transition, event: str, owed: Collection[Obligation], **payload: str
) -> None:
    """Write one audit event about a cycle and some of its obligations."""
    audit.append(
        transition.session,
        at=transition.now,
        actor=ENGINE,
        event=event,
        cycle=transition.cycle.code,
        agencies=[one.agency for one in owed],
        **payload,
    )


def _move(transition: Transition) -> None:
    """Move a cycle's obligations with it, and tell those whose deadline it was."""
    session, former, cycle = transition.session, transition.former, transition.cycle
    moved = [owed for owed in transition.owed() if owed.due_under(cycle) != owed.due_at]
    cycles.keep_ladder(session, cycle.code, None)
    local = transition.calendar.local
    dues = [local(at).isoformat() for at in (former.due_at, cycle.due_at)]
    _record(transition, "deadline_moved", moved, former_due_before=dues[0], due_before=dues[1])
    for owed in moved:
        _move_one(transition, owed)


def _move_one(transition: Transition, owed: Obligation) -> None:
    """Give an obligation the new deadline; its agency is told if it had heard of another."""
    session, due_at, now = transition.session, owed.due_under(transition.cycle), transition.now
    decided = outbox.notices_of(session, owed.cycle, [owed.agency] if owed.is_chased else [])
    calendar = transition.before.calendar
    opened_with = transition.present().announced_on
    moved, known = with_deadline(
        owed, due_at, decided.values(), announced_on=opened_with, calendar=calendar, at=now
    )
    if owed.is_chased:
        withdraw_asking(session, owed, now)
    obligations.save(session, [moved])
    if known is not None:
        number = of_change(transition.number, known)
        announce(session, transition.after, moved, NoticeKind.DEADLINE, number, now)


def _add(transition: Transition) -> None:
    """Add what agencies owe that the configuration did not know when the cycle opened."""
    known = (owed.agency for owed in transition.owed())
    added = newly_owed(known, transition.cycle, transition.after.directory)
    obligations.save(transition.session, added)
    for owed in added:
        audit.append(
            transition.session,
            at=transition.now,
            actor=ENGINE,
            event="obligation_added",
            cycle=owed.cycle,
            agency=owed.agency,
        )


def _pass_over(transition: Transition) -> None:
    """Put down as superseded what the new configuration sets for a time past, and was heard."""
    session, owed, now = transition.session, transition.owed(), transition.now
    before = snapshot_of(session, transition.before, transition.former, owed)
    after = snapshot_of(session, transition.after, transition.present(), owed)
    passed = plan_passed_reminders(before, after, now=now)
    if transition.restart_ladder:
        passed += plan_passed_steps(after, now=now)
    outbox.insert_notices(session, passed, decided_at=now)
