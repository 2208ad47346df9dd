"""The configuration folder: its files read, surveyed for every fault, and put together."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Final

from lsplan_workflow.configuration import cautions
from lsplan_workflow.configuration.agencies_file import Agencies, read_agencies
from lsplan_workflow.configuration.calendar_file import CalendarDay, read_calendar
from lsplan_workflow.configuration.contacts_file import read_contacts
from lsplan_workflow.configuration.encoding import decode
from lsplan_workflow.configuration.facts_file import Indicator, Task, read_indicators, read_tasks
from lsplan_workflow.configuration.findings import Findings
from lsplan_workflow.configuration.program_file import (
    Codes,
    MainFile,
    ProgramFile,
    read_further,
    read_main,
    usual_language,
)
from lsplan_workflow.configuration.succession import check_successions
from lsplan_workflow.configuration.working_days import build_calendar
from lsplan_workflow.domain.agencies import Contact, Directory
from lsplan_workflow.domain.channels import USUAL_PATIENCE
from lsplan_workflow.domain.cycles import Dates, plan_cycles
from lsplan_workflow.domain.errors import ConfigurationError, Fault, RequestError
from lsplan_workflow.domain.text import Text, counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime, timedelta
    from pathlib import Path

    from lsplan_workflow.domain.calendar import WorkingCalendar
    from lsplan_workflow.domain.channels import Channel
    from lsplan_workflow.domain.cycles import Cycle
    from lsplan_workflow.domain.obstacles import ObstacleRules
    from lsplan_workflow.domain.program import Program, Rate

__all__ = [
    "Configuration",
    "Indicator",
    "Survey",
    "Task",
    "language_of",
    "parse",
    "read_files",
    "survey",
]

PROGRAM: Final = "program.toml"
AGENCIES: Final = "agencies.csv"
CONTACTS: Final = "contacts.csv"
LOCAL_CONTACTS: Final = "contacts.local.csv"
INDICATORS: Final = "indicators.csv"
TASKS: Final = "tasks.csv"
CALENDAR: Final = "calendar.csv"
MESSAGES: Final = "messages/"
PROGRAMS: Final = "programs/"
_TEMPLATE: Final = ".j2"


@dataclass(frozen=True)
class Configuration:
    """One province's configuration, checked.

    The first of the `programs` is that of program.toml; its language is the installation's:
    whatever is not asked for in another is written in it. `messages` maps the names of
    templates to their text, `files` every file's name to its text, from which the same
    configuration can be put together again. `recorded` are the instants of cycles, by code, that
    keep those which they were given, whatever the programs say of them since.
    """

    programs: tuple[Program, ...]
    rate: Rate
    obstacles: ObstacleRules
    calendar: WorkingCalendar
    directory: Directory
    indicators: tuple[Indicator, ...]
    tasks: tuple[Task, ...]
    messages: Mapping[str, str]
    warnings: tuple[Text, ...]
    files: Mapping[str, str]
    channels: tuple[Channel, ...] = ()
    recorded: Mapping[str, Dates] = field(default_factory=dict)

    def rate_of(self, channel: str) -> Rate:
        """Return how much a channel lets out: its own rate, or as much as e-mail."""
        own = (found.rate for found in self.channels if found.code == channel)
        return next(own, self.rate)

    def patience_with(self, channel: str) -> timedelta:
        """Return for how long a channel is tried in vain before a contact's next address."""
        own = (found.patience for found in self.channels if found.code == channel)
        return next(own, USUAL_PATIENCE)

    def is_quiet(self, channel: str, now: datetime) -> bool:
        """Tell whether nothing leaves by a channel at an instant."""
        local = self.calendar.local(now).time()
        own = (c.quiet for c in self.channels if c.code == channel and c.quiet is not None)
        return any(quiet.holds_at(local) for quiet in own)

    @property
    def program(self) -> Program:
        """The first program, in whose name everything is written that is of no cycle."""
        return self.programs[0]

    def cycles(self) -> list[Cycle]:
        """Return the cycles of all programs in the order of their due instants."""
        return list(self._cycles.values())

    def cycle(self, code: str) -> Cycle | None:
        """Return the cycle of a code, or None if there is none."""
        return self._cycles.get(code)

    @cached_property
    def _cycles(self) -> Mapping[str, Cycle]:
        # Every letter asks for its cycle; planning them anew took as long as writing it.
        found = [c for program in self.programs for c in plan_cycles(program, self.calendar)]
        kept = (
            cycle.with_dates(self.recorded[cycle.code], self.calendar)
            if cycle.code in self.recorded
            else cycle
            for cycle in found
        )
        return {c.code: c for c in sorted(kept, key=lambda cycle: (cycle.due_at, cycle.code))}


