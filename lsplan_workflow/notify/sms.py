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
# What does not come apart into a letter of GSM-7 and a mark, and what people type for it.
_PLAIN: Final = str.maketrans("đĐ₫×«»„“”‘’`´‐–—−•·\t", 'dDdx"""""\'\'\'\'------ ') | str.maketrans(
    {"→": "->", "≥": ">=", "≤": "<=", "±": "+-"}
)
_UNSEEN: Final = frozenset({"Mn", "Me", "Cf"})
"""The categories of marks and of what joins or directs signs and is not one itself."""
_UNKNOWN: Final = "?"
_CUT: Final = "..."


@dataclass(frozen=True, slots=True)
class Limits:
    """How an SMS is written: with diacritics or without, and in how many segments at most."""

    diacritics: bool = False
    segments: int = 2


def segments(text: str) -> int:
    """Return how many messages a text is sent as: in GSM-7 if it can be, else in UCS-2.

    No sign of two units is cut: one that does not fit into a message begins the next.
    """
    if all(map(_is_plain, text)):
        units, alone, joined = [1 + (sign in _EXTENDED) for sign in text], _GSM_ALONE, _GSM_JOINED
    else:
        units, alone, joined = [1 + (sign > "\uffff") for sign in text], _UCS_ALONE, _UCS_JOINED
    if sum(units) <= alone:
        return 1
    count, used = 1, 0
    for size in units:
        if used + size > joined:
            count, used = count + 1, 0
        used += size
    return count


def _is_plain(sign: str) -> bool:
    """Tell whether GSM-7 has a sign."""
    return sign in _BASIC or sign in _EXTENDED


def without_diacritics(text: str) -> str:
    """Return a text in the signs that GSM-7 has, as people type Vietnamese on phones.

    What it has nothing for is a question mark: one such sign would double the price.
    """
    # Taken apart first, a sign may become one that people type otherwise, and the other way round.
    apart = unicodedata.normalize("NFKD", text.translate(_PLAIN)).translate(_PLAIN)
    seen = (sign for sign in apart if unicodedata.category(sign) not in _UNSEEN)
    return "".join(sign if _is_plain(sign) else _UNKNOWN for sign in seen)


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
