"""A silent agency hears every rung on its day; then its head, and the leaders."""

from tests.domain.province import local
from tests.scenarios.stories import FOCAL, HEAD, assert_proper, letters, only, pass_days
from tests.services.office import addressed, body, reached

FOCAL_PERSON, HEAD_OF_AGENCY = FOCAL.format("syt"), HEAD.format("syt")
LEADER, CHAIRMAN = "lanh-dao@stc25.example", "chu-tich@ct-ubnd.example"


def test_whoever_never_answers_hears_every_rung_and_everybody_above_hears_of_it(real):
    only(real, "SYT", "STC25", "CT-UBND")
    real.run(local(2025, 9, 1, 7, 30))
    for agency in sorted(set(real.owed()) - {"SYT", "SCT"}):
        real.submit(local(2025, 9, 1, 8), agency)
    pass_days(real, local(2025, 9, 2, 7, 30), local(2025, 12, 31, 7, 30))

    assert letters(real, FOCAL_PERSON) == [
        ("03/09 07:30", "V/v gửi"),
        ("19/09 07:30", "Nhắc thời"),
        ("06/10 07:30", "Nhắc thời"),
        ("13/10 07:30", "Nhắc thời"),
        ("15/10 07:30", "Nhắc thời"),
        ("17/10 07:30", "Nhắc thời"),
        ("20/10 07:30", "V/v đôn"),
        ("22/10 07:30", "V/v đôn"),
    ]
    assert letters(real, HEAD_OF_AGENCY) == [("22/10 07:30", "V/v đôn")]
    assert letters(real, LEADER) == [("24/10 07:30", "Tình hình")]
    assert letters(real, CHAIRMAN) == [("31/10 07:30", "Tình hình")]
    for mail in real.mails():
        assert_proper(mail)

    (escalation,) = real.mails(HEAD_OF_AGENCY)
    assert addressed(escalation) == [HEAD_OF_AGENCY]
    assert addressed(escalation, "Cc") == [FOCAL_PERSON]
    assert reached(escalation) == [HEAD_OF_AGENCY, FOCAL_PERSON]
    assert escalation["Subject"].startswith("V/v đôn đốc Sở Y tế gửi")

    for digest, days in ((real.mails(LEADER)[0], 5), (real.mails(CHAIRMAN)[0], 12)):
        assert reached(digest) == addressed(digest)
        assert digest["Subject"].endswith("năm 2025: 83/85 cơ quan đã gửi")
        assert f"Sở Y tế: chậm {days} ngày" in body(digest)
        assert f"Sở Công Thương: chậm {days} ngày" in body(digest)
        assert "Sở Tài chính:" not in body(digest)
        heads = {event.hash for event in real.events()}
        assert any(digest_of in body(digest) for digest_of in heads)

    ids = [mail["Message-ID"] for mail in real.mails()]
    assert len(set(ids)) == len(ids)
    assert [(r.reason, r.partial) for r in real.reports()] == [("grace", True)]
    assert real.status(local(2025, 12, 31)).figures.missing == 2


def test_the_rungs_stand_on_the_days_that_the_design_lists(real):
    only(real, "SYT", "STC25", "CT-UBND")
    pass_days(real, local(2025, 9, 1, 7, 30), local(2025, 12, 31, 7, 30))
    sent = real.notices(status="sent")
    days = {
        row.rung: f"{row.sent_at.astimezone(local(2025, 1, 1).tzinfo):%d/%m %H:%M}"
        for row in sent.values()
    }
    assert days == {
        "opening": "03/09 07:30",
        "before-30d": "19/09 07:30",
        "before-14d": "06/10 07:30",
        "before-7d": "13/10 07:30",
        "before-3wd": "15/10 07:30",
        "before-1wd": "17/10 07:30",
        "overdue-1wd": "20/10 07:30",
        "overdue-3wd": "22/10 07:30",
        "overdue-5wd": "24/10 07:30",
        "overdue-10wd": "31/10 07:30",
    }
    assert {row.status for row in real.notices().values()} == {"sent"}
    assert real.run(local(2025, 12, 31, 8)).idle