@dataclass(frozen=True)
class Survey:
    """What was found in a folder: a configuration, or else every fault it has."""

    configuration: Configuration | None
    faults: tuple[Fault, ...]


def read_files(folder: Path) -> dict[str, bytes]:
    """Return the bytes of the folder's files by name; files of other names are left alone.

    `contacts.local.csv`, which stays on this machine, is read in place of the sample.
    """
    if not folder.is_dir():
        raise RequestError(
            Text(
                f"{folder}: không có thư mục cấu hình này; hãy chỉ đúng thư mục "
                f"chứa {PROGRAM} bằng --config.",
                f"{folder}: there is no such configuration folder; name the folder "
                f"that holds {PROGRAM} with --config.",
            )
        )
    has_local = (folder / LOCAL_CONTACTS).is_file()
    contacts = LOCAL_CONTACTS if has_local else CONTACTS
    names = [PROGRAM, AGENCIES, contacts, INDICATORS, TASKS, CALENDAR]
    further = sorted((folder / PROGRAMS).glob("*.toml"))
    templates = sorted((folder / MESSAGES).glob(f"*{_TEMPLATE}"))
    paths = [*(folder / name for name in names), *further, *templates]
    return {p.relative_to(folder).as_posix(): _read(p) for p in paths if p.is_file()}


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise RequestError(
            Text(
                f"{path}: không đọc được ({error.strerror}); hãy kiểm tra quyền đọc tệp.",
                f"{path}: cannot be read ({error.strerror}); check who may read the file.",
            )
        ) from error


def parse(files: Mapping[str, bytes]) -> Configuration:
    """Return the configuration of some files; raise ConfigurationError with every fault."""
    found = survey(files)
    if found.configuration is None:
        count = len(found.faults)
        text = Text(
            f"Cấu hình có {count} lỗi.", f"The configuration has {counted(count, 'fault')}."
        )
        raise ConfigurationError(text, found.faults)
    return found.configuration


def language_of(files: Mapping[str, bytes]) -> str:
    """Return the language of an installation, that of its first program, faulty or not."""
    return usual_language(files.get(PROGRAM, b"").decode("utf-8-sig", errors="replace"))


def survey(files: Mapping[str, bytes]) -> Survey:
    """Return the configuration of some files, or every fault they have. It reads no more."""
    sources = _Sources(files)
    parts = _read_parts(sources)
    faults = sources.faults()
    if faults or parts.main is None:
        return Survey(None, faults)
    return Survey(_configuration(parts, parts.main, sources), ())


