from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsplan_workflow.domain.compliance import Timeliness, figures, timeliness
from lsplan_workflow.domain.cycles import plan_cycles
from lsplan_workflow.domain.errors import IllegalTransition
from lsplan_workflow.domain.obligations import (
    STATUS_VI,
    Event,
    Obligation,
    Status,
    heirs_of,
    holding,
    lapsed,
    outstanding,
    plan_obligations,
    plan_succession,
)
from lsplan_workflow.domain.program import Audience, Rung, Split, Step
from tests.domain.province import CALENDAR, DIRECTORY, PROGRAM, local

CYCLES = {cycle.code: cycle for cycle in plan_cycles(PROGRAM, CALENDAR)}
PLAN_2025 = CYCLES["plan-2025"]
DUE = PLAN_2025.due_at
TICK = timedelta(microseconds=1)
OPEN = Obligation("plan-2025", "SYT", DUE)


def succeed(owed, code, split=Split.ALL, cycle=PLAN_2025):
    cycle = replace(cycle, program=replace(cycle.program, split=split))
    return plan_succession(
        DIRECTORY[code],
        {o.agency: o for o in owed},
        cycle=cycle,
        directory=DIRECTORY,
        at=local(2025, 3, 1),
    )


def test_the_agencies_that_exist_on_the_last_full_day_owe():
    owed = [o.agency for o in plan_obligations(PLAN_2025, DIRECTORY)]
    assert owed == ["OLD", "FIN", "SYT", "SCT", "D1"]
    owed = [o.agency for o in plan_obligations(CYCLES["annual-2025"], DIRECTORY)]
    assert owed == ["NEW", "SYT", "SCT", "X1", "X2"]


# The words are those that the database holds.
TABLE = {
    "open": {"submit": "submitted", "waive": "waived", "transfer": "transferred"},
    "submitted": {"submit": "submitted", "accept": "accepted", "return": "returned"},
    "accepted": {"reopen": "submitted"},
    "returned": {
        "submit": "submitted",
        "accept": "accepted",
        "return": "returned",
        "waive": "waived",
    },
    "waived": {"reopen": "open"},
    "transferred": {"recall": "open"},
}
EVENTS = ("submit", "accept", "return", "waive", "transfer", "reopen", "recall")


@pytest.mark.parametrize(("status", "event"), list(product(TABLE, EVENTS)))
def test_an_event_changes_the_state_as_the_table_says_or_is_refused(status, event):
    obligation = replace(OPEN, status=Status(status))
    if event in TABLE[status]:
        assert obligation.after(Event(event), DUE).status == TABLE[status][event]
    else:
        with pytest.raises(IllegalTransition):
            obligation.after(Event(event), DUE)


def test_the_table_knows_every_state_and_every_event():
    assert tuple(map(str, Status)) == tuple(TABLE)
    assert tuple(map(str, Event)) == EVENTS


INSTEAD = {
    "open": (
        "còn chờ báo cáo, ghi nhận bằng `lsplan submit`",
        "it waits for a report, which `lsplan submit` records",
    ),
    "submitted": (
        "còn chờ duyệt, dùng `lsplan review`",
        "it waits for its review, `lsplan review`",
    ),
    "returned": (
        "còn chờ gửi lại; rút lại việc trả lại bằng `lsplan review accept`",
        "it waits for its revision; `lsplan review accept` takes the return back",
    ),
    "accepted": (
        "trước hết hãy rút lại việc chấp nhận bằng `lsplan reopen`, khi kỳ báo cáo còn mở",
        "`lsplan reopen` takes the acceptance back first, while the cycle is open",
    ),
    "waived": (
        "trước hết hãy rút lại việc miễn bằng `lsplan reopen`, khi kỳ báo cáo còn mở",
        "`lsplan reopen` takes the waiver back first, while the cycle is open",
    ),
    "transferred": (
        "xem ai tiếp nhận nhiệm vụ bằng `lsplan status`",
        "`lsplan status` shows who owes it now",
    ),
}


