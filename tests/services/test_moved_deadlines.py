"""A deadline that is changed while its cycle is open moves what is owed with it."""

from lsplan_workflow.configuration.folder import parse
from lsplan_workflow.services import installation
from lsplan_workflow.store import cycles
from tests.domain.province import local

OPENING = local(2025, 9, 3, 7, 30)
LATER = local(2025, 9, 10, 9)


def _moved(configuration):
    text = configuration.files["program.toml"].replace('before = "10-20"', 'before = "10-25"')
    files = {**configuration.files, "program.toml": text}
    return parse({name: content.encode() for name, content in files.items()})


def test_applying_another_deadline_moves_the_open_cycle_and_its_obligations(real):
    real.run(OPENING)
    changed = _moved(real.configuration)
    installation.apply_configuration(real.workplace.database, changed, now=LATER, actor="cli")
    assert {o.due_at for o in real.owed().values()} == {local(2025, 10, 25)}
    with real.workplace.database.reading() as session:
        row = cycles.cycle_of(session, "annual-2025")
    assert row.due_at == local(2025, 10, 25)
    assert row.next_action_at == LATER


def test_what_had_closed_keeps_the_deadline_that_it_had(real):
    real.run(OPENING)
    closed = local(2026, 3, 1)
    changed = _moved(real.configuration)
    installation.apply_configuration(real.workplace.database, changed, now=closed, actor="cli")
    assert {o.due_at for o in real.owed().values()} == {local(2025, 10, 20)}
