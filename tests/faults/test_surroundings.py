"""A full disk, a locked, damaged or protected database, a clock that jumps, a process that stops.

Nothing is lost or doubled, and whoever asked is told in a sentence, with exit code 1.
"""

from __future__ import annotations

import os
import shutil
import signal
import threading
from collections import Counter
from datetime import datetime, timedelta
from random import Random

import pytest

from lsplan_workflow.store import outbox
from tests.faults import acts
from tests.faults.databases import ON_BOTH_IN_THE_LONG_FORM, ON_SQLITE
from tests.faults.deliveries import log_is_sound, notices, unsent
from tests.faults.province import OPENING

FAILED, BUREAUS = 1, 12
START = datetime.fromisoformat(f"{OPENING}+07:00")


def assert_all_taken(installation, sink, *, second_copies=0):
    """Everything left; so many mails at most were taken a second time, under their own name."""
    sent, waiting = unsent(installation)
    copies = Counter(mail.message_id for mail in sink.taken)
    assert waiting == set()
    assert set(copies) == sent
    assert len(sent) == BUREAUS
    assert len(sink.taken) - BUREAUS <= second_copies
    assert log_is_sound(installation)


def fill_disk(installation, sink, largest_file):
    """Run a pass for which no file may grow beyond a size, then one with room."""
    full = installation.lsplan("tick", largest_file=largest_file)
    assert full.wait() in {0, FAILED}
    if full.process.exitcode == FAILED:
        assert full.said.startswith("Đĩa đã đầy; hãy giải phóng chỗ trống"), full.said
        assert full.said.count("\n") == 1
    assert log_is_sound(installation)
    later = (START + outbox.LEASE).isoformat()
    installation.done("tick", at=later)
    # A mail may have left whose leaving could not be written down.
    assert_all_taken(installation, sink, second_copies=1)
    return full.process.exitcode


@ON_SQLITE
@pytest.mark.parametrize(("largest_file", "code"), [(20_000, 1), (120_000, 1), (330_000, 1)])
def test_a_full_disk_is_said_to_be_full_and_the_next_pass_makes_up_for_it(
    installed, sink, largest_file, code
):
    server, url = sink
    assert fill_disk(installed(BUREAUS, smtp_url=url), server, largest_file) == code


@ON_SQLITE
@pytest.mark.long
def test_a_disk_that_is_full_at_any_size(installed, sink, record_property):
    server, url = sink
    installation = installed(BUREAUS, smtp_url=url)
    saved, codes = installation.folder.with_name("saved"), Counter()
    shutil.copytree(installation.folder, saved)
    for size in range(4_096, 900_000, 16_384):
        shutil.rmtree(installation.folder)
        shutil.copytree(saved, installation.folder)
        server.taken.clear()
        codes[fill_disk(installation, server, size)] += 1
    record_property("figures", f"full at {codes.total()} sizes, {codes[FAILED]} passes failed")


@ON_SQLITE
def test_a_report_for_which_there_is_no_room_is_not_filed(installed):
    installation = installed(BUREAUS)
    installation.done("tick")
    report = installation.folder / "Báo cáo.docx"
    report.write_bytes(Random(268).randbytes(400_000))
    before = notices(installation)
    full = installation.lsplan("submit", acts.CYCLE, "B0001", str(report), largest_file=300_000)
    assert full.wait() == FAILED
    assert full.said.startswith("Đĩa đã đầy; hãy giải phóng chỗ trống")
    assert notices(installation) == before
    assert [*(installation.var / "files").rglob(".new-*")] == []
    installation.done("submit", acts.CYCLE, "B0001", str(report))


