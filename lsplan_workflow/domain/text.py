"""One sentence in the two languages the product speaks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

VIETNAMESE: Final = "vi"
ENGLISH: Final = "en"


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence for people, in Vietnamese and in English."""

    vi: str
    en: str

    def in_language(self, language: str) -> str:
        """Return the sentence in `language`, Vietnamese for any but English."""
        return self.en if language == ENGLISH else self.vi
