"""Puts the doctor together: every check, whom to tell, and who watches over us from outside."""

from __future__ import annotations

import os
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from lsplan_workflow import bootstrap
from lsplan_workflow.clock import SystemClock
from lsplan_workflow.domain import machine_findings, office_findings
from lsplan_workflow.domain.errors import ConfigurationError, LsplanError, RequestError
from lsplan_workflow.domain.health import Finding, is_well
from lsplan_workflow.domain.text import Text
from lsplan_workflow.notify import http
from lsplan_workflow.services import alarm, installation, untold
from lsplan_workflow.services import doctor_machine as machine
from lsplan_workflow.services import doctor_office as office
from lsplan_workflow.services.doctor import Check, examine, reason
from lsplan_workflow.store import installation as store
from lsplan_workflow.store import soundness

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from lsplan_workflow.bootstrap import Place
    from lsplan_workflow.configuration.folder import Configuration
    from lsplan_workflow.services.workplace import Workplace

_IN_THE_DATABASE: Final = ("actions", "waiting", "failed", "contacts", "backup", "audit")


@dataclass(frozen=True, slots=True)
class Checkup:
    """What was found; the configuration is the one in force, or else the folder's, if valid."""

    place: Place
    findings: tuple[Finding, ...]
    configuration: Configuration | None
    now: datetime
    rehearsal: bool = False

    @property
    def is_well(self) -> bool:
        """Tell whether there is no trouble."""
        return is_well(self.findings)


def look(place: Place) -> Checkup:
    """Look at everything; nothing is written, and no check's failure hides another's finding."""
    clock = SystemClock()
    with ExitStack() as stack:
        workplace, database = _opened(place, stack)
        now = clock.now() if workplace is None else _present(workplace, clock)
        folder, about_folder = _folder(place, workplace, now)
        in_force = folder if workplace is None else workplace.configuration
        found = examine(
            [
                Check("configuration", lambda: about_folder),
                Check("database", lambda: _database(database, workplace)),
                *_machine(place, in_force, clock, is_set_up=database.code != "database-missing"),
                *_office(place, workplace, in_force, now),
            ]
        )
        rehearsal = workplace is not None and _is_rehearsal(workplace)
    return Checkup(place, found, in_force, now, rehearsal)


def _is_rehearsal(workplace: Workplace) -> bool:
    with workplace.database.reading() as session:
        installed = store.installation(session)
    return installed is not None and installed.rehearsal


def _opened(place: Place, stack: ExitStack) -> tuple[Workplace | None, Finding]:
    """Open the installation if it can be, and say how its database is; migrate nothing."""
    try:
        if not bootstrap.is_initialised(place):
            return None, machine_findings.database_missing()
        if not bootstrap.is_migrated(place):
            return None, machine_findings.database(migrated=False)
        workplace = stack.enter_context(bootstrap.opened(replace(place, at=None), actor="doctor"))
    except ConfigurationError:
        return None, office_findings.configuration_outdated()
    except Exception as error:  # noqa: BLE001 - Whatever keeps it closed is what is to be told.
        return None, machine_findings.database_unreachable(reason(error))
    return workplace, machine_findings.database(migrated=True)


def _database(opened: Finding, workplace: Workplace | None) -> Iterator[Finding]:
    """Yield how the database is; one that opens may be damaged where nobody has read yet."""
    damage = None if workplace is None else soundness.first_damage(workplace.database)
    yield opened if damage is None else machine_findings.database_damaged(damage)


def _folder(
    place: Place, workplace: Workplace | None, now: datetime
) -> tuple[Configuration | None, list[Finding]]:
    """Return the folder's configuration if it is valid, and what is said of the folder."""
    try:
        found = bootstrap.check(place.config)
    except Exception as error:  # noqa: BLE001 - The next checks do not need the folder.
        return None, [office_findings.configuration_faulty(_fault(error))]
    edited = False
    if workplace is not None:
        with workplace.database.reading() as session:
            edited = not installation.is_in_force(session, found.files)
    said = [office_findings.configuration(edited=edited)]
    in_force = found if workplace is None else workplace.configuration
    directory, today = in_force.directory, in_force.calendar.local_day(now)
    if not directory.administrators_after(today):
        ended = [contact.id for contact in directory.administrators()]
        said.append(office_findings.administrators_missing(ended))
    return found, said


