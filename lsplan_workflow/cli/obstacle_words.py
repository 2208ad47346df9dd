"""How obstacles are printed: for people in words, for programs in one stable shape."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lsplan_workflow.cli.shapes import instant as iso
from lsplan_workflow.cli.words import day, instant
from lsplan_workflow.terminal.language import counted, say

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from lsplan_workflow.domain.calendar import WorkingCalendar
    from lsplan_workflow.domain.obstacles import Obstacle, State
    from lsplan_workflow.services.obstacles import History
    from lsplan_workflow.store.obstacles import Step


def shape(found: History, calendar: WorkingCalendar, now: datetime) -> dict[str, Any]:
    """Return an obstacle with its history, as `--json` prints it."""
    obstacle, said, local = found.obstacle, found.obstacle.statement, calendar.local
    return {
        "number": obstacle.number,
        "program": obstacle.program,
        "agency": obstacle.agency,
        "content": said.content,
        "cause": said.cause,
        "measures": said.measures,
        "proposal": said.proposal,
        "competence": said.competence,
        "received_at": iso(local(obstacle.received_at)),
        "state": obstacle.state.value,
        "assigned_to": obstacle.assigned_to,
        "answering": found.answerer if obstacle.is_awaited else None,
        "answer_before": iso(local(obstacle.answer_by_at)),
        "overdue": obstacle.is_overdue(now),
        "history": [_step(step, calendar) for step in found.steps],
    }


def _step(step: Step, calendar: WorkingCalendar) -> dict[str, Any]:
    before = step.answer_by_at
    return {
        "state": step.state.value,
        "at": iso(calendar.local(step.at)),
        "actor": step.actor,
        "text": step.text,
        "assigned_to": step.agency,
        "answer_before": iso(calendar.local(before) if before else None),
        "documents": [
            {"name": one.name, "sha256": one.sha256, "size": one.size} for one in step.documents
        ],
    }


def headline(found: History, calendar: WorkingCalendar, now: datetime) -> str:
    """Return in one line which obstacle it is, and who has to answer until when."""
    obstacle = found.obstacle
    about = f"{obstacle.number}, {obstacle.agency}: {_state(obstacle.state)}"
    if not obstacle.is_awaited:
        return f"{about}."
    before = day(calendar.local_day(obstacle.answer_by_at))
    left, instead = _time_left(obstacle, calendar, now), _instead(found)
    return say(
        f"{about}; {found.answerer} trả lời{instead} trước ngày {before} ({left}).",
        f"{about}; {found.answerer} has to answer{instead} before {before} ({left}).",
    )


def _instead(found: History) -> str:
    """Return of whom another agency has taken the place since it was asked, if one has."""
    asked = found.obstacle.assigned_to
    if asked is None or asked == found.answerer:
        return ""
    return say(f" thay cho {asked} (sau khi sắp xếp tổ chức)", f" for {asked} (reorganised since)")


def row(
    found: History,
    names: dict[str, str],
    calendar: WorkingCalendar,
    now: datetime,
    *,
    program: bool,
) -> tuple[str, ...]:
    """Return an obstacle as a row of the list, with its program's code if there are several."""
    obstacle, awaited = found.obstacle, found.obstacle.is_awaited
    return (
        obstacle.number,
        *((obstacle.program,) if program else ()),
        names[obstacle.agency],
        day(calendar.local_day(obstacle.received_at)),
        obstacle.statement.content,
        _state(obstacle.state),
        names[found.answerer] if awaited else "",
        day(calendar.local_day(obstacle.answer_by_at)) if awaited else "",
        _time_left(obstacle, calendar, now) if awaited else "",
    )


def said(found: History) -> Iterator[str]:
    """Yield what the agency said, in the words of the official form."""
    statement = found.obstacle.statement
    labelled = (
        (say("Nội dung", "Content"), statement.content),
        (say("Nguyên nhân", "Cause"), statement.cause),
        (say("Giải pháp đã thực hiện", "Measures taken"), statement.measures),
        (say("Kiến nghị", "Proposal"), statement.proposal),
        (say("Thẩm quyền giải quyết", "Competence"), statement.competence),
    )
    yield from (f"{label}: {text}" for label, text in labelled if text)


def step_row(step: Step, calendar: WorkingCalendar) -> tuple[str, ...]:
    """Return what was done about an obstacle as a row of its history."""
    before = step.answer_by_at
    return (
        instant(calendar.local(step.at)),
        _state(step.state),
        step.actor,
        step.agency or "",
        day(calendar.local_day(before)) if before else "",
        step.text,
        ", ".join(document.name for document in step.documents),
    )


def _state(state: State) -> str:
    from lsplan_workflow.domain.obstacles import STATE_VI

    return say(STATE_VI[state], state.value)


def _time_left(obstacle: Obstacle, calendar: WorkingCalendar, now: datetime) -> str:
    from lsplan_workflow.domain.obstacles import days_left

    left = days_left(obstacle, calendar.local_day(now), calendar)
    if left < 0:
        return say(f"quá hạn {-left} ngày", f"{counted(-left, 'day')} overdue")
    return say(f"còn {left} ngày", f"{counted(left, 'day')} left")
