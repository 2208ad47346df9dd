import pytest

from lsplan_workflow.configuration.folder import survey
from tests.configuration.folders import FILES, PROGRAM, encoded, faults_of, line_of

FILE = "program.toml"
PLAN_YEARS = "years = [2025]"

# What is replaced, by what; the text on whose line the fault lies (in the original), the
# field that it names, and a piece of what was expected.
EDITS = [
    ('code = "7"', 'code = "7', 'code = "7"', "TOML", "valid TOML"),
    ('split = "all"', 'split = "all"\nsplit = "lead"', "sender =", "TOML", "each key once"),
    ("issued_on = 2024-12-19", "issued_on = 2024-02-30", "issued_on", "TOML", "a real one"),
    ("[rate]", "[calendar]", "[rate]", "TOML", "Cannot declare"),
    ('split = "all"', "split = ", "split = ", "TOML", "Invalid value"),
    ('split = "all"', 'splits = "all"', "split =", "program.splits", "one of: code"),
    ('split = "all"', 'splits = "all"', "[program]", "program.split", "one of: lead, all"),
    ('split = "all"', 'split = "some"', "split =", "program.split", "one of: lead, all"),
    ('code = "7"', "code = 7", 'code = "7"', "program.code", "in quotes"),
    ('code = "7"', 'code = "a/b"', 'code = "7"', "program.code", "plain code"),
    ('number = "7/KH-UBND"\n', "", "[program]", "program.number", "text in quotes"),
    ('place = "Lạng Sơn"', "place = 4", "place", "program.place", "text in quotes"),
    ('place = "Lạng Sơn"', 'place = " "', "place", "program.place", "not empty"),
    ('place = "Lạng Sơn"', 'place = "a\\nb"', "place", "program.place", "on one line"),
    ("issued_on = 2024-12-19", 'issued_on = "x"', "issued_on", "program.issued_on", "a date"),
    (
        "issued_on = 2024-12-19",
        "issued_on = 2024-12-19T07:30:00",
        "issued_on",
        "program.issued_on",
        "a date",
    ),
    ("issued_on = 2024-12-19", "issued_on = 0001-01-01", "issued_on", "program.issued_on", "date"),
    ("issued_on = 2024-12-19\n", "", "[program]", "program.issued_on", "a date"),
    ('focal_point = "OLD"', 'focal_point = "NO"', "focal_point", "program.focal_point", "agenc"),
    ('leadership = ["CT"]', 'leadership = ["NO"]', "leadership", "program.leadership", "agenc"),
    ('leadership = ["CT"]', 'leadership = "CT"', "leadership", "program.leadership", "a list"),
    ('leadership = ["CT"]', "leadership = [3]", "leadership", "program.leadership", "agenc"),
    ('leadership = ["CT"]', "leadership = []", "leadership", "program.leadership", "at least one"),
    ('["CT"]', '["CT", "CT"]', "leadership", "program.leadership", "only once"),
    ('sender = "lsplan@stc.example"', 'sender = "a b@c.vn"', "sender", "program.sender", "e-mail"),
    ('"nop@stc.example"', '"nộp@stc.vn"', "submit_to", "program.submit_to", "plain letters"),
    ("Asia/Ho_Chi_Minh", "Asia/Lang_Son", "timezone", "calendar.timezone", "a known time zone"),
    ("Asia/Ho_Chi_Minh", "../etc/passwd", "timezone", "calendar.timezone", "a known time zone"),
    ("Asia/Ho_Chi_Minh", "America/Argentina", "timezone", "calendar.timezone", "time zone"),
    ('"07:30"', '"7:30"', "work_starts", "calendar.work_starts", "a time of day"),
    ('"07:30"', "7", "work_starts", "calendar.work_starts", "a time of day"),
    ('"07:30"', '"17:00"', "work_ends", "calendar.work_ends", "after its start (17:00)"),
    ('"17:00"', '"00:00"', "work_ends", "calendar.work_ends", "after its start (07:30)"),
    ('"VN"', '"XX"', "country", "calendar.country", "a country"),
    ('"VN"', '"Vietnam"', "country", "calendar.country", "a country"),
    ('country = "VN"', 'region = "LS"\ncountry = "VN"', "country", "calendar.region", "one of:"),
    ("= 600", "= 0", "max_per_minute", "rate.max_per_minute", "above 0"),
    ("= 600", "= true", "max_per_minute", "rate.max_per_minute", "whole number"),
    ("= 600", '= "600"', "max_per_minute", "rate.max_per_minute", "whole number"),
    ("max_per_day = 5000\n", "", "[rate]", "rate.max_per_day", "whole number"),
    ('code = "annual"', 'code = "plan"', 'code = "annual"', "regime[2].code", "program.toml:27"),
    ('code = "annual"', 'code = "Năm"', 'code = "annual"', "regime[2].code", "lower case"),
    ('code = "annual"\n', "", 'code = "annual"', "regime[2].code", "lower case"),
    (PLAN_YEARS, "years = []", PLAN_YEARS, "regime[1].years", "a list of years"),
    (PLAN_YEARS, 'years = "2025"', PLAN_YEARS, "regime[1].years", "a range"),
    (PLAN_YEARS, 'years = "2030-2025"', PLAN_YEARS, "regime[1].years", "a range"),
    (PLAN_YEARS, "years = [2025, 2025]", PLAN_YEARS, "regime[1].years", "once"),
    (PLAN_YEARS, "years = [1725]", PLAN_YEARS, "regime[1].years", "from 2000 to 2100"),
    (PLAN_YEARS, "years = [true]", PLAN_YEARS, "regime[1].years", "a list of years"),
    (PLAN_YEARS, "years = [[2025]]", PLAN_YEARS, "regime[1].years", "a list of years"),
    (PLAN_YEARS, "years = 2025", PLAN_YEARS, "regime[1].years", "a list of years"),
    (PLAN_YEARS + "\n", "", "[[regime]]", "regime[1].years", "a list of years"),
    ('before = "01-15"', 'before = "02-30"', 'before = "01-15"', "regime[1].before", "every year"),
    ('before = "01-15"', 'before = "02-29"', 'before = "01-15"', "regime[1].before", "every year"),
    ('before = "01-15"', 'before = "15-01"', 'before = "01-15"', "regime[1].before", "month-day"),
    ('before = "01-15"\n', "", "[[regime]]", "regime[1].before/by", "exactly one"),
    ('before = "01-15"', 'before = "01-15"\nby = "01-15"', "opens", "regime[1].before/by", "one"),
    ('before = "01-15"', 'before = "01-15"\nroll = "no"', "opens", "regime[1].roll", "next-work"),
    ('opens = "12-20"', "opens = 2024-12-20", 'opens = "12-20"', "regime[1].opens", "month-day"),
    ('data_cutoff = "09-30"', 'data_cutoff = "09-31"', "data_cutoff", "regime[2].data_cutoff", ""),
    ('grace = "10wd"', 'grace = "10"', 'grace = "10wd"', "regime[1].grace", "a span"),
    ('closes = "60d"', 'closes = "0d"', 'closes = "60d"', "regime[1].closes", "a span"),
    ('["department"]', '["ministry"]', "owed_by", "regime[1].owed_by", "leadership, department"),
    ('["department"]', "[]", "owed_by", "regime[1].owed_by", "at least one"),
    ('"before-1wd"', '"overdue-1wd"', '"before-1wd"', "regime[2].reminders", "before the"),
    ('"before-1wd"', '"before-1 wd"', '"before-1wd"', "regime[2].reminders", "before-14d"),
    ('"before-1wd"', '"before-14d"', '"before-1wd"', "regime[2].reminders", "only once"),
    (
        'rung = "overdue-3wd"',
        'rung = "before-3wd"',
        'rung = "overdue-3wd"',
        "LADDER2.rung",
        "after",
    ),
    ('rung = "overdue-3wd"', 'rung = "overdue"', 'rung = "overdue-3wd"', "LADDER2.rung", "after"),
    (
        'rung = "overdue-3wd"',
        'rung = "overdue-1wd"',
        'rung = "overdue-3wd"',
        "LADDER2.rung",
        "once",
    ),
    ('to = "head"', 'to = "boss"', 'to = "head"', "LADDER2.to", "focal, head, focal-point"),
    ('copy = ["focal"]', 'copy = ["boss"]', "copy", "LADDER2.copy", "one of: focal"),
    ('copy = ["focal"]', 'cc = ["focal"]', "copy", "LADDER2.cc", "one of: copy, rung, to"),
    (
        "[rate]",
        "[rates]",
        "[rate]",
        "rates",
        "one of: calendar, channels, obstacles, program, rate, regime",
    ),
    (
        'opens = "12-20"',
        'opens = "12-20"\nassumption_vi = "a"',
        "[[regime]]",
        "regime[1].assumption_en",
        "",
    ),
]


