"""What differs between two configurations is said, and nothing that differs is left out."""

from __future__ import annotations

from dataclasses import dataclass, fields, is_dataclass, make_dataclass, replace
from datetime import date, time
from enum import Enum
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from lsplan_workflow.configuration.comparison import compared
from lsplan_workflow.configuration.difference import Part, Topic
from lsplan_workflow.configuration.differences import differences
from lsplan_workflow.configuration.folder import parse
from lsplan_workflow.domain.agencies import Agency
from lsplan_workflow.domain.program import MonthDay
from lsplan_workflow.domain.text import Text
from tests.configuration.folders import FILES, edited, encoded

BEFORE = parse(encoded())


def found(name, old, new):
    return differences(BEFORE, parse(encoded(edited(name, old, new))))


def said(name, old, new, language="vi"):
    return [d.text.in_language(language) for d in found(name, old, new)]


def without(name):
    return {key: text for key, text in FILES.items() if key != name}


@pytest.mark.parametrize(
    ("name", "old", "new", "sentences"),
    [
        (
            "agencies.csv",
            "SYT,Sở Y tế",
            "SYT,Sở Sức khỏe",
            ["SYT: tên đổi từ «Sở Y tế» thành «Sở Sức khỏe»"],
        ),
        (
            "agencies.csv",
            "SYT,Sở Y tế,Health,department,,,,",
            "SYT,Sở Y tế,Health,department,,2025-02-28,NEW,",
            ["SYT kết thúc ngày 28/02/2025, kế thừa bởi NEW"],
        ),
        (
            "agencies.csv",
            "SYT,Sở Y tế,Health,department,,,,",
            "SYT,Sở Y tế,Health,department,,2025-02-28,,",
            ["SYT kết thúc ngày 28/02/2025, không có cơ quan kế thừa"],
        ),
        (
            "agencies.csv",
            "X1,UBND",
            "MOI,Sở Mới,New,department,2025-08-01,,,yes,QĐ 5\nX1,UBND",
            [
                "Thêm cơ quan MOI: tên «Sở Mới», tên tiếng Anh «New», loại «department», "
                "ngày bắt đầu 01/08/2025, đã xác minh có, nguồn «QĐ 5»"
            ],
        ),
        (
            "agencies.csv",
            "30/06/2025,X1;X2",
            "30/06/2025,X2;X1",
            ["D1: thứ tự cơ quan kế thừa đổi thành X2, X1"],
        ),
        (
            "agencies.csv",
            "no,from memory",
            "yes,from memory",
            ["SYT: đã xác minh đổi từ không thành có"],
        ),
        (
            "agencies.csv",
            "no,from memory",
            "no,",
            ["SYT: bỏ nguồn «from memory»"],
        ),
        (
            "program.toml",
            'before = "10-20"',
            'before = "10-25"',
            ["Chế độ annual: thời hạn đổi từ trước ngày 20/10 thành trước ngày 25/10"],
        ),
        (
            "program.toml",
            'before = "10-20"',
            'by = "10-20"\nroll = "next-working-day"',
            [
                "Chế độ annual: thời hạn đổi từ trước ngày 20/10 thành chậm nhất ngày 20/10, "
                "ngày nghỉ thì lùi đến ngày làm việc tiếp theo"
            ],
        ),
        (
            "program.toml",
            '"before-14d",  # Two weeks.',
            '"before-7d", "before-3wd",',
            ["Chế độ annual: mốc nhắc: thêm before-7d, before-3wd; bỏ before-14d"],
        ),
        (
            "program.toml",
            'to = "head"\ncopy = ["focal"]',
            'to = "leadership"\ncopy = ["focal", "leader"]',
            [
                "Chế độ annual: bậc đôn đốc overdue-3wd: nơi nhận đổi từ head thành leadership",
                "Chế độ annual: bậc đôn đốc overdue-3wd: đồng gửi: thêm leader",
            ],
        ),
        (
            "program.toml",
            'rung = "overdue-3wd"\nto = "head"\ncopy = ["focal"]',
            'rung = "overdue-5wd"\nto = "head"\ncopy = ["focal"]',
            [
                "Chế độ annual: bậc đôn đốc: bỏ overdue-3wd gửi head, đồng gửi focal",
                "Chế độ annual: bậc đôn đốc: thêm overdue-5wd gửi head, đồng gửi focal",
            ],
        ),
        (
            "program.toml",
            'grace = "10wd"\ncloses = "60d"\nowed_by = ["department", "commune"]',
            'grace = "5wd"\ncloses = "61d"\nowed_by = ["commune"]',
            [
                "Chế độ annual: thời gian chờ sau hạn đổi từ 10 ngày làm việc "
                "thành 5 ngày làm việc",
                "Chế độ annual: kết thúc kỳ sau hạn đổi từ 60 ngày thành 61 ngày",
                "Chế độ annual: loại cơ quan phải báo cáo: bỏ department",
            ],
        ),
        (
            "program.toml",
            'data_cutoff = "09-30"\n',
            "",
            ["Chế độ annual: bỏ ngày chốt số liệu 30/09"],
        ),
        (
            "program.toml",
            'split = "all"\nsender = "lsplan@stc.example"',
            'split = "lead"\nsender = "kh@stc.example"',
            [
                "Chương trình 7: cách chuyển nghĩa vụ khi chia tách đổi từ all thành lead",
                "Chương trình 7: địa chỉ gửi thư đổi từ «lsplan@stc.example» "
                "thành «kh@stc.example»",
            ],
        ),
        (
            "program.toml",
            'work_ends = "17:00"',
            'work_ends = "16:30"',
            ["Lịch làm việc: giờ làm việc đổi từ 07:30–17:00 thành 07:30–16:30"],
        ),
        (
            "calendar.csv",
            "2026-01-02,off,Nghỉ bù",
            "2026-01-05,off,Nghỉ bù",
            ["Lịch năm 2026: nay nghỉ 05/01/2026", "Lịch năm 2026: nay làm việc 02/01/2026"],
        ),
        (
            "calendar.csv",
            "10/01/2026,work,Làm bù,announced",
            "10/01/2026,work,Làm bù,estimate - soon",
            [
                "Lịch năm 2026: nay là ước tính, trước đã công bố",
                "Lịch năm 2026: sửa ghi chép về 10/01/2026, ngày nghỉ và ngày làm việc như cũ",
            ],
        ),
        (
            "contacts.csv",
            "Đầu mối,dm@syt.vn",
            "Người khác,khac@syt.vn",
            ["Liên hệ SYT/focal: tên đổi", "Liên hệ SYT/focal: địa chỉ đổi"],
        ),
        (
            "contacts.csv",
            "SYT,head,Giám đốc,gd@syt.vn,vi\n",
            "SYT,focal,Phó phòng,pp@syt.vn,vi\n",
            ["Bỏ liên hệ SYT/head", "Thêm liên hệ SYT/focal-2"],
        ),
        (
            "indicators.csv",
            "8-9,higher_is_better",
            "9-10,higher_is_better",
            ["Chỉ tiêu KT01: mục tiêu 2030 đổi từ «8-9» thành «9-10»"],
        ),
        (
            "tasks.csv",
            "NV01,Đường liên huyện,OLD,yes,\n",
            "",
            ["Bỏ nhiệm vụ NV01: «Đường liên huyện»"],
        ),
        (
            "messages/reminder.vi.txt.j2",
            "Kính gửi {{ agency }}",
            "Kính gửi {{ agency }}\nĐề nghị nộp\n",
            ["Mẫu thư reminder.vi.txt.j2: thêm 2 dòng, bỏ 1 dòng"],
        ),
        (
            "program.toml",
            "# Two weeks.",
            "# Two.",
            ["program.toml: chỉ đổi chú thích, cách trình bày"],
        ),
        (
            "program.toml",
            'years = "2025-2026"',
            "years = [2025, 2026]",
            ["program.toml: chỉ đổi chú thích, cách trình bày"],
        ),
        ("tasks.csv", "\nNV02", "\n\nNV02", ["tasks.csv: chỉ đổi chú thích, cách trình bày"]),
    ],
)
def test_what_was_edited_is_said_in_words(name, old, new, sentences):
    assert said(name, old, new) == sentences


