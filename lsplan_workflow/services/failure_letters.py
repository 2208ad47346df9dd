"""What an administrator is told of a failure, or of an agency that cannot be reached."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

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
        detail=(_unreached(configuration, agency) if unreached else _run(row.rung)).in_language(
            row.language
        ),
    )


def _unreached(configuration: Configuration, agency: str) -> Text:
    found = configuration.directory[agency]
    return Text(
        f"Không báo được cho {found.form_of_address('vi')}, xem lsplan outbox --status failed",
        f"{found.form_of_address('en')} could not be told, see lsplan outbox --status failed",
    )


def _run(rung: str) -> Text:
    """Return which run failed and how; a rung that no flow of ours has is named as it is."""
    flow, _, state = rung.rpartition("-")
    if flow not in _RUNS or state not in _STATES:
        return Text(f"Lượt chạy {rung} không hoàn thành", f"The run {rung} did not finish")
    run, how = _RUNS[flow], _STATES[state]
    return Text(f"{run.vi} {how.vi}", f"{run.en} {how.en}")


_RUNS: Final = {
    "reporting-cycle": Text("Lượt chạy theo lịch", "The scheduled run"),
    "deliver-outbox": Text("Lượt gửi thông báo", "The run that sends messages"),
    "consolidate": Text("Lượt tổng hợp báo cáo", "The run that consolidates reports"),
    "stopped": Text("Lượt chạy", "A run"),
}
_STATES: Final = {
    "failed": Text("bị lỗi", "failed"),
    "crashed": Text("bị dừng đột ngột", "crashed"),
    "timedout": Text("chạy quá thời gian cho phép", "took longer than it may"),
    "run": Text("bị ngắt giữa chừng khi máy dừng", "was cut off when the machine stopped"),
}