class _Sources:
    """The texts of the files, and what was found in each."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.contacts = LOCAL_CONTACTS if LOCAL_CONTACTS in files else CONTACTS
        known = (PROGRAM, AGENCIES, self.contacts, INDICATORS, TASKS, CALENDAR)
        others = sorted(name for name in files if name.startswith((PROGRAMS, MESSAGES)))
        self.findings = {name: Findings(name) for name in (*known, *others)}
        self.texts: dict[str, str] = {}
        for name, findings in self.findings.items():
            text = self._decode(name, files.get(name), findings)
            if text is not None:
                self.texts[name] = text

    def _decode(self, name: str, data: bytes | None, findings: Findings) -> str | None:
        if data is None:
            expected = Text("tệp này trong thư mục cấu hình", "this file in the folder")
            findings.note_absent(1, "file", expected)
            return None
        if name.startswith(MESSAGES) and not name.endswith(_TEMPLATE):
            expected = Text(f"tên tệp kết thúc bằng {_TEMPLATE}", f"a name ending in {_TEMPLATE}")
            findings.note(1, "file", name.removeprefix(MESSAGES), expected)
        return decode(data, findings)

    def faults(self) -> tuple[Fault, ...]:
        """Return all faults, file by file in the order of their lines."""
        every = [sorted(f.faults, key=lambda fault: fault.line) for f in self.findings.values()]
        return tuple(fault for faults in every for fault in faults)

    def messages(self) -> dict[str, str]:
        """Return the templates by their names inside the folder of messages."""
        named = self.texts.items()
        return {n.removeprefix(MESSAGES): text for n, text in named if n.startswith(MESSAGES)}


@dataclass(frozen=True, slots=True)
class _Parts:
    """What each file holds; `main` is None if program.toml could not be read at all."""

    main: MainFile | None
    further: Mapping[str, ProgramFile]
    agencies: Agencies
    contacts: tuple[Contact, ...]
    indicators: dict[int, Indicator]
    tasks: dict[int, Task]
    days: tuple[CalendarDay, ...]


def _read_parts(sources: _Sources) -> _Parts:
    texts, findings = sources.texts, sources.findings
    language = usual_language(texts.get(PROGRAM))
    agencies = read_agencies(texts.get(AGENCIES), findings[AGENCIES], language)
    check_successions(agencies, findings[AGENCIES])
    contacts, codes = sources.contacts, Codes(language)
    main = read_main(texts.get(PROGRAM), agencies, findings[PROGRAM], codes)
    read = {
        name: read_further(text, agencies, findings[name], codes)
        for name, text in texts.items()
        if name.startswith(PROGRAMS)
    }
    return _Parts(
        main=main,
        further={name: file for name, file in read.items() if file is not None},
        agencies=agencies,
        contacts=read_contacts(texts.get(contacts), agencies, findings[contacts]),
        indicators=read_indicators(texts.get(INDICATORS), agencies, findings[INDICATORS], language),
        tasks=read_tasks(texts.get(TASKS), agencies, findings[TASKS], language),
        days=read_calendar(texts.get(CALENDAR), findings[CALENDAR], language),
    )


def _configuration(parts: _Parts, main: MainFile, sources: _Sources) -> Configuration:
    directory = Directory(parts.agencies.agencies, parts.contacts)
    files = {PROGRAM: main.first, **parts.further}
    programs = tuple(file.program for file in files.values())
    calendar = build_calendar(main.calendar, parts.days, programs)
    found = Configuration(
        programs=programs,
        rate=main.rate,
        obstacles=main.obstacles,
        calendar=calendar,
        directory=directory,
        indicators=tuple(parts.indicators.values()),
        tasks=tuple(parts.tasks.values()),
        messages=sources.messages(),
        warnings=(),
        files=sources.texts,
        channels=main.channels,
    )
    return replace(found, warnings=tuple(_warnings(found, parts, files, sources.contacts)))


def _warnings(
    found: Configuration, parts: _Parts, files: Mapping[str, ProgramFile], contacts: str
) -> Iterator[Text]:
    """Yield the warnings, those that stop messages from arriving first."""
    directory, cycles = found.directory, found.cycles()
    language = found.program.language
    programs = {name: file.program for name, file in files.items()}
    lines = parts.agencies.lines
    by_line = {lines[agency.code]: agency for agency in directory.agencies}
    yield from cautions.samples(contacts, programs, directory)
    yield from cautions.erased(contacts, directory)
    yield from cautions.missing_contacts(contacts, directory, cycles)
    yield from cautions.untranslated(contacts, directory, found.messages, language)
    yield from cautions.misspelt_kinds(AGENCIES, by_line, cycles)
    yield from cautions.cut_off(programs, cycles, found.calendar)
    yield from cautions.estimated_years(cycles, found.calendar)
    for name, file in files.items():
        yield from cautions.assumed(name, file.assumptions)
    yield from cautions.unverified(AGENCIES, by_line, language)
    yield from cautions.unverified(INDICATORS, parts.indicators, language)
    yield from cautions.unverified(TASKS, parts.tasks, language)