def test_english_people_read_it_in_english():
    assert said("program.toml", 'before = "10-20"', 'by = "10-25"', "en") == [
        "Regime annual: deadline changed from before 20/10 to by 25/10"
    ]
    ended = ("SYT,Sở Y tế,Health,department,,,,", "SYT,Sở Y tế,Health,department,,2025-02-28,NEW,")
    assert said("agencies.csv", *ended, "en") == ["SYT ends on 28/02/2025, succeeded by NEW"]


def test_years_that_are_added_are_said_with_the_holidays_that_come_with_them():
    texts = said("program.toml", '"2025-2026"', '"2025-2028"')
    assert texts[0] == "Chế độ annual: năm: thêm 2027, 2028"
    (year,) = [text for text in texts if text.startswith("Lịch năm 2029: thêm vào ")]
    assert year.endswith(" ngày nghỉ, 0 ngày làm bù")


def test_a_regime_that_is_added_is_said_with_all_that_is_set_in_it():
    start = FILES["program.toml"].index('[[regime]]\ncode = "annual"')
    further = FILES["program.toml"][start:].replace('code = "annual"', 'code = "extra"')
    files = FILES | {"program.toml": f"{FILES['program.toml']}\n{further}"}
    (text,) = [d.text.vi for d in differences(BEFORE, parse(encoded(files)))]
    assert text.startswith("Thêm chế độ extra: tên «Báo cáo», ")
    assert "thời hạn trước ngày 20/10" in text
    assert "overdue-3wd gửi head, đồng gửi focal" in text
    (text,) = [d.text.vi for d in differences(parse(encoded(files)), BEFORE)]
    assert text == "Bỏ chế độ extra: «Báo cáo»"


