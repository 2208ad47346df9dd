"""The story of a cycle on Postgres: the same passes, the same notices, the same log."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from lsplan_workflow import bootstrap
from lsplan_workflow.bootstrap import Place
from lsplan_workflow.services.outbox import list_notices
from lsplan_workflow.services.reporting_pass import run_pass
from lsplan_workflow.services.status import cycle_status
from lsplan_workflow.services.submissions import Upload, submit
from lsplan_workflow.store import audit
from tests.store.postgres import running_cluster

CONFIG = Path(__file__).parents[2] / "config"

pytestmark = pytest.mark.system


@pytest.fixture(scope="module")
def url():
    with running_cluster() as cluster:
        yield cluster.url(cluster.new_database())


@pytest.fixture
def place(url, tmp_path, monkeypatch):
    monkeypatch.setenv("LSPLAN_DATABASE_URL", url)
    return Place(CONFIG, tmp_path / "var")


def at(place, instant):
    return bootstrap.opened(Place(place.config, place.var, instant))


def test_a_cycle_runs_on_postgres_and_two_passes_at_once_send_nothing_twice(place):
    bootstrap.initialise(place, rehearsal=True, actor="test")
    assert not (place.var / "lsplan.db").exists()
    with at(place, "2025-09-03T07:30") as workplace:
        passes = [threading.Thread(target=run_pass, args=(workplace,)) for _ in range(2)]
        for one in passes:
            one.start()
        for one in passes:
            one.join()
        sent = list_notices(workplace, "sent")
    assert len(sent) == 85
    assert len(list((place.var / "mail" / "new").iterdir())) == 85

    with at(place, "2025-10-19T23:59:59.999999") as workplace:
        submit(workplace, "annual-2025", "SYT", [Upload("Báo cáo.docx", b"x")], actor="test")
    with at(place, "2025-10-31T17:00") as workplace:
        result = run_pass(workplace)
        now = workplace.clock.now()
        with workplace.database.reading() as session:
            status = cycle_status(session, workplace.configuration, "annual-2025", now)
            assert audit.verify(session, bootstrap.require_audit_key(place)) is None
    assert (status.figures.on_time, status.figures.missing) == (1, 84)
    assert result.consolidated == 1
    assert len(list((place.var / "reports" / "annual-2025").iterdir())) == 2
