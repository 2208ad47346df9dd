"""One sentence in the two languages the product speaks, and English days and numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import date

VIETNAMESE: Final = "vi"
ENGLISH: Final = "en"
LANGUAGES: Final = (VIETNAMESE, ENGLISH)

_MONTHS: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence for people, in Vietnamese and in English."""

    vi: str
    en: str

    def in_language(self, language: str) -> str:
        """Return the sentence in `language`, Vietnamese for any but English."""
        return self.en if language == ENGLISH else self.vi


def counted(count: int, noun: str) -> str:
    """Return an English noun with its number: `1 notice`, `2 addresses`, `2 agencies`."""
    if count == 1:
        return f"{count} {noun}"
    if noun.endswith("cy"):
        return f"{count} {noun[:-1]}ies"
    return f"{count} {noun}es" if noun.endswith("s") else f"{count} {noun}s"


def english_date(day: date) -> str:
    """Return a day with its month in words, as `20 October 2025`.

    To some readers of English 10/11/2025 is in October and to others in November.
    """
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
