"""The words for states, kinds and events that tables print."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from lsplan_workflow.cli import shapes
from lsplan_workflow.domain.notice_kinds import NOTICE_STATUS_VI
from lsplan_workflow.domain.text import VIETNAMESE
from lsplan_workflow.terminal.language import counted, language, say

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date, datetime

    from lsplan_workflow.domain.compliance import Figures
    from lsplan_workflow.domain.notices import Notice
    from lsplan_workflow.domain.obligations import Status
    from lsplan_workflow.reports.collation import SortKey
    from lsplan_workflow.services.status import CycleStatus, Line, VoidVersion
    from lsplan_workflow.store.tables import AuditEvent

_HASH: Final = re.compile(r"[0-9a-f]{64}")
_HASH_SHOWN: Final = 12
_INSTANT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?[+-]\d\d:\d\d")

_TIMELINESS_VI = {
    "on_time": "đúng hạn",
    "late": "chậm",
    "missing": "chưa gửi",
    "pending": "chưa đến hạn",
    "waived": "được miễn",
}
_CYCLE_STATE_VI = {
    "upcoming": "sắp mở",
    "open": "đang mở",
    "closed": "đã kết thúc",
    "untracked": "không theo dõi",
}
_KIND_VI = {
    "opening": "mở kỳ",
    "reminder": "nhắc hạn",
    "overdue": "đôn đốc quá hạn",
    "escalation": "báo người đứng đầu",
    "digest": "tổng hợp cho lãnh đạo",
    "revision": "nhắc gửi lại",
    "receipt": "tiếp nhận",
    "returned": "trả lại",
    "acceptance": "chấp nhận",
    "extension": "gia hạn",
    "waiver": "miễn",
    "reopening": "mở lại",
    "deadline": "đổi thời hạn",
    "succession": "chuyển giao",
    "failure": "báo lỗi",
    "obstacle": "khó khăn, vướng mắc",
    "obstacle_receipt": "tiếp nhận vướng mắc",
    "obstacle_assigned": "giao trả lời vướng mắc",
    "obstacle_reminder": "nhắc trả lời vướng mắc",
    "obstacle_answer": "trả lời vướng mắc",
}
_EVENT_VI = {
    "initialised": "khởi tạo",
    "configuration_applied": "áp dụng cấu hình",
    "cycle_opened": "mở kỳ",
    "cycle_untracked": "kỳ không theo dõi",
    "agency_ended": "cơ quan kết thúc",
    "obligation_added": "thêm nghĩa vụ",
    "obligation_transferred": "chuyển giao nghĩa vụ",
    "obligation_taken_over": "tiếp nhận nghĩa vụ",
    "obligation_reduced": "bớt phần đã tiếp nhận",
    "obligation_removed": "bỏ nghĩa vụ đã tiếp nhận",
    "transfer_recalled": "thu hồi chuyển giao",
    "notice_planned": "quyết định gửi",
    "notice_sent": "đã gửi",
    "notice_failed": "không gửi được",
    "notice_cancelled": "hủy thông báo",
    "notice_resent": "yêu cầu gửi lại",
    "notice_given_up": "thôi gửi thông báo",
    "notice_rerouted": "chuyển sang địa chỉ dự phòng",
    "notice_raised": "chuyển thông báo sang người khác",
    "contact_suspected": "nghi ngờ địa chỉ liên hệ",
    "contact_tested": "gửi thư thử",
    "contact_trusted": "địa chỉ liên hệ dùng được lại",
    "submitted": "nộp báo cáo",
    "accepted": "chấp nhận",
    "returned": "trả lại",
    "voided": "hủy bỏ bản gửi",
    "extended": "gia hạn",
    "waived": "miễn",
    "reopened": "mở lại",
    "consolidated": "tổng hợp",
    "deadline_moved": "đổi thời hạn",
    "ladder_kept": "giữ bậc đôn đốc cũ",
    "ladder_restarted": "chuyển sang bậc đôn đốc mới",
    "notices_moved": "dời thông báo",
    "notices_revived": "gửi lại thông báo đã thôi",
    "failure_reported": "báo lỗi",
    "contact_forgotten": "xóa thông tin liên hệ",
    "backed_up": "sao lưu",
    "restored": "phục hồi từ bản sao lưu",
    "obstacle_received": "tiếp nhận vướng mắc",
    "obstacle_assigned": "giao trả lời vướng mắc",
    "obstacle_answered": "trả lời vướng mắc",
    "obstacle_closed": "kết thúc vướng mắc",
}


_ACTOR_VI = {"engine": "hệ thống", "unknown": "không rõ"}
_PAYLOAD_VI = {
    "agencies": "cơ quan",
    "answer_before": "trả lời trước",
    "answers_return": "là bản gửi lại",
    "assigned_to": "giao cho",
    "authority": "căn cứ",
    "contact": "người nhận",
    "covers": "nhận thay cho",
    "relieved": "không phải báo cáo thay",
    "documents": "tệp",
    "due_before": "phải gửi trước",
    "former_due_before": "trước đây phải gửi trước",
    "events": "số sự kiện",
    "file": "tệp",
    "channel": "kênh gửi",
    "head": "mã băm cuối",
    "instead": "thay bằng",
    "key": "thông báo",
    "keys": "các thông báo",
    "message_id": "mã thư",
    "number": "số",
    "partial": "từng phần",
    "reason": "lý do",
    "received_at": "đến lúc",
    "revise_before": "gửi lại trước",
    "reply": "trả lời",
    "result": "kết quả",
    "sha256": "mã băm",
    "succeeded_on": "từ ngày",
    "successors": "kế thừa",
    "text": "nội dung",
    "version": "lần",
    "what": "nội dung",
}
_CONSOLIDATION_VI = {
    "complete": "đã hoàn thành",
    "grace": "hết thời gian chờ sau hạn",
    "demand": "theo yêu cầu",
}


def edited() -> str:
    """Return the warning that the folder is not what passes go by."""
    return say(
        "Lưu ý: thư mục cấu hình đã sửa nhưng chưa áp dụng; chạy `lsplan apply` để có hiệu lực.",
        "Note: the configuration folder was edited; run `lsplan apply` to take it into effect.",
    )


def _in_words(value: str, vietnamese: Mapping[Any, str]) -> str:
    if language() == VIETNAMESE:
        return vietnamese.get(value, value)
    return value.replace("_", " ")


def kind(value: str) -> str:
    """Return the word for a kind of notice."""
    return _in_words(value, _KIND_VI)


def notice_status(value: str) -> str:
    """Return the word for a notice's status."""
    return _in_words(value, NOTICE_STATUS_VI)


