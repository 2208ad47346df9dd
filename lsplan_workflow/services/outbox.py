"""The outbox as an administrator sees it: what became of each notice, and sending again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsplan_workflow.domain.errors import RequestError
from lsplan_workflow.domain.notice_kinds import NoticeStatus
from lsplan_workflow.domain.text import Text
from lsplan_workflow.store import audit, outbox

if TYPE_CHECKING:
    from lsplan_workflow.services.workplace import Workplace
    from lsplan_workflow.store.tables import NoticeRow


def list_notices(workplace: Workplace, status: str | None = None) -> list[NoticeRow]:
    """Return the notices of a status, or all; raise RequestError for an unknown status."""
    wanted = None if status is None else _status(status)
    with workplace.database.reading() as session:
        return outbox.notices(session, status=wanted)


def _status(text: str) -> NoticeStatus:
    try:
        return NoticeStatus(text)
    except ValueError:
        known = ", ".join(NoticeStatus)
        raise RequestError(
            Text(
                f"{text}: không có trạng thái này; các trạng thái: {known}.",
                f"{text}: there is no such status; there are: {known}.",
            )
        ) from None


def resend_notice(workplace: Workplace, key: str, *, actor: str) -> None:
    """Make a notice that failed due now; raise RequestError if there is none or it left."""
    now = workplace.clock.now()
    with workplace.database.writing() as session:
        row = outbox.notice(session, key)
        if row is None:
            raise RequestError(
                Text(
                    f"{key}: không có thông báo này; xem `lsplan outbox`.",
                    f"{key}: there is no such notice; see `lsplan outbox`.",
                )
            )
        if not outbox.resend(session, key, now=now):
            raise RequestError(
                Text(
                    f"{key}: chỉ gửi lại được thông báo hỏng hoặc đang chờ thử lại "
                    f"(hiện là {row.status}).",
                    f"{key}: only what failed or waits to be tried again can be resent "
                    f"(it is {row.status}).",
                )
            )
        audit.append(
            session,
            at=now,
            actor=actor,
            event="notice_resent",
            cycle=row.cycle or None,
            agency=row.agency,
            key=key,
        )
