"""The language of the command line, for help texts too."""

from __future__ import annotations

from functools import lru_cache

from lsplan_workflow import bootstrap
from lsplan_workflow.domain.text import Text, counted

__all__ = ["counted", "language", "say"]


@lru_cache
def language() -> str:
    """Return `vi` or `en`."""
    return bootstrap.language()


def say(vi: str, en: str) -> str:
    """Return the sentence in the language of the command line."""
    return Text(vi, en).in_language(language())