def event(value: str) -> str:
    """Return the word for an audit event."""
    return _in_words(value, _EVENT_VI)


def status(value: Status) -> str:
    """Return the word for an obligation's status."""
    from lsplan_workflow.domain.obligations import STATUS_VI

    return _in_words(value.value, STATUS_VI)


def day(at: date) -> str:
    """Return a day as people write it: 17/10/2025."""
    return f"{at:%d/%m/%Y}"


def instant(at: datetime) -> str:
    """Return an instant as people write it: 17/10/2025 07:30."""
    return f"{at:%d/%m/%Y %H:%M}"


def name_order(name: str) -> SortKey:
    """Return the key that puts agencies' names in Vietnamese order, which serves English."""
    from lsplan_workflow.reports.collation import sort_key

    return sort_key(name)


def line(found: CycleStatus, line: Line, name: str) -> tuple[str, ...]:
    """Return an obligation as a row of the status table."""
    filed_at = line.obligation.first_complete_at
    return (
        line.obligation.agency,
        name,
        say("đã chấm dứt", "lapsed") if line.lapsed else status(line.obligation.status),
        _awaited(found, line),
        _result(line),
        instant(filed_at.astimezone(found.as_of.tzinfo)) if filed_at else "",
        instant(line.next_notice) if line.next_notice else "",
    )


def _result(line: Line) -> str:
    """Return whether a report came in time, and by how many days it is or was late."""
    if line.timeliness is None:
        return ""
    result = _in_words(line.timeliness.value, _TIMELINESS_VI)
    if not line.days_late:
        return result
    if line.timeliness.value == "missing":
        result = say("quá hạn", "overdue")
    return result + say(f" {line.days_late} ngày", f" {counted(line.days_late, 'day')}")


def _awaited(found: CycleStatus, line: Line) -> str:
    """Return the day before which a report or its revision is awaited, and what is special."""
    owed = line.obligation
    before = day((owed.awaited_at or owed.due_at).astimezone(found.as_of.tzinfo))
    if owed.is_revision_overdue(found.as_of):
        return before + say(" (gửi lại, đã quá hạn)", " (revision, overdue)")
    if owed.revise_by_at is not None:
        return before + say(" (gửi lại)", " (revision)")
    own = owed.due_at != found.cycle.due_at
    return before + (say(" (hạn riêng)", " (its own)") if own else "")


def _passed_on(counts: Figures) -> str:
    """Return how many duties passed on, and how many ended with their agency, if any."""
    taken, over = counts.taken_over, counts.lapsed
    return say(
        f"chuyển giao {taken}" + (f", chấm dứt {over}" if over else ""),
        f"transferred {taken}" + (f", lapsed {over}" if over else ""),
    )


def _unrevised(found: CycleStatus) -> str:
    """Return how many revisions are overdue, if any."""
    count = sum(line.obligation.is_revision_overdue(found.as_of) for line in found.lines)
    return say(f", quá hạn gửi lại {count}", f", revisions overdue {count}") if count else ""


