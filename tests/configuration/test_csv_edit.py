"""Rows of a CSV file changed and added; everything else stays byte by byte."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsplan_workflow.configuration.csv_edit import CsvText

PLAIN = 'code,name_vi,note\nA,Sở A,"một, hai"\nB,Sở B,"hai\ndòng"\n\nC,Sở C,\n'


def page(text):
    return CsvText(text.encode())


def after(text, *, change=None, add=None):
    found = page(text)
    if change:
        found.change("code", *change)
    if add:
        found.add(add)
    return found.encoded().decode()


def test_what_is_only_read_stays_as_it_was():
    for text in (PLAIN, PLAIN.replace("\n", "\r\n"), "\ufeff" + PLAIN, PLAIN.replace(",", ";")):
        assert after(text) == text


def test_a_changed_row_alone_differs():
    assert after(PLAIN, change=("A", {"note": "x"})) == PLAIN.replace('"một, hai"', "x")
    assert after(PLAIN, change=("B", {"note": "x"})) == PLAIN.replace('"hai\ndòng"', "x")
    assert after(PLAIN, change=("Z", {"note": "x"})) == PLAIN


def test_a_value_with_a_separator_is_quoted():
    assert 'A,"Sở A, B",' in after(PLAIN, change=("A", {"name_vi": "Sở A, B"}))


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("separator", [",", ";"])
def test_a_row_is_added_with_the_separator_and_the_line_ends_of_the_file(separator, end):
    text = f"code{separator}name{end}A{separator}Sở A"
    row = f"B{separator}{end}"
    assert after(text, add={"code": "B"}) == f"{text}{end}{row}"
    assert after(text + end, add={"code": "B"}) == f"{text}{end}{row}"


def test_the_columns_may_stand_in_any_order():
    text = "note,code\nx,A\n"
    assert after(text, change=("A", {"note": "y"}), add={"code": "B", "note": "z"}) == (
        "note,code\ny,A\nz,B\n"
    )


CELL = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=8)


@given(st.lists(st.tuples(CELL, CELL), max_size=4), CELL, CELL)
def test_what_was_written_is_read_again(rows, code, note):
    found = page("code,note\n")
    for one, other in rows:
        found.add({"code": one, "note": other})
    found.add({"code": f"x{code.strip()}", "note": ""})
    found.change("code", f"x{code.strip()}", {"note": note})
    again = CsvText(found.encoded())
    assert again.encoded() == found.encoded()
