"""A late agency is chased until it files; the filing is taken and stays late."""

from lsplan_workflow.domain.compliance import Timeliness
from tests.domain.province import local
from tests.scenarios.stories import FOCAL, HEAD, assert_proper, letters, only, pass_days
from tests.services.office import body

MAILBOX = FOCAL.format("sct")


def test_a_report_that_comes_after_the_overdue_notice_ends_the_chase_and_is_late(real):
    only(real, "SCT")
    pass_days(real, local(2025, 10, 15, 7, 30), local(2025, 10, 20, 7, 30))
    filed = local(2025, 10, 21, 10)
    assert real.submit(filed, "SCT").late
    real.run(filed)
    pass_days(real, local(2025, 10, 22, 7, 30), local(2025, 11, 5, 7, 30))

    assert letters(real, MAILBOX) == [
        ("15/10 07:30", "Nhắc thời"),
        ("17/10 07:30", "Nhắc thời"),
        ("20/10 07:30", "V/v đôn"),
        ("21/10 10:00", "Xác nhận"),
    ]
    assert real.mails(HEAD.format("sct")) == []
    overdue, receipt = real.mails(MAILBOX)[2:]
    assert_proper(overdue)
    assert_proper(receipt)
    assert "đã qua 1 ngày" in body(overdue)
    assert "chậm" in body(receipt)

    found = real.status(local(2025, 11, 5))
    row = next(x for x in found.lines if x.obligation.agency == "SCT")
    assert (row.timeliness, row.days_late) == (Timeliness.LATE, 2)
    assert (found.figures.late, found.figures.missing) == (1, 84)


def test_a_report_that_comes_after_closing_is_taken_receipted_and_late(real):
    only(real, "SCT")
    real.run(local(2025, 10, 31, 17))
    after = local(2026, 1, 5, 14)
    assert real.submit(after, "SCT").late
    assert real.run(after).sent == 1
    assert letters(real, MAILBOX)[-1] == ("05/01 14:00", "Xác nhận")
    assert real.status(after).figures.late == 1
