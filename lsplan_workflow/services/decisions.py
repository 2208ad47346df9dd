"""What the province decides about single obligations: to extend, to waive, to reopen."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from lsplan_workflow.domain.decisions import extended, require_nothing_filed, require_open
from lsplan_workflow.domain.errors import RequestError
from lsplan_workflow.domain.notice_kinds import NoticeKind
from lsplan_workflow.domain.obligations import Event, Status
from lsplan_workflow.domain.text import Text
from lsplan_workflow.services.announcements import announce, withdraw_asking
from lsplan_workflow.services.corrections import knows_already, take_up, taken_back
from lsplan_workflow.services.cycles import bring_up_to_date, find_cycle
from lsplan_workflow.services.submissions import owed_obligation
from lsplan_workflow.services.succession import apply_successions, holders_of
from lsplan_workflow.store import audit, cycles, obligations, submissions
from lsplan_workflow.store.submissions import Decision, DecisionKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import date, datetime

    from sqlmodel import Session

    from lsplan_workflow.configuration.folder import Configuration
    from lsplan_workflow.domain.obligations import Obligation
    from lsplan_workflow.services.workplace import Workplace

_KINDS: Final = {
    DecisionKind.EXTENSION: NoticeKind.EXTENSION,
    DecisionKind.WAIVER: NoticeKind.WAIVER,
    DecisionKind.REOPENING: NoticeKind.REOPENING,
}
_EVENTS: Final = {
    DecisionKind.EXTENSION: "extended",
    DecisionKind.WAIVER: "waived",
    DecisionKind.REOPENING: "reopened",
}


@dataclass(frozen=True, slots=True)
class Grounds:
    """Who decides, why, and the document that the decision rests on."""

    actor: str
    reason: str
    authority: str


@dataclass(frozen=True, slots=True)
class Decided:
    """What was decided about one agency: its obligation before and after.

    `known` tells that it was told last of the very deadline that it has after a correction.
    `passed_to` are the codes of those to whom what is owed again has passed at once.
    """

    before: Obligation
    after: Obligation
    known: bool = False
    passed_to: tuple[str, ...] = ()


def extend(
    workplace: Workplace,
    cycle: str,
    agencies: Sequence[str] | None,
    to: date,
    *,
    grounds: Grounds,
    correct: bool = False,
) -> list[Decided]:
    """Give agencies until the end of a day; raise RequestError, changing nothing for any.

    A later day than they have can be given any number of times while the cycle is open,
    after the overdue notice too. Only a correction may take a day back that was given, never
    to before the cycle's own deadline nor to another day that has passed. Whoever was told
    last of the deadline that it brings back is told nothing. Without agencies, it is given to
    all that have still to file and have less time.
    """
    configuration, now = workplace.configuration, workplace.clock.now()
    until = configuration.calendar.midnight(to + timedelta(days=1))

    def later(owed: Obligation) -> Obligation:
        calendar, known = configuration.calendar, find_cycle(configuration, cycle)
        return extended(owed, to, cycle=known, calendar=calendar, now=now, correct=correct)

    def concerned(owed: Obligation) -> bool:
        return owed.due_at < until or (correct and owed.due_at > until)

    measure = _Measure(DecisionKind.EXTENSION, later, grounds, concerned, corrects=correct)
    return _decide(workplace, cycle, agencies, measure)


def waive(
    workplace: Workplace, cycle: str, agencies: Sequence[str] | None, *, grounds: Grounds
) -> list[Decided]:
    """Lift the obligations of agencies; raise RequestError, changing nothing for any.

    Without agencies, those of all that have still to file.
    """
    now = workplace.clock.now()
    measure = _Measure(DecisionKind.WAIVER, lambda owed: owed.after(Event.WAIVE, now), grounds)
    return _decide(workplace, cycle, agencies, measure)


def reopen(
    workplace: Workplace,
    cycle: str,
    agencies: Sequence[str],
    *,
    grounds: Grounds,
    to: date | None = None,
) -> list[Decided]:
    """Take back waivers and acceptances; raise RequestError, changing nothing for any.

    What was waived is owed again, until the end of a day if one is given; what was
    accepted waits for a review again.
    """
    configuration, now = workplace.configuration, workplace.clock.now()

    def reopened(owed: Obligation) -> Obligation:
        found = owed.after(Event.REOPEN, now)
        if to is None:
            return found
        require_nothing_filed(found)
        calendar, known = configuration.calendar, find_cycle(configuration, cycle)
        return extended(found, to, cycle=known, calendar=calendar, now=now)

    measure = _Measure(DecisionKind.REOPENING, reopened, grounds)
    return _decide(workplace, cycle, agencies, measure)


@dataclass(frozen=True, slots=True)
class _Measure:
    """A decision: what it makes of an obligation, on which grounds, and whom it concerns."""

    kind: DecisionKind
    change: Callable[[Obligation], Obligation]
    grounds: Grounds
    concerned: Callable[[Obligation], bool] = lambda _owed: True
    corrects: bool = False


def _decide(
    workplace: Workplace, code: str, agencies: Sequence[str] | None, measure: _Measure
) -> list[Decided]:
    """Decide about all agencies or about none: those named, or all concerned that have to file."""
    check_grounds(measure.grounds)
    now, configuration = workplace.clock.now(), workplace.configuration
    with workplace.database.writing() as session:
        bring_up_to_date(session, configuration, now)
        require_open(find_cycle(configuration, code), configuration.calendar, now)
        named = _concerned(session, code, measure.concerned) if agencies is None else agencies
        decided = _changed(session, configuration, code, named, measure.change, now)
        if measure.corrects:
            decided = [_corrected(session, configuration, made, now) for made in decided]
        for made in decided:
            _record(session, made, measure, now)
        cycles.schedule(session, code, now)
        if measure.kind is DecisionKind.REOPENING:
            decided = passed_on(session, configuration, decided, now)
        for made in decided:
            _follow_up(session, configuration, made, measure, now)
    return decided


def passed_on(
    session: Session, configuration: Configuration, decided: Iterable[Decided], now: datetime
) -> list[Decided]:
    """Return what was decided as it stands when what agencies owe again that ended has passed on.

    The next pass would do that otherwise, and nobody could tell from the decision who has to file.
    """
    apply_successions(session, configuration, now)
    return [_as_it_stands(session, made, now) for made in decided]


def _as_it_stands(session: Session, made: Decided, now: datetime) -> Decided:
    cycle, agency = made.after.cycle, made.after.agency
    owed = obligations.obligation_of(session, cycle, agency)
    if owed is None or owed.status is not Status.TRANSFERRED:
        return made
    return replace(made, after=owed, passed_to=tuple(holders_of(session, owed, now)))


def _concerned(session: Session, code: str, concerned: Callable[[Obligation], bool]) -> list[str]:
    """Return the agencies that have still to file in a cycle and that a decision concerns."""
    owed = obligations.obligations_of(session, code)
    found = [o.agency for o in owed if o.is_chased and concerned(o)]
    if not found:
        raise RequestError(
            Text(
                f"{code}: không còn cơ quan nào phải gửi báo cáo mà quyết định này làm thay đổi.",
                f"{code}: no agency is left that has to file and that this decision would change "
                "anything for.",
            )
        )
    return found


def _changed(
    session: Session,
    configuration: Configuration,
    code: str,
    agencies: Sequence[str],
    change: Callable[[Obligation], Obligation],
    now: datetime,
) -> list[Decided]:
    """Return what each agency's obligation becomes; raise RequestError naming every obstacle."""
    decided, refused = list[Decided](), list[Text]()
    for agency in dict.fromkeys(agencies):
        try:
            owed = owed_obligation(session, configuration, code, agency, now)
            decided.append(Decided(owed, change(owed)))
        except RequestError as error:
            refused.append(error.text)
    if refused:
        raise RequestError(
            Text("\n".join(text.vi for text in refused), "\n".join(text.en for text in refused))
        )
    return decided


