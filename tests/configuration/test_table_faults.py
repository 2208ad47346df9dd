import pytest

from lsplan_workflow.configuration.folder import survey
from tests.configuration.folders import FILES, encoded, faults_of, line_of

OLD = "OLD,Sở Kế hoạch,Planning,department,,2025-02-28,NEW,yes,"
NEW = "NEW,Sở Tài chính,Finance,department,2025-03-01,,,yes,"
D1 = "D1,UBND huyện,District,district,,30/06/2025,X1;X2,yes,"
SECOND = "KT02,Thứ hạng,hạng,<=5,lower_is_better,NEW,report,,,2025-06-30,yes,"

# File, what is replaced, by what; the line's first words in the original, field, expected.
EDITS = [
    ("agencies.csv", "SYT,", "OLD,", "SYT,", "code", "line 3 has this one"),
    ("agencies.csv", "SYT,", "S Y,", "SYT,", "code", "plain letters"),
    ("agencies.csv", "Sở Y tế", "", "SYT,", "name_vi", "cannot be empty"),
    ("agencies.csv", "Health", '"He\nalth"', "SYT,", "name_en", "on one line"),
    ("agencies.csv", "Health,department", "Health,", "SYT,", "kind", "plain letters"),
    ("agencies.csv", "no,from", "maybe,from", "SYT,", "verified", "one of: no, yes"),
    ("agencies.csv", "2025-02-28", "2025-02-30", "OLD,", "valid_to", "a real date"),
    ("agencies.csv", "30/06/2025", "31/06/2025", "D1,", "valid_to", "a real date"),
    ("agencies.csv", "30/06/2025", "30/6/2025", "D1,", "valid_to", "28/02/2025"),
    ("agencies.csv", "30/06/2025", "30/06/9999", "D1,", "valid_to", "a real date"),
    ("agencies.csv", "2025-03-01,,", "2025-03-01,2025-02-01,", "NEW,Sở", "valid_to", "2025-03-01"),
    ("agencies.csv", "2025-02-28,NEW", "2025-02-28,NO", "OLD,", "successors", "agencies.csv"),
    ("agencies.csv", "2025-02-28,NEW", "2025-02-28,OLD", "OLD,", "successors", "its own"),
    ("agencies.csv", "2025-02-28,NEW", ",NEW", "OLD,", "valid_to", "because it has successors"),
    ("agencies.csv", "2025-02-28,NEW", "2025-02-28,NEW;NEW", "OLD,", "successors", "only once"),
    ("agencies.csv", "2025-03-01,,", "2025-03-02,,", "OLD,", "successors", "exists on 01/03/2025"),
    ("agencies.csv", NEW, NEW[:-5] + "x", "NEW,Sở", "row", "9 cells"),
    ("agencies.csv", NEW, NEW + ",", "NEW,Sở", "row", "9 cells"),
    ("agencies.csv", "Finance", '"Fin"ance', "NEW,Sở", "row", "a quoted cell"),
    ("agencies.csv", "Finance", '"Finance', "NEW,Sở", "row", "a quoted cell"),
    ("agencies.csv", "verified,source", "verified,sauce", "code,", "column", "one of: code"),
    ("agencies.csv", "verified,source", "verified,sauce", "code,", "source", "this column"),
    ("agencies.csv", "verified,source", "verified,kind", "code,", "column", "only once"),
    ("agencies.csv", "code,name_vi", '"code,name_vi', "code,", "row", "a quoted cell"),
    ("contacts.csv", "SYT,focal", "NO,focal", "SYT,focal", "agency", "agencies.csv"),
    ("contacts.csv", "SYT,focal", ",focal", "SYT,focal", "agency", "cannot be empty"),
    ("contacts.csv", "SYT,focal", "SYT,boss", "SYT,focal", "role", "focal, head, leader, admin"),
    ("contacts.csv", "SYT,focal,Đầu mối", "SYT,focal,", "SYT,focal", "name", "cannot be empty"),
    ("contacts.csv", "dm@syt.vn,vi", "dm@syt.vn,fr", "SYT,focal", "language", "one of: vi, en"),
    ("contacts.csv", "SYT,head,Giám đốc,gd@", "SYT,focal,B,dm@", "SYT,head", "address", "line 11"),
    ("contacts.csv", "SYT,head,Giám đốc,gd@", "SYT,focal,B,DM@", "SYT,head", "address", "line 11"),
    ("indicators.csv", "KT02", "KT01", "KT02", "code", "line 2 has this one"),
    ("indicators.csv", "hạng,<=5", ",<=5", "KT02", "unit", "cannot be empty"),
    ("indicators.csv", "<=5", "five", "KT02", "target_2030", "a range (8-9)"),
    ("indicators.csv", "lower_is", "lowest_is", "KT02", "direction", "higher_is_better"),
    ("indicators.csv", ",NEW,", ",NO,", "KT02", "responsible", "agencies.csv"),
    ("indicators.csv", "NEW,report", "NEW,guess", "KT02", "aggregation", "one of: report"),
    ("indicators.csv", "report,,,", "report,25,,", "KT02", "baseline_year", "a year"),
    ("indicators.csv", "report,,,", "report,,8;9,", "KT02", "baseline", "decimal point"),
    ("indicators.csv", "2025-06-30", "2025-06-31", "KT02", "valid_to", "a real date"),
    ("indicators.csv", SECOND, SECOND[:-5], "KT02", "row", "12 cells"),
    ("tasks.csv", "NV02", "NV01", "NV02", "code", "line 2 has this one"),
    ("tasks.csv", "SYT", "NO", "NV02", "lead_agency", "agencies.csv"),
    ("tasks.csv", "no,", "false,", "NV02", "verified", "one of: no, yes"),
    ("calendar.csv", "2025-01-27", "2025-01-01", "2025-01-27", "date", "line 2 has this one"),
    ("calendar.csv", "2025-01-27", "31/02/2025", "2025-01-27", "date", "a real date"),
    ("calendar.csv", "2025-01-27", "", "2025-01-27", "date", "a real date"),
    ("calendar.csv", "27,off", "27,free", "2025-01-27", "type", "one of: off, work"),
    ("calendar.csv", "Tết,announced", "Tết,rumour", "2025-01-27", "status", "«announced»"),
    ("calendar.csv", "Tết,announced", ",announced", "2025-01-27", "name_vi", "cannot be empty"),
    ("messages/reminder.vi.txt.j2", "gửi", "g\x00ửi", "Kính", "encoding", "NUL"),
    ("tasks.csv", "Trạm", "Tr\x07ạm", "NV02", "encoding", "control characters"),
]


