"""What letters to those who decide say of what was tried, and of the year before."""

import re
from collections import Counter

from lsplan_workflow.domain.agencies import Role
from lsplan_workflow.domain.notice_kinds import NoticeKind
from lsplan_workflow.reports.collation import sort_key
from lsplan_workflow.services.specimens import specimen
from tests.domain.province import local
from tests.services.office import body

HEADS = local(2025, 10, 22, 7, 30)
REMINDED = (local(2025, 10, 6, 7, 30), local(2025, 10, 17, 7, 30), local(2025, 10, 20, 7, 30))


def test_a_head_is_told_what_reached_whom_and_when(opened):
    opened.run_at(*REMINDED, HEADS)
    (mail,) = opened.mails("head@syt.example")
    tried = (
        body(mail)
        .replace("\r\n", "\n")
        .partition("Đã gửi trước đó, chưa có kết quả:\n")[2]
        .partition("\n\n")[0]
    )
    assert [line.strip() for line in tried.splitlines()] == [
        "03/09/2025: thông báo thời hạn, gửi cán bộ đầu mối",
        "06/10/2025 đến 17/10/2025: nhắc thời hạn 2 lần, gửi cán bộ đầu mối",
        "20/10/2025: đôn đốc quá hạn, gửi cán bộ đầu mối",
    ]


def test_a_letter_names_nothing_of_itself_among_what_was_tried(opened):
    opened.run_at(*REMINDED, HEADS)
    letter = specimen(opened.workplace, NoticeKind.ESCALATION, "annual-2025", "SYT", language="vi")
    assert {one.kind for one in letter.items[0].tried} == {
        NoticeKind.OPENING,
        NoticeKind.REMINDER,
        NoticeKind.OVERDUE,
    }


def test_what_never_left_was_not_tried(opened):
    opened.run(HEADS)
    (mail,) = opened.mails("head@syt.example")
    assert "03/09/2025: thông báo thời hạn" in body(mail)
    assert "nhắc thời hạn" not in body(mail)


def digests(office, year):
    found = [m for m in office.mails() if m["Subject"].startswith("Tình hình gửi")]
    return [body(m) for m in found if m["Date"].datetime.year == year]


def test_a_digest_compares_with_the_year_before_at_the_same_distance_from_the_deadline(opened):
    opened.submit(local(2025, 10, 15, 9), "SYT", cycle="annual-2025")
    # As far from D as the digest of 2026 will be: one before it, one after it.
    opened.submit(local(2025, 10, 21, 9), "SCT", cycle="annual-2025")
    opened.submit(local(2025, 11, 20, 9), "X1", cycle="annual-2025")
    first = opened.run(local(2025, 10, 24, 7, 30))
    assert first.sent
    assert all("Cùng thời điểm" not in text for text in digests(opened, 2025))
    opened.run_at(local(2026, 9, 1, 7, 30), local(2026, 10, 20, 7, 30), local(2026, 10, 26, 7, 30))
    assert digests(opened, 2026)
    for text in digests(opened, 2026):
        assert "Cùng thời điểm năm 2025: 2/5 (40%) đã gửi; năm nay 0/5 (0%)" in text
        assert "thấp hơn 40 điểm phần trăm" in text


def test_who_is_overdue_longest_stands_first(opened):
    opened.extend(local(2025, 10, 1, 9), "SCT", "X1", to=local(2025, 10, 21).date())
    opened.run(local(2025, 10, 31, 7, 30))
    text = digests(opened, 2025)[-1]
    late = [int(days) for days in re.findall(r"chậm (\d+) ngày", text)]
    assert len(set(late)) > 1
    assert late == sorted(late, reverse=True)


def test_of_those_who_are_overdue_as_long_the_names_are_in_vietnamese_order(real):
    real.run(local(2025, 9, 3, 7, 30))
    real.run(local(2025, 10, 24, 7, 30))
    reader = next(c for c in real.configuration.directory.contacts if c.role is Role.LEADER)
    named = (NoticeKind.DIGEST, "annual-2025", reader.agency, "vi")
    (item,) = specimen(real.workplace, *named).items
    names = [one.name for one in item.missing]
    assert len(names) > 30
    assert names == sorted(names, key=sort_key)


def test_a_digest_states_the_deadline_of_the_cycle_not_that_of_its_readers_own_agency(opened):
    opened.extend(local(2025, 10, 6, 8), "NEW", to=local(2025, 10, 22).date())
    opened.run_at(local(2025, 10, 20, 8), local(2025, 10, 24, 8))
    text = body(opened.mails("leader@new.example")[-1])
    assert "trước ngày 20/10/2025" in text
    assert "thời hạn riêng: trước ngày 20/10/2025" not in text


def test_a_digest_counts_the_missing_of_each_kind_of_agencies(opened):
    opened.submit(local(2025, 10, 15, 9), "SYT")
    opened.run(local(2025, 10, 24, 7, 30))
    (item,) = specimen(opened.workplace, NoticeKind.DIGEST, "annual-2025", "CT", "vi").items
    expected = Counter(opened.configuration.directory[code].kind for code in opened.owed())
    late = Counter(opened.configuration.directory[one.code].kind for one in item.missing)
    assert sum(late.values()) == len(opened.owed()) - 1
    counted = {of.kind: (of.expected, of.missing) for of in item.by_kind}
    assert counted == {kind: (count, late[kind]) for kind, count in expected.items()}
