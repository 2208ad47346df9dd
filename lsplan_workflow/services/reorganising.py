"""Foreseeing what a reorganisation makes of what is owed, and recording it for good."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lsplan_workflow.configuration.contacts_file import FALLBACK
from lsplan_workflow.configuration.csv_edit import CsvText
from lsplan_workflow.configuration.encoding import decode
from lsplan_workflow.configuration.findings import Findings
from lsplan_workflow.configuration.folder import AGENCIES
from lsplan_workflow.configuration.reorganisation_file import read_reorganisation
from lsplan_workflow.configuration.replacing import replaced
from lsplan_workflow.domain.agencies import Role
from lsplan_workflow.domain.cycles import CycleState
from lsplan_workflow.domain.errors import ConfigurationError, RequestError
from lsplan_workflow.domain.notices import recipients_of
from lsplan_workflow.domain.obligations import Status, plan_obligations, plan_succession
from lsplan_workflow.domain.obstacles import State
from lsplan_workflow.domain.reorganisation import (
    Fate,
    Handover,
    Part,
    Passing,
    exchanged,
    handover,
    newly_owed,
    passing,
    with_deadlines,
)
from lsplan_workflow.domain.text import Text, counted
from lsplan_workflow.services.applying import Applied, Terms, apply_configuration
from lsplan_workflow.services.cycles import known_cycle
from lsplan_workflow.services.installation import check_configuration, is_in_force
from lsplan_workflow.services.obstacle_planning import program_named
from lsplan_workflow.services.succession import succeeded
from lsplan_workflow.store import cycles, obligations, obstacles

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from sqlmodel import Session

    from lsplan_workflow.configuration.folder import Configuration
    from lsplan_workflow.domain.agencies import Contact
    from lsplan_workflow.domain.cycles import Cycle
    from lsplan_workflow.domain.obligations import Obligation
    from lsplan_workflow.domain.reorganisation import Reorganisation
    from lsplan_workflow.services.workplace import Workplace


@dataclass(frozen=True, slots=True)
class Telling:
    """An agency that hears of a reorganisation, and its persons; nobody if it has none."""

    agency: str
    contacts: tuple[Contact, ...]


@dataclass(frozen=True, slots=True)
class Reorganised:
    """What a reorganisation changes: the configuration, what is owed, and who hears of it.

    `tellings` stand in the order in which the agencies are told, those that take over first.
    `untold` are the codes of those that take something over and have nobody to be told.
    """

    reorganisation: Reorganisation
    applied: Applied
    passings: tuple[Passing, ...]
    handovers: tuple[Handover, ...]
    tellings: tuple[Telling, ...]
    untold: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """A reorganisation with the folder's files as it makes them, and what they mean."""

    reorganisation: Reorganisation
    changed: Mapping[str, bytes]
    configuration: Configuration


def draft(workplace: Workplace, files: Mapping[str, bytes], name: str, content: bytes) -> Draft:
    """Return what a file makes of the configuration's files, which must be those in force.

    Raise RequestError where the folder has other changes, ConfigurationError with every
    fault of the file.
    """
    before = check_configuration(files)
    with workplace.database.reading() as session:
        if not is_in_force(session, before.files):
            raise RequestError(_UNAPPLIED)
    findings = Findings(name)
    reorganisation, text = None, decode(content, findings)
    if text is not None:
        today = before.calendar.local_day(workplace.clock.now())
        reorganisation = read_reorganisation(text, before.directory, findings, today=today)
    if reorganisation is None:
        count = len(findings.faults)
        faulty = Text(f"{name} có {count} lỗi.", f"{name} has {counted(count, 'fault')}.")
        raise ConfigurationError(faulty, findings.faults)
    changed = edited(files, reorganisation)
    after = _checked({**files, **changed}, name)
    _require_focal_points(after, reorganisation)
    return Draft(reorganisation, changed, after)


def _checked(files: Mapping[str, bytes], name: str) -> Configuration:
    """Return the configuration that a decision makes; its faults are the decision's."""
    try:
        return check_configuration(files)
    except ConfigurationError as error:
        count = len(error.faults)
        unfit = Text(
            f"{name}: theo tệp này cấu hình sẽ có {count} lỗi (số dòng là của tệp như sẽ được "
            "ghi); hãy sửa tệp này, thư mục cấu hình chưa thay đổi.",
            f"{name}: the configuration would have {counted(count, 'fault')} by this file "
            "(lines are those of the files as it would write them); mend this file, the "
            "folder is unchanged.",
        )
        raise ConfigurationError(unfit, error.faults) from error


