"""(b) A pass over a million obligations of history, beside one over a thousand."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import tempfile
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert

from benchmarks.measure import Result, in_pairs, seconds
from benchmarks.office import KEY, OPENING, workplace_in
from benchmarks.province import province_of
from lsplan_workflow.services import installation
from lsplan_workflow.services.reporting_pass import run_pass
from lsplan_workflow.store.database import Database
from lsplan_workflow.store.tables import CycleRow, NoticeRow, ObligationRow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from lsplan_workflow.configuration.folder import Configuration
    from lsplan_workflow.services.workplace import Workplace

AGENCIES = 500
_IN_HISTORY = 3500
FEW, MANY = 1_000, 1_000_000
DUE = 100
_SETTLED_AT = datetime(2020, 1, 1, tzinfo=UTC)
_IDLE_AT = OPENING + timedelta(days=1)


def results(pairs: int) -> Iterator[Result]:
    """Yield time and memory of an idle pass, and of one in which a hundred are due."""
    with tempfile.TemporaryDirectory(prefix="lsplan-bench-") as name:
        few, many = Path(name) / "few", Path(name) / "many"
        for folder, count in ((few, FEW), (many, MANY)):
            _fill(folder, count)
        ours_is, peer_is = f"over {MANY:,} obligations", f"over {FEW:,}"
        for title, act in (("an idle pass", _idle), (f"a pass with {DUE} due", _with_due)):
            measured = in_pairs(partial(act, many), partial(act, few), pairs)
            yield Result(f"(b) {title}: time", ours_is, peer_is, *measured, limit=1.5)
            peak = in_pairs(partial(_peak, act, many), partial(_peak, act, few), pairs)
            yield Result(f"(b) {title}: memory", ours_is, peer_is, *peak, limit=1.5, unit="MB")


def _fill(folder: Path, count: int) -> None:
    """Make an installation of so many obligations, all but those of an open cycle long met."""
    folder.mkdir()
    configuration = _configuration()
    database = Database(f"sqlite:///{folder / 'lsplan.db'}", audit_key=KEY)
    installation.initialise(database, configuration, rehearsal=True, now=None, actor="bench")
    agencies = [f"H{number:06d}" for number in range(_IN_HISTORY)]
    met = count - AGENCIES
    with database.engine.begin() as connection:
        for first in range(0, met, _IN_HISTORY):
            cycle = f"history-{first // _IN_HISTORY}"
            some = agencies[: met - first]
            connection.execute(insert(CycleRow.__table__), [_cycle(cycle)])
            connection.execute(insert(ObligationRow.__table__), [_met(cycle, a) for a in some])
            connection.execute(insert(NoticeRow.__table__), [_told(cycle, a) for a in some])
    with _opened(folder, OPENING) as place:
        run_pass(place)
    database.dispose()


def _cycle(code: str) -> dict[str, Any]:
    at = dict.fromkeys(("opens_at", "due_at", "grace_ends_at", "closes_at"), _SETTLED_AT)
    return {"code": code, "regime": "annual", "year": 2019, "untracked": False, **at}


def _met(cycle: str, agency: str) -> dict[str, Any]:
    return {
        "cycle": cycle,
        "agency": agency,
        "status": "accepted",
        "due_at": _SETTLED_AT,
        "first_complete_at": _SETTLED_AT,
        "covers": [],
        "original": True,
    }


def _told(cycle: str, agency: str) -> dict[str, Any]:
    return {
        "key": f"{cycle}/{agency}/opening/focal",
        "kind": "opening",
        "rung": "opening",
        "cycle": cycle,
        "agency": agency,
        "contact": f"{agency}/focal",
        "recipient": f"{agency.lower()}@speed.example",
        "language": "vi",
        "send_at": _SETTLED_AT,
        "status": "sent",
        "message_id": f"<{cycle}.{agency}@speed.example>",
        "attempts": 1,
        "sent_at": _SETTLED_AT,
        "decided_at": _SETTLED_AT,
    }


def _opened(folder: Path, now: datetime) -> AbstractContextManager[Workplace]:
    return workplace_in(folder, _configuration(), now=now)


@cache
def _configuration() -> Configuration:
    return province_of(AGENCIES)


def _idle(folder: Path) -> float:
    with _opened(folder, _IDLE_AT) as place:
        return seconds(lambda: _expect(place, sent=0))


def _with_due(folder: Path) -> float:
    """Return the time of a pass that finds a hundred obligations due; nothing of it is kept."""
    with tempfile.TemporaryDirectory(dir=folder.parent) as name:
        copy = Path(name)
        shutil.copy(folder / "lsplan.db", copy / "lsplan.db")
        # Else the pass would wait until the copy has been written to the disk.
        with (copy / "lsplan.db").open("rb+") as copied:
            os.fsync(copied.fileno())
        with _opened(copy, OPENING + timedelta(days=16)) as place:
            _leave_due(place)
            return seconds(lambda: _expect(place, sent=DUE))


def _leave_due(place: Workplace) -> None:
    """Let all but a hundred of the obligations that are due be due only later."""
    later = {"next_action_at": OPENING + timedelta(days=300)}
    table = ObligationRow.__table__
    with place.database.engine.begin() as connection:
        connection.execute(
            table.update()
            .where(table.c.cycle == "annual-2025", table.c.agency > f"D{DUE:06d}")
            .values(later)
        )


def _expect(place: Workplace, *, sent: int) -> None:
    found = run_pass(place).sent
    if found != sent:
        raise AssertionError(f"{found} notices left instead of {sent}")


def _peak(act: Callable[[Path], float], folder: Path) -> float:
    """Return the most memory (MB) that a process of its own has used for an act."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_measured, (act, folder))


def _measured(act: Callable[[Path], float], folder: Path) -> float:
    act(folder)
    # Not the operating system's account of the process, which counts its parent's memory too.
    status = Path("/proc/self/status").read_text(encoding="ascii")
    (peak,) = (line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))
    return int(peak) / 1024
