"""The rules bite: each is broken by a fault of its own, and first on the walk that shows it."""

import pytest

from tests.machine.faults import FAULTS
from tests.machine.invariants import INVARIANTS, Broken


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.make.__name__)
def test_a_fault_breaks_its_rule(new_world, monkeypatch, fault):
    fault.make(monkeypatch)
    with new_world() as world, pytest.raises(Broken) as found:
        fault.story(world)
    assert found.value.names == fault.breaks, found.value


def test_every_rule_has_a_fault_that_breaks_it():
    assert {name for fault in FAULTS for name in fault.breaks} == set(INVARIANTS)