@pytest.mark.parametrize(
    ("status", "event", "vi", "en"),
    [
        ("open", "accept", "«chấp nhận» khi trạng thái là «chưa báo cáo»", "accept what is open"),
        ("open", "return", "«trả lại» khi trạng thái là «chưa báo cáo»", "return what is open"),
        (
            "submitted",
            "waive",
            "«miễn» khi trạng thái là «đã gửi, chờ duyệt»",
            "waive what is submitted",
        ),
        (
            "accepted",
            "submit",
            "«nộp» khi trạng thái là «đã chấp nhận»",
            "submit what is accepted",
        ),
        (
            "returned",
            "transfer",
            "«chuyển giao» khi trạng thái là «đã trả lại»",
            "transfer what is returned",
        ),
        ("waived", "submit", "«nộp» khi trạng thái là «được miễn»", "submit what is waived"),
        (
            "open",
            "recall",
            "«thu hồi chuyển giao» khi trạng thái là «chưa báo cáo»",
            "recall what is open",
        ),
        (
            "transferred",
            "reopen",
            "«mở lại» khi trạng thái là «đã chuyển giao»",
            "reopen what is transferred",
        ),
    ],
)
def test_a_refusal_says_of_whom_what_and_why_not_and_what_to_do(status, event, vi, en):
    with pytest.raises(IllegalTransition) as refused:
        replace(OPEN, status=Status(status)).after(Event(event), DUE)
    instead_vi, instead_en = INSTEAD[status]
    assert refused.value.text.vi == f"plan-2025/SYT: không thể {vi}; {instead_vi}."
    assert refused.value.text.en == f"plan-2025/SYT: cannot {en}; {instead_en}."


@pytest.mark.parametrize("status", Status)
def test_what_was_accepted_or_waived_is_settled(status):
    assert replace(OPEN, status=status).is_settled is (status.value in {"accepted", "waived"})


@pytest.mark.parametrize(("now", "overdue"), [(DUE - TICK, False), (DUE, True), (DUE + TICK, True)])
def test_a_missing_report_is_overdue_from_its_due_instant_on(now, overdue):
    assert OPEN.is_overdue(now) is overdue
    assert outstanding([OPEN]).missing_by(now) == overdue
    assert not OPEN.after(Event.SUBMIT, DUE).is_overdue(now)


@pytest.mark.parametrize(("now", "overdue"), [(DUE - TICK, False), (DUE, True), (DUE + TICK, True)])
def test_a_missing_revision_is_overdue_from_its_own_due_instant_on(now, overdue):
    asked = OPEN.after(Event.SUBMIT, DUE).returned(DUE, revise_by_at=DUE)
    assert outstanding([asked]).unrevised_by(now) == overdue
    assert outstanding([OPEN, asked, asked]).overdue(now) == 3 * overdue


def test_a_waived_revision_is_not_waited_for():
    asked = OPEN.after(Event.SUBMIT, DUE).returned(DUE, revise_by_at=DUE)
    assert outstanding([asked.after(Event.WAIVE, DUE)]).overdue(DUE) == 0


def test_a_returned_report_is_chased_from_its_return_by_the_ladder_of_the_configuration():
    own = (Step(Rung.parse("overdue-2wd"), Audience.HEAD),)
    filed = replace(OPEN.after(Event.SUBMIT, DUE), ladder=own)
    asked = filed.returned(DUE + TICK, revise_by_at=DUE + timedelta(9))
    assert (asked.status, asked.chased_since) == (Status.RETURNED, DUE + TICK)
    assert (asked.revise_by_at, asked.ladder) == (DUE + timedelta(9), None)


