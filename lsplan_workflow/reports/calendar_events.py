"""Calendars as iCalendar files (RFC 5545), the same bytes for the same events."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from icalendar import Alarm, Calendar, Event, Timezone, vCalAddress, vText
from icalendar.parser import Contentline, Parameters

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_PRODUCT: Final = "-//lsplan//lsplan//VI"
_REFRESHED_EVERY: Final = timedelta(hours=12)
_ONE_DAY: Final = timedelta(days=1)
_A_WHILE: Final = timedelta(minutes=15)
_EARLIEST: Final = date(1970, 1, 1)
_ANY: Final = "any@lsplan"


@dataclass(frozen=True, slots=True)
class CalendarEvent:
    """An event; `start` is a whole day, or an instant of a quarter of an hour.

    `uid` is the same for ever, `sequence` and `changed_at` (aware) grow with every change.
    `rings` tells whether the reader's calendar is to ring when it starts.
    """

    uid: str
    summary: str
    description: str
    start: date | datetime
    sequence: int
    changed_at: datetime
    cancelled: bool = False
    rings: bool = False


@dataclass(frozen=True, slots=True)
class CalendarHead:
    """What a calendar is called, what it is, and the zone in which its hours are."""

    name: str
    about: str
    timezone: str
    language: str


@dataclass(frozen=True, slots=True)
class Organizer:
    """Who publishes an event: the name and the e-mail address."""

    name: str
    address: str


def method_of(*, cancelled: bool) -> str:
    """Return the method (RFC 5546, 1.4) by which an event is told: it is published or cancelled.

    Nobody is invited, so that nobody can decline, and no answers are asked for.
    """
    return "CANCEL" if cancelled else "PUBLISH"


def write_message(
    event: CalendarEvent, organizer: Organizer, timezone: str, language: str
) -> bytes:
    """Return an event of a whole day as a mail carries it (RFC 5546, 3.2.1 and 3.2.5).

    It has no name of a calendar, for which some programs would make a calendar of its own.
    """
    shared = _message(replace(event, uid=_ANY), organizer, timezone, language)
    return shared.replace(_uid_line(_ANY), _uid_line(event.uid))


@lru_cache(maxsize=64)
def _message(event: CalendarEvent, organizer: Organizer, timezone: str, language: str) -> bytes:
    """Return the file of an event; those that agencies get are alike but for their UID."""
    found = Calendar()
    found.add("prodid", _PRODUCT)
    found.add("version", "2.0")
    found.add("method", method_of(cancelled=event.cancelled))
    component = _event(event, ZoneInfo(timezone), language)
    address = vCalAddress(f"mailto:{organizer.address}")
    address.params["CN"] = _normal(organizer.name)
    component.add("organizer", address)
    found.add_component(component)
    return bytes(found.to_ical())


def _uid_line(uid: str) -> bytes:
    return b"\r\n%b\r\n" % Contentline.from_parts("UID", Parameters(), vText(uid)).to_ical()


def write_calendar(head: CalendarHead, events: Sequence[CalendarEvent]) -> bytes:
    """Return a calendar that can be subscribed to, or imported, in UTF-8 with its time zone."""
    found = Calendar()
    found.add("prodid", _PRODUCT)
    found.add("version", "2.0")
    found.add("method", "PUBLISH")
    # Both names of each: the ones of RFC 7986, and those that came before and are read still.
    for name in ("name", "x-wr-calname"):
        found.add(name, _normal(head.name))
    for name in ("description", "x-wr-caldesc"):
        found.add(name, _normal(head.about))
    found.add("x-wr-timezone", head.timezone)
    found.add("refresh-interval", _REFRESHED_EVERY, parameters={"VALUE": "DURATION"})
    found.add("x-published-ttl", "PT12H")
    found.add_component(_timezone(head.timezone, events))
    for event in events:
        found.add_component(_event(event, ZoneInfo(head.timezone), head.language))
    return bytes(found.to_ical())


def _timezone(name: str, events: Iterable[CalendarEvent]) -> Timezone:
    years = {event.start.year for event in events} or {_EARLIEST.year}
    first, last = date(min(years) - 1, 1, 1), date(max(years) + 2, 1, 1)
    found = Timezone.from_tzid(name, first_date=first, last_date=last)
    found.pop("comment", None)
    return found


def _event(event: CalendarEvent, zone: ZoneInfo, language: str) -> Event:
    found, start = Event(), event.start
    found.add("uid", event.uid)
    found.add("dtstamp", event.changed_at.astimezone(UTC))
    found.add("last-modified", event.changed_at.astimezone(UTC))
    found.add("sequence", event.sequence)
    spoken = {"LANGUAGE": language}
    found.add("summary", _normal(event.summary), parameters=spoken)
    found.add("description", _normal(event.description), parameters=spoken)
    if isinstance(start, datetime):
        found.add("dtstart", start.astimezone(zone))
        found.add("dtend", (start + _A_WHILE).astimezone(zone))
    else:
        found.add("dtstart", start)
        found.add("dtend", start + _ONE_DAY)
    found.add("status", "CANCELLED" if event.cancelled else "CONFIRMED")
    found.add("transp", "TRANSPARENT")
    if event.rings:
        found.add_component(_alarm(event.summary))
    return found


def _alarm(summary: str) -> Alarm:
    found = Alarm()
    found.add("action", "DISPLAY")
    found.add("description", _normal(summary))
    found.add("trigger", timedelta())
    return found


def _normal(text: str) -> str:
    return unicodedata.normalize("NFC", text)