def headline(found: CycleStatus) -> str:
    """Return the deadline and the figures of a cycle in two lines."""
    figures, cycle = found.figures, found.cycle
    return say(
        f"{cycle.code}: {_CYCLE_STATE_VI[found.state.value]}; trước ngày "
        f"{cycle.due_on:%d/%m/%Y}, ngày làm việc cuối {found.last_working_day:%d/%m/%Y}; "
        f"tính đến {instant(found.as_of)}\n"
        f"Phải gửi {figures.expected}; đúng hạn {figures.on_time}, chậm {figures.late}, "
        f"chưa gửi {figures.missing}, chưa đến hạn {figures.pending}{_unrevised(found)}; "
        f"ngoài ra được miễn {figures.waived}; {_passed_on(figures)}",
        f"{cycle.code}: {found.state.value}; before {cycle.due_on:%d/%m/%Y}, last working day "
        f"{found.last_working_day:%d/%m/%Y}; as of {instant(found.as_of)}\n"
        f"Expected {figures.expected}; on time {figures.on_time}, late {figures.late}, "
        f"missing {figures.missing}, pending {figures.pending}{_unrevised(found)}; besides, "
        f"waived {figures.waived}; {_passed_on(figures)}",
    )


def figure_headings() -> list[str]:
    """Return the headings of a cycle's figures, in their order."""
    return [
        say("Phải gửi", "Expected"),
        say("Đúng hạn", "On time"),
        say("Chậm", "Late"),
        say("Chưa gửi", "Missing"),
        say("Chưa đến hạn", "Pending"),
        say("Miễn", "Waived"),
    ]


def figures(found: CycleStatus) -> tuple[str, ...]:
    """Return a cycle's figures, in the order of their headings."""
    counts = found.figures
    shown = (counts.expected, counts.on_time, counts.late, counts.missing)
    return tuple(str(count) for count in (*shown, counts.pending, counts.waived))


def summary(found: CycleStatus) -> tuple[str, ...]:
    """Return a cycle as a row of the table of all cycles."""
    return (
        found.cycle.code,
        _in_words(found.state.value, _CYCLE_STATE_VI),
        f"{found.cycle.due_on:%d/%m/%Y}",
        *figures(found),
        str(found.figures.accepted),
    )


def foreseen_row(notice: Notice, local: Callable[[datetime], datetime]) -> tuple[str, ...]:
    """Return a notice to come as a row of the preview."""
    return (
        instant(local(notice.send_at)),
        notice.rung,
        kind(notice.kind.value),
        notice.cycle,
        notice.agency,
        notice.recipient,
    )


def void_version(line: Line, void: VoidVersion, name: str) -> str:
    """Return which version of an agency's report counts for nothing, since when, and why."""
    code, at = line.obligation.agency, instant(void.at)
    return say(
        f"Không tính bản gửi lần {void.version} của {code} ({name}): {void.reason}; căn cứ "
        f"{void.authority}; {void.by}, {at}.",
        f"Version {void.version} of {code} ({name}) does not count: {void.reason}; under "
        f"{void.authority}; {void.by}, {at}.",
    )


def event_row(row: AuditEvent, local: Callable[[datetime], datetime]) -> tuple[str, ...]:
    """Return an event as a row of the log."""
    return (
        str(row.number),
        instant(local(row.at)),
        _in_words(row.actor, _ACTOR_VI),
        event(row.event),
        row.cycle or "",
        row.agency or "",
        _details(row),
    )


def _details(row: AuditEvent) -> str:
    held = shapes.payload(row)
    if not isinstance(held, dict):
        return str(held)
    return "; ".join(_detail(row, name, value) for name, value in held.items() if value != "")


def _detail(row: AuditEvent, name: str, value: object) -> str:
    if row.event == "consolidated" and name == "reason":
        value = _in_words(str(value), _CONSOLIDATION_VI)
    return f"{_in_words(name, _PAYLOAD_VI)}: {_plain(value)}"


def _plain(value: object) -> str:
    """Return a value of an event as people read it; of a document, its name."""
    if isinstance(value, bool):
        return say("có", "yes") if value else say("không", "no")
    if isinstance(value, list):
        return ", ".join(_plain(item) for item in value)
    if isinstance(value, dict):
        return str(value.get("name", value))
    text = str(value)
    if _INSTANT.fullmatch(text):
        return instant(datetime.fromisoformat(text))
    return f"{text[:_HASH_SHOWN]}…" if _HASH.fullmatch(text) else text


def pass_result(result: dict[str, Any]) -> str:
    """Return what a pass did in one line, and what the rate holds back, if anything."""
    vi = (
        "Mở {opened} kỳ; quyết định {planned} thông báo, gửi {sent}, chờ thử lại {retrying}, "
        "không gửi được {failed}, thay thế {superseded}, hủy {cancelled}; "
        "tổng hợp {consolidated} báo cáo."
    )
    en = (
        "Cycles opened: {opened}; notices planned: {planned}, sent: {sent}, retrying: {retrying}, "
        "failed: {failed}, superseded: {superseded}, cancelled: {cancelled}; "
        "reports consolidated: {consolidated}."
    )
    if result["held_back"]:
        vi += " Giới hạn tốc độ gửi giữ lại {held_back} thông báo cho lượt sau."
        en += " Held back by the rate for the next pass: {held_back}."
    return say(vi, en).format(**result)
