"""Both reorganisations of 2025: the mergers of 1 March, and the end of the districts."""

from lsplan_workflow.domain.obligations import Status
from tests.domain.province import local
from tests.scenarios.stories import FOCAL, HEAD, assert_proper, letters, only, pass_days
from tests.services.office import TICK, body, office_of

OPENS, MARCH, JULY = local(2024, 12, 20, 7, 30), local(2025, 3, 1), local(2025, 7, 1)
MERGED = {
    "SKHDT": "STC25", "STC24": "STC25", "SGTVT": "SXD25", "SXD24": "SXD25", "STNMT": "SNNMT",
    "SNNPTNT": "SNNMT", "STTTT": "SKHCN25", "SKHCN24": "SKHCN25", "SNV24": "SNV25", "BDT": "SDTTG",
}  # fmt: skip


def by_status(office, status):
    return {code for code, o in office.owed("plan-2025").items() if o.status is status}


def test_the_mergers_of_1_march_pass_on_what_is_open_in_the_plans_of_2025(real):
    only(real, "SKHDT", "STC24", "STC25", "SYT", "CT-UBND")
    pass_days(real, OPENS, local(2025, 1, 10, 7, 30))
    settled, filed = "SGTVT", "STNMT"
    for agency in (settled, filed):
        real.submit(local(2025, 1, 10, 9), agency, cycle="plan-2025")
    real.accept(local(2025, 1, 13, 9), settled, cycle="plan-2025")
    pass_days(real, local(2025, 1, 13, 7, 30), local(2025, 2, 28, 7, 30))
    assert by_status(real, Status.TRANSFERRED) == set()

    real.run(MARCH - TICK)
    assert by_status(real, Status.TRANSFERRED) == set()
    real.run(MARCH)  # A Saturday.
    merged = set(MERGED) & set(real.owed("plan-2025"))
    passed_on = by_status(real, Status.TRANSFERRED)
    assert merged - {settled, filed} <= passed_on
    assert not {settled, filed} & passed_on
    owed = real.owed("plan-2025")
    assert owed[settled].status is Status.ACCEPTED
    assert owed[filed].status is Status.SUBMITTED
    assert owed["STC25"].covers == ("SKHDT", "STC24")
    assert owed["SXD25"].covers == ("SXD24",)
    assert owed["SNNMT"].covers == ("SNNPTNT",)

    f = real.status(MARCH, "plan-2025").figures
    assert f.expected_originally == 37
    assert f.on_time + f.late + f.missing + f.pending == f.expected
    assert f.transferred == len(passed_on)

    # The successor hears on its first working day, in its own name, what it took over.
    pass_days(real, local(2025, 3, 2, 7, 30), local(2025, 3, 14, 7, 30))
    first_day = [m for m in letters(real, FOCAL.format("stc25")) if m[0].startswith("03/03")]
    assert {words for _, words in first_day} == {"Thông báo", "V/v đôn"}
    assert [m[0] for m in letters(real, HEAD.format("stc25"))] == ["03/03 07:30"]
    (several,) = [
        m for m in real.mails(FOCAL.format("stc25")) if m["Subject"].startswith("Thông báo 2")
    ]
    assert_proper(several)
    assert "Tiếp nhận từ Sở Kế hoạch và Đầu tư; Sở Tài chính" in body(several)
    assert "ĐÃ QUÁ THỜI HẠN" in body(several)
    # The old agency hears once more, for the last time.
    (last,) = [m for m in real.mails(FOCAL.format("skhdt")) if m["Date"].datetime >= MARCH]
    assert "đã chuyển cho Sở Tài chính" in body(last)

    # Its report settles what it took over; the review of what was filed is still possible.
    real.submit(local(2025, 3, 4, 9), "STC25", cycle="plan-2025")
    real.accept(local(2025, 3, 5, 9), "STC25", cycle="plan-2025")
    real.accept(local(2025, 3, 5, 9), filed, cycle="plan-2025")
    assert by_status(real, Status.ACCEPTED) == {settled, filed, "STC25"}


def test_mails_are_written_in_the_name_of_whoever_is_the_focal_point_on_the_day(real):
    only(real, "SYT")
    real.run(OPENS)
    real.submit(local(2025, 3, 3, 9), "SYT", cycle="plan-2025")
    real.run(local(2025, 3, 3, 9))
    opening, receipt = real.mails(FOCAL.format("syt"))
    assert_proper(opening, sender="Sở Kế hoạch và Đầu tư")
    assert_proper(receipt, sender="Sở Tài chính")


def test_the_digests_of_the_plans_go_to_the_leader_of_the_focal_point_of_that_time(real):
    only(real, "SKHDT", "STC25", "CT-UBND")
    pass_days(real, OPENS, local(2025, 2, 10, 7, 30))
    to_leader = [m for m in letters(real, HEAD.format("skhdt")) if m[1] == "Tình hình"]
    assert to_leader == [("21/01 07:30", "Tình hình")]
    assert letters(real, "chu-tich@ct-ubnd.example") == [("04/02 07:30", "Tình hình")]
    assert real.mails(HEAD.format("stc25")) == []


def test_the_customs_merger_of_15_march_is_the_last_that_the_plans_see(real):
    only(real, "CHQ", "HQKV6")
    real.run(OPENS)
    real.run(local(2025, 3, 15))
    assert real.owed("plan-2025")["CHQ"].status is Status.TRANSFERRED
    assert real.owed("plan-2025")["HQKV6"].covers == ("CHQ",)


def test_the_end_of_the_districts_on_1_july_changes_no_cycle_and_communes_owe_the_report(real):
    only(real, "SYT")
    real.run(OPENS)
    real.run_at(MARCH, local(2025, 3, 15), local(2025, 3, 16))
    before = real.owed("plan-2025")
    real.run(JULY)
    assert real.owed("plan-2025") == before
    districts = [a for a in real.configuration.directory.agencies if a.kind == "district"]
    assert len(districts) == 11
    assert {before[d.code].status for d in districts} == {Status.OPEN}
    real.run(local(2025, 9, 3, 7, 30))
    owing = set(real.owed())
    assert len(owing) == 85
    assert not {d.code for d in districts} & owing
    communes = {a.code for a in real.configuration.directory.agencies if a.kind == "commune"}
    assert communes <= owing
    ends = [e.agency for e in real.events() if e.event == "agency_ended"]
    assert {d.code for d in districts} <= set(ends)
    assert len(set(ends)) == len(ends)


def test_one_pass_after_a_year_of_downtime_leaves_the_same_obligations_as_daily_ones(
    real, real_template, real_configuration, tmp_path
):
    only(real)
    real.run(OPENS)
    real.run(local(2025, 9, 1))
    with office_of(tmp_path / "daily", real_template, real_configuration) as daily:
        only(daily)
        daily.run_at(OPENS, MARCH, local(2025, 3, 15), local(2025, 3, 16), JULY, local(2025, 9, 1))
        for code in ("plan-2025", "annual-2025"):
            assert daily.owed(code) == real.owed(code)
