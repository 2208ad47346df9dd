"""The language of the command line, for help texts too."""

from __future__ import annotations

from functools import lru_cache

from lsplan_workflow import bootstrap
from lsplan_workflow.domain.text import Text


@lru_cache
def language() -> str:
    """Return `vi` or `en`."""
    return bootstrap.language()


def say(vi: str, en: str) -> str:
    """Return the sentence in the language of the command line."""
    return Text(vi, en).in_language(language())


def counted(count: int, noun: str) -> str:
    """Return an English noun with its number: `1 notice`, `2 notices`, `2 agencies`."""
    if count == 1:
        return f"{count} {noun}"
    plural = f"{noun[:-1]}ies" if noun.endswith("cy") else f"{noun}s"
    return f"{count} {plural}"
