"""The folder that is shipped, config/, and the facts that the rules rest on."""

import time
from datetime import date
from pathlib import Path

import pytest

from lsplan_workflow.configuration import working_days
from lsplan_workflow.configuration.folder import parse, read_files, survey
from lsplan_workflow.domain.agencies import Role
from lsplan_workflow.domain.cycles import opening_stands_at
from lsplan_workflow.domain.obligations import Obligation
from lsplan_workflow.domain.schedules import Schedule, digest_standings
from tests.domain.province import local

FOLDER = Path(__file__).parents[2] / "config"


def shipped_files():
    """Return the files as shipped, whatever real contacts lie on this machine."""
    files = {n: b for n, b in read_files(FOLDER).items() if n != "contacts.local.csv"}
    return {**files, "contacts.csv": (FOLDER / "contacts.csv").read_bytes()}


@pytest.fixture(scope="module")
def shipped():
    return parse(shipped_files())


@pytest.fixture(scope="module")
def cycles(shipped):
    return {cycle.code: cycle for cycle in shipped.cycles()}


def test_the_shipped_folder_has_no_faults():
    assert survey(shipped_files()).faults == ()


def test_it_has_every_fact(shipped):
    assert len(shipped.directory.agencies) == 118
    assert len(shipped.indicators) == 26
    assert len(shipped.tasks) == 12
    assert len(shipped.directory.contacts) == 222


@pytest.mark.parametrize(
    ("code", "last_full_day", "count"),
    [("plan-2025", date(2025, 1, 14), 37), ("annual-2025", date(2025, 10, 19), 85)],
)
def test_37_agencies_owe_the_plan_of_2025_and_85_the_report(
    shipped, cycles, code, last_full_day, count
):
    cycle = cycles[code]
    assert cycle.last_full_day == last_full_day
    owing = shipped.directory.existing(cycle.last_full_day, cycle.regime.owed_by)
    assert len(owing) == count


def test_the_plan_is_demanded_once_and_the_report_every_year_to_2030(cycles):
    assert list(cycles) == ["plan-2025", *(f"annual-{year}" for year in range(2025, 2031))]


@pytest.mark.parametrize(
    ("day", "is_worked"),
    [
        (date(2026, 1, 2), False),
        (date(2026, 1, 10), True),
        (date(2025, 9, 1), False),
        (date(2025, 9, 2), False),
        (date(2026, 8, 22), True),
        (date(2026, 8, 31), False),
    ],
)
def test_swapped_days_are_known(shipped, day, is_worked):
    assert shipped.calendar.is_working_day(day) is is_worked


def test_only_the_years_whose_holidays_were_announced_are_certain(shipped):
    assert shipped.calendar.announced_years == {2025, 2026}
    said = [w.en for w in shipped.warnings if "estimated" in w.en]
    assert [year for year in range(2024, 2032) if any(str(year) in w for w in said)] == [
        2027,
        2028,
        2029,
        2030,
    ]


@pytest.mark.parametrize(
    ("code", "day"), [("annual-2025", date(2025, 10, 17)), ("annual-2026", date(2026, 10, 19))]
)
def test_the_last_working_day_lies_before_the_deadline(cycles, code, day):
    assert cycles[code].last_working_day == day


def test_the_opening_of_the_report_stands_after_the_national_day(shipped, cycles):
    assert opening_stands_at(cycles["annual-2025"], shipped.calendar) == local(2025, 9, 3, 7, 30)


def test_the_rungs_of_the_report_of_2025_stand_on_their_days(shipped, cycles):
    cycle = cycles["annual-2025"]
    owed = Obligation(cycle.code, "SYT", cycle.due_at)
    own = Schedule(cycle, shipped.calendar).standings(owed)
    rungs = (*own, *digest_standings(cycle, (), shipped.calendar))
    days = [s.at.strftime("%d/%m") for s in rungs]
    assert days == [
        "03/09", "19/09", "06/10", "13/10", "15/10", "17/10", "20/10", "22/10", "24/10", "31/10"
    ]  # fmt: skip
    assert cycle.grace_ends_at == local(2025, 10, 31, 17)
    assert cycle.closes_at == local(2025, 12, 19)


def test_the_focal_point_is_followed_to_the_department_of_finance(shipped):
    program, directory = shipped.program, shipped.directory
    assert directory.follow(program.focal_point, date(2025, 2, 28)).code == "SKHDT"
    assert directory.follow(program.focal_point, date(2025, 3, 1)).code == "STC25"


def test_everybody_who_owes_or_decides_can_be_written_to(shipped):
    assert not any("no contact" in warning.en for warning in shipped.warnings)
    assert [c.agency for c in shipped.directory.administrators()] == ["STC25"]
    assert shipped.directory.contacts_of("CT-UBND", Role.LEADER)


def test_the_shipped_contacts_are_samples_and_are_said_to_be(shipped):
    assert all(c.address.endswith(".example") for c in shipped.directory.contacts)
    assert shipped.warnings[0].en.startswith("contacts.csv: 222 sample addresses")


def test_every_unverified_fact_is_said(shipped):
    facts = (*shipped.directory.agencies, *shipped.indicators, *shipped.tasks)
    said = [w for w in shipped.warnings if "chưa được xác minh" in w.vi]
    assert len(said) == sum(not fact.verified for fact in facts)


def test_a_survey_takes_a_moment():
    files = shipped_files()
    working_days._public_holidays.cache_clear()
    began = time.process_time()
    survey(files)
    assert time.process_time() - began < 0.3
