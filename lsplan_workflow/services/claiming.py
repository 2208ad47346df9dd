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
    begun = errand.begun
    due = outbox.due_channels(session, now=now, begun=begun, kinds=kinds)
    channels = [channel for channel in due if not configuration.is_quiet(channel, now)]
    claimed: list[NoticeRow] = []
    for channel in channels:
        share = _BATCH // len(channels)
        limit = min(share, _allowance(session, configuration, channel, now))
        if limit > 0:
            claimed += _claim(session, errand, channel, kinds, now, limit)
    return claimed


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


def _allowance(session: Session, configuration: Configuration, channel: str, now: datetime) -> int:
    """Return how many more messages may leave now by a channel.

    Claims are made one at a time, and what is claimed counts as if it had left: however many
    deliver at once, no channel lets out more than its rate.
    """
    rate, calendar = configuration.rate_of(channel), configuration.calendar

    def left_since(instant: datetime) -> int:
        return mails.count_left_since(session, instant, now=now, channel=channel)

    today = calendar.midnight(calendar.local_day(now)) - timedelta(microseconds=1)
    return min(
        rate.max_per_minute - left_since(now - timedelta(minutes=1)),
        rate.max_per_day - left_since(today),
    )
