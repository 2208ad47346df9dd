"""What letters say of a duty that has passed on: to whom, and what that one has to file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsplan_workflow.domain.agencies import agency_of
from lsplan_workflow.domain.obligations import Status, holding
from lsplan_workflow.services.cycles import find_cycle
from lsplan_workflow.services.matters import facts
from lsplan_workflow.store import obligations

if TYPE_CHECKING:
    from lsplan_workflow.domain.obligations import Obligation
    from lsplan_workflow.notify.letter import Item
    from lsplan_workflow.services.matters import Matter


def owed_again(matter: Matter, base: Item) -> Item:
    """Add who has to file what an agency owes again that has ended, and until when.

    A reader who has to is told of the deadline of his own report, which covers it.
    """
    if matter.obligation.status is not Status.TRANSFERRED:
        return base
    held = {o.agency: o for o in _holding(matter)}
    own = held.get(agency_of(matter.row.contact))
    if own is None:
        return passed_on(matter, base)
    cycle, language = find_cycle(matter.configuration, base.cycle), matter.row.language
    whole = facts(matter.configuration, cycle, matter.row, own)
    name = matter.configuration.directory[own.agency].form_of_address(language)
    return whole.evolve(covers=base.covers, taken_by=name)


def passed_on(matter: Matter, base: Item) -> Item:
    """Add to whom the duty has passed, or that it lapsed."""
    directory, language = matter.configuration.directory, matter.row.language
    heirs = [owed.agency for owed in _holding(matter)]
    names = tuple(directory[code].form_of_address(language) for code in heirs)
    return base.evolve(successors=names, lapsed=not names)


def _holding(matter: Matter) -> list[Obligation]:
    """Return the obligations that cover one which has passed on, that of the lead first."""
    agency = matter.configuration.directory[matter.obligation.agency]
    among = obligations.obligations_of(matter.session, matter.obligation.cycle)
    held = holding(agency.code, among, matter.now)
    lead = {code: place for place, code in enumerate(agency.successors)}
    found = (owed for owed in among if owed.agency in held)
    return sorted(found, key=lambda owed: lead.get(owed.agency, len(lead)))
