"""The errors a person can meet; each carries its message in both languages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lsplan_workflow.domain.text import Text


class LsplanError(Exception):
    """What went wrong, where, and what to do about it."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


class RequestError(LsplanError):
    """The request itself was wrong (exit code 2); nothing was changed."""


class WorkError(LsplanError):
    """The request was right but the work failed (exit code 1)."""


class IllegalTransition(RequestError):  # noqa: N818 - The name of the rule it enforces.
    """The transition table has no such step from the present status."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of the configuration: where it stands and what was expected there."""

    file: str
    line: int
    field: str
    value: str
    expected: Text

    def in_language(self, language: str) -> str:
        """Return `file:line: field: value: what was expected`."""
        where = f"{self.file}:{self.line}"
        return f"{where}: {self.field}: {self.value}: {self.expected.in_language(language)}"


class ConfigurationError(RequestError):
    """The configuration has faults, all of which are listed."""

    def __init__(self, text: Text, faults: Sequence[Fault]) -> None:
        super().__init__(text)
        self.faults = tuple(faults)