def test_the_country_is_said_besides_the_days_that_it_moves():
    found_differences = found("program.toml", 'country = "VN"', 'country = "LA"')
    texts = [d.text.vi for d in found_differences]
    assert "Lịch làm việc: nước có ngày lễ được tính đổi từ «VN» thành «LA»" in texts
    assert any("nay làm việc" in text for text in texts)


def test_an_assumption_in_english_alone_is_said():
    with_assumption = 'code = "plan"\nassumption_vi = "a"\nassumption_en = "b"'
    old = parse(encoded(edited("program.toml", 'code = "plan"', with_assumption)))
    edited_again = with_assumption.replace('"b"', '"c"')
    new = parse(encoded(edited("program.toml", 'code = "plan"', edited_again)))
    (only,) = differences(old, new)
    assert only.text.vi == (
        "Chế độ plan: giả định: thêm «a» (tiếng Anh «c»); bỏ «a» (tiếng Anh «b»)"
    )


def test_contacts_that_move_to_the_file_of_this_machine_are_said_to():
    files = without("contacts.csv") | {"contacts.local.csv": FILES["contacts.csv"]}
    texts = [d.text.vi for d in differences(BEFORE, parse(encoded(files)))]
    assert texts == ["contacts.csv: tệp bị bỏ", "contacts.local.csv: tệp được thêm"]


def test_templates_that_come_and_go_are_said():
    name = "messages/reminder.vi.txt.j2"
    files = without(name) | {"messages/opening.vi.txt.j2": "a\nb\n"}
    texts = [d.text.vi for d in differences(BEFORE, parse(encoded(files)))]
    assert texts == [
        "Mẫu thư opening.vi.txt.j2: được thêm, 2 dòng",
        "Mẫu thư reminder.vi.txt.j2: bị bỏ, 1 dòng",
    ]


def test_a_contacts_file_that_has_lost_rows_is_compared_as_it_is():
    rows = FILES["contacts.csv"].splitlines(keepends=True)
    files = FILES | {"contacts.csv": "".join(row for row in rows if not row.startswith("SYT"))}
    texts = [d.text.vi for d in differences(parse(encoded(files)), BEFORE)]
    assert texts == ["Thêm liên hệ SYT/focal", "Thêm liên hệ SYT/head"]


