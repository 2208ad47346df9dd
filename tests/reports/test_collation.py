from __future__ import annotations

import unicodedata

import pytest

from lsplan_workflow.reports.collation import sort_key


def test_letters_of_one_base_stand_in_the_order_of_the_alphabet():
    words = ["ơn", "on", "ôn", "đa", "da", "ưa", "ua", "ân", "an", "ăn", "êm", "em"]

    assert sorted(words, key=sort_key) == [
        "an", "ăn", "ân", "da", "đa", "em", "êm", "on", "ôn", "ơn", "ua", "ưa",
    ]  # fmt: skip


def test_tones_stand_level_huyen_hoi_nga_sac_nang():
    assert sorted(["mạ", "má", "mã", "mả", "mà", "ma"], key=sort_key) == [
        "ma", "mà", "mả", "mã", "má", "mạ",
    ]  # fmt: skip


def test_a_later_letter_decides_before_an_earlier_tone():
    assert sorted(["Hòa Bình", "Hoa Thám", "Hóa An"], key=sort_key) == [
        "Hóa An", "Hòa Bình", "Hoa Thám",
    ]  # fmt: skip


def test_a_toned_circumflex_keeps_its_letter():
    assert sorted(["tổ", "tờ", "tó", "tộ"], key=sort_key) == ["tó", "tổ", "tộ", "tờ"]


def test_two_places_of_a_tone_do_not_part_one_word():
    names = ["Uỷ ban xã B", "Ủy ban xã A", "Uỷ ban xã A"]

    assert max(names, key=sort_key) == "Uỷ ban xã B"


def test_a_shorter_word_and_a_space_come_first():
    assert sorted(["Na Sầm", "Nam", "Na"], key=sort_key) == ["Na", "Na Sầm", "Nam"]


def test_signs_and_digits_stand_before_letters():
    assert sorted(["xã A", "xã 2", "xã (mới)"], key=sort_key) == ["xã (mới)", "xã 2", "xã A"]


def test_capitals_decide_last():
    assert sorted(["an", "An", "àn"], key=sort_key) == ["an", "An", "àn"]


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_composed_and_decomposed_spellings_have_one_key(form):
    assert sort_key(unicodedata.normalize(form, "Ủy ban xã Thất Khê")) == sort_key(
        "Ủy ban xã Thất Khê"
    )
