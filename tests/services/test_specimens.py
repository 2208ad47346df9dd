"""Letters to look at: from what was decided, what the calendar will bring, or an example."""

import re
from dataclasses import replace
from datetime import date

import pytest

from lsplan_workflow.domain.agencies import Role
from lsplan_workflow.domain.errors import RequestError
from lsplan_workflow.domain.notice_kinds import NoticeKind
from lsplan_workflow.domain.obstacles import Statement
from lsplan_workflow.services.failures import report_failure
from lsplan_workflow.services.obstacles import report_obstacle
from lsplan_workflow.services.specimens import (
    every_letter_fault,
    specimen,
    specimen_of_several,
)
from lsplan_workflow.services.submissions import Arrival
from tests.domain.province import agency, local
from tests.services.test_recalling import learns

SUMMER, NOVEMBER = local(2025, 7, 1, 9), local(2025, 11, 1, 9)
LATER = local(2025, 10, 27, 9)


ANSWERING = {NoticeKind.OBSTACLE_ASSIGNED, NoticeKind.OBSTACLE_REMINDER}


def shown(office, kind, agency="SYT", language=None, cycle="annual-2025"):
    return specimen(office.workplace, NoticeKind(kind), cycle, agency, language)


def text(office, *named, **options):
    return office.workplace.messages.render(shown(office, *named, **options)).text


@pytest.mark.parametrize("kind", NoticeKind)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_kind_can_be_seen_before_anything_has_happened(small, kind, language):
    letter = shown(small.at(SUMMER), kind, language=language)
    (item,) = letter.items
    assert (item.kind, letter.language) == (kind, language)
    # News of failures are for the administrators alone, whoever is asked for; and whoever has
    # to answer a difficulty hears of another agency's.
    directory = small.configuration.directory
    failed = kind is NoticeKind.FAILURE
    concerned = directory.administrators()[0].agency if failed else "SYT"
    named = directory[concerned].form_of_address(language)
    assert (item.answerer if kind in ANSWERING else item.agency) == named
    assert item.answerer != item.agency
    rendered = small.workplace.messages.render(letter)
    assert rendered.subject


def test_looking_changes_nothing(opened):
    before = opened.notices(), opened.events()
    for kind in NoticeKind:
        shown(opened, kind)
    assert (opened.notices(), opened.events()) == before


def test_a_reminder_is_shown_as_its_rung_will_send_it(opened):
    assert shown(opened, "reminder").written_at == local(2025, 9, 19, 7, 30)
    assert "đã qua 3 ngày" in text(opened, "escalation")
    assert "03/09/2025: thông báo thời hạn, gửi cán bộ đầu mối" in text(opened, "escalation")


def test_what_stood_already_is_shown_as_it_last_stood(opened):
    opened.at(NOVEMBER)
    assert shown(opened, "overdue").written_at == local(2025, 10, 20, 7, 30)


def test_after_filing_a_letter_is_shown_as_its_rung_would_have_written_it(opened):
    opened.extend(local(2025, 10, 1, 9), "SYT", to=date(2025, 10, 31))
    opened.submit(local(2025, 10, 2, 9), "SYT")
    assert "đã qua 5 ngày" in text(opened.at(local(2025, 10, 24, 9)), "escalation")


def test_what_was_decided_is_shown_with_what_was_decided(opened):
    opened.extend(local(2025, 10, 1, 9), "SYT", to=date(2025, 10, 24))
    assert "Công văn số 12/UBND-TH" in text(opened, "extension")
    assert "trước ngày 25/10/2025" in text(opened, "extension")
    opened.submit(local(2025, 10, 2, 9), "SYT")
    assert "lúc 09:00 ngày 02/10/2025" in text(opened, "receipt")


def test_what_nobody_has_done_is_an_example_with_the_real_deadline_and_agency(opened):
    said = text(opened, "returned")
    assert "Thiếu Phụ lục II." in said
    assert "của Sở SYT" in said
    assert "Thời hạn của báo cáo: trước ngày 20/10/2025" in said


def test_news_of_a_failure_are_shown_as_an_administrator_reads_them(opened):
    letter = shown(opened, "failure")
    administrator, *_ = opened.configuration.directory.administrators()
    assert (letter.addressee, letter.example) == (administrator.name, True)
    said = text(opened, "failure")
    assert "reporting-cycle-crashed" in said
    assert "550" not in said
    report_failure(opened.at(NOVEMBER).workplace, "stopped-run")
    letter = shown(opened, "failure")
    expected = ("stopped-run", "Lượt chạy bị ngắt giữa chừng khi máy dừng", False)
    assert (letter.items[0].rung, letter.items[0].detail, letter.example) == expected


def several(office, language=None, agency="SYT", cycle="annual-2025"):
    return specimen_of_several(office.workplace, cycle, agency, language)


def test_a_mail_about_several_matters_is_shown_as_an_example_of_what_one_person_hears(opened):
    letter = several(opened)
    assert letter.example
    assert [item.kind for item in letter.items] == ["extension", "reminder", "obstacle_answer"]
    assert not any(item.kind.is_reply for item in letter.items)
    assert letter.written_at == local(2025, 9, 19, 7, 30)
    said = opened.workplace.messages.render(letter).text
    assert "Chưa nhận được báo cáo, còn 37 ngày" in said
    assert said.count("trước ngày 27/10/2025") == 2


