import re
import unicodedata
from dataclasses import replace
from datetime import date, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from textwrap import wrap

import pytest

from lsplan_workflow.domain.errors import WorkError
from lsplan_workflow.domain.notice_kinds import NoticeKind
from lsplan_workflow.domain.text import english_date
from lsplan_workflow.notify.letter import Missing, OfKind
from lsplan_workflow.notify.messages import NAMES, Messages, template_name
from lsplan_workflow.notify.samples import sample_letters

SHIPPED = {
    path.name: path.read_text(encoding="utf-8")
    for path in (Path(__file__).parents[2] / "config" / "messages").glob("*.j2")
}
MESSAGES = Messages(SHIPPED)
LETTERS = list(sample_letters())
IDS = [f"{number}-{template_name(letter)}" for number, letter in enumerate(LETTERS)]
VOID = {"meta", "br"}


def letter_of(kind, **changes):
    """Return the full sample letter of a kind, with changes to its item."""
    letter = next(x for x in LETTERS if x.items[0].kind == kind and not x.items[0].missing)
    return replace(letter, items=(replace(letter.items[0], **changes),))


def digest_letter():
    return next(letter for letter in LETTERS if template_name(letter) == "digest")


class Tags(HTMLParser):
    """Collects the tags, and complains about one that is not closed in its turn."""

    def __init__(self, html):
        super().__init__()
        self.seen, self.open = [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.seen.append(tag)
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_the_samples_try_every_template():
    assert {template_name(letter) for letter in LETTERS} == set(NAMES)


@pytest.mark.parametrize("letter", LETTERS, ids=IDS)
def test_a_shipped_message_is_whole_vietnamese_nfc_and_without_leftovers(letter):
    rendered = MESSAGES.render(letter)
    for form in (rendered.subject, rendered.text, rendered.html):
        assert unicodedata.is_normalized("NFC", form)
        assert not re.search(r"None|\{\{|\}\}|\{%|Undefined|NoticeKind|datetime", form)
    assert rendered.subject == rendered.subject.strip() != ""
    assert "\n" not in rendered.subject
    assert rendered.text.startswith(f"Kính gửi: {letter.addressee}\n\n")
    assert "Trân trọng./.\n\nSỞ B\n" in rendered.text
    assert "\n\n\n" not in rendered.text
    assert not re.search(r" [,.;:]|\(\)|  \w+ \.", rendered.text.replace("  ", ""))


def owes_nothing(item):
    owed_by_nobody = {NoticeKind.FAILURE, NoticeKind.WAIVER, NoticeKind.OBSTACLE_ANSWER}
    return item.kind in owed_by_nobody or bool(item.successors) or item.lapsed or item.relieved


ABOUT_A_REPORT = [letter for letter in LETTERS if not all(map(owes_nothing, letter.items))]


@pytest.mark.parametrize("letter", ABOUT_A_REPORT)
def test_a_shipped_message_states_the_deadline_and_the_last_working_day_in_both_forms(letter):
    rendered = MESSAGES.render(letter)
    for form in (rendered.text, rendered.html):
        assert "trước ngày 20/10/2025" in form
        assert "ngày làm việc cuối cùng" in form.lower()
        assert "thứ Sáu, 17/10/2025" in form


@pytest.mark.parametrize("kind", ["opening", "reminder", "overdue", "escalation"])
def test_a_letter_that_asks_says_which_report_why_how_and_whom_to_ask(kind):
    letter = letter_of(kind)
    rendered = MESSAGES.render(letter)
    for form in (rendered.text, rendered.html):
        assert "báo cáo kết quả thực hiện Quy hoạch tỉnh năm 2025" in form
        assert "Kế hoạch số 100/KH-UBND ngày 19/12/2024 của UBND tỉnh X" in form
        assert letter.items[0].legal_basis in form
        assert "Chủ nhật, 19/10/2025" in form
        assert "(bao gồm phần nhiệm vụ của Sở C)" in form
        assert "chỉ là dự kiến" in form
        assert {letter.submit_to, letter.ask_name, letter.ask_address} <= set(
            re.findall(r"[\w.]+@[\w.]+\w|Nguyễn Thị Ánh Tuyết", form)
        )


@pytest.mark.parametrize("letter", LETTERS, ids=IDS)
def test_the_html_is_well_formed_one_column_and_loads_nothing(letter):
    html = MESSAGES.render(letter).html
    tags = Tags(html)
    assert tags.open == []
    assert not {"img", "script", "link", "style", "iframe"} & set(tags.seen)
    assert "max-width:640px" in html
    assert not re.search(r"https?:|url\(", html)


def test_only_an_estimated_calendar_is_called_one():
    assert "dự kiến" not in MESSAGES.render(letter_of("reminder", estimated=False)).text


def test_an_overdue_notice_says_until_when_nothing_arrived():
    text = MESSAGES.render(letter_of("overdue", days=3)).text
    assert "đã qua 3 ngày" in text
    assert "đến 07:30 ngày 17/10/2025, Sở B chưa nhận được báo cáo của Sở A" in text


def figures(html):
    """Return the table of a digest: what each row says of its label."""
    row = r"<td[^>]*>([^<]+)</td>\s*<td[^>]*><strong>([^<]*)</strong></td>"
    return dict(re.findall(row, html))


def test_a_digest_counts_lists_the_missing_and_carries_the_head_of_the_audit_log():
    letter = digest_letter()
    rendered = MESSAGES.render(letter)
    for form in (rendered.text, re.sub(r"</?strong>", "", rendered.html)):
        assert "có 82/85 cơ quan đã gửi" in form
        assert all(agency.name in form for agency in letter.items[0].missing)
        assert "1234 sự kiện" in form
        assert letter.audit_hash in form
    assert "3 cơ quan quá hạn chưa gửi; 2 cơ quan quá hạn gửi lại" in rendered.text
    assert figures(rendered.html)["Quá hạn chưa gửi"] == "3"
    assert figures(rendered.html)["Quá hạn gửi lại"] == "2"
    assert "chậm 3 ngày (thời hạn riêng: trước ngày 22/10/2025)" in rendered.text


def test_a_digest_shows_the_trend_and_names_the_three_longest_overdue_first():
    letter = next(x for x in LETTERS if len(x.items[0].missing) > len("abc"))
    rendered = MESSAGES.render(letter)
    assert "Cùng thời điểm năm 2024: 82/85 (96%) đã gửi; năm nay 82/85 (96%), ngang bằng" in (
        rendered.text
    )
    longest = rendered.text.partition("CHẬM LÂU NHẤT\n")[2].partition("\n\n")[0]
    assert [line.partition(":")[0] for line in longest.splitlines()] == [
        "1. Sở A",
        "2. Ủy ban nhân dân xã D",
        "3. Sở B (bao gồm phần nhiệm vụ của Sở C)",
    ]
    for said in ("Cùng thời điểm năm 2024", "Chậm lâu nhất", "Các cơ quan khác chưa gửi"):
        assert said in rendered.html


LINES_OF_A_SCREEN = 45


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_digest_of_85_missing_agencies_fits_one_screen_and_says_where_all_stand(language):
    kinds = (OfKind("department", 14, 14), OfKind("bureau", 6, 6), OfKind("commune", 65, 65))
    missing = tuple(Missing(f"X{n}", f"Xã {n}", (), date(2025, 10, 20), 9) for n in range(85))
    digest = digest_letter()
    item = replace(digest.items[0], missing=missing, by_kind=kinds, filed=0)
    rendered = MESSAGES.render(replace(digest, language=language, items=(item,)))
    for form in (rendered.text, rendered.html):
        assert re.findall(r"Xã \d+", form) == [f"Xã {n}" for n in range(8)]
        assert {"vi": "và 77 cơ quan khác", "en": "and 77 more"}[language] in form
        assert {"vi": "UBND cấp xã 65/65", "en": "Committees 65 of 65"}[language] in form
        assert {"vi": "bureau 6/6", "en": "bureau 6 of 6"}[language] in form
        said = {"vi": "Danh sách đầy đủ do", "en": "keeps the whole list"}
        assert said[language] in form
    lines = [wrapped for line in rendered.text.splitlines() for wrapped in wrap(line, 78) or [""]]
    assert len(lines) < LINES_OF_A_SCREEN
    longest = lines.index({"vi": "CHẬM LÂU NHẤT", "en": "LONGEST OVERDUE"}[language])
    assert longest < LINES_OF_A_SCREEN / 3


def test_a_digest_within_a_letter_of_several_names_the_longest_three_only():
    item = replace(digest_letter().items[0], missing=digest_letter().items[0].missing * 28)
    rendered = MESSAGES.render(
        replace(digest_letter(), items=(item, letter_of("receipt").items[0]))
    )
    for form in (rendered.text, rendered.html):
        assert form.count("Ủy ban nhân dân xã D") == 1
        assert "và 81 cơ quan khác" in form


@pytest.mark.parametrize(
    ("filed", "said"),
    [(61, "cao hơn 24 điểm phần trăm"), (85, "thấp hơn 4 điểm phần trăm"), (82, "ngang bằng")],
)
def test_a_trend_is_of_the_shares_and_not_of_the_numbers(filed, said):
    (item,) = digest_letter().items
    before = replace(item.year_before, filed=filed, expected=85)
    letter = replace(digest_letter(), items=(replace(item, year_before=before),))
    rendered = MESSAGES.render(letter)
    assert said in rendered.text
    assert said in rendered.html


def test_a_head_reads_what_was_tried_by_day_and_role_and_no_address():
    letter = next(x for x in LETTERS if x.items[0].tried)
    rendered = MESSAGES.render(letter)
    for form in (rendered.text, rendered.html):
        assert "17/10/2025: nhắc thời hạn, gửi cán bộ đầu mối" in form
        assert "22/10/2025: đôn đốc quá hạn, gửi Lãnh đạo cơ quan" in form


def test_the_tone_rises_with_the_rung():
    def asked(kind, **changes):
        letter = letter_of(kind, **changes)
        on = datetime.combine(date(2025, 10, 16), letter.written_at.timetz())
        return MESSAGES.render(replace(letter, written_at=on)).text

    assert "trân trọng đề nghị Quý cơ quan chuẩn bị và gửi" in asked("opening")
    assert "trân trọng đề nghị Quý cơ quan gửi" in asked("reminder", days=14)
    assert "đề nghị Quý cơ quan khẩn trương hoàn thiện và gửi" in asked("reminder", days=2)
    assert "gửi ngay báo cáo và cho biết lý do chậm gửi" in asked("overdue")
    assert "đề nghị Lãnh đạo Quý cơ quan trực tiếp chỉ đạo" in asked("escalation")


LAST_DAY = {
    "vi": ("Hôm nay là ngày làm việc cuối cùng trước khi hết hạn", "gửi ngay trong hôm nay"),
    "en": ("Today is the last working day before the deadline", "submit it today"),
}
TODAY = {"vi": "(hôm nay là ngày làm việc cuối cùng)", "en": "(today is the last working day)"}


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize(("day", "is_last"), [(16, False), (17, True), (18, False)])
def test_the_reminder_on_the_last_working_day_says_that_it_is(language, day, is_last):
    letter = replace(letter_of("reminder", days=19 - day), language=language)
    written = datetime.combine(date(2025, 10, day), letter.written_at.timetz())
    letter = replace(letter, written_at=written)
    rendered = MESSAGES.render(letter)
    plain = re.sub(r"<[^>]*>", "", rendered.html)
    for form in (rendered.text, plain):
        assert [said in form for said in LAST_DAY[language]] == [is_last, is_last]
    assert (TODAY[language] in rendered.subject) is is_last
    assert (TODAY[language] in MESSAGES.short(letter)) is is_last


@pytest.mark.parametrize(
    ("late", "days", "said"), [(False, 0, "gửi đúng hạn"), (True, 2, "gửi chậm 2 ngày")]
)
def test_a_receipt_tells_version_documents_and_timeliness_and_approves_nothing(late, days, said):
    rendered = MESSAGES.render(letter_of("receipt", late=late, days=days))
    for form in (rendered.text, rendered.html):
        assert "16:05 ngày 17/10/2025" in form
        assert "lần thứ 2" in form
        assert "1. Báo cáo kết quả năm 2025.docx" in form
        assert said in form
        assert "không đồng nghĩa với chấp thuận nội dung" in form


def test_what_agencies_write_is_neither_markup_nor_a_template():
    reason = '<b>đậm</b> {{ letter.audit_hash }} {% raw %} & "x"'
    rendered = MESSAGES.render(letter_of("returned", reason=reason, agency="{{ 7*7 }} <i>"))
    assert reason in rendered.text
    assert "&lt;b&gt;đậm&lt;/b&gt; {{ letter.audit_hash }} {% raw %} &amp;" in rendered.html
    assert "49" not in rendered.html


def test_line_breaks_in_what_is_quoted_never_break_the_subject():
    templates = {
        "returned.vi.txt.j2": "Trả lại: {{ item.reason }} ({{ item.year }})\n\nKính gửi",
        "returned.vi.html.j2": "<p>Trả lại</p>",
    }
    letter = letter_of("returned", reason="một\r\nBcc: hai\u2028ba\x07")
    rendered = Messages(templates).render(letter)
    assert rendered.subject == "Trả lại: một Bcc: hai ba (2025)"
    assert rendered.text == "Kính gửi\n"


def test_a_letter_is_written_in_its_language_if_both_forms_exist_else_in_the_usual_one():
    letter = replace(letter_of("opening"), language="en")
    shipped = {name: text for name, text in SHIPPED.items() if ".en." not in name}
    english = {"opening.en.txt.j2": "Report by {{ item.before|weekday('en') }}\n\nDear",
               "opening.en.html.j2": "<p>{{ letter.written_at|instant('en') }}</p>"}  # fmt: skip
    rendered = Messages(shipped | english).render(letter)
    assert (rendered.subject, rendered.text) == ("Report by Monday", "Dear\n")
    assert rendered.html == "<p>07:30 on 17 October 2025</p>\n"
    del english["opening.en.html.j2"]
    assert Messages(shipped | english).render(letter).text.startswith("Kính gửi")
    usual = Messages(SHIPPED, "en").render(replace(letter, language="fr"))
    assert usual.text.startswith("To: ")


def test_several_items_become_one_message_in_groups():
    opening, receipt = letter_of("opening").items, letter_of("receipt").items
    text = MESSAGES.render(replace(LETTERS[0], items=receipt + opening)).text
    assert text.index("SẮP ĐẾN THỜI HẠN") < text.index("ĐÃ TIẾP NHẬN")
    assert "ĐÃ QUÁ THỜI HẠN" not in text


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_returned_report_that_is_taken_over_names_the_day_of_its_revision_in_every_form(language):
    item = letter_of("succession", kept_as="Sở C", reason="Thiếu phụ lục II.", covers=()).items[0]
    item = replace(item, until=date(2025, 9, 18), successors=(), lapsed=False)
    letter = replace(
        letter_of("succession"), language=language, items=(item, letter_of("receipt").items[0])
    )
    rendered = MESSAGES.render(letter)
    said = {
        "vi": "gửi lại trước ngày 18/09/2025",
        "en": "submit again before 18 September 2025",
    }[language]
    for form in (rendered.text, rendered.html):
        assert f"{said}: Thiếu phụ lục II." in form
    assert said in MESSAGES.short(letter)


def test_a_template_cannot_reach_what_lies_behind_its_values():
    templates = {
        "opening.vi.txt.j2": "x\n\n{{ letter.__class__.__mro__ }}",
        "opening.vi.html.j2": "x",
    }
    with pytest.raises(WorkError, match="SecurityError"):
        Messages(templates).render(letter_of("opening"))


def test_official_days_pad_small_days_and_the_first_two_months():
    templates = {"opening.vi.txt.j2": "{{ item.before|longdate }}\n", "opening.vi.html.j2": "x"}
    messages = Messages(templates)

    def said(day):
        return messages.render(letter_of("opening", before=day)).subject

    assert said(date(2026, 1, 5)) == "ngày 05 tháng 01 năm 2026"
    assert said(date(2025, 10, 20)) == "ngày 20 tháng 10 năm 2025"


def test_a_kind_of_notice_has_a_template_of_its_name():
    assert {kind.value for kind in NoticeKind} < set(NAMES)


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize(("answerer", "asked"), [("Sở B", False), ("Sở E", True)])
def test_a_focal_point_that_answers_itself_does_not_ask_itself(language, answerer, asked):
    found = next(
        letter
        for letter in sample_letters(language)
        if [(i.kind, i.answerer, i.relieved) for i in letter.items]
        == [("obstacle_assigned", "Sở E", False)]
    )
    item = replace(found.items[0], answerer=answerer)
    rendered = MESSAGES.render(replace(found, items=(item,)))
    asks = {"vi": "Sở B trân trọng đề nghị", "en": "Sở B asks"}[language]
    for form in (rendered.text, rendered.html):
        assert (asks in form) is asked


ENGLISH = [
    letter for letter in sample_letters("en") if f"{template_name(letter)}.en.txt.j2" in SHIPPED
]
ENGLISH_IDS = [f"{number}-{template_name(letter)}" for number, letter in enumerate(ENGLISH)]
DIACRITICS = re.compile(r"[^\x00-\x7f]")


def test_what_is_shipped_in_english_is_without_a_vietnamese_word():
    english = {name: text for name, text in SHIPPED.items() if ".en." in name}
    assert len(english) >= 33
    assert {name for name, text in english.items() if DIACRITICS.search(text)} == set()


@pytest.mark.parametrize("letter", ENGLISH, ids=ENGLISH_IDS)
def test_a_shipped_message_is_whole_english_nfc_and_without_leftovers(letter):
    rendered = MESSAGES.render(letter)
    for form in (rendered.subject, rendered.text, rendered.html):
        assert unicodedata.is_normalized("NFC", form)
        assert not re.search(r"None|\{\{|\}\}|\{%|Undefined|NoticeKind|datetime", form)
        assert not re.search(r"\d\d/\d\d/\d{4}", form.replace("ngày 15/10/2025", ""))
        assert not re.search(r"\b1 (days|agencies)\b", re.sub("<[^>]*>", "", form))
    assert rendered.subject == rendered.subject.strip() != ""
    assert "\n" not in rendered.subject
    assert rendered.text.startswith(f"To: {letter.addressee}\n\n")
    assert "Yours faithfully,\n\nSỞ B\nThành phố X, 17 October 2025\n" in rendered.text
    assert "\n\n\n" not in rendered.text
    assert not re.search(r" [,.;:]|\(\)|  \w+ \.", rendered.text.replace("  ", ""))


@pytest.mark.parametrize("letter", ENGLISH, ids=ENGLISH_IDS)
def test_the_english_html_is_well_formed_one_column_and_loads_nothing(letter):
    html = MESSAGES.render(letter).html
    tags = Tags(html)
    assert tags.open == []
    assert '<html lang="en">' in html
    assert not {"img", "script", "link", "style", "iframe"} & set(tags.seen)
    assert not re.search(r"https?:|url\(", html)


@pytest.mark.parametrize("letter", [x for x in ENGLISH if not all(map(owes_nothing, x.items))])
def test_an_english_message_states_the_deadline_and_the_last_working_day_in_both_forms(letter):
    rendered = MESSAGES.render(letter)
    for form in (rendered.text, rendered.html):
        assert "before 20 October 2025" in form
        assert "last working day" in form.lower()
        assert "Friday, 17 October 2025" in form


def facts(letter):
    """Return the facts of a letter that every language has to state."""
    found = {letter.focal_point, letter.addressee}
    for item in letter.items:
        found |= {item.agency, *item.covers, *item.successors, *item.reason.splitlines()}
        found |= {missing.name for missing in (*item.missing, *item.extended, *item.unrevised)}
        found |= set(item.documents if len(letter.items) == 1 else ())
        found |= {item.authority, *item.detail.splitlines()}
    return found - {""}


@pytest.mark.parametrize("letter", ENGLISH, ids=ENGLISH_IDS)
def test_both_languages_state_the_same_facts(letter):
    english, vietnamese = MESSAGES.render(letter), MESSAGES.render(replace(letter, language="vi"))
    for fact in facts(letter) | {letter.submit_to, letter.ask_name, letter.audit_hash}:
        for form in ("text", "html"):
            one, other = getattr(english, form), getattr(vietnamese, form)
            assert (fact in one) is (fact in other), fact


@pytest.mark.parametrize("letter", ENGLISH, ids=ENGLISH_IDS)
def test_both_languages_name_the_same_days(letter):
    english, vietnamese = MESSAGES.render(letter), MESSAGES.render(replace(letter, language="vi"))
    days = {date(2025, 10, 13) + timedelta(days=n) for n in range(30)}
    days |= {date(2025, 9, 30), date(2025, 12, 19), date(2024, 12, 19)}
    # The place of the letter has its date in words, which is that of the letter in both.
    days.discard(letter.written_at.date())
    for form in ("text", "html"):
        said = {day for day in days if english_date(day) in getattr(english, form)}
        assert said == {day for day in days if f"{day:%d/%m/%Y}" in getattr(vietnamese, form)} - (
            {date(2025, 10, 15)}
        )


def test_a_plan_is_cited_by_what_it_is_called():
    letter = replace(letter_of("opening"), program_kind="Quyết định")
    text = MESSAGES.render(letter).text
    assert "Thực hiện Quyết định số 100/KH-UBND" in text
    text = MESSAGES.render(replace(letter, language="en", program_kind="Decision")).text
    assert "In accordance with Decision No. 100/KH-UBND of 19 December 2024 (UBND tỉnh X)" in text


@pytest.mark.parametrize(("name", "said"), [("the Board", "the Board"), ("Board", "the Board")])
def test_the_article_stands_once(name, said):
    letter = replace(letter_of("reminder"), language="en", focal_point=name)
    text = MESSAGES.render(letter).text
    assert f"{said} had not received" in text
    assert f"{said.replace('the', 'The')} records every report" in text


NO_ARTICLE = re.compile(r"\b(?:[Oo]f|[Bb]y|[Tt]o|from) (?:Department|Office)\b")


@pytest.mark.parametrize("letter", ENGLISH, ids=ENGLISH_IDS)
def test_an_agency_within_an_english_sentence_has_its_article(letter):
    items = tuple(
        item.evolve(
            agency="Department of Health",
            covers=item.covers and ("Department of Industry", "Office of Trade"),
            answerer=item.answerer and "Department of Finance",
            successors=item.successors and ("Department of Culture", "Office of Sport"),
            kept_as=item.kept_as and "Department of Culture",
        )
        for item in letter.items
    )
    rendered = MESSAGES.render(replace(letter, items=items, focal_point="Department of Finance"))
    plain = re.sub(r"<[^>]*>", "", rendered.html).replace("Reported by", "")
    for form in (rendered.subject, rendered.text, plain):
        assert not NO_ARTICLE.search(form)
