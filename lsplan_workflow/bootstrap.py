"""Puts the parts together: the only place that reads the settings."""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from lsplan_workflow import instants
from lsplan_workflow.domain.errors import RequestError, WorkError
from lsplan_workflow.domain.text import ENGLISH, VIETNAMESE, Text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from lsplan_workflow.clock import Clock
    from lsplan_workflow.configuration.folder import Configuration
    from lsplan_workflow.notify.channels import Channels
    from lsplan_workflow.notify.messages import Messages
    from lsplan_workflow.services.applying import Applied, Terms
    from lsplan_workflow.services.history import Version
    from lsplan_workflow.services.reorganising import Reorganised
    from lsplan_workflow.services.workplace import Workplace
    from lsplan_workflow.settings import Settings
    from lsplan_workflow.store.database import Database

LANGUAGE_VARIABLE: Final = "LSPLAN_LANG"
_KEY_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Place:
    """Where the configuration lies, where the product writes, and a rehearsal's instant.

    `not_before` is the instant for which a run was scheduled, if a scheduler started it.
    """

    config: Path
    var: Path
    at: str | None = None
    not_before: datetime | None = None


def language() -> str:
    """Return the language of the command line: `vi`, or `en` with LSPLAN_LANG=en."""
    # Not one of the settings, whose library every --help would have to load.
    chosen = os.environ.get(LANGUAGE_VARIABLE, "").lower()
    return ENGLISH if chosen.startswith(ENGLISH) else VIETNAMESE


def place(*, at: str | None = None, not_before: datetime | None = None) -> Place:
    """Return where the environment says that the product lives, by default here."""
    found = settings()
    return Place(found.config, found.var, at, not_before)


def check(folder: Path) -> Configuration:
    """Read and check a configuration folder; raise ConfigurationError with every fault."""
    from lsplan_workflow.configuration.folder import read_files
    from lsplan_workflow.services.installation import check_configuration

    return check_configuration(read_files(folder))


def initialise(place: Place, *, rehearsal: bool, actor: str) -> None:
    """Set up an installation by a configuration folder; raise RequestError if there is one."""
    from lsplan_workflow.clock import SystemClock
    from lsplan_workflow.services import installation

    configuration = check(place.config)
    if place.at is not None and not rehearsal:
        raise RequestError(_NO_REHEARSAL)
    if is_initialised(place):
        raise RequestError(installation.ALREADY_THERE)
    _make_audit_key(place)
    with new_database(place) as database:
        installation.initialise(
            database,
            configuration,
            rehearsal=rehearsal,
            now=None if rehearsal else SystemClock().now(),
            actor=actor,
        )
        if place.at is not None:
            _start_clock(database, place.at, actor)


@contextmanager
def new_database(place: Place) -> Iterator[Database]:
    """Give the database of a place where nothing is set up; a failure leaves none behind."""
    from lsplan_workflow.store.staging import founded

    server = settings().database_url.get_secret_value()
    with founded(place.var, None if server else _sqlite_file(place)):
        database = _database(place)
        try:
            yield database
        finally:
            database.dispose()


def secrets_in_use(place: Place) -> list[str]:
    """Return where the secrets are that no backup holds: files, and names of the environment."""
    given = settings()
    named = given.secret_variables()
    return named if given.audit_key else [str(_key_file(place)), *named]


@contextmanager
def opened(place: Place, *, actor: str = "cli") -> Iterator[Workplace]:
    """Give the workplace of an installation; raise RequestError where there is none."""
    from lsplan_workflow.services import installation
    from lsplan_workflow.services.shelving import show_recorded
    from lsplan_workflow.services.workplace import Workplace
    from lsplan_workflow.store.files import FileStore

    reports = place.var / "reports"
    with recorded(place) as database:
        show_recorded(database, reports)
        clock = _clock(database, place, actor)
        with database.reading() as session:
            configuration = installation.configuration_in_force(session)
        yield Workplace(
            database=database,
            configuration=configuration,
            messages=_messages(
                tuple(sorted(configuration.messages.items())), configuration.program.language
            ),
            files=FileStore(place.var / "files"),
            channels=channels(place),
            clock=clock,
            reports=reports,
        )


