"""What passed on is taken back where its report had reached the office before the end."""

from datetime import timedelta

import pytest

from lsplan_workflow.domain.errors import RequestError
from lsplan_workflow.domain.obligations import Event, Obligation, Status
from lsplan_workflow.domain.recall import plan_recall
from tests.domain.province import local

DUE, ENDED, LATER = local(2025, 10, 20), local(2025, 10, 1), local(2025, 10, 10)
TICK = timedelta(microseconds=1)


def owed(agency, *covers, original=True, ended_at=None, due_at=DUE, filed=False):
    found = Obligation("annual-2025", agency, due_at, covers=covers, original=original)
    found = found if ended_at is None else found.after(Event.TRANSFER, ended_at)
    return found.after(Event.SUBMIT, LATER) if filed else found


def recalled(*others, own=None, at=ENDED - TICK):
    own = own or owed("A", ended_at=ENDED)
    found = plan_recall(own, {o.agency: o for o in (own, *others)}, received_at=at)
    return found, {o.agency: o.covers for o in found.reduced}


@pytest.mark.parametrize(
    ("others", "reduced", "removed"),
    [
        ([owed("C", "A")], {"C": ()}, ()),
        ([owed("C", "B", "A"), owed("B", ended_at=ENDED)], {"C": ("B",)}, ()),
        ([owed("N", "A", original=False)], {}, ("N",)),
        ([owed("N", "A", "B", original=False)], {"N": ("B",)}, ()),
        # A split: each of the two owes.
        ([owed("N", "A", original=False), owed("C", "A")], {"C": ()}, ("N",)),
        # A chain: the one in the middle owed for it alone, and so did the last.
        (
            [
                owed("N", "A", original=False, ended_at=LATER),
                owed("M", "N", "A", original=False),
            ],
            {},
            ("N", "M"),
        ),
        (
            [owed("N", "A", original=False, ended_at=LATER), owed("C", "N", "A", "B")],
            {"C": ("B",)},
            ("N",),
        ),
        # The one in the middle owed for itself too.
        ([owed("C", "A", ended_at=LATER), owed("D", "C", "A")], {"C": (), "D": ("C",)}, ()),
        ([], {}, ()),
        ([owed("C", "B")], {}, ()),
    ],
)
def test_who_covered_it_does_so_no_more_and_owes_nothing_if_that_was_all(others, reduced, removed):
    found, covers = recalled(*others)
    assert (covers, found.removed) == (reduced, removed)
    assert set(found.relieved) == {*reduced, *removed}
    assert found.own == owed("A")


def test_what_it_had_taken_over_itself_goes_back_with_it():
    before = owed("X", ended_at=ENDED - timedelta(days=9))
    own = owed("A", "X", ended_at=ENDED)
    found, covers = recalled(before, owed("C", "A", "X"), own=own)
    assert covers == {"C": ()}
    assert found.own.covers == ("X",)


def test_what_had_arrived_before_it_took_over_another_stands_for_none_of_both():
    taken_at = ENDED - timedelta(days=9)
    own, other = owed("A", "X", ended_at=ENDED), owed("X", ended_at=taken_at)
    assert recalled(other, own=own, at=taken_at)[0].own.status is Status.OPEN
    with pytest.raises(RequestError, match="X was not part of A yet"):
        recalled(other, own=own, at=taken_at - TICK)


@pytest.mark.parametrize("event", [Event.SUBMIT, Event.WAIVE])
def test_whoever_has_done_its_part_keeps_it_and_the_refusal_says_what_to_do(event):
    with pytest.raises(RequestError, match=r"C has filed or was waived.*annual-2025 C FILE"):
        recalled(owed("C", "A").after(event, LATER), owed("N", "A", original=False))


def test_the_successors_keep_the_deadline_that_they_were_told():
    found, _ = recalled(owed("C", "A", due_at=DUE + timedelta(days=5)))
    assert found.reduced[0].due_at == DUE + timedelta(days=5)
