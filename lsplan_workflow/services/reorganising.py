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
from lsplan_workflow.domain.agencies import Role, agency_of
from lsplan_workflow.domain.answering import answering_on
from lsplan_workflow.domain.errors import ConfigurationError, RequestError
from lsplan_workflow.domain.notices import recipients_of
from lsplan_workflow.domain.obstacles import State
from lsplan_workflow.domain.reorganisation import (
    Fate,
    Handover,
    Part,
    Passing,
    Retained,
    handover,
    retained,
)
from lsplan_workflow.domain.text import Text, counted
from lsplan_workflow.services.applying import Applied, Terms, apply_configuration
from lsplan_workflow.services.installation import (
    check_configuration,
    is_in_force,
    remembered,
)
from lsplan_workflow.services.obstacle_planning import program_named
from lsplan_workflow.services.turns import Around, Turn, turns
from lsplan_workflow.store import obstacles

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from sqlmodel import Session

    from lsplan_workflow.configuration.folder import Configuration
    from lsplan_workflow.domain.agencies import Contact
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
    `untold` are the codes of those that take something over, or owe newly, and have nobody to
    be told,
    `leaderless` of those whose leaders get a program's digests from then on, but that have none.
    `retained` is what agencies that come back had and their successors keep.
    `without_administrators` tells that it ends the last agency with an administrator.
    """

    reorganisation: Reorganisation
    applied: Applied
    passings: tuple[Passing, ...]
    handovers: tuple[Handover, ...]
    tellings: tuple[Telling, ...]
    untold: tuple[str, ...]
    leaderless: tuple[str, ...]
    retained: tuple[Retained, ...]
    without_administrators: bool


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
        after = remembered(session, found.configuration)
        around = Around(workplace.configuration, after, found.reorganisation, now)
        turned = tuple(turns(session, around))
        handovers = tuple(_handovers(session, workplace.configuration, found, now))
    applied = apply_configuration(
        workplace.database,
        found.configuration,
        now=now,
        actor=actor,
        terms=Terms(dry=dry, document=found.reorganisation.document),
    )
    passings = tuple(passing for turn in turned for passing in turn.passings)
    gaining = _gaining(passings, handovers)
    tellings = tuple(_tellings(around, turned, gaining))
    obliged = (*gaining, *(p.agency for p in passings if p.fate is Fate.ADDED))
    return Reorganised(
        found.reorganisation,
        applied,
        passings,
        handovers,
        tellings,
        untold=tuple(_without_focal(around, obliged)),
        leaderless=tuple(dict.fromkeys(_leaderless(around))),
        retained=tuple(_retained(around)),
        without_administrators=_ends_the_last_administrator(around),
    )


def _without_focal(around: Around, codes: Iterable[str]) -> Iterator[str]:
    """Yield those of some agencies that have nobody to be told, each once."""
    for code in dict.fromkeys(codes):
        if not recipients_of(around.after.directory, code, Role.FOCAL):
            yield code


def _leaderless(around: Around) -> Iterator[str]:
    """Yield who succeeds those whose leaders get a program's digests, and has no leader."""
    day, after = around.first_day, around.after.directory
    for program in around.after.programs:
        for code in (program.focal_point, *program.leadership):
            heir = after.follow(code, day).code
            passes = heir != around.before.directory.follow(code, day).code
            if passes and not after.contacts_of(heir, Role.LEADER):
                yield heir


def _retained(around: Around) -> Iterator[Retained]:
    """Yield what does not return to the agencies that come back, of all programs."""
    for program in around.after.programs:
        comebacks, directory = around.reorganisation.comebacks, around.after.directory
        yield from retained(comebacks, program, directory, around.first_day)


def _ends_the_last_administrator(around: Around) -> bool:
    before, after = (
        configuration.directory.administrators_after(around.first_day)
        for configuration in (around.before, around.after)
    )
    return bool(before) and not after


def _handovers(
    session: Session, before: Configuration, found: Draft, now: datetime
) -> Iterator[Handover]:
    """Yield which obstacles somebody else has to answer, or hears of, from that day on."""
    day = max(found.reorganisation.begins_on, before.calendar.local_day(now))
    both = before.directory, found.configuration.directory
    for obstacle in obstacles.obstacles(session):
        if obstacle.state is State.CLOSED:
            continue
        reported = [directory.follow(obstacle.agency, day) for directory in both]
        parts = [(Part.REPORTED, reported)]
        if obstacle.is_awaited:
            point = program_named(before, obstacle.program).focal_point
            answers = [
                answering_on(obstacle, focal_point=point, directory=directory, day=day)
                for directory in both
            ]
            parts.insert(0, (Part.ANSWERS, answers))
        for part, (old, new) in parts:
            passed = handover(obstacle.number, part, old, new, after=both[1], on=day)
            if passed is not None:
                yield passed


def _gaining(passings: Iterable[Passing], handovers: Iterable[Handover]) -> dict[str, None]:
    """Return the codes of those that take something over, in the order of what that is."""
    duties = (code for found in passings if found.hands_on for code in found.to)
    answers = (h.to for h in handovers if h.part is Part.ANSWERS and h.to is not None)
    return dict.fromkeys((*duties, *answers))


def _tellings(around: Around, found: Sequence[Turn], gaining: Iterable[str]) -> Iterator[Telling]:
    """Yield who is told, by the notices that are planned: those that take something over first.

    An agency that has nobody to be told stands among them without contacts.
    """
    gained = [agency_of(notice.contact) for turn in found for notice in turn.gained]
    lost = [agency_of(notice.contact) for turn in found for notice in turn.lost]
    for code in dict.fromkeys((*gained, *gaining, *lost, *_losing(around, found))):
        contacts = recipients_of(around.after.directory, code, Role.FOCAL)
        if not contacts or code in {*gained, *lost}:
            yield Telling(code, contacts)


def _losing(around: Around, found: Sequence[Turn]) -> Iterator[str]:
    """Yield the codes of the agencies that end and give something up."""
    passings = (passing for turn in found for passing in turn.passings)
    for passing in passings:
        if passing.agency in around.ended and (passing.hands_on or passing.fate is Fate.LAPSES):
            yield passing.agency