def _require_focal_points(configuration: Configuration, decided: Reorganisation) -> None:
    """Raise RequestError where nobody would collect the reports of a program any more."""
    for program in configuration.programs:
        point = configuration.directory.follow(program.focal_point, decided.begins_on)
        if not point.exists_on(decided.begins_on):
            raise RequestError(
                Text(
                    f"{point.code} là cơ quan đầu mối của {program.number} và không có cơ quan kế "
                    "thừa; hãy ghi cơ quan kế thừa ([[merge]], [[split]] hoặc [[rename]]).",
                    f"{point.code} is the focal point of {program.number} and has no successor; "
                    "name one ([[merge]], [[split]] or [[rename]]).",
                )
            )


_UNAPPLIED = Text(
    "Thư mục cấu hình có sửa đổi chưa áp dụng; hãy chạy `lsplan apply` trước.",
    "The configuration folder has changes that were not applied; run `lsplan apply` first.",
)


def edited(files: Mapping[str, bytes], reorganisation: Reorganisation) -> dict[str, bytes]:
    """Return the files that a reorganisation changes; all else in them stays as it is."""
    agencies = CsvText(files[AGENCIES])
    for code in reorganisation.revoked:
        agencies.change("code", code, {"valid_to": "", "successors": ""})
    for ending in reorganisation.endings:
        last = reorganisation.ends_on.isoformat()
        successors = ";".join(ending.successors)
        agencies.change("code", ending.agency, {"valid_to": last, "successors": successors})
    for agency in reorganisation.founded:
        agencies.add(
            {
                "code": agency.code,
                "name_vi": agency.name_vi,
                "name_en": agency.name_en,
                "kind": agency.kind,
                "valid_from": reorganisation.begins_on.isoformat(),
                "verified": "yes",
                "source": agency.source,
            }
        )
    changed = {AGENCIES: agencies.encoded()}
    if reorganisation.contacts:
        name = next(name for name in files if name.startswith("contacts"))
        changed[name] = _with_contacts(files[name], reorganisation.contacts)
    return changed


def _with_contacts(data: bytes, contacts: Iterable[Contact]) -> bytes:
    page = CsvText(data)
    for contact in contacts:
        page.add(
            {
                "agency": contact.agency,
                "role": contact.role.value,
                "name": contact.name,
                "address": contact.address,
                "language": contact.language,
                FALLBACK: " ".join(contact.fallback),
            }
        )
    return page.encoded()


def foresee(workplace: Workplace, found: Draft, *, actor: str) -> Reorganised:
    """Return what a reorganisation brings about, and change nothing."""
    return _carry_out(workplace, found, actor=actor, dry=True)


def reorganise(workplace: Workplace, found: Draft, folder: Path, *, actor: str) -> Reorganised:
    """Write the files into the configuration's folder and take them into effect.

    What was there is put back if that fails.
    """
    with replaced(folder, found.changed):
        return _carry_out(workplace, found, actor=actor, dry=False)


def _carry_out(workplace: Workplace, found: Draft, *, actor: str, dry: bool) -> Reorganised:
    now = workplace.clock.now()
    with workplace.database.reading() as session:
        passings = tuple(_passings(session, workplace.configuration, found, now))
        handovers = tuple(_handovers(session, workplace.configuration, found, now))
    applied = apply_configuration(
        workplace.database,
        found.configuration,
        now=now,
        actor=actor,
        terms=Terms(dry=dry, document=found.reorganisation.document),
    )
    gaining = _gaining(passings, handovers)
    tellings = tuple(_tellings(found.configuration, passings, gaining))
    untold = tuple(t.agency for t in tellings if t.agency in gaining and not t.contacts)
    return Reorganised(found.reorganisation, applied, passings, handovers, tellings, untold)


