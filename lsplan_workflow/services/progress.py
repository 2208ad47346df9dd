"""Saying how long work goes on while it does."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from lsplan_workflow.domain.text import Text

Progress: TypeAlias = Callable[[Text], None]
"""Is told in a sentence what goes on."""


def silent(_said: Text) -> None:
    """Say nothing, where nobody looks on."""