@contextmanager
def recorded(place: Place) -> Iterator[Database]:
    """Give an installation's database, whatever configuration is in force there.

    Raise RequestError where there is none.
    """
    from lsplan_workflow.services import installation
    from lsplan_workflow.store.migrations import is_current, migrate

    if not is_initialised(place):
        raise RequestError(installation.NOT_INITIALISED)
    database = _database(place)
    try:
        if not is_current(database.readers):
            migrate(database.engine)
        yield database
    finally:
        database.dispose()


@lru_cache(maxsize=4)
def _messages(templates: tuple[tuple[str, str], ...], usual: str) -> Messages:
    """Return the messages of some templates, which are compiled once."""
    from lsplan_workflow.notify.messages import Messages

    return Messages(dict(templates), usual)


def apply(place: Place, configuration: Configuration, terms: Terms, *, actor: str) -> Applied:
    """Take a checked configuration into effect on some terms; return what that brings about."""
    from lsplan_workflow.services.applying import apply_configuration

    # What is in force may be of a form that only former releases understood.
    with recorded(place) as database:
        now = _clock(database, place, actor).now()
        return apply_configuration(database, configuration, now=now, actor=actor, terms=terms)


def reorganise(
    place: Place, workplace: Workplace, file: Path, *, actor: str, preview: bool
) -> Reorganised:
    """Show what the reorganisation of a file brings about, or carry it out in the folder too."""
    from lsplan_workflow.configuration.folder import read_files
    from lsplan_workflow.services import reorganising

    content, files = _read(file), read_files(place.config)
    found = reorganising.draft(workplace, files, file.name, content)
    if preview:
        return reorganising.foresee(workplace, found, actor=actor)
    return reorganising.reorganise(workplace, found, place.config, actor=actor)


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except FileNotFoundError:
        raise RequestError(
            Text(f"{file}: không có tệp này.", f"{file}: there is no such file.")
        ) from None
    except OSError as error:
        raise RequestError(
            Text(
                f"{file}: không đọc được tệp ({error.strerror}).",
                f"{file}: the file cannot be read ({error.strerror}).",
            )
        ) from error


def channels(place: Place) -> Channels:
    """Return the ways by which messages leave."""
    from lsplan_workflow.notify.channels import Channels

    return Channels(
        smtp_url=settings().smtp_url.get_secret_value(),
        maildir=place.var / "mail",
        environ=os.environ,
    )


def folder_version(folder: Path, *, checked: bool) -> Version:
    """Return a folder as it would be applied; raise ConfigurationError with its faults.

    One that need not be `checked` only has to be text.
    """
    from lsplan_workflow.configuration.folder import read_files
    from lsplan_workflow.services import history, installation

    files = read_files(folder)
    if checked:
        installation.check_configuration(files)
    return history.version_of(files)


def is_edited(place: Place, workplace: Workplace) -> bool:
    """Tell whether the folder differs from what was last applied."""
    from lsplan_workflow.configuration.folder import read_files, survey
    from lsplan_workflow.services import installation

    if not place.config.is_dir():
        return False
    found = survey(read_files(place.config)).configuration
    with workplace.database.reading() as session:
        return found is None or not installation.is_in_force(session, found.files)


def is_initialised(place: Place) -> bool:
    """Tell whether there is an installation; nothing is made by asking."""
    from sqlalchemy import inspect

    from lsplan_workflow.store.installation import installation as installed

    if not settings().database_url.get_secret_value() and not _sqlite_file(place).is_file():
        return False
    database = _database(place)
    try:
        if not inspect(database.readers).has_table("installation"):
            return False
        with database.reading() as session:
            return installed(session) is not None
    finally:
        database.dispose()


def is_migrated(place: Place) -> bool:
    """Tell whether the tables are those of this version; nothing is changed by asking."""
    from lsplan_workflow.store.migrations import is_current

    database = _database(place)
    try:
        return is_current(database.readers)
    finally:
        database.dispose()


