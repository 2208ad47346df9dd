"""The words of the reports in Vietnamese, laid out after Decree 30/2020/NĐ-CP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lsplan_workflow.domain.compliance import Timeliness
from lsplan_workflow.domain.obligations import STATUS_VI
from lsplan_workflow.domain.obstacles import STATE_VI, State
from lsplan_workflow.reports.model import Decided
from lsplan_workflow.reports.words import (
    Annexes,
    Body,
    Formats,
    Head,
    Obstacles,
    Outcomes,
    Sheets,
    Words,
)

if TYPE_CHECKING:
    from datetime import date, datetime

_FIRST_PADDED_MONTH_OUT: Final = 3


def _day(value: date) -> str:
    return f"{value:%d/%m/%Y}"


def _spoken_day(value: date) -> str:
    """Return a date in words; days below 10 and months 1 and 2 are padded by law."""
    month = f"{value.month:02d}" if value.month < _FIRST_PADDED_MONTH_OUT else str(value.month)
    return f"ngày {value.day:02d} tháng {month} năm {value.year}"


def _moment(value: datetime) -> str:
    return f"{value:%H} giờ {value:%M} phút ngày {_day(value)}"


def _days(_count: int, number: str) -> str:
    return f"{number} ngày"


def _agencies(_count: int, number: str) -> str:
    return f"{number} cơ quan, đơn vị"


_FORMATS: Final = Formats(
    locale="vi-VN",
    thousands=".",
    decimal=",",
    list_separator=";",
    byte="byte",
    in_text=_day,
    spoken_day=_spoken_day,
    moment=_moment,
    days=_days,
    agencies=_agencies,
)

_OUTCOMES: Final = Outcomes(
    status=STATUS_VI,
    lapsed="đã chấm dứt",
    timeliness={
        Timeliness.ON_TIME: "đúng hạn",
        Timeliness.LATE: "chậm",
        Timeliness.MISSING: "chưa gửi",
        Timeliness.PENDING: "chưa đến hạn",
        Timeliness.WAIVED: "được miễn",
    },
    late="{word} {days}",
    missing="{word} (quá {days})",
    decided={
        Decided.EXTENDED: "Gia hạn đến hết ngày {day}",
        Decided.CORRECTED: "Đính chính gia hạn: đến hết ngày {day}",
        Decided.WAIVED: "Miễn báo cáo",
        Decided.WAIVER_TAKEN_BACK: "Rút lại việc miễn",
        Decided.ACCEPTANCE_TAKEN_BACK: "Rút lại việc chấp nhận",
    },
    with_time="{word}, hạn đến hết ngày {day}",
)

_HEAD: Final = Head(
    country=("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"),
    number="Số:",
    symbol="      /BC-{symbol}",
    kind="BÁO CÁO",
    subject="Tổng hợp tình hình thực hiện chế độ {regime}",
    addressee="Kính gửi: {recipient}",
    recipients="Nơi nhận:",
    recipient_items=("- Như trên;", "- Lưu: VT."),
    signatory="GIÁM ĐỐC",
    name="Báo cáo tổng hợp {cycle} lần {number}",
    provenance="Bản tổng hợp số {number}, lập lúc {moment}; nhật ký: {count} sự kiện, "
    "mã băm {hash}",
    program="{kind} số {number} ngày {day} của {issuer}",
    matter=" về {matter}",
    report="báo cáo",
    year="năm {year}",
    styles={},
)

_BODY: Final = Body(
    opening="Thực hiện {program}, {agency} tổng hợp tình hình thực hiện chế độ {regime} như sau:",
    closing="Trên đây là tình hình thực hiện chế độ {regime}, {agency} kính báo cáo {recipient}./.",
    compliance="I. TÌNH HÌNH CHẤP HÀNH",
    defaulters="II. CƠ QUAN, ĐƠN VỊ CHƯA GỬI VÀ GỬI CHẬM",
    missing="1. Đã quá hạn, chưa gửi báo cáo",
    missing_headings=("TT", "Cơ quan, đơn vị", "Hạn (trước ngày)", "Số ngày quá hạn", "Ghi chú"),
    late="2. Đã gửi báo cáo nhưng chậm",
    late_headings=("TT", "Cơ quan, đơn vị", "Hạn (trước ngày)", "Thời điểm gửi", "Số ngày chậm"),
    decisions="IV. GIA HẠN VÀ MIỄN BÁO CÁO",
    decision_headings=(
        "TT",
        "Cơ quan, đơn vị",
        "Nội dung",
        "Lý do",
        "Văn bản căn cứ",
        "Ngày quyết định",
    ),
    nothing="Không có.",
    deadline="Thời hạn báo cáo: trước ngày {due_on} (hết ngày {last_full_day}{working}). "
    "Kỳ báo cáo đóng khi bắt đầu ngày {closes_on}.",
    last_working_day="; ngày làm việc cuối cùng là {day}",
    state="Tính đến {moment}, tình hình gửi báo cáo của {expected} phải báo cáo{excepting} "
    "như sau:",
    excepting=" (không kể {waived} được miễn báo cáo)",
    share="- {label}: {count} ({percent}).",
    outcomes=(
        "Gửi đúng hạn",
        "Gửi chậm",
        "Quá hạn, chưa gửi",
        "Chưa đến hạn, chưa gửi",
    ),
    review="Về kết quả rà soát: {accepted} báo cáo đã được chấp nhận, {submitted} báo cáo chờ "
    "duyệt, {returned} báo cáo đã trả lại để bổ sung, hoàn thiện.",
    successions="Số cơ quan, đơn vị phải báo cáo ban đầu là {originally}; sau sắp xếp tổ chức, "
    "hiện nay là {expected}{excepting}; nghĩa vụ báo cáo của {transferred_agencies} đã chuyển "
    "giao cho cơ quan kế thừa hoặc chấm dứt. Các tỷ lệ nêu trên tính theo số hiện nay.",
    partial="Đây là báo cáo tổng hợp chưa đầy đủ: đến thời điểm lập còn {unsettled} báo cáo "
    "chưa gửi hoặc chưa được chấp nhận.",
    annexes="Chi tiết từng cơ quan, đơn vị tại Phụ lục I; danh mục tài liệu đã gửi tại Phụ lục "
    "II; thông tin chưa được xác minh tại Phụ lục III kèm theo.",
    covers="Bao gồm: {agencies}",
)

_OBSTACLES: Final = Obstacles(
    section="III. KHÓ KHĂN, VƯỚNG MẮC VÀ NGUYÊN NHÂN",
    entry="{place}. {agency} (số {number}, tiếp nhận ngày {day})",
    labels=(
        "Nội dung",
        "Nguyên nhân",
        "Giải pháp đã thực hiện",
        "Kiến nghị",
        "Thẩm quyền giải quyết",
        "Tình trạng",
        "Nội dung trả lời",
    ),
    states={
        **STATE_VI,
        State.RECEIVED: "{answerer} trả lời trước ngày {day}",
        State.ASSIGNED: "đã giao {answerer} trả lời trước ngày {day}",
    },
    overdue="{state} (quá hạn)",
)

_ANNEXES: Final = Annexes(
    number="Phụ lục {numeral}",
    enclosed="(Kèm theo Báo cáo số{symbol} {day} của {agency})",
    titles=(
        "TÌNH HÌNH GỬI BÁO CÁO CỦA CÁC CƠ QUAN, ĐƠN VỊ",
        "DANH MỤC TÀI LIỆU ĐÃ GỬI",
        "THÔNG TIN CHƯA ĐƯỢC XÁC MINH",
    ),
    obligation_headings=(
        "TT",
        "Cơ quan, đơn vị",
        "Hạn (trước ngày)",
        "Thời điểm gửi",
        "Kết quả",
        "Trạng thái",
    ),
    document_headings=(
        "TT",
        "Cơ quan, đơn vị",
        "Tên tài liệu",
        "Lần gửi",
        "Nhận lúc",
        "Dung lượng",
        "SHA-256",
    ),
    covers="(bao gồm: {agencies})",
    successors="(chuyển cho: {agencies})",
    calendar="Lịch làm việc năm {year} mới là dự kiến.",
    agency="Cơ quan {code} ({name}): {source}",
    indicator="Chỉ tiêu {code} ({name}): {source}",
    task="Nhiệm vụ {code} ({name}): {source}",
)

_SHEETS: Final = Sheets(
    names=(
        "Tổng hợp",
        "Chấp hành",
        "Khó khăn, vướng mắc",
        "Gia hạn, miễn",
        "Tài liệu",
        "Chưa xác minh",
    ),
    figure_headings=("Nội dung", "Giá trị", "Tỷ lệ"),
    figures=(
        "Chế độ báo cáo",
        "Kỳ báo cáo",
        "Bản tổng hợp số",
        "Lập lúc",
        "Tính đầy đủ",
        "Hạn (trước ngày)",
        "Phải báo cáo (hiện nay)",
        "Phải báo cáo (ban đầu)",
        "Đã chuyển giao",
        "Đã chấm dứt",
        "Gửi đúng hạn",
        "Gửi chậm",
        "Quá hạn, chưa gửi",
        "Chưa đến hạn, chưa gửi",
        "Được miễn",
        "Báo cáo đã chấp nhận",
        "Báo cáo chờ duyệt",
        "Báo cáo đã trả lại",
        "Nhật ký: số sự kiện",
        "Nhật ký: mã băm",
    ),
    partial="chưa đầy đủ",
    complete="đầy đủ",
    obligation_headings=(
        "TT",
        "Mã",
        "Cơ quan",
        "Trạng thái",
        "Kết quả",
        "Hạn (trước ngày)",
        "Thời điểm nộp",
        "Số ngày chậm",
        "Bao gồm",
        "Chuyển cho",
    ),
    obstacle_headings=(
        "TT",
        "Số",
        "Cơ quan",
        "Tiếp nhận ngày",
        *_OBSTACLES.labels,
    ),
    decision_headings=(
        "TT",
        "Cơ quan",
        "Nội dung",
        "Gia hạn đến hết ngày",
        "Lý do",
        "Văn bản căn cứ",
        "Ngày quyết định",
    ),
    document_headings=(
        "TT",
        "Cơ quan",
        "Lần gửi",
        "Tên tài liệu",
        "Dung lượng (byte)",
        "Nhận lúc",
        "SHA-256",
    ),
    unverified_headings=("TT", "Thông tin chưa được xác minh"),
)

WORDS: Final = Words(_FORMATS, _OUTCOMES, _HEAD, _BODY, _OBSTACLES, _ANNEXES, _SHEETS)
