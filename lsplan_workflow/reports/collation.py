"""The Vietnamese order of names: letters first, then tones, then capitals."""

from __future__ import annotations

import unicodedata
from typing import Final

SortKey = tuple[tuple[int, ...], tuple[int, ...], tuple[bool, ...]]

_LETTERS: Final = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
# The order of tones is the dictionaries': level, huyền, hỏi, ngã, sắc, nặng.
_TONES: Final = "\u0300\u0309\u0303\u0301\u0323"
_RANK: Final = {letter: rank for rank, letter in enumerate(_LETTERS)}
# Letters stand behind every sign and digit, whatever their code points are.
_BEHIND_SIGNS: Final = 0x110000


def sort_key(name: str) -> SortKey:
    """Return the key that puts names in Vietnamese order.

    Tones and capitals decide only between names of the same letters, so that «Uỷ ban» and
    «Ủy ban», two spellings of one word, stay together.
    """
    letters: list[int] = []
    tones: list[int] = []
    composed = unicodedata.normalize("NFC", name)
    for sign in composed.lower():
        base, tone = _without_tone(sign)
        letters.extend(_rank(part) for part in base)
        tones.append(tone)
    return tuple(letters), tuple(tones), tuple(sign.isupper() for sign in composed)


def _without_tone(sign: str) -> tuple[str, int]:
    marks = unicodedata.normalize("NFD", sign)
    tone = next((_TONES.index(mark) + 1 for mark in marks if mark in _TONES), 0)
    base = "".join(mark for mark in marks if mark not in _TONES)
    return unicodedata.normalize("NFC", base), tone


def _rank(letter: str) -> int:
    if letter in _RANK:
        return _BEHIND_SIGNS + _RANK[letter]
    return ord(letter)