@pytest.mark.parametrize(("old", "new", "at", "field", "expected"), EDITS)
def test_a_fault_of_the_program_names_its_line_its_key_and_what_was_expected(
    old, new, at, field, expected
):
    faults = faults_of(FILE, old, new)
    named = [(f.line, f.field) for f in faults]
    wanted = (line_of(FILE, at), field.replace("LADDER2", "regime[2].ladder[2]"))
    if at == 'code = "annual"' and new == "":
        wanted = (line_of(FILE, at) - 1, field)
    assert wanted in named
    fault = faults[named.index(wanted)]
    assert expected in fault.expected.en
    assert fault.expected.vi not in {"", fault.expected.en}
    assert fault.file == FILE


def test_a_misspelt_table_is_unknown_and_the_right_one_missing():
    found = [(f.line, f.field, f.value) for f in faults_of(FILE, "[rate]", "[rates]")]
    assert found == [(1, "rate", "-"), (line_of(FILE, "[rate]"), "rates", "…")]


def test_a_table_of_the_wrong_type_is_one_fault_not_one_for_each_of_its_keys():
    files = {**FILES, FILE: "rate = 3\n" + PROGRAM.replace("[rate]", "[x]")}
    assert (1, "rate", "3") in [(f.line, f.field, f.value) for f in survey(encoded(files)).faults]


