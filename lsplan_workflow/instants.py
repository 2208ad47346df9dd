"""Days and instants as people type them."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Final

from lsplan_workflow.domain.errors import RequestError
from lsplan_workflow.domain.text import Text

if TYPE_CHECKING:
    from lsplan_workflow.domain.calendar import WorkingCalendar

_VIETNAMESE: Final = re.compile(r"^([0-9]{2})/([0-9]{2})/([0-9]{4})")


_TIME_OF_DAY: Final = re.compile(r"[0-9][T ][0-9]{2}")


def parse_instant(text: str, calendar: WorkingCalendar, *, with_time: bool = False) -> datetime:
    """Read an instant: ISO 8601 with an offset, without one in local time, or a day's start.

    A day may be written as 20/10/2025 too, with or without a time; `with_time` where the start
    of the day may not be meant. Raise RequestError for anything else.
    """
    try:
        found = datetime.fromisoformat(_VIETNAMESE.sub(r"\3-\2-\1", text))
    except ValueError:
        raise RequestError(
            Text(
                f"{text}: không phải thời điểm hợp lệ; cần dạng 2025-10-20T08:00+07:00.",
                f"{text}: not an instant; expected the form 2025-10-20T08:00+07:00.",
            )
        ) from None
    if with_time and not _TIME_OF_DAY.search(text):
        raise RequestError(
            Text(
                f"{text}: hãy nêu cả giờ, ví dụ {found:%Y-%m-%d}T16:00.",
                f"{text}: give the time of day too, as {found:%Y-%m-%d}T16:00.",
            )
        )
    return found if found.tzinfo is not None else found.replace(tzinfo=calendar.zone)


def parse_day(text: str) -> date:
    """Read a day, as 2025-10-20 or 20/10/2025; raise RequestError for anything else."""
    for form in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 - Only its day is used.
        except ValueError:
            continue
    raise RequestError(
        Text(
            f"{text}: không phải ngày hợp lệ; cần dạng 2025-10-20 hoặc 20/10/2025.",
            f"{text}: not a date; expected the form 2025-10-20 or 20/10/2025.",
        )
    )


def end_of_day(day: date, calendar: WorkingCalendar) -> datetime:
    """Return the last instant of a local day."""
    return calendar.at(day, time.max)
