"""Reports are written on completion, at the end of grace and on demand; none ever changes."""

from dataclasses import replace
from datetime import date
from hashlib import sha256

import pytest

from lsplan_workflow.domain.errors import RequestError
from lsplan_workflow.domain.obligations import Event, Status
from lsplan_workflow.domain.obstacles import Statement
from lsplan_workflow.domain.program import Span
from lsplan_workflow.services.consolidation import consolidate, consolidate_due
from lsplan_workflow.services.obstacles import answer_obstacle, close_obstacle, report_obstacle
from lsplan_workflow.services.report import gather_report
from lsplan_workflow.services.reporting_pass import decide
from lsplan_workflow.store import cycles, obligations, submissions
from lsplan_workflow.store.submissions import Decision, DecisionKind
from tests.domain.province import local
from tests.services.office import DAY, HOUR, MINUTE, TICK

OPENING, DUE = local(2025, 9, 3, 7, 30), local(2025, 10, 20)
GRACE_ENDS, CLOSES = local(2025, 10, 31, 17), local(2025, 12, 19)
REASON = "Thiếu số liệu"


def settle(office, instant, agencies=None):
    for agency in agencies or sorted(office.owed()):
        office.submit(instant, agency)
        office.accept(instant, agency)


def on_demand(office, instant, *, partial=False, code="annual-2025"):
    return consolidate(office.at(instant).workplace, code, partial=partial, actor="cli")


def gathered(office, code, now):
    with office.workplace.database.reading() as session:
        cycle = office.cycle(code)
        return gather_report(session, office.configuration, cycle, number=1, now=now)


def made(office):
    return [(row.number, row.reason, row.partial) for row in office.reports()]


def test_a_report_is_written_by_the_pass_that_finds_everything_settled(opened):
    settle(opened, OPENING + HOUR)
    assert opened.run(OPENING + 2 * HOUR).consolidated == 1
    assert made(opened) == [(1, "complete", False)]


def test_while_one_is_unsettled_none_is_written(opened):
    settle(opened, OPENING + HOUR, ["NEW", "SYT", "SCT", "X1"])
    opened.submit(OPENING + HOUR, "X2")
    assert opened.run(OPENING + 2 * HOUR).consolidated == 0


def test_what_is_complete_is_consolidated_once(opened):
    settle(opened, OPENING + HOUR)
    instants = (OPENING + 2 * HOUR, OPENING + DAY, GRACE_ENDS, CLOSES, CLOSES + DAY)
    assert [opened.run(at).consolidated for at in instants] == [1, 0, 0, 0, 0]


def test_at_the_end_of_grace_a_partial_report_is_written_and_not_a_moment_earlier(opened):
    assert opened.run(GRACE_ENDS - TICK).consolidated == 0
    assert opened.run(GRACE_ENDS).consolidated == 1
    assert made(opened) == [(1, "grace", True)]


def test_the_end_of_grace_is_consolidated_once(opened):
    opened.run(GRACE_ENDS)
    settle(opened, GRACE_ENDS + HOUR, ["SYT"])
    assert [opened.run(GRACE_ENDS + n * DAY).consolidated for n in (1, 30, 60)] == [0, 0, 0]


def test_completion_after_grace_is_consolidated_too(opened):
    opened.run(GRACE_ENDS)
    settle(opened, GRACE_ENDS + HOUR)
    opened.run(GRACE_ENDS + DAY)
    assert made(opened) == [(1, "grace", True), (2, "complete", False)]


def test_a_report_at_the_end_of_grace_that_was_missed_is_written_even_after_closing(opened):
    assert opened.run(CLOSES + 30 * DAY).consolidated == 1
    assert made(opened) == [(1, "grace", True)]


def test_completion_after_closing_is_consolidated_because_late_filings_count(opened):
    opened.run(CLOSES)
    settle(opened, CLOSES + HOUR)
    opened.run(CLOSES + DAY)
    assert made(opened)[-1] == (2, "complete", False)