@pytest.mark.parametrize(("file", "old", "new", "at", "field", "expected"), EDITS)
def test_a_fault_of_a_table_names_its_line_its_column_and_what_was_expected(
    file, old, new, at, field, expected
):
    faults = faults_of(file, old, new)
    named = [(f.file, f.line, f.field) for f in faults]
    wanted = (file, line_of(file, at), field)
    assert wanted in named
    fault = faults[named.index(wanted)]
    assert expected in fault.expected.en
    assert fault.expected.vi not in {"", fault.expected.en}


def test_the_first_column_of_a_fault_of_encoding_is_the_byte():
    (fault,) = faults_of("tasks.csv", "Trạm", "Tr\x07ạm")
    assert fault.value == "0x07"


def test_a_circle_of_successors_is_named_once_and_in_order():
    text = FILES["agencies.csv"]
    text = text.replace(OLD, "OLD,Sở,Planning,department,,2025-02-28,NEW,yes,")
    text = text.replace(NEW, "NEW,Sở,Finance,department,,2025-03-31,SYT;SYT,yes,")
    text = text.replace("department,,,,no", "department,,2025-04-30,OLD;OLD,no")
    faults = survey(encoded({**FILES, "agencies.csv": text})).faults
    circles = [f for f in faults if "→" in f.value]
    assert [(f.line, f.value) for f in circles] == [(3, "OLD → NEW → SYT → OLD")]


def test_two_circles_are_two_faults_each_from_its_first_agency_on():
    text = FILES["agencies.csv"].replace("2025-03-01,,,yes", ",2025-03-31,OLD,yes")
    text = text.replace("commune,2025-07-01,,", "commune,,2025-07-01,X2")
    text = text.replace("commune,01/07/2025,,", "commune,,01/07/2025,X1")
    faults = survey(encoded({**FILES, "agencies.csv": text})).faults
    assert [f.value for f in faults] == ["OLD → NEW → OLD", "X1 → X2 → X1"]


def test_two_branches_that_meet_again_are_no_circle():
    text = FILES["agencies.csv"].replace("commune,2025-07-01,,", "commune,2025-07-01,2025-12-31,X2")
    assert survey(encoded({**FILES, "agencies.csv": text})).faults == ()


def test_a_successor_that_existed_before_is_a_merger_into_it_and_no_fault():
    assert faults_of("agencies.csv", "2025-02-28,NEW", "2025-02-28,SYT") == ()


def test_a_line_is_counted_from_where_a_row_begins_after_cells_of_several_lines():
    (fault,) = faults_of("indicators.csv", "KT02,Thứ hạng", "KT02,")
    assert fault.line == 4


def test_one_fault_of_the_list_of_agencies_does_not_make_every_code_unknown():
    (fault,) = faults_of("agencies.csv", "verified,source", "verified,source,extra,more")[:1]
    assert fault.field == "column"
    (fault,) = faults_of("agencies.csv", NEW, "NEW,Sở")
    assert (fault.file, fault.field, fault.value) == ("agencies.csv", "row", "2")


def test_faults_of_every_file_are_listed_at_once_in_the_order_of_files_and_lines():
    files = {name: text.replace("SYT,", "NO,", 1) for name, text in FILES.items()}
    files["program.toml"] = files["program.toml"].replace("60d", "60").replace('"VN"', '"VNM"')
    files["agencies.csv"] = files["agencies.csv"].replace("2025-07-01", "2025-07-32", 1)
    files["tasks.csv"] = files["tasks.csv"].replace("no,", "none,", 1)
    files["calendar.csv"] = files["calendar.csv"].replace("off", "on", 1)
    found = [(f.file, f.line, f.field) for f in survey(encoded(files)).faults]
    assert found == [
        ("program.toml", 20, "calendar.country"),
        ("program.toml", 34, "regime[1].closes"),
        ("program.toml", 47, "regime[2].closes"),
        ("agencies.csv", 7, "valid_from"),
        ("contacts.csv", 12, "agency"),
        ("tasks.csv", 3, "verified"),
        ("calendar.csv", 2, "type"),
    ]


def test_a_fault_prints_file_line_field_value_and_expectation_in_both_languages():
    (fault,) = faults_of("tasks.csv", "no,", "false,")
    assert fault.in_language("en") == "tasks.csv:3: verified: false: one of: no, yes"
    assert fault.in_language("vi") == "tasks.csv:3: verified: false: một trong: no, yes"


def test_a_value_is_shown_on_one_line_and_not_too_long():
    (fault,) = faults_of("agencies.csv", "Health", '"' + "He\r\nalth" * 20 + '"')
    assert fault.value.startswith(r"He\x0d\x0aalth")
    assert len(fault.value) == 60


def test_an_empty_value_is_shown_as_two_quotes():
    assert [f.value for f in faults_of("agencies.csv", "Sở Y tế", "")] == ['""']
