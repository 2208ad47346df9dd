"""What people do about obstacles: report, assign, answer and close them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from lsplan_workflow.domain.cycles import within_span
from lsplan_workflow.domain.errors import RequestError
from lsplan_workflow.domain.notice_kinds import NoticeKind, NoticeStatus
from lsplan_workflow.domain.obstacles import Act, Obstacle, State, Statement
from lsplan_workflow.domain.text import Text
from lsplan_workflow.services.cycles import bring_up_to_date
from lsplan_workflow.services.obstacle_letters import answerer
from lsplan_workflow.services.obstacle_notices import relieve, tell, withdraw_chasing
from lsplan_workflow.services.obstacle_planning import program_named
from lsplan_workflow.services.submissions import kept, require_agency
from lsplan_workflow.store import audit, obstacles
from lsplan_workflow.store.obstacles import Step

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date, datetime

    from sqlmodel import Session

    from lsplan_workflow.configuration.folder import Configuration
    from lsplan_workflow.domain.program import Program
    from lsplan_workflow.services.submissions import Arrival, Upload
    from lsplan_workflow.services.workplace import Workplace

_ONE_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class History:
    """An obstacle with all that was done about it, and who has to answer it today."""

    obstacle: Obstacle
    steps: tuple[Step, ...]
    answerer: str


def report_obstacle(
    workplace: Workplace,
    agency: str,
    statement: Statement,
    uploads: Sequence[Upload] = (),
    *,
    actor: str,
    program: str | None = None,
    arrival: Arrival | None = None,
) -> Obstacle:
    """Record an obstacle under a new number; raise RequestError where it cannot be taken.

    A receipt for the agency, unless it has ended since without a successor, and a notice to
    the focal point are due at once.
    """
    now, configuration = workplace.clock.now(), workplace.configuration
    of_program = _find_program(configuration, program)
    received_at = now if arrival is None else _checked(configuration, of_program, arrival, now)
    _check_statement(statement)
    _require_existing(configuration, agency, received_at)
    documents = tuple(kept(workplace, upload) for upload in uploads)
    calendar = configuration.calendar
    due_at = within_span(received_at, configuration.obstacles.answer_within, calendar)
    with workplace.database.writing() as session:
        bring_up_to_date(session, configuration, now)
        obstacle = Obstacle(
            number=obstacles.next_number(session, calendar.local_day(now).year),
            program=of_program.code,
            agency=agency,
            statement=statement,
            received_at=received_at,
            answer_by_at=due_at,
            announced_by_at=due_at,
            chased_since=received_at,
        )
        obstacles.add(session, obstacle)
        late = "" if arrival is None else arrival.reason
        step = Step(State.RECEIVED, now, actor, late, documents=documents)
        _record(session, configuration, obstacle, step)
    return obstacle


def assign_obstacle(
    workplace: Workplace, number: str, agency: str, *, actor: str, by: date | None = None
) -> Obstacle:
    """Make an agency answer by the end of a day; raise RequestError where it cannot be.

    Without a day, the one that there is stays; after an answer a new time begins. Whoever had
    been asked to answer before is told that it has not to any more.
    """
    now, configuration = workplace.clock.now(), workplace.configuration

    def assigned(found: Obstacle) -> tuple[Obstacle, Step]:
        # What cannot be assigned at all is not first refused for its agency or its day.
        found.after(Act.ASSIGN)
        _require_existing(configuration, agency, now)
        _require_another(configuration, found, agency, now)
        due_at = _answer_by(configuration, found, by, now)
        _require_change(configuration, found, agency, due_at, now)
        changed = found.assigned(agency, now, answer_by_at=due_at)
        return changed, Step(State.ASSIGNED, now, actor, agency=agency, answer_by_at=due_at)

    return _act(workplace, number, assigned, NoticeStatus.SUPERSEDED)


def answer_obstacle(
    workplace: Workplace, number: str, text: str, uploads: Sequence[Upload] = (), *, actor: str
) -> Obstacle:
    """Record an answer, which the agency is told; raise RequestError where none is awaited.

    Nobody is told it where that agency has ended without a successor.
    """
    if not text.strip():
        raise RequestError(Text("Trả lời phải có nội dung (--text).", "An answer needs a --text."))
    now = workplace.clock.now()
    documents = tuple(kept(workplace, upload) for upload in uploads)

    def answered(found: Obstacle) -> tuple[Obstacle, Step]:
        step = Step(State.ANSWERED, now, actor, text, documents=documents)
        return found.after(Act.ANSWER), step

    return _act(workplace, number, answered, NoticeStatus.CANCELLED)


def close_obstacle(workplace: Workplace, number: str, reason: str, *, actor: str) -> Obstacle:
    """Close an obstacle, which the agency is told; raise RequestError if it is closed.

    Whoever had been asked to answer it is told that it has not to any more.
    """
    if not reason.strip():
        raise RequestError(Text("Kết thúc phải nêu lý do (--reason).", "Closing needs a --reason."))
    now = workplace.clock.now()
    return _act(
        workplace,
        number,
        lambda found: (found.after(Act.CLOSE), Step(State.CLOSED, now, actor, reason)),
        NoticeStatus.CANCELLED,
    )


def list_obstacles(
    workplace: Workplace,
    *,
    agency: str | None = None,
    state: str | None = None,
    program: str | None = None,
    overdue: bool = False,
) -> list[History]:
    """Return obstacles with their histories by number; raise RequestError for unknown words."""
    now, configuration = workplace.clock.now(), workplace.configuration
    wanted = None if state is None else _state(state)
    if agency is not None:
        require_agency(configuration, agency)
    of_program = None if program is None else _find_program(configuration, program).code
    with workplace.database.reading() as session:
        return [
            _history(session, configuration, found, now)
            for found in obstacles.obstacles(session)
            if (agency is None or found.agency == agency)
            and (wanted is None or found.state is wanted)
            and (of_program is None or found.program == of_program)
            and (not overdue or found.is_overdue(now))
        ]


def obstacle_history(workplace: Workplace, number: str) -> History:
    """Return an obstacle with its history; raise RequestError for an unknown number."""
    with workplace.database.reading() as session:
        found = _find(session, number)
        return _history(session, workplace.configuration, found, workplace.clock.now())


def _history(
    session: Session, configuration: Configuration, found: Obstacle, now: datetime
) -> History:
    steps = tuple(obstacles.steps_of(session, found.number))
    return History(found, steps, answerer(configuration, found, now))


def _act(
    workplace: Workplace,
    number: str,
    change: Callable[[Obstacle], tuple[Obstacle, Step]],
    becomes: NoticeStatus,
) -> Obstacle:
    """Do something about an obstacle; what still waits to chase the answer `becomes` void."""
    now, configuration = workplace.clock.now(), workplace.configuration
    with workplace.database.writing() as session:
        bring_up_to_date(session, configuration, now)
        found = _find(session, number)
        changed, step = change(found)
        obstacles.save(session, changed)
        withdraw_chasing(session, configuration, changed, becomes, now)
        place = _record(session, configuration, changed, step)
        relieve(session, configuration, found, changed, place, now)
    return changed


def _record(session: Session, configuration: Configuration, obstacle: Obstacle, step: Step) -> int:
    """Add a step to the history, log it, tell whom it concerns, and have it chased.

    Return its place in the history.
    """
    number = obstacle.number
    obstacles.record_step(session, number, step)
    obstacles.schedule(session, number, step.at if obstacle.is_awaited else None)
    audit.append(
        session,
        at=step.at,
        actor=step.actor,
        event=f"obstacle_{step.state.value}",
        agency=obstacle.agency,
        **_logged(obstacle, step),
    )
    place = len(obstacles.steps_of(session, number))
    for kind in _TOLD[step.state]:
        tell(session, configuration, obstacle, kind, place, step.at)
    return place


def _logged(obstacle: Obstacle, step: Step) -> dict[str, Any]:
    """Return what an audit event holds of a step; what does not concern it is left out."""
    due_at = step.answer_by_at
    held = {
        "number": obstacle.number,
        "assigned_to": step.agency,
        "answer_before": due_at.isoformat() if due_at else None,
        "text": step.text,
        "documents": [{"name": d.name, "sha256": d.sha256} for d in step.documents],
    }
    return {name: value for name, value in held.items() if value}


_TOLD: Final = {
    State.RECEIVED: (NoticeKind.OBSTACLE_RECEIPT, NoticeKind.OBSTACLE),
    State.ASSIGNED: (NoticeKind.OBSTACLE_ASSIGNED,),
    State.ANSWERED: (NoticeKind.OBSTACLE_ANSWER,),
    State.CLOSED: (NoticeKind.OBSTACLE_ANSWER,),
}


def _answer_by(
    configuration: Configuration, found: Obstacle, by: date | None, now: datetime
) -> datetime:
    """Return the due instant of the answer; raise RequestError for one that has passed."""
    calendar = configuration.calendar
    if by is None and found.state is State.ANSWERED:
        return within_span(now, configuration.obstacles.answer_within, calendar)
    due_at = found.answer_by_at if by is None else calendar.midnight(by + _ONE_DAY)
    today, last = calendar.local_day(now), calendar.local_day(due_at) - _ONE_DAY
    if last <= today and (by is not None or due_at <= now):
        raise RequestError(
            Text(
                f"{found.number}: hạn trả lời {last:%d/%m/%Y} không sau hôm nay "
                f"({today:%d/%m/%Y}); hãy đặt ngày khác bằng --by.",
                f"{found.number}: the answer would be due by {last:%d/%m/%Y}, which is not after "
                f"today ({today:%d/%m/%Y}); name another day with --by.",
            )
        )
    return due_at


def _find(session: Session, number: str) -> Obstacle:
    found = obstacles.obstacle_of(session, number)
    if found is None:
        raise RequestError(
            Text(
                f"{number}: không có khó khăn, vướng mắc số này; xem `lsplan obstacle list`.",
                f"{number}: there is no such obstacle; see `lsplan obstacle list`.",
            )
        )
    return found


def _find_program(configuration: Configuration, code: str | None) -> Program:
    known = [program.code for program in configuration.programs]
    if code is None or code in known:
        return program_named(configuration, code or known[0])
    listed = ", ".join(known)
    raise RequestError(
        Text(
            f"{code}: không có kế hoạch này; các kế hoạch: {listed}.",
            f"{code}: there is no such program; there are: {listed}.",
        )
    )


def _state(text: str) -> State:
    try:
        return State(text)
    except ValueError:
        known = ", ".join(State)
        raise RequestError(
            Text(
                f"{text}: không có trạng thái này; các trạng thái: {known}.",
                f"{text}: there is no such state; there are: {known}.",
            )
        ) from None


def _check_statement(statement: Statement) -> None:
    if not statement.content.strip():
        raise RequestError(
            Text(
                "Khó khăn, vướng mắc phải có nội dung (--content).",
                "An obstacle needs a --content.",
            )
        )


def _require_existing(configuration: Configuration, agency: str, at: datetime) -> None:
    """Raise RequestError for an agency that is unknown, or does not exist on an instant's day."""
    require_agency(configuration, agency)
    day = configuration.calendar.local_day(at)
    if not configuration.directory[agency].exists_on(day):
        heir = configuration.directory.follow(agency, day).code
        hint_vi = f"; hiện nay là {heir}" if heir != agency else ""
        hint_en = f"; it is {heir} now" if heir != agency else ""
        raise RequestError(
            Text(
                f"{agency}: cơ quan không hoạt động vào ngày {day:%d/%m/%Y}{hint_vi}.",
                f"{agency}: this agency does not exist on {day:%d/%m/%Y}{hint_en}.",
            )
        )


