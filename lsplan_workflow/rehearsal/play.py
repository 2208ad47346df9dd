"""Playing a period: the clock jumps from act to act and from pass to pass."""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from lsplan_workflow.clock import StandingClock
from lsplan_workflow.domain.errors import RequestError
from lsplan_workflow.domain.notice_kinds import NoticeKind
from lsplan_workflow.domain.text import Text
from lsplan_workflow.rehearsal.cast import Act, ActKind, plan_acts
from lsplan_workflow.services.agenda import next_due_at
from lsplan_workflow.services.delivery import deliver
from lsplan_workflow.services.reviews import review
from lsplan_workflow.services.submissions import Upload, submit
from lsplan_workflow.store.submissions import ReviewDecision

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from datetime import datetime

    from lsplan_workflow.configuration.folder import Configuration
    from lsplan_workflow.domain.cycles import Cycle
    from lsplan_workflow.services.workplace import Workplace

_AT_ONCE: Final = {NoticeKind.RECEIPT, NoticeKind.RETURNED, NoticeKind.ACCEPTANCE}
_REPORT: Final = Text("Báo cáo", "Report")
_INCOMPLETE: Final = Text(
    "Thiếu số liệu thực hiện các chỉ tiêu được giao.",
    "The figures of the assigned indicators are missing.",
)


def acts_between(
    configuration: Configuration,
    first: datetime,
    last: datetime,
    *,
    seed: int,
    filed: Collection[tuple[str, str]] = (),
) -> list[Act]:
    """Return what a cast does from one instant to another, in the order of the instants.

    Who would have acted earlier in a cycle that is not due yet acts when work next begins.
    Of those who have `filed` (cycle and agency), the first filing is done.
    """
    acts = (
        replace(act, at=_within(act, cycle, first, configuration))
        for cycle in configuration.cycles()
        for act in plan_acts(cycle, configuration.directory, configuration.calendar, seed=seed)
    )
    chosen = (act for act in _without(acts, filed) if first <= act.at <= last)
    return sorted(chosen, key=lambda act: act.at)


def _within(act: Act, cycle: Cycle, first: datetime, configuration: Configuration) -> datetime:
    if cycle.due_at <= first:
        return act.at
    return max(act.at, configuration.calendar.next_working_time(first))


def _without(acts: Iterable[Act], filed: Collection[tuple[str, str]]) -> Iterator[Act]:
    done = set(filed)
    for act in acts:
        if act.kind is ActKind.SUBMIT and (act.cycle, act.agency) in done:
            done.discard((act.cycle, act.agency))
        else:
            yield act


def passes(
    workplace: Workplace, acts: Iterable[Act], first: datetime, last: datetime, *, actor: str
) -> Iterator[datetime]:
    """Yield the instants at which a pass has to be run, and let the cast act in between.

    What is due already, because somebody acted, waits for the next morning's pass; what is due
    at the very instant of an act does not.
    """
    waiting, at = deque(acts), first
    while at <= last:
        due_now = next_due_at(workplace) == at
        if waiting and waiting[0].at <= at:
            act = waiting.popleft()
            _perform(replace(workplace, clock=StandingClock(act.at)), act, actor)
        else:
            due_now = True
        if due_now:
            yield at
        at = _next(workplace, at, waiting, last)
    yield last


def _next(workplace: Workplace, at: datetime, acts: deque[Act], last: datetime) -> datetime:
    """Return the next instant: an act, the end of an agency, or when a pass has something to do."""
    due, calendar = next_due_at(workplace), workplace.configuration.calendar
    coming = [act.at for act in list(acts)[:1]]
    ends = (agency.succeeded_on for agency in workplace.configuration.directory.endings())
    coming += [ended for day in ends if day and (ended := calendar.midnight(day)) > at]
    if due is not None:
        morning = calendar.start_of_work(calendar.local_day(at) + timedelta(days=1))
        coming.append(calendar.local(due) if due > at else morning)
    return min(coming, default=last + timedelta(seconds=1))


def _perform(workplace: Workplace, act: Act, actor: str) -> None:
    """Let one of the cast act; whoever has no duty (any more) has nothing to do."""
    try:
        _act(workplace, act, actor)
    except RequestError:
        return
    deliver(workplace, only=_AT_ONCE)


def _act(workplace: Workplace, act: Act, actor: str) -> None:
    language = workplace.configuration.program.language
    if act.kind is ActKind.SUBMIT:
        name = workplace.configuration.directory[act.agency].form_of_address(language)
        title = f"{_REPORT.in_language(language)} {act.cycle} {name}.txt"
        upload = Upload(title, f"{act.cycle}\n{name}\n".encode())
        submit(workplace, act.cycle, act.agency, [upload], actor=actor)
        return
    accepted = act.kind is ActKind.ACCEPT
    decision = ReviewDecision.ACCEPTED if accepted else ReviewDecision.RETURNED
    reason = "" if accepted else _INCOMPLETE.in_language(language)
    review(workplace, act.cycle, act.agency, decision, reason=reason, actor=actor)
