"""The sandbox in which templates are compiled and rendered."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Final

from jinja2 import BytecodeCache, FunctionLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from lsplan_workflow.domain.text import ENGLISH, VIETNAMESE, english_date
from lsplan_workflow.notify.messages import SUBJECT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date, datetime
    from types import CodeType

    from jinja2.bccache import Bucket

_WEEKDAYS: Final = {
    VIETNAMESE: ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật"),
    ENGLISH: ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
_LAST_PADDED_MONTH: Final = 2
_KEPT: Final = 512


class _Compiled(BytecodeCache):
    """What this process has compiled: an edited folder differs by few templates from the last."""

    def __init__(self) -> None:
        self._codes: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._codes.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        if len(self._codes) >= _KEPT:
            self._codes.clear()
        if bucket.code is not None:
            self._codes[bucket.key, bucket.checksum] = bucket.code


_COMPILED: Final = _Compiled()


def environment(templates: Mapping[str, str]) -> ImmutableSandboxedEnvironment:
    """Return the sandbox in which templates are compiled and rendered.

    The first line of a text template is compiled apart, so that a line break in what it
    quotes cannot push a part of the subject into the text.
    """
    found = ImmutableSandboxedEnvironment(
        loader=FunctionLoader(_source_of(templates)),
        undefined=StrictUndefined,
        autoescape=lambda name: name is not None and name.endswith(".html.j2"),
        trim_blocks=True,
        lstrip_blocks=True,
        bytecode_cache=_COMPILED,
    )
    found.filters.update(date=_date, weekday=_weekday, instant=_instant)
    found.filters.update(longdate=_long_date, midsentence=_midsentence)
    return found


def is_partial(name: str) -> bool:
    """Tell whether a template is only for others to use."""
    return name.startswith("_")


def _source_of(
    templates: Mapping[str, str],
) -> Callable[[str], tuple[str, str, Callable[[], bool]] | None]:
    def load(name: str) -> tuple[str, str, Callable[[], bool]] | None:
        file, marker, _ = name.partition(SUBJECT)
        if file not in templates:
            return None
        source = unicodedata.normalize("NFC", templates[file]).removeprefix("\ufeff")
        if file.endswith(".txt.j2") and not is_partial(file):
            subject, _, text = source.partition("\n")
            # The line break keeps the numbers of the lines as they are in the file.
            source = subject if marker else f"\n{text}"
        return source, file, lambda: True

    return load


def _date(day: date, language: str = VIETNAMESE) -> str:
    return english_date(day) if language == ENGLISH else f"{day:%d/%m/%Y}"


def _weekday(day: date, language: str = VIETNAMESE) -> str:
    return _WEEKDAYS.get(language, _WEEKDAYS[VIETNAMESE])[day.weekday()]


def _instant(at: datetime, language: str = VIETNAMESE) -> str:
    return f"{at:%H:%M} {'on' if language == ENGLISH else 'ngày'} {_date(at, language)}"


def _long_date(day: date, language: str = VIETNAMESE) -> str:
    """Return the day as official letters write it: days below 10, months 1 and 2 padded."""
    if language == ENGLISH:
        return english_date(day)
    month = f"{day:%m}" if day.month <= _LAST_PADDED_MONTH else str(day.month)
    return f"ngày {day:%d} tháng {month} năm {day.year}"


def _midsentence(name: str) -> str:
    """Return a name as it stands within a sentence; an abbreviation keeps its capitals."""
    return name[:1].lower() + name[1:] if name[1:2].islower() or name[1:2] == " " else name
