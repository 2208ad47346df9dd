"""A deadline that is changed while its cycle is open moves what is owed with it."""

from dataclasses import replace
from datetime import date

import pytest

from lsplan_workflow.configuration.folder import parse
from lsplan_workflow.domain.errors import RequestError
from lsplan_workflow.store import cycles
from tests.domain.province import local
from tests.services.reconfiguring import applied, edited

OPENING = local(2025, 9, 3, 7, 30)
LATER = local(2025, 9, 10, 9)


def _moved(configuration):
    text = configuration.files["program.toml"].replace('before = "10-20"', 'before = "10-25"')
    files = {**configuration.files, "program.toml": text}
    return parse({name: content.encode() for name, content in files.items()})


def test_applying_another_deadline_moves_the_open_cycle_and_its_obligations(real):
    real.decide(OPENING)
    changed = _moved(real.configuration)
    applied(real, changed, LATER)
    assert {o.due_at for o in real.owed().values()} == {local(2025, 10, 25)}
    with real.workplace.database.reading() as session:
        row = cycles.cycle_of(session, "annual-2025")
    assert row.due_at == local(2025, 10, 25)
    assert row.next_action_at == LATER


@pytest.mark.parametrize(
    ("opens", "before", "possible"),
    [
        ("09-10", "10-20", True),
        ("09-11", "10-20", False),
        ("10-19", "10-20", False),
        # The deadline draws the opening along.
        ("12-01", "12-31", False),
    ],
)
def test_what_has_opened_is_not_closed_again_by_an_opening_to_come(real, opens, before, possible):
    real.decide(OPENING)
    changes = (
        ('opens = "09-01"', f'opens = "{opens}"'),
        ('before = "10-20"', f'before = "{before}"'),
    )
    changed = edited(real.configuration, *changes)
    if possible:
        applied(real, changed, LATER)
        real.submit(LATER, "SYT")
    else:
        with pytest.raises(RequestError, match=r"annual-2025.*nobody could file"):
            applied(real, changed, LATER)


def test_what_had_closed_keeps_the_deadline_that_it_had(real):
    real.decide(OPENING)
    closed = local(2026, 3, 1)
    changed = _moved(real.configuration)
    applied(real, changed, closed)
    assert {o.due_at for o in real.owed().values()} == {local(2025, 10, 20)}


def test_an_obligation_with_a_deadline_of_its_own_keeps_that(real):
    real.decide(OPENING)
    real.extend(OPENING, "SYT", to=date(2025, 10, 31))
    changed = _moved(real.configuration)
    applied(real, changed, LATER)
    assert real.owed()["SYT"].due_at == local(2025, 11, 1)
    assert real.owed()["SCT"].due_at == local(2025, 10, 25)


def test_a_cycle_that_the_new_configuration_leaves_out_stays_as_it_was(small, small_configuration):
    small.run(OPENING)
    program = small_configuration.program
    fewer = replace(program, regimes=program.regimes[:1])
    changed = replace(small_configuration, programs=(fewer,), files={"program.toml": "fewer"})
    before = small.owed()
    applied(small, changed, LATER)
    assert small.owed() == before
