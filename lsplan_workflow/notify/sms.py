"""What a text costs as an SMS, and texts that cost no more than is allowed."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Final

# The default alphabet and its extension table of 3GPP TS 23.038, 6.2.1.
_BASIC: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED: Final = frozenset("^{}\\[~]|€")
# One message alone, and each of several, which carry a header (3GPP TS 23.040, 9.2.3.24.1).
_GSM_ALONE, _GSM_JOINED = 160, 153
_UCS_ALONE, _UCS_JOINED = 70, 67
_PLAIN: Final = str.maketrans(
    {"đ": "d", "Đ": "D", "«": '"', "»": '"', "“": '"', "”": '"', "’": "'", "–": "-", "—": "-"}
)
_CUT: Final = "..."


@dataclass(frozen=True, slots=True)
class Limits:
    """How an SMS is written: with diacritics or without, and in how many segments at most."""

    diacritics: bool = False
    segments: int = 2


def segments(text: str) -> int:
    """Return how many messages a text is sent as: in GSM-7 if it can be, else in UCS-2."""
    size, alone, joined = _size(text)
    return 1 if size <= alone else -(-size // joined)


def _size(text: str) -> tuple[int, int, int]:
    """Return a text's units, and how many fit into one message alone and into one of several."""
    if all(sign in _BASIC or sign in _EXTENDED for sign in text):
        units = len(text) + sum(sign in _EXTENDED for sign in text)
        return units, _GSM_ALONE, _GSM_JOINED
    return len(text.encode("utf-16-be")) // 2, _UCS_ALONE, _UCS_JOINED


def without_diacritics(text: str) -> str:
    """Return a Vietnamese text in the letters that GSM-7 has, as people type it on phones."""
    apart = unicodedata.normalize("NFD", text.translate(_PLAIN))
    return "".join(sign for sign in apart if not unicodedata.combining(sign))


def shortened(text: str, limits: Limits) -> str:
    """Return a text within limits; what is too long is cut between words and ends in dots."""
    whole = text if limits.diacritics else without_diacritics(text)
    if segments(whole) <= limits.segments:
        return whole
    words = whole.split(" ")
    while len(words) > 1 and segments(f"{' '.join(words)}{_CUT}") > limits.segments:
        words.pop()
    kept = f"{' '.join(words)}{_CUT}"
    while segments(kept) > limits.segments:
        kept = f"{kept[: -len(_CUT) - 1]}{_CUT}"
    return kept
