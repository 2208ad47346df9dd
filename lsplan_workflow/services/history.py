"""The configurations that were applied, and what differs between any two of them."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from lsplan_workflow.configuration.differences import differences
from lsplan_workflow.configuration.encoding import decode
from lsplan_workflow.configuration.findings import Findings
from lsplan_workflow.configuration.folder import survey
from lsplan_workflow.domain.errors import ConfigurationError, RequestError
from lsplan_workflow.domain.text import Text
from lsplan_workflow.services.installation import NOT_INITIALISED
from lsplan_workflow.store import installation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from sqlmodel import Session

    from lsplan_workflow.configuration.difference import Difference
    from lsplan_workflow.configuration.folder import Configuration

_LINE: Final = re.compile(r"[^\n]*\n|[^\n]+")


@dataclass(frozen=True, slots=True)
class Version:
    """A configuration's files as they were applied; those of the folder have no number.

    A rehearsal's first version has no `applied_at` (UTC).
    """

    number: int | None
    applied_at: datetime | None
    applied_by: str
    files: Mapping[str, str]

    @property
    def configuration(self) -> Configuration | None:
        """What the files mean, or None where this product no longer understands them."""
        return _understood(tuple(sorted(self.files.items())))


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two versions with what differs; `differences` are None if one is not understood.

    The oldest version is compared with nothing.
    """

    before: Version | None
    after: Version
    differences: tuple[Difference, ...] | None

    @property
    def changed_files(self) -> list[str]:
        """The names of the files whose text differs, sorted."""
        old = {} if self.before is None else self.before.files
        new = self.after.files
        return sorted(name for name in {*old, *new} if old.get(name) != new.get(name))


@lru_cache(maxsize=64)
def _understood(files: tuple[tuple[str, str], ...]) -> Configuration | None:
    return survey({name: text.encode() for name, text in files}).configuration


def versions(session: Session) -> list[Version]:
    """Return every version, oldest first; raise RequestError if there is none."""
    rows = installation.configurations(session)
    if not rows:
        raise RequestError(NOT_INITIALISED)
    return [Version(r.number, r.applied_at, r.applied_by, r.files) for r in rows]


def version(known: Sequence[Version], number: int | None) -> Version:
    """Return the version of a number, or the one in force; raise RequestError for no such."""
    if number is None:
        return known[-1]
    found = next((version for version in known if version.number == number), None)
    if found is None:
        first, last = known[0].number, known[-1].number
        raise RequestError(
            Text(
                f"Không có phiên bản cấu hình số {number}; các phiên bản là từ {first} đến {last}, "
                "xem `lsplan config history`.",
                f"There is no version {number} of the configuration; they are {first} to {last}, "
                "see `lsplan config history`.",
            )
        )
    return found


def version_of(files: Mapping[str, bytes]) -> Version:
    """Return a folder's files as a version; raise ConfigurationError if one is no text."""
    findings = {name: Findings(name) for name in files}
    texts = {name: decode(data, findings[name]) for name, data in files.items()}
    faults = [fault for found in findings.values() for fault in found.faults]
    if faults:
        text = Text("Có tệp không đọc được.", "Some files cannot be read.")
        raise ConfigurationError(text, faults)
    known = {name: text for name, text in texts.items() if text is not None}
    return Version(None, None, "", known)


def history(known: Sequence[Version]) -> list[Comparison]:
    """Return each version compared with the one before it, oldest first."""
    return [Comparison(None, known[0], None), *map(compare, known, known[1:])]


def compare(before: Version, after: Version) -> Comparison:
    """Return what differs between two versions."""
    old, new = before.configuration, after.configuration
    found = None if old is None or new is None else differences(old, new)
    return Comparison(before, after, found)


def text_difference(before: Version, after: Version) -> str:
    """Return the unified difference of the files' texts, empty if they are the same."""
    names = sorted({*before.files, *after.files})
    return "".join(line for name in names for line in _unified(name, before, after))


def _unified(name: str, before: Version, after: Version) -> Iterator[str]:
    old, new = (_LINE.findall(v.files.get(name, "")) for v in (before, after))
    for line in difflib.unified_diff(old, new, _title(before, name), _title(after, name)):
        # As diff does: a last line without an end must not run into what follows.
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _title(version: Version, name: str) -> str:
    return name if version.number is None else f"{version.number}/{name}"


def local_time(known: Sequence[Version]) -> Callable[[datetime], datetime]:
    """Return how an instant is read on the clock of the newest version that is understood."""
    understood = (v.configuration for v in reversed(known))
    configuration = next((found for found in understood if found is not None), None)
    if configuration is None:
        return lambda instant: instant.astimezone(UTC)
    return configuration.calendar.local