def test_a_report_on_demand_is_refused_while_anything_is_unsettled(opened):
    settle(opened, OPENING, ["SYT"])
    with pytest.raises(RequestError, match="4 agencies not settled: NEW, SCT, X1, X2"):
        on_demand(opened, OPENING)
    assert made(opened) == []


def test_of_many_unsettled_agencies_only_the_first_are_named(real):
    real.decide(OPENING)
    with pytest.raises(RequestError, match=r"85 agencies not settled: .*, … *\. Use"):
        on_demand(real, OPENING)


def test_unless_a_partial_one_is_asked_for(opened):
    found = on_demand(opened, OPENING, partial=True)
    assert (found.cycle, found.number, found.partial) == ("annual-2025", 1, True)
    assert made(opened) == [(1, "demand", True)]


def test_a_complete_report_can_be_had_again_on_demand(opened):
    settle(opened, OPENING)
    opened.run(OPENING + HOUR)
    found = on_demand(opened, OPENING + 2 * HOUR)
    assert (found.number, found.partial) == (2, False)


def test_a_partial_report_on_demand_replaces_none_that_is_written_by_itself(opened):
    on_demand(opened, GRACE_ENDS - HOUR, partial=True)
    opened.run(GRACE_ENDS)
    assert made(opened) == [(1, "demand", True), (2, "grace", True)]


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("annual-2031", "no such reporting cycle"),
        ("annual-2026", "not open or not tracked"),
        ("plan-2025", "not open or not tracked"),
    ],
)
def test_what_is_not_open_cannot_be_consolidated(opened, code, why):
    with pytest.raises(RequestError, match=why):
        on_demand(opened, OPENING, partial=True, code=code)


def test_what_has_passed_on_is_not_waited_for(small):
    small.run(local(2024, 12, 20))
    small.run(local(2025, 3, 3, 8))
    for agency in ("SYT", "SCT", "D1", "NEW"):
        small.submit(local(2025, 3, 4), agency, cycle="plan-2025")
        small.accept(local(2025, 3, 4), agency, cycle="plan-2025")
    small.run(local(2025, 3, 5))
    assert [(r.reason, r.partial) for r in small.reports("plan-2025")][-1] == ("complete", False)


def test_the_files_are_kept_under_their_hashes_and_laid_out_under_readable_names(opened):
    found = on_demand(opened, OPENING, partial=True)
    (row,) = opened.reports()
    for path, digest in ((found.docx, row.docx_sha256), (found.xlsx, row.xlsx_sha256)):
        content = path.read_bytes()
        assert path.parent == opened.workplace.reports / "annual-2025"
        assert sha256(content).hexdigest() == digest
        assert opened.workplace.files.get(digest) == content
    assert (found.docx.name, found.xlsx.name) == (row.docx_name, row.xlsx_name)


def test_a_later_report_leaves_the_earlier_one_as_it_was(opened):
    first = on_demand(opened, OPENING, partial=True)
    before = first.docx.read_bytes()
    settle(opened, OPENING, ["SYT"])
    second = on_demand(opened, OPENING + HOUR, partial=True)
    assert second.docx != first.docx
    assert first.docx.read_bytes() == before
    assert len({row.fingerprint for row in opened.reports()}) == 2


def test_a_report_is_written_in_the_audit_log_with_its_hashes(opened):
    on_demand(opened, OPENING, partial=True)
    (event,) = [e for e in opened.events() if e.event == "consolidated"]
    (row,) = opened.reports()
    assert event.actor == "cli"
    assert row.docx_sha256 in event.payload
    assert row.xlsx_sha256 in event.payload


