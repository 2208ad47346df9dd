"""What passes on when agencies end: judged by each cycle's state on that date."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from lsplan_workflow.domain.agencies import Directory
from lsplan_workflow.domain.errors import RequestError
from lsplan_workflow.domain.obligations import Event, Status
from lsplan_workflow.domain.program import Split
from lsplan_workflow.services import decisions
from lsplan_workflow.services.reporting_pass import decide
from lsplan_workflow.services.submissions import Arrival
from lsplan_workflow.store import cycles, obligations
from tests.domain.province import AGENCIES, agency, contacts, local
from tests.services.office import TICK

MARCH = local(2025, 3, 1)
OPENS = local(2024, 12, 20)
JULY = local(2025, 7, 1)


def passes(office, *instants):
    for instant in instants:
        decide(office.at(instant).workplace)


def with_agencies(office, *changed, split=Split.ALL):
    """Give the office other agencies in place of those of the same codes, or more of them."""

    def change(configuration):
        present = {a.code: a for a in AGENCIES} | {a.code: a for a in changed}
        directory = Directory(tuple(present.values()), contacts(*present.values()))
        program = replace(configuration.program, split=split)
        return replace(configuration, directory=directory, programs=(program,))

    office.reconfigure(change)


def statuses(office, code="plan-2025"):
    return {agency: o.status for agency, o in office.owed(code).items()}


def applied(office):
    with office.workplace.database.reading() as session:
        return cycles.applied_successions(session)


def test_nothing_passes_on_a_moment_before_an_agency_has_ended(small):
    passes(small, OPENS, MARCH - TICK)
    assert set(statuses(small).values()) == {Status.OPEN}
    assert applied(small) == set()


def test_what_is_open_passes_to_the_successor_on_its_first_day(small):
    passes(small, OPENS, MARCH)
    owed = small.owed("plan-2025")
    assert owed["OLD"].status is owed["FIN"].status is Status.TRANSFERRED
    assert owed["OLD"].ended_at == MARCH
    assert owed["NEW"].status is Status.OPEN
    assert owed["NEW"].covers == ("FIN", "OLD")
    assert not owed["NEW"].original
    assert applied(small) == {"OLD", "FIN"}


def test_applying_again_changes_nothing(small):
    passes(small, OPENS, MARCH)
    before, events = small.owed("plan-2025"), len(small.events())
    passes(small, MARCH, MARCH + TICK, MARCH + timedelta(hours=12))
    assert small.owed("plan-2025") == before
    assert len(small.events()) == events


def test_each_end_and_each_obligation_that_changes_is_written_in_the_audit_log(small):
    passes(small, OPENS, MARCH)
    found = [e for e in small.events() if e.at == MARCH and e.event != "notice_planned"]
    written = [(e.event, e.agency) for e in found]
    assert written == [
        ("obligation_transferred", "FIN"),
        ("obligation_taken_over", "NEW"),
        ("obligation_transferred", "OLD"),
        ("agency_ended", "FIN"),
        ("agency_ended", "OLD"),
    ]


def test_a_late_pass_leaves_the_same_obligations_as_one_in_time(small):
    passes(small, OPENS, local(2025, 3, 10))
    owed = small.owed("plan-2025")
    assert owed["OLD"].ended_at == MARCH
    assert owed["NEW"].covers == ("FIN", "OLD")


def test_a_succession_while_the_cycle_was_open_is_applied_even_after_its_closing(small):
    passes(small, OPENS, local(2025, 6, 1))
    assert statuses(small)["OLD"] is Status.TRANSFERRED


def test_the_end_of_the_districts_comes_after_the_plans_closing_and_passes_nothing_on(small):
    passes(small, OPENS, MARCH, JULY)
    assert statuses(small)["D1"] is Status.OPEN
    assert "X1" not in statuses(small)
    assert applied(small) == {"OLD", "FIN", "D1"}


@pytest.mark.parametrize(
    ("last_day", "status"),
    [(date(2025, 3, 14), Status.TRANSFERRED), (date(2025, 3, 15), Status.OPEN)],
)
def test_on_the_day_of_closing_nothing_passes_on_any_more(small, last_day, status):
    with_agencies(small, agency("SYT", valid_to=last_day, successors=("SCT",)))
    passes(small, OPENS, local(2025, 4, 1))
    assert statuses(small)["SYT"] is status


@pytest.mark.parametrize(
    ("last_day", "owing"), [(date(2024, 12, 18), False), (date(2025, 1, 14), True)]
)
def test_who_ended_before_the_last_full_day_never_owed(small, last_day, owing):
    with_agencies(small, agency("SYT", valid_to=last_day, successors=("SCT",)))
    passes(small, OPENS, local(2025, 2, 1))
    assert ("SYT" in statuses(small)) is owing


def test_what_was_accepted_stays_accepted_under_the_old_name(small):
    small.run(OPENS)
    small.submit(local(2025, 1, 6, 9), "OLD", cycle="plan-2025")
    small.accept(local(2025, 1, 7, 9), "OLD", cycle="plan-2025")
    passes(small, MARCH)
    owed = small.owed("plan-2025")
    assert owed["OLD"].status is Status.ACCEPTED
    assert owed["NEW"].covers == ("FIN",)


def test_what_was_waived_stays_waived_under_the_old_name(small):
    small.run(OPENS)
    with small.workplace.database.writing() as session:
        waived = small.owed("plan-2025")["OLD"].after(Event.WAIVE, local(2025, 1, 7))
        obligations.save(session, [waived])
    passes(small, MARCH)
    assert statuses(small)["OLD"] is Status.WAIVED


@pytest.mark.parametrize(
    ("filed", "status", "to"), [(False, Status.TRANSFERRED, ("NEW",)), (True, Status.OPEN, ())]
)
def test_what_is_owed_again_after_an_end_passes_on_with_the_decision(small, filed, status, to):
    """Where the successor has filed its own, it stays under the old name."""
    small.run(OPENS)
    small.waive(OPENS, "OLD", "FIN", cycle="plan-2025")
    small.run(MARCH)
    if filed:
        small.reopen(MARCH, "FIN", cycle="plan-2025")
        small.submit(MARCH, "NEW", cycle="plan-2025")
    grounds = decisions.Grounds("an", "Nhầm", "Công văn số 13/UBND-TH")
    place = small.at(MARCH).workplace
    (made,) = decisions.reopen(place, "plan-2025", ["OLD"], grounds=grounds)
    assert (made.after.status, made.passed_to) == (status, to)
    assert made.after == small.owed("plan-2025")["OLD"]


def test_what_an_ended_agency_never_filed_passes_on_with_the_voiding(small):
    small.run(OPENS)
    small.submit(local(2025, 1, 6, 9), "OLD", cycle="plan-2025")
    small.run(MARCH)
    made = small.void(MARCH, "OLD", 1, cycle="plan-2025").decided
    assert (made.after.status, made.passed_to) == (Status.TRANSFERRED, ("NEW",))
    assert made.after == small.owed("plan-2025")["OLD"]


@pytest.mark.parametrize("returned", [False, True])
def test_what_was_filed_stays_under_the_old_name_and_is_reviewed_there(small, returned):
    small.run(OPENS)
    small.submit(local(2025, 1, 6, 9), "OLD", cycle="plan-2025")
    if returned:
        small.send_back(local(2025, 1, 7, 9), "OLD", "Thiếu số liệu", cycle="plan-2025")
        passes(small, MARCH)
        small.submit(local(2025, 3, 5, 9), "OLD", cycle="plan-2025")
    passes(small, MARCH)
    small.accept(local(2025, 3, 6, 9), "OLD", cycle="plan-2025")
    assert statuses(small)["OLD"] is Status.ACCEPTED
    assert small.owed("plan-2025")["NEW"].covers == ("FIN",)


def test_the_receipt_for_a_report_under_the_old_name_goes_to_the_successor(small):
    small.run(OPENS)
    small.submit(local(2025, 1, 6, 9), "OLD", cycle="plan-2025")
    small.send_back(local(2025, 1, 7, 9), "OLD", "Thiếu số liệu", cycle="plan-2025")
    small.submit(local(2025, 3, 5, 9), "OLD", cycle="plan-2025")
    receipts = small.notices(kind="receipt")
    assert receipts["plan-2025/OLD/receipt-1/focal"].contact == "OLD/focal"
    assert receipts["plan-2025/OLD/receipt-2/focal"].contact == "NEW/focal"


SPLIT = agency("D2", "district", valid_to=date(2025, 10, 31), successors=("X1", "X2"))


def test_when_an_agency_is_split_each_successor_owes_one(small):
    with_agencies(small, SPLIT)
    passes(small, local(2025, 9, 1), local(2025, 11, 1))
    owed = small.owed()
    assert owed["D2"].status is Status.TRANSFERRED
    assert owed["X1"].covers == owed["X2"].covers == ("D2",)


def test_or_the_lead_successor_alone_where_the_program_says_so(small):
    with_agencies(small, SPLIT, split=Split.LEAD)
    passes(small, local(2025, 9, 1), local(2025, 11, 1))
    owed = small.owed()
    assert owed["X1"].covers == ("D2",)
    assert owed["X2"].covers == ()


@pytest.mark.parametrize(("split", "holders"), [(Split.LEAD, "X1"), (Split.ALL, "X1, X2")])
def test_a_refusal_names_whoever_took_the_duty_over_and_nobody_else(small, split, holders):
    with_agencies(small, SPLIT, split=split)
    passes(small, local(2025, 9, 1), local(2025, 11, 1))
    late = Arrival(local(2025, 11, 1), "Bản giấy")
    for refused in (
        lambda: small.submit(local(2025, 11, 3), "D2"),
        lambda: small.submit(local(2025, 11, 3), "D2", arrival=late),
        lambda: small.waive(local(2025, 11, 3), "D2"),
    ):
        with pytest.raises(RequestError, match=rf"passed to {holders}(\.| when)"):
            refused()
    before = Arrival(local(2025, 10, 30), "Bản giấy")
    with pytest.raises(RequestError, match=rf"under {holders}, without"):
        small.submit(local(2025, 12, 31), "D2", arrival=before)


def test_a_refusal_names_the_last_of_a_line_and_for_an_earlier_day_who_held_it_then(small):
    first = agency("AA", valid_to=date(2025, 10, 25), successors=("BB",))
    second = agency("BB", valid_to=date(2025, 10, 31), successors=("A1",))
    with_agencies(small, first, second, agency("A1", valid_from=date(2025, 11, 1)))
    passes(small, local(2025, 9, 1), local(2025, 12, 1))
    with pytest.raises(RequestError, match=r"passed to A1\."):
        small.waive(local(2025, 12, 1), "AA")
    for arrived, holder in ((local(2025, 10, 27), "BB"), (local(2025, 11, 3), "A1")):
        with pytest.raises(RequestError, match=rf"passed to {holder} when"):
            small.submit(local(2025, 12, 1), "AA", arrival=Arrival(arrived, "Bản giấy"))
    then = Arrival(local(2025, 10, 27), "Bản giấy")
    assert small.submit(local(2025, 12, 1), "BB", arrival=then).relieved == ("A1",)


def test_ends_are_applied_in_the_order_of_their_dates_so_that_a_duty_passes_on_twice(small):
    first = agency("AA", valid_to=date(2025, 10, 10), successors=("BB",))
    # By code the second would come first.
    second = agency("BB", valid_to=date(2025, 10, 31), successors=("A1",))
    third = agency("A1", valid_from=date(2025, 11, 1))
    last = replace(first, valid_to=date(2025, 10, 25))
    with_agencies(small, last, second, third)
    passes(small, local(2025, 9, 1), local(2025, 12, 1))
    owed = small.owed()
    assert owed["AA"].status is owed["BB"].status is Status.TRANSFERRED
    assert owed["BB"].covers == ("AA",)
    assert owed["A1"].covers == ("BB", "AA")


def test_who_takes_over_and_ends_before_a_pass_comes_is_in_the_log_with_both(small):
    first = agency("AA", valid_to=date(2025, 10, 25), successors=("BB",))
    between = agency("BB", valid_from=date(2025, 10, 26), valid_to=date(2025, 10, 31))
    last = agency("CC", valid_from=date(2025, 11, 1))
    with_agencies(small, first, replace(between, successors=("CC",)), last)
    passes(small, local(2025, 9, 1), local(2025, 12, 1))
    acts = {"obligation_taken_over", "obligation_transferred"}
    written = [(e.event, e.agency) for e in small.events() if e.event in acts]
    assert [w for w in written if w[1] in {"AA", "BB", "CC"}] == [
        ("obligation_transferred", "AA"),
        ("obligation_taken_over", "BB"),
        ("obligation_transferred", "BB"),
        ("obligation_taken_over", "CC"),
    ]


def test_the_figures_show_the_original_and_the_current_denominator(small):
    passes(small, OPENS, MARCH)
    found = small.status(MARCH, "plan-2025").figures
    assert (found.expected, found.transferred, found.expected_originally) == (4, 2, 5)


def test_a_notice_that_waits_for_an_agency_that_has_meanwhile_ended_is_superseded(small):
    with_agencies(small, agency("SYT", valid_to=date(2025, 10, 24), successors=("SCT",)))
    passes(small, local(2025, 9, 3, 8))
    passes(small, local(2025, 10, 24, 20))  # Friday night: what is decided waits for Monday.
    key = "annual-2025/SYT/overdue-3wd/head"
    assert small.notice(key).status == "pending"
    passes(small, local(2025, 10, 25))
    assert small.notice(key).status == "superseded"


def test_a_successor_hears_the_newest_rung_on_its_first_working_day(small):
    passes(small, OPENS, local(2025, 3, 3, 7, 30))
    pending = {k for k, n in small.notices(agency="NEW").items() if n.status == "pending"}
    assert {k for k in pending if k.startswith("plan-2025/NEW/")} == {
        "plan-2025/NEW/succession-2025-03-01/focal",
        "plan-2025/NEW/overdue-1wd/focal",
        "plan-2025/NEW/overdue-3wd/head",
        "plan-2025/NEW/overdue-3wd/focal-copy",
    }


def test_the_end_of_an_agency_is_recorded_even_when_it_owed_nothing(small):
    passes(small, JULY)
    assert applied(small) == {"OLD", "FIN", "D1"}
    written = [(e.agency, e.at) for e in small.events() if e.event == "agency_ended"]
    assert written == [("FIN", JULY), ("OLD", JULY), ("D1", JULY)]


def test_a_cycle_that_the_configuration_no_longer_has_is_left_alone(small):
    passes(small, OPENS)
    small.reconfigure(
        lambda c: replace(c, programs=(replace(c.program, regimes=c.program.regimes[1:]),))
    )
    passes(small, MARCH)
    assert statuses(small)["OLD"] is Status.OPEN


def test_a_successor_that_files_before_any_pass_is_still_told_of_what_it_took_over(small):
    passes(small, OPENS)
    small.submit(MARCH, "NEW", cycle="plan-2025")
    passes(small, MARCH)
    told = {key for key, n in small.notices(kind="succession").items() if n.agency == "NEW"}
    assert told == {"plan-2025/NEW/succession-2025-03-01/focal"}


def test_what_stays_under_an_earlier_name_is_told_to_the_next_successor_on_its_first_day(small):
    """A chain: the first successor has filed already, so that the duty keeps its old name."""
    small.run(local(2025, 9, 3, 7, 30))
    small.submit(local(2025, 9, 4, 9), "SCT")
    with_agencies(
        small,
        agency("SYT", valid_to=date(2025, 9, 9), successors=("SCT",)),
        agency("SCT", valid_to=date(2025, 9, 15), successors=("NEW",)),
    )
    for day in (10, 16):
        small.run(local(2025, 9, day, 7, 30))
    told = small.notice("annual-2025/SYT/succession-2025-09-16/NEW-focal")
    assert (told.contact, told.status) == ("NEW/focal", "sent")


def test_a_report_that_turns_out_never_to_have_been_filed_passes_on_and_every_heir_is_told(small):
    """SYT is split into SCT, which has filed, and NEW, which takes over from LATE the same day."""
    ends = date(2025, 9, 30)
    with_agencies(small, agency("LATE"))
    small.run(local(2025, 9, 3, 7, 30))
    with_agencies(
        small,
        agency("LATE", valid_to=ends, successors=("NEW",)),
        agency("SYT", valid_to=ends, successors=("SCT", "NEW")),
    )
    for code in ("SCT", "SYT"):
        small.submit(local(2025, 9, 10, 9), code)
    small.send_back(local(2025, 9, 15, 9), "SYT", "Thiếu biểu 2", by=date(2025, 10, 10))
    small.run_at(local(2025, 9, 15, 9), local(2025, 10, 1, 8))
    small.void(local(2025, 10, 2, 9), "SYT", 1)
    small.run_at(local(2025, 10, 2, 9), local(2025, 10, 3, 9))
    assert small.owed()["NEW"].covers == ("LATE", "SYT")
    sent = small.notices(kind="succession", status="sent").values()
    about = [row.key.partition("/")[2] for row in sorted(sent, key=lambda row: row.id)]
    assert about == [
        "NEW/succession-2025-10-01/focal",
        "SYT/succession-2025-10-01/SCT-focal",
        "LATE/succession-2025-10-01/focal",
        "SYT/succession-2025-10-01/focal",
        "NEW/succession-2025-10-01.SYT/focal",
        "SYT/succession-2025-10-01.NEW/SCT-focal",
    ]
