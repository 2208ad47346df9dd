"""Redirection: what was to tell an agency that has ended is told whoever stands for it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from lsplan_workflow.domain.agencies import Role, agency_of
from lsplan_workflow.domain.notice_kinds import NoticeKind, NoticeStatus
from lsplan_workflow.domain.notices import recipients_of
from lsplan_workflow.domain.obstacle_notices import RELIEVED

if TYPE_CHECKING:
    from datetime import date

    from lsplan_workflow.domain.agencies import Directory
    from lsplan_workflow.domain.notices import Notice

# What asks for something is decided anew for whoever takes that over, and receipts go to
# whoever acted. These alone tell what became of a matter that stays under the old name.
_NEWS: Final = frozenset(
    {
        NoticeKind.ACCEPTANCE,
        NoticeKind.WAIVER,
        NoticeKind.REOPENING,
        NoticeKind.OBSTACLE_ANSWER,
    }
)


def redirected(notice: Notice, directory: Directory, day: date) -> tuple[Notice, ...]:
    """Return what tells a notice's news on a local day instead of it; itself where it stands.

    The focal persons hear of it of whoever stands for the agency of its contact by then. It
    stays as it is where that has nobody who could be told, and while it is being sent.
    """
    agency = agency_of(notice.contact)
    if not _is_news(notice) or agency not in directory:
        return (notice,)
    heir = directory.follow(agency, day).code
    if heir == agency:
        return (notice,)
    about = notice.key.rpartition("/")[0]
    instead = tuple(
        replace(
            notice,
            key=f"{about}/{heir}-{contact.slug}",
            agency=notice.agency if notice.obstacle is None else heir,
            contact=contact.id,
            recipient=contact.address,
            language=contact.language,
            status=NoticeStatus.PENDING,
        )
        for contact in recipients_of(directory, heir, Role.FOCAL)
    )
    return instead or (notice,)


def _is_news(notice: Notice) -> bool:
    told = notice.kind in _NEWS and not notice.rung.startswith(RELIEVED)
    return told and notice.status is not NoticeStatus.SENDING
