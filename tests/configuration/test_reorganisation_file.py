"""The file that describes a reorganisation, and what is wrong with it."""

from dataclasses import replace
from datetime import date

import pytest

from lsplan_workflow.configuration.findings import Findings
from lsplan_workflow.configuration.folder import parse
from lsplan_workflow.configuration.reorganisation_file import read_reorganisation
from lsplan_workflow.domain.agencies import Role
from lsplan_workflow.domain.reorganisation import Ending
from tests.configuration.folders import FILES, encoded

DIRECTORY = parse(encoded(FILES)).directory
TODAY = date(2025, 3, 10)
HEAD = 'document = "Nghị quyết số 99/NQ-HĐND"\nbegins_on = 2025-10-01\n'
NEW = """
[[new]]
code = "SYM"
name_vi = "Sở Y tế mới"
name_en = "New Department of Health"
kind = "department"
"""


MERGED = '[[merge]]\nagencies = ["NEW"]\ninto = "SYT"\n'


def contact(**values):
    usual = {"agency": "SYT", "role": "focal", "name": "a", "address": "a@b.vn", "language": "vi"}
    lines = (f'{key} = "{value}"\n' for key, value in (usual | values).items())
    return "[[contact]]\n" + "".join(lines)


def read(text, directory=DIRECTORY, today=TODAY):
    findings = Findings("nq.toml")
    found = read_reorganisation(text, directory, findings, today=today)
    return found, [(fault.line, fault.field, fault.value) for fault in findings.faults]


def described(text, **options):
    found, faults = read(HEAD + text, **options)
    assert faults == []
    return found


def faults(text, **options):
    found, noted = read(HEAD + text, **options)
    assert found is None
    return noted


def test_agencies_merge_into_a_new_one():
    found = described(NEW + '[[merge]]\nagencies = ["SYT"]\ninto = "SYM"\n')
    (new,) = found.founded
    assert (new.code, new.name_vi, new.kind) == ("SYM", "Sở Y tế mới", "department")
    assert (new.valid_from, new.source) == (date(2025, 10, 1), "Nghị quyết số 99/NQ-HĐND")
    assert found.endings == (Ending("SYT", ("SYM",)),)
    assert found.ends_on == date(2025, 9, 30)


def test_an_agency_is_split_with_the_lead_first():
    found = described(NEW + '[[split]]\nagency = "SYT"\ninto = ["SYM", "NEW"]\n')
    assert found.endings == (Ending("SYT", ("SYM", "NEW")),)


def test_an_agency_is_abolished():
    assert described('[[abolish]]\nagency = "SYT"\n').endings == (Ending("SYT"),)


def test_a_renamed_agency_goes_on_under_a_new_code_with_its_persons():
    found = described(
        '[[rename]]\nagency = "SYT"\ncode = "SYM"\nname_vi = "Sở Y tế mới"\nname_en = "New"\n'
    )
    assert found.endings == (Ending("SYT", ("SYM",)),)
    assert found.founded[0].kind == DIRECTORY["SYT"].kind
    old = [c for c in DIRECTORY.contacts if c.agency == "SYT"]
    assert [(c.agency, c.address) for c in found.contacts] == [("SYM", c.address) for c in old]


def ended(day):
    agencies = tuple(replace(a, valid_to=day) if a.code == "SYT" else a for a in DIRECTORY.agencies)
    return replace(DIRECTORY, agencies=agencies)


@pytest.mark.parametrize(
    ("end", "revoked"), [(date(2025, 3, 9), False), (TODAY, True), (date(2025, 6, 30), True)]
)
def test_an_end_is_revoked_as_long_as_it_has_not_come(end, revoked):
    text = '[[reopen]]\nagency = "SYT"\n'
    if revoked:
        assert described(text, directory=ended(end)).revoked == ("SYT",)
    else:
        assert faults(text, directory=ended(end)) == [(4, "reopen[1].agency", "SYT")]


def test_an_agency_that_has_ended_comes_back_under_a_new_code():
    text = '[[reopen]]\nagency = "SYT"\ncode = "SYT25"\n'
    found = described(text, directory=ended(date(2025, 3, 1)))
    assert (found.founded[0].code, found.founded[0].name_vi) == ("SYT25", "Sở Y tế")
    assert {c.agency for c in found.contacts} == {"SYT25"}
    assert found.revoked == ()
    assert faults(text) == [(4, "reopen[1].agency", "SYT")]


