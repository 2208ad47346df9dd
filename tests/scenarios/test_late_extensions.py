"""An agency that is chased already gets more time: late, twice, by mistake, up to the end."""

import pytest

from lsplan_workflow.domain.errors import RequestError
from tests.domain.province import local
from tests.scenarios.stories import FOCAL, HEAD, acts, letters, only, pass_days, status_row
from tests.services.office import body

MAILBOX, HEAD_OF_AGENCY = FOCAL.format("syt"), HEAD.format("syt")


def october(day):
    return local(2025, 10, day).date()


def november(day):
    return local(2025, 11, day).date()


@pytest.fixture
def escalated(editable):
    """On 22 October the head of the agency has been written to."""
    only(editable, "SYT")
    editable.run(local(2025, 9, 3, 7, 30))
    pass_days(editable, local(2025, 10, 20, 7, 30), local(2025, 10, 22, 7, 30))
    return editable


def test_after_the_overdue_notice_the_chase_ends_and_begins_anew_by_the_new_deadline(escalated):
    escalated.extend(local(2025, 10, 22, 10), "SYT", to=october(31))
    assert status_row(escalated, local(2025, 10, 22, 10), "SYT")[2] == "chưa đến hạn"
    pass_days(escalated, local(2025, 10, 22, 11), local(2025, 11, 30, 11))
    assert letters(escalated, MAILBOX) == [
        ("03/09 07:30", "V/v gửi"),
        ("20/10 07:30", "V/v đôn"),
        ("22/10 07:30", "V/v đôn"),
        ("22/10 11:00", "V/v gia"),
        ("24/10 11:00", "Nhắc thời"),
        ("29/10 11:00", "Nhắc thời"),
        ("31/10 11:00", "Nhắc thời"),
        ("03/11 11:00", "V/v đôn"),
        ("05/11 11:00", "V/v đôn"),
    ]
    assert letters(escalated, HEAD_OF_AGENCY) == [
        ("22/10 07:30", "V/v đôn"),
        ("05/11 11:00", "V/v đôn"),
    ]
    assert "đã qua 3 ngày" in body(escalated.mails(MAILBOX)[-2])


def test_a_second_extension_counts_alone_and_both_stay_in_the_log(escalated):
    escalated.extend(local(2025, 10, 22, 10), "SYT", to=october(28))
    pass_days(escalated, local(2025, 10, 22, 11), local(2025, 10, 26, 11))
    escalated.extend(local(2025, 10, 27, 9), "SYT", to=november(7))
    pass_days(escalated, local(2025, 10, 27, 11), local(2025, 11, 7, 11))
    assert letters(escalated, MAILBOX)[3:] == [
        ("22/10 11:00", "V/v gia"),
        ("24/10 11:00", "Nhắc thời"),  # Of 28 October; nothing follows on that day.
        ("27/10 11:00", "V/v gia"),
        ("31/10 11:00", "Nhắc thời"),
        ("05/11 11:00", "Nhắc thời"),
        ("07/11 11:00", "Nhắc thời"),
    ]
    assert acts(escalated, "SYT") == ["extended", "extended"]
    assert not escalated.submit(local(2025, 11, 7, 16), "SYT").late


def test_backwards_only_a_correction_goes_and_the_agency_is_told_of_that_too(escalated):
    escalated.extend(local(2025, 10, 22, 10), "SYT", to=november(30))
    escalated.run(local(2025, 10, 22, 11))
    with pytest.raises(RequestError, match="--correct"):
        escalated.extend(local(2025, 10, 23, 9), "SYT", to=october(31))
    assert escalated.run(local(2025, 10, 23, 9)).idle
    escalated.extend(local(2025, 10, 23, 10), "SYT", to=october(31), correct=True)
    pass_days(escalated, local(2025, 10, 23, 11), local(2025, 11, 3, 11))
    assert letters(escalated, MAILBOX)[3:] == [
        ("22/10 11:00", "V/v gia"),
        ("23/10 11:00", "V/v điều"),
        ("24/10 11:00", "Nhắc thời"),
        ("29/10 11:00", "Nhắc thời"),
        ("31/10 11:00", "Nhắc thời"),
        ("03/11 11:00", "V/v đôn"),
    ]
    wrong, right = escalated.mails(MAILBOX)[3:5]
    assert wrong["Subject"].endswith("trước ngày 01/12/2025")
    assert right["Subject"].endswith("trước ngày 01/11/2025")


def test_up_to_closing_a_day_can_be_given_but_none_beyond_and_none_afterwards(escalated):
    closing = local(2025, 12, 19)
    with pytest.raises(RequestError, match="the last day possible is 18/12/2025"):
        escalated.extend(local(2025, 10, 22, 10), "SYT", to=closing.date())
    assert escalated.run(local(2025, 10, 22, 10)).idle
    escalated.extend(local(2025, 10, 22, 10), "SYT", to=local(2025, 12, 18).date())
    pass_days(escalated, local(2025, 10, 22, 11), local(2026, 1, 31, 11))
    assert letters(escalated, MAILBOX)[3:] == [
        ("22/10 11:00", "V/v gia"),
        ("19/11 11:00", "Nhắc thời"),
        ("05/12 11:00", "Nhắc thời"),
        ("12/12 11:00", "Nhắc thời"),
        ("16/12 11:00", "Nhắc thời"),
        ("18/12 11:00", "Nhắc thời"),  # On the 19th the cycle closes: nothing chases after that.
    ]
    with pytest.raises(RequestError, match="has closed"):
        escalated.extend(local(2026, 1, 31, 12), "SYT", to=local(2026, 2, 28).date())
    assert acts(escalated, "SYT") == ["extended"]
    assert status_row(escalated, local(2026, 1, 31, 12), "SYT")[:3] == (
        *("chưa báo cáo", "19/12/2025 (hạn riêng)"),
        "quá hạn 44 ngày",
    )
