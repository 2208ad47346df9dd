"""Mails for tests of the channels."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone

from lsplan_workflow.notify.mail import Mail, Recipient

ZONE = timezone(timedelta(hours=7))
SENDER = Recipient("Sở Tài chính, tỉnh Lạng Sơn", "baocao@langson.example")
FOCAL = Recipient("Nguyễn Thị Ánh Tuyết", "focal@syt.example")
HEAD = Recipient("Trần Văn Đức", "head@syt.example")
DIACRITICS = "V/v đôn đốc gửi báo cáo kết quả thực hiện Quy hoạch tỉnh: khẩn trương, đã quá hạn"

MAIL = Mail(
    message_id="<annual-2025.SYT.before-14d.focal@langson.example>",
    date=datetime(2025, 10, 17, 7, 30, tzinfo=ZONE),
    sender=SENDER,
    reply_to=Recipient("Phạm Thị Hằng", "hang@stc.example"),
    to=(FOCAL,),
    cc=(HEAD,),
    subject=DIACRITICS,
    text="Kính gửi: Sở Y tế\n\n.Dòng bắt đầu bằng dấu chấm.\nTrân trọng./.\n",
    html="<p>Kính gửi: Sở Y tế</p>\n",
)


def mail_to(*addresses: str) -> Mail:
    """Return the mail with other recipients and nobody in copy."""
    return replace(MAIL, to=tuple(Recipient("", address) for address in addresses), cc=())
