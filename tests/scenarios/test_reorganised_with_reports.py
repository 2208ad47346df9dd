"""The two reorganisations of 2025 where most have filed: what is settled stays, what is not passes.

On 1 March the province merged eleven departments into six, on 15 March the customs offices
into a regional one; on 1 July the eleven districts gave way to 65 communes and wards, and the
border guard became part of the military command.
"""

from collections import Counter
from contextlib import ExitStack

import pytest

from lsplan_workflow.domain.obligations import Status
from tests.domain.province import local
from tests.scenarios.stories import pass_days
from tests.services.office import TICK, office_of

MERGED = {
    "STC25": ("SKHDT", "STC24"),
    "SXD25": ("SGTVT", "SXD24"),
    "SNNMT": ("STNMT", "SNNPTNT"),
    "SKHCN25": ("STTTT", "SKHCN24"),
    "SNV25": ("SLDTBXH", "SNV24"),
    "SDTTG": ("BDT",),
}
SILENT = (
    *("SKHDT", "STC24", "SXD24", "SNNPTNT", "SKHCN24", "SLDTBXH", "BDT"),  # They end on 28/02.
    *("CHQ", "SYT", "D178"),
)
MARCH, CUSTOMS, CLOSES = local(2025, 3, 1), local(2025, 3, 15), local(2025, 3, 16)
JULY = local(2025, 7, 1)
PLAN, ANNUAL = "plan-2025", "annual-2025"


def sent(office, cycle):
    """Return how many notices of each kind left on each day."""
    zone = MARCH.tzinfo
    found = Counter(
        (f"{row.sent_at.astimezone(zone):%d/%m}", row.kind)
        for row in office.notices(status="sent", cycle=cycle).values()
    )
    return dict(sorted(found.items(), key=lambda item: (_day(item[0][0]), item[0][1])))


def _day(day):
    # The plans open in December of the year before.
    return (day[3:] != "12", day[3:], day[:2])


def told(office, day, kind, cycle=PLAN):
    """Return the contacts to whom notices of a kind left on a day, in their order."""
    rows = office.notices(status="sent", cycle=cycle, kind=kind).values()
    zone = MARCH.tzinfo
    return [row.contact for row in rows if f"{row.sent_at.astimezone(zone):%d/%m}" == day]


def of_status(office, status, cycle=PLAN):
    return {code for code, o in office.owed(cycle).items() if o.status is status}


def figures(office, instant, cycle=PLAN):
    return office.status(instant, cycle).figures


def tell_winter(office):
    """From the opening of the plans to the day before the mergers."""
    office.run(local(2024, 12, 20, 7, 30))
    pass_days(office, local(2024, 12, 21, 7, 30), local(2025, 1, 6, 7, 30))
    filing = sorted(set(office.owed(PLAN)) - set(SILENT) - {"SNV24"})
    assert len(filing) == 26
    for agency in filing:
        office.submit(local(2025, 1, 6, 9), agency, cycle=PLAN)
    office.deliver_replies(local(2025, 1, 6, 9))
    for agency in filing:
        if agency not in {"STNMT", "STTTT"}:
            office.accept(local(2025, 1, 7, 9), agency, cycle=PLAN)
    office.waive(local(2025, 1, 7, 9), "SNV24", cycle=PLAN)
    pass_days(office, local(2025, 1, 7, 10), local(2025, 1, 7, 10))
    pass_days(office, local(2025, 1, 8, 7, 30), local(2025, 2, 24, 7, 30))
    office.send_back(local(2025, 2, 24, 9), "STNMT", "Thiếu danh mục dự án.", cycle=PLAN)
    office.run(local(2025, 2, 24, 9))
    pass_days(office, local(2025, 2, 25, 7, 30), local(2025, 2, 28, 7, 30))


