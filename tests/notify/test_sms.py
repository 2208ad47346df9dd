"""What fits into an SMS, and what chat and telephones are told."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsplan_workflow.configuration.folder import parse, read_files
from lsplan_workflow.notify import apprise_url
from lsplan_workflow.notify.apprise_answers import Told
from lsplan_workflow.notify.apprise_url import is_complete_url, limits_of
from lsplan_workflow.notify.messages import Messages
from lsplan_workflow.notify.samples import sample_letters
from lsplan_workflow.notify.sms import Limits, segments, shortened, without_diacritics
from tests.notify.mails import MAIL

CONFIG = Path(__file__).parents[2] / "config"
SHIPPED = {p.name: p.read_text(encoding="utf-8") for p in (CONFIG / "messages").glob("*.j2")}
MESSAGES = Messages(SHIPPED)
LETTERS = [x for language in ("vi", "en") for x in sample_letters(language) if len(x.items) == 1]
SMS = "clicksend://user:password@+84912345678"


def longest(letter):
    """Return a letter to and about the agency with the longest name of the province."""
    files = {n: b for n, b in read_files(CONFIG).items() if n != "contacts.local.csv"}
    names = (a.form_of_address("vi") for a in parse(files).directory.agencies)
    name = max(names, key=len)
    return replace(letter, items=tuple(item.evolve(agency=name) for item in letter.items)), name


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("ế" * 70, 1),
        ("ế" * 71, 2),
        ("ế" * 134, 2),
        ("ế" * 135, 3),
        ("a" * 69 + "ế", 1),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
        ("a" * 152 + "€" + "b" * 151, 2),
        ("a" * 152 + "€" + "b" * 152, 3),
        ("a" * 151 + "[" + "b" * 153, 2),
        ("ế" * 66 + "😀" + "ế" * 65, 2),
        ("ế" * 66 + "😀" + "ế" * 66, 3),
    ],
)
def test_a_text_costs_what_its_alphabet_and_its_length_say(text, count):
    assert segments(text) == count


def test_without_diacritics_every_vietnamese_letter_is_a_plain_one():
    assert without_diacritics("Đề nghị «Sở Kế hoạch» gửi trước ngày 20/10 – ưu tiên") == (
        'De nghi "So Ke hoach" gui truoc ngay 20/10 - uu tien'
    )


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("20/10\u00a02025", "20/10 2025"),
        ("gửi\u202fngay", "gui ngay"),
        ("chờ…", "cho..."),
        ("• một", "- mot"),
        ("≥ 5 và ≤ 9", ">= 5 va <= 9"),
        ("500\u00a0₫", "500 d"),
        ("№ 12", "No 12"),
        ("2021–2030 — 2050 − 1", "2021-2030 - 2050 - 1"),
        ("‘a’ „b“ “c” «d»", '\'a\' "b" "c" "d"'),
        ("non\u2011breaking, soft\u00adhyphen", "non-breaking, softhyphen"),
        ("ﬁle ½ m²", "file 1?2 m2"),
        ("Ưu Ơn Ỵ", "Uu On Y"),
        ("👍🏽 xong ✔️", "?? xong ?"),
        ("a\tb", "a b"),
        ("khác Ω €", "khac Ω €"),
    ],
)
def test_what_gsm_has_not_is_typed_as_people_do_or_a_question_mark(text, typed):
    assert without_diacritics(text) == typed


GSM = st.sampled_from("a1 €[é")


@given(st.text())
def test_without_diacritics_no_text_is_ever_sent_in_ucs_2(text):
    plain = without_diacritics(text)
    assert without_diacritics(plain) == plain
    units = len(plain) + sum(sign in "^{}\\[~]|€" for sign in plain)
    assert segments(plain) <= max(1, -(-units // 152))


def packed(sizes, alone, joined):
    """Return how many messages signs of one or two units fill, laid out one by one."""
    if sum(sizes) <= alone:
        return 1
    messages = [[]]
    for size in sizes:
        if sum(messages[-1]) + size > joined:
            messages.append([])
        messages[-1].append(size)
    return len(messages)


@given(st.text(GSM, min_size=100, max_size=500))
def test_no_escaped_sign_is_cut_between_two_messages(text):
    assert segments(text) == packed([2 if sign in "€[" else 1 for sign in text], 160, 153)


@given(st.text(st.sampled_from("ế😀"), min_size=40, max_size=300))
def test_no_surrogate_pair_is_cut_between_two_messages(text):
    assert segments(text) == packed([2 if sign == "😀" else 1 for sign in text], 70, 67)


@given(st.text(max_size=900), st.booleans(), st.integers(1, 4))
def test_no_text_costs_more_than_is_allowed(text, diacritics, most):
    assert segments(shortened(text, Limits(diacritics, most))) <= most


@given(st.lists(st.sampled_from(["báo", "cáo", "năm", "2025"]), max_size=90), st.booleans())
def test_a_cut_text_begins_as_the_whole_does_and_ends_between_words(words, diacritics):
    text, limits = " ".join(words), Limits(diacritics, 1)
    cut = shortened(text, limits)
    whole = text if diacritics else without_diacritics(text)
    assert cut == whole or (cut.endswith("...") and whole.startswith(f"{cut.removesuffix('...')} "))


@pytest.mark.parametrize("letter", LETTERS)
def test_every_kind_has_a_short_text_in_one_line(letter):
    short = MESSAGES.short(letter)
    assert "\n" not in short
    assert len(short) < 300
    assert short != MESSAGES.render(letter).subject


ASKING = {"opening", "reminder", "overdue", "escalation", "deadline"}


@pytest.mark.parametrize("letter", [x for x in LETTERS if x.items[0].kind in ASKING])
def test_with_the_longest_name_two_messages_keep_deadline_and_where_to_file(letter):
    told, name = longest(letter)
    sms = shortened(MESSAGES.short(told), Limits())
    assert segments(sms) <= 2
    assert sms.isascii()
    deadline = "20/10/2025" if letter.language == "vi" else "20 October 2025"
    assert deadline in sms
    assert not letter.submit_to or letter.submit_to in sms
    assert without_diacritics(name) in sms


def test_several_matters_are_one_line(tmp_path):
    letter = next(x for x in sample_letters() if len(x.items) == 2)
    first, second = MESSAGES.short(letter).split(" / ")
    assert first.startswith("Nhắc hạn: gửi trước ngày 20/10/2025")
    assert second.startswith("Đã tiếp nhận")


def test_without_a_template_of_its_own_the_subject_is_what_is_said():
    without = {name: text for name, text in SHIPPED.items() if not name.startswith("_short")}
    assert Messages(without).short(LETTERS[0]) == MESSAGES.render(LETTERS[0]).subject


@pytest.fixture
def given_to_apprise(monkeypatch):
    """Return what reaches Apprise instead of the network."""
    calls = []

    def take(url, *, title, body):
        calls.append((url, title, body))
        return Told(answer=True, words="")

    monkeypatch.setattr("lsplan_workflow.notify.email.notify_url", take)
    return calls


def test_chat_is_told_in_short_under_the_subject(given_to_apprise):
    apprise_url.notify("ntfy://ntfy.example/room", replace(MAIL, short="Nhắc hạn"), {})
    assert given_to_apprise == [("ntfy://ntfy.example/room", MAIL.subject, "Nhắc hạn")]


def test_a_telephone_gets_one_text_without_diacritics(given_to_apprise):
    apprise_url.notify(SMS, replace(MAIL, short="Nhắc hạn: gửi trước ngày 20/10/2025"), {})
    assert given_to_apprise == [(SMS, "", "Nhac han: gui truoc ngay 20/10/2025")]


@pytest.mark.parametrize(
    ("query", "left", "said"),
    [
        ("?lsplan-diacritics=yes", "", "Nhắc hạn " * 12),
        ("?lsplan-diacritics=yes&batch=no", "?batch=no", "Nhắc hạn " * 12),
        ("?batch=no&lsplan-segments=1", "?batch=no", "Nhac han " * 12),
    ],
)
def test_an_address_says_how_its_sms_are_written(given_to_apprise, query, left, said):
    apprise_url.notify(f"{SMS}{query}", replace(MAIL, short=said.strip() and "Nhắc hạn " * 12), {})
    ((url, _, body),) = given_to_apprise
    assert url == f"{SMS}{left}"
    assert body.strip() == said.strip()


@pytest.mark.parametrize(
    "query", ["lsplan-diacritics=maybe", "lsplan-segments=0", "lsplan-segments=x"]
)
def test_a_query_that_says_nothing_sensible_is_a_fault_of_the_address(query):
    with pytest.raises(ValueError, match=r"."):
        limits_of(f"{SMS}?{query}")
    assert not is_complete_url(f"{SMS}?{query}")
    assert is_complete_url(SMS)