def test_a_return_that_is_given_anew_is_chased_by_its_new_day_from_then_on():
    own = (Step(Rung.parse("overdue-2wd"), Audience.HEAD),)
    asked = OPEN.after(Event.SUBMIT, DUE).returned(DUE, revise_by_at=DUE + timedelta(9))
    anew = replace(asked, ladder=own).returned(DUE + TICK, revise_by_at=DUE + timedelta(4))
    changed = {"revise_by_at": DUE + timedelta(4), "chased_since": DUE + TICK}
    assert anew == replace(asked, **changed)


def test_what_is_accepted_is_not_to_be_revised_and_escalates_by_no_ladder_any_more():
    own = (Step(Rung.parse("overdue-2wd"), Audience.HEAD),)
    asked = OPEN.after(Event.SUBMIT, DUE).returned(DUE, revise_by_at=DUE + timedelta(9))
    accepted = replace(asked, ladder=own).after(Event.ACCEPT, DUE + TICK)
    assert (accepted.status, accepted.revise_by_at) == (Status.ACCEPTED, None)
    assert accepted.ladder is None
    assert accepted.awaited_at is None
    assert not accepted.is_revision_overdue(DUE + timedelta(99))


def test_what_is_owed_begins_open_and_under_the_deadline_of_its_cycle():
    assert plan_obligations(PLAN_2025, DIRECTORY)[2] == OPEN
    assert (OPEN.status, OPEN.due_at, OPEN.original) == (Status.OPEN, DUE, True)
    assert OPEN.ended_at is None


def test_timeliness_is_that_of_the_first_complete_filing_also_after_a_return():
    filed = OPEN.after(Event.SUBMIT, DUE - TICK)
    revised = filed.after(Event.RETURN, DUE).after(Event.SUBMIT, DUE + timedelta(days=5))
    assert revised.first_complete_at == DUE - TICK
    assert timeliness(revised, DUE + timedelta(days=9)) is Timeliness.ON_TIME


RETURNED_AT = DUE + timedelta(days=2)


@pytest.mark.parametrize(
    ("received_at", "answers"),
    [(RETURNED_AT - TICK, False), (RETURNED_AT, True), (RETURNED_AT + TICK, True)],
)
def test_what_was_received_before_a_return_does_not_answer_it(received_at, answers):
    asked = OPEN.after(Event.SUBMIT, DUE).returned(RETURNED_AT, revise_by_at=DUE + timedelta(9))
    found = asked.filed(received_at, returned_at=RETURNED_AT)
    assert found == (asked.after(Event.SUBMIT, received_at) if answers else asked)


def test_what_was_received_before_a_return_may_be_the_first_complete_filing():
    asked = OPEN.after(Event.SUBMIT, DUE).returned(RETURNED_AT, revise_by_at=DUE + timedelta(9))
    found = asked.filed(DUE - TICK, returned_at=RETURNED_AT)
    assert found == replace(asked, first_complete_at=DUE - TICK)


def test_a_return_that_was_answered_asks_for_nothing_more():
    filed = OPEN.after(Event.SUBMIT, RETURNED_AT)
    found = filed.filed(DUE, returned_at=RETURNED_AT)
    assert (found.status, found.first_complete_at) == (Status.SUBMITTED, DUE)


STATES = {
    "open": "chưa báo cáo",
    "submitted": "đã gửi, chờ duyệt",
    "accepted": "đã chấp nhận",
    "returned": "đã trả lại",
    "waived": "được miễn",
    "transferred": "đã chuyển giao",
}


def test_people_read_each_state_in_vietnamese():
    assert STATUS_VI == STATES


@pytest.mark.parametrize(
    ("filed_at", "expected"),
    [(DUE - TICK, Timeliness.ON_TIME), (DUE, Timeliness.LATE), (DUE + TICK, Timeliness.LATE)],
)
def test_a_filing_at_the_due_instant_is_late(filed_at, expected):
    assert timeliness(OPEN.after(Event.SUBMIT, filed_at), filed_at) is expected


