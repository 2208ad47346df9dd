"""What an administrator is told of a failure, or of an agency that cannot be reached."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsplan_workflow.domain.notice_kinds import UNREACHABLE, NoticeKind
from lsplan_workflow.domain.text import Text
from lsplan_workflow.notify.letter import Item

if TYPE_CHECKING:
    from datetime import datetime

    from lsplan_workflow.configuration.folder import Configuration
    from lsplan_workflow.store.tables import NoticeRow


def failure_item(configuration: Configuration, row: NoticeRow, now: datetime) -> Item:
    """Return what an administrator is told; the reason lies in the notice's rung.

    It may be that an agency cannot be reached, which is then the one that is named.
    """
    day = configuration.calendar.local_day(now)
    unreached = row.rung.startswith(UNREACHABLE)
    agency = row.rung.removeprefix(UNREACHABLE) if unreached else row.agency
    return Item(
        kind=NoticeKind.FAILURE,
        rung=row.rung,
        cycle="",
        report="",
        year=day.year,
        agency_code=agency,
        agency=configuration.directory[agency].form_of_address(row.language),
        legal_basis="",
        before=day,
        last_full_day=day,
        last_working_day=day,
        detail=_unreached(configuration, agency, row.language) if unreached else row.rung,
    )


def _unreached(configuration: Configuration, agency: str, language: str) -> str:
    name = configuration.directory[agency].form_of_address(language)
    return Text(
        f"{name}: máy chủ thư từ chối địa chỉ của mọi liên hệ đã thử, hoặc dịch vụ nhắn tin "
        "không nhận tin trong 72 giờ",
        f"{name}: the mail server refused the address of every contact that was tried, or the "
        "chat service took nothing for 72 hours",
    ).in_language(language)
