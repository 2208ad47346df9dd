"""Seven days of downtime over a deadline: nothing is lost, and nobody is flooded."""

from lsplan_workflow.domain.compliance import Timeliness
from tests.domain.province import local
from tests.scenarios.stories import FOCAL, HEAD, letters, only, pass_days
from tests.services.office import HOUR, office_of

MAILBOX = FOCAL.format("syt")
LEADER = "lanh-dao@stc25.example"


def down_over_the_deadline(real):
    """Run until 15 October, and again from 22 October on."""
    pass_days(
        only(real, "SYT", "STC25", "CT-UBND"), local(2025, 9, 1, 7, 30), local(2025, 10, 15, 7, 30)
    )
    return real.run(local(2025, 10, 22, 9))


def test_the_newest_rung_of_each_audience_leaves_and_the_others_are_superseded(real):
    result = down_over_the_deadline(real)
    assert letters(real, MAILBOX)[-3:] == [
        ("15/10 07:30", "Nhắc thời"),
        ("22/10 09:00", "V/v đôn"),  # What overdue-1wd says to the focal person,
        ("22/10 09:00", "V/v đôn"),  # and his copy of the letter to the head.
    ]
    assert len(real.mails(HEAD.format("syt"))) == 1
    assert set(real.notices(status="superseded", agency="SYT")) == {
        "annual-2025/SYT/before-1wd/focal"
    }
    assert result.superseded == 2
    assert real.run(local(2025, 10, 22, 9)).idle


def test_the_digests_come_on_their_days_as_if_nothing_had_been(real):
    down_over_the_deadline(real)
    pass_days(real, local(2025, 10, 23, 7, 30), local(2025, 10, 31, 7, 30))
    assert letters(real, LEADER)[-1] == ("24/10 07:30", "Tình hình")
    assert letters(real, "chu-tich@ct-ubnd.example") == [("31/10 07:30", "Tình hình")]


def test_the_keys_are_those_of_a_year_without_downtime(
    real, real_template, real_configuration, tmp_path
):
    down_over_the_deadline(real)
    with office_of(tmp_path / "up", real_template, real_configuration) as other:
        pass_days(
            only(other, "SYT", "STC25", "CT-UBND"),
            local(2025, 9, 1, 7, 30),
            local(2025, 10, 22, 7, 30),
        )
        assert set(other.notices()) == set(real.notices())


def test_what_was_filed_by_hand_in_those_days_counts_from_when_it_was_recorded(real):
    only(real, "SYT")
    real.run(local(2025, 10, 15, 7, 30))
    real.submit(local(2025, 10, 19, 23, 59), "SYT")  # The command line works without passes.
    result = real.run(local(2025, 10, 22, 9))
    assert result.sent == 1
    assert [words for _, words in letters(real, MAILBOX)] == ["Nhắc thời", "Xác nhận"]
    (line,) = [x for x in real.status(local(2025, 10, 22)).lines if x.obligation.agency == "SYT"]
    assert line.timeliness is Timeliness.ON_TIME


def test_a_month_of_downtime_over_grace_and_closing_leaves_one_late_report(real):
    only(real, "SYT", "STC25", "CT-UBND")
    real.run(local(2025, 10, 15, 7, 30))
    result = real.run(local(2025, 12, 20, 9))
    assert (result.sent, result.planned, result.consolidated) == (0, 0, 1)
    assert [(r.reason, r.partial) for r in real.reports()] == [("grace", True)]
    assert real.run(local(2025, 12, 20, 9) + HOUR).idle
