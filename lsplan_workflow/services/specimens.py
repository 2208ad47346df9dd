"""Letters as they would be: one to look at, and one of every kind for everybody to check."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Final

from lsplan_workflow.domain.agencies import Role
from lsplan_workflow.domain.notice_kinds import NoticeKind, NoticeStatus
from lsplan_workflow.domain.notices import kind_of, recipients_of
from lsplan_workflow.domain.obligations import Obligation
from lsplan_workflow.domain.schedules import Schedule, digest_standings
from lsplan_workflow.notify.faults import letter_faults
from lsplan_workflow.notify.messages import Messages, template_name
from lsplan_workflow.notify.samples import sample_items
from lsplan_workflow.services.cycles import find_cycle
from lsplan_workflow.services.failure_letters import failure_item
from lsplan_workflow.services.letter_heads import letter_head
from lsplan_workflow.services.letters import facts, write_letter
from lsplan_workflow.services.submissions import require_agency
from lsplan_workflow.store import mails, obligations
from lsplan_workflow.store.tables import NoticeRow

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sqlmodel import Session

    from lsplan_workflow.configuration.folder import Configuration
    from lsplan_workflow.domain.agencies import Agency
    from lsplan_workflow.domain.cycles import Cycle
    from lsplan_workflow.domain.errors import Fault
    from lsplan_workflow.notify.letter import Item, Letter
    from lsplan_workflow.services.workplace import Workplace

_ROLES: Final = {
    NoticeKind.ESCALATION: Role.HEAD,
    NoticeKind.DIGEST: Role.LEADER,
    NoticeKind.FAILURE: Role.ADMIN,
}
# What the calendar brings about: it can be written before anybody has done anything.
_BY_RUNG: Final = frozenset(
    {
        NoticeKind.OPENING,
        NoticeKind.REMINDER,
        NoticeKind.OVERDUE,
        NoticeKind.ESCALATION,
        NoticeKind.DIGEST,
    }
)
# What a person may hear of in one mail.
_TOGETHER: Final = (NoticeKind.EXTENSION, NoticeKind.REMINDER, NoticeKind.OBSTACLE_ANSWER)
_FAILED_RUN: Final = "reporting-cycle-crashed"
_FACTS: Final = (
    *("cycle", "report", "year", "agency_code", "agency", "legal_basis", "before"),
    *("last_full_day", "last_working_day", "estimated", "closes_on", "data_cutoff", "covers"),
)
_FACTS_OF_OBSTACLES: Final = ("agency_code", "agency")


def specimen(
    workplace: Workplace, kind: NoticeKind, cycle: str, agency: str, language: str | None
) -> Letter:
    """Return a letter of a kind to an agency, from the configuration and the database.

    It is the newest that was decided on; where there is none, the one that its rung will
    bring about; and what somebody would have to do first is filled in, and called, an example.
    In its reader's language unless one is named. Raise RequestError for a cycle or agency that
    there is not.
    """
    configuration, now = workplace.configuration, workplace.clock.now()
    found = find_cycle(configuration, cycle)
    require_agency(configuration, agency)
    agency = _concerned(configuration, kind, agency)
    with workplace.database.reading() as session:
        row = mails.newest_of_kind(session, kind, agency, cycle)
        invented = row is None
        row = row or _row(configuration, kind, found, agency, now)
        session.expunge_all()
        row.language = language or row.language
        if not invented:
            return write_letter(session, configuration, [row], now)
        if kind in _BY_RUNG:
            at = _stands_at(session, configuration, kind, found, agency, now)
            return write_letter(session, configuration, [row], at)
        owed = obligations.obligation_of(session, cycle, agency)
    return _sample(configuration, found, row, owed, now)


def specimen_of_several(
    workplace: Workplace, cycle: str, agency: str, language: str | None
) -> Letter:
    """Return a letter that joins what an agency's focal person may hear at once: an example.

    It stands when the cycle's reminder last stood or, before the first, when it will. Raise
    RequestError for a cycle or agency that there is not.
    """
    configuration, now = workplace.configuration, workplace.clock.now()
    found = find_cycle(configuration, cycle)
    require_agency(configuration, agency)
    with workplace.database.reading() as session:
        at = _stands_at(session, configuration, NoticeKind.REMINDER, found, agency, now)
        owed = obligations.obligation_of(session, cycle, agency)
    return _joined(configuration, found, agency, owed, at, language)


def _joined(
    configuration: Configuration,
    cycle: Cycle,
    agency: str,
    owed: Obligation | None,
    at: datetime,
    language: str | None,
) -> Letter:
    """Return the example that joins several matters, in a language or its reader's."""
    day, joined = configuration.calendar.local_day(at), list["Letter"]()
    for kind in _TOGETHER:
        row = _row(configuration, kind, cycle, agency, at)
        row.language = language or row.language
        joined.append(_sample(configuration, cycle, row, owed, at))
    items = (item for letter in joined for item in letter.items)
    left = (i if i.obstacle else i.evolve(days=(i.last_full_day - day).days) for i in items)
    return replace(joined[0], items=tuple(left))