def test_contacts_are_read():
    text = '[[contact]]\nagency = "SYM"\nrole = "focal"\nname = "Đầu mối"\naddress = "a@b.vn"\n'
    (contact,) = described(NEW + text).contacts
    assert (contact.agency, contact.role, contact.language) == ("SYM", Role.FOCAL, "vi")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('[[abolish]]\nagency = "XYZ"\n', (4, "abolish[1].agency", "XYZ")),
        ('[[abolish]]\nagency = "OLD"\n', (4, "abolish[1].agency", "OLD")),
        ('[[merge]]\nagencies = ["NEW", "XYZ"]\ninto = "SYT"\n', (4, "merge[1].agencies", "XYZ")),
        ('[[merge]]\nagencies = ["NEW"]\ninto = "XYZ"\n', (5, "merge[1].into", "XYZ")),
        ('[[merge]]\nagencies = ["NEW"]\ninto = "OLD"\n', (5, "merge[1].into", "OLD")),
        ('[[merge]]\nagencies = ["NEW", "SYT"]\ninto = "SYT"\n', (5, "merge[1].into", "SYT")),
        ('[[split]]\nagency = "NEW"\ninto = ["SYT"]\n', (5, "split[1].into", "SYT")),
        ('[[split]]\nagency = "NEW"\ninto = ["SYT", "XYZ"]\n', (5, "split[1].into", "XYZ")),
        (2 * '[[abolish]]\nagency = "NEW"\n', (6, "abolish[2].agency", "NEW")),
        (MERGED + '[[abolish]]\nagency = "SYT"\n', (5, "merge[1].into", "SYT")),
        (NEW.replace("SYM", "SYT"), (5, "new[1].code", "SYT")),
        (NEW + NEW, (11, "new[2].code", "SYM")),
        (NEW.replace("SYM", "S Y"), (5, "new[1].code", "S Y")),
        (NEW.replace('"department"', '"ministry"'), (8, "new[1].kind", "ministry")),
        ('[[reopen]]\nagency = "NEW"\n', (4, "reopen[1].agency", "NEW")),
        (contact(agency="XYZ"), (4, "contact[1].agency", "XYZ")),
        (contact(role="boss"), (5, "contact[1].role", "boss")),
        (contact(address="a"), (7, "contact[1].address", "a")),
        (contact(language="fr"), (8, "contact[1].language", "fr")),
        ('[[abolish]]\nagency = "NEW"\nwhy = "x"\n', (5, "abolish[1].why", "x")),
        ('[[close]]\nagency = "NEW"\n', (4, "close", "…")),
    ],
)
def test_each_fault_is_said_with_its_line_and_its_place(text, found):
    assert found in faults(text)


def test_an_agency_that_begins_with_the_new_order_cannot_end_with_the_old():
    young = tuple(
        replace(a, valid_from=date(2025, 10, 1)) if a.code == "SYT" else a
        for a in DIRECTORY.agencies
    )
    directory = replace(DIRECTORY, agencies=young)
    assert faults('[[abolish]]\nagency = "SYT"\n', directory=directory) == [
        (4, "abolish[1].agency", "SYT")
    ]


def succeeded(day, successor="NEW"):
    agencies = tuple(
        replace(a, valid_to=day, successors=(successor,)) if a.code == "SYT" else a
        for a in DIRECTORY.agencies
    )
    return replace(DIRECTORY, agencies=agencies)


@pytest.mark.parametrize(
    ("last_day", "refused"),
    [(date(2025, 9, 29), False), (date(2025, 9, 30), True), (date(2025, 12, 31), True)],
)
@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('[[abolish]]\nagency = "NEW"\n', (4, "abolish[1].agency", "NEW")),
        (NEW + '[[merge]]\nagencies = ["NEW"]\ninto = "SYM"\n', (10, "merge[1].agencies", "NEW")),
    ],
)
def test_whoever_is_to_take_over_from_another_cannot_end_before(last_day, refused, text, place):
    directory = succeeded(last_day)
    if refused:
        assert faults(text, directory=directory) == [place]
    else:
        described(text, directory=directory)


def test_whoever_was_to_take_over_can_end_where_that_is_revoked():
    text = '[[abolish]]\nagency = "NEW"\n\n[[reopen]]\nagency = "SYT"\n'
    found = described(text, directory=succeeded(date(2025, 12, 31)))
    assert (found.endings, found.revoked) == ((Ending("NEW"),), ("SYT",))


@pytest.mark.parametrize(
    ("today", "offered"), [(date(2025, 10, 5), True), (date(2025, 10, 6), False)]
)
def test_only_an_end_still_to_come_is_offered_to_be_revoked(today, offered):
    findings = Findings("nq.toml")
    text = HEAD + '[[abolish]]\nagency = "NEW"\n'
    read_reorganisation(text, succeeded(date(2025, 10, 5)), findings, today=today)
    (fault,) = findings.faults
    said = fault.expected.vi
    assert "kế thừa SYT từ ngày 06/10/2025" in said
    assert ("[[reopen]]" in said) is offered
    assert said.endswith("để begins_on sau ngày đó")


def test_a_document_and_a_day_must_be_there():
    found, noted = read('[[abolish]]\nagency = "SYT"\n')
    assert found is None
    assert [field for _line, field, _value in noted] == ["document", "begins_on"]


def test_a_file_that_decides_nothing_is_a_fault():
    assert [field for _line, field, _value in faults("")] == ["[[…]]"]


def test_broken_toml_is_a_fault():
    assert read("document = ")[1][0][1] == "TOML"