def _record(session: Session, made: Decided, measure: _Measure, now: datetime) -> None:
    """Save what was decided, with its grounds, and withdraw what it makes untrue."""
    owed, kind, grounds = made.after, measure.kind, measure.grounds
    until = owed.due_at if owed.due_at != made.before.due_at else None
    obligations.save(session, [owed])
    obligations.schedule(session, owed.cycle, {owed.agency: now})
    submissions.record_decision(
        session,
        Decision(
            cycle=owed.cycle,
            agency=owed.agency,
            kind=kind,
            reason=grounds.reason,
            authority=grounds.authority,
            decided_at=now,
            decided_by=grounds.actor,
            until=until,
        ),
    )
    audit.append(
        session,
        at=now,
        actor=grounds.actor,
        event=_EVENTS[kind],
        cycle=owed.cycle,
        agency=owed.agency,
        reason=grounds.reason,
        authority=grounds.authority,
        **({"due_before": until.isoformat()} if until else {}),
    )
    withdraw_asking(session, made.before, now)


def _corrected(
    session: Session, configuration: Configuration, made: Decided, now: datetime
) -> Decided:
    """Return what was decided, with whether its agency knows, and chased as if unextended."""
    known, cycle = knows_already(session, configuration, made.after), made.after.cycle
    passed = find_cycle(configuration, cycle).due_at == made.after.due_at <= now
    if not known and not passed:
        return made
    return Decided(made.before, taken_back(session, configuration, made.after), known)


def _follow_up(
    session: Session,
    configuration: Configuration,
    made: Decided,
    measure: _Measure,
    now: datetime,
) -> None:
    """Tell the agency of a decision, and take up again what a mistaken one had interrupted."""
    owed, kind = made.after, measure.kind
    if measure.corrects and (made.known or owed.due_at <= now):
        take_up(session, configuration, owed, now, told=not made.known)
    if not made.known:
        made_so_far = submissions.decisions_of(session, owed.cycle, owed.agency)
        number = sum(decision.kind is kind for decision in made_so_far)
        announce(session, configuration, owed, _KINDS[kind], number, now, made.passed_to)


def check_grounds(grounds: Grounds) -> None:
    """Raise RequestError for a decision without a reason, or without a document it rests on."""
    if not grounds.reason.strip() or not grounds.authority.strip():
        raise RequestError(
            Text(
                "Quyết định phải nêu lý do (--reason) và văn bản làm căn cứ (--authority).",
                "A decision needs a --reason and the document it rests on (--authority).",
            )
        )
