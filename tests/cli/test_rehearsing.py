"""`rehearse`."""

from __future__ import annotations

from itertools import count

import pytest

from lsplan_workflow.clock import StandingClock
from tests.cli.command import WRONG
from tests.services.office import TICK

PERIOD = ("--from", "2025-01-06", "--to", "2025-01-17")

WEEKEND = ("--from", "2025-01-11", "--to", "2025-01-12")


def test_the_story_is_told_day_by_day_and_then_in_figures(opened):
    before = (opened.var / "lsplan.db").read_bytes()
    answer = opened.done("rehearse", *PERIOD)
    lines = answer.out.splitlines()
    assert lines[:4] == [
        "Lúc bắt đầu, 06/01/2025",
        "  plan-2025 đang mở từ 20/12/2024, thời hạn trước 15/01/2025: 37 cơ quan phải báo cáo, 0 "
        "đã nộp.",
        "  Ai lẽ ra đã nộp trước đó thì nộp khi giờ làm việc bắt đầu.",
        "T2 06/01/2025",
    ]
    assert not any(line.startswith("  Mở kỳ plan-2025") for line in lines)
    assert "T4 15/01/2025" in lines
    assert "  Hết thời hạn của plan-2025." in lines
    assert any(line.startswith("  Nộp báo cáo plan-2025: ") for line in lines)
    assert any("thông báo: overdue-1wd, đôn đốc quá hạn (plan-2025)." in line for line in lines)
    (figures,) = [line.split() for line in lines if line.startswith("plan-2025 ")]
    assert figures[1] == "37"
    assert any(line.startswith("Thông báo: gửi ") for line in lines)
    assert lines[-1].startswith("Ngày nhiều thư nhất: ")
    assert "17/01/2025" in answer.err
    assert (opened.var / "lsplan.db").read_bytes() == before


def test_in_mid_year_what_had_happened_before_is_told_in_a_few_words(opened):
    period = ("--from", "2026-06-01", "--to", "2026-09-02", "--nobody")
    lines = opened.done("rehearse", *period).out.splitlines()
    assert lines[:5] == [
        "Lúc bắt đầu, 01/06/2026",
        "  Đã kết thúc trước đó: plan-2025, annual-2025.",
        "  25 cơ quan đã kết thúc hoạt động trước đó.",
        "T3 01/09/2026",
        "  Mở kỳ annual-2026: 85 cơ quan phải báo cáo.",
    ]
    found = opened.json("rehearse", *period)["beginning"]
    assert (found["open"], found["closed"]) == ([], ["plan-2025", "annual-2025"])
    assert len(found["ended"]) == 25


def test_where_nothing_had_happened_before_nothing_is_told_of_it(opened):
    lines = opened.done("rehearse", "--from", "2024-12-20", "--to", "2024-12-22").out.splitlines()
    assert lines[0] == "T6 20/12/2024"


def test_a_period_in_which_no_cycle_runs_has_no_figures_of_cycles(opened):
    answer = opened.done("rehearse", "--from", "2026-06-01", "--to", "2026-06-05")
    assert "Kết quả các kỳ" not in answer.out
    assert answer.out.splitlines()[-1].startswith("Thông báo: gửi 0")


def test_nobody_files_where_that_is_asked_for(opened):
    found = opened.json("rehearse", *PERIOD, "--nobody")
    assert found["seed"] is None
    assert found["cycles"][0]["missing"] == 37
    assert "submitted" not in {h["what"] for day in found["days"] for h in day["happenings"]}


def test_the_story_for_programs_says_its_period_and_seed(opened):
    found = opened.json("rehearse", *WEEKEND, "--seed", "7")
    assert (found["from"], found["to"]) == (
        "2025-01-11T00:00:00+07:00",
        "2025-01-12T23:59:59.999999+07:00",
    )
    assert found["seed"] == 7
    assert opened.json("rehearse", *WEEKEND)["seed"] == 1


def test_what_was_kept_can_be_looked_at_with_every_command(opened, tmp_path):
    kept = tmp_path / "diễn tập"
    answer = opened.done("rehearse", *PERIOD, "--nobody", "--keep", str(kept))
    assert answer.out.endswith(f"Xem tiếp: lsplan --var {kept} status\n")
    assert kept.stat().st_mode & 0o077 == 0
    there = type(opened)(opened.config, kept)
    assert there.json("status", "plan-2025")["missing"] == 37
    assert there.json("audit", "verify")["intact"]
    assert there.json("status", "plan-2025")["as_of"].startswith("2025-01-17T23:59:59")


def test_from_the_present_state_what_was_filed_is_filed(chased):
    found = chased.json("rehearse", "--present", "--to", "2025-02-10", "--nobody")
    assert found["from"] == "2025-01-21T08:00:00+07:00"
    assert (found["cycles"][0]["on_time"], found["cycles"][0]["missing"]) == (1, 36)
    today = chased.json(
        "rehearse", "--present", "--from", "2025-01-21", "--to", "2025-02-10", "--nobody"
    )
    assert today == found
    tomorrow = ("--present", "--from", "2025-01-22", "--to", "2025-02-10", "--nobody")
    assert chased.json("rehearse", *tomorrow)["from"] == "2025-01-22T00:00:00+07:00"


def test_from_the_present_state_it_begins_though_time_goes_on_meanwhile(chased, monkeypatch):
    standing, ticks = StandingClock.now, count()
    monkeypatch.setattr(StandingClock, "now", lambda c: standing(c) + next(ticks) * TICK)
    found = chased.json("rehearse", "--present", "--to", "2025-01-22", "--nobody")
    assert found["from"].startswith("2025-01-21T08:00:00")


def test_what_was_sent_before_the_rehearsal_does_not_count(opened):
    sent = opened.json("outbox", "--status", "sent")
    assert len(sent) > 0
    found = opened.json("rehearse", "--present", "--to", "2024-12-21", "--nobody")
    assert found["from"] == "2024-12-20T08:00:00+07:00"
    assert (found["mails"], found["notices"]["sent"], found["busiest_day"]) == (0, 0, None)
    assert found["days"] == []


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("--to", "2025-01-17"), "Thiếu --from; chỉ bỏ được khi có --present.\n"),
        (
            ("--from", "2025-01-18", "--to", "2025-01-17"),
            "--to 17/01/2025: phải từ ngày 18/01/2025 trở đi.\n",
        ),
        ((*PERIOD, "--nobody", "--seed", "1"), "Chọn một trong hai: --seed hoặc --nobody.\n"),
        (
            ("--from", "mai", "--to", "2025-01-17"),
            "mai: không phải ngày hợp lệ; cần dạng 2025-10-20 hoặc 20/10/2025.\n",
        ),
        (("--from", "2025-01-01", "--present", "--to", "2025-02-01"), "--from 01/01/2025: hiện"),
    ],
)
def test_a_period_that_cannot_be_played_is_refused(chased, given, said):
    answer = chased("rehearse", *given)
    assert (answer.code, answer.out) == (WRONG, "")
    assert answer.err.startswith(said)


def test_only_an_installation_is_rehearsed(empty):
    answer = empty("rehearse", *PERIOD)
    assert answer.code == WRONG
    assert "lsplan init" in answer.err


def test_in_english(opened, english):
    lines = opened.done("rehearse", *PERIOD).out.splitlines()
    assert lines[1].startswith(
        "  plan-2025 has been open since 20/12/2024, due before 15/01/2025: 37 agencies to report, "
    )
    assert "  The deadline of plan-2025 has passed." in lines
    assert lines[-1].startswith("The busiest day: ")
