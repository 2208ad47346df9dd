"""The levels before, on and after each threshold, and what follows from them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from lsplan_workflow.domain import machine_findings, office_findings
from lsplan_workflow.domain.health import (
    GIBIBYTE,
    Finding,
    Level,
    is_overlooked,
    is_well,
    level_of_backup,
    level_of_calendar,
    level_of_clock,
    level_of_disk,
    level_of_failure,
    level_of_waiting,
    mornings_since,
)
from lsplan_workflow.domain.text import Text
from tests.domain.province import CALENDAR, local

OK, NOTICE, TROUBLE = Level.OK, Level.NOTICE, Level.TROUBLE
TICK = timedelta(microseconds=1)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
WHY = Text("lý do", "a reason")


@pytest.mark.parametrize(
    ("free", "level"),
    [
        (0, TROUBLE),
        (GIBIBYTE // 2 - 1, TROUBLE),
        (GIBIBYTE // 2, NOTICE),
        (2 * GIBIBYTE - 1, NOTICE),
        (2 * GIBIBYTE, OK),
    ],
)
def test_a_disk_is_low_below_two_gibibytes_and_full_below_half_of_one(free, level):
    assert level_of_disk(free) is level


@pytest.mark.parametrize(
    ("offset", "level"),
    [
        (timedelta(), OK),
        (MINUTE, OK),
        (MINUTE + TICK, NOTICE),
        (5 * MINUTE, NOTICE),
        (5 * MINUTE + TICK, TROUBLE),
    ],
)
@pytest.mark.parametrize("sign", [1, -1])
def test_a_clock_drifts_after_a_minute_and_is_wrong_after_five_either_way(offset, level, sign):
    assert level_of_clock(sign * offset) is level


@pytest.mark.parametrize(
    ("year", "today", "level"),
    [
        (2026, date(2025, 1, 1), NOTICE),
        (2026, date(2025, 12, 14), NOTICE),
        (2026, date(2025, 12, 15), TROUBLE),
        (2026, date(2025, 12, 31), TROUBLE),
        (2026, date(2026, 1, 1), TROUBLE),
    ],
)
def test_next_years_days_off_must_be_known_from_the_middle_of_december(year, today, level):
    assert level_of_calendar(year, today) is level


@pytest.mark.parametrize(
    ("age", "level"),
    [(2 * DAY, OK), (2 * DAY + TICK, NOTICE), (7 * DAY, NOTICE), (7 * DAY + TICK, TROUBLE)],
)
def test_a_backup_ages_after_two_days_and_is_old_after_a_week(age, level):
    assert level_of_backup(age) is level


@pytest.mark.parametrize(
    ("running", "level"),
    [(timedelta(), NOTICE), (7 * DAY, NOTICE), (7 * DAY + TICK, TROUBLE)],
)
def test_never_to_have_backed_up_is_trouble_after_a_week_of_running(running, level):
    found = office_findings.backup(None, running)
    assert (found.code, found.level) == ("backup-never", level)


@pytest.mark.parametrize(
    ("mornings", "level"), [(0, OK), (1, NOTICE), (2, NOTICE), (3, TROUBLE), (4, TROUBLE)]
)
def test_a_message_waits_long_from_the_next_working_morning_on_and_is_stuck_after_three(
    mornings, level
):
    assert level_of_waiting(mornings) is level


@pytest.mark.parametrize(
    ("age", "level"), [(timedelta(), TROUBLE), (7 * DAY, TROUBLE), (7 * DAY + TICK, NOTICE)]
)
def test_a_failure_is_trouble_for_a_week_and_then_a_remark(age, level):
    assert level_of_failure(age) is level


@pytest.mark.parametrize(("late", "overlooked"), [(-DAY, False), (DAY, False), (DAY + TICK, True)])
def test_an_action_was_overlooked_once_a_whole_day_has_passed(late, overlooked):
    due = local(2025, 10, 6, 7, 30)
    assert is_overlooked(due, due + late) is overlooked


@pytest.mark.parametrize(
    ("since", "now", "count"),
    [
        (local(2025, 10, 6, 7, 30), local(2025, 10, 6, 16), 0),
        (local(2025, 10, 6, 7, 29), local(2025, 10, 6, 16), 1),
        (local(2025, 10, 6, 8), local(2025, 10, 7, 7, 30) - TICK, 0),
        (local(2025, 10, 6, 8), local(2025, 10, 7, 7, 30), 1),
        (local(2025, 10, 3, 17), local(2025, 10, 6, 7), 0),
        (local(2025, 1, 24, 16), local(2025, 2, 1, 12), 0),
        (local(2025, 10, 6, 8), local(2025, 10, 9, 7, 30), 3),
        (local(2025, 10, 6, 8), local(2025, 12, 9, 7, 30), 3),
        (local(2025, 10, 7), local(2025, 10, 6), 0),
    ],
)
def test_only_the_starts_of_working_days_count_as_mornings(since, now, count):
    assert mornings_since(CALENDAR, since, now) == count


def test_all_is_well_unless_there_is_trouble():
    findings = [Finding(level.value, level, WHY) for level in Level]
    assert is_well([f for f in findings if f.level is not TROUBLE])
    assert not is_well(findings)


CODES = [
    (machine_findings.disk("var", 3 * GIBIBYTE), "disk", OK),
    (machine_findings.disk("var", GIBIBYTE), "disk-low", NOTICE),
    (machine_findings.disk("var", 0), "disk-full", TROUBLE),
    (machine_findings.clock(timedelta(), "x"), "clock", OK),
    (machine_findings.clock(-2 * MINUTE, "x"), "clock-drifting", NOTICE),
    (machine_findings.clock(6 * MINUTE, "x"), "clock-wrong", TROUBLE),
    (machine_findings.clock_unknown(WHY), "clock-unknown", Level.UNKNOWN),
    (machine_findings.mail("x"), "mail", OK),
    (machine_findings.mail_filed("var/mail"), "mail-filed", NOTICE),
    (machine_findings.mail_in_clear("x"), "mail-in-clear", NOTICE),
    (machine_findings.mail_unreachable(WHY), "mail-unreachable", TROUBLE),
    (machine_findings.prefect_unused(), "prefect", OK),
    (machine_findings.prefect("x", [], []), "prefect", OK),
    (machine_findings.prefect("x", ["reporting-cycle"], ["y"]), "schedules-missing", TROUBLE),
    (machine_findings.prefect("x", [], ["reporting-cycle"]), "runs-late", TROUBLE),
    (machine_findings.prefect_unreachable("x", "y"), "prefect-unreachable", TROUBLE),
    (machine_findings.secrets(), "secrets", OK),
    (machine_findings.audit_key_missing(), "audit-key-missing", TROUBLE),
    (machine_findings.variables_missing(["BOT"]), "secrets-missing", TROUBLE),
    (machine_findings.secrets_readable(["var/audit.key"]), "secrets-readable", NOTICE),
    (machine_findings.database(migrated=True), "database", OK),
    (machine_findings.database(migrated=False), "database-migrations", TROUBLE),
    (machine_findings.database_missing(), "database-missing", TROUBLE),
    (machine_findings.database_unreachable(WHY), "database-unreachable", TROUBLE),
    (machine_findings.database_damaged("x"), "database-damaged", TROUBLE),
    (machine_findings.heartbeat_unreached("x"), "heartbeat-unreached", NOTICE),
    (office_findings.unknown("audit"), "audit-unknown", Level.UNKNOWN),
    (office_findings.unchecked("audit", WHY), "audit-unchecked", TROUBLE),
    (office_findings.configuration(edited=False), "configuration", OK),
    (office_findings.configuration(edited=True), "configuration-edited", NOTICE),
    (office_findings.configuration_outdated(), "configuration-outdated", TROUBLE),
    (office_findings.configuration_faulty(WHY), "configuration-faulty", TROUBLE),
    (next(office_findings.calendar([], date(2025, 1, 1))), "calendar", OK),
    (next(office_findings.calendar([2026], date(2025, 1, 1))), "calendar-estimated", NOTICE),
    (office_findings.actions(None, local(2025, 1, 1), ""), "actions", OK),
    (
        office_findings.actions(local(2025, 1, 1), local(2025, 1, 3), "x"),
        "actions-overlooked",
        TROUBLE,
    ),
    (office_findings.pass_failed(), "pass-failed", TROUBLE),
    (office_findings.waiting(0, 0, ""), "waiting", OK),
    (office_findings.waiting(2, 1, "x"), "waiting-long", NOTICE),
    (office_findings.waiting(2, 3, "x"), "waiting-stuck", TROUBLE),
    (office_findings.failed(0, timedelta()), "failed", OK),
    (office_findings.failed(1, timedelta()), "failed-messages", TROUBLE),
    (office_findings.failed(1, 8 * DAY), "failed-earlier", NOTICE),
    (office_findings.uncertain(1), "uncertain-messages", NOTICE),
    (office_findings.backup(DAY, DAY), "backup", OK),
    (office_findings.backup(3 * DAY, 9 * DAY), "backup-old", NOTICE),
    (office_findings.no_backup_needed(), "backup", OK),
    (office_findings.audit(3), "audit", OK),
    (office_findings.audit_broken(3, WHY), "audit-broken", TROUBLE),
    (office_findings.administrators_missing(), "administrators-missing", NOTICE),
    (office_findings.administrators_missing(["A/admin"]), "administrators-missing", NOTICE),
]


@pytest.mark.parametrize(
    ("finding", "code", "level"), CODES, ids=[f"{c[1]}-{n}" for n, c in enumerate(CODES)]
)
def test_a_finding_has_its_code_and_level_and_says_what_to_do_unless_all_is_well(
    finding, code, level
):
    assert (finding.code, finding.level) == (code, level)
    assert finding.said.vi
    assert finding.said.en
    for remedy in (finding.remedy.vi, finding.remedy.en):
        assert bool(remedy) is (level is not OK)


def test_the_audit_key_is_not_looked_for_in_a_backup_which_holds_none():
    remedy = machine_findings.audit_key_missing().remedy
    assert "kept apart" in remedy.en
    assert "cất riêng" in remedy.vi