def test_extensions_and_waivers_are_part_of_a_report(opened):
    with opened.workplace.database.writing() as session:
        for kind, until in ((DecisionKind.EXTENSION, DUE + 6 * DAY), (DecisionKind.WAIVER, None)):
            decision = Decision(
                "annual-2025", "SYT", kind, "Lũ lụt", "Văn bản số 1", OPENING, "cli", until
            )
            submissions.record_decision(session, decision)
    before = on_demand(opened, OPENING, partial=True)
    assert before.docx.stat().st_size > 0
    found = gathered(opened, "annual-2025", OPENING)
    # The due instant is the first that is too late; people are told the last day.
    assert [d.until for d in found.decisions] == [local(2025, 10, 25).date(), None]


def test_each_decision_is_called_what_it_did_and_not_what_it_took_back(opened):
    for agency in ("SYT", "SCT"):
        opened.waive(OPENING, agency)
        opened.reopen(OPENING + HOUR, agency)
    opened.submit(OPENING + HOUR, "SYT")
    opened.accept(OPENING + HOUR, "SYT")
    opened.reopen(OPENING + HOUR, "SYT")
    opened.extend(OPENING + HOUR, "SCT", to=date(2025, 10, 31))
    opened.extend(OPENING + HOUR, "SCT", to=date(2025, 10, 24), correct=True)
    opened.extend(OPENING + HOUR, "SCT", to=date(2025, 10, 28))
    found = gathered(opened, "annual-2025", OPENING + HOUR).decisions
    assert [(d.agency, d.what.value) for d in found] == [
        ("Sở SYT", "waived"),
        ("Sở SYT", "waiver_taken_back"),
        ("Sở SCT", "waived"),
        ("Sở SCT", "waiver_taken_back"),
        ("Sở SYT", "acceptance_taken_back"),
        ("Sở SCT", "extended"),
        ("Sở SCT", "corrected"),
        ("Sở SCT", "extended"),
    ]


def test_a_real_report_names_every_fact_that_nobody_has_verified(real):
    real.decide(OPENING)
    settle(real, OPENING, ["STC25"])
    found = gathered(real, "annual-2025", DUE)
    assert len(found.rows) == 85
    (document,) = found.documents
    assert (document.agency, document.version) == ("Sở Tài chính", 1)
    unverified = [a for a in real.configuration.directory.agencies if not a.verified]
    expected = {a.code for a in unverified} & set(real.owed())
    named = {line.split()[2] for line in found.unverified if line.startswith("Cơ quan")}
    assert named == expected
    assert sum(line.startswith("Chỉ tiêu") for line in found.unverified) == 26
    assert found.symbol == "STC"
    assert any("các xã, phường" in line for line in found.unverified)


def test_a_report_of_a_year_whose_calendar_is_estimated_says_so(real):
    instant = local(2027, 9, 1, 8)
    real.decide(instant)
    found = gathered(real, "annual-2027", instant)
    assert "Lịch làm việc năm 2027 mới là dự kiến." in found.unverified


def test_a_report_shows_who_took_over_from_whom(small):
    small.run(local(2024, 12, 20))
    small.run(local(2025, 3, 3, 8))
    found = gathered(small, "plan-2025", local(2025, 3, 3, 8))
    rows = {row.code: row for row in found.rows}
    assert rows["OLD"].successors == ("Sở NEW",)
    assert rows["NEW"].covers == ("Sở FIN", "Sở OLD")
    assert rows["SYT"].days_late == 48
    assert rows["OLD"].days_late == 0


def next_action(office, code="annual-2025"):
    with office.workplace.database.reading() as session:
        return cycles.cycle_of(session, code).next_action_at


def test_a_cycle_is_next_looked_at_when_something_of_its_own_is_due(small):
    expected = [
        (OPENING, local(2025, 10, 24, 7, 30)),
        (local(2025, 10, 24, 7, 30), local(2025, 10, 31, 7, 30)),
        (local(2025, 10, 31, 7, 30), GRACE_ENDS),
        (GRACE_ENDS, CLOSES),
        (CLOSES, None),
    ]
    for instant, following in expected:
        small.run(instant)
        assert next_action(small) == following


