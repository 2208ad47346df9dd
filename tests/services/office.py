"""An office for tests: a rehearsal on SQLite, a clock to set, and eyes on what came of it."""

from __future__ import annotations

import mailbox
import shutil
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event

from lsplan_workflow.configuration.folder import Configuration, parse, read_files
from lsplan_workflow.domain.agencies import Contact, Directory
from lsplan_workflow.domain.obstacles import USUAL_RULES
from lsplan_workflow.domain.program import Rate
from lsplan_workflow.notify.channels import Channels
from lsplan_workflow.notify.messages import Messages
from lsplan_workflow.services import decisions, installation
from lsplan_workflow.services.claiming import REPLIES
from lsplan_workflow.services.cycles import find_cycle
from lsplan_workflow.services.delivery import Delivered, deliver
from lsplan_workflow.services.reporting_pass import Decided, PassResult, decide, run_pass
from lsplan_workflow.services.reviews import review
from lsplan_workflow.services.status import CycleStatus, cycle_status
from lsplan_workflow.services.submissions import Arrival, Filed, Upload, submit
from lsplan_workflow.services.voiding import Voided, void
from lsplan_workflow.services.workplace import Workplace
from lsplan_workflow.store import audit_events, consolidations, obligations, outbox
from lsplan_workflow.store.database import Database
from lsplan_workflow.store.files import FileStore
from lsplan_workflow.store.submissions import ReviewDecision
from tests.domain.province import CALENDAR, DIRECTORY, PROGRAM, local

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator
    from email.message import EmailMessage

    from lsplan_workflow.domain.cycles import Cycle
    from lsplan_workflow.domain.obligations import Obligation
    from lsplan_workflow.store.tables import AuditEvent, ConsolidationRow, NoticeRow

KEY = b"a key of the audit log in tests."
TICK = timedelta(microseconds=1)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
OPENING = local(2025, 9, 3, 7, 30)
GROUNDS = decisions.Grounds("an", "Chờ số liệu năm", "Công văn số 12/UBND-TH")
_FOLDER = Path(__file__).parents[2] / "config"


class SetClock:
    """A clock that stands where it was set, or moves on by `step` each time it is read."""

    def __init__(self, step: timedelta = timedelta()) -> None:
        self.instant: datetime | None = None
        self.step = step

    def now(self) -> datetime:
        assert self.instant is not None, "the test has not set its clock"
        found = self.instant.astimezone(UTC)
        self.instant += self.step
        return found