@ON_SQLITE
@pytest.mark.parametrize("kept", [60, 0.5])
def test_a_database_file_that_was_cut_short_is_told_and_comes_back_from_the_backup(installed, kept):
    installation = installed(BUREAUS)
    installation.done("tick")
    before, backup = notices(installation), str(installation.folder / "saved.zip")
    installation.done("backup", backup)
    file = installation.var / "lsplan.db"
    os.truncate(file, kept if kept > 1 else int(file.stat().st_size * kept))
    for command in (["outbox"], ["tick"]):
        worker = installation.lsplan(*command)
        assert worker.wait() == FAILED
        assert "đã hỏng hoặc không phải cơ sở dữ liệu" in worker.said
    file.unlink()
    key = (installation.var / "audit.key").read_bytes()
    shutil.rmtree(installation.var)
    installation.var.mkdir()
    (installation.var / "audit.key").write_bytes(key)
    installation.done("restore", backup)
    assert notices(installation) == before
    assert log_is_sound(installation)


@ON_SQLITE
@pytest.mark.parametrize("command", ["tick", "status"])
def test_a_folder_that_cannot_be_written_to_is_told(installed, command):
    installation = installed(BUREAUS)
    for path in (installation.var, *installation.var.rglob("*")):
        path.chmod(0o500 if path.is_dir() else 0o400)
    worker = installation.lsplan(command, powerless=True)
    assert worker.wait() == FAILED
    assert worker.said.startswith("Cơ sở dữ liệu chỉ cho đọc; hãy kiểm tra quyền ghi"), worker.said
    assert worker.said.count("\n") == 1
    for path in (installation.var, *installation.var.rglob("*")):
        path.chmod(0o700)
    assert notices(installation) == []
    installation.done("tick")
    assert len(notices(installation)) == BUREAUS


def ticks(installation, *instants):
    for instant in instants:
        installation.done("tick", at=instant.isoformat())


@ON_BOTH_IN_THE_LONG_FORM
def test_a_clock_that_goes_back_an_hour_or_forward_a_day_sends_nothing_twice(installed, sink):
    server, url = sink
    installation = installed(BUREAUS, smtp_url=url)
    hour, day = timedelta(hours=1), timedelta(days=1)
    ticks(installation, START + hour, START, START + hour, START + hour + day, START + hour)
    assert_all_taken(installation, server)


@ON_BOTH_IN_THE_LONG_FORM
def test_what_was_claimed_before_the_clock_went_back_leaves_when_the_lease_is_over(installed, sink):
    server, url = sink
    installation = installed(BUREAUS, smtp_url=url)
    worker = installation.lsplan("tick")
    server.watching = lambda moment: worker.kill() if moment == "named" else None
    assert worker.wait() == -signal.SIGKILL
    server.wait_until_nobody_is_there()
    server.watching = lambda _moment: None
    ticks(installation, START - timedelta(hours=1), START)
    assert server.taken == []
    ticks(installation, START + outbox.LEASE)
    assert_all_taken(installation, server)


def stopped_at_its_first_mail(installation, server, clock):
    worker = installation.start(acts.deliver, installation.place(), clock, name="stopped")

    stopped = threading.Event()

    def stop(moment):
        if moment == "taken" and len(server.taken) == 1:
            os.kill(worker.pid, signal.SIGSTOP)
            stopped.set()

    server.watching = stop
    assert stopped.wait(60)
    return worker


@ON_BOTH_IN_THE_LONG_FORM
def test_a_process_that_stood_still_beyond_its_lease_sends_nothing_that_another_has_sent(
    installed, sink
):
    server, url = sink
    installation, later = installed(BUREAUS, smtp_url=url), START + outbox.LEASE
    assert installation.start(acts.plan, installation.place()).wait() == 0
    clock = installation.folder / "clock.txt"
    clock.write_text(START.isoformat())
    worker = stopped_at_its_first_mail(installation, server, clock)
    ticks(installation, later)
    clock.write_text(later.isoformat())
    os.kill(worker.pid, signal.SIGCONT)
    assert worker.wait() == 0
    assert len(server.taken) == BUREAUS + 1
    assert_all_taken(installation, server, second_copies=1)