def test_a_mail_about_several_matters_states_an_agencys_own_deadline(opened):
    opened.extend(local(2025, 10, 1, 9), "SYT", to=date(2025, 10, 24))
    said = opened.workplace.messages.render(several(opened)).text
    assert said.count("trước ngày 25/10/2025") == 2


def test_an_example_in_english_names_agencies_in_english(opened):
    for kind in ("obstacle_answer", "succession"):
        said = text(opened, kind, language="en")
        assert not re.search(r"Sở [A-E]\b|xã D", said)
    assert "Sở" not in opened.workplace.messages.render(several(opened, "en")).html


def test_what_was_decided_on_is_shown_as_of_when_it_left(opened):
    opened.run_at(local(2025, 9, 19, 7, 30), local(2025, 10, 22, 7, 30))
    opened.at(NOVEMBER)
    reminder = shown(opened, "reminder")
    assert (reminder.written_at, reminder.outdated) == (local(2025, 9, 19, 7, 30), False)
    assert "Còn 30 ngày" in text(opened, "reminder")
    escalation = shown(opened, "escalation")
    assert (escalation.items[0].days, escalation.outdated) == (3, False)
    assert escalation.addressee == "Lãnh đạo Sở SYT"
    opened.run(local(2025, 11, 3, 7, 30))
    assert shown(opened, "escalation").items == escalation.items


@pytest.mark.parametrize("kind", ["reminder", "escalation", "digest"])
def test_what_is_no_longer_so_is_called_outdated(opened, kind):
    agency = "NEW" if kind == "digest" else "SYT"
    opened.run_at(local(2025, 9, 19, 7, 30), local(2025, 10, 22, 7, 30), local(2025, 10, 24, 7, 30))
    before = shown(opened.at(local(2025, 10, 25, 9)), kind, agency)
    opened.submit(local(2025, 10, 27, 9), "SYT")
    after = shown(opened.at(NOVEMBER), kind, agency)
    assert (before.outdated, after.outdated) == (False, True)
    assert after.items == before.items
    assert after.audit_hash == ""


def voided(office):
    office.void(LATER, "NEW", 1)


def recalled(office):
    office.submit(LATER, "SYT", arrival=Arrival(local(2025, 9, 30, 16), "Bản giấy."))


def reported(office):
    statement = Statement("Thiếu mẫu.", "Chưa ban hành.", "", "Ban hành mẫu.")
    report_obstacle(office.at(LATER).workplace, "SCT", statement, actor="cli")


@pytest.mark.parametrize("act", [voided, recalled, reported])
def test_a_digest_that_left_is_outdated_after_every_act_that_changes_its_figures(opened, act):
    learns(opened, agency("SYT", valid_to=date(2025, 9, 30), successors=("SCT",)))
    opened.submit(local(2025, 9, 25, 9), "NEW")
    opened.run_at(local(2025, 10, 1, 7, 30), local(2025, 10, 24, 7, 30))
    before = shown(opened.at(LATER), "digest", "NEW")
    act(opened)
    after = shown(opened.at(NOVEMBER), "digest", "NEW")
    assert (before.outdated, after.outdated) == (False, True)


def test_an_extension_or_waiver_that_another_decision_replaced_is_outdated(opened):
    opened.waive(local(2025, 10, 1, 9), "SYT")
    assert not shown(opened, "waiver").outdated
    opened.reopen(local(2025, 10, 2, 9), "SYT")
    assert shown(opened, "waiver").outdated


def day_of(letter):
    return letter.written_at.date()


@pytest.mark.parametrize("at", [SUMMER, local(2025, 10, 10, 9), NOVEMBER])
@pytest.mark.parametrize("agency", ["SYT", "NEW"])
def test_an_example_agrees_with_itself_and_with_the_day_it_is_written_on(small, at, agency):
    small.at(at)
    for kind in NoticeKind:
        letter = shown(small, kind, agency)
        (item,) = letter.items
        if not letter.example or kind is NoticeKind.FAILURE:
            continue
        assert item.received_at is None or item.received_at <= letter.written_at
        assert item.until is None or item.days == (item.until - day_of(letter)).days - 1 > 0
        assert item.last_working_day <= item.last_full_day < item.before
        assert item.former is None or item.former < item.before
        assert item.agency not in (item.answerer, *item.successors)
        if item.obstacle:
            assert item.days == (item.last_full_day - day_of(letter)).days > 0
        if kind is NoticeKind.EXTENSION:
            assert item.before > max(date(2025, 10, 20), day_of(letter))
        if kind in {NoticeKind.RECEIPT, NoticeKind.ACCEPTANCE, NoticeKind.RETURNED}:
            assert item.late == (item.received_at >= local(2025, 10, 20))


def test_an_extension_that_was_given_is_the_one_an_example_states(opened):
    opened.extend(local(2025, 10, 1, 9), "SYT", to=date(2025, 10, 24))
    assert several(opened).items[0].before == date(2025, 10, 25)