def settings() -> Settings:
    """Return what the environment says, for who is told to look at it."""
    from lsplan_workflow.settings import Settings

    return Settings.from_environment()


def audit_key(place: Place) -> bytes | None:
    """Return the key of the audit log: from the environment, or from its file."""
    from_environment = settings().audit_key.get_secret_value()
    if from_environment:
        return from_environment.encode()
    try:
        # A full disk can have left an empty file, which is no key.
        return _key_file(place).read_bytes().strip() or None
    except FileNotFoundError:
        return None


_NO_REHEARSAL: Final = Text(
    "--at chỉ dùng được với dữ liệu diễn tập, tạo bằng `lsplan init --rehearsal`.",
    "--at works on rehearsals only, which `lsplan init --rehearsal` makes.",
)


def _clock(database: Database, place: Place, actor: str) -> Clock:
    """Return the clock that this request goes by, set by --at in a rehearsal."""
    from lsplan_workflow.clock import StandingClock, SystemClock, UnsetClock
    from lsplan_workflow.store.installation import installation

    with database.reading() as session:
        installed = installation(session)
    rehearsal = installed is not None and installed.rehearsal
    if not rehearsal:
        if place.at is not None:
            raise RequestError(_NO_REHEARSAL)
        return SystemClock(place.not_before)
    if place.at is not None:
        return StandingClock(_start_clock(database, place.at, actor))
    stands_at = installed.clock_at if installed else None
    return StandingClock(stands_at) if stands_at is not None else UnsetClock()


def _start_clock(database: Database, at: str, actor: str) -> datetime:
    """Set a rehearsal's clock; its first instant is when the product first ran."""
    from lsplan_workflow.services import installation as service
    from lsplan_workflow.store import installation

    with database.writing() as session:
        configuration = service.configuration_in_force(session)
        instant = instants.parse_instant(at, configuration.calendar)
        row = installation.installation(session)
        if row is not None and row.first_ran_at is None:
            service.record_first_run(session, instant, actor=actor)
        installation.set_clock(session, instant)
    return instant


def _database(place: Place) -> Database:
    from sqlalchemy import URL

    from lsplan_workflow.store.database import Database

    named = settings().database_url.get_secret_value()
    # Not as text: a question mark in the folder's name would end the file's.
    url = named or URL.create("sqlite", database=str(_sqlite_file(place)))
    return Database(url, audit_key=audit_key(place))


def logs(place: Place) -> list[Path]:
    """Return what programs may have written of a failure."""
    own = [place.var / "lsplan-error.log", place.var / "doctor" / "untold.txt"]
    return [*own, *sorted((place.var / "prefect").glob("*.log"))]


def _sqlite_file(place: Place) -> Path:
    return place.var / "lsplan.db"


def _key_file(place: Place) -> Path:
    return place.var / "audit.key"


def _make_audit_key(place: Place) -> None:
    """Make the key of the audit log, readable by its owner only, where there is none."""
    place.var.mkdir(mode=0o700, parents=True, exist_ok=True)
    if audit_key(place) is not None:
        return
    import secrets

    from lsplan_workflow.store.files import make_secret

    make_secret(_key_file(place), secrets.token_hex(_KEY_BYTES))


def require_audit_key(place: Place) -> bytes:
    """Return the key of the audit log; raise WorkError where it was lost."""
    key = audit_key(place)
    if key is None:
        raise WorkError(
            Text(
                f"Không tìm thấy khóa nhật ký {_key_file(place)}; hãy đặt lại bản đã cất riêng "
                "hoặc đặt LSPLAN_AUDIT_KEY.",
                f"The audit log's key {_key_file(place)} is missing; put the copy back that was "
                "kept apart, or set LSPLAN_AUDIT_KEY.",
            )
        )
    return key


def today(place: Place, configuration: Configuration) -> date:
    """Return the present local day: the rehearsal's where there is one, else the machine's."""
    from lsplan_workflow.clock import SystemClock

    if is_initialised(place):
        with opened(place) as workplace:
            return configuration.calendar.local_day(workplace.clock.now())
    return configuration.calendar.local_day(SystemClock().now())
