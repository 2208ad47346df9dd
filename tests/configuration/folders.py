"""A small configuration folder in memory, and copies of it with one thing changed."""

from __future__ import annotations

from lsplan_workflow.configuration.folder import survey
from lsplan_workflow.domain.errors import Fault

PROGRAM = """\
[program]
code = "7"
number = "7/KH-UBND"
title_vi = "Kế hoạch"
title_en = "Plan"
place = "Lạng Sơn"
issuer = "Ủy ban nhân dân tỉnh"
issued_on = 2024-12-19
effective_from = 2024-12-19
focal_point = "OLD"
leadership = ["CT"]
split = "all"
sender = "lsplan@stc.example"
submit_to = "nop@stc.example"

[calendar]
timezone = "Asia/Ho_Chi_Minh"
work_starts = "07:30"
work_ends = "17:00"
country = "VN"

[rate]
max_per_minute = 600
max_per_day = 5000

[[regime]]
code = "plan"
name_vi = "Kế hoạch"
name_en = "Plan"
years = [2025]
before = "01-15"
opens = "12-20"
grace = "10wd"
closes = "60d"
owed_by = ["department"]
reminders = []

[[regime]]
code = "annual"
name_vi = "Báo cáo"
name_en = "Report"
years = "2025-2026"
before = "10-20"
opens = "09-01"
data_cutoff = "09-30"
grace = "10wd"
closes = "60d"
owed_by = ["department", "commune"]
reminders = [
    "before-14d",  # Two weeks.
    "before-1wd",
]

[[regime.ladder]]
rung = "overdue-1wd"
to = "focal"

[[regime.ladder]]
rung = "overdue-3wd"
to = "head"
copy = ["focal"]
"""

AGENCIES = """\
code,name_vi,name_en,kind,valid_from,valid_to,successors,verified,source
CT,Chủ tịch,Chairman,leadership,,,,yes,
OLD,Sở Kế hoạch,Planning,department,,2025-02-28,NEW,yes,
NEW,Sở Tài chính,Finance,department,2025-03-01,,,yes,
SYT,Sở Y tế,Health,department,,,,no,from memory
D1,UBND huyện,District,district,,30/06/2025,X1;X2,yes,
X1,UBND xã 1,Commune 1,commune,2025-07-01,,,yes,
X2,UBND xã 2,Commune 2,commune,01/07/2025,,,yes,
"""

CONTACTS = """\
agency,role,name,address,language
CT,leader,Chủ tịch,ct@tinh.vn,vi
OLD,leader,Lãnh đạo,ld@old.vn,vi
OLD,focal,Đầu mối,dm@old.vn,vi
OLD,head,Giám đốc,gd@old.vn,vi
NEW,leader,Lãnh đạo,ld@new.vn,vi
NEW,admin,Quản trị,qt@new.vn,en
NEW,focal,Đầu mối,dm@new.vn,vi
NEW,focal,Đầu mối thứ hai,tgram://${BOT_TOKEN}/${CHAT},vi
NEW,head,Giám đốc,gd@new.vn,vi
SYT,focal,Đầu mối,dm@syt.vn,vi
SYT,head,Giám đốc,gd@syt.vn,vi
X1,focal,Đầu mối,dm@x1.vn,vi
X1,head,Chủ tịch,ct@x1.vn,vi
X2,focal,Đầu mối,dm@x2.vn,vi
X2,head,Chủ tịch,ct@x2.vn,vi
"""

INDICATORS = """\
code,name_vi,unit,target_2030,direction,responsible,aggregation,baseline_year,baseline,valid_to,verified,source
KT01,Tăng trưởng,%,8-9,higher_is_better,SYT,report,2025,8.06,,no,"a source
on two lines"
KT02,Thứ hạng,hạng,<=5,lower_is_better,NEW,report,,,2025-06-30,yes,
"""

TASKS = """\
code,name_vi,lead_agency,verified,source
NV01,Đường liên huyện,OLD,yes,
NV02,Trạm y tế,SYT,no,
"""

CALENDAR = """\
date,type,name_vi,status,source
2025-01-01,off,Tết Dương lịch,fixed by law,
2025-01-27,off,Tết,announced,
2026-01-02,off,Nghỉ bù,announced,
10/01/2026,work,Làm bù,announced,
2027-02-05,off,Tết,estimate - not fixed yet,
2028-01-01,off,Tết Dương lịch,fixed by law,
"""

FILES = {
    "program.toml": PROGRAM,
    "agencies.csv": AGENCIES,
    "contacts.csv": CONTACTS,
    "indicators.csv": INDICATORS,
    "tasks.csv": TASKS,
    "calendar.csv": CALENDAR,
    "messages/reminder.vi.txt.j2": "Kính gửi {{ agency }}",
}


def encoded(files: dict[str, str] | None = None) -> dict[str, bytes]:
    """Return the files as they would lie on the disk."""
    return {name: text.encode() for name, text in (files or FILES).items()}


def edited(name: str, old: str, new: str) -> dict[str, str]:
    """Return the files with the first occurrence of a text replaced in one of them."""
    assert old in FILES[name], old
    return {**FILES, name: FILES[name].replace(old, new, 1)}


def faults_of(name: str, old: str, new: str) -> tuple[Fault, ...]:
    """Return the faults that one replacement brings about."""
    return survey(encoded(edited(name, old, new))).faults


def line_of(name: str, text: str) -> int:
    """Return the line on which a text first stands."""
    return FILES[name][: FILES[name].index(text)].count("\n") + 1