def tell_spring(office):
    """From the mergers to the closing of the plans, and on to the end of the districts."""
    office.run(MARCH)
    pass_days(office, local(2025, 3, 1, 7, 30), local(2025, 3, 3, 7, 30))
    office.submit(local(2025, 3, 3, 10), "STNMT", cycle=PLAN)
    office.deliver_replies(local(2025, 3, 3, 10))
    office.submit(local(2025, 3, 5, 9), "STC25", cycle=PLAN)
    office.deliver_replies(local(2025, 3, 5, 9))
    for agency in ("STNMT", "STC25"):
        office.accept(local(2025, 3, 6, 9), agency, cycle=PLAN)
    pass_days(office, local(2025, 3, 6, 9, 30), local(2025, 3, 14, 9, 30))
    office.run(CUSTOMS)
    pass_days(office, local(2025, 3, 15, 7, 30), local(2025, 3, 18, 7, 30))


def tell_autumn(office):
    """From the end of the districts through the annual report."""
    office.run_at(JULY, local(2025, 9, 1, 7, 30))
    pass_days(office, local(2025, 9, 2, 7, 30), local(2025, 10, 7, 7, 30))
    filing = sorted(set(office.owed(ANNUAL)) - {"STC25", "HQKV6", "BCHQS", "X05977", "X05983"})
    assert len(filing) == 80
    for agency in filing:
        office.submit(local(2025, 10, 7, 9), agency, cycle=ANNUAL)
        office.accept(local(2025, 10, 7, 15), agency, cycle=ANNUAL)
    office.run(local(2025, 10, 7, 15))
    pass_days(office, local(2025, 10, 8, 7, 30), local(2025, 10, 20, 7, 30))
    office.submit(local(2025, 10, 20, 9), "BCHQS", cycle=ANNUAL)
    office.accept(local(2025, 10, 20, 10), "BCHQS", cycle=ANNUAL)
    office.run(local(2025, 10, 20, 10))
    pass_days(office, local(2025, 10, 21, 7, 30), local(2025, 10, 31, 7, 30))
    office.run(local(2025, 10, 31, 17))
    office.run(local(2025, 12, 19))


@pytest.fixture(scope="module")
def seasons(real_template, real_configuration, tmp_path_factory):
    """The folders of the office after the winter, the spring and the autumn."""
    folder, before, found = tmp_path_factory.mktemp("seasons"), real_template, {}
    for tell in (tell_winter, tell_spring, tell_autumn):
        name = tell.__name__.removeprefix("tell_")
        with office_of(folder / name, before, real_configuration) as office:
            tell(office)
        before = found[name] = folder / name
    return found


@pytest.fixture
def after(seasons, real_configuration, tmp_path):
    """Give a function that opens a copy of the office as a season left it."""
    with ExitStack() as stack:
        yield lambda season: stack.enter_context(
            office_of(tmp_path / season, seasons[season], real_configuration)
        )


WINTER = {
    ("20/12", "opening"): 37,
    ("31/12", "reminder"): 37,  # Two weeks before lies on New Year's Day.
    ("06/01", "receipt"): 26,
    ("07/01", "acceptance"): 24,
    ("07/01", "waiver"): 1,
    ("08/01", "reminder"): 10,
    ("10/01", "reminder"): 10,
    ("14/01", "reminder"): 10,
    ("15/01", "overdue"): 10,
    ("17/01", "escalation"): 20,  # The head and, in copy, the focal person of each.
    ("21/01", "digest"): 1,
    ("04/02", "digest"): 1,  # Ten working days after D, Tết left out.
    ("24/02", "returned"): 1,
}
SPRING = {
    ("03/03", "escalation"): 12,  # Six successors: head and copy.
    ("03/03", "overdue"): 6,
    ("03/03", "receipt"): 1,
    ("03/03", "revision"): 1,
    ("03/03", "succession"): 15,  # Six take over duties, one a revision; eight gave up.
    ("05/03", "receipt"): 1,
    ("06/03", "acceptance"): 2,
    ("17/03", "succession"): 2,
}
AUTUMN = {
    ("03/09", "opening"): 85,
    ("19/09", "reminder"): 85,
    ("06/10", "reminder"): 85,
    ("07/10", "acceptance"): 80,
    ("07/10", "receipt"): 80,
    ("13/10", "reminder"): 5,
    ("15/10", "reminder"): 5,
    ("17/10", "reminder"): 5,
    ("20/10", "overdue"): 5,
    ("20/10", "acceptance"): 1,
    ("20/10", "receipt"): 1,
    ("22/10", "escalation"): 8,
    ("24/10", "digest"): 1,
    ("31/10", "digest"): 1,
}
SETTLED_IN_WINTER = {
    *("BCHQS", "BDBP", "BQLKKTCK", "CAT", "CTHUE", "CTK", "SCT", "SGDDT", "SGTVT", "SNGV", "STP"),
    *("SVHTTDL", "TTT", "VPUBND", *(f"D{number}" for number in range(180, 190))),
}


