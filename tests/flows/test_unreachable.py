from __future__ import annotations

import asyncio
import subprocess
import sys
import threading

from aiosmtpd.controller import Controller

from flows.guard import stop_guarded
from flows.server import HOST, PrefectServer, free_port
from lsplan_workflow import bootstrap
from lsplan_workflow.bootstrap import Place
from lsplan_workflow.services.outbox import list_notices
from tests.flows.conftest import CONFIG, OPENING
from tests.flows.prefect_api import wait_until


class _Hesitating:
    """Takes the first mail, then waits until it is told to go on."""

    def __init__(self) -> None:
        self.reached, self.go_on = threading.Event(), threading.Event()

    async def handle_DATA(self, server, session, envelope) -> str:  # noqa: N802
        self.reached.set()
        await asyncio.to_thread(self.go_on.wait)
        return "250 2.0.0 taken"


def _notices(place: Place):
    with bootstrap.opened(Place(place.config, place.var)) as workplace:
        return list_notices(workplace)


def test_a_pass_goes_on_to_its_end_when_prefect_dies_in_the_middle_of_it(tmp_path):
    place = Place(CONFIG, tmp_path / "var", at=OPENING)
    bootstrap.initialise(place, rehearsal=True, actor="test")
    handler, port = _Hesitating(), free_port(0)
    mail = Controller(handler, hostname=HOST, port=port, server_hostname=HOST)
    mail.start()
    server = PrefectServer(tmp_path / "prefect", free_port(0))
    process = server.start()
    wait_until(server.is_healthy)
    run = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import asyncio; from flows.reporting_cycle import reporting_cycle;"
            f"asyncio.run(reporting_cycle(at='{OPENING}'))",
        ],
        env=server.environment()
        | {
            "LSPLAN_CONFIG": str(CONFIG),
            "LSPLAN_VAR": str(place.var),
            "LSPLAN_SMTP_URL": f"mailto://{HOST}:{port}",
            "LSPLAN_DATABASE_URL": "",
        },
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        assert handler.reached.wait(60)
        stop_guarded(process)
        handler.go_on.set()
        wait_until(lambda: {n.status for n in _notices(place)} == {"sent"})
        assert len(_notices(place)) == 37
    finally:
        run.kill()
        run.wait()
        mail.stop()
