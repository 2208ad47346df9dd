import unicodedata
from datetime import date

import pytest

from lsplan_workflow.configuration.folder import Indicator, Task, parse, read_files, survey
from lsplan_workflow.domain.agencies import Role
from lsplan_workflow.domain.errors import ConfigurationError, RequestError
from tests.configuration.folders import FILES, edited, encoded


def write(folder, files=None):
    for name, data in encoded(files).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder


def configuration(files=None):
    found = survey(encoded(files))
    assert found.faults == ()
    assert found.configuration is not None
    return found.configuration


def test_a_valid_folder_has_no_faults_and_becomes_domain_values():
    found = configuration()
    assert found.program.regimes[1].years == (2025, 2026)
    assert [str(rung) for rung in found.program.regimes[1].reminders] == [
        "before-14d",
        "before-1wd",
    ]
    assert found.directory["D1"].successors == ("X1", "X2")
    assert found.directory["D1"].valid_to == date(2025, 6, 30)
    assert found.messages == {"reminder.vi.txt.j2": "Kính gửi {{ agency }}"}
    assert found.tasks[0] == Task("NV01", "Đường liên huyện", "OLD", verified=True, source="")
    assert found.indicators[0] == Indicator(
        code="KT01",
        name="Tăng trưởng",
        unit="%",
        target_2030="8-9",
        direction="higher_is_better",
        responsible="SYT",
        aggregation="report",
        baseline_year=2025,
        baseline="8.06",
        valid_to=None,
        verified=False,
        source="a source\non two lines",
    )
    assert found.indicators[1].valid_to == date(2025, 6, 30)


def test_contacts_of_one_agency_and_role_are_numbered_in_the_order_of_the_file():
    contacts = configuration().directory.contacts_of("NEW", Role.FOCAL)
    assert [(c.number, c.slug) for c in contacts] == [(1, "focal"), (2, "focal-2")]


def test_the_texts_that_are_kept_give_the_same_configuration_again():
    found = configuration()
    assert survey(encoded(dict(found.files))).configuration == found


@pytest.mark.parametrize("name", [n for n in FILES if not n.startswith("messages/")])
def test_a_file_that_is_missing_is_a_fault_on_line_1_and_the_only_one(name):
    files = {other: text for other, text in FILES.items() if other != name}
    (fault,) = survey(encoded(files)).faults
    assert (fault.file, fault.line, fault.field, fault.value) == (name, 1, "file", "-")


@pytest.mark.parametrize("name", [n for n in FILES if n.endswith(".csv")])
@pytest.mark.parametrize("text", ["", "\n\n"])
def test_an_empty_file_lacks_its_columns(name, text):
    faults = survey(encoded({**FILES, name: text})).faults
    assert {(f.file, f.line, f.value) for f in faults} == {(name, 1, "-")}


def test_parse_raises_with_every_fault():
    with pytest.raises(ConfigurationError) as caught:
        parse(encoded(edited("tasks.csv", "SYT,no", "NO,maybe")))
    assert [fault.field for fault in caught.value.faults] == ["lead_agency", "verified"]
    assert caught.value.text.vi == "Cấu hình có 2 lỗi."


def test_parse_returns_a_configuration_without_faults():
    assert parse(encoded()) == configuration()


@pytest.mark.parametrize("name", FILES)
def test_a_byte_order_mark_of_utf_8_and_line_ends_of_windows_are_accepted(name):
    data = encoded()
    data[name] = b"\xef\xbb\xbf" + data[name].replace(b"\n", b"\r\n")
    assert survey(data).faults == ()


@pytest.mark.parametrize("name", [n for n in FILES if n.endswith(".csv")])
def test_semicolons_from_a_vietnamese_excel_are_accepted(name):
    text = FILES[name].replace("X1;X2", '"X1|X2"').replace(",", ";").replace("|", ";")
    found = configuration({**FILES, name: text})
    assert found.directory == configuration().directory


def test_blank_lines_and_rows_of_empty_cells_are_left_out():
    found = configuration({**FILES, "tasks.csv": FILES["tasks.csv"] + "\n,,,,\n , ,\n\n"})
    assert len(found.tasks) == 2


@pytest.mark.parametrize(
    ("encoding", "line", "value"),
    [("utf-16", 1, "UTF-16"), ("cp1258", 2, "0xD0")],
)
def test_another_encoding_is_a_fault_that_says_what_to_do_in_excel(encoding, line, value):
    data = encoded()
    data["tasks.csv"] = (
        FILES["tasks.csv"]
        .replace("ờ", "o")
        .replace("ệ", "e")
        .replace("ạ", "a")
        .replace("ế", "e")
        .encode(encoding)
    )
    (fault,) = survey(data).faults
    assert (fault.file, fault.line, fault.field, fault.value) == (
        "tasks.csv",
        line,
        "encoding",
        value,
    )
    assert "CSV UTF-8" in fault.expected.vi


def test_the_line_of_a_wrong_byte_is_counted_over_every_kind_of_line_end():
    data = encoded()
    data["messages/reminder.vi.txt.j2"] = b"a\r\nb\rc\nd\xff"
    (fault,) = survey(data).faults
    assert (fault.line, fault.value) == (4, "0xFF")


def test_letters_with_loose_accents_are_put_together():
    loose = FILES["agencies.csv"].replace("Sở Y tế", unicodedata.normalize("NFD", "Sở Y tế"))
    assert loose != FILES["agencies.csv"]
    assert configuration({**FILES, "agencies.csv": loose}).directory["SYT"].name_vi == "Sở Y tế"


def test_a_message_of_another_ending_is_a_fault():
    (fault,) = survey(encoded({**FILES, "messages/a.txt": "x"})).faults
    assert (fault.file, fault.line, fault.value) == ("messages/a.txt", 1, "a.txt")


def test_the_known_files_of_a_folder_are_read_and_no_others(tmp_path):
    write(tmp_path, {**FILES, "notes.txt": "x", "messages/readme.md": "x"})
    assert read_files(tmp_path) == encoded()


def test_local_contacts_are_read_in_place_of_the_sample(tmp_path):
    write(tmp_path)
    local = "agency,role,name,address,language\nSYT,focal,Đầu mối,that@syt.vn,vi\n"
    (tmp_path / "contacts.local.csv").write_text(local, encoding="utf-8")
    files = read_files(tmp_path)
    assert "contacts.csv" not in files
    found = survey(files).configuration
    assert found is not None
    assert [c.address for c in found.directory.contacts] == ["that@syt.vn"]
    assert any(w.en.startswith("contacts.local.csv: NEW:") for w in found.warnings)


def test_a_fault_of_local_contacts_names_their_file():
    (fault,) = survey(encoded({**FILES, "contacts.local.csv": "agency\n"})).faults[:1]
    assert fault.file == "contacts.local.csv"


def test_files_that_are_not_there_are_left_to_the_survey(tmp_path):
    assert read_files(tmp_path) == {}
    assert len(survey({}).faults) == 6


def test_a_folder_that_is_not_there_is_a_wrong_request(tmp_path):
    with pytest.raises(RequestError) as caught:
        read_files(tmp_path / "no")
    assert str(tmp_path / "no") in caught.value.text.vi
    assert "--config" in caught.value.text.en


def test_a_file_that_cannot_be_read_is_a_wrong_request(tmp_path, monkeypatch):
    def refuse(path):
        raise PermissionError(13, "Permission denied")

    write(tmp_path)
    monkeypatch.setattr("pathlib.Path.read_bytes", refuse)
    with pytest.raises(RequestError, match=r"program\.toml: cannot be read \(Permission denied\)"):
        read_files(tmp_path)
