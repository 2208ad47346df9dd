"""An obligation as it would stand if one version of its report had never been filed."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsplan_workflow.domain.acts import Act, restated
from lsplan_workflow.domain.obligations import Event, Obligation, Status
from lsplan_workflow.domain.program import Audience, Step
from tests.domain.province import local

DUE, NOW = local(2025, 10, 20), local(2025, 10, 24, 9)
FIRST_DAY, SECOND_DAY = local(2025, 10, 22), local(2025, 10, 30)
LADDER = (Step("overdue-1wd", Audience.FOCAL),)


def at(day):
    return local(2025, 10, day, 9)


def filed(version, day):
    return Act(Event.SUBMIT, version, at(day))


def accepted(version, day):
    return Act(Event.ACCEPT, version, at(day))


def returned(version, day, by=FIRST_DAY):
    return Act(Event.RETURN, version, at(day), by)


def owed(status, first=None, by=None):
    return Obligation(
        *("annual-2025", "SYT", DUE, Status(status), first),
        covers=("SCT",),
        revise_by_at=by,
        chased_since=at(1),
        ladder=LADDER,
    )


def without(version, before, *acts):
    """Return status, first filing and day of revision as they stand without a version."""
    found = restated(before, acts, without=version, at=NOW)
    return found.status.value, found.first_complete_at, found.revise_by_at


@pytest.mark.parametrize(
    ("before", "acts", "left_out", "expected"),
    [
        (owed("submitted", at(2)), [filed(1, 2)], 1, ("open", None, None)),
        (owed("accepted", at(2)), [filed(1, 2), accepted(1, 3)], 1, ("open", None, None)),
        (
            owed("returned", at(2), FIRST_DAY),
            [filed(1, 2), returned(1, 3)],
            1,
            ("open", None, None),
        ),
        # The version before stands as it stood when the other was filed.
        (owed("submitted", at(2)), [filed(1, 2), filed(2, 4)], 2, ("submitted", at(2), None)),
        (owed("submitted", at(2)), [filed(1, 2), filed(2, 4)], 1, ("submitted", at(4), None)),
        # It may have arrived later than the one that was filed after it.
        (owed("submitted", at(2)), [filed(1, 4), filed(2, 2)], 2, ("submitted", at(4), None)),
        (
            owed("submitted", at(2)),
            [filed(1, 2), returned(1, 3), filed(2, 4)],
            2,
            ("returned", at(2), FIRST_DAY),
        ),
        (
            owed("accepted", at(2)),
            [filed(1, 2), returned(1, 3), filed(2, 4), accepted(2, 5)],
            2,
            ("returned", at(2), FIRST_DAY),
        ),
        (
            owed("returned", at(2), SECOND_DAY),
            [filed(1, 2), returned(1, 3), filed(2, 4), returned(2, 5, SECOND_DAY)],
            2,
            ("returned", at(2), FIRST_DAY),
        ),
        (
            owed("returned", at(2), SECOND_DAY),
            [filed(1, 2), returned(1, 3), filed(2, 4), returned(2, 5, SECOND_DAY)],
            1,
            ("returned", at(4), SECOND_DAY),
        ),
        # What answered no return answers none, but counts once there was no return.
        (
            owed("returned", at(1), FIRST_DAY),
            [filed(1, 2), returned(1, 3), filed(2, 1)],
            1,
            ("submitted", at(1), None),
        ),
        (
            owed("returned", at(1), FIRST_DAY),
            [filed(1, 2), returned(1, 3), filed(2, 1)],
            2,
            ("returned", at(2), FIRST_DAY),
        ),
        # A return that was taken back with the other version stands again.
        (
            owed("accepted", at(1)),
            [filed(1, 2), returned(1, 3), filed(2, 1), accepted(2, 4)],
            2,
            ("returned", at(2), FIRST_DAY),
        ),
        # An acceptance was taken back before another version was filed, or since.
        (
            owed("submitted", at(2)),
            [filed(1, 2), accepted(1, 3), filed(2, 4)],
            2,
            ("submitted", at(2), None),
        ),
        (
            owed("accepted", at(2)),
            [filed(1, 2), accepted(1, 3), filed(2, 4), accepted(2, 5)],
            2,
            ("submitted", at(2), None),
        ),
        (
            owed("submitted", at(2)),
            [filed(1, 2), filed(2, 4), accepted(2, 5)],
            1,
            ("submitted", at(4), None),
        ),
        (
            owed("accepted", at(2)),
            [filed(1, 2), filed(2, 4), accepted(2, 5), accepted(2, 6)],
            1,
            ("accepted", at(4), None),
        ),
        (
            owed("returned", at(2), FIRST_DAY),
            [filed(1, 1), filed(2, 2), accepted(2, 3), returned(2, 4)],
            1,
            ("returned", at(2), FIRST_DAY),
        ),
        # A waiver is another decision.
        (
            owed("waived", at(2), FIRST_DAY),
            [filed(1, 2), returned(1, 3)],
            1,
            ("waived", None, None),
        ),
        (
            owed("waived", at(2), FIRST_DAY),
            [filed(1, 2), accepted(1, 3), filed(2, 4), returned(2, 5)],
            2,
            ("waived", at(2), None),
        ),
    ],
)
def test_an_obligation_stands_as_if_the_version_had_never_been_filed(
    before, acts, left_out, expected
):
    assert without(left_out, before, *acts) == expected


@pytest.mark.parametrize(
    ("before", "acts", "chased"),
    [
        (owed("submitted", at(2)), [filed(1, 2)], "anew"),
        (owed("submitted", at(2)), [filed(1, 2), filed(2, 4)], "as before"),
        (
            owed("returned", at(2), FIRST_DAY),
            [filed(1, 1), filed(2, 2), returned(2, 4)],
            "as before",
        ),
        (
            owed("returned", at(2), FIRST_DAY),
            [filed(1, 2), returned(1, 4), filed(2, 1)],
            "anew",
        ),
        (owed("waived", at(2)), [filed(1, 2), returned(1, 4)], "as before"),
    ],
)
def test_what_is_awaited_otherwise_is_chased_from_then_on_by_the_ladder_in_force(
    before, acts, chased
):
    found = restated(before, acts, without=1, at=NOW)
    kept = (at(1), LADDER) if chased == "as before" else (NOW, None)
    assert (found.chased_since, found.ladder) == kept


@pytest.mark.parametrize("status", ["submitted", "accepted", "waived"])
def test_the_deadline_and_whose_duties_it_covers_stay(status):
    before = owed(status, at(2))
    found = restated(before, [filed(1, 2)], without=1, at=NOW)
    assert (found.due_at, found.covers, found.original) == (DUE, ("SCT",), True)


def test_what_was_waived_and_is_reopened_then_waits_for_a_review_of_what_is_left():
    acts = [filed(1, 2), filed(2, 4), returned(2, 5)]
    before = owed("waived", at(2), FIRST_DAY)
    found = restated(before, acts, without=2, at=NOW).after(Event.REOPEN, NOW)
    assert (found.status, found.revise_by_at) == (Status.SUBMITTED, None)


@st.composite
def histories(draw):
    """Give an obligation with the acts that led to it, each possible when it was done."""
    duty, acts = Obligation("annual-2025", "SYT", DUE), list[Act]()
    returned_at = None
    for n in range(draw(st.integers(1, 12))):
        now = at(1) + timedelta(days=draw(st.integers(0, 1)) + n // 4)
        version = max((act.version for act in acts), default=0)
        step = draw(st.sampled_from(["file", "late", "accept", "return", "reopen"]))
        if step in {"file", "late"} and duty.status is not Status.ACCEPTED:
            received = now - timedelta(days=2) if step == "late" else now
            duty = duty.filed(received, returned_at=returned_at)
            acts.append(Act(Event.SUBMIT, version + 1, received))
        elif step == "accept" and duty.status in {Status.SUBMITTED, Status.RETURNED}:
            duty = duty.after(Event.ACCEPT, now)
            acts.append(Act(Event.ACCEPT, version, now))
        elif step == "return" and duty.status in {Status.SUBMITTED, Status.RETURNED}:
            returned_at = now
            duty = duty.returned(now, revise_by_at=FIRST_DAY)
            acts.append(Act(Event.RETURN, version, now, FIRST_DAY))
        elif step == "reopen" and duty.status is Status.ACCEPTED:
            duty = duty.after(Event.REOPEN, now)
    return duty, acts


def facts(duty):
    return duty.status, duty.first_complete_at, duty.revise_by_at


@given(histories())
def test_without_a_version_that_never_was_everything_stands_as_it_is(history):
    duty, acts = history
    assert restated(duty, acts, without=99, at=NOW) == duty


@given(histories(), st.data())
def test_which_of_two_versions_is_void_first_makes_no_difference(history, data):
    duty, acts = history
    versions = sorted({act.version for act in acts})
    if len(versions) < 2:
        return
    one, other = data.draw(st.permutations(versions))[:2]
    both = [_left_out_in_turn(duty, acts, *pair) for pair in ((one, other), (other, one))]
    assert facts(both[0]) == facts(both[1])


def _left_out_in_turn(duty, acts, *versions):
    for version in versions:
        duty = restated(duty, acts, without=version, at=NOW)
        acts = [act for act in acts if act.version != version]
    return duty


@given(histories())
def test_without_any_version_nothing_was_filed(history):
    duty, acts = history
    found = _left_out_in_turn(duty, acts, *sorted({act.version for act in acts}))
    assert facts(found) == (Status.OPEN, None, None)


@given(histories())
def test_a_filing_that_is_taken_back_at_once_leaves_what_was_there(history):
    duty, acts = history
    if duty.status is Status.ACCEPTED:
        return
    version = max((act.version for act in acts), default=0) + 1
    more = [*acts, Act(Event.SUBMIT, version, NOW)]
    found = restated(duty.after(Event.SUBMIT, NOW), more, without=version, at=NOW)
    assert facts(found) == facts(duty)
