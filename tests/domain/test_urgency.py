from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsplan_workflow.domain.notice_kinds import NoticeKind
from lsplan_workflow.domain.urgency import BY_DEADLINE, RANKS, urgency

D = date(2025, 10, 20)
K = NoticeKind
DESCENDING = [K.RECEIPT, K.FAILURE, K.ESCALATION, K.RETURNED, K.REMINDER, K.DIGEST]


@pytest.mark.parametrize(("first", "then"), list(pairwise(DESCENDING)))
def test_replies_failures_overdue_decisions_reminders_digests_in_this_order(first, then):
    assert urgency(first, D + timedelta(days=300)) < urgency(then, D)


def test_every_kind_has_a_rank_and_replies_alone_have_the_first():
    assert set(RANKS) == set(NoticeKind)
    assert {kind for kind in NoticeKind if RANKS[kind] == 0} == {k for k in K if k.is_reply}


@given(st.sampled_from(list(BY_DEADLINE)), st.dates(), st.dates())
def test_of_two_reminders_the_one_of_the_nearer_deadline_is_more_urgent(kind, one, other):
    assert (urgency(kind, one) < urgency(kind, other)) == (one < other)


@given(st.sampled_from(list(NoticeKind)), st.dates())
def test_what_has_no_deadline_comes_behind_what_has_one_of_its_rank(kind, day):
    assert urgency(kind, day) <= urgency(kind, None)


@given(st.sampled_from([k for k in NoticeKind if k not in BY_DEADLINE]), st.dates())
def test_replies_and_decisions_do_not_go_by_the_deadline(kind, day):
    assert urgency(kind, day) == urgency(kind, None)