def _require_another(
    configuration: Configuration, found: Obstacle, agency: str, now: datetime
) -> None:
    """Raise RequestError where an obstacle would be answered by whoever reported it."""
    today = configuration.calendar.local_day(now)
    if agency == configuration.directory.follow(found.agency, today).code:
        raise RequestError(
            Text(
                f"{found.number}: {agency} là nơi báo cáo, không thể tự trả lời; hãy giao cơ quan "
                "khác, hoặc nếu đã tự giải quyết xong thì kết thúc bằng `lsplan obstacle close "
                f"{found.number} --reason LÝ_DO`.",
                f"{found.number}: {agency} reported it and cannot answer itself; assign another "
                "agency, or if it was resolved there, use `lsplan obstacle close "
                f"{found.number} --reason TEXT`.",
            )
        )


def _require_change(
    configuration: Configuration, found: Obstacle, agency: str, due_at: datetime, now: datetime
) -> None:
    """Raise RequestError where an agency has to answer by that day already: it was told so."""
    same = agency == answerer(configuration, found, now) and due_at == found.answer_by_at
    if found.state is State.ASSIGNED and same:
        before = f"{configuration.calendar.local_day(due_at):%d/%m/%Y}"
        raise RequestError(
            Text(
                f"{found.number}: đã giao {agency} trả lời trước ngày {before}, không có gì thay "
                "đổi; đổi thời hạn bằng --by, hoặc giao cơ quan khác.",
                f"{found.number}: {agency} has to answer before {before} already, nothing was "
                "changed; set another day with --by, or assign another agency.",
            )
        )


def _checked(
    configuration: Configuration, program: Program, arrival: Arrival, now: datetime
) -> datetime:
    """Return when an obstacle arrived by another way; raise RequestError where it cannot have."""
    calendar = configuration.calendar
    since = calendar.midnight(program.effective_from)
    if not arrival.reason.strip():
        raise RequestError(
            Text(
                "--received-at phải kèm --reason: vì sao nay mới được ghi nhận.",
                "--received-at needs a --reason: why it is entered only now.",
            )
        )
    if not since <= arrival.received_at <= now:
        first, last = (f"{calendar.local(at):%d/%m/%Y %H:%M}" for at in (since, now))
        raise RequestError(
            Text(
                f"--received-at: cần thời điểm từ {first} đến nay ({last}).",
                f"--received-at: expected an instant from {first} until now ({last}).",
            )
        )
    return arrival.received_at
