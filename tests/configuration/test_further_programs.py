"""Further programs in programs/, and the language of an installation."""

import pytest

from lsplan_workflow.configuration.folder import language_of, parse, survey
from tests.configuration.folders import (
    AGENCIES,
    CALENDAR,
    FILES,
    INDICATORS,
    PROGRAM,
    TASKS,
    encoded,
)

NAME = "programs/second.toml"
_REGIMES = PROGRAM[PROGRAM.index("[[regime]]") :]
SECOND = PROGRAM[: PROGRAM.index("[calendar]")].replace(
    'code = "7"', 'code = "8"'
) + _REGIMES.replace('code = "plan"', 'code = "plan-8"').replace('"annual"', '"annual-8"')


def with_second(text):
    return survey(encoded({**FILES, NAME: text}))


def test_a_further_program_brings_its_cycles():
    found = with_second(SECOND).configuration
    assert [program.code for program in found.programs] == ["7", "8"]
    assert {c.code for c in found.cycles()} >= {"annual-2025", "annual-8-2025"}
    assert next(c for c in found.cycles() if c.code == "annual-8-2025").program.code == "8"


def test_programs_come_in_the_order_of_their_files_behind_the_first():
    third = SECOND.replace('code = "8"', 'code = "9"').replace("-8", "-9")
    files = {**FILES, "programs/b.toml": SECOND, "programs/a.toml": third}
    assert [p.code for p in survey(encoded(files)).configuration.programs] == ["7", "9", "8"]


@pytest.mark.parametrize(
    ("old", "new", "field", "expected"),
    [
        ('split = "all"', 'split = "some"', "program.split", "one of: lead, all"),
        ('focal_point = "OLD"', 'focal_point = "NO"', "program.focal_point", "agencies.csv"),
        ('sender = "lsplan@stc.example"', 'sender = "x"', "program.sender", "address"),
        ('opens = "09-01"', 'opens = "9-1"', "regime[2].opens", "month-day"),
        ('to = "head"', 'to = "nobody"', "regime[2].ladder[2].to", "one of"),
        ('code = "8"', 'code = "7"', "program.code", "program.toml:2 has this one"),
        ('code = "annual-8"', 'code = "annual"', "regime[2].code", "program.toml:39 has this one"),
    ],
)
def test_a_fault_of_a_further_program_is_named_with_its_file_and_line(old, new, field, expected):
    (fault,) = with_second(SECOND.replace(old, new, 1)).faults
    line = SECOND[: SECOND.index(old)].count("\n") + 1
    assert (fault.file, fault.line, fault.field) == (NAME, line, field)
    assert expected in fault.expected.en


@pytest.mark.parametrize("table", ["calendar", "rate", "obstacles"])
def test_what_all_programs_have_in_common_stands_in_the_first_file_only(table):
    (fault,) = with_second(f"{SECOND}\n[{table}]\n").faults
    assert (fault.file, fault.field) == (NAME, table)


def test_broken_syntax_in_a_further_program_is_named_there():
    faults = with_second("[program\n").faults
    assert [(fault.file, fault.field) for fault in faults] == [(NAME, "TOML")]


def in_english():
    """Return the folder of a province in which nothing is said in Vietnamese."""
    program = PROGRAM.replace('split = "all"', 'split = "all"\nlanguage = "en"')
    lines = [x for x in program.splitlines() if not x.startswith(("title_vi", "name_vi"))]
    head, *rows = AGENCIES.splitlines()
    nameless = [",".join([x.split(",")[0], "", *x.split(",")[2:]]) for x in rows]
    named_once = {
        "indicators.csv": INDICATORS,
        "tasks.csv": TASKS,
        "calendar.csv": CALENDAR,
    }
    return {
        **FILES,
        **{name: text.replace("name_vi", "name_en", 1) for name, text in named_once.items()},
        "program.toml": "\n".join(lines) + "\n",
        "agencies.csv": "\n".join([head, *nameless]) + "\n",
    }


def test_where_the_language_is_english_nothing_needs_a_vietnamese_name():
    files = encoded(in_english())
    found = parse(files)
    assert language_of(files) == found.program.language == "en"
    assert found.directory["SYT"].name_vi == found.directory["SYT"].name_en == "Health"
    assert found.program.title_vi == "Plan"
    assert found.program.regimes[1].name_vi == "Report"
    assert any(w.en.startswith("agencies.csv:5: SYT: Health") for w in found.warnings)


@pytest.mark.parametrize("name", ["program.toml", "agencies.csv", "indicators.csv", "tasks.csv"])
def test_where_it_is_vietnamese_every_vietnamese_name_is_needed(name):
    found = survey(encoded({**FILES, name: in_english()[name].replace('language = "en"\n', "")}))
    assert found.configuration is None
    assert {fault.file for fault in found.faults} == {name}
    assert any("_vi" in fault.field for fault in found.faults)


def test_a_vietnamese_program_of_an_english_installation_has_vietnamese_names():
    nameless = "\n".join(x for x in SECOND.splitlines() if not x.startswith("title_vi"))
    (fault,) = survey(encoded({**in_english(), NAME: nameless})).faults
    assert (fault.file, fault.field) == (NAME, "program.title_vi")


def test_a_language_in_which_no_report_can_be_written_is_a_fault():
    text = PROGRAM.replace('split = "all"', 'split = "all"\nlanguage = "fr"')
    (fault,) = survey(encoded({**FILES, "program.toml": text})).faults
    assert (fault.field, fault.value, fault.expected.en) == (
        "program.language",
        "fr",
        "one of: vi, en",
    )


def test_the_language_is_known_even_of_a_file_with_faults():
    assert language_of({"program.toml": b'[program]\nlanguage = "en"\n'}) == "en"
    assert language_of({"program.toml": b"[program"}) == "vi"
    assert language_of({"program.toml": b"program = 3"}) == "vi"
    assert language_of({}) == "vi"


def test_the_week_ends_as_the_country_does():
    text = PROGRAM.replace('country = "VN"', 'country = "EG"')
    calendar = survey(encoded({**FILES, "program.toml": text})).configuration.calendar
    assert calendar.weekend == {4, 5}
    assert parse(encoded()).calendar.weekend == {5, 6}