def test_after_downtime_what_has_passed_is_not_looked_at_step_by_step(opened):
    opened.run(local(2025, 11, 5, 8))
    assert next_action(opened) == CLOSES


def test_a_digest_that_would_come_after_closing_is_not_looked_at(small):
    def shorter(configuration):
        program = configuration.program
        regimes = [replace(r, closes=Span.parse("8d")) for r in program.regimes]
        return replace(configuration, programs=(replace(program, regimes=tuple(regimes)),))

    small.reconfigure(shorter)
    small.run_at(OPENING, local(2025, 10, 24, 7, 30))
    assert next_action(small) == local(2025, 10, 28)


def test_a_succession_in_the_open_time_is_looked_at_on_its_day(small):
    small.run(local(2025, 2, 10, 8))
    assert next_action(small, "plan-2025") == local(2025, 3, 1)


def test_an_untracked_cycle_is_never_looked_at(opened):
    with opened.workplace.database.writing() as session:
        cycles.schedule(session, "plan-2025", OPENING)
    assert consolidate_due(opened.workplace) == []
    assert next_action(opened, "plan-2025") is None


def test_a_cycle_in_which_nobody_owes_has_no_report(opened):
    with opened.workplace.database.writing() as session:
        changed = [o.after(Event.TRANSFER, OPENING) for o in opened.owed().values()]
        obligations.save(session, changed)
    assert opened.run(GRACE_ENDS).consolidated == 0


def test_a_succession_that_comes_due_while_a_pass_runs_is_applied_by_the_next(small):
    """A pass that began just before midnight and ended just after must not skip it."""
    small.run(local(2025, 2, 10, 8))
    march = local(2025, 3, 1)
    with small.workplace.database.writing() as session:
        cycles.schedule(session, "plan-2025", march - MINUTE)
    decide(small.at(march - TICK).workplace)
    consolidate_due(small.at(march + TICK).workplace)
    assert next_action(small, "plan-2025") == march
    small.run(march + MINUTE)
    assert small.owed("plan-2025")["OLD"].status is Status.TRANSFERRED


def test_a_cycle_that_the_configuration_no_longer_has_is_never_looked_at(opened):
    opened.reconfigure(
        lambda c: replace(c, programs=(replace(c.program, regimes=c.program.regimes[:1]),))
    )
    assert consolidate_due(opened.at(GRACE_ENDS).workplace) == []
    assert next_action(opened) is None


def obstacle(office, instant):
    said = Statement("Thiếu mặt bằng.")
    return report_obstacle(office.at(instant).workplace, "SYT", said, actor="cli").number


def test_a_report_tells_of_the_obstacles_of_its_time_and_of_those_open_from_before(small):
    opens = small.cycle("annual-2025").opens_at
    small.run(opens - DAY)
    closed, still_open = obstacle(small, opens - DAY), obstacle(small, opens - TICK)
    close_obstacle(small.workplace, closed, "Trùng.", actor="cli")
    new = obstacle(small, opens)
    close_obstacle(small.workplace, new, "Đã xong.", actor="cli")
    answer_obstacle(small.workplace, still_open, "Đã có mặt bằng.", actor="cli")
    found = gathered(small, "annual-2025", opens + DAY).obstacles
    assert [(line.number, line.state, line.answer) for line in found] == [
        (still_open, "answered", "Đã có mặt bằng."),
        (new, "closed", ""),
    ]
    assert found[0].agency == "Sở SYT"


def test_an_answer_to_an_obstacle_makes_what_was_complete_another_report(opened):
    settle(opened, OPENING + HOUR)
    number = obstacle(opened, OPENING + HOUR)
    assert opened.run(OPENING + 2 * HOUR).consolidated == 1
    answer_obstacle(opened.at(OPENING + DAY).workplace, number, "Xong.", actor="cli")
    assert [opened.run(at).consolidated for at in (GRACE_ENDS, CLOSES)] == [1, 0]