def test_before_the_mergers_37_owe_their_plans_and_10_have_not_filed(after):
    office = after("winter")
    assert sent(office, PLAN) == WINTER
    assert of_status(office, Status.OPEN) == set(SILENT)
    assert of_status(office, Status.ACCEPTED) == SETTLED_IN_WINTER
    assert of_status(office, Status.SUBMITTED) == {"STTTT"}
    assert of_status(office, Status.RETURNED) == {"STNMT"}
    assert of_status(office, Status.WAIVED) == {"SNV24"}
    found = figures(office, MARCH - TICK)
    assert (found.expected_originally, found.expected, found.transferred) == (37, 36, 0)
    assert (found.on_time, found.late, found.missing, found.waived) == (26, 0, 10, 1)
    assert told(office, "21/01", "digest") == ["SKHDT/leader"]
    assert told(office, "04/02", "digest") == ["CT-UBND/leader"]


@pytest.mark.parametrize(("instant", "passed"), [(MARCH - TICK, 0), (MARCH, 7), (MARCH + TICK, 7)])
def test_on_1_march_seven_open_plans_pass_to_six_departments(after, instant, passed):
    office = after("winter")
    office.run(instant)
    owed = office.owed(PLAN)
    gone = of_status(office, Status.TRANSFERRED)
    covers = {code: o.covers for code, o in owed.items() if o.covers}
    assert len(gone) == passed
    if not passed:
        assert covers == {}
        return
    assert gone == set(SILENT[:7])
    assert covers == {
        "STC25": ("SKHDT", "STC24"),
        "SXD25": ("SXD24",),
        "SNNMT": ("SNNPTNT",),
        "SKHCN25": ("SKHCN24",),
        "SNV25": ("SLDTBXH",),
        "SDTTG": ("BDT",),
    }
    assert {code for heir in MERGED for code in MERGED[heir]} - gone == {
        "SGTVT",  # Accepted.
        "STNMT",  # To be revised.
        "STTTT",  # Filed.
        "SNV24",  # Waived.
    }
    found = figures(office, instant)
    assert (found.expected_originally, found.expected, found.transferred) == (37, 35, 7)
    assert (found.on_time, found.missing, found.waived) == (26, 9, 1)


def test_the_successors_hear_of_it_on_monday_3_march_before_those_who_gave_up(after):
    office = after("spring")
    assert told(office, "03/03", "succession") == [
        *("SDTTG/focal", "SKHCN25/focal", "SNNMT/focal", "SNV25/focal", "STC25/focal"),
        *("SNNMT/focal", "SXD25/focal"),  # The first of the two: to revise the plan of STNMT.
        *("BDT/focal", "SKHCN24/focal", "SKHDT/focal", "SLDTBXH/focal", "SNNPTNT/focal"),
        *("STC24/focal", "STNMT/focal", "SXD24/focal"),
    ]
    heirs = sorted(MERGED)
    assert told(office, "03/03", "overdue") == [f"{code}/focal" for code in heirs]
    assert sorted(told(office, "03/03", "escalation")) == sorted(
        f"{code}/{role}" for code in heirs for role in ("head", "focal")
    )
    assert told(office, "03/03", "revision") == ["SNNMT/focal"]
    assert told(office, "03/03", "receipt") == ["SNNMT/focal"]
    assert told(office, "05/03", "receipt") == ["STC25/focal"]