@pytest.mark.parametrize(
    ("now", "expected"),
    [(DUE - TICK, Timeliness.PENDING), (DUE, Timeliness.MISSING), (DUE + TICK, Timeliness.MISSING)],
)
def test_what_is_not_filed_is_missing_from_the_due_instant_on(now, expected):
    assert timeliness(OPEN, now) is expected


def test_two_agencies_that_merge_leave_one_obligation_that_covers_both():
    owed = plan_obligations(PLAN_2025, DIRECTORY)
    owed += succeed(owed, "OLD")
    owed += succeed(owed, "FIN")
    now = {o.agency: o for o in owed}
    assert now["OLD"].status is Status.TRANSFERRED
    assert now["OLD"].ended_at == local(2025, 3, 1)
    assert now["NEW"].covers == ("OLD", "FIN")
    assert not now["NEW"].original
    assert now["NEW"].due_at == DUE


def test_a_filed_obligation_stays_under_the_old_name():
    filed = Obligation("plan-2025", "OLD", DUE).after(Event.SUBMIT, DUE)
    assert succeed([filed], "OLD") == []
    assert succeed([filed.after(Event.RETURN, DUE)], "OLD") == []
    assert succeed([], "OLD") == []


def test_a_merger_into_an_agency_that_owes_already_is_covered_by_its_obligation():
    present = Obligation("plan-2025", "NEW", DUE, covers=("OLD",))
    owed = [Obligation("plan-2025", "OLD", DUE), Obligation("plan-2025", "FIN", DUE), present]
    assert succeed(owed, "OLD")[1].covers == ("OLD",)
    assert succeed(owed, "FIN")[1].covers == ("OLD", "FIN")
    assert succeed(owed, "FIN")[1].original


def test_what_an_agency_had_taken_over_passes_on_with_its_own_duty():
    owed = replace(OPEN, agency="OLD", covers=("FIN",), chased_since=DUE - TICK)
    _, heir = succeed([owed], "OLD")
    assert (heir.cycle, heir.agency, heir.due_at) == ("plan-2025", "NEW", DUE)
    assert heir.covers == ("OLD", "FIN")
    assert heir.original is False
    assert heir.chased_since == DUE - TICK


LATER = timedelta(days=20)


@pytest.mark.parametrize(
    ("moved", "taken"), [(-TICK, False), (timedelta(), False), (TICK, True), (LATER, True)]
)
def test_a_successor_has_until_the_later_of_both_deadlines(moved, taken):
    own = (Step(Rung.parse("overdue-2wd"), Audience.HEAD),)
    given = replace(OPEN, agency="OLD").due(DUE + moved, since=DUE - LATER)
    present = replace(OPEN, agency="NEW", chased_since=DUE - TICK, ladder=own)
    _, heir = succeed([given, present], "OLD")
    assert heir.covers == ("OLD",)
    assert heir.due_at == max(DUE, DUE + moved)
    assert heir.chased_since == (DUE - LATER if taken else DUE - TICK)
    assert heir.ladder == (None if taken else own)


@pytest.mark.parametrize("moved", [-TICK, timedelta(), TICK])
def test_what_escalates_already_passes_on_with_the_ladder_that_it_began_with(moved):
    began = (Step(Rung.parse("overdue-2wd"), Audience.HEAD),)
    escalating = replace(OPEN, agency="OLD", ladder=began)
    _, founded = succeed([escalating], "OLD")
    assert founded.ladder == began
    present = replace(OPEN, agency="NEW", due_at=DUE + moved)
    _, merged = succeed([escalating, present], "OLD")
    assert merged.ladder == (began if moved < timedelta() else None)


