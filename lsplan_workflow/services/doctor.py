"""Looks at one thing after another; a check that fails is itself a finding."""

from __future__ import annotations

import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError

from lsplan_workflow.domain.errors import LsplanError
from lsplan_workflow.domain.office_findings import unchecked
from lsplan_workflow.domain.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from lsplan_workflow.domain.health import Finding


@dataclass(frozen=True, slots=True)
class Check:
    """One thing to look at, under the name that its findings' codes begin with."""

    name: str
    look: Callable[[], Iterable[Finding]]


def examine(checks: Iterable[Check]) -> tuple[Finding, ...]:
    """Return what all checks found, in their order."""
    return tuple(finding for check in checks for finding in _looked(check))


def _looked(check: Check) -> list[Finding]:
    try:
        return list(check.look())
    except Exception as error:  # noqa: BLE001 - One check's fault must not hide the others.
        return [unchecked(check.name, reason(error))]


def reason(error: Exception) -> Text:
    """Return why something failed, in words that hold no secret.

    Of what nobody foresaw only the kind and the place in the code are told.
    """
    if isinstance(error, LsplanError):
        return error.text
    if isinstance(error, DBAPIError):
        return _both(next(iter(str(error.orig).splitlines()), type(error).__name__))
    if isinstance(error, OSError) and error.strerror:
        where = f" ({error.filename})" if error.filename is not None else ""
        return _both(f"{error.strerror}{where}")
    return _both(f"{type(error).__name__}{_place(error)}")


def _both(words: str) -> Text:
    return Text(words, words)


def _place(error: Exception) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    return f" ({Path(frames[-1].filename).name}:{frames[-1].lineno})" if frames else ""
