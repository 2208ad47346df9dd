"""The difference between two configurations in words: nothing that differs is left out."""

from __future__ import annotations

import difflib
import tomllib
from dataclasses import is_dataclass
from typing import TYPE_CHECKING, Any, Final

from lsplan_workflow.configuration.calendar_file import COLUMNS
from lsplan_workflow.configuration.changed_days import (
    BY_YEAR,
    SETTINGS,
    changed_days,
    changed_settings,
    unmoved,
    year_topic,
)
from lsplan_workflow.configuration.comparison import compared, fields_of, listed, replaced
from lsplan_workflow.configuration.difference import Difference, Part, Topic
from lsplan_workflow.configuration.findings import Findings
from lsplan_workflow.configuration.folder import (
    AGENCIES,
    CALENDAR,
    CONTACTS,
    INDICATORS,
    LOCAL_CONTACTS,
    MESSAGES,
    PROGRAM,
    TASKS,
)
from lsplan_workflow.configuration.spoken import label
from lsplan_workflow.configuration.tables import columns_in, read_table
from lsplan_workflow.domain.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from lsplan_workflow.configuration.folder import Configuration
    from lsplan_workflow.domain.calendar import WorkingCalendar

_PARTS: Final = {
    "agencies": Part.AGENCIES,
    "contacts": Part.CONTACTS,
    "indicators": Part.INDICATORS,
    "tasks": Part.TASKS,
}
# The warnings follow from all else, and the files are what all else is read from.
_DERIVED: Final = frozenset({"warnings", "files"})
_OF_OTHER_FILES: Final = _DERIVED | {
    *("programs", "calendar", "directory", "indicators", "tasks", "messages")
}


def differences(before: Configuration, after: Configuration) -> tuple[Difference, ...]:
    """Return what differs, part by part; nothing if and only if the two are the same.

    A file that was edited without effect is said to differ in remarks and layout alone.
    """
    found = [*_in_meaning(before, after), *_in_text(before, after)]
    return tuple(sorted(found, key=lambda difference: list(Part).index(difference.part)))


def _in_meaning(before: Configuration, after: Configuration) -> Iterator[Difference]:
    for name in (name for name in fields_of(before) if name not in _DERIVED):
        old, new = getattr(before, name), getattr(after, name)
        if old == new:
            continue
        if name == "calendar":
            yield from changed_settings(old, new)
            yield from changed_days(old, new)
        elif name == "messages":
            yield from _changed_templates(old, new)
        elif name == "directory":
            for inner in fields_of(old):
                yield from _changed_field(inner, getattr(old, inner), getattr(new, inner))
        else:
            yield from _changed_field(name, old, new)


def _changed_field(name: str, old: object, new: object) -> Iterator[Difference]:
    """Yield what differs in a field of the configuration, which may be of any type."""
    if old == new:
        return
    part, words = _PARTS.get(name, Part.PROGRAM), label(name)
    whole = Topic(part, name, Text("Cấu hình", "Configuration"))
    if isinstance(old, tuple):
        yield from listed(whole, name, old, new)
    elif is_dataclass(old):
        title = Text(words.vi[0].upper() + words.vi[1:], words.en[0].upper() + words.en[1:])
        yield from compared(Topic(part, name, title), old, new)
    else:
        yield replaced(whole, words, old, new)


