"""A notice: a message to one recipient that the engine decided on, and whom it goes to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from typing import Final

from lsplan_workflow.domain.agencies import Contact, Directory, Role
from lsplan_workflow.domain.notice_kinds import WAITING, NoticeKind, NoticeStatus
from lsplan_workflow.domain.program import OPENING, Audience, Side
from lsplan_workflow.domain.schedules import REVISION, Standing


@dataclass(frozen=True, slots=True)
class Notice:
    """A message to one recipient that the engine decided on.

    `agency` is the obligation's, or for a digest its recipient's. `contact` is the
    recipient's contact id, `recipient` the address. `copy_of` is the key of the notice
    whose mail this recipient gets in copy. `due_on` is the D of the deadline it speaks of.
    What is about an obstacle (its number) or a failure has an empty `cycle`.
    """

    key: str
    kind: NoticeKind
    rung: str
    cycle: str
    agency: str
    contact: str
    recipient: str
    language: str
    send_at: datetime
    status: NoticeStatus = NoticeStatus.PENDING
    copy_of: str | None = None
    due_on: date | None = None
    obstacle: str | None = None

    @property
    def asks(self) -> bool:
        """Tell whether it asks one agency for a report or its revision, and so may be void.

        That a version does not count any more is told, whatever is asked for since.
        """
        return self.kind.asks and voided_version(self.rung) is None


_VOID: Final = f"{NoticeKind.REOPENING.value}-void-"


def of_voiding(version: int) -> str:
    """Return what tells the notice that a version does not count any more apart."""
    return f"void-{version}"


def voided_version(rung: str) -> int | None:
    """Return the version of which a rung tells that it does not count any more, or None."""
    return int(rung.removeprefix(_VOID)) if rung.startswith(_VOID) else None


SUCCESSION: Final = NoticeKind.SUCCESSION.value


def kind_of(standing: Standing) -> NoticeKind:
    """Return what a rung sends; the same few address thousands of agencies."""
    return _kind_of(standing.rung, standing.audience)


@lru_cache(maxsize=256)
def _kind_of(rung: str, audience: Audience) -> NoticeKind:
    if rung.startswith(REVISION):
        return NoticeKind.REVISION
    if rung in {OPENING, SUCCESSION}:
        return NoticeKind(rung)
    if rung.startswith(Side.BEFORE):
        return NoticeKind.REMINDER
    if audience.is_digest:
        return NoticeKind.DIGEST
    return NoticeKind.OVERDUE if audience is Audience.FOCAL else NoticeKind.ESCALATION


def newest(due: Iterable[Standing]) -> frozenset[Standing]:
    """Return the newest rung of each audience; `due` is in the order of standing."""
    return frozenset({standing.audience: standing for standing in due}.values())


_STAND_IN: Final = {Role.FOCAL: Role.HEAD, Role.HEAD: Role.FOCAL}


def recipients_of(directory: Directory, agency: str, role: Role) -> tuple[Contact, ...]:
    """Return the contacts of a role; where there are none, those who stand in for them."""
    found = directory.contacts_of(agency, role)
    return found or directory.contacts_of(agency, stands_in_for(role))


def stands_in_for(role: Role) -> Role:
    """Return the role of those who are written to where nobody has a role, or is reached."""
    return _STAND_IN.get(role, role)


def changes(planned: Iterable[Notice], decided: Mapping[str, Notice]) -> list[Notice]:
    """Return what is new, and what waits although something newer supersedes it."""
    changed = []
    for notice in planned:
        present = decided.get(notice.key)
        if present is None:
            heard = _has_heard(notice, decided)
            changed.append(replace(notice, status=NoticeStatus.SUPERSEDED) if heard else notice)
        elif present.status in WAITING and notice.status is NoticeStatus.SUPERSEDED:
            changed.append(replace(present, status=NoticeStatus.SUPERSEDED))
    return changed


COPY: Final = "-copy"
_HEARS: Final = WAITING | {NoticeStatus.SENT}


def _has_heard(notice: Notice, decided: Mapping[str, Notice]) -> bool:
    """Tell whether its recipient hears the same in copy already, or heard it himself.

    Where a head leaves, or a new one comes, whoever stands in for him was told of the rung.
    """
    key = notice.key.removesuffix(COPY)
    other = decided.get(f"{key}{COPY}" if key == notice.key else key)
    return other is not None and other.status in _HEARS
