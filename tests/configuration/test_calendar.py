from datetime import date

import pytest

from lsplan_workflow.configuration.folder import survey
from lsplan_workflow.configuration.tables import parse_date
from tests.configuration.folders import FILES, PROGRAM, encoded


def calendar(**changed):
    found = survey(encoded({**FILES, **changed})).configuration
    assert found is not None
    return found.calendar


@pytest.mark.parametrize(
    ("day", "is_worked"),
    [
        (date(2025, 9, 2), False),  # The library knows it, the file does not.
        (date(2025, 4, 26), True),  # A Saturday that the library knows to be worked.
        (date(2026, 1, 2), False),  # Only the file knows it.
        (date(2026, 1, 10), True),  # Only the file knows it: a Saturday.
        (date(2026, 1, 9), True),
        (date(2026, 1, 11), False),
    ],
)
def test_the_library_and_the_file_together_say_which_days_are_worked(day, is_worked):
    assert calendar().is_working_day(day) is is_worked


def test_the_file_overrides_the_library_both_ways():
    text = FILES["calendar.csv"]
    text += "2025-09-02,work,Trực,announced,\n2025-04-26,off,Nghỉ,announced,\n"
    found = calendar(**{"calendar.csv": text})
    assert found.is_working_day(date(2025, 9, 2))
    assert not found.is_working_day(date(2025, 4, 26))


def test_a_year_is_announced_once_it_has_an_announced_day_and_no_estimate():
    assert calendar().announced_years == {2025, 2026}


def test_another_country_keeps_its_own_holidays():
    found = calendar(**{"program.toml": PROGRAM.replace('"VN"', '"LA"')})
    assert found.is_working_day(date(2025, 9, 2))
    assert not found.is_working_day(date(2025, 12, 2))


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2025-02-28", date(2025, 2, 28)),
        ("28/02/2025", date(2025, 2, 28)),
        ("29/02/2024", date(2024, 2, 29)),
        ("1799-12-31", None),
        ("2200-01-01", None),
        ("31/02/2025", None),
        ("2025-13-01", None),
        ("02/28/2025", None),
        ("1/3/2025", None),
        ("20250228", None),
        ("2025-W09-5", None),
        ("٢٠٢٥-02-28", None),
        ("2025-02-28 00:00", None),
    ],
)
def test_a_date_is_written_as_iso_or_as_in_vietnam_and_exists(text, day):
    assert parse_date(text) == day
