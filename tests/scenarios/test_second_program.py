"""A second program in the same installation: its own names, leaders, months and ladder."""

from collections import Counter
from datetime import date
from io import BytesIO
from pathlib import Path

import docx
import pytest

from lsplan_workflow.configuration.folder import parse, read_files
from lsplan_workflow.domain.obligations import Status
from lsplan_workflow.domain.program import Split
from lsplan_workflow.services.status import all_statuses, preview
from tests.domain.province import local
from tests.scenarios.stories import FOCAL, HEAD, name_in, only, pass_days
from tests.services.office import body, office_of, template_of

SECOND = """
[program]
code = "cchc"
number = "512/QĐ-UBND"
title_vi = "Quyết định ban hành Chương trình cải cách hành chính"
title_en = "Decision on the Administrative Reform Programme"
place = "Lạng Sơn"
issuer = "Chủ tịch UBND tỉnh Lạng Sơn"
issued_on = 2025-01-10
effective_from = 2025-02-01
focal_point = "SNV24"
leadership = ["PCT-UBND"]
split = "lead"
sender = "cchc@snv.example"
submit_to = "nhan-cchc@snv.example"
signatory = "Chánh Văn phòng"

[[regime]]
code = "cchc-6t"
name_vi = "Báo cáo sáu tháng về cải cách hành chính"
name_en = "Half-year report on administrative reform"
years = [2025]
before = "06-16"
opens = "05-05"
grace = "5wd"
closes = "30d"
owed_by = ["department", "district", "commune"]
reminders = ["before-7d"]

[[regime.ladder]]
rung = "overdue-2wd"
to = "head"

[[regime.ladder]]
rung = "overdue-4wd"
to = "leadership"

[[regime]]
code = "cchc-nam"
name_vi = "Báo cáo năm về cải cách hành chính"
name_en = "Annual report on administrative reform"
years = "2025-2026"
by = "10-19"
opens = "09-01"
grace = "10wd"
closes = "30d"
owed_by = ["department"]
reminders = ["before-14d"]

[[regime.ladder]]
rung = "overdue-1wd"
to = "focal"

[[regime.ladder]]
rung = "overdue-5wd"
to = "leadership"
"""
_CONFIG = Path(__file__).parents[2] / "config"
CAST = ("SYT", "STC25", "SNV24", "SNV25", "CT-UBND", "PCT-UBND", "D180")
DEPUTY, CHAIRMAN = "pho-chu-tich@pct-ubnd.example", "chu-tich@ct-ubnd.example"
FIRST, NAMESAKE = "annual-2025", "cchc-nam-2025"


@pytest.fixture(scope="module")
def configuration():
    files = {n: b for n, b in read_files(_CONFIG).items() if n != "contacts.local.csv"}
    contacts = (_CONFIG / "contacts.csv").read_bytes()
    deputy = f"PCT-UBND,leader,Phó Chủ tịch UBND tỉnh,{DEPUTY},vi\n".encode()
    added = {"contacts.csv": contacts + deputy, "programs/cchc.toml": SECOND.encode()}
    return parse({**files, **added})


@pytest.fixture(scope="module")
def lived(configuration, tmp_path_factory):
    """The office after daily passes from February 2025 to the end of the year."""
    template = template_of(tmp_path_factory.mktemp("two"), configuration)
    folder = tmp_path_factory.mktemp("lived")
    with office_of(folder, template, configuration) as office:
        only(office, *CAST)
        pass_days(office, local(2025, 2, 3, 7, 30), local(2025, 12, 31, 7, 30))
        yield office


def test_two_programs_to_one_person_stay_two_mails_each_in_its_own_name(lived):
    mails = [m for m in lived.mails(FOCAL.format("syt")) if m["Date"].datetime.month >= 9]
    on_the_day = [m for m in mails if f"{m['Date'].datetime:%d/%m %H:%M}" == "03/09 07:30"]
    said = {
        (
            m["From"].addresses[0].addr_spec,
            name_in(m, "From"),
            m["Reply-To"].addresses[0].addr_spec,
            name_in(m, "Reply-To"),
            str(m["Message-ID"]).rpartition("@")[2],
        )
        for m in on_the_day
    }
    finance = ("lsplan@stc.example", "nopbaocao@stc.example", "Sở Tài chính", "stc.example>")
    reform = ("cchc@snv.example", "nhan-cchc@snv.example", "Sở Nội vụ", "snv.example>")
    assert said == {(a, name, b, name, domain) for a, b, name, domain in (finance, reform)}
    plan, decision = sorted((body(m) for m in on_the_day), key=lambda text: "Quyết định" in text)
    assert "Kế hoạch số 268/KH-UBND ngày 19/12/2024" in plan
    assert "Quyết định số 512/QĐ-UBND ngày 10/01/2025 của Chủ tịch UBND tỉnh Lạng Sơn" in decision
    assert "Kế hoạch số" not in decision
    assert "268" not in decision
    # By 19/10 and before 20/10 are the same deadline; both ladders begin on the same day.
    overdue = [m for m in mails if f"{m['Date'].datetime:%d/%m}" == "20/10"]
    assert Counter(m["From"].addresses[0].addr_spec for m in overdue) == {
        "lsplan@stc.example": 1,
        "cchc@snv.example": 1,
    }