def test_differences_come_part_by_part():
    files = edited("tasks.csv", "Trạm y tế", "Trạm") | {
        "agencies.csv": edited("agencies.csv", "Sở Y tế", "Y tế")["agencies.csv"],
        "program.toml": edited("program.toml", "Two", "2")["program.toml"],
    }
    parts = [d.part for d in differences(BEFORE, parse(encoded(files)))]
    assert parts == [Part.AGENCIES, Part.TASKS, Part.FILES]


def test_a_field_that_has_no_words_yet_is_called_by_its_name():
    wider = make_dataclass("Wider", [("floor", int)], bases=(Agency,), frozen=True, kw_only=True)
    old, new = (wider(code="A", name_vi="a", name_en="a", kind="k", floor=n) for n in (1, 2))
    topic = Topic(Part.AGENCIES, "A", Text("A", "A"))
    (only,) = compared(topic, old, new)
    assert only.text == Text(
        "A: trường floor đổi từ 1 thành 2", "A: field floor changed from 1 to 2"
    )


def test_a_field_of_a_contact_that_has_no_words_yet_is_not_shown():
    wider = make_dataclass("Wider", [("mobile", str)], bases=(Agency,), frozen=True, kw_only=True)
    old, new = (wider(code="A", name_vi="a", name_en="a", kind="k", mobile=n) for n in "12")
    (only,) = compared(Topic(Part.CONTACTS, "A/focal", Text("A", "A")), old, new)
    assert only.text.vi == "A: trường mobile đổi"


def test_a_configuration_does_not_differ_from_itself():
    assert differences(BEFORE, BEFORE) == ()
    assert differences(BEFORE, parse(encoded())) == ()


@dataclass(frozen=True)
class Leaf:
    """A place in the configuration that one change can be made at, and what it is part of."""

    path: tuple[str | int, ...]
    value: Any
    subjects: frozenset[str]


def _leaves(value, path=(), subjects=frozenset()):
    subjects |= {str(getattr(value, name)) for name in ("code", "id") if hasattr(value, name)}
    if is_dataclass(value):
        for field in (
            f for f in fields(value) if f.compare and f.name not in {"warnings", "files"}
        ):
            yield from _leaves(getattr(value, field.name), (*path, field.name), subjects)
        return
    yield Leaf(path, value, subjects)
    if isinstance(value, tuple):
        for number, item in enumerate(value):
            yield from _leaves(item, (*path, number), subjects)


def _changed(value, path, new):
    if not path:
        return new
    head, *rest = path
    if isinstance(head, int):
        return (*value[:head], _changed(value[head], rest, new), *value[head + 1 :])
    return replace(value, **{head: _changed(getattr(value, head), rest, new)})


TEXTS = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=12)
DAYS = st.dates(date(2024, 1, 1), date(2030, 12, 31))
YEARS = st.integers(2024, 2030)
ABSENT = {"data_cutoff": st.builds(MonthDay, st.integers(1, 12), st.integers(1, 28))}


def _others(leaf):
    """Return a strategy for values of the same type; they may still be equal."""
    value = leaf.value
    kinds = [
        (Enum, lambda: st.sampled_from(list(type(value)))),
        (bool, st.booleans),
        (str, lambda: TEXTS),
        (int, lambda: st.integers(1, 5000)),
        (date, lambda: DAYS),
        (time, lambda: st.builds(time, st.integers(5, 20), st.integers(0, 59))),
        (dict, lambda: st.dictionaries(TEXTS, TEXTS, max_size=3)),
        (frozenset, lambda: st.frozensets(YEARS if leaf.path[-1] == "announced_years" else DAYS)),
        (tuple, lambda: _other_tuples(value)),
        (type(None), lambda: ABSENT.get(str(leaf.path[-1]), DAYS)),
    ]
    return next(make() for kind, make in kinds if isinstance(value, kind))


def _other_tuples(value):
    return st.permutations(value).flatmap(
        lambda shuffled: st.integers(0, len(shuffled)).map(lambda n: tuple(shuffled[:n]))
    )


LEAVES = list(_leaves(BEFORE))


@st.composite
def changes(draw):
    leaf = draw(st.sampled_from(LEAVES))
    value = draw(_others(leaf).filter(lambda other: other != leaf.value))
    return leaf, _changed(BEFORE, leaf.path, value)


