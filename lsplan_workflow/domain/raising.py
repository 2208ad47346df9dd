"""Whom a notice goes to instead, where its recipient cannot be reached at all."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from lsplan_workflow.domain.agencies import agency_of, role_of, slug_of
from lsplan_workflow.domain.notice_kinds import WAITING, NoticeKind, NoticeStatus
from lsplan_workflow.domain.notices import Notice, stands_in_for

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from datetime import datetime

    from lsplan_workflow.domain.agencies import Contact, Directory

_HEARD: Final = WAITING | {NoticeStatus.SENT}


def can_be_raised(notice: Notice) -> bool:
    """Tell whether somebody else has to hear what its recipient does not.

    Not of a copy, whose original is another's, nor of what every administrator is told.
    """
    return notice.copy_of is None and notice.kind is not NoticeKind.FAILURE


def is_heard(failed: Notice, others: Iterable[Notice]) -> bool:
    """Tell whether the same is told, or about to be, to another contact of the same agency."""
    return any(other.status in _HEARD for other in _of_the_agency(failed, others))


def plan_instead(
    failed: Notice,
    others: Iterable[Notice],
    directory: Directory,
    suspects: Collection[str],
    *,
    send_at: datetime,
) -> Notice | None:
    """Return the notice to the next contact of the agency, or None if there is none left.

    Another contact of the role comes first, then whoever stands in for it; never who has been
    tried with it, nor who cannot be reached either. Its key is the one that the next contact
    would have been given: what was planned for him is not decided on again.
    """
    tried = {other.contact for other in _of_the_agency(failed, others)}
    addresses = {other.recipient for other in others}
    if directory.contact(failed.contact) is not None:
        # Of whoever is a contact no more, it is not the address that has failed.
        addresses.add(failed.recipient)
    for following in _line(directory, failed.contact):
        known = following.id in tried or following.id in suspects
        if not known and following.address not in addresses:
            return replace(
                failed,
                key=failed.key.removesuffix(slug_of(failed.contact)) + following.slug,
                contact=following.id,
                recipient=following.address,
                language=following.language,
                send_at=send_at,
                status=NoticeStatus.PENDING,
            )
    return None


def _line(directory: Directory, contact: str) -> Iterator[Contact]:
    """Yield the other contacts of a role, then those of the role that stands in for it."""
    every = (role_of(contact), stands_in_for(role_of(contact)))
    for role in dict.fromkeys(every):
        of_role = directory.contacts_of(agency_of(contact), role)
        yield from (found for found in of_role if found.id != contact)


def _of_the_agency(failed: Notice, others: Iterable[Notice]) -> Iterator[Notice]:
    agency = agency_of(failed.contact)
    return (o for o in others if agency_of(o.contact) == agency and o.key != failed.key)