def _changed_templates(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[Difference]:
    for name in sorted(name for name in {*old, *new} if old.get(name) != new.get(name)):
        topic = Topic(Part.MESSAGES, name, Text(f"Mẫu thư {name}", f"Template {name}"))
        before, after = (text.get(name, "").splitlines(keepends=True) for text in (old, new))
        if name not in old:
            yield topic.tell(f"được thêm, {len(after)} dòng", f"added, lines: {len(after)}")
        elif name not in new:
            yield topic.tell(f"bị bỏ, {len(before)} dòng", f"removed, lines: {len(before)}")
        else:
            come, gone = _counts(before, after)
            yield topic.tell(
                f"thêm {come} dòng, bỏ {gone} dòng", f"lines added: {come}, removed: {gone}"
            )


def _counts(before: list[str], after: list[str]) -> tuple[int, int]:
    """Return how many lines were added, and how many removed."""
    matched = difflib.SequenceMatcher(None, before, after, autojunk=False)
    kept = sum(block.size for block in matched.get_matching_blocks())
    return len(after) - kept, len(before) - kept


def _in_text(before: Configuration, after: Configuration) -> Iterator[Difference]:
    """Yield what differs in the files and in nothing that was read from them."""
    old, new = before.files, after.files
    for name in sorted(name for name in {*old, *new} if old.get(name) != new.get(name)):
        topic = Topic(Part.FILES, name, Text(name, name))
        if name.startswith(MESSAGES):
            continue
        if name not in old:
            yield topic.tell("tệp được thêm", "file added")
        elif name not in new:
            yield topic.tell("tệp bị bỏ", "file removed")
        else:
            yield from _unspoken(topic, before, after)


def _unspoken(topic: Topic, before: Configuration, after: Configuration) -> Iterator[Difference]:
    name, was, now = topic.subject, _held(before, topic.subject), _held(after, topic.subject)
    found = list(_unheld(name, before, after))
    yield from found
    if was is None or now is None:
        yield topic.tell("nội dung đổi", "its text changed")
    elif was == now and not found:
        yield topic.tell("chỉ đổi chú thích, cách trình bày", "only its remarks and layout changed")


def _held(configuration: Configuration, name: str) -> tuple[Any, ...] | None:
    """Return all that was read from a file, or None if that is not known."""
    directory, calendar = configuration.directory, configuration.calendar
    tables: dict[str, tuple[Any, ...]] = {
        AGENCIES: directory.agencies,
        CONTACTS: directory.contacts,
        LOCAL_CONTACTS: directory.contacts,
        INDICATORS: configuration.indicators,
        TASKS: configuration.tasks,
        CALENDAR: (calendar.days_off, calendar.days_worked, calendar.announced_years),
    }
    return tables[name] if name in tables else _held_by_program(configuration, name)


def _held_by_program(configuration: Configuration, name: str) -> tuple[Any, ...] | None:
    toml = sorted(file for file in configuration.files if file.endswith(".toml"))
    names = [PROGRAM, *(file for file in toml if file != PROGRAM)]
    held = dict(zip(names, configuration.programs, strict=False)).get(name)
    if held is None or name != PROGRAM:
        return None if held is None else (held,)
    common = (f for f in fields_of(configuration) if f not in _OF_OTHER_FILES)
    return held, _settings(configuration.calendar), *(getattr(configuration, f) for f in common)


def _settings(calendar: WorkingCalendar) -> tuple[object, ...]:
    return tuple(getattr(calendar, n) for n in fields_of(calendar) if n not in BY_YEAR)


def _unheld(name: str, before: Configuration, after: Configuration) -> Iterator[Difference]:
    """Yield what differs in a file and is not kept after reading it."""
    old, new = before.files[name], after.files[name]
    if name == CALENDAR:
        yield from _changed_rows(before.calendar, after.calendar, _rows(before), _rows(after))
    if name.endswith(".toml"):
        yield from _changed_keys(_loaded(old), _loaded(new))


def _rows(configuration: Configuration) -> dict[date | None, Mapping[str, str]]:
    columns = columns_in(configuration.program.language, COLUMNS)
    rows = read_table(configuration.files[CALENDAR], columns, Findings(CALENDAR)).rows
    return {row.date("date"): row.cells for row in rows}


def _changed_rows(
    before: WorkingCalendar,
    after: WorkingCalendar,
    old: Mapping[date | None, Mapping[str, str]],
    new: Mapping[date | None, Mapping[str, str]],
) -> Iterator[Difference]:
    """Yield the days whose names, status or source differ, but for those told of already."""
    told = (before.days_off ^ after.days_off) | (before.days_worked ^ after.days_worked)
    days = [day for day in {*old, *new} if day and old.get(day) != new.get(day)]
    by_year: dict[int, list[date]] = {}
    for day in sorted(day for day in days if day not in told):
        by_year.setdefault(day.year, []).append(day)
    for year, found in by_year.items():
        yield unmoved(year_topic(year), found)


def _loaded(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return {}


def _changed_keys(old: dict[str, Any], new: dict[str, Any]) -> Iterator[Difference]:
    """Yield the country, of which only the holidays are kept."""
    was, now = (root.get("calendar", {}).get("country") for root in (old, new))
    if was != now:
        yield replaced(SETTINGS, label("country"), was, now)
