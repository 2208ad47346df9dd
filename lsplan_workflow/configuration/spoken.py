"""How the fields and values of a configuration are said to people."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from datetime import date, time
from enum import StrEnum
from functools import singledispatch
from typing import Final

from lsplan_workflow.configuration.difference import joined
from lsplan_workflow.domain.agencies import Contact
from lsplan_workflow.domain.calendar import WorkingHours
from lsplan_workflow.domain.channels import Quiet
from lsplan_workflow.domain.program import Deadline, MonthDay, Roll, Rung, Span, Step, Unit
from lsplan_workflow.domain.text import Text

_LABELS: Final = {
    "code": Text("mã", "code"),
    "name_vi": Text("tên", "name"),
    "name_en": Text("tên tiếng Anh", "English name"),
    "title_vi": Text("tên", "title"),
    "title_en": Text("tên tiếng Anh", "English title"),
    "number": Text("số", "number"),
    "place": Text("địa danh", "place"),
    "issuer": Text("cơ quan ban hành", "issuer"),
    "issued_on": Text("ngày ban hành", "day of issue"),
    "effective_from": Text("ngày có hiệu lực", "effective from"),
    "focal_point": Text("cơ quan đầu mối", "focal point"),
    "leadership": Text("lãnh đạo nhận báo cáo tổng hợp", "leadership"),
    "split": Text("cách chuyển nghĩa vụ khi chia tách", "who owes after a split"),
    "sender": Text("địa chỉ gửi thư", "sender"),
    "submit_to": Text("hộp thư nhận báo cáo", "mailbox for reports"),
    "language": Text("ngôn ngữ", "language"),
    "rate": Text("mức gửi", "rate"),
    "max_per_minute": Text("số thư mỗi phút", "messages a minute"),
    "max_per_day": Text("số thư mỗi ngày", "messages a day"),
    "channels": Text("kênh gửi", "channels"),
    "patience": Text("thời gian thử trước khi dùng địa chỉ sau", "time before the next address"),
    "fallback": Text("địa chỉ dự phòng", "further addresses"),
    "quiet": Text("giờ không gửi", "quiet hours"),
    "programs": Text("chương trình", "programs"),
    "agencies": Text("cơ quan", "agencies"),
    "contacts": Text("liên hệ", "contacts"),
    "indicators": Text("chỉ tiêu", "indicators"),
    "tasks": Text("nhiệm vụ", "tasks"),
    "regimes": Text("chế độ báo cáo", "regimes"),
    "years": Text("năm", "years"),
    "deadline": Text("thời hạn", "deadline"),
    "opens": Text("ngày mở kỳ", "opening day"),
    "grace": Text("thời gian chờ sau hạn", "grace"),
    "closes": Text("kết thúc kỳ sau hạn", "closing after the deadline"),
    "owed_by": Text("loại cơ quan phải báo cáo", "kinds of agencies that owe"),
    "reminders": Text("mốc nhắc", "reminders"),
    "ladder": Text("bậc đôn đốc", "escalation"),
    "rung": Text("mốc", "rung"),
    "to": Text("nơi nhận", "to"),
    "copy": Text("đồng gửi", "copy"),
    "data_cutoff": Text("ngày chốt số liệu", "data cutoff"),
    "legal_basis": Text("căn cứ pháp lý", "legal basis"),
    "assumptions": Text("giả định", "assumptions"),
    "revise_within": Text("thời gian gửi lại", "time to revise"),
    "revision_reminders": Text("mốc nhắc gửi lại", "reminders of a revision"),
    "revision_ladder": Text("bậc đôn đốc gửi lại", "escalation of a revision"),
    "obstacles": Text("khó khăn, vướng mắc", "obstacles"),
    "answer_within": Text("thời gian trả lời", "time to answer"),
    "kind": Text("loại", "kind"),
    "valid_from": Text("ngày bắt đầu", "first day"),
    "valid_to": Text("ngày kết thúc", "last day"),
    "successors": Text("cơ quan kế thừa", "successors"),
    "verified": Text("đã xác minh", "verified"),
    "source": Text("nguồn", "source"),
    "legal_basis_en": Text("căn cứ pháp lý tiếng Anh", "legal basis in English"),
    "issuer_en": Text("cơ quan ban hành, tiếng Anh", "issuer in English"),
    "place_en": Text("địa danh tiếng Anh", "place in English"),
    "kind_en": Text("loại, tiếng Anh", "kind in English"),
    "signatory": Text("chức danh người ký", "signatory"),
    "role": Text("vai trò", "role"),
    "name": Text("tên", "name"),
    "address": Text("địa chỉ", "address"),
    "unit": Text("đơn vị tính", "unit"),
    "target_2030": Text("mục tiêu 2030", "target for 2030"),
    "direction": Text("chiều hướng", "direction"),
    "responsible": Text("cơ quan chịu trách nhiệm", "responsible agency"),
    "aggregation": Text("cách tổng hợp", "aggregation"),
    "baseline_year": Text("năm gốc", "baseline year"),
    "baseline": Text("giá trị gốc", "baseline"),
    "lead_agency": Text("cơ quan chủ trì", "lead agency"),
    "timezone": Text("múi giờ", "time zone"),
    "hours": Text("giờ làm việc", "working hours"),
    "country": Text("nước có ngày lễ được tính", "country whose holidays are kept"),
}


def label(field: str) -> Text:
    """Return the words for a field; one without words is called by its own name."""
    return _LABELS.get(field, Text(f"trường {field}", f"field {field}"))


@singledispatch
def said(value: object) -> Text:
    """Return a value as people read it; of what has no words of its own, all its fields."""
    if is_dataclass(value):
        named = ((f.name, getattr(value, f.name)) for f in fields(value) if f.compare)
        return joined(joined((label(name), said(inner)), " ") for name, inner in named)
    return _same(str(value))


def _same(text: str) -> Text:
    return Text(text, text)


@said.register(str)
def _text(value: str) -> Text:
    # A source may go over several lines, a sentence is one.
    return _same(f"«{' '.join(value.split())}»")


@said.register(Text)
def _in_two_languages(value: Text) -> Text:
    vi, en = _text(value.vi), _text(value.en)
    return Text(f"{vi.vi} (tiếng Anh {en.en})", f"{en.en} (Vietnamese {vi.vi})")


@said.register(StrEnum)
def _word(value: StrEnum) -> Text:
    return _same(value.value)


@said.register(bool)
def _flag(value: bool) -> Text:  # noqa: FBT001 - It is the value that is said.
    return Text("có", "yes") if value else Text("không", "no")


@said.register(type(None))
def _nothing(_value: None) -> Text:
    return Text("không có", "none")


@said.register(date)
def _day(value: date) -> Text:
    return _same(f"{value:%d/%m/%Y}")


@said.register(time)
def _clock(value: time) -> Text:
    return _same(f"{value:%H:%M}")


@said.register(WorkingHours)
def _hours(value: WorkingHours) -> Text:
    return joined((said(value.start), said(value.end)), "–")


@said.register(MonthDay)
def _month_day(value: MonthDay) -> Text:
    return _same(f"{value.day:02}/{value.month:02}")


@said.register(Span)
def _span(value: Span) -> Text:
    worked = value.unit is Unit.WORKING_DAYS
    plural = "" if value.count == 1 else "s"
    return Text(
        f"{value.count} ngày{' làm việc' if worked else ''}",
        f"{value.count} {'working ' if worked else ''}day{plural}",
    )


@said.register(Deadline)
def _deadline(value: Deadline) -> Text:
    on = said(value.on)
    vi, en = ("chậm nhất ngày", "by") if value.inclusive else ("trước ngày", "before")
    if value.roll is Roll.NONE:
        return Text(f"{vi} {on.vi}", f"{en} {on.en}")
    return Text(
        f"{vi} {on.vi}, ngày nghỉ thì lùi đến ngày làm việc tiếp theo",
        f"{en} {on.en}, moved to the next working day",
    )


@said.register(Quiet)
@said.register(Rung)
def _written(value: Quiet | Rung) -> Text:
    return _same(str(value))


@said.register(Step)
def _step(value: Step) -> Text:
    copied = ", ".join(role.value for role in value.copy)
    return Text(
        f"{value.rung} gửi {value.to.value}" + (f", đồng gửi {copied}" if copied else ""),
        f"{value.rung} to {value.to.value}" + (f", copy to {copied}" if copied else ""),
    )


@said.register(Contact)
def _contact(value: Contact) -> Text:
    # Its name and address are a person's, and may have to be forgotten.
    return _same(value.id)


@said.register(frozenset)
@said.register(list)
@said.register(tuple)
def _several(values: frozenset[object] | list[object] | tuple[object, ...]) -> Text:
    """Return a list of values; codes and kinds stand in it without quotes."""
    ordered = sorted(values, key=str) if isinstance(values, frozenset) else values
    listed = joined(_same(v) if isinstance(v, str) else said(v) for v in ordered)
    return listed if values else said(None)
