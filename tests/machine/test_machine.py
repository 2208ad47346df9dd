"""Whatever happens, in whatever order, the rules of the design hold after every step."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from lsplan_workflow.store.database import Database
from tests.machine.machine import Machine
from tests.machine.offices import installed, world_on
from tests.services.office import KEY
from tests.store.postgres import running_cluster

if TYPE_CHECKING:
    from collections.abc import Callable

# Files are copied and mails are written: a step takes its time.
UNHURRIED = settings(deadline=None, database=None, suppress_health_check=list(HealthCheck))
SHORT = settings(UNHURRIED, max_examples=10, stateful_step_count=25, derandomize=True)
SHORTER = settings(SHORT, max_examples=4)
LONG = settings(UNHURRIED, max_examples=200, stateful_step_count=60)


def machine_of(open_world: Callable[..., object]) -> type[Machine]:
    return type("AnyOrder", (Machine,), {"open_world": staticmethod(open_world)})


def test_the_rules_hold_in_whatever_order_things_happen(new_world):
    run_state_machine_as_test(machine_of(new_world), settings=SHORT)


@pytest.mark.long
def test_the_rules_hold_through_many_lives(new_world):
    run_state_machine_as_test(machine_of(new_world), settings=LONG)


@pytest.mark.system
def test_the_rules_hold_on_postgres_too(tmp_path):
    with running_cluster() as cluster:
        template = cluster.new_database()
        database = Database(cluster.url(template), audit_key=KEY)
        installed(database)
        database.dispose()

        @contextmanager
        def opened():
            name = cluster.new_database(template)
            with world_on(Database(cluster.url(name), audit_key=KEY), tmp_path) as world:
                yield world
            cluster.drop_database(name)

        run_state_machine_as_test(machine_of(opened), settings=SHORTER)