def every_letter_fault(configuration: Configuration) -> list[Fault]:
    """Return what is wrong when every kind of letter is written to every agency."""
    messages = Messages(configuration.messages, configuration.program.language)
    if not configuration.cycles():
        return []
    found: dict[Fault, None] = {}
    for agency in configuration.directory.agencies:
        for letter in _letters_to(configuration, agency):
            # Who wants a language that lacks a letter gets that one in the usual language.
            if messages.speaks(template_name(letter), letter.language):
                found |= dict.fromkeys(letter_faults(messages, letter))
    return list(found)


def _letters_to(configuration: Configuration, agency: Agency) -> Iterator[Letter]:
    """Yield a letter of every kind and one of several, in each language its people want."""
    cycle = _last_cycle(configuration, agency)
    contacts = (c for c in configuration.directory.contacts if c.agency == agency.code)
    spoken = dict.fromkeys((configuration.program.language, *(c.language for c in contacts)))
    for language in spoken:
        for kind in NoticeKind:
            addressed = _concerned(configuration, kind, agency.code)
            row = _row(configuration, kind, cycle, addressed, cycle.due_at)
            row.language = language
            yield _sample(configuration, cycle, row, None, cycle.due_at)
        yield _joined(configuration, cycle, agency.code, None, cycle.due_at, language)


def _last_cycle(configuration: Configuration, agency: Agency) -> Cycle:
    """Return the last cycle in which an agency owes a report, or the last of all."""
    every = list(configuration.cycles())
    owing = [
        cycle
        for cycle in every
        if agency.kind in cycle.regime.owed_by and agency.exists_on(cycle.last_full_day)
    ]
    return (owing or every)[-1]


def _sample(
    configuration: Configuration,
    cycle: Cycle,
    row: NoticeRow,
    owed: Obligation | None,
    now: datetime,
) -> Letter:
    """Return a letter whose example states the facts of a cycle and an agency.

    What an administrator is told of a failure is of neither.
    """
    head = letter_head(configuration, cycle.program, row, now)
    if row.kind == NoticeKind.FAILURE:
        return replace(head, items=(failure_item(configuration, row, now),), example=True)
    example = _examples()[NoticeKind(row.kind)]
    real = facts(configuration, cycle, row, owed)
    names = _FACTS_OF_OBSTACLES if example.obstacle else _FACTS
    item = example.evolve(**{name: getattr(real, name) for name in names})
    # Whom an example names besides is named as its reader's language has it.
    others = {"answerer": head.focal_point, "successors": (head.focal_point,)}
    item = item.evolve(**{name: other for name, other in others.items() if getattr(item, name)})
    return replace(head, items=(item,), example=True)


@cache
def _examples() -> dict[NoticeKind, Item]:
    """Return the first sample of each kind, in which nothing is left out."""
    return {item.kind: item for item in reversed(sample_items())}


def _concerned(configuration: Configuration, kind: NoticeKind, agency: str) -> str:
    """Return whose person a letter of a kind is for: of a failure, the first administrator's."""
    administrators = configuration.directory.administrators()
    if kind is NoticeKind.FAILURE and administrators:
        return administrators[0].agency
    return agency


def _row(
    configuration: Configuration, kind: NoticeKind, cycle: Cycle, agency: str, now: datetime
) -> NoticeRow:
    """Return a notice that nobody decided on and nobody keeps."""
    role = _ROLES.get(kind, Role.FOCAL)
    contact = next(iter(recipients_of(configuration.directory, agency, role)), None)
    return NoticeRow(
        key=f"{cycle.code}/{agency}/{kind.value}",
        kind=kind.value,
        rung=_FAILED_RUN if kind is NoticeKind.FAILURE else kind.value,
        cycle=cycle.code,
        agency=agency,
        contact=contact.id if contact else f"{agency}/{role.value}",
        recipient=contact.address if contact else "",
        language=contact.language if contact else cycle.program.language,
        send_at=now,
        status=NoticeStatus.PENDING.value,
        decided_at=now,
    )


def _stands_at(
    session: Session,
    configuration: Configuration,
    kind: NoticeKind,
    cycle: Cycle,
    agency: str,
    now: datetime,
) -> datetime:
    """Return when a rung of a kind last stood or, before the first, when it will; else now."""
    calendar = configuration.calendar
    owed = obligations.obligation_of(session, cycle.code, agency)
    # Where nothing is awaited any more, its rungs stand where they would, were it awaited.
    if owed is None or owed.awaited_at is None:
        owed = Obligation(cycle.code, agency, owed.due_at if owed else cycle.due_at)
    own = Schedule(cycle, calendar).standings(owed)
    whole = (*own, *digest_standings(cycle, [cycle.due_at], calendar))
    stands = [standing.at for standing in whole if kind_of(standing) is kind]
    return max((at for at in stands if at <= now), default=min(stands, default=now))
