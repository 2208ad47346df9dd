"""Whether the version that a notice tells of still counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lsplan_workflow.domain.announcements import filed_version
from lsplan_workflow.domain.notice_kinds import NoticeKind
from lsplan_workflow.store import submissions
from lsplan_workflow.store.submissions import ReviewDecision

if TYPE_CHECKING:
    from sqlmodel import Session

_OF_VERSIONS: Final = frozenset({NoticeKind.RECEIPT, NoticeKind.RETURNED, NoticeKind.ACCEPTANCE})


def tells_of_void(session: Session, cycle: str, agency: str, kind: NoticeKind, rung: str) -> bool:
    """Tell whether a notice receipts a version that is void, or tells of a review of it."""
    if kind not in _OF_VERSIONS:
        return False
    reviews = submissions.reviewed(session, cycle, agency)
    void = submissions.void_versions(reviews)
    if kind is not NoticeKind.ACCEPTANCE:
        return filed_version(rung) in void
    # The rung of an acceptance ends with its number among them.
    accepted = (filed for filed, r in reviews if r.decision == ReviewDecision.ACCEPTED.value)
    numbers = {number for number, filed in enumerate(accepted, 1) if filed.version in void}
    return filed_version(rung) in numbers
