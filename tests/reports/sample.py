"""A report on the year 2025 with units as in Lạng Sơn; what they did is made up."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

from lsplan_workflow.domain.compliance import Figures, Timeliness
from lsplan_workflow.domain.obligations import Status
from lsplan_workflow.domain.obstacles import State
from lsplan_workflow.reports.model import (
    Decided,
    DecisionLine,
    DocumentLine,
    ObstacleLine,
    Report,
    Row,
)

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
DUE_ON = date(2025, 10, 20)
MADE_AT = datetime(2025, 10, 31, 17, 0, tzinfo=ZONE)
AUDIT_HASH = sha256(b"head").hexdigest()


def local(month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    """Return an instant of 2025 on the province's wall clock."""
    return datetime(2025, month, day, hour, minute, tzinfo=ZONE)


ON_TIME = Row(
    "STP",
    "Sở Tư pháp",
    Status.ACCEPTED,
    Timeliness.ON_TIME,
    DUE_ON,
    local(10, 16, 9, 5),
)
LATE = Row(
    "SXD25",
    "Sở Xây dựng",
    Status.SUBMITTED,
    Timeliness.LATE,
    DUE_ON,
    local(10, 22, 15, 40),
    days_late=3,
    covers=("SGTVT",),
)
MISSING = Row(
    "X06037",
    "Ủy ban nhân dân xã Thất Khê",
    Status.OPEN,
    Timeliness.MISSING,
    DUE_ON,
    days_late=12,
    covers=("D180",),
)
PENDING = Row(
    "SCT",
    "Sở Công Thương",
    Status.OPEN,
    Timeliness.PENDING,
    date(2025, 11, 11),
)
WAIVED = Row(
    "HQKV6",
    "Chi cục Hải quan khu vực VI",
    Status.WAIVED,
    Timeliness.WAIVED,
    DUE_ON,
)
RETURNED = Row(
    "SYT",
    "Sở Y tế",
    Status.RETURNED,
    Timeliness.ON_TIME,
    DUE_ON,
    local(10, 19, 23, 59),
)
TRANSFERRED = Row(
    "D180",
    "Ủy ban nhân dân huyện Tràng Định",
    Status.TRANSFERRED,
    None,
    DUE_ON,
    successors=("X06037",),
)
ROWS = (ON_TIME, LATE, MISSING, PENDING, WAIVED, RETURNED, TRANSFERRED)

EXTENSION = DecisionLine(
    agency="SCT",
    what=Decided.EXTENDED,
    until=date(2025, 11, 10),
    reason="Chờ số liệu quý III của ngành",
    authority="Chủ tịch UBND tỉnh",
    decided_on=date(2025, 10, 15),
)
WAIVER = DecisionLine(
    agency="HQKV6",
    what=Decided.WAIVED,
    until=None,
    reason="Cơ quan ngành dọc, báo cáo theo hệ thống ngành",
    authority="UBND tỉnh",
    decided_on=date(2025, 10, 6),
)


def document(agency: str, name: str, received_at: datetime, *, version: int = 1) -> DocumentLine:
    """Return a file as it was filed, its hash made of its name."""
    digest = sha256(name.encode()).hexdigest()
    return DocumentLine(agency, version, name, digest, 251_904, received_at)


DOCUMENTS = (
    document("SXD25", "Bao cao SXD 2025.docx", local(10, 22, 15, 40)),
    document("STP", "Báo cáo kết quả thực hiện Quy hoạch tỉnh năm 2025.pdf", local(10, 16, 9, 5)),
)

OBSTACLE = ObstacleLine(
    number="2025-003",
    agency="STP",
    received_on=date(2025, 10, 6),
    content="Chưa giải phóng được mặt bằng dự án A.\nNhiều hộ chưa nhận đền bù.",
    cause="Đơn giá đền bù chưa được ban hành.",
    measures="Đã đối thoại với các hộ dân.",
    proposal="Đề nghị ban hành đơn giá.",
    competence="Ủy ban nhân dân tỉnh",
    state=State.ASSIGNED,
    answerer="Sở Công Thương",
    answer_before=date(2025, 10, 21),
    overdue=True,
)
ANSWERED = replace(
    OBSTACLE,
    number="2025-004",
    agency="SCT",
    cause="",
    measures="",
    state=State.ANSWERED,
    answer="Đơn giá đã ban hành.",
    overdue=False,
)

REPORT = Report(
    number=3,
    made_at=MADE_AT,
    partial=True,
    cycle="annual-2025",
    report_name="Báo cáo kết quả thực hiện Kế hoạch và Quy hoạch tỉnh",
    year=2025,
    due_on=DUE_ON,
    last_full_day=date(2025, 10, 19),
    last_working_day=date(2025, 10, 17),
    closes_on=date(2025, 12, 19),
    program_kind="Kế hoạch",
    program_number="268/KH-UBND",
    program_title=(
        "Kế hoạch triển khai thực hiện Quy hoạch tỉnh Lạng Sơn thời kỳ 2021-2030, "
        "tầm nhìn đến năm 2050"
    ),
    program_issuer="UBND tỉnh Lạng Sơn",
    program_issued_on=date(2024, 12, 19),
    place="Lạng Sơn",
    parent_agency="Ủy ban nhân dân tỉnh Lạng Sơn",
    issuing_agency="Sở Tài chính",
    symbol="STC",
    recipient="Ủy ban nhân dân tỉnh Lạng Sơn",
    figures=Figures(
        expected=5,
        open=2,
        submitted=1,
        accepted=1,
        returned=1,
        waived=1,
        transferred=1,
        on_time=2,
        late=1,
        missing=1,
        pending=1,
        expected_originally=7,
    ),
    rows=ROWS,
    decisions=(WAIVER, EXTENSION),
    documents=DOCUMENTS,
    unverified=("Các xã, phường có nghĩa vụ báo cáo từ 01/7/2025 hay không: chưa có văn bản.",),
    audit_count=1234,
    audit_hash=AUDIT_HASH,
    obstacles=(OBSTACLE, ANSWERED),
)

EMPTY = replace(
    REPORT,
    partial=False,
    figures=Figures(),
    rows=(),
    decisions=(),
    documents=(),
    unverified=(),
    obstacles=(),
)


def province(units: int) -> Report:
    """Return a report of many units, to be looked at and to be timed."""
    rows = tuple(_unit(place) for place in range(units))
    filed = [row for row in rows if row.filed_at]
    late = sum(row.timeliness is Timeliness.LATE for row in rows)
    figures = Figures(
        expected=units,
        accepted=len(filed),
        open=units - len(filed),
        on_time=len(filed) - late,
        late=late,
        missing=units - len(filed),
        expected_originally=units,
    )
    documents = tuple(
        document(row.code, f"Báo cáo kết quả năm 2025 {row.code} (bản ký).pdf", row.filed_at)
        for row in filed
        if row.filed_at
    )
    return replace(REPORT, figures=figures, rows=rows, documents=documents)


def _unit(place: int) -> Row:
    code, name = f"X{place:05d}", f"Ủy ban nhân dân xã số {place + 1}"
    if place % 7 == 0:
        return Row(code, name, Status.OPEN, Timeliness.MISSING, DUE_ON, days_late=12)
    if place % 11 == 0:
        filed_at = local(10, 21, 8, place % 60)
        return Row(code, name, Status.ACCEPTED, Timeliness.LATE, DUE_ON, filed_at, days_late=2)
    filed_at = local(10, 1, 8) + timedelta(hours=place % 300)
    return Row(code, name, Status.ACCEPTED, Timeliness.ON_TIME, DUE_ON, filed_at)
