"""One decision that changes which agencies exist, and what it makes of what is owed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from lsplan_workflow.domain.obligations import (
    Obligation,
    Status,
    covering_heirs,
    plan_obligations,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from lsplan_workflow.domain.agencies import Agency, Contact, Directory
    from lsplan_workflow.domain.cycles import Cycle
    from lsplan_workflow.domain.program import Program

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Ending:
    """An agency that ends, and who succeeds it, the lead first; nobody if it is abolished."""

    agency: str
    successors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Comeback:
    """An agency as which another one comes back that had ended."""

    former: str
    agency: str


@dataclass(frozen=True, slots=True)
class Reorganisation:
    """What a document decides about agencies from a local day on.

    Agencies that are `founded` exist from that day, some of them as `comebacks`; those of
    `endings` up to the day before. The ends of the `revoked` ones, decided on formerly, do not
    come about.
    """

    document: str
    begins_on: date
    founded: tuple[Agency, ...] = ()
    comebacks: tuple[Comeback, ...] = ()
    endings: tuple[Ending, ...] = ()
    revoked: tuple[str, ...] = ()
    contacts: tuple[Contact, ...] = ()

    @property
    def ends_on(self) -> date:
        """The last day of the old order."""
        return self.begins_on - _ONE_DAY


class Fate(StrEnum):
    """What becomes of an agency's obligation.

    It is `kept` open under the old name where the successor has filed its own already, and
    `handed_on` where that, which it stayed for, ends in its turn.
    """

    KEPT = "kept"
    HANDED_ON = "handed_on"
    PASSES = "passes"
    LAPSES = "lapses"
    FOLLOWED_UP = "followed_up"
    SETTLED = "settled"
    DROPPED = "dropped"
    ADDED = "added"
    EXEMPT = "exempt"


@dataclass(frozen=True, slots=True)
class HeirsDeadline:
    """When the obligation is due that covers what an heir takes over, at present and then (UTC).

    `present` is None where the heir has owed nothing yet. The later deadline of all that an
    heir's obligation covers holds for it as a whole.
    """

    agency: str
    present: datetime | None
    then: datetime


@dataclass(frozen=True, slots=True)
class Passing:
    """What becomes of one obligation, at an instant (UTC); `to` are those who take it over.

    What was filed is only followed up by another agency: its review and revision. What is
    dropped, or added, belongs to a cycle that opens after the reorganisation. Whoever is exempt
    comes too late to owe anything in a cycle that is open. Only what passes has `deadlines`, one
    for each of `to`.
    """

    cycle: str
    agency: str
    fate: Fate
    at: datetime
    due_at: datetime
    status: Status
    to: tuple[str, ...] = ()
    deadlines: tuple[HeirsDeadline, ...] = ()

    @property
    def hands_on(self) -> bool:
        """Tell whether another agency has to file from then on, also under the old name."""
        to_revise = self.fate is Fate.FOLLOWED_UP and self.status is Status.RETURNED
        return to_revise or self.fate in {Fate.PASSES, Fate.KEPT, Fate.HANDED_ON}


class Duty(StrEnum):
    """What an agency is to a program: it collects the reports, or its leaders read the digests."""

    FOCAL_POINT = "focal_point"
    LEADERSHIP = "leadership"


@dataclass(frozen=True, slots=True)
class Retained:
    """A duty that its `holder` keeps of a program, though the agency that had it comes back."""

    program: str
    duty: Duty
    comeback: Comeback
    holder: str


def retained(
    comebacks: Iterable[Comeback], program: Program, directory: Directory, on: date
) -> Iterator[Retained]:
    """Yield what of a program a successor goes on with on a day, by agencies that come back."""
    duties = [(Duty.FOCAL_POINT, program.focal_point)]
    duties += [(Duty.LEADERSHIP, code) for code in program.leadership]
    lines = [(duty, [agency.code for agency in directory.line(c, on)]) for duty, c in duties]
    for comeback in comebacks:
        for duty, line in lines:
            if comeback.former in line and line[-1] != comeback.agency:
                yield Retained(program.number, duty, comeback, line[-1])


class Part(StrEnum):
    """What an agency has to do with an obstacle: it has to answer, or reported it."""

    ANSWERS = "answers"
    REPORTED = "reported"


@dataclass(frozen=True, slots=True)
class Handover:
    """An agency's part in an obstacle that is not closed; nobody takes it over without `to`.

    `as_focal_point` tells that `to` answers as the focal point and is no successor.
    """

    number: str
    part: Part
    agency: str
    to: str | None
    as_focal_point: bool = False


def passing(
    owed: Obligation,
    others: Mapping[str, Obligation],
    *,
    cycle: Cycle,
    directory: Directory,
    at: datetime,
) -> Passing:
    """Return what becomes of an obligation, beside the `others` by agency, if its agency ends."""
    agency = directory[owed.agency]
    heirs = covering_heirs(agency, others, cycle=cycle, directory=directory)
    if owed.is_settled:
        return _passing(owed, Fate.SETTLED, at)
    if not owed.is_chased:
        return _passing(owed, Fate.FOLLOWED_UP, at, agency.successors[:1])
    if heirs is None:
        return _passing(owed, Fate.KEPT, at, agency.successors[:1])
    return _passing(owed, Fate.PASSES if heirs else Fate.LAPSES, at, tuple(heirs))


def handed_on(
    owed: Obligation, *, before: Directory, after: Directory, at: datetime, on: date
) -> Passing | None:
    """Return who takes over what stays under the name of an agency that has ended before.

    None if the same agency stands for it on the day as by the former directory.
    """
    heir = after.follow(owed.agency, on).code
    stays = after[owed.agency].exists_on(on) or heir == before.follow(owed.agency, on).code
    if stays or owed.is_settled or owed.status is Status.TRANSFERRED:
        return None
    return _passing(owed, Fate.HANDED_ON if owed.is_chased else Fate.FOLLOWED_UP, at, (heir,))


def _passing(owed: Obligation, fate: Fate, at: datetime, to: tuple[str, ...] = ()) -> Passing:
    return Passing(owed.cycle, owed.agency, fate, at, owed.due_at, owed.status, to)


def with_deadlines(
    found: Iterable[Passing], present: Mapping[str, Obligation], then: Mapping[str, Obligation]
) -> Iterator[Passing]:
    """Yield what becomes of obligations with their heirs' deadlines, at present and then."""
    for one in found:
        heirs = one.to if one.fate is Fate.PASSES else ()
        deadlines = tuple(
            HeirsDeadline(
                heir, present[heir].due_at if heir in present else None, then[heir].due_at
            )
            for heir in heirs
        )
        yield replace(one, deadlines=deadlines)