@dataclass
class Office:
    """A workplace, with the acts of people and what an observer can see."""

    workplace: Workplace
    clock: SetClock
    folder: Path

    @property
    def configuration(self) -> Configuration:
        return self.workplace.configuration

    def at(self, instant: datetime) -> Office:
        """Set the clock."""
        self.clock.instant = instant
        return self

    def run(self, instant: datetime) -> PassResult:
        """Run one whole pass at an instant."""
        return run_pass(self.at(instant).workplace)

    def decide(self, instant: datetime) -> Decided:
        """Run a pass up to deciding; nothing is sent or consolidated."""
        return decide(self.at(instant).workplace)

    def run_at(self, *instants: datetime) -> list[PassResult]:
        return [self.run(instant) for instant in instants]

    def deliver(self, instant: datetime) -> Delivered:
        return deliver(self.at(instant).workplace)

    def deliver_replies(self, instant: datetime) -> Delivered:
        return deliver(self.at(instant).workplace, only=REPLIES)

    def submit(
        self,
        instant: datetime,
        agency: str,
        *files: Upload,
        cycle: str = "annual-2025",
        arrival: Arrival | None = None,
    ) -> Filed:
        uploads = files or (Upload("báo cáo.docx", f"{cycle}/{agency}".encode()),)
        place = self.at(instant).workplace
        return submit(place, cycle, agency, uploads, actor="cli", arrival=arrival)

    def accept(self, instant: datetime, agency: str, *, cycle: str = "annual-2025") -> None:
        self.review(instant, agency, ReviewDecision.ACCEPTED, "", cycle=cycle)

    def send_back(
        self,
        instant: datetime,
        agency: str,
        reason: str,
        *,
        cycle: str = "annual-2025",
        by: date | None = None,
    ) -> None:
        self.review(instant, agency, ReviewDecision.RETURNED, reason, cycle=cycle, by=by)

    def extend(
        self,
        instant: datetime,
        *agencies: str,
        to: date,
        cycle: str = "annual-2025",
        correct: bool = False,
    ) -> list[decisions.Decided]:
        place, named = self.at(instant).workplace, agencies or None
        return decisions.extend(place, cycle, named, to, grounds=GROUNDS, correct=correct)

    def waive(self, instant: datetime, *agencies: str, cycle: str = "annual-2025") -> None:
        named = agencies or None
        decisions.waive(self.at(instant).workplace, cycle, named, grounds=GROUNDS)

    def reopen(
        self, instant: datetime, *agencies: str, to: date | None = None, cycle: str = "annual-2025"
    ) -> None:
        decisions.reopen(self.at(instant).workplace, cycle, agencies, grounds=GROUNDS, to=to)

    def void(
        self,
        instant: datetime,
        agency: str,
        version: int,
        *,
        cycle: str = "annual-2025",
        grounds: decisions.Grounds = GROUNDS,
    ) -> Voided:
        return void(self.at(instant).workplace, cycle, agency, version, grounds=grounds)

    def review(
        self,
        instant: datetime,
        agency: str,
        decision: ReviewDecision,
        reason: str,
        *,
        cycle: str = "annual-2025",
        by: date | None = None,
    ) -> None:
        place = self.at(instant).workplace
        review(place, cycle, agency, decision, reason=reason, actor="cli", revise_by=by)

    def reconfigure(self, change: Callable[[Configuration], Configuration]) -> None:
        """Put another configuration into the workplace, as the next `opened` would."""
        self.workplace = replace(self.workplace, configuration=change(self.configuration))

    def over(self, smtp_url: str) -> Office:
        """Send by a server from now on."""
        channels = Channels(smtp_url=smtp_url, maildir=self.folder / "mail", environ={})
        self.workplace = replace(self.workplace, channels=channels)
        return self

    def cycle(self, code: str) -> Cycle:
        return find_cycle(self.configuration, code)

    def status(self, instant: datetime, code: str = "annual-2025") -> CycleStatus:
        with self.workplace.database.reading() as session:
            return cycle_status(session, self.configuration, code, instant)

    def owed(self, code: str = "annual-2025") -> dict[str, Obligation]:
        with self.workplace.database.reading() as session:
            return {o.agency: o for o in obligations.obligations_of(session, code)}

    def notices(self, **wanted: object) -> dict[str, NoticeRow]:
        """Return the rows of the outbox by key, those with some values or all."""
        with self.workplace.database.reading() as session:
            rows = outbox.notices(session)
        return {
            row.key: row
            for row in rows
            if all(getattr(row, name) == value for name, value in wanted.items())
        }

    def notice(self, key: str) -> NoticeRow:
        return self.notices()[key]

    def reports(self, code: str = "annual-2025") -> list[ConsolidationRow]:
        with self.workplace.database.reading() as session:
            return consolidations.consolidations_of(session, code)

    def events(self, **about: str) -> list[AuditEvent]:
        with self.workplace.database.reading() as session:
            return audit_events.events(session, **about)

    def mails(self, address: str | None = None) -> list[EmailMessage]:
        """Return the mails in the Maildir by their dates: all, or those that reached one."""
        return mails_in(self.folder / "mail", address)


def mails_in(folder: Path, address: str | None = None) -> list[EmailMessage]:
    """Return the mails in a Maildir by their dates: all, or those that reached an address."""
    if not folder.exists():
        return []
    box = mailbox.Maildir(folder, create=False)
    found = [message_from_bytes(box.get_bytes(name), policy=default) for name in box.keys()]  # noqa: SIM118 - Not a dict.
    chosen = [m for m in found if address is None or address in reached(m)]
    return sorted(chosen, key=lambda m: (m["Date"].datetime, m["Message-ID"]))


def reached(mail: EmailMessage) -> list[str]:
    """Return the addresses at which a mail of the Maildir arrived."""
    return [str(address) for address in mail.get_all("Delivered-To", [])]


def addressed(mail: EmailMessage, header: str = "To") -> list[str]:
    """Return the addresses that stand in a header."""
    return [address.addr_spec for address in mail[header].addresses] if mail[header] else []


def body(mail: EmailMessage) -> str:
    """Return the text of a mail."""
    return mail.get_body(("plain",)).get_content()


def with_contacts(
    configuration: Configuration, change: Callable[[Contact], Contact | None]
) -> Configuration:
    """Return the configuration with every contact changed, or removed by None."""
    changed = (change(contact) for contact in configuration.directory.contacts)
    contacts = tuple(contact for contact in changed if contact is not None)
    return replace(configuration, directory=Directory(configuration.directory.agencies, contacts))


