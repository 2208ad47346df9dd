"""A disk that really is full: a small tmpfs, mounted where that is allowed.

Where it is not (it needs root), the run says so; `RLIMIT_FSIZE` in `test_surroundings.py` is the
form that always runs.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from contextlib import contextmanager
from random import Random
from typing import TYPE_CHECKING

import pytest

from lsplan_workflow.store import outbox
from tests.faults import acts
from tests.faults.databases import ON_SQLITE
from tests.faults.deliveries import log_is_sound, notices
from tests.faults.province import OPENING
from tests.faults.test_killed_at_work import seen_reports
from tests.faults.test_surroundings import BUREAUS, FAILED, START, assert_all_taken

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.faults.processes import Installation, Worker

MEGABYTE = 1 << 20
FULL = "Đĩa đã đầy; hãy giải phóng chỗ trống"
REFUSED = "no small disk can be mounted here, which needs root; RLIMIT_FSIZE alone is tried: "
pytestmark = [
    pytest.mark.long,
    ON_SQLITE,
]


@pytest.fixture
def small_disk() -> Iterator[Callable[[Path, int], None]]:
    """Mount a disk of so many bytes on an empty folder."""
    mounted: list[Path] = []

    def mount(folder: Path, size: int) -> None:
        command = ["mount", "-t", "tmpfs", "-o", f"size={size},mode=700", "tmpfs", folder]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.skip(REFUSED + done.stderr.strip())
        mounted.append(folder)

    yield mount
    for folder in mounted:
        subprocess.run(["umount", folder], check=True)


@pytest.fixture
def on_small_disk(installed, small_disk) -> Callable[..., Installation]:
    """Set up an installation whose data are on a disk of four megabytes."""

    def install(smtp_url: str = "") -> Installation:
        made = installed(BUREAUS, smtp_url=smtp_url)
        aside = made.var.rename(made.var.with_name("aside"))
        made.var.mkdir()
        small_disk(made.var, 4 * MEGABYTE)
        shutil.copytree(aside, made.var, dirs_exist_ok=True)
        return made

    return install


def free(folder: Path) -> int:
    found = os.statvfs(folder)
    return found.f_bavail * found.f_frsize


@contextmanager
def filled(folder: Path, room: int) -> Iterator[None]:
    """Leave so many bytes on the disk of a folder."""
    ballast = folder / "ballast"
    ballast.write_bytes(bytes(max(free(folder) - room, 0)))
    try:
        yield
    finally:
        ballast.unlink()


def assert_told(worker: Worker) -> None:
    assert worker.wait() == FAILED
    assert worker.said.startswith(FULL), worker.said
    assert worker.said.count("\n") == 1


def left_over(installation: Installation) -> list[Path]:
    """Return what unfinished work has left below the folder of data."""
    patterns = (".new-*", ".*.new", "*.part")
    return [path for pattern in patterns for path in installation.var.rglob(pattern)]


def test_a_pass_on_a_disk_that_fills_up_loses_nothing(on_small_disk, sink, record_property):
    server, url = sink
    installation = on_small_disk(url)
    saved, failed = installation.folder / "aside", 0
    rooms = range(0, 600_000, 24_000)
    for room in rooms:
        server.taken.clear()
        with filled(installation.var, room):
            worker = installation.lsplan("tick", at=OPENING)
            if worker.wait() != 0:
                failed += 1
                assert_told(worker)
        assert log_is_sound(installation)
        installation.done("tick", at=(START + outbox.LEASE).isoformat())
        # A mail may have left whose leaving could not be written down.
        assert_all_taken(installation, server, second_copies=1)
        for path in list(installation.var.iterdir()):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        shutil.copytree(saved, installation.var, dirs_exist_ok=True)
    assert 0 < failed < len(rooms)
    record_property("figures", f"full with {len(rooms)} sizes of room, {failed} passes failed")


def test_what_does_not_fit_is_not_filed(on_small_disk):
    installation = on_small_disk()
    installation.done("tick", at=OPENING)
    report = installation.folder / "Báo cáo.docx"
    report.write_bytes(Random(268).randbytes(MEGABYTE))
    before = notices(installation)
    with filled(installation.var, MEGABYTE // 2):
        assert_told(installation.lsplan("submit", acts.CYCLE, "B0001", str(report)))
    assert notices(installation) == before
    assert left_over(installation) == []
    installation.done("submit", acts.CYCLE, "B0001", str(report))
    assert log_is_sound(installation)


def test_a_consolidated_report_for_which_there_is_no_room_is_not_there(on_small_disk):
    installation = on_small_disk()
    installation.done("tick", at=OPENING)
    for room in range(0, 600_000, 16_000):
        with filled(installation.var, room):
            worker = installation.lsplan("consolidate", acts.CYCLE, "--partial")
            if worker.wait() == 0:
                break
            assert_told(worker)
        assert seen_reports(installation) == {}
    assert room > 0
    assert len(seen_reports(installation)) == 2
    assert left_over(installation) == []


def test_a_backup_for_which_there_is_no_room_is_not_there(installed, small_disk, tmp_path):
    installation, target = installed(BUREAUS), tmp_path / "target"
    installation.done("tick", at=OPENING)
    target.mkdir()
    small_disk(target, MEGABYTE // 64)
    assert_told(installation.lsplan("backup", str(target / "saved.zip")))
    assert list(target.iterdir()) == []
    installation.done("backup", str(tmp_path / "saved.zip"))