@pytest.mark.parametrize(
    ("given", "own", "kept"),
    [
        (None, None, None),
        (DUE + TICK, None, DUE + TICK),
        (None, DUE + TICK, DUE + TICK),
        (DUE + TICK, DUE + LATER, DUE + LATER),
        (DUE + LATER, DUE + TICK, DUE + LATER),
    ],
)
def test_a_successor_keeps_the_longest_time_that_any_decision_gave(given, own, kept):
    old, new = replace(OPEN, agency="OLD", granted_at=given), replace(OPEN, agency="NEW")
    _, heir = succeed([old, replace(new, granted_at=own)], "OLD")
    assert heir.granted_at == kept
    _, heir = succeed([old], "OLD")
    assert heir.granted_at == given


@pytest.mark.parametrize(
    ("granted", "due"), [(None, DUE), (DUE - TICK, DUE), (DUE, DUE), (DUE + TICK, DUE + TICK)]
)
def test_what_was_granted_is_due_then_and_never_before_its_cycle(granted, due):
    assert replace(OPEN, due_at=DUE + LATER, granted_at=granted).due_under(PLAN_2025) == due


def test_what_a_decision_gives_is_remembered_beside_the_deadline():
    own = (Step(Rung.parse("overdue-2wd"), Audience.HEAD),)
    found = replace(OPEN, ladder=own).granted(DUE + LATER, since=DUE)
    given = {"due_at": DUE + LATER, "granted_at": DUE + LATER, "chased_since": DUE}
    assert found == replace(OPEN, **given)


def test_what_is_open_stays_under_the_old_name_where_every_successor_has_filed():
    present = replace(OPEN, agency="NEW").after(Event.SUBMIT, DUE)
    assert succeed([replace(OPEN, agency="OLD"), present], "OLD") == []


def test_of_several_successors_those_take_a_duty_over_that_have_not_filed():
    filed = replace(OPEN, agency="X1").after(Event.SUBMIT, DUE)
    changed = succeed([replace(OPEN, agency="D1"), filed], "D1")
    assert [o.agency for o in changed] == ["D1", "X2"]


PASSED_ON = OPEN.after(Event.TRANSFER, local(2025, 2, 1))
FILED = OPEN.after(Event.SUBMIT, DUE)


@pytest.mark.parametrize(
    ("successors", "owed", "changed"),
    [
        ({"FIN": ("SYT", "SCT")}, {"SYT": OPEN}, ["OLD", "SYT", "SCT"]),
        ({"FIN": ("SYT",), "SYT": ("SCT",)}, {"SYT": PASSED_ON, "SCT": OPEN}, ["OLD", "SCT"]),
        ({"OLD": ("SYT", "FIN"), "FIN": ("SYT",)}, {"SYT": OPEN}, ["OLD", "SYT"]),
        ({"OLD": ("SYT", "FIN"), "FIN": ("SCT",)}, {"SYT": OPEN}, ["OLD", "SYT", "SCT"]),
        ({"FIN": ()}, {}, ["OLD"]),
        ({"FIN": ("SYT",)}, {"SYT": FILED}, []),
    ],
)
def test_an_end_that_becomes_known_after_that_of_its_successor_leaves_to_those_of_that_one(
    successors, owed, changed
):
    left_to = {"OLD": ("FIN",), **successors}
    agencies = tuple(replace(a, successors=left_to.get(a.code, ())) for a in DIRECTORY.agencies)
    directory = replace(DIRECTORY, agencies=agencies)
    owed = {
        code: replace(o, agency=code) for code, o in {"FIN": PASSED_ON, "OLD": OPEN, **owed}.items()
    }
    found = plan_succession(
        directory["OLD"], owed, cycle=PLAN_2025, directory=directory, at=local(2025, 1, 1)
    )
    assert [o.agency for o in found] == changed
    assert all(o.covers == ("OLD",) for o in found[1:])


def in_a_line(*codes):
    """Return the duty of each, which covers all before; each ends a day after the one before."""
    passed_on = [
        replace(OPEN, agency=code, covers=codes[:n], ended_at=local(2025, 3, n + 1))
        for n, code in enumerate(codes)
    ]
    return [*passed_on[:-1], replace(passed_on[-1], ended_at=None)]