def handover(
    number: str, part: Part, old: Agency, new: Agency, *, after: Directory, on: date
) -> Handover | None:
    """Return who takes over an agency's part in an obstacle on a day; None if nothing changes."""
    if old.code == new.code and old.exists_on(on) == new.exists_on(on):
        return None
    to = new.code if new.exists_on(on) else None
    succeeds = after.follow(old.code, on).code == new.code
    return Handover(number, part, old.code, to, part is Part.ANSWERS and not succeeds)


def exchanged(
    before: Iterable[Obligation], after: Iterable[Obligation], at: datetime
) -> Iterator[Passing]:
    """Yield who owes no more, and who owes newly, in a cycle that has not opened yet."""
    old, new = ({o.agency: o for o in found} for found in (before, after))
    for code in sorted(old.keys() - new.keys()):
        yield _passing(old[code], Fate.DROPPED, at)
    for code in sorted(new.keys() - old.keys()):
        yield _passing(new[code], Fate.ADDED, at)


def newly_owed(known: Iterable[str], cycle: Cycle, directory: Directory) -> list[Obligation]:
    """Return what is owed in a cycle by agencies beside the `known` ones.

    Whoever succeeds one that owes takes its duty over on the day, and owes nothing besides.
    """
    owing = set(known)
    owing |= descendants(owing, directory)
    return [o for o in plan_obligations(cycle, directory) if o.agency not in owing]


def exempted(
    founded: Iterable[Agency], cycle: Cycle, directory: Directory, at: datetime
) -> Iterator[Passing]:
    """Yield who comes to exist too late to owe in a cycle that is open, and succeeds nobody."""
    heirs = {code for agency in directory.agencies for code in agency.successors}
    for agency in founded:
        owes = agency.kind in cycle.regime.owed_by and agency.code not in heirs
        if owes and not agency.exists_on(cycle.last_full_day):
            yield _passing(Obligation(cycle.code, agency.code, cycle.due_at), Fate.EXEMPT, at)


def descendants(codes: Iterable[str], directory: Directory) -> set[str]:
    """Return everyone who succeeds some agencies, in however many steps."""
    found, left = set[str](), list(codes)
    while left:
        for successor in directory[left.pop()].successors:
            if successor not in found:
                found.add(successor)
                left.append(successor)
    return found