def test_until_the_plans_close_the_revision_and_one_merged_plan_are_settled(after):
    office = after("spring")
    assert sent(office, PLAN) == WINTER | SPRING
    assert of_status(office, Status.ACCEPTED) == SETTLED_IN_WINTER | {"STNMT", "STC25"}
    assert of_status(office, Status.SUBMITTED) == {"STTTT"}
    assert of_status(office, Status.OPEN) == {
        *("SDTTG", "SKHCN25", "SNNMT", "SNV25", "SXD25", "HQKV6", "SYT", "D178")
    }
    found = figures(office, CLOSES)
    assert (found.expected_originally, found.expected, found.transferred) == (37, 35, 8)
    assert (found.on_time, found.late, found.missing, found.waived) == (26, 1, 8, 1)
    assert found.on_time + found.late + found.missing == found.expected


def test_the_customs_pass_on_the_last_day_on_which_the_plans_are_open(after):
    """They are told on Monday, after the closing; nobody is chased any more then."""
    office = after("spring")
    assert office.owed(PLAN)["HQKV6"].covers == ("CHQ",)
    assert office.owed(PLAN)["CHQ"].ended_at == CUSTOMS
    assert told(office, "17/03", "succession") == ["HQKV6/focal", "CHQ/focal"]
    chased = office.notices(agency="HQKV6", kind="overdue", cycle=PLAN)
    assert [row.status for row in chased.values()] == ["cancelled"]


def test_the_plans_keep_their_history_when_the_districts_end(after):
    spring, autumn = after("spring"), after("autumn")
    assert autumn.owed(PLAN) == spring.owed(PLAN)
    assert sent(autumn, PLAN) == WINTER | SPRING
    assert autumn.owed(PLAN)["D178"].status is Status.OPEN
    ended = [e.agency for e in autumn.events() if e.event == "agency_ended"]
    assert Counter(agency[0] == "D" for agency in ended) == {True: 11, False: 14}
    assert len(set(ended)) == 25


def test_the_annual_report_is_owed_by_85_none_of_which_has_ended(after):
    office = after("autumn")
    owed = office.owed(ANNUAL)
    kinds = Counter(office.configuration.directory[code].kind for code in owed)
    assert kinds == {"department": 14, "agency": 6, "commune": 65}
    assert {o.covers for o in owed.values()} == {()}
    assert set(MERGED) | {"HQKV6", "BCHQS"} <= set(owed)
    gone = {code for codes in MERGED.values() for code in codes} | {"CHQ", "BDBP"}
    assert not (gone | {f"D{number}" for number in (178, *range(180, 190))}) & set(owed)


def test_the_annual_report_is_chased_at_those_who_exist_now(after):
    office = after("autumn")
    assert sent(office, ANNUAL) == AUTUMN
    silent = ["HQKV6", "STC25", "X05977", "X05983"]
    assert told(office, "20/10", "overdue", ANNUAL) == [
        f"{code}/focal" for code in sorted([*silent, "BCHQS"])
    ]
    assert sorted(told(office, "22/10", "escalation", ANNUAL)) == sorted(
        f"{code}/{role}" for code in silent for role in ("head", "focal")
    )
    assert told(office, "24/10", "digest", ANNUAL) == ["STC25/leader"]
    assert told(office, "31/10", "digest", ANNUAL) == ["CT-UBND/leader"]
    assert of_status(office, Status.OPEN, ANNUAL) == set(silent)
    found = figures(office, local(2025, 12, 19), ANNUAL)
    assert (found.expected_originally, found.expected, found.transferred) == (85, 85, 0)
    assert (found.on_time, found.late, found.missing) == (80, 1, 4)


@pytest.mark.parametrize("cycle", [PLAN, ANNUAL])
def test_each_cycle_has_one_report_written_at_the_end_of_its_grace(after, cycle):
    office = after("autumn")
    assert [(r.reason, r.partial) for r in office.reports(cycle)] == [("grace", True)]