@pytest.mark.parametrize(
    ("at", "holds"),
    [
        (local(2025, 3, 2) - TICK, ["FIN"]),
        (local(2025, 3, 2), ["SYT"]),
        (local(2025, 3, 3) - TICK, ["SYT"]),
        (local(2025, 3, 3), ["SCT"]),
        (local(2026, 3, 3), ["SCT"]),
    ],
)
def test_in_a_line_of_successors_one_holds_a_duty_until_it_ends(at, holds):
    assert holding("OLD", in_a_line("OLD", "FIN", "SYT", "SCT"), at) == holds


def test_a_duty_is_held_by_all_who_share_it_and_by_none_who_took_over_another():
    shared = [replace(OPEN, agency=code, covers=("D1",)) for code in ("X1", "X2")]
    among = [*shared, replace(OPEN, agency="NEW", covers=("OLD",))]
    assert holding("D1", among, DUE) == ["X1", "X2"]
    assert holding("SYT", among, DUE) == []


def test_nobody_takes_over_from_an_agency_without_a_successor_that_owes():
    ended = replace(DIRECTORY["D1"], successors=())
    owed = replace(OPEN, agency="D1")
    at = local(2025, 3, 1)
    changed = plan_succession(ended, {"D1": owed}, cycle=PLAN_2025, directory=DIRECTORY, at=at)
    assert changed == [owed.after(Event.TRANSFER, at)]


def test_only_those_of_the_kinds_that_owe_take_a_duty_over():
    regime = replace(PLAN_2025.regime, owed_by=("department", "district"))
    cycle = replace(PLAN_2025, regime=regime)
    assert heirs_of(DIRECTORY["D1"], cycle, DIRECTORY) == []
    assert heirs_of(DIRECTORY["D1"], PLAN_2025, DIRECTORY) == ["X1", "X2"]


@pytest.mark.parametrize(("split", "heirs"), [(Split.ALL, ["X1", "X2"]), (Split.LEAD, ["X1"])])
def test_a_split_leaves_an_obligation_to_all_successors_or_to_the_lead(split, heirs):
    changed = succeed([Obligation("plan-2025", "D1", DUE)], "D1", split)
    assert [o.agency for o in changed] == ["D1", *heirs]


OBLIGATIONS = st.builds(
    Obligation,
    cycle=st.just("plan-2025"),
    agency=st.just("SYT"),
    due_at=st.just(DUE),
    status=st.sampled_from(Status),
    first_complete_at=st.one_of(
        st.none(), st.timedeltas(-timedelta(9), timedelta(9)).map(lambda d: DUE + d)
    ),
    original=st.booleans(),
)


@given(st.lists(OBLIGATIONS), st.timedeltas(-timedelta(9), timedelta(9)))
def test_the_figures_always_add_up_to_what_is_expected(owed, offset):
    f = figures(owed, DUE + offset)
    assert f.on_time + f.late + f.missing + f.pending == f.expected
    assert f.expected + f.waived + f.transferred == len(owed)
    assert f.open + f.submitted + f.accepted + f.returned == f.expected
    assert f.unsettled == f.open + f.submitted + f.returned
    assert f.taken_over + f.lapsed == f.transferred
    assert 0 <= f.rate(f.on_time) <= 100


def test_what_ends_with_its_agency_and_is_taken_over_by_nobody_has_lapsed():
    owed = [
        Obligation("plan-2025", "A", DUE).after(Event.TRANSFER, DUE),
        Obligation("plan-2025", "B", DUE).after(Event.TRANSFER, DUE),
        Obligation("plan-2025", "C", DUE, covers=("A",), original=False),
    ]
    assert lapsed(owed) == {"B"}
    assert lapsed(owed[2:]) == set()
    f = figures(owed, DUE)
    assert (f.transferred, f.taken_over, f.lapsed) == (2, 1, 1)
