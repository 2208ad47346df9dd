"""What of the due notices may leave now: by the hour, by each channel's rate, by urgency."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from lsplan_workflow.domain.notice_kinds import NoticeKind
from lsplan_workflow.services.grouping import assign_mails
from lsplan_workflow.store import mails, outbox

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlmodel import Session

    from lsplan_workflow.configuration.folder import Configuration
    from lsplan_workflow.store.tables import NoticeRow

_BATCH: Final = 50
"""How many notices one claim takes: few enough to leave well within their lease."""

REPLIES: Final = frozenset(kind for kind in NoticeKind if kind.is_reply)


WINDOW: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class HeldBack:
    """How many due notices the rates hold back, and from when on (UTC) some of them may leave.

    There is no such instant where nothing is held back, where the day's rate does it, or where
    others have in hand whatever the minute lets out.
    """

    count: int = 0
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Errand:
    """One delivery: who claims, when it began, and which kinds alone are wanted, if any."""

    owner: str
    begun: datetime
    only: Collection[NoticeKind] | None


def claim_due(
    session: Session, configuration: Configuration, errand: Errand, now: datetime
) -> list[NoticeRow]:
    """Claim what may leave now, whole mails at a time, as far as each channel's rate allows.

    A channel that lets out nothing more, or is quiet at this hour, holds up no other.
    """
    kinds = allowed_now(configuration, now, errand.only)
    assign_mails(session, configuration, now=now, kinds=kinds)
    channels = _channels_of_due(session, configuration, errand, kinds, now)
    claimed: list[NoticeRow] = []
    for channel in channels:
        share = _BATCH // len(channels)
        limit = min(share, *_room(session, configuration, channel, now))
        if limit > 0:
            claimed += _claim(session, errand, channel, kinds, now, limit)
    return claimed


def held_back(
    session: Session, configuration: Configuration, errand: Errand, now: datetime
) -> HeldBack:
    """Return what is due and may not leave now for the rate of its channel alone."""
    kinds = allowed_now(configuration, now, errand.only)
    rooms = {
        channel: _room(session, configuration, channel, now)
        for channel in _channels_of_due(session, configuration, errand, kinds, now)
    }
    full = [channel for channel, room in rooms.items() if min(room) <= 0]
    if not full:
        return HeldBack()
    count = outbox.count_due(session, now=now, begun=errand.begun, kinds=kinds, channels=full)
    firsts = [
        mails.first_left_since(session, now - WINDOW, channel=channel)
        for channel in full
        if rooms[channel][1] > 0
    ]
    opens = [first + WINDOW for first in firsts if first is not None]
    return HeldBack(count, min(opens, default=None))


def _channels_of_due(
    session: Session,
    configuration: Configuration,
    errand: Errand,
    kinds: Collection[NoticeKind],
    now: datetime,
) -> list[str]:
    """Return the channels that have something due of some kinds and are not quiet now."""
    due = outbox.due_channels(session, now=now, begun=errand.begun, kinds=kinds)
    return [channel for channel in due if not configuration.is_quiet(channel, now)]


def _claim(
    session: Session,
    errand: Errand,
    channel: str,
    kinds: Collection[NoticeKind],
    now: datetime,
    limit: int,
) -> list[NoticeRow]:
    """Claim some notices of a channel, and those that share their mails."""
    owner, begun = errand.owner, errand.begun
    claimed = outbox.claim(
        session, now=now, limit=limit, owner=owner, kinds=kinds, channel=channel, begun=begun
    )
    return claimed + mails.claim_companions(
        session, claimed, now=now, owner=owner, channel=channel, begun=begun
    )


def allowed_now(
    configuration: Configuration, now: datetime, only: Collection[NoticeKind] | None
) -> frozenset[NoticeKind]:
    """Return the kinds that may leave at an instant, of some or of all."""
    wanted = frozenset(NoticeKind if only is None else only)
    return wanted if configuration.calendar.is_working_time(now) else wanted & REPLIES


def _room(
    session: Session, configuration: Configuration, channel: str, now: datetime
) -> tuple[int, int]:
    """Return how many more messages may leave now by a channel, by its minute and by its day.

    Claims are made one at a time, and what is claimed counts as if it had left: however many
    deliver at once, no channel lets out more than its rate.
    """
    rate, calendar = configuration.rate_of(channel), configuration.calendar

    def left_since(instant: datetime) -> int:
        return mails.count_left_since(session, instant, now=now, channel=channel)

    today = calendar.midnight(calendar.local_day(now)) - timedelta(microseconds=1)
    return (
        rate.max_per_minute - left_since(now - WINDOW),
        rate.max_per_day - left_since(today),
    )
