"""The faults found so far in one file, and how a faulty value is shown."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from lsplan_workflow.domain.errors import Fault

if TYPE_CHECKING:
    from lsplan_workflow.domain.text import Text

ABSENT: Final = "-"
_LONGEST: Final = 60
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def has_control_characters(text: str) -> bool:
    """Tell whether a text has line breaks or other characters that print nothing."""
    return _CONTROL.search(text) is not None


def shown(value: object) -> str:
    """Return a value as a fault prints it: on one line, not too long, never empty."""
    text = _CONTROL.sub(lambda match: f"\\x{ord(match[0]):02x}", str(value))
    if len(text) > _LONGEST:
        text = f"{text[: _LONGEST - 1]}…"
    return text or '""'


@dataclass(frozen=True, slots=True)
class Findings:
    """The faults found so far in one file."""

    file: str
    faults: list[Fault] = field(default_factory=list)

    def note(self, line: int, field_name: str, value: object, expected: Text) -> None:
        """Add a fault; `field_name` is a column, a key, or a word for the whole line."""
        self.faults.append(Fault(self.file, line, field_name, shown(value), expected))

    def note_absent(self, line: int, field_name: str, expected: Text) -> None:
        """Add a fault for something that is not there at all."""
        self.note(line, field_name, ABSENT, expected)
