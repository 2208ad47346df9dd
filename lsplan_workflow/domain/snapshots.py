"""What planning looks at: one cycle as it stands, and an obligation of it with its holder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from lsplan_workflow.domain.agencies import Contact, Directory
from lsplan_workflow.domain.calendar import WorkingCalendar
from lsplan_workflow.domain.cycles import Cycle
from lsplan_workflow.domain.notice_kinds import NoticeStatus
from lsplan_workflow.domain.notices import Notice, kind_of
from lsplan_workflow.domain.obligations import Obligation, Outstanding, Status
from lsplan_workflow.domain.schedules import Standing


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All that planning one cycle looks at. `decided` holds the notices there are, by key.

    `outstanding` is what the whole cycle waits for; `obligations` may be those alone that
    are due for action.
    """

    calendar: WorkingCalendar
    directory: Directory
    cycle: Cycle
    obligations: tuple[Obligation, ...]
    outstanding: Outstanding
    decided: Mapping[str, Notice]


def holders(
    snapshot: Snapshot, obligation: Obligation, now: datetime
) -> list[tuple[str, datetime | None]]:
    """Return who is written to about an obligation, each with the instant until which.

    What stays under the name of an agency that ends passes to whoever stands for it; who ends
    without a successor is written to no longer, and nobody in its place.
    """
    if obligation.status is Status.TRANSFERRED:
        return [(obligation.agency, obligation.ended_at)]
    today, midnight = snapshot.calendar.local_day(now), snapshot.calendar.midnight
    return [
        (agency.code, midnight(day) if (day := agency.succeeded_on) and day <= today else None)
        for agency in snapshot.directory.line(obligation.agency, today)
    ]


@dataclass(frozen=True, slots=True)
class Matter:
    """What notices are about: an agency's obligation, and whose contacts hear of it now."""

    snapshot: Snapshot
    agency: str
    holder: str
    now: datetime

    def key(self, mark: str, contact: Contact) -> str:
        """Return a notice's key; in it, contacts of another agency are named with that."""
        slug = contact.slug
        named = slug if contact.agency == self.agency else f"{contact.agency}-{slug}"
        return f"{self.snapshot.cycle.code}/{self.agency}/{mark}/{named}"

    def notice(
        self,
        key: str,
        standing: Standing,
        contact: Contact,
        status: NoticeStatus = NoticeStatus.PENDING,
        copy_of: str | None = None,
    ) -> Notice:
        """Return what tells a contact of a rung, to leave in working hours."""
        return Notice(
            key=key,
            kind=kind_of(standing),
            rung=standing.rung,
            cycle=self.snapshot.cycle.code,
            agency=self.agency,
            contact=contact.id,
            recipient=contact.address,
            language=contact.language,
            send_at=self.snapshot.calendar.next_working_time(self.now),
            status=status,
            copy_of=copy_of,
            due_on=standing.due_on,
        )
