"""What became of the notice that tells an agency what was done about its obligation."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from lsplan_workflow.domain.agencies import Role
from lsplan_workflow.domain.notice_kinds import WAITING, NoticeStatus
from lsplan_workflow.domain.notices import recipients_of
from lsplan_workflow.store import outbox

if TYPE_CHECKING:
    from collections.abc import Collection

    from lsplan_workflow.domain.notice_kinds import NoticeKind
    from lsplan_workflow.services.workplace import Workplace


class Told(StrEnum):
    """Whether an agency was told of an act: it was, it will be, it could not be, nobody can.

    `known` is what needs no telling: it was told last of the very deadline that holds.
    """

    SENT = "sent"
    WAITING = "waiting"
    NOT_SENT = "not_sent"
    NOBODY = "nobody"
    KNOWN = "known"


def told(workplace: Workplace, cycle: str, agency: str, kinds: Collection[NoticeKind]) -> Told:
    """Return what became of the newest notice of some kinds about an agency's obligation."""
    configuration, now = workplace.configuration, workplace.clock.now()
    present = configuration.directory.follow(agency, configuration.calendar.local_day(now))
    if not recipients_of(configuration.directory, present.code, Role.FOCAL):
        return Told.NOBODY
    with workplace.database.reading() as session:
        found = outbox.notices_of(session, cycle, [agency]).values()
    about = [notice for notice in found if notice.kind in kinds]
    states = {n.status for n in about if n.rung == about[-1].rung}
    if NoticeStatus.SENT in states:
        return Told.SENT
    # What was tried in vain is no promise for working hours.
    return Told.WAITING if states & (WAITING - {NoticeStatus.RETRY}) else Told.NOT_SENT
