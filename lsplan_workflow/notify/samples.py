"""Sample letters, one for each kind and branch: what templates are tried with."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Final

from lsplan_workflow.domain.agencies import Role
from lsplan_workflow.domain.notice_kinds import NoticeKind
from lsplan_workflow.notify.letter import Item, Letter, Missing, OfKind, Tried, YearBefore

if TYPE_CHECKING:
    from collections.abc import Iterator

_ZONE: Final = timezone(timedelta(hours=7))
_MERGED: Final = ("Sở C",)
_MISSING: Final = (
    Missing("SA", "Sở A", (), date(2025, 10, 20), 5),
    Missing("UBND-D", "Ủy ban nhân dân xã D", (), None, 5),
    Missing("SB", "Sở B", _MERGED, date(2025, 10, 22), 3),
)
_OWN_DAY: Final = _MISSING[2:]

_BARE: Final = Item(
    kind=NoticeKind.REMINDER,
    rung="before-1wd",
    cycle="annual-2025",
    report="Báo cáo kết quả thực hiện Quy hoạch tỉnh",
    year=2025,
    agency_code="SA",
    agency="Sở A",
    legal_basis="khoản 1 mục III Kế hoạch số 100/KH-UBND",
    before=date(2025, 10, 20),
    last_full_day=date(2025, 10, 19),
    last_working_day=date(2025, 10, 17),
)
_FULL: Final = replace(
    _BARE,
    estimated=True,
    closes_on=date(2025, 12, 19),
    data_cutoff=date(2025, 9, 30),
    days=3,
    covers=_MERGED,
)
_RECEIVED: Final = replace(
    _FULL,
    kind=NoticeKind.RECEIPT,
    received_at=datetime(2025, 10, 17, 16, 5, tzinfo=_ZONE),
    version=2,
    documents=("Báo cáo kết quả năm 2025.docx", "Phụ lục chỉ tiêu.xlsx"),
)
_TRIED: Final = (
    Tried(NoticeKind.OPENING, date(2025, 9, 3), Role.FOCAL),
    Tried(NoticeKind.REMINDER, date(2025, 10, 17), Role.FOCAL),
    Tried(NoticeKind.OVERDUE, date(2025, 10, 20), Role.FOCAL),
    Tried(NoticeKind.ESCALATION, date(2025, 10, 22), Role.HEAD),
)
_DIGEST: Final = replace(
    _FULL,
    kind=NoticeKind.DIGEST,
    rung="overdue-5wd",
    agency="Ủy ban nhân dân tỉnh X",
    covers=(),
    missing=_MISSING,
    extended=_OWN_DAY,
    unrevised=(_MISSING[0], _MISSING[2]),
    year_before=YearBefore(2024, 61, 84),
    expected=85,
    filed=82,
    waived=2,
    obstacles_awaited=4,
    obstacles_overdue=1,
    by_kind=(OfKind("department", 20, 2), OfKind("bureau", 3, 0), OfKind("commune", 62, 1)),
)
_RETURNED: Final = replace(
    _RECEIVED,
    kind=NoticeKind.RETURNED,
    reason="Thiếu Phụ lục II.\nChỉ tiêu 7 chưa có số liệu.",
    until=date(2025, 10, 24),
    until_working_day=date(2025, 10, 23),
)
_ACCEPTED: Final = replace(_RECEIVED, kind=NoticeKind.ACCEPTANCE, rung="acceptance-1")
_REVISION: Final = replace(_RETURNED, kind=NoticeKind.REVISION, rung="revise-before-1wd")
_DECIDED: Final = replace(
    _FULL,
    kind=NoticeKind.EXTENSION,
    rung="extension-1",
    reason="Chờ số liệu thống kê năm.\nĐã có văn bản đề nghị.",
    authority="Công văn số 12/UBND-TH ngày 15/10/2025",
)
_EARLIER: Final = date(2025, 10, 13)
_LATER: Final = date(2025, 12, 1)
_MOVED: Final = replace(_FULL, kind=NoticeKind.DEADLINE, former=_EARLIER)
_HANDED_OVER: Final = replace(
    _FULL, kind=NoticeKind.SUCCESSION, successors=("Sở E", "Ủy ban nhân dân xã D")
)
_FAILURE: Final = replace(
    _FULL,
    kind=NoticeKind.FAILURE,
    rung="reporting-cycle-crashed",
    detail="reporting-cycle-crashed\nstopped-run",
)

_OBSTACLE: Final = replace(
    _BARE,
    kind=NoticeKind.OBSTACLE,
    rung="received-1",
    cycle="",
    report="",
    legal_basis="",
    estimated=True,
    days=3,
    obstacle="2025-003",
    received_at=datetime(2025, 10, 6, 9, 15, tzinfo=_ZONE),
    content="Chưa giải phóng được mặt bằng dự án A.\nNhiều hộ chưa nhận đền bù.",
    cause="Đơn giá đền bù chưa được ban hành.",
    measures="Đã đối thoại với các hộ dân.",
    proposal="Đề nghị ban hành đơn giá.",
    competence="Ủy ban nhân dân tỉnh X",
    answerer="Sở B",
    documents=("Biên bản đối thoại.pdf",),
)
_ANSWERED: Final = replace(
    _OBSTACLE,
    kind=NoticeKind.OBSTACLE_ANSWER,
    rung="answered-3",
    answer="Đơn giá đã ban hành.\nĐề nghị triển khai.",
)

_LETTER: Final = Letter(
    language="vi",
    written_at=datetime(2025, 10, 17, 7, 30, tzinfo=_ZONE),
    addressee="Sở A",
    program_kind="Kế hoạch",
    program_number="100/KH-UBND",
    program_title="Triển khai thực hiện Quy hoạch tỉnh X thời kỳ 2021-2030, tầm nhìn đến năm 2050",
    program_issuer="UBND tỉnh X",
    program_issued_on=date(2024, 12, 19),
    place="Thành phố X",
    focal_point="Sở B",
    submit_to="baocao@tinh.example",
    ask_name="Nguyễn Thị Ánh Tuyết",
    ask_address="tuyetnta@tinh.example",
    items=(_FULL,),
    audit_count=1234,
    audit_hash="9f2c4e7a1b0d3f5c9f2c4e7a1b0d3f5c9f2c4e7a1b0d3f5c9f2c4e7a1b0d3f5c",
)


def sample_items() -> tuple[Item, ...]:
    """Return an item of every kind, with what may be absent present and absent."""
    asking = (NoticeKind.OPENING, NoticeKind.REMINDER, NoticeKind.OVERDUE, NoticeKind.ESCALATION)
    return (
        *(replace(item, kind=kind) for kind in asking for item in (_FULL, _BARE)),
        replace(_FULL, kind=NoticeKind.ESCALATION, tried=_TRIED),
        *_digests(),
        _RECEIVED,
        replace(_RECEIVED, late=True, days=2, version=1, documents=(), covers=()),
        replace(_RECEIVED, excused=True),
        replace(
            _RECEIVED, until=date(2025, 10, 24), until_working_day=date(2025, 10, 23), late=True
        ),
        _RETURNED,
        replace(_RETURNED, until=None, until_working_day=None, reason="Thiếu chữ ký.", covers=()),
        _ACCEPTED,
        replace(_RETURNED, rung="returned-2-2-2025-10-22", former=date(2025, 10, 22)),
        replace(_ACCEPTED, late=True, documents=(), covers=(), return_lifted=True),
        _REVISION,
        replace(_REVISION, days=0),
        replace(_REVISION, rung="revise-overdue-3wd", overdue=True, covers=()),
        *_decisions(),
        *_voidings(),
        _MOVED,
        _HANDED_OVER,
        replace(_HANDED_OVER, successors=()),
        replace(_HANDED_OVER, successors=(), covers=(), lapsed=True),
        replace(_HANDED_OVER, successors=(), covers=(), kept_as="Sở E"),
        replace(_RETURNED, kind=NoticeKind.SUCCESSION, covers=(), kept_as="Sở E"),
        _FAILURE,
        replace(
            _FAILURE,
            rung="unreachable/SA",
            detail="Sở A: 550 5.1.1",
        ),
        *_obstacles(),
    )


def _digests() -> Iterator[Item]:
    """Yield digests of much and of little, with a year before that was better or worse."""
    yield _DIGEST
    yield replace(
        _DIGEST,
        estimated=False,
        missing=_MISSING[:1],
        extended=(),
        unrevised=(),
        expected=1,
        filed=0,
        waived=0,
        obstacles_overdue=0,
    )
    yield replace(_DIGEST, missing=(), extended=(), obstacles_awaited=0, obstacles_overdue=0)
    yield replace(_DIGEST, missing=_MISSING * 4, year_before=YearBefore(2024, 82, 85))
    yield replace(_DIGEST, missing=_MISSING * 28, unrevised=_OWN_DAY * 9, extended=_OWN_DAY * 8)
    yield replace(_DIGEST, missing=_MISSING * 2, year_before=YearBefore(2024, 85, 85))


def _obstacles() -> Iterator[Item]:
    """Yield every notice about an obstacle, with and without what may be absent."""
    asking = (
        NoticeKind.OBSTACLE,
        NoticeKind.OBSTACLE_RECEIPT,
        NoticeKind.OBSTACLE_ASSIGNED,
        NoticeKind.OBSTACLE_REMINDER,
    )
    for kind in asking:
        item = replace(_OBSTACLE, kind=kind)
        yield replace(item, overdue=True, answer=_ANSWERED.answer)
        yield replace(item, days=0, estimated=False)
        yield replace(item, cause="", measures="", proposal="", competence="", documents=())
    yield replace(_OBSTACLE, kind=NoticeKind.OBSTACLE_ASSIGNED, answerer="Sở E")
    yield replace(_OBSTACLE, kind=NoticeKind.OBSTACLE_ASSIGNED, rung="relieved-3", relieved=True)
    yield _ANSWERED
    yield replace(_ANSWERED, closed=True, reason="Đã giải quyết xong.\nCác bên thống nhất.")
    yield replace(_ANSWERED, closed=True, reason="Báo cáo trùng.", answer="", documents=())
    yield replace(_ANSWERED, closed=True, reason="Báo cáo trùng.", answer="", excused=True)


def _decisions() -> Iterator[Item]:
    """Yield every decision, with and without what may be absent."""
    for kind in (NoticeKind.EXTENSION, NoticeKind.WAIVER, NoticeKind.REOPENING):
        item = replace(_DECIDED, kind=kind)
        yield item
        yield replace(item, reason="", authority="", covers=(), filed_already=True)
        yield replace(item, until=date(2025, 11, 5), filed_already=True)
        yield replace(item, former=_EARLIER)
        yield replace(item, late=True)
        yield replace(item, former=_LATER)


def _voidings() -> Iterator[Item]:
    """Yield what is told of a version that is void, whatever is awaited without it."""
    void = replace(_DECIDED, kind=NoticeKind.REOPENING, rung="reopening-void-2", void_version=2)
    yield void
    yield replace(void, late=True, covers=())
    for overdue in (False, True):
        yield replace(void, version=1, filed_already=True, until=_LATER, overdue=overdue)
    yield replace(void, version=1, filed_already=True)
    yield replace(void, version=1, filed_already=True, settled=True)
    yield replace(void, settled=True, covers=())
    yield replace(void, successors=("Sở E",))
    yield replace(void, taken_by="Sở E")
    yield replace(void, void_version=0, rung="reopening-1", taken_by="Sở E", late=True)
    yield replace(void, lapsed=True)


def sample_letters(language: str = "vi") -> Iterator[Letter]:
    """Yield a letter for each item, letters of several, and one that lacks what it may."""
    items = sample_items()
    for item in items:
        letter = replace(_LETTER, language=language, items=(item,))
        yield letter
        yield replace(
            letter, submit_to="", ask_name="", ask_address="", audit_count=0, audit_hash=""
        )
    yield replace(_LETTER, language=language, items=items)
    yield replace(_LETTER, language=language, items=(_BARE, _RECEIVED))
