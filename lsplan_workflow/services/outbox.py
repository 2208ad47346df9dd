"""The outbox as an administrator sees it: what became of each notice, again or no more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from lsplan_workflow.domain.causes import Cause
from lsplan_workflow.domain.errors import RequestError
from lsplan_workflow.domain.notice_kinds import NOTICE_STATUS_VI, NoticeStatus
from lsplan_workflow.domain.text import Text
from lsplan_workflow.services.cycles import find_cycle
from lsplan_workflow.services.recheck import is_void
from lsplan_workflow.store import audit, obligations, outbox

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from sqlmodel import Session

    from lsplan_workflow.services.workplace import Workplace
    from lsplan_workflow.store.tables import NoticeRow

UNCERTAIN: Final = Cause.UNCERTAIN.value
"""What is asked for besides the statuses: what may have arrived, waiting, failed or given up."""


def list_notices(workplace: Workplace, status: str | None = None) -> list[NoticeRow]:
    """Return the notices of a status, the uncertain ones, or all.

    Raise RequestError for an unknown status.
    """
    with workplace.database.reading() as session:
        if status == UNCERTAIN:
            return outbox.notices(session, cause=Cause.UNCERTAIN)
        return outbox.notices(session, status=None if status is None else _status(status))


def next_attempt_at(row: NoticeRow) -> datetime | None:
    """Return from when on a notice is tried next, as far as it is to be tried at all.

    It leaves with the first pass from then on in which its channel has room.
    """
    if row.status == NoticeStatus.PENDING:
        return row.send_at
    return row.next_attempt_at if row.status == NoticeStatus.RETRY else None


def _status(text: str) -> NoticeStatus:
    try:
        return NoticeStatus(text)
    except ValueError:
        known = ", ".join((*NoticeStatus, UNCERTAIN))
        raise RequestError(
            Text(
                f"{text}: không có trạng thái này; các trạng thái: {known}.",
                f"{text}: there is no such status; there are: {known}.",
            )
        ) from None


def resend_notices(workplace: Workplace, keys: Sequence[str], *, actor: str) -> list[NoticeRow]:
    """Make notices due now that failed, wait for another attempt or were given up.

    Return them as they are now. Raise RequestError, and change nothing, if one of them is
    not there, has left, or says what is no longer so.
    """
    now = workplace.clock.now()
    with workplace.database.writing() as session:

        def change(key: str) -> bool:
            if not outbox.resend(session, key, now=now):
                return False
            _require_true(session, workplace, key, now)
            return True

        rows = [_changed(session, key, change, _NOT_RESENDABLE) for key in dict.fromkeys(keys)]
        for row in rows:
            _record(session, row, "notice_resent", workplace, actor)
    return rows


@dataclass(frozen=True, slots=True)
class Resent:
    """The notices that are due now, and how many others say what is no longer so."""

    rows: list[NoticeRow]
    void: int


def resend_failed(workplace: Workplace, *, cycle: str | None = None, actor: str) -> Resent:
    """Make all notices due now that failed for good, of one cycle or of all.

    What says what is no longer so stays as it is. Raise RequestError for an unknown cycle.
    """
    now, configuration = workplace.clock.now(), workplace.configuration
    if cycle is not None:
        find_cycle(configuration, cycle)
    with workplace.database.writing() as session:
        failed = outbox.notices(session, status=NoticeStatus.FAILED, cycle=cycle)
        owed = obligations.obligations_about(session, failed)
        rows = [row for row in failed if not is_void(session, configuration, row, owed, now)]
        for row in rows:
            outbox.resend(session, row.key, now=now)
            _record(session, row, "notice_resent", workplace, actor)
    return Resent(rows, len(failed) - len(rows))


def give_up_notices(
    workplace: Workplace, keys: Sequence[str], *, reason: str, actor: str
) -> list[NoticeRow]:
    """Try notices no more that failed or wait; return them as they are now.

    Raise RequestError, and change nothing, if one of them is not there, has left, or is being
    sent, or if no reason is given.
    """
    if not reason.strip():
        raise RequestError(Text("Cần --reason: vì sao thôi gửi.", "Say why with --reason."))
    with workplace.database.writing() as session:

        def change(key: str) -> bool:
            return outbox.give_up(session, key)

        rows = [_changed(session, key, change, _NOT_GIVEN_UP) for key in dict.fromkeys(keys)]
        for row in rows:
            _record(session, row, "notice_given_up", workplace, actor, reason=reason.strip())
    return rows


def _changed(session: Session, key: str, change: Callable[[str], bool], refusal: Text) -> NoticeRow:
    """Change a notice and return it; raise RequestError where that cannot be."""
    row = outbox.notice(session, key)
    if row is None:
        raise RequestError(
            Text(
                f"{key}: không có thông báo này; xem `lsplan outbox`.",
                f"{key}: there is no such notice; see `lsplan outbox`.",
            )
        )
    if not change(key):
        raise RequestError(
            Text(
                f"{key}: {refusal.vi} (hiện là «{NOTICE_STATUS_VI[NoticeStatus(row.status)]}»).",
                f"{key}: {refusal.en} (it is {row.status}).",
            )
        )
    return row


def _require_true(session: Session, workplace: Workplace, key: str, now: datetime) -> None:
    """Raise RequestError for a notice that would be withdrawn instead of sent."""
    row = outbox.notice(session, key)
    if row is None:
        return
    owed = obligations.obligations_about(session, [row])
    if is_void(session, workplace.configuration, row, owed, now):
        raise RequestError(
            Text(
                f"{key}: nội dung thông báo này không còn đúng (đã báo cáo, được miễn, đổi hạn "
                "hoặc kỳ đã kết thúc); không cần gửi lại.",
                f"{key}: what this notice says is no longer so (filed, waived, moved or closed "
                "meanwhile); it need not be resent.",
            )
        )


_NOT_RESENDABLE: Final = Text(
    "chỉ gửi lại được thông báo hỏng, đang chờ thử lại hoặc đã thôi gửi",
    "only what failed, waits to be tried again or was given up can be resent",
)
_NOT_GIVEN_UP: Final = Text(
    "chỉ thôi gửi được thông báo hỏng hoặc đang chờ",
    "only what failed or waits can be given up",
)


def _record(
    session: Session,
    row: NoticeRow,
    event: str,
    workplace: Workplace,
    actor: str,
    **about: str,
) -> None:
    audit.append(
        session,
        at=workplace.clock.now(),
        actor=actor,
        event=event,
        cycle=row.cycle or None,
        agency=row.agency,
        key=row.key,
        **about,
    )
