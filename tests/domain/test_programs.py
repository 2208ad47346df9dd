"""How a program's document, issuer and place are named in a language."""

from dataclasses import replace

import pytest

from tests.domain.province import ANNUAL, PROGRAM


@pytest.mark.parametrize(
    ("number", "vietnamese", "english"),
    [
        ("268/KH-UBND", "Kế hoạch", "Plan"),
        ("236/QĐ-TTg", "Quyết định", "Decision"),
        ("05/CT-TTg", "Chỉ thị", "Directive"),
        ("10/NQ-HĐND", "Nghị quyết", "Resolution"),
        ("2/CTr-UBND", "Chương trình", "Programme"),
        ("7", "Văn bản", "Document"),
    ],
)
def test_a_document_is_called_by_its_symbol(number, vietnamese, english):
    program = replace(PROGRAM, number=number)
    assert (program.called("vi"), program.called("en")) == (vietnamese, english)


def test_what_is_configured_goes_before_the_symbol_in_its_own_language_alone():
    program = replace(PROGRAM, kind="Thông báo")
    assert (program.called("vi"), program.called("en")) == ("Thông báo", "Plan")
    assert replace(program, kind_en="Notice").called("en") == "Notice"
    order = replace(PROGRAM, language="en", kind="Order")
    assert (order.called("en"), order.called("vi")) == ("Order", "Kế hoạch")


def test_english_names_stand_in_english_texts_where_there_are_any():
    named = replace(PROGRAM, issuer_en="Provincial People's Committee", place_en="Lang Son")
    assert (named.issued_by("en"), named.written_in("en")) == (
        "Provincial People's Committee",
        "Lang Son",
    )
    for program, language in ((named, "vi"), (PROGRAM, "en")):
        assert program.issued_by(language) == PROGRAM.issuer
        assert program.written_in(language) == PROGRAM.place
    regime = replace(ANNUAL, legal_basis="điều 1", legal_basis_en="article 1")
    assert (regime.basis("vi"), regime.basis("en")) == ("điều 1", "article 1")
    assert replace(regime, legal_basis_en="").basis("en") == "điều 1"