def _fault(error: Exception) -> Text:
    """Return where the first of several faults stands, without its value, which may be private."""
    if not isinstance(error, ConfigurationError) or not error.faults:
        return reason(error)
    first, count = error.faults[0], len(error.faults)
    where = f"{first.file}:{first.line}: {first.field}"
    return Text(f"{count} lỗi, đầu tiên ở {where}", f"{count} in all, the first in {where}")


def _machine(
    place: Place, configuration: Configuration | None, clock: SystemClock, *, is_set_up: bool
) -> Iterator[Check]:
    """Yield the checks that need no database."""
    channels, settings = bootstrap.channels(place), bootstrap.settings()
    sender = "" if configuration is None else configuration.program.sender

    @lru_cache(maxsize=1)
    def greeted() -> machine.Greeted | LsplanError | None:
        try:
            return machine.greet(channels, clock, sender)
        except RequestError as error:
            return error

    def secrets() -> Iterator[Finding]:
        key = bootstrap.audit_key(place) if is_set_up else b"none is needed yet"
        contacts = () if configuration is None else configuration.directory.contacts
        return machine.look_at_secrets(key, contacts, channels, place.var)

    def prefect() -> Iterator[Finding]:
        found = machine.conductor(place.var / "prefect", os.environ)
        return machine.look_at_prefect(found, clock)

    yield Check("disk", lambda: machine.look_at_disk(_written_to(place)))
    yield Check("mail", lambda: machine.look_at_mail(greeted(), place.var / "mail"))
    yield Check("clock", lambda: machine.look_at_clock(greeted(), settings.time_source, clock))
    yield Check("prefect", prefect)
    yield Check("secrets", secrets)


def _written_to(place: Place) -> list[Path]:
    """Return the folders that are written to, that of an SQLite database elsewhere included."""
    from sqlalchemy import make_url  # noqa: PLC0415 - A slow import, within this check's bounds.

    named = bootstrap.settings().database_url.get_secret_value()
    url = make_url(named) if named else None
    elsewhere = url.database if url is not None and url.get_backend_name() == "sqlite" else None
    return [place.var, place.var / "files", *([Path(elsewhere).parent] if elsewhere else [])]


def _office(
    place: Place, workplace: Workplace | None, configuration: Configuration | None, now: datetime
) -> Iterator[Check]:
    """Yield the checks of the work itself, most of which is in the database."""
    if configuration is None:
        yield _not_looked_at("calendar")
    else:
        yield Check("calendar", lambda: office.look_at_calendar(configuration, now))
    if workplace is None:
        yield from map(_not_looked_at, _IN_THE_DATABASE)
        return
    yield Check("actions", lambda: office.look_at_actions(workplace))
    yield Check("waiting", lambda: office.look_at_waiting(workplace))
    yield Check("failed", lambda: office.look_at_failed(workplace))
    yield Check("contacts", lambda: office.look_at_contacts(workplace))
    yield Check("backup", lambda: office.look_at_backup(workplace))
    yield Check("audit", lambda: office.look_at_audit(workplace, bootstrap.audit_key(place)))


def _not_looked_at(name: str) -> Check:
    return Check(name, lambda: [office_findings.unknown(name)])


def _present(workplace: Workplace, clock: SystemClock) -> datetime:
    """Return the installation's own instant; the machine's in a rehearsal that has none."""
    try:
        return workplace.clock.now()
    except RequestError:
        return clock.now()


def tell(checkup: Checkup) -> tuple[Checkup, alarm.Alarm | None]:
    """Tell the administrators of trouble; call the heartbeat's address if there is none.

    Whoever watches is not to take a rehearsal's health for that of the installation beside it.
    Return the checkup, with what is to be said of the heartbeat.
    """
    place, folder = checkup.place, untold.notes(checkup.place.var)
    if not checkup.is_well:
        outward = alarm.Office(
            checkup.configuration, bootstrap.channels(place), folder, checkup.now
        )
        return checkup, alarm.tell(checkup.findings, outward)
    untold.clear(folder)
    if checkup.rehearsal:
        return checkup, None
    return replace(checkup, findings=(*checkup.findings, *_beat())), None


def _beat() -> Iterable[Finding]:
    """Call the address that watches over us; yield what went wrong."""
    url = bootstrap.settings().heartbeat_url.get_secret_value()
    if not url:
        return
    try:
        http.get(url)
    except OSError as error:
        yield machine_findings.heartbeat_unreached(str(error))
