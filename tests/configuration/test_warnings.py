import pytest

from lsplan_workflow.configuration.folder import survey
from tests.configuration.folders import FILES, edited, encoded


def warnings(files=None):
    found = survey(encoded(files)).configuration
    assert found is not None
    assert all(w.vi != w.en for w in found.warnings)
    return [w.en for w in found.warnings]


def test_a_folder_is_warned_of_its_samples_and_of_each_unverified_fact_with_its_line():
    assert warnings() == [
        "program.toml: sender: lsplan@stc.example is a sample",
        "program.toml: submit_to: nop@stc.example is a sample",
        "contacts.csv: some contacts ask for «en», but messages/ lacks reminder.en.txt.j2; they "
        "are written to in «vi»",
        "agencies.csv:5: SYT: Sở Y tế: not verified (source: from memory)",
        "indicators.csv:2: KT01: Tăng trưởng: not verified (source: a source on two lines)",
        "tasks.csv:3: NV02: Trạm y tế: not verified (source: ?)",
    ]


@pytest.mark.parametrize(
    ("file", "old", "new", "warning"),
    [
        ("contacts.csv", "dm@syt.vn", "dm@syt.example", "contacts.csv: 1 sample address"),
        ("contacts.csv", "dm@syt.vn", "erased-41@erased.invalid", "SYT/focal: this person was er"),
        ("contacts.csv", "SYT,focal", "CT,focal", "SYT: Health has no contact of the role focal"),
        ("contacts.csv", "SYT,head", "CT,head", "SYT: Health has no contact of the role head"),
        ("contacts.csv", "X2,head", "CT,head", "X2: Commune 2 has no contact of the role head"),
        (
            "contacts.csv",
            "OLD,leader",
            "CT,admin",
            "OLD: Planning has no contact of the role le",
        ),
        ("contacts.csv", "NEW,leader", "CT,admin", "NEW: Finance has no contact of the role "),
        ("contacts.csv", "CT,leader", "CT,admin", "CT: Chairman has no contact of the role leader"),
        ("contacts.csv", "NEW,admin", "CT,leader", "no contact has the role admin"),
        ("program.toml", "2025-2026", "2025-2027", "the holidays of 2027 are only estimated"),
        ("program.toml", "2025-2026", "2025-2028", "the holidays of 2028 are only estimated"),
        ("program.toml", '"10-20"', '"12-20"', "the holidays of 2027 are only estimated"),
        (
            "agencies.csv",
            "SYT,Sở Y tế,Health,department",
            "SYT,Sở Y tế,Health,departmnt",
            "agencies.csv:5: SYT: no regime's owed_by names the kind «departmnt», so that it owes "
            "nothing; is «department» meant?",
        ),
        (
            "program.toml",
            'closes = "60d"',
            'closes = "2d"',
            "program.toml: plan: the cycle ends (closes = 2d) before ",
        ),
        (
            "program.toml",
            'code = "annual"',
            'assumption_vi = "xã nộp"\nassumption_en = "communes owe"\ncode = "annual"',
            "program.toml:39: assumed: communes owe",
        ),
    ],
)
def test_what_may_keep_a_message_from_arriving_or_a_day_from_being_right_is_said(
    file, old, new, warning
):
    assert any(warning in said for said in warnings(edited(file, old, new)))


def test_an_agency_that_never_owes_needs_no_contacts():
    assert not any("D1" in said for said in warnings())


def test_addresses_that_are_real_are_not_called_samples():
    text = FILES["program.toml"].replace(".example", ".vn")
    assert not any("sample" in said for said in warnings({**FILES, "program.toml": text}))