def at_address(configuration: Configuration, **addresses: str) -> Configuration:
    """Return the configuration with other addresses; `SYT_focal` is the contact SYT/focal."""
    by_id = {name.replace("_", "/"): address for name, address in addresses.items()}
    return with_contacts(configuration, lambda c: replace(c, address=by_id.get(c.id, c.address)))


def without(configuration: Configuration, *ids: str) -> Configuration:
    """Return the configuration without some contacts."""
    return with_contacts(configuration, lambda c: None if c.id in ids else c)


@pytest.fixture(scope="session")
def real_configuration() -> Configuration:
    """The province as it is shipped, whatever real contacts lie on this machine."""
    files = {n: b for n, b in read_files(_FOLDER).items() if n != "contacts.local.csv"}
    return parse({**files, "contacts.csv": (_FOLDER / "contacts.csv").read_bytes()})


@pytest.fixture(scope="session")
def small_configuration(real_configuration: Configuration) -> Configuration:
    """The small province of the domain's tests, with the real message templates."""
    return Configuration(
        programs=(PROGRAM,),
        rate=Rate(600, 5000),
        obstacles=USUAL_RULES,
        calendar=CALENDAR,
        directory=DIRECTORY,
        indicators=(),
        tasks=(),
        messages=real_configuration.messages,
        warnings=(),
        files={"program.toml": "small"},
    )


def hasty_database(url: str) -> Database:
    """Return a database that does not wait for the disk: no test cuts the power."""
    database = Database(url, audit_key=KEY)
    event.listen(database.engine, "connect", _do_not_wait)
    return database


def _do_not_wait(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute("PRAGMA synchronous = OFF")


def template_of(folder: Path, configuration: Configuration) -> Path:
    """Set up a rehearsal in a folder, for offices to be copies of; return the folder."""
    database = hasty_database(f"sqlite:///{folder / 'lsplan.db'}")
    installation.initialise(database, configuration, rehearsal=True, now=None, actor="test")
    database.dispose()
    return folder


@pytest.fixture(scope="session")
def real_template(real_configuration, tmp_path_factory) -> Path:
    return template_of(tmp_path_factory.mktemp("real"), real_configuration)


@pytest.fixture(scope="session")
def small_template(small_configuration, tmp_path_factory) -> Path:
    return template_of(tmp_path_factory.mktemp("small"), small_configuration)


@lru_cache
def _messages(templates: tuple[tuple[str, str], ...], usual: str) -> Messages:
    """Compile the templates once for all tests, which takes longer than most of them."""
    return Messages(dict(templates), usual)


@contextmanager
def office_of(
    folder: Path, template: Path, configuration: Configuration, *, step: timedelta = timedelta()
) -> Iterator[Office]:
    """Open an office in a folder, as a copy of another office's folder."""
    shutil.copytree(template, folder, dirs_exist_ok=True)
    database = hasty_database(f"sqlite:///{folder / 'lsplan.db'}")
    clock = SetClock(step)
    workplace = Workplace(
        database=database,
        configuration=configuration,
        messages=_messages(tuple(configuration.messages.items()), configuration.program.language),
        files=FileStore(folder / "files"),
        channels=Channels(smtp_url="", maildir=folder / "mail", environ={}),
        clock=clock,
        reports=folder / "reports",
    )
    try:
        yield Office(workplace, clock, folder)
    finally:
        database.dispose()


@pytest.fixture(scope="session")
def opened_template(small_template, small_configuration, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("opened")
    with office_of(folder, small_template, small_configuration) as office:
        assert office.run(OPENING).sent == 5
    return folder


@pytest.fixture
def real(tmp_path, real_template, real_configuration) -> Iterator[Office]:
    """The real province, before its first pass."""
    with office_of(tmp_path / "real", real_template, real_configuration) as office:
        yield office


@pytest.fixture
def small(tmp_path, small_template, small_configuration) -> Iterator[Office]:
    """The small province, before its first pass."""
    with office_of(tmp_path / "small", small_template, small_configuration) as office:
        yield office


@pytest.fixture
def opened(tmp_path, opened_template, small_configuration) -> Iterator[Office]:
    """The small province after the pass in which the openings of annual-2025 left."""
    with office_of(tmp_path / "opened", opened_template, small_configuration) as office:
        yield office.at(OPENING)