@given(changes())
def test_whatever_single_field_differs_is_told_of_by_the_name_of_its_subject(change):
    leaf, after = change
    told = differences(BEFORE, after)
    assert told, leaf.path
    # Another role may be that of another contact; no folder can have two of one name.
    contacts = after.directory.contacts
    assume(len({contact.id for contact in contacts}) == len(contacts))
    if leaf.subjects and not isinstance(leaf.value, tuple):
        assert leaf.subjects & {d.subject for d in told}
    for difference in told:
        assert difference.text.vi
        assert difference.text.en


@given(changes(), changes())
def test_no_name_or_address_of_a_contact_is_ever_said(one, other):
    secrets = [c.address for c in (*BEFORE.directory.contacts, *one[1].directory.contacts)]
    told = differences(one[1], other[1])
    assert not [d for d in told for secret in secrets if "@" in secret and secret in d.text.vi]
    names = [c.name for c in BEFORE.directory.contacts]
    contacts = [d for d in told if d.part is Part.CONTACTS]
    assert not [d for d in contacts for name in names if name in d.text.vi]


FURTHER = (
    FILES["program.toml"]
    .replace('code = "7"', 'code = "8"')
    .replace('code = "plan"', 'code = "round"')
    .replace('code = "annual"', 'code = "quarter"')
)
COMMON = FURTHER[FURTHER.index("[calendar]") : FURTHER.index("[[regime]]")]
TWO = FILES | {"programs/8.toml": FURTHER.replace(COMMON, "")}


def test_a_further_program_is_said_with_its_regimes_and_its_file():
    told = differences(BEFORE, parse(encoded(TWO)))
    assert [(d.part, d.subject) for d in told] == [
        (Part.PROGRAM, "8"),
        (Part.REGIME, "round"),
        (Part.REGIME, "quarter"),
        (Part.FILES, "programs/8.toml"),
    ]
    assert told[0].text.vi.startswith("Thêm chương trình 8: số «7/KH-UBND», tên «Kế hoạch», ")


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("# Two weeks.", "", "programs/8.toml: chỉ đổi chú thích, cách trình bày"),
        ('grace = "10wd"', 'grace = "9wd"', "Chế độ round: thời gian chờ sau hạn đổi từ "
         "10 ngày làm việc thành 9 ngày làm việc"),
    ],
)  # fmt: skip
def test_what_was_edited_in_the_file_of_a_further_program_is_said(old, new, sentence):
    files = TWO | {"programs/8.toml": TWO["programs/8.toml"].replace(old, new, 1)}
    told = differences(parse(encoded(TWO)), parse(encoded(files)))
    assert [d.text.vi for d in told] == [sentence]


def test_what_all_programs_have_in_common_is_said_by_itself():
    assert said("program.toml", "max_per_minute = 600", "max_per_minute = 60") == [
        "Mức gửi: số thư mỗi phút đổi từ 600 thành 60"
    ]
    rules = '[obstacles]\nanswer_within = "7wd"\n\n[rate]'
    assert said("program.toml", "[rate]", rules) == [
        "Khó khăn, vướng mắc: thời gian trả lời đổi từ 10 ngày làm việc thành 7 ngày làm việc"
    ]


def test_things_that_change_places_are_said_in_their_new_order():
    agencies = BEFORE.directory.agencies
    after = replace(BEFORE, directory=replace(BEFORE.directory, agencies=agencies[::-1]))
    (only,) = differences(BEFORE, after)
    assert only.text.vi == "Cấu hình: thứ tự cơ quan đổi thành X2, X1, D1, SYT, NEW, OLD, CT"


def test_a_day_that_is_entered_otherwise_and_means_the_same_is_said_too():
    saturday = date(2025, 3, 1)
    days = BEFORE.calendar.days_off | {saturday}
    (only,) = differences(BEFORE, replace(BEFORE, calendar=replace(BEFORE.calendar, days_off=days)))
    assert only.subject == "2025"
    assert only.text.vi == (
        "Lịch năm 2025: sửa ghi chép về 01/03/2025, ngày nghỉ và ngày làm việc như cũ"
    )