def test_a_difficulty_is_reported_to_the_focal_point_by_whoever_is_named(opened):
    letter = shown(opened, "obstacle")
    assert (letter.addressee, letter.items[0].agency) == (letter.focal_point, "Sở SYT")


def test_a_digest_before_a_cycle_opens_is_an_example_in_which_three_are_missing(small):
    letter = shown(small.at(SUMMER), "digest", "CT")
    (item,) = letter.items
    assert letter.example
    assert len(item.missing) == 3
    assert item.filed == item.expected - 3
    assert all(missing.days_late > 0 for missing in item.missing)


def test_a_digest_is_for_a_leader_whichever_agency_is_named(real):
    leaders = [c for c in real.configuration.directory.contacts if c.role is Role.LEADER]
    letter = shown(real.at(SUMMER), "digest", "SYT")
    assert letter.addressee == leaders[0].name
    assert letter.items[0].agency_code == leaders[0].agency
    assert shown(real, "digest", leaders[-1].agency).items[0].agency_code == leaders[-1].agency


def test_a_digest_counts_what_there_is(opened):
    opened.submit(local(2025, 10, 2, 9), "SYT")
    assert "có 1/5 cơ quan đã gửi" in text(opened, "digest", "CT")


@pytest.mark.parametrize(("cycle", "agency"), [("annual-2031", "SYT"), ("annual-2025", "NOBODY")])
def test_what_there_is_not_cannot_be_seen(opened, cycle, agency):
    with pytest.raises(RequestError):
        shown(opened, "opening", agency, cycle=cycle)
    with pytest.raises(RequestError):
        several(opened, agency=agency, cycle=cycle)


def test_the_shipped_templates_write_every_kind_to_everybody(small_configuration):
    assert every_letter_fault(small_configuration) == []


def test_a_template_that_fails_for_one_agency_alone_is_named_by_file_and_line(small_configuration):
    name = "opening.vi.txt.j2"
    broken = small_configuration.messages[name] + (
        '{% if item.agency_code == "X1" %}\n{{ item.nobody }}{% endif %}\n'
    )
    found = every_letter_fault(
        replace(small_configuration, messages={**small_configuration.messages, name: broken})
    )
    assert [(f.file, f.value) for f in found] == [(f"messages/{name}", "nobody")]
    assert found[0].line > len(small_configuration.messages[name].splitlines()) - 1


def test_without_cycles_there_is_nothing_to_write(small_configuration):
    nothing = replace(small_configuration.program, regimes=())
    assert every_letter_fault(replace(small_configuration, programs=(nothing,))) == []


_VIETNAMESE = re.compile(
    r"[àáảãạăắằẳẵặâấầẩẫậđèéẻẽẹêếềểễệìíỉĩịòóỏõọôốồổỗộơớờởỡợùúủũụưứừửữựỳýỷỹỵ]", re.IGNORECASE
)
# What people type stays as they typed it.
_TYPED = ("reason", "authority", "content", "cause", "measures", "proposal", "competence", "answer")


@pytest.mark.parametrize("kind", [*NoticeKind, "several"])
def test_an_english_letter_is_english_but_for_what_people_typed_and_their_names(real, kind):
    real.at(SUMMER)
    agency = "CT-UBND" if kind == "digest" else "SYT"
    letter = several(real, "en") if kind == "several" else shown(real, kind, agency, "en")
    rendered = real.workplace.messages.render(letter)
    said = f"{rendered.subject}\n{rendered.text}\n{real.workplace.messages.short(letter)}"
    names = {contact.name for contact in real.configuration.directory.contacts}
    for item in letter.items:
        typed = {line for field in _TYPED for line in getattr(item, field).splitlines()}
        names |= typed | set(item.documents)
    for name in sorted(names, key=len, reverse=True):
        said = said.replace(name, "")
    assert not _VIETNAMESE.search(said), said
    assert letter.focal_point in said
    assert not re.search(r"\b(Ông|Bà|Kính gửi|Sở|Mr|Ms)\b", said)


def test_persons_are_named_in_english_letters_as_they_write_their_names(real):
    real.at(SUMMER)
    asked = shown(real, "opening", language="en").ask_name
    assert asked == real.configuration.directory.contacts_of("STC25", Role.FOCAL)[0].name
    assert f"please contact: {asked}," in text(real, "opening", language="en")


@pytest.mark.parametrize(
    ("agency", "language", "addressee"),
    [
        ("SYT", "vi", "Lãnh đạo Sở Y tế"),
        ("SYT", "en", "The Head of the Department of Health"),
        ("X05983", "vi", "Lãnh đạo Ủy ban nhân dân {}"),
    ],
)
def test_an_escalation_is_addressed_to_the_head_of_the_agency(real, agency, language, addressee):
    letter = shown(real.at(SUMMER), "escalation", agency, language)
    name = letter.items[0].agency.removeprefix("Ủy ban nhân dân ")
    assert letter.addressee == addressee.format(name)
    assert shown(real, "reminder", agency, language).addressee == letter.items[0].agency