def _passings(
    session: Session, before: Configuration, found: Draft, now: datetime
) -> Iterator[Passing]:
    """Yield what becomes of what is owed, in the cycles that are open and the next it concerns."""
    begins_at = before.calendar.midnight(found.reorganisation.begins_on)
    upcoming = set[str]()
    for cycle in found.configuration.cycles():
        row = cycles.cycle_of(session, cycle.code)
        if row is not None:
            if not row.untracked:
                owed = obligations.obligations_of(session, cycle.code)
                yield from _passing_on(found, cycle, owed, max(begins_at, now))
                yield from _added(session, found, cycle, now)
        elif cycle.closes_at > max(begins_at, now) and cycle.regime.code not in upcoming:
            upcoming.add(cycle.regime.code)
            yield from _exchanged(before, found, cycle, begins_at)
            planned = plan_obligations(cycle, found.configuration.directory)
            yield from _passing_on(found, cycle, planned, begins_at)


def _added(session: Session, found: Draft, cycle: Cycle, now: datetime) -> Iterator[Passing]:
    """Yield who owes newly in a cycle that is open, and succeeds nobody who owes."""
    if cycle.state(now) is CycleState.OPEN:
        known = [owed.agency for owed in obligations.obligations_of(session, cycle.code)]
        added = newly_owed(known, cycle, found.configuration.directory)
        yield from exchanged([], added, now)


def _passing_on(
    found: Draft, cycle: Cycle, present: Iterable[Obligation], at: datetime
) -> Iterator[Passing]:
    """Yield what becomes of obligations in a cycle, if that is open on the day.

    What passes on until then, by decisions made formerly, has done so.
    """
    if cycle.state(at) is not CycleState.OPEN:
        return
    ended = [ending.agency for ending in found.reorganisation.endings]
    owed = {o.agency: o for o in present}
    owed |= succeeded(owed, found.configuration, cycle, at, leaving=ended)
    directory, then = found.configuration.directory, dict(owed)
    passings = list[Passing]()
    for code in ended:
        if code in owed and owed[code].status is not Status.TRANSFERRED:
            passings.append(passing(owed[code], owed, cycle=cycle, directory=directory, at=at))
            changed = plan_succession(
                directory[code], then, cycle=cycle, directory=directory, at=at
            )
            then |= {o.agency: o for o in changed}
    yield from with_deadlines(passings, owed, then)


def _handovers(
    session: Session, before: Configuration, found: Draft, now: datetime
) -> Iterator[Handover]:
    """Yield which obstacles somebody else has to answer, or hears of, from that day on."""
    day = max(found.reorganisation.begins_on, before.calendar.local_day(now))
    for obstacle in obstacles.obstacles(session):
        assigned = obstacle.assigned_to or program_named(before, obstacle.program).focal_point
        parts = [(Part.ANSWERS, assigned)] if obstacle.is_awaited else []
        if obstacle.state is not State.CLOSED:
            parts.append((Part.REPORTED, obstacle.agency))
        for part, code in parts:
            old, new = before.directory, found.configuration.directory
            passed = handover(obstacle.number, part, code, before=old, after=new, on=day)
            if passed is not None:
                yield passed


def _exchanged(
    before: Configuration, found: Draft, cycle: Cycle, at: datetime
) -> Iterator[Passing]:
    """Yield who owes another cycle than before, in one that has not opened yet."""
    former = known_cycle(before, cycle.code)
    old = plan_obligations(former, before.directory) if former else []
    yield from exchanged(old, plan_obligations(cycle, found.configuration.directory), at)


def _gaining(passings: Iterable[Passing], handovers: Iterable[Handover]) -> dict[str, None]:
    """Return the codes of those that take something over, in the order of what that is."""
    duties = (code for found in passings if found.hands_on for code in found.to)
    answers = (h.to for h in handovers if h.part is Part.ANSWERS and h.to is not None)
    return dict.fromkeys((*duties, *answers))


def _tellings(
    configuration: Configuration, passings: Sequence[Passing], gaining: Iterable[str]
) -> Iterator[Telling]:
    """Yield who is told of what passes: those that take it over first, the old ones last."""
    losing = (p.agency for p in passings if p.hands_on or p.fate is Fate.LAPSES)
    for code in dict.fromkeys((*gaining, *losing)):
        contacts = recipients_of(configuration.directory, code, Role.FOCAL)
        yield Telling(code, contacts)
