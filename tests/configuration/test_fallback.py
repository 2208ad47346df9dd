"""The optional column of further addresses in contacts.csv, and erasing them."""

from __future__ import annotations

import pytest

from lsplan_workflow.configuration.erasure import erased, people
from lsplan_workflow.configuration.folder import parse, survey
from tests.configuration.folders import FILES, encoded

FILE = "contacts.csv"


def with_column(cell):
    """Return the files in which the focal person of SYT alone has further addresses."""
    head, *rows = FILES[FILE].splitlines()
    rows = [f"{row},{cell if row.startswith('SYT,focal') else ''}" for row in rows]
    return {**FILES, FILE: "\n".join([f"{head},fallback", *rows, ""])}


def test_a_contact_has_further_addresses_in_the_order_of_its_cell():
    contacts = parse(encoded(with_column("tgram://${BOT}/1 an@syt.vn"))).directory.contacts
    found = {c.id: c.addresses for c in contacts}
    assert found["SYT/focal"] == ("dm@syt.vn", "tgram://${BOT}/1", "an@syt.vn")
    assert found["SYT/head"] == ("gd@syt.vn",)


def test_a_file_without_the_column_is_what_it_was():
    assert {c.fallback for c in parse(encoded()).directory.contacts} == {()}


@pytest.mark.parametrize(
    "cell", ["an", "dm@SYT.vn", "an@syt.vn an@syt.vn", "exec://x", "tgram://u:secret@x/1"]
)
def test_a_faulty_further_address_is_named_by_its_column_and_shown_without_its_secret(cell):
    (fault,) = survey(encoded(with_column(cell))).faults
    assert (fault.file, fault.line, fault.field) == (FILE, 11, "fallback")
    assert "secret" not in fault.value


def test_every_address_of_a_person_is_known_and_erased_but_those_he_has_now():
    text = with_column("tgram://${BOT}/1 an@syt.vn")[FILE]
    known = {address for contact, _, address in people(text) if contact == "SYT/focal"}
    assert known == {"dm@syt.vn", "tgram://${BOT}/1", "an@syt.vn"}
    after = erased(text, "SYT/focal", ("Bà Mới", "moi@syt.vn", "AN@syt.vn"))
    left = {address for contact, _, address in people(after) if contact == "SYT/focal"}
    assert left == {"", "an@syt.vn"}
    gone = erased(text, "SYT/focal", None)
    assert "an@syt.vn" not in gone
    assert "fallback" not in gone
    assert parse(encoded({**FILES, FILE: gone})).directory.contact("SYT/head")


def test_a_file_without_the_column_is_erased_as_before():
    after = erased(FILES[FILE], "SYT/focal", None)
    assert after.splitlines()[0] == "agency,role,name,address,language"
    assert "dm@syt.vn" not in after