def test_keys_never_collide(lived):
    notices = lived.notices()
    cycles = {c.code for c in lived.configuration.cycles()}
    assert all(key == row.key and key.split("/")[0] == row.cycle for key, row in notices.items())
    assert {FIRST, NAMESAKE, "cchc-6t-2025"} <= {row.cycle for row in notices.values()} <= cycles


def test_each_digest_goes_to_the_leaders_of_its_program(lived):
    deputy = [str(m["Subject"]) for m in lived.mails(DEPUTY)]
    assert [subject.partition(":")[0] for subject in deputy] == [
        "Tình hình gửi báo cáo sáu tháng về cải cách hành chính năm 2025",
        "Tình hình gửi báo cáo năm về cải cách hành chính năm 2025",
    ]
    about_reform = [m for m in lived.mails(CHAIRMAN) if "cải cách" in m["Subject"]]
    assert about_reform == []
    assert len(lived.mails(CHAIRMAN)) == 2
    digests = lived.notices(kind="digest")
    assert {(row.cycle, row.agency) for row in digests.values()} >= {
        (FIRST, "STC25"),
        (FIRST, "CT-UBND"),
        (NAMESAKE, "PCT-UBND"),
    }
    assert not [row for row in digests.values() if row.cycle == NAMESAKE and row.agency == "STC25"]


def test_each_program_splits_by_its_own_rule(lived):
    """The districts end on 30 June; the first program would pass a duty on to all communes."""
    half_year = lived.owed("cchc-6t-2025")
    assert half_year["D180"].status is Status.TRANSFERRED
    assert half_year["X06001"].covers == ("D180",)
    assert "X06004" not in half_year
    assert [p.split for p in lived.configuration.programs] == [Split.ALL, Split.LEAD]


def test_each_program_climbs_its_own_ladder(lived):
    rungs = {row.rung for row in lived.notices(cycle="cchc-6t-2025", agency="SYT").values()}
    assert rungs == {"opening", "before-7d", "overdue-2wd"}
    (escalation,) = [m for m in lived.mails(HEAD.format("syt")) if m["Date"].datetime.month == 6]
    assert escalation["Date"].datetime.date() == date(2025, 6, 17)


def test_the_reports_are_separate_and_each_is_signed_by_its_own_focal_point(lived):
    written = {code: lived.reports(code) for code in (FIRST, NAMESAKE)}
    assert {code: [r.reason for r in rows] for code, rows in written.items()} == {
        FIRST: ["grace"],
        NAMESAKE: ["grace"],
    }
    heads = {}
    for code, (row,) in written.items():
        document = docx.Document(BytesIO(lived.workplace.files.get(row.docx_sha256)))
        heads[code] = "\n".join(
            cell.text for table in (document.tables[0], *document.tables[1:])
            for line in table.rows for cell in line.cells
        ) + "\n".join(p.text for p in document.paragraphs)  # fmt: skip
    assert "SỞ TÀI CHÍNH" in heads[FIRST]
    assert "GIÁM ĐỐC" in heads[FIRST]
    assert "Thực hiện Kế hoạch số 268/KH-UBND" in heads[FIRST]
    assert "SỞ NỘI VỤ" in heads[NAMESAKE]
    assert "CHÁNH VĂN PHÒNG" in heads[NAMESAKE]
    assert "Thực hiện Quyết định số 512/QĐ-UBND" in heads[NAMESAKE]
    assert "268/KH-UBND" not in heads[NAMESAKE]
    assert "cải cách" not in heads[FIRST]


def test_status_and_preview_tell_of_both(lived):
    now = local(2025, 12, 31, 8)
    with lived.workplace.database.reading() as session:
        known = [s.cycle.code for s in all_statuses(session, lived.configuration, now)]
        coming = preview(session, lived.configuration, now, until=local(2026, 10, 1))
    assert {FIRST, NAMESAKE, "annual-2026", "cchc-nam-2026"} <= set(known)
    assert {notice.cycle for notice in coming} == {"annual-2026", "cchc-nam-2026"}
