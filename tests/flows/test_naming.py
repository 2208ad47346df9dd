from __future__ import annotations

import pytest

from flows.naming import run_name, run_tags
from lsplan_workflow.domain.notice_kinds import NoticeKind
from lsplan_workflow.services.reporting_pass import PassResult

NOTHING = PassResult(
    opened=0,
    planned=0,
    sent=0,
    retrying=0,
    failed=0,
    superseded=0,
    cancelled=0,
    held_back=0,
    consolidated=0,
)
ANNUAL = frozenset({"annual-2025"})


def _result(**facts) -> PassResult:
    return PassResult(**(dict.fromkeys(NOTHING.counts, 0) | facts))


@pytest.mark.parametrize(
    ("result", "name"),
    [
        (NOTHING, "idle"),
        (
            _result(
                sent=13,
                left=(("annual-2025", "reminder"),) * 12 + (("annual-2025", "escalation"),),
                cycles=ANNUAL,
            ),
            "annual-2025 · 12 reminders · 1 escalation · 0 failed",
        ),
        (_result(consolidated=1, cycles=ANNUAL), "annual-2025 · 1 report · 0 failed"),
        (_result(opened=1, cycles=ANNUAL), "annual-2025 · 1 cycle opened · 0 failed"),
        (_result(retrying=85, cycles=ANNUAL), "annual-2025 · 85 retrying · 0 failed"),
        (_result(planned=85, cycles=ANNUAL), "annual-2025 · 85 planned · 0 failed"),
        (_result(held_back=9), "9 held back · 0 failed"),
        (_result(failed=2, cycles=ANNUAL), "annual-2025 · 2 failed"),
    ],
)
def test_a_run_is_named_after_the_cycles_it_touched_and_what_it_did(result, name):
    assert run_name(result) == name


def test_a_run_is_tagged_with_every_cycle_that_it_touched_and_its_regime():
    assert run_tags(_result(retrying=1, cycles=ANNUAL)) == {"annual", "annual-2025"}
    assert run_tags(NOTHING) == {"idle"}


def test_every_kind_of_notice_has_a_word_in_a_runs_name():
    for kind in NoticeKind:
        name = run_name(_result(sent=1, left=(("annual-2025", kind.value),), cycles=ANNUAL))
        assert name.startswith("annual-2025 · 1 "), kind
