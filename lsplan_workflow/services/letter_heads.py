"""The head of a letter: who writes to whom, about which program, in which language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsplan_workflow.configuration.cautions import missing_translations
from lsplan_workflow.domain.agencies import Role
from lsplan_workflow.domain.text import Text
from lsplan_workflow.notify.letter import Letter
from lsplan_workflow.services.cycles import known_cycle
from lsplan_workflow.services.obstacle_planning import program_named
from lsplan_workflow.store import obstacles

if TYPE_CHECKING:
    from datetime import datetime

    from sqlmodel import Session

    from lsplan_workflow.configuration.folder import Configuration
    from lsplan_workflow.domain.agencies import Agency, Contact
    from lsplan_workflow.domain.program import Program
    from lsplan_workflow.store.tables import NoticeRow


def program_of(session: Session, configuration: Configuration, notice: NoticeRow) -> Program:
    """Return the program in whose name a notice is written."""
    if notice.obstacle is not None:
        obstacle = obstacles.obstacle_of(session, notice.obstacle)
        return program_named(configuration, obstacle.program if obstacle else "")
    cycle = known_cycle(configuration, notice.cycle)
    return configuration.program if cycle is None else cycle.program


def focal_point(configuration: Configuration, program: Program, now: datetime) -> Agency:
    """Return the agency that is a program's focal point on the local day of an instant."""
    day = configuration.calendar.local_day(now)
    return configuration.directory.follow(program.focal_point, day)


def letter_language(configuration: Configuration, preferred: str) -> str:
    """Return the language of letters: the first program's until all templates are translated.

    Else English names would stand in Vietnamese sentences.
    """
    usual = configuration.program.language
    return usual if missing_translations(configuration.messages, usual, preferred) else preferred


def letter_head(
    configuration: Configuration, program: Program, row: NoticeRow, now: datetime
) -> Letter:
    """Return a letter without items: who writes to whom, about which program, as of when."""
    point, language = focal_point(configuration, program, now), row.language
    asked = _whom_to_ask(configuration, point)
    return Letter(
        language=language,
        written_at=configuration.calendar.local(now),
        addressee=_addressee(configuration, row),
        program_kind=program.called(language),
        program_number=program.number,
        program_title=program.title(language),
        program_issuer=program.issued_by(language),
        program_issued_on=program.issued_on,
        place=program.written_in(language),
        focal_point=point.form_of_address(language),
        submit_to=program.submit_to,
        ask_name=asked.name if asked else point.form_of_address(language),
        ask_address=asked.address if asked else program.submit_to,
        items=(),
    )


def _whom_to_ask(configuration: Configuration, point: Agency) -> Contact | None:
    """Return the focal point's own focal person, if mail can reach him."""
    found = configuration.directory.contacts_of(point.code, Role.FOCAL)
    return next((contact for contact in found if "://" not in contact.address), None)


def _addressee(configuration: Configuration, row: NoticeRow) -> str:
    """Return who stands after «Kính gửi»: the agency, its head, or the person a digest is for."""
    contact = configuration.directory.contact(row.contact)
    if contact is not None and contact.role in {Role.LEADER, Role.ADMIN}:
        return contact.name
    agency = contact.agency if contact is not None else row.agency
    name = configuration.directory[agency].form_of_address(row.language)
    if contact is None or contact.role is not Role.HEAD:
        return name
    plain = name.removeprefix("The ").removeprefix("the ")
    return Text(f"Lãnh đạo {name}", f"The Head of the {plain}").in_language(row.language)