@pytest.mark.parametrize("regimes", ["regime = []", "regime = 3", "regime = [3]", ""])
def test_a_program_without_regimes_is_a_fault(regimes):
    text = regimes + "\n" + PROGRAM[: PROGRAM.index("[[regime]]")]
    (fault,) = survey(encoded({**FILES, FILE: text})).faults
    assert (fault.line, fault.field) == (1, "regime")


def test_a_ladder_may_be_left_out_and_a_deadline_may_be_inclusive_and_roll():
    text = PROGRAM[: PROGRAM.index("[[regime.ladder]]")]
    text = text.replace('before = "01-15"', 'by = "01-15"\nroll = "next-working-day"')
    configuration = survey(encoded({**FILES, FILE: text})).configuration
    assert configuration is not None
    plan, annual = configuration.program.regimes
    assert annual.ladder == ()
    assert plan.deadline.inclusive
    assert plan.deadline.roll == "next-working-day"


@pytest.mark.parametrize(
    "text",
    ["", "a = " + "[" * 5000, "n = " + "9" * 5000, 'x = """\nnever closed\n\n'],
)
def test_no_text_of_the_program_makes_the_reader_fail(text):
    assert survey(encoded({**FILES, FILE: text})).faults


def test_a_syntax_error_at_the_end_is_on_the_last_line_that_has_anything():
    (fault,) = survey(encoded({**FILES, FILE: "a = 1\n\nb = [\n\n\n"})).faults
    assert (fault.line, fault.field, fault.value) == (3, "TOML", "b = [")
